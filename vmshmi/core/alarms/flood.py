"""When raisings come faster than a person can answer them: the beginning and the end of a flood, and the rate.

Moments are numbers of one unit that never go back (seconds of a monotonic clock, microseconds of a journal); the window
is of the same unit. Counted is what people are told: not what is shelved, out of service or suppressed by design,
not the alarm test, and not the alarm that tells of the flood itself.
"""

from collections import deque
from dataclasses import dataclass

from vmshmi.core.values import TagId

FLOODING = "system.alarms.flooding"
"""The alarm that tells of a flood."""
FLOOD = TagId("system.alarms.flood")
"""True while a flood is on."""
RATE = TagId("system.alarms.rate")
"""Raisings per ten minutes."""
_TEST = "system.test."


def is_counted(alarm_id: str) -> bool:
    """True for alarms whose raisings make a flood and are measured: not the alarm test, not the flood's own caution."""
    return alarm_id != FLOODING and not alarm_id.startswith(_TEST)


@dataclass(frozen=True, slots=True)
class Flood:
    """One flood.

    Attributes:
        begin: the moment of the raising that made it one.
        end: when the window held few enough again; None while it lasts.
        raisings: those of the window at its beginning and all until its end.
    """

    begin: float
    end: float | None
    raisings: int


class FloodMeter:
    """Counts raisings within a window that moves with the time.

    Args:
        start: raisings within the window that begin a flood; at least 1.
        end: below how many the flood ends; from 1 to `start`.
        window: how long a raising counts: one that is exactly as old counts no more.
    """

    def __init__(self, start: int, end: int, window: float) -> None:
        self._start = max(1, start)
        self._end = max(1, min(end, self._start))
        self._window = window
        self._recent: deque[float] = deque()
        self._now = float("-inf")
        self._begin: float | None = None
        self._raisings = 0
        self.ended: list[Flood] = []
        """Floods that are over, oldest first; who reads them may empty it."""

    @property
    def rate(self) -> int:
        """Raisings within the window, as of the last moment that was told."""
        return len(self._recent)

    @property
    def flood(self) -> Flood | None:
        """The flood that is on."""
        return None if self._begin is None else Flood(self._begin, None, self._raisings)

    def raised(self, at: float) -> None:
        """One raising. A moment before the last one told counts as that one: clocks are set back."""
        at = max(at, self._now)
        self.passed(at)
        self._recent.append(at)
        if self._begin is not None:
            self._raisings += 1
        elif len(self._recent) >= self._start:
            self._begin, self._raisings = at, len(self._recent)

    def passed(self, now: float) -> None:
        """Time has passed: forget what is too old; the flood ends at the moment when too few were left."""
        self._now = max(now, self._now)
        recent, gone = self._recent, self._now - self._window
        while recent and recent[0] <= gone:
            oldest = recent.popleft()
            if self._begin is not None and len(recent) < self._end:
                self.ended.append(Flood(self._begin, oldest + self._window, self._raisings))
                self._begin = None
