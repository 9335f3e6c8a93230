"""The painted parts of a lane around its lines: grid and normal range behind, limits in front, marks beside."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget, QSizePolicy, QStyleOptionGraphicsItem, QWidget

from vmshmi.core.alarms.model import Priority
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.limits import LimitMark
from vmshmi.ui.trends.pen_colours import pen_colour
from vmshmi.ui.trends.picture import LanePicture, Picture
from vmshmi.ui.widgets.painting import CENTRE, RIGHT, draw_text

AXIS_PX = 92
CHIPS_PX = 30
TIMES_PX = 30
_CHIP_PX = 20.0
_MARK_PX = 16.0
"""Marks nearer to each other than this cannot be read."""
_GRID_ALPHA = 150
_NORMAL_ALPHA = 28
_BETWEEN_ALPHA = 22
_HANDLE_PX = 22.0


def _y(lane: LanePicture, value: float, height: float) -> float:
    """Pixels from the top."""
    return (1.0 - lane.scale.share(value)) * height


class _Layer(QGraphicsItem):
    """Something painted over the whole of a lane, in its pixels."""

    def __init__(self, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.theme = theme
        self._size = QSizeF(0, 0)
        self._picture: Picture | None = None
        self._lane: LanePicture | None = None

    def show_lane(self, picture: Picture, lane: LanePicture, size: QSizeF) -> None:
        """Paint this from now on."""
        if size != self._size:
            self.prepareGeometryChange()
            self._size = size
        self._picture, self._lane = picture, lane
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole lane."""
        return QRectF(0, 0, self._size.width(), self._size.height())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, /, widget: QWidget | None = None) -> None:
        """Paint what there is."""
        del option, widget
        if self._picture is not None and self._lane is not None:
            self._paint(painter, self._picture, self._lane, self._size.width(), self._size.height())

    def _paint(self, painter: QPainter, picture: Picture, lane: LanePicture, width: float, height: float) -> None:
        raise NotImplementedError


class Ground(_Layer):
    """Behind the lines: normal range of the chosen pen, marks of both axes as a quiet grid."""

    def _paint(self, painter: QPainter, picture: Picture, lane: LanePicture, width: float, height: float) -> None:
        if lane.normal is not None:
            self._paint_normal(painter, lane, width, height)
        quiet = QColor(self.theme.outline)
        quiet.setAlpha(_GRID_ALPHA)
        painter.setPen(QPen(quiet, 1))
        for mark in lane.marks:
            y = round(_y(lane, mark.at, height))
            painter.drawLine(QPointF(0, y), QPointF(width, y))
        for mark in picture.times:
            x = round((mark.at_s - picture.start_s) / (picture.end_s - picture.start_s) * width)
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
        painter.setPen(QPen(self.theme.text_disabled, 1))
        for divider in lane.dividers:
            y = round(_y(lane, divider, height))
            painter.drawLine(QPointF(0, y), QPointF(width, y))
        painter.drawRect(QRectF(0, 1, width - 1, height - 2))

    def _paint_normal(self, painter: QPainter, lane: LanePicture, width: float, height: float) -> None:
        low, high = lane.normal or (None, None)
        top = 0.0 if high is None else max(0.0, _y(lane, high, height))
        bottom = height if low is None else min(height, _y(lane, low, height))
        if bottom <= top:
            return
        fill = QColor(self.theme.accent)
        fill.setAlpha(_NORMAL_ALPHA)
        painter.fillRect(QRectF(0, top, width, bottom - top), fill)


class Limits(_Layer):
    """In front of the lines: alarm limits of the chosen pen, each with its words."""

    def _paint(self, painter: QPainter, picture: Picture, lane: LanePicture, width: float, height: float) -> None:
        taken: list[QRectF] = []
        for limit in lane.limits:
            y = _y(lane, limit.value, height)
            if 0 <= y <= height:
                self._paint_limit(painter, limit, round(y), width, height, taken)

    def _colour(self, priority: Priority) -> QColor:
        match priority:
            case Priority.EMERGENCY_ALARM | Priority.ALARM:
                return self.theme.alarm
            case Priority.WARNING:
                return self.theme.warning_text
            case Priority.CAUTION:
                return self.theme.text_secondary

    def _paint_limit(
        self, painter: QPainter, limit: LimitMark, y: float, width: float, height: float, taken: list[QRectF]
    ) -> None:
        pen = QPen(self._colour(limit.priority), 1)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        painter.drawLine(QPointF(0, y), QPointF(width, y))
        tip = -8 if limit.above else 8
        painter.setPen(QPen(self.theme.text, 1))
        painter.setBrush(self.theme.alert(limit.priority).fill)
        painter.drawPolygon(QPolygonF([QPointF(1, y), QPointF(11, y), QPointF(6, y + tip)]))
        font = ui_font(TEXT_LABEL)
        place = QRectF(0, 0, QFontMetricsF(font).horizontalAdvance(limit.text) + 10, 18)
        place.moveCenter(QPointF(width - 6 - place.width() / 2, min(max(y, 10.0), height - 10.0)))
        while any(place.intersects(other) for other in taken) and place.x() > 0:
            place.translate(-20, 0)
        taken.append(place)
        painter.fillRect(place, self.theme.card)
        draw_text(painter, place, limit.text, font, self.theme.text, CENTRE)


class CursorLines(_Layer):
    """Two upright lines and the stretch between them."""

    def show_cursors(self, picture: Picture, lane: LanePicture, size: QSizeF) -> None:
        """As `show_lane`; hidden while there are no cursors."""
        self.setVisible(picture.cursors is not None)
        if picture.cursors is not None:
            self.show_lane(picture, lane, size)

    def _paint(self, painter: QPainter, picture: Picture, lane: LanePicture, width: float, height: float) -> None:
        del lane
        places = [cursor_x(picture, at, width) for at in picture.cursors or ()]
        between = QColor(self.theme.accent)
        between.setAlpha(_BETWEEN_ALPHA)
        left, right = (min(max(place, 0.0), width) for place in places)
        painter.fillRect(QRectF(left, 0, right - left, height), between)
        painter.setPen(QPen(self.theme.text, 1))
        for place in places:
            if 0 <= place <= width:
                painter.drawLine(QPointF(round(place), 0), QPointF(round(place), height))


class _Beside(QGraphicsWidget):
    """A painted strip beside the lanes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._picture: Picture | None = None
        self._lane: LanePicture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_lane(self, picture: Picture, lane: LanePicture) -> None:
        """Paint this from now on; draws only what reads differently."""
        same = self._lane is not None and self._same(picture, lane)
        self._picture, self._lane = picture, lane
        if not same:
            self.update()

    def _same(self, picture: Picture, lane: LanePicture) -> bool:
        del picture, lane
        return False


class ScaleAxis(_Beside):
    """Numbers or states at the left of a lane."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setMinimumWidth(AXIS_PX)
        self.setMaximumWidth(AXIS_PX)

    def _same(self, picture: Picture, lane: LanePicture) -> bool:
        del picture
        before = self._lane
        return before is not None and (before.marks, before.axis_pen, before.scale) == (
            lane.marks,
            lane.axis_pen,
            lane.scale,
        )

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, /, widget: QWidget | None = None) -> None:
        """Draw the marks; one that would be cut off is moved inwards."""
        del option, widget
        lane, size = self._lane, self.size()
        if lane is None:
            return
        colour = self.theme.text if lane.axis_pen is None else pen_colour(self.theme.name, lane.axis_pen)
        taken: list[float] = []
        for mark in (*lane.marks[-1:], *lane.marks[:-1]):  # the highest one first, it carries the unit
            middle = min(max(_y(lane, mark.at, size.height()), 9.0), size.height() - 9.0)
            if any(abs(middle - other) < _MARK_PX for other in taken):
                continue
            taken.append(middle)
            place = QRectF(0, middle - 10, size.width() - 8, 20)
            draw_text(painter, place, mark.text, ui_font(TEXT_LABEL), colour, RIGHT)


class PenChips(_Beside):
    """The number of each pen at the right end of its line: no colour has to be told apart."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setMinimumWidth(CHIPS_PX)
        self.setMaximumWidth(CHIPS_PX)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, /, widget: QWidget | None = None) -> None:
        """Draw the numbers, spread where lines end close together."""
        del option, widget
        lane, picture = self._lane, self._picture
        if lane is None or picture is None:
            return
        height = self.size().height()
        ends = [(_y(lane, line.last, height), pen) for pen, line in lane.lines.items() if line.last is not None]
        ends = [(y, pen) for y, pen in ends if -1 <= y <= height + 1]
        for (y, pen), place in zip(sorted(ends), spread([y for y, _ in sorted(ends)], _CHIP_PX, height), strict=True):
            colour = pen_colour(self.theme.name, pen)
            painter.setPen(QPen(colour, 1))
            painter.drawLine(QPointF(0, y), QPointF(6, place))
            box = QRectF(6, place - _CHIP_PX / 2 + 1, _CHIP_PX, _CHIP_PX - 2)
            paint_chip(painter, box, pen, self.theme, chosen=picture.selected == pen)


class TimeAxis(QGraphicsWidget):
    """Times beneath all lanes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._picture: Picture | None = None
        self._left = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(TIMES_PX)
        self.setMaximumHeight(TIMES_PX)

    def show_times(self, picture: Picture) -> None:
        """Paint this from now on."""
        self._picture = picture
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, /, widget: QWidget | None = None) -> None:
        """Draw the times under their grid lines, none over another."""
        del option, widget
        picture, size = self._picture, self.size()
        if picture is None:
            return
        font = ui_font(TEXT_LABEL)
        metrics = QFontMetricsF(font)
        width = size.width()
        right = -1e9
        for mark in picture.times:
            x = (mark.at_s - picture.start_s) / (picture.end_s - picture.start_s) * width
            wide = metrics.horizontalAdvance(mark.text) + 8
            left = min(max(x - wide / 2, -40.0), width + CHIPS_PX - wide)
            if left < right:
                continue
            right = left + wide + 8
            draw_text(painter, QRectF(left, 4, wide, 22), mark.text, font, self.theme.text, CENTRE)
        for letter, at in zip("AB", picture.cursors or (), strict=False):
            self._paint_handle(painter, letter, cursor_x(picture, at, width))

    def _paint_handle(self, painter: QPainter, letter: str, x: float) -> None:
        """The letter of a cursor at its foot; at the edge it is beyond, when it is out of view."""
        width = self.size().width()
        box = QRectF(0, 1, _HANDLE_PX, _HANDLE_PX)
        box.moveLeft(min(max(x, 0.0), width) - _HANDLE_PX / 2)
        painter.setPen(QPen(self.theme.text, 1))
        painter.setBrush(self.theme.text if 0 <= x <= width else self.theme.card)
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ink = self.theme.card if 0 <= x <= width else self.theme.text
        draw_text(painter, box, letter, ui_font(TEXT_LABEL, bold=True), ink, CENTRE)


def cursor_x(picture: Picture, at_s: float, width: float) -> float:
    """Pixels from the left edge of a lane."""
    return (at_s - picture.start_s) / (picture.end_s - picture.start_s) * width


def paint_chip(painter: QPainter, box: QRectF, pen: int, theme: Theme, *, chosen: bool) -> None:
    """A pen's number in its colour; filled when it is the chosen one."""
    colour = pen_colour(theme.name, pen)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour if chosen else theme.card)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
    ink = theme.card if chosen else colour
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw_text(painter, box, str(pen + 1), ui_font(TEXT_LABEL, bold=True), ink, CENTRE)
    painter.restore()


def spread(places: Sequence[float], distance: float, room: float) -> list[float]:
    """Move ascending places apart to at least `distance`, inside 0 to `room` as far as they fit."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + distance if moved else distance / 2))
    limit = room - distance / 2
    for position in range(len(moved) - 1, -1, -1):
        moved[position] = min(moved[position], limit)
        limit = moved[position] - distance
    return moved
