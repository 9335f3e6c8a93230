"""Notices that the wall clock was set: the monotonic clock, which nobody sets, says how far it should have come."""

from vmshmi.core.clock import Clock
from vmshmi.runtime.supervision.alarms import JUMP_S

TOLD_FOR_S = 60.0
"""How long a jump keeps its caution up."""


class ClockWatch:
    """Compares both clocks each time it looks.

    Args:
        clock: both clocks.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall = clock.now()
        self._monotonic = clock.monotonic()
        self._jump_s = 0.0
        self._jumped_at = 0.0

    @property
    def last_jump_s(self) -> float:
        """By how much the clock was set within the last minute, forward or (negative) back; otherwise 0."""
        return self._jump_s

    def look(self) -> float | None:
        """By how much the clock was set since the last look; None when it was not, by more than a second."""
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        by_s = (wall - self._wall).total_seconds() - (monotonic - self._monotonic)
        self._wall, self._monotonic = wall, monotonic
        if abs(by_s) > JUMP_S:
            self._jump_s, self._jumped_at = by_s, monotonic
            return by_s
        if monotonic - self._jumped_at >= TOLD_FOR_S:
            self._jump_s = 0.0
        return None
