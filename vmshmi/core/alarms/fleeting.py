"""The fleeting memory: how often an alarm came within the last hours. Pure; monotonic seconds."""

from dataclasses import dataclass

MOST = 999
"""Raisings that are remembered of one alarm; more say nothing new."""


@dataclass(frozen=True, slots=True)
class FleetingMemory:
    """The raisings of one alarm.

    Attributes:
        more_than: raisings within `window_s` beyond which it is repeating; 0 switches the memory off.
        window_s: how far it looks back, seconds.
        raisings: monotonic seconds, oldest first, at most `MOST`.
    """

    more_than: int = 0
    window_s: float = 0.0
    raisings: tuple[float, ...] = ()

    def raised(self, now: float) -> "FleetingMemory":
        """The memory after one more raising; what is older than the window is forgotten."""
        if self.more_than <= 0:
            return self
        oldest = now - self.window_s
        kept = [moment for moment in self.raisings if moment > oldest]
        return FleetingMemory(self.more_than, self.window_s, tuple([*kept, now][-MOST:]))

    @property
    def repeats(self) -> int:
        """How often it was raised within the window that ends with its last raising; 0 when that is not too often."""
        count = len(self.raisings)
        return count if 0 < self.more_than < count else 0

    @property
    def calm_at(self) -> float:
        """The moment from which the window holds few enough; long ago when it does already."""
        if not self.repeats:
            return float("-inf")
        return self.raisings[-self.more_than - 1] + self.window_s


NO_MEMORY = FleetingMemory()
