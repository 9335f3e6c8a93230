"""The chart: lanes beneath each other over one time axis, moved by a finger, the wheel, or two fingers.

Only this module and `lane_view` know pyqtgraph. OpenGL stays off (broken without a screen, slower in software).
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pyqtgraph has no type information; nothing of it leaves this module and `lane_view`)

from collections.abc import Sequence

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QGestureEvent,
    QGraphicsGridLayout,
    QGraphicsWidget,
    QPinchGesture,
    QVBoxLayout,
    QWidget,
)

from vmshmi.ui.style.sizes import GAP
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.lane_items import TimeAxis
from vmshmi.ui.trends.lane_view import LaneView
from vmshmi.ui.trends.mark_strip import STRIP_PX, MarkCaption, MarkStrip
from vmshmi.ui.trends.marks import MARK_PX
from vmshmi.ui.trends.picture import Picture
from vmshmi.ui.trends.series import Floats
from vmshmi.ui.trends.shape import Line

_SLIP_PX = 12
"""A finger may slip this far and still mean a touch."""
_REACH_PX = 28
"""A touch this near to a line means the line."""
_WHEEL_STEP = 0.8
"""One notch of the wheel makes the view this much shorter."""


class Chart(QWidget):
    """Draws pictures; says how it was touched, and changes nothing by itself."""

    panned = Signal(float)
    """Seconds the view is to move by; negative is into the past."""
    zoomed = Signal(float, float)
    """Factor for the length of the view, and the moment that stays where it is."""
    pen_touched = Signal(int)
    mark_touched = Signal(object)
    """A `MarkGroup`."""
    cursor_moved = Signal(int, float)
    """0 for the earlier, 1 for the later, and where it is now."""
    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lanes: list[LaneView] = []
        self._picture: Picture | None = None
        self._press: QPointF | None = None
        self._dragged = False
        self._held: int | None = None
        self._view = pyqtgraph.GraphicsView(self, useOpenGL=False)
        self._view.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._view.viewport().installEventFilter(self)
        self._view.viewport().grabGesture(Qt.GestureType.PinchGesture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self._times = TimeAxis(theme)
        self._strip = MarkStrip(theme)
        self._caption = MarkCaption(theme, self.tr("Alarms"))
        self.set_lanes(())
        self.apply_theme(theme)

    # ---- what others call

    def set_lanes(self, lanes: Sequence[Sequence[int]]) -> None:
        """Build lanes for these pens, top to bottom."""
        centre = QGraphicsWidget()
        grid = QGraphicsGridLayout(centre)
        grid.setContentsMargins(0, GAP, GAP, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(GAP)
        self._lanes = [LaneView(self._theme, pens) for pens in lanes]
        self._caption = MarkCaption(self._theme, self.tr("Alarms"))
        self._strip = MarkStrip(self._theme)
        grid.addItem(self._caption, 0, 0)
        grid.addItem(self._strip, 0, 1)
        grid.setRowFixedHeight(0, STRIP_PX)
        for row, lane in enumerate(self._lanes, 1):
            for column, part in enumerate((lane.axis, lane.box, lane.chips)):
                grid.addItem(part, row, column)
            grid.setRowStretchFactor(row, 1)
        self._times = TimeAxis(self._theme)
        grid.addItem(self._times, len(self._lanes) + 1, 1)
        grid.setColumnStretchFactor(1, 1)
        self._grid = grid
        self._picture = None
        self._view.setCentralWidget(centre)

    def draw(self, picture: Picture) -> None:
        """Show a picture; it has a lane for each that was set."""
        self._picture = picture
        fixed = False
        for row, lane in enumerate(picture.lanes, 1):
            if lane.height_px is not None and self._grid.rowMaximumHeight(row) != lane.height_px:
                self._grid.setRowFixedHeight(row, lane.height_px)
                fixed = True
        if fixed:
            self._grid.activate()
        for view, lane in zip(self._lanes, picture.lanes, strict=True):
            view.show(picture, lane)
        self._strip.show_marks(picture)
        self._times.show_times(picture)

    @property
    def picture(self) -> Picture | None:
        """What is shown."""
        return self._picture

    @property
    def plot_width(self) -> int:
        """Pixels from the left to the right edge of the view."""
        if self._lanes and self._lanes[0].box.width() > 0:
            return int(self._lanes[0].box.width())
        return max(200, self.width() - 140)

    @property
    def lane_height(self) -> int:
        """About how high a lane is, for the number of its marks."""
        return max(60, self.height() // max(1, len(self._lanes)))

    def drawn(self, pen: int) -> tuple[Floats, Floats]:
        """The sure part of a pen's line as it was handed to the screen."""
        for lane in self._lanes:
            if pen in lane.curves:
                x, y = lane.curves[pen].sure.getData()
                return np.asarray(x if x is not None else [], np.float64), np.asarray(
                    y if y is not None else [], np.float64
                )
        raise KeyError(pen)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self._view.setBackground(theme.card)
        for part in (self._times, self._strip, self._caption):
            part.theme = theme
            part.update()
        for lane in self._lanes:
            lane.apply_theme(theme)

    # ---- fingers

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Everything that touches the chart comes by here; pyqtgraph's own handling stays out of it."""
        del watched
        match event:
            case QMouseEvent():
                return self._mouse(event)
            case QWheelEvent():
                notches = event.angleDelta().y() / 120
                if notches:
                    self.zoomed.emit(_WHEEL_STEP**notches, self._moment(event.position().x()))
                event.accept()
                return True
            case QGestureEvent():
                return self._pinch(event)
            case _:
                if event.type() == QEvent.Type.Resize:
                    self.resized.emit()
                return False

    def _mouse(self, event: QMouseEvent) -> bool:
        place = event.position()
        match event.type():
            case QEvent.Type.MouseButtonPress:
                self._press, self._dragged = place, False
                self._held = self._cursor_near(place.x())
            case QEvent.Type.MouseMove if self._press is not None:
                moved = place.x() - self._press.x()
                if self._held is not None:
                    self._dragged = True
                    self.cursor_moved.emit(self._held, self._moment(place.x()))
                elif self._dragged or abs(moved) > _SLIP_PX:
                    self._dragged = True
                    self._press = place
                    self.panned.emit(-moved * self._seconds_per_pixel())
            case QEvent.Type.MouseButtonRelease:
                if self._press is not None and not self._dragged:
                    self._touch(place)
                self._press = self._held = None
            case _:
                pass
        event.accept()
        return True

    def _pinch(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        self._press = self._held = None  # two fingers do not drag
        if pinch.scaleFactor() > 0:
            centre = self._view.viewport().mapFromGlobal(pinch.centerPoint())
            self.zoomed.emit(1.0 / pinch.scaleFactor(), self._moment(centre.x()))
        event.accept(pinch)
        return True

    def _cursor_near(self, x: float) -> int | None:
        """The cursor under a finger."""
        if self._picture is None or self._picture.cursors is None or not self._lanes:
            return None
        left = self._lanes[0].box.sceneBoundingRect().x()
        places = [left + (at - self._picture.start_s) / self._seconds_per_pixel() for at in self._picture.cursors]
        away, which = min((abs(place - x), which) for which, place in enumerate(places))
        return which if away <= _REACH_PX else None

    def _seconds_per_pixel(self) -> float:
        if self._picture is None:
            return 0.0
        return (self._picture.end_s - self._picture.start_s) / max(1, self.plot_width)

    def _moment(self, x: float) -> float:
        """The moment under a place of the chart."""
        if self._picture is None or not self._lanes:
            return 0.0
        left = self._lanes[0].box.sceneBoundingRect().x()
        return self._picture.start_s + (x - left) * self._seconds_per_pixel()

    def _touch(self, place: QPointF) -> None:
        """Choose the pen whose line or number is nearest, when one is near."""
        if self._picture is None:
            return
        strip: QRectF = self._strip.sceneBoundingRect()
        if strip.adjusted(-MARK_PX, -4, MARK_PX, 4).contains(place):
            if (group := self._strip.at(place.x() - strip.x())) is not None:
                self.mark_touched.emit(group)
            return
        for view, lane in zip(self._lanes, self._picture.lanes, strict=True):
            rect: QRectF = view.box.sceneBoundingRect()
            if not rect.adjusted(0, 0, 40, 0).contains(place):
                continue
            share = 1.0 - (place.y() - rect.y()) / rect.height()
            value = lane.scale.low + share * (lane.scale.high - lane.scale.low)
            moment = min(self._moment(place.x()), self._picture.end_s)
            ends = ((pen, _at(line, moment)) for pen, line in lane.lines.items())
            found = [(abs(end - value), pen) for pen, end in ends if end is not None]
            if found:
                away, pen = min(found)
                if away / (lane.scale.high - lane.scale.low) * rect.height() <= _REACH_PX:
                    self.pen_touched.emit(pen)


def _at(line: Line, moment_s: float) -> float | None:
    """The value of a line at a moment; the nearest one where it has a gap; None where it has none."""
    good = ~np.isnan(line.y)
    if not good.any():
        return None
    return float(np.interp(moment_s, line.x[good], line.y[good]))
