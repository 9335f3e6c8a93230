"""A clock that moves only when told."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Both clocks of `vmshmi.core.clock.Clock`, moved by hand."""

    def __init__(self, start: datetime = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)) -> None:
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let both clocks run on."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def step_wall(self, seconds: float) -> None:
        """Set the wall clock, as an NTP step does; the monotonic clock stays."""
        self._now += timedelta(seconds=seconds)
