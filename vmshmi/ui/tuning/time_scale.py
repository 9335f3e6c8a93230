"""From moments to pixels, and where the marks of the time axis stand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_STEPS_S = (60, 300, 600, 1800, 3600, 7200, 14_400, 21_600, 86_400, 2 * 86_400, 5 * 86_400, 7 * 86_400)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A period over a width.

    Attributes:
        since, until: UTC.
        left, right: pixels.
    """

    since: datetime
    until: datetime
    left: float
    right: float

    def x(self, moment: datetime) -> float:
        """Where a moment stands; what lies outside stands at the edge."""
        whole = (self.until - self.since).total_seconds()
        part = (moment - self.since).total_seconds() / whole if whole > 0 else 0.0
        return self.left + min(max(part, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, most: int) -> list[tuple[datetime, str]]:
        """Round moments with their text: the time, for long periods the day."""
        whole_s = (self.until - self.since).total_seconds()
        step = next((step for step in _STEPS_S if whole_s / step <= most), _STEPS_S[-1])
        pattern = "%H:%M" if step < 43_200 else "%d %b"
        first_s = (int(self.since.timestamp()) // step + 1) * step
        moment = datetime.fromtimestamp(first_s, UTC)
        found: list[tuple[datetime, str]] = []
        while moment <= self.until:
            found.append((moment, moment.strftime(pattern)))
            moment += timedelta(seconds=step)
        return found
