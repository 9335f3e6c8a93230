"""How a quantity moves: towards a target, at a limited rate, or about a mean. Exact for any step, so never unstable."""

import math
from random import Random


def lagged(value: float, target: float, dt_s: float, time_constant_s: float) -> float:
    """First-order lag: after one time constant 63 % of the way is gone."""
    return target + (value - target) * math.exp(-dt_s / time_constant_s)


def ramped(value: float, target: float, dt_s: float, rate_per_s: float) -> float:
    """Straight towards the target, at most `rate_per_s`."""
    step = rate_per_s * dt_s
    return min(target, value + step) if target > value else max(target, value - step)


def clamped(value: float, low: float, high: float) -> float:
    """Held between two ends."""
    return min(high, max(low, value))


class Wander:
    """A slow random walk about 0 that never goes further than `amplitude`.

    Args:
        rng: the plant's randomness.
        amplitude: largest value, either way.
        time_constant_s: how long it remembers.
    """

    def __init__(self, rng: Random, amplitude: float, time_constant_s: float) -> None:
        self._rng = rng
        self._amplitude = amplitude
        self._time_constant_s = time_constant_s
        self.value = rng.uniform(-0.5, 0.5) * amplitude

    def advance(self, dt_s: float) -> float:
        """Move on; returns the new value."""
        keep = math.exp(-dt_s / self._time_constant_s)
        spread = 0.4 * self._amplitude * math.sqrt(1.0 - keep * keep)
        moved = self.value * keep + self._rng.gauss(0.0, spread)
        self.value = clamped(moved, -self._amplitude, self._amplitude)
        return self.value


class Hold:
    """Says when a condition has held without a break for a time, as a relay with a delay does."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._held_s = 0.0

    def advance(self, condition: bool, dt_s: float) -> bool:
        """True once the condition has held long enough."""
        self._held_s = self._held_s + dt_s if condition else 0.0
        return self._held_s >= self._seconds


class Thermostat:
    """Two-point control: on at one end, off at the other.

    Args:
        on_at, off_at: where it switches; `on_at` below `off_at` fills (a compressor), above it empties (a pump).
        running: how it begins.
    """

    def __init__(self, on_at: float, off_at: float, *, running: bool = False) -> None:
        self._on_at = on_at
        self._off_at = off_at
        self.running = running

    def advance(self, value: float) -> bool:
        """Switch if need be; returns whether it runs."""
        fills = self._on_at < self._off_at
        if (value <= self._on_at) if fills else (value >= self._on_at):
            self.running = True
        elif (value >= self._off_at) if fills else (value <= self._off_at):
            self.running = False
        return self.running
