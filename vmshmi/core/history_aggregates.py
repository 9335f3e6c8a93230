"""Figures over a period, out of rows recorded by change: a value holds until the next row, a gap row ends it."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Figures of one tag over a period, its end not included.

    Attributes:
        seconds: length of the period.
        known_s: how much of it had a value.
        rows: rows recorded in it, gaps included.
        mean: time-weighted, over the time with a value; None where there was none.
        minimum, maximum: over every value that held or was recorded in it; None where there was none.
        total: sum of the recorded values, each row once. Depends on how often was recorded.
        integral: value times seconds: 3,600,000 for 1000 kW during an hour.
        running_s: how long the value was known and not 0.
        starts: how often it went from 0 to not 0; over a gap in between too, for then it did start once at least.
        state_s: for a tag with states, seconds of each value that held.
    """

    seconds: float
    known_s: float
    rows: int
    mean: float | None
    minimum: float | None
    maximum: float | None
    total: float
    integral: float
    running_s: float
    starts: int
    state_s: dict[float, float] = field(default_factory=dict[float, float])

    @property
    def unknown_share(self) -> float:
        """Share of the period without a value, 0 to 1."""
        return 1.0 - self.known_s / self.seconds if self.seconds else 0.0

    @property
    def duty(self) -> float | None:
        """Share of the known time in which the value was not 0, 0 to 1; None when nothing is known."""
        return self.running_s / self.known_s if self.known_s else None


class Accumulator:
    """Takes the rows of one tag in order of time, in pieces, so that months need no more memory than a day.

    Args:
        since_us: begin of the period, microseconds since 1970 UTC.
        until_us: its end, not included; later than `since_us`.
        with_states: keep the time in each value; for tags with few different values.
    """

    def __init__(self, since_us: int, until_us: int, *, with_states: bool = False) -> None:
        self._since_us, self._until_us = since_us, until_us
        self._with_states = with_states
        self._at_us = since_us
        self._held: float | None = None
        self._last_known: float | None = None
        self._known_us = self._running_us = 0
        self._integral = self._total = 0.0  # of value times microseconds
        self._minimum: float | None = None
        self._maximum: float | None = None
        self._rows = self._starts = 0
        self._state_us: dict[float, int] = {}

    def add(self, stamps: Iterable[int], values: Iterable[float]) -> None:
        """Take the next rows.

        Args:
            stamps: microseconds, none before those already taken. The last row before the period tells what held at
                its begin; rows at or after its end are left out.
            values: NaN is a gap.
        """
        for stamp, value in zip(stamps, values, strict=True):
            if stamp >= self._until_us:
                break
            known = value == value  # False for NaN alone
            if stamp >= self._since_us:
                self._settle(stamp)
                self._rows += 1
                if known:
                    self._total += value
                    self._see(value)
                    if value != 0 and self._last_known == 0:
                        self._starts += 1
            self._held = value if known else None
            if known:
                self._last_known = value

    def result(self) -> Aggregates:
        """The figures; nothing may be added any more."""
        self._settle(self._until_us)
        return Aggregates(
            seconds=(self._until_us - self._since_us) / 1e6,
            known_s=self._known_us / 1e6,
            rows=self._rows,
            mean=self._integral / self._known_us if self._known_us else None,
            minimum=self._minimum,
            maximum=self._maximum,
            total=self._total,
            integral=self._integral / 1e6,
            running_s=self._running_us / 1e6,
            starts=self._starts,
            state_s={value: held_us / 1e6 for value, held_us in sorted(self._state_us.items())},
        )

    def _settle(self, stamp: int) -> None:
        """The held value has held until now."""
        held, span = self._held, stamp - self._at_us
        self._at_us = stamp
        if held is None or span <= 0:
            return
        self._known_us += span
        self._integral += held * span
        if held != 0:
            self._running_us += span
        if self._with_states:
            self._state_us[held] = self._state_us.get(held, 0) + span
        self._see(held)

    def _see(self, value: float) -> None:
        if self._minimum is None or value < self._minimum:
            self._minimum = value
        if self._maximum is None or value > self._maximum:
            self._maximum = value
