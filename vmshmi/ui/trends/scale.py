"""Scales a person can read: round ends, few round marks, and no jumping."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from `low` to `high` with a mark every `step`."""

    low: float
    high: float
    step: float

    def marks(self) -> list[float]:
        """Where the marks are."""
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        return [number * self.step for number in range(first, last + 1)]

    def share(self, value: float) -> float:
        """0 at the low end, 1 at the high end."""
        return (value - self.low) / (self.high - self.low)

    @property
    def decimals(self) -> int:
        """Digits after the point that tell two marks apart."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))


def round_scale(low: float, high: float, marks: int = 4) -> Scale:
    """The smallest scale with round ends and about `marks` steps that holds `low` to `high` with a little room."""
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    least = max(abs(low), abs(high), 1e-6) * 1e-3
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    room = (high - low) * 0.04
    step = _round_step((high - low + 2 * room) / max(1, marks))
    bottom = low - room if low < 0 or low - room >= 0 else low  # a scale from 0 does not begin below it
    half = step / 2
    return Scale(math.floor(bottom / half) * half, math.ceil((high + room) / half) * half, step)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1.0, 2.0, 2.5, 5.0) if factor * power >= rough), 10.0 * power)


def steady(present: Scale | None, wanted: Scale) -> Scale:
    """The present scale as long as it still holds what is wanted and is not far too large for it."""
    if present is None or wanted.low < present.low or wanted.high > present.high:
        return wanted
    return present if wanted.high - wanted.low > 0.6 * (present.high - present.low) else wanted
