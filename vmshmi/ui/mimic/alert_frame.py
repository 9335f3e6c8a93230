"""What a standing alarm adds to an element: a frame, and the alert's own symbol where it hides nothing."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from vmshmi.config.pages import (
    BarElement,
    BreakerElement,
    Element,
    EngineElement,
    GaugeElement,
    LampElement,
    ReadoutElement,
    RudderElement,
    TankElement,
)
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.mimic.sight import Sight, Standing, flap_side
from vmshmi.ui.style.theme import Theme


def flap_of(element: Element, box: QRectF, scale: float) -> QRectF:
    """Where the symbol stands: beside the text of what is read, in a free corner of what is drawn."""
    side = flap_side(scale)
    pad = 3 * scale
    left, top, right, middle = box.x() + pad, box.y() + pad, box.right() - side - pad, box.center()
    match element:
        case ReadoutElement() | BarElement():
            corner = QPointF(left, top)
        case LampElement():
            corner = QPointF(left + 2 * scale, middle.y() - side / 2)
        case TankElement():
            corner = QPointF(middle.x() - side / 2, box.y() + 26 * scale)
        case BreakerElement():
            corner = QPointF(box.right() + pad, middle.y() - side / 2)
        case GaugeElement():
            corner = QPointF(middle.x() - side / 2, box.bottom() - side - pad)
        case RudderElement():
            corner = QPointF(left, top + 18 * scale)
        case EngineElement():
            corner = QPointF(right - 8 * scale, top + 26 * scale)
        case _:
            corner = QPointF(right, top)
    return QRectF(corner.x(), corner.y(), side, side)


def reach_of(element: Element, box: QRectF, scale: float) -> QRectF:
    """All that an element may ever paint on."""
    return box.united(flap_of(element, box, scale)).adjusted(-3, -3, 3, 3)


def paint_standing(p: QPainter, element: Element, box: QRectF, standing: Standing, sight: Sight) -> None:
    """Frame an element whose alarm stands and draw the alert's symbol; both flash while it is unanswered.

    A warning or a caution makes no line that can be seen on a light ground: the frame has a dark edge.
    """
    record, priority = standing.record, standing.priority
    theme = sight.theme
    lit = sight.lit or not record.is_unanswered
    width = max(2.0, (2.5 if record.is_unanswered else 2.0) * sight.scale)
    frame = box.adjusted(width / 2 + 1, width / 2 + 1, -width / 2 - 1, -width / 2 - 1)
    p.setBrush(Qt.BrushStyle.NoBrush)
    if lit:
        p.setPen(QPen(theme.text_secondary, width + 2))
        p.drawRoundedRect(frame, 4, 4)
        p.setPen(QPen(theme.alert(priority).fill, width))
    else:
        p.setPen(QPen(theme.text_secondary, 1.5))
    p.drawRoundedRect(frame, 4, 4)
    paint_alert(p, flap_of(element, box, sight.scale), priority, record.state, theme, lit=lit)


def paint_chosen(p: QPainter, box: QRectF, theme: Theme) -> None:
    """Mark the element whose faceplate is open."""
    p.setPen(QPen(theme.accent, 2, Qt.PenStyle.DashLine))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
