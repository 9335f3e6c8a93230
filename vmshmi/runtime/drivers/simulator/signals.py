"""The model `signals`: every tag wanders inside its normal range. For projects without a plant model of their own."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from vmshmi.config.devices import SimulatorSource
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.faults import FaultBoard

_MARGIN = 0.1
"""Part of the range that `auto` leaves free at each end, so that a healthy tag never touches its limits."""


@dataclass(slots=True)
class _Signal:
    tag: TagId
    form: str
    low: float
    high: float
    period_s: float
    phase: float


class SignalsModel:
    """Signals without a machine behind them.

    Args:
        tags: definition and source of each.
        seed: where each begins, and how each walks.
    """

    def __init__(self, tags: Iterable[tuple[TagDef, SimulatorSource]], seed: int) -> None:
        self._rng = Random(seed)
        self._signals = [_signal(tag, source, self._rng) for tag, source in tags]
        self._time_s = 0.0
        self._values = {signal.tag: _value(signal, 0.0) for signal in self._signals}
        self.faults = FaultBoard()

    @property
    def values(self) -> Mapping[TagId, float]:
        """The value of each tag now."""
        return self._values

    def advance(self, dt_s: float) -> None:
        """Let time pass."""
        self._time_s += dt_s
        for signal in self._signals:
            if signal.form == "walk":
                self._values[signal.tag] = self._walked(signal, dt_s)
            else:
                self._values[signal.tag] = _value(signal, self._time_s)

    def order(self, tag: TagId, value: float) -> None:
        """Let a tag say this from now on: somebody has commanded it. Never refused."""
        self._signals = [signal for signal in self._signals if signal.tag != tag]
        self._values[tag] = value

    def noise(self, tag: TagId) -> float:
        """None: the signals are what they say they are."""
        del tag
        return 0.0

    def _walked(self, signal: _Signal, dt_s: float) -> float:
        """A random step, as wide in `period_s` as the range, held inside it."""
        step = (signal.high - signal.low) * math.sqrt(dt_s / signal.period_s) * self._rng.gauss(0.0, 1.0)
        return min(signal.high, max(signal.low, self._values[signal.tag] + step))


def _signal(tag: TagDef, source: SimulatorSource, rng: Random) -> _Signal:
    """The signal of a tag; a range that is open becomes 0..100, `auto` stays away from its ends."""
    low = source.minimum if source.minimum is not None else tag.normal_min
    high = source.maximum if source.maximum is not None else tag.normal_max
    low = low if low is not None else min(0.0, high or 0.0)
    high = high if high is not None else max(100.0, low)
    low, high = min(low, high), max(low, high)
    form: str = source.signal
    phase = rng.random()
    if form == "auto":
        form = "sine" if tag.kind is TagKind.ANALOG else "constant"
        if form == "sine":
            margin = (high - low) * _MARGIN
            low, high = low + margin, high - margin
        else:
            high = low
    return _Signal(tag.id, form, low, high, source.period_s, phase)


def _value(signal: _Signal, time_s: float) -> float:
    turn = (time_s / signal.period_s + signal.phase) % 1.0
    match signal.form:
        case "sine":
            share = 0.5 + 0.5 * math.sin(2.0 * math.pi * turn)
        case "square":
            share = 1.0 if turn < 0.5 else 0.0
        case "ramp":
            share = turn
        case _:  # constant, and where a walk begins
            share = 0.5
    return signal.low + (signal.high - signal.low) * share
