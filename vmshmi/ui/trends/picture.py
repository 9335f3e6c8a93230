"""What the chart draws: everything is worked out before a pixel is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmshmi.ui.trends.limits import LimitMark
from vmshmi.ui.trends.marks import MarkGroup
from vmshmi.ui.trends.scale import Scale
from vmshmi.ui.trends.shape import Line
from vmshmi.ui.trends.time_ticks import TimeMark


@dataclass(frozen=True, slots=True)
class AxisMark:
    """A mark on the axis of a lane: where, in the lane's own measure, and what stands there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class LanePicture:
    """One lane.

    Attributes:
        scale: its measure, bottom to top.
        marks: on its axis.
        lines: of each pen (by position), in the lane's measure.
        axis_pen: the pen the axis belongs to; None when it belongs to all.
        normal: normal range of the chosen pen, in the lane's measure, open ends as None; None draws nothing.
        limits: alarm limits of the chosen pen, `value` in the lane's measure.
        dividers: quiet lines between bands, in the lane's measure.
        height_px: fixed height; None takes its share of what is there.
    """

    scale: Scale
    marks: tuple[AxisMark, ...]
    lines: Mapping[int, Line]
    axis_pen: int | None = None
    normal: tuple[float | None, float | None] | None = None
    limits: tuple[LimitMark, ...] = ()
    dividers: tuple[float, ...] = ()
    height_px: int | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """Smallest and largest value of a pen in view, in its own unit; None without any."""

    low: float | None = None
    high: float | None = None

    def with_value(self, value: float) -> "Extent":
        """This extent and one value more."""
        if self.low is None or self.high is None:
            return Extent(value, value)
        return Extent(min(self.low, value), max(self.high, value))


NO_EXTENT = Extent()


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole chart.

    Attributes:
        start_s, end_s: the view, seconds since 1970 UTC.
        times: marks of the time axis.
        lanes: top to bottom.
        selected: position of the chosen pen; None for none.
        extents: of each pen, in order.
        marks: what happened, for the strip above the lanes.
        cursors: two moments, the earlier one first; None while there are none.
    """

    start_s: float
    end_s: float
    times: Sequence[TimeMark]
    lanes: Sequence[LanePicture]
    selected: int | None
    extents: Sequence[Extent]
    marks: Sequence[MarkGroup] = ()
    cursors: tuple[float, float] | None = None
