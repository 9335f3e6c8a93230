"""One lane on the screen: its lines, and what is painted around them.

The pens are one pixel wide and not antialiased: wider ones cost eight times as much.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pyqtgraph has no type information; nothing of it leaves this module and the chart)

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from vmshmi.ui.style.theme import Theme
from vmshmi.ui.trends.lane_items import CursorLines, Ground, Limits, PenChips, ScaleAxis
from vmshmi.ui.trends.pen_colours import pen_colour
from vmshmi.ui.trends.picture import LanePicture, Picture


@dataclass(slots=True)
class _Curves:
    sure: pyqtgraph.PlotCurveItem
    doubt: pyqtgraph.PlotCurveItem


class LaneView:
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
        self.cursors = CursorLines(theme, self.box)
        self.cursors.setZValue(2)
        self._theme = theme
        self._chosen: int | None = None
        self.apply_theme(theme)

    def _curves(self) -> _Curves:
        made = [pyqtgraph.PlotCurveItem(connect="finite", skipFiniteCheck=False) for _ in range(2)]
        for curve in made:
            self.box.addItem(curve, ignoreBounds=True)
        return _Curves(*made)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for part in (self.axis, self.chips, self.ground, self.limits, self.cursors):
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
        """Draw this from now on."""
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
        self.cursors.show_cursors(picture, lane, size)
        self.axis.show_lane(picture, lane)
        self.chips.show_lane(picture, lane)


def _mixed(colour: QColor, ground: QColor) -> QColor:
    """Halfway to the ground."""
    return QColor(
        (colour.red() + ground.red()) // 2, (colour.green() + ground.green()) // 2, (colour.blue() + ground.blue()) // 2
    )
