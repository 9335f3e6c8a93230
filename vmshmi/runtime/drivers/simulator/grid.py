"""When to tick: a grid of equal steps from the start, so that lateness never adds up."""


class Grid:
    """Equal steps of monotonic time.

    Args:
        begin_s: moment of the start.
        step_s: distance of two ticks.
    """

    def __init__(self, begin_s: float, step_s: float) -> None:
        self._begin_s = begin_s
        self._step_s = step_s
        self._ticks = 0
        self.missed = 0
        """Ticks that were passed over because their time had gone by wholly."""

    def wait_s(self, now_s: float) -> float:
        """Go on to the next tick; returns how long to wait for it, 0 when it is late already."""
        self._ticks += 1
        late = now_s - (self._begin_s + self._ticks * self._step_s)
        if late >= self._step_s:
            passed = int(late / self._step_s)
            self._ticks += passed
            self.missed += passed
            late -= passed * self._step_s
        return max(0.0, -late)
