"""The strip above the lanes: what happened, at its time; a finger finds the nearest mark."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsWidget, QSizePolicy, QStyleOptionGraphicsItem, QWidget

from vmshmi.core.alarms.model import AlarmState, TransitionKind
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.marks import MARK_PX, EventMark, MarkGroup
from vmshmi.ui.trends.picture import Picture
from vmshmi.ui.widgets.painting import CENTRE, RIGHT, WidthOf, draw_text

STRIP_PX = 40
REACH_PX = 26.0
"""A finger this near to a mark means it."""


class MarkStrip(QGraphicsWidget):
    """Symbols over one line of time."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._picture: Picture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(STRIP_PX)
        self.setMaximumHeight(STRIP_PX)

    def show_marks(self, picture: Picture) -> None:
        """Paint this from now on."""
        if self._picture is None or (picture.marks or self._picture.marks):
            self.update()
        self._picture = picture

    def at(self, x: float) -> MarkGroup | None:
        """The group nearest to a place in the strip, in its pixels; None when none is near."""
        picture = self._picture
        if picture is None:
            return None
        near = [(abs(_x(picture, group, self.size().width()) - x), n) for n, group in enumerate(picture.marks)]
        away, position = min(near, default=(REACH_PX + 1, 0))
        return picture.marks[position] if away <= REACH_PX else None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, /, widget: QWidget | None = None) -> None:
        """Draw a quiet line and the marks; several at one place carry their number."""
        del option, widget
        picture, size = self._picture, self.size()
        if picture is None:
            return
        middle = size.height() / 2
        painter.setPen(QPen(self.theme.outline, 1))
        painter.drawLine(QPointF(0, round(middle)), QPointF(size.width(), round(middle)))
        for group in reversed(picture.marks):  # the number of a group lies over the next one
            x = min(max(_x(picture, group, size.width()), MARK_PX / 2), size.width() - MARK_PX / 2)
            paint_mark(painter, QRectF(x - MARK_PX / 2, middle - MARK_PX / 2, MARK_PX, MARK_PX), group, self.theme)


class MarkCaption(QGraphicsWidget):
    """What the strip is, where the lanes have their scale."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__()
        self.theme = theme
        self._text = text
        self.setMinimumWidth(WidthOf(ui_font(TEXT_LABEL))(text) + GAP + 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, /, widget: QWidget | None = None) -> None:
        """Draw the word."""
        del option, widget
        place = QRectF(0, 0, self.size().width() - GAP, self.size().height())
        draw_text(painter, place, self._text, ui_font(TEXT_LABEL), self.theme.text_secondary, RIGHT)


def state_of(mark: EventMark) -> AlarmState:
    """How far this raising has gone, as far as the journal of the view knows."""
    return mark.latest.state


def paint_mark(painter: QPainter, box: QRectF, group: MarkGroup, theme: Theme) -> None:
    """The gravest of a group, with the number of all of them."""
    mark = group.gravest
    painter.fillRect(box.adjusted(-2, 0, 2, 0), theme.card)
    if mark.priority is not None:
        paint_alert(painter, box, mark.priority, state_of(mark), theme)
    else:
        _paint_runtime(painter, box.adjusted(6, 6, -6, -6), mark.line.kind, theme)
    if len(group.marks) > 1:
        text = str(len(group.marks)) if len(group.marks) < 100 else "99+"
        font = ui_font(12, bold=True)
        wide = max(14.0, QFontMetricsF(font).horizontalAdvance(text) + 4)
        place = QRectF(box.right() - 6, box.top() - 6, wide, 15)
        painter.setPen(QPen(theme.text, 1))
        painter.setBrush(theme.card)
        painter.drawRoundedRect(place, 4, 4)
        draw_text(painter, place, text, font, theme.text, CENTRE)


def _paint_runtime(painter: QPainter, box: QRectF, kind: TransitionKind, theme: Theme) -> None:
    """The program began (a triangle to the right), ended (a filled square), or its clock was set (two bars)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text_secondary)
    if kind is TransitionKind.STARTED:
        painter.drawPolygon(QPolygonF([box.topLeft(), QPointF(box.right(), box.center().y()), box.bottomLeft()]))
    elif kind is TransitionKind.STOPPED:
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    else:
        for left in (box.x() + 1, box.right() - 5):
            painter.drawRect(QRectF(left, box.y(), 4, box.height()))
    painter.restore()


def _x(picture: Picture, group: MarkGroup, width: float) -> float:
    return (group.at_s - picture.start_s) / (picture.end_s - picture.start_s) * width
