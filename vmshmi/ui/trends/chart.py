"""The chart: lanes beneath each other over one time axis, moved by a finger, the wheel, or two fingers.

This is the only module that knows pyqtgraph. Its pens are one pixel wide and not antialiased (wider ones cost eight
times as much), and OpenGL stays off (broken without a screen, slower in software).
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pyqtgraph has no type information; nothing of it leaves this module)

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QWheelEvent
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
from vmshmi.ui.trends.lane_items import Ground, Limits, PenChips, ScaleAxis, TimeAxis
from vmshmi.ui.trends.pen_colours import pen_colour
from vmshmi.ui.trends.picture import LanePicture, Picture
from vmshmi.ui.trends.series import Floats
from vmshmi.ui.trends.shape import Line

_SLIP_PX = 12
"""A finger may slip this far and still mean a touch."""
_REACH_PX = 28
"""A touch this near to a line means the line."""
_WHEEL_STEP = 0.8
"""One notch of the wheel makes the view this much shorter."""


@dataclass(slots=True)
class _Curves:
    sure: pyqtgraph.PlotCurveItem
    doubt: pyqtgraph.PlotCurveItem


class _LaneView:
    """One lane on the screen."""

    def __init__(self, theme: Theme, pens: Sequence[int]) -> None:
        self.axis = ScaleAxis(theme)
        self.chips = PenChips(theme)
        self.box = pyqtgraph.ViewBox(enableMenu=False, enableMouse=False)
        self.box.setMinimumHeight(40)
        self.box.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.ground = Ground(theme, self.box)
        self.ground.setZValue(-1)
        self.limits = Limits(theme, self.box)
        self.limits.setZValue(1)
        self.curves = {pen: self._curves() for pen in pens}
        self._theme = theme
        self._chosen: int | None = None
        self.apply_theme(theme)

    def _curves(self) -> _Curves:
        made = [pyqtgraph.PlotCurveItem(connect="finite", skipFiniteCheck=False) for _ in range(2)]
        for curve in made:
            self.box.addItem(curve, ignoreBounds=True)
        return _Curves(*made)

    def apply_theme(self, theme: Theme) -> None:
        for part in (self.axis, self.chips, self.ground, self.limits):
            part.theme = theme
            part.update()
        self._theme = theme
        self._paint_pens(self._chosen)

    def _paint_pens(self, chosen: int | None) -> None:
        """Each in its colour; beside the chosen one the others of its lane step back."""
        self._chosen = chosen
        for pen, curves in self.curves.items():
            colour = pen_colour(self._theme.name, pen)
            if chosen is not None and chosen != pen:
                colour = _mixed(colour, self._theme.card)
            ink = QPen(colour, 1)
            ink.setCosmetic(True)
            curves.sure.setPen(ink)
            dashed = QPen(ink)
            dashed.setDashPattern([4, 4])
            curves.doubt.setPen(dashed)

    def show(self, picture: Picture, lane: LanePicture) -> None:
        self.box.setRange(xRange=(picture.start_s, picture.end_s), yRange=(lane.scale.low, lane.scale.high), padding=0)
        chosen = picture.selected if picture.selected in self.curves and lane.height_px is None else None
        if chosen != self._chosen:
            self._paint_pens(chosen)
        for pen, curves in self.curves.items():
            line = lane.lines.get(pen)
            if line is not None:
                curves.sure.setData(line.x, line.y)
                curves.doubt.setVisible(len(line.doubt_x) > 0)
                if len(line.doubt_x):
                    curves.doubt.setData(line.doubt_x, line.doubt_y)
                curves.sure.setZValue(1 if picture.selected == pen else 0)
        size = self.box.size()
        self.ground.show_lane(picture, lane, size)
        self.limits.show_lane(picture, lane, size)
        self.axis.show_lane(picture, lane)
        self.chips.show_lane(picture, lane)


class Chart(QWidget):
    """Draws pictures; says how it was touched, and changes nothing by itself."""

    panned = Signal(float)
    """Seconds the view is to move by; negative is into the past."""
    zoomed = Signal(float, float)
    """Factor for the length of the view, and the moment that stays where it is."""
    pen_touched = Signal(int)
    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lanes: list[_LaneView] = []
        self._picture: Picture | None = None
        self._press: QPointF | None = None
        self._dragged = False
        self._view = pyqtgraph.GraphicsView(self, useOpenGL=False)
        self._view.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._view.viewport().installEventFilter(self)
        self._view.viewport().grabGesture(Qt.GestureType.PinchGesture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self._times = TimeAxis(theme)
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
        self._lanes = [_LaneView(self._theme, pens) for pens in lanes]
        for row, lane in enumerate(self._lanes):
            for column, part in enumerate((lane.axis, lane.box, lane.chips)):
                grid.addItem(part, row, column)
            grid.setRowStretchFactor(row, 1)
        self._times = TimeAxis(self._theme)
        grid.addItem(self._times, len(self._lanes), 1)
        grid.setColumnStretchFactor(1, 1)
        self._grid = grid
        self._picture = None
        self._view.setCentralWidget(centre)

    def draw(self, picture: Picture) -> None:
        """Show a picture; it has a lane for each that was set."""
        self._picture = picture
        fixed = False
        for row, lane in enumerate(picture.lanes):
            if lane.height_px is not None and self._grid.rowMaximumHeight(row) != lane.height_px:
                self._grid.setRowFixedHeight(row, lane.height_px)
                fixed = True
        if fixed:
            self._grid.activate()
        for view, lane in zip(self._lanes, picture.lanes, strict=True):
            view.show(picture, lane)
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
        self._times.theme = theme
        self._times.update()
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
            case QEvent.Type.MouseMove if self._press is not None:
                moved = place.x() - self._press.x()
                if self._dragged or abs(moved) > _SLIP_PX:
                    self._dragged = True
                    self._press = place
                    self.panned.emit(-moved * self._seconds_per_pixel())
            case QEvent.Type.MouseButtonRelease:
                if self._press is not None and not self._dragged:
                    self._touch(place)
                self._press = None
            case _:
                pass
        event.accept()
        return True

    def _pinch(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        self._press = None  # two fingers do not drag
        if pinch.scaleFactor() > 0:
            centre = self._view.viewport().mapFromGlobal(pinch.centerPoint())
            self.zoomed.emit(1.0 / pinch.scaleFactor(), self._moment(centre.x()))
        event.accept(pinch)
        return True

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


def _mixed(colour: QColor, ground: QColor) -> QColor:
    """Halfway to the ground."""
    return QColor(
        (colour.red() + ground.red()) // 2, (colour.green() + ground.green()) // 2, (colour.blue() + ground.blue()) // 2
    )


def _at(line: Line, moment_s: float) -> float | None:
    """The value of a line at a moment; the nearest one where it has a gap; None where it has none."""
    good = ~np.isnan(line.y)
    if not good.any():
        return None
    return float(np.interp(moment_s, line.x[good], line.y[good]))
