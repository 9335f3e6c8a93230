"""Composes the picture of the chart from pens, a stretch of time and what is chosen. No pixel is drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from vmshmi.core.clock import to_micros
from vmshmi.core.display import value_text
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.ui.trends.cursors import Between, between
from vmshmi.ui.trends.lanes import STATE_KINDS, Lane, LaneKind, lanes_of
from vmshmi.ui.trends.limits import LimitMark
from vmshmi.ui.trends.marks import MARK_PX, EventMark, grouped
from vmshmi.ui.trends.picture import AxisMark, Extent, LanePicture, Picture
from vmshmi.ui.trends.scale import Scale, round_scale, steady
from vmshmi.ui.trends.series import Floats, PenSeries
from vmshmi.ui.trends.shape import Line, Look, line_of
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.trends.xy import Pairs, pairs_of

_BAND_PX = 48
_BAND_MANY_PX = 68
_LEAST_BAND_PX = 20
_LABEL_PX = 16.0


@dataclass(frozen=True, slots=True)
class Pen:
    """A tag on the chart.

    Attributes:
        tag: what is drawn.
        limits: its alarm limits.
        series: what is known of it.
        silence_s: rows further apart than this have nothing between them.
    """

    tag: TagDef
    limits: tuple[LimitMark, ...] = ()
    series: PenSeries = field(default_factory=PenSeries)
    silence_s: float = float("inf")

    @property
    def is_step(self) -> bool:
        """True for states: they hold until the next one."""
        return self.tag.kind in STATE_KINDS or self.tag.kind is TagKind.COUNTER


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen.

    Attributes:
        start_s, end_s, now_s: seconds since 1970 UTC.
        width_px: of the chart without its axes.
        height_px: of one lane, about; for the number of marks.
        fit: True scales to the lines alone, False to the normal ranges and the chosen pen's limits too.
        selected: position of the chosen pen.
        marks: what happened, in order of time.
        cursors: two moments, the earlier one first; None while there are none.
    """

    start_s: float
    end_s: float
    now_s: float
    width_px: int
    height_px: int
    fit: bool
    selected: int | None
    marks: Sequence[EventMark] = ()
    cursors: tuple[float, float] | None = None


class Composer:
    """Remembers its scales, so that they do not jump while time goes on."""

    def __init__(self, ticks: TimeTicks) -> None:
        self._ticks = ticks
        self._pens: tuple[Pen, ...] = ()
        self._lanes: tuple[Lane, ...] = ()
        self._scales: dict[str, Scale] = {}

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Top to bottom."""
        return self._lanes

    def set_pens(self, pens: Sequence[Pen], *, each: bool = False) -> None:
        """Draw these from now on; with `each` every line has a scale of its own."""
        self._pens = tuple(pens)
        self._lanes = lanes_of([pen.tag for pen in pens], each=each)
        self.forget_scales()

    def forget_scales(self) -> None:
        """Choose all scales anew: another stretch of time, another choice."""
        self._scales.clear()

    def compose(self, view: View) -> Picture:
        """The picture of a view."""
        lines = [self._line(pen, view) for pen in self._pens]
        return Picture(
            view.start_s,
            view.end_s,
            self._ticks.marks(view.start_s, view.end_s, max(2, view.width_px // 110)),
            [self._lane(lane, lines, view) for lane in self._lanes],
            view.selected,
            [Extent(line.low, line.high) for line in lines],
            grouped(
                view.marks, view.start_s, view.end_s, MARK_PX * (view.end_s - view.start_s) / max(1, view.width_px)
            ),
            view.cursors,
        )

    def between(self, position: int, view: View) -> Between:
        """What a pen did between the cursors.

        Raises:
            ValueError: if there are none.
        """
        if view.cursors is None:
            raise ValueError("no cursors")
        pen = self._pens[position]
        a_s, b_s = view.cursors
        return between(
            pen.series.rows(_micros(a_s), _micros(b_s)),
            a_s,
            b_s,
            step=pen.is_step,
            silence_s=max(pen.silence_s, 4 * pen.series.bucket_s),
            bucket_s=pen.series.bucket_s,
            hold_to_s=min(view.now_s, view.end_s),
        )

    def pairs(self, across: int, up: int, view: View) -> Pairs:
        """Values of two pens at the same moments of the view."""
        pens = self._pens[across], self._pens[up]
        start, end = _micros(view.start_s), _micros(min(view.end_s, view.now_s))
        first, second = (pen.series.rows(start, end) for pen in pens)
        silences = tuple(max(pen.silence_s, 4 * pen.series.bucket_s) for pen in pens)
        return pairs_of(
            first,
            second,
            view.start_s,
            min(view.end_s, view.now_s),
            steps=(pens[0].is_step, pens[1].is_step),
            silences_s=(silences[0], silences[1]),
        )

    def _line(self, pen: Pen, view: View) -> Line:
        look = Look(
            view.start_s,
            view.end_s,
            max(100, view.width_px),
            pen.is_step,
            min(view.now_s, view.end_s) if pen.is_step else None,
            max(pen.silence_s, 4 * pen.series.bucket_s),
        )
        rows = pen.series.rows(_micros(view.start_s), _micros(view.end_s))
        return line_of(rows, look)

    def _lane(self, lane: Lane, lines: Sequence[Line], view: View) -> LanePicture:
        match lane.kind:
            case LaneKind.UNIT:
                return self._unit_lane(lane, lines, view)
            case LaneKind.OWN:
                return self._own_lane(lane, lines, view)
            case LaneKind.STATES:
                room = view.height_px * len(self._lanes) * (0.5 if len(self._lanes) > 1 else 1.0)
                return _states_lane(lane, lines, self._pens, room)

    def _unit_lane(self, lane: Lane, lines: Sequence[Line], view: View) -> LanePicture:
        ends = [end for pen in lane.pens for end in self._ends(pen, lines[pen], view)]
        scale = self._scale(f"unit {lane.unit}", ends, view)
        chosen = self._pens[view.selected] if view.selected in lane.pens else None
        return LanePicture(
            scale,
            _marks(scale, lane.unit),
            {pen: lines[pen] for pen in lane.pens},
            normal=_normal(chosen.tag) if chosen else None,
            limits=chosen.limits if chosen else (),
        )

    def _own_lane(self, lane: Lane, lines: Sequence[Line], view: View) -> LanePicture:
        """Each pen from 0 to 1 of its own scale; marks, range and limits are those of one pen."""
        scales = {pen: self._scale(f"pen {pen}", self._ends(pen, lines[pen], view), view) for pen in lane.pens}
        chosen = view.selected if view.selected in lane.pens else lane.pens[0]
        tag, own = self._pens[chosen].tag, scales[chosen]
        normal = _normal(tag) if view.selected == chosen else None
        limits = self._pens[chosen].limits if view.selected == chosen else ()
        return LanePicture(
            Scale(0.0, 1.0, own.step / (own.high - own.low)),
            tuple(AxisMark(own.share(mark.at), mark.text) for mark in _marks(own, tag.unit)),
            {pen: _scaled(lines[pen], scales[pen]) for pen in lane.pens},
            axis_pen=chosen,
            normal=None if normal is None else (_share(own, normal[0]), _share(own, normal[1])),
            limits=tuple(replace(limit, value=own.share(limit.value)) for limit in limits),
        )

    def _ends(self, position: int, line: Line, view: View) -> list[float]:
        """Values the scale of a pen must hold."""
        pen = self._pens[position]
        ends = [end for end in (line.low, line.high) if end is not None]
        if view.fit and ends:
            return ends
        ends += [end for end in (pen.tag.normal_min, pen.tag.normal_max) if end is not None]
        if view.selected == position:
            ends += [limit.value for limit in pen.limits]
        return ends

    def _scale(self, name: str, ends: Sequence[float], view: View) -> Scale:
        marks = max(2, min(6, view.height_px // 36))
        wanted = round_scale(min(ends, default=0.0), max(ends, default=1.0), marks)
        self._scales[name] = steady(self._scales.get(name), wanted)
        return self._scales[name]


def _micros(at_s: float) -> int:
    return to_micros(datetime.fromtimestamp(at_s, UTC))


def _share(scale: Scale, value: float | None) -> float | None:
    return None if value is None else scale.share(value)


def _normal(tag: TagDef) -> tuple[float | None, float | None] | None:
    return None if tag.normal_min is None and tag.normal_max is None else (tag.normal_min, tag.normal_max)


def _marks(scale: Scale, unit: str) -> tuple[AxisMark, ...]:
    """Numbers; the unit stands beside the highest one."""
    places = scale.marks()
    texts = [f"{place:z.{scale.decimals}f}" for place in places]
    if texts and unit:
        texts[-1] = f"{texts[-1]} {unit}"
    return tuple(AxisMark(place, text) for place, text in zip(places, texts, strict=True))


def _scaled(line: Line, scale: Scale) -> Line:
    size = scale.high - scale.low
    return replace(
        line,
        y=(line.y - scale.low) / size,
        doubt_y=(line.doubt_y - scale.low) / size,
        last=None if line.last is None else scale.share(line.last),
    )


def _states_lane(lane: Lane, lines: Sequence[Line], pens: Sequence[Pen], room_px: float) -> LanePicture:
    """A band for each pen, the first one on top; the measure is pixels from the bottom."""
    levels = [_levels(pens[pen].tag, lines[pen]) for pen in lane.pens]
    heights = [_BAND_PX if len(level) < 3 else _BAND_MANY_PX for level in levels]
    tight = min(1.0, room_px / sum(heights))
    heights = [max(_LEAST_BAND_PX, int(height * tight)) for height in heights]
    top = float(sum(heights))
    total, marks, drawn, dividers = int(top), list[AxisMark](), dict[int, Line](), list[float]()
    for pen, level, height in zip(lane.pens, levels, heights, strict=True):
        places = np.linspace(top - height + height / 4, top - height / 4, len(level))
        drawn[pen] = _placed(lines[pen], np.array(level), places)
        marks += _state_marks(pens[pen].tag, level, places)
        top -= height
        dividers.append(top)
    marks.sort(key=lambda mark: mark.at)
    scale = Scale(0.0, float(total), 1.0)
    return LanePicture(scale, tuple(marks), drawn, dividers=tuple(dividers[:-1]), height_px=total)


def _levels(tag: TagDef, line: Line) -> list[float]:
    """The states to make room for: all of a few, else those that were seen."""
    named = sorted(float(number) for number, _ in tag.states)
    if not named and tag.kind is TagKind.DIGITAL:
        named = [0.0, 1.0]
    if 2 <= len(named) <= 3:
        return named
    seen = np.unique(np.concatenate((line.y[~np.isnan(line.y)], line.doubt_y[~np.isnan(line.doubt_y)])))
    found = [float(level) for level in seen[:8]]
    while len(found) < 2:
        others = [level for level in named or [0.0, 1.0, 2.0] if level not in found]
        found.append(others[0])
    return sorted(found)


def _placed(line: Line, levels: Floats, places: Floats) -> Line:
    def at(values: Floats) -> Floats:
        return np.where(np.isnan(values), np.nan, np.interp(values, levels, places))

    last = None if line.last is None else float(np.interp(line.last, levels, places))
    return replace(line, y=at(line.y), doubt_y=at(line.doubt_y), last=last)


def _state_marks(tag: TagDef, levels: Sequence[float], places: Floats) -> list[AxisMark]:
    marks: list[AxisMark] = []
    for level, place in zip(levels, places.tolist(), strict=True):
        if not marks or place - marks[-1].at >= _LABEL_PX:
            marks.append(AxisMark(place, value_text(tag, level)))
    return marks
