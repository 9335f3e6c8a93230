"""Marks of the time axis in ship's time or UTC, right over a clock change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vmshmi.ui.binding.ship_time import ShipTime

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)
_DAY_S = 86_400
_SHORT_S = 300
_DAY_STEPS = (1, 2, 7, 14, 30, 61, 122, 365)
_FINEST_OFFSET_S = 900
"""Every zone's offset to UTC is a multiple of 15 minutes."""


@dataclass(frozen=True, slots=True)
class TimeMark:
    """A mark on the axis: seconds since 1970 UTC and what stands there."""

    at_s: float
    text: str


class TimeTicks:
    """Chooses the marks.

    Args:
        times: ship's time.
        utc: True reads UTC instead.
    """

    def __init__(self, times: ShipTime, utc: bool = False) -> None:
        self._times = times
        self.utc = utc

    def marks(self, start_s: float, end_s: float, most: int) -> list[TimeMark]:
        """At most about `most` marks between two moments, on round times of the clock that is shown."""
        rough = (end_s - start_s) / max(1, most)
        step = next((step for step in _STEPS_S if step >= rough), None)
        moments = self._days(start_s, end_s, rough) if step is None else self._moments(start_s, end_s, step)
        return [TimeMark(at, self._text(at, step)) for at in moments]

    def span_text(self, start_s: float, end_s: float, to: str = " – ") -> str:
        """`22 Nov 2026, 14:06 – 15:06`: days and times of a view by the clock that is shown; `to` between days."""
        first, last = self._wall(start_s), self._wall(end_s)
        clock = "%H:%M:%S" if end_s - start_s < _SHORT_S else "%H:%M"
        if first.date() == last.date():
            return f"{first.strftime('%d %b %Y')}, {first.strftime(clock)} – {last.strftime(clock)}"
        pattern = f"%d %b {clock}" if first.year == last.year else f"%d %b %Y {clock}"
        return f"{first.strftime(pattern)}{to}{last.strftime(f'%d %b %Y {clock}')}"

    def moment_text(self, at_s: float) -> str:
        """`22 Nov 2026, 14:06:05`."""
        return self._wall(at_s).strftime("%d %b %Y, %H:%M:%S")

    def clock_text(self, at_s: float) -> str:
        """`14:06:05`."""
        return self._wall(at_s).strftime("%H:%M:%S")

    def wall(self, at_s: float) -> datetime:
        """What the clock that is shown reads at a moment."""
        return self._wall(at_s)

    def at(self, wall: datetime) -> float:
        """The moment at which the clock that is shown reads `wall`; the first one of an hour that comes twice."""
        reading = wall.replace(tzinfo=UTC).timestamp()
        at_s = reading
        for _ in range(2):
            at_s = reading - (self._wall(at_s).utcoffset() or timedelta()).total_seconds()
        earlier = at_s - 3_600
        return earlier if self._wall(earlier).replace(tzinfo=None) == wall.replace(tzinfo=None) else at_s

    def offset_text(self, start_s: float, end_s: float) -> str:
        """`UTC+1`, or `UTC+2 → UTC+1` when the clock changes in view."""
        if self.utc:
            return "UTC"
        first = self._times.offset(datetime.fromtimestamp(start_s, UTC))
        last = self._times.offset(datetime.fromtimestamp(end_s, UTC))
        return first if first == last else f"{first} → {last}"

    def _wall(self, at_s: float) -> datetime:
        moment = datetime.fromtimestamp(at_s, UTC)
        return moment if self.utc else self._times.local(moment)

    def _moments(self, start_s: float, end_s: float, step: int) -> list[float]:
        grid = min(step, _FINEST_OFFSET_S)
        first = -(-int(start_s) // grid)
        found: list[float] = []
        for number in range(first, int(end_s // grid) + 1):
            at = float(number * grid)
            wall = self._wall(at)
            if (wall.hour * 3_600 + wall.minute * 60 + wall.second) % step == 0:
                found.append(at)
        return found

    def _days(self, start_s: float, end_s: float, rough: float) -> list[float]:
        days = next((days for days in _DAY_STEPS if days * _DAY_S >= rough), _DAY_STEPS[-1])
        found: list[float] = []
        day = self._wall(start_s).date()
        at = self._midnight(start_s)
        while at <= end_s:
            if at >= start_s and day.toordinal() % days == 0:
                found.append(at)
            day += timedelta(days=1)
            at = self._midnight(at + 1.5 * _DAY_S)
        return found

    def _midnight(self, at_s: float) -> float:
        """The beginning of the day `at_s` lies in; a clock change in the morning is stepped over."""
        at = at_s
        for _ in range(2):
            wall = self._wall(at)
            into = wall.hour * 3_600 + wall.minute * 60 + wall.second + wall.microsecond / 1e6
            at -= into if into < 0.75 * _DAY_S or at == at_s else into - _DAY_S
        return at

    def _text(self, at_s: float, step: int | None) -> str:
        wall = self._wall(at_s)
        if step is None:
            return wall.strftime("%d %b")
        if wall.hour == wall.minute == wall.second == 0:
            return wall.strftime("%d %b")
        return wall.strftime("%H:%M:%S" if step < 60 else "%H:%M")
