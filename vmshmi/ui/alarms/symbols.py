"""Alert symbols: shape says the priority, filling and mark say the state, colour only agrees with both."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from vmshmi.core.alarms.model import AlarmRecord, AlarmState, Priority
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.theme import Theme


def paint_alert(
    painter: QPainter, rect: QRectF, priority: Priority, state: AlarmState, theme: Theme, *, lit: bool = True
) -> None:
    """Draw the symbol of an alert into the largest square in the middle of `rect`.

    Diamond is an emergency alarm, triangle an alarm, disc a warning, square a caution (the last three as IEC 62923).
    Filled with `!` wants an answer, outlined with `!` is acknowledged, filled with a tick has returned to normal
    unanswered. In the dark phase the filling of an unanswered one goes out; its outline and mark stay.
    """
    side = min(rect.width(), rect.height())
    box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    colours = theme.alert(priority)
    unanswered = state in (AlarmState.ACTIVE, AlarmState.RECTIFIED)
    lasting = priority is Priority.EMERGENCY_ALARM and state is AlarmState.ACK
    filled = (unanswered or lasting) and lit
    ink = colours.on_fill if filled else theme.text
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.text if not filled else colours.fill, max(1.5, side / 16))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(colours.fill if filled else colours.container)
    _draw_shape(painter, box.adjusted(side / 12, side / 12, -side / 12, -side / 12), priority)
    _draw_mark(painter, box, priority, state, ink)
    painter.restore()


def paint_no_alert(painter: QPainter, rect: QRectF, priority: Priority, theme: Theme) -> None:
    """Draw the bare shape of a priority of which nothing stands."""
    side = min(rect.width(), rect.height())
    box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.text_disabled, max(1.5, side / 16)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _draw_shape(painter, box.adjusted(side / 12, side / 12, -side / 12, -side / 12), priority)
    painter.restore()


def _draw_shape(painter: QPainter, box: QRectF, priority: Priority) -> None:
    match priority:
        case Priority.EMERGENCY_ALARM:
            centre, reach = box.center(), box.width() / 2 * 1.12
            corners = ((0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0))
            painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in corners]))
        case Priority.ALARM:
            painter.drawPolygon(QPolygonF([QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]))
        case Priority.WARNING:
            painter.drawEllipse(box)
        case Priority.CAUTION:
            painter.drawRect(box)


def _draw_mark(painter: QPainter, box: QRectF, priority: Priority, state: AlarmState, ink: QColor) -> None:
    side = box.width()
    place = QRectF(box)
    if priority is Priority.ALARM:
        place.translate(0, side * 0.12)
    if state is AlarmState.RECTIFIED:
        paint_icon(painter, "check", place.adjusted(side * 0.25, side * 0.25, -side * 0.25, -side * 0.25), ink)
        return
    painter.setFont(ui_font(max(8, round(side * 0.55)), bold=True))
    painter.setPen(ink)
    painter.drawText(
        place,
        Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip,
        "!!" if priority is Priority.EMERGENCY_ALARM else "!",
    )


def flashes(record: AlarmRecord) -> bool:
    """Only what wants an answer flashes."""
    return record.is_unanswered
