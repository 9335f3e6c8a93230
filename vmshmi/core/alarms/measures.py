"""What is held against an alarm's limit when it is not the tag's value itself: work on several tags, or over a time.

A `Meter` takes the samples of every input and makes one sample of them, which goes to the alarm's comparison like any
other. It is asked once for all samples of a batch: between the first and the last the tags do not belong together.

    measure     is                                            says nothing while
    deviation   value minus mean of the usable others         its tag is lost, or fewer than two others are usable (when
                                                              there is one only: it is lost)
    rate        change against the oldest sample of the       its tag is lost, or less than half the window is known;
                window, per minute                            a loss or a silence of half a window begins anew
    mismatch    1 when it differs from the other, else 0      one of the two is lost

Lost is what `conditions` calls no measurement: bad, no value, a text, NaN, infinite, the last usable value. A result
that is not finite says nothing either. Bad quality needs no meter: each sample says it by itself.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import Protocol

from vmshmi.core.alarms.conditions import measurement
from vmshmi.core.alarms.model import AlarmDef, Measure
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue

RATE_POINTS = 64
"""Most samples a rate remembers, whatever its window and however fast its tag."""
_SPACING = 1 / 60
"""Of the window: samples that are nearer to each other are not remembered."""
_INFINITE = float("inf")


class Meter(Protocol):
    """Gathers the samples of an alarm's inputs. The same samples in the same order give the same answer."""

    def take(self, tag_id: TagId, sample: TagValue) -> None:
        """Remember a sample of one of the inputs; a second time changes nothing."""
        ...

    def reading(self) -> TagValue | None:
        """What is held against the limit now; None before the first sample of the alarm's own tag."""
        ...

    @property
    def told(self) -> Scalar | None:
        """The value that a person is told with the alarm: a deviation, a rate; of a mismatch the tag's own."""
        ...

    def restart(self) -> None:
        """Forget what was before: the alarm was not watched, its past does not count."""
        ...


def meter_of(definition: AlarmDef) -> Meter | None:
    """A new meter for an alarm; None where each sample of its tag says everything."""
    match definition.measure:
        case Measure.DEVIATION:
            return DeviationMeter(definition.tag, definition.others)
        case Measure.RATE:
            return RateMeter(definition.window_s)
        case Measure.MISMATCH:
            return MismatchMeter(definition.tag, definition.others)
        case Measure.VALUE | Measure.BAD_QUALITY:
            return None


def deviation(value: float, others: Iterable[float], least: int) -> float | None:
    """A value minus the mean of others; None with fewer than `least` of them."""
    numbers = list(others)
    if len(numbers) < least:
        return None
    try:
        return value - fsum(numbers) / len(numbers)
    except OverflowError:  # whole numbers too large for a mean
        return None


class DeviationMeter:
    """A value against the mean of its like, as for exhaust temperatures. The tag itself may be one of the others."""

    def __init__(self, tag: TagId, others: Iterable[TagId]) -> None:
        self._tag = tag
        self._others = tuple(others)
        self._least = 1 if len(self._others) == 1 else 2
        self._samples: dict[TagId, TagValue] = {}

    def take(self, tag_id: TagId, sample: TagValue) -> None:
        """Remember the latest of each."""
        self._samples[tag_id] = sample

    def reading(self) -> TagValue | None:
        """The deviation now."""
        own = self._samples.get(self._tag)
        if own is None:
            return None
        value = measurement(own)
        found = None
        if value is not None:
            others = (measurement(self._samples[tag]) for tag in self._others if tag in self._samples)
            found = deviation(value, (number for number in others if number is not None), self._least)
        return _derived(found, own.timestamp)

    @property
    def told(self) -> Scalar | None:
        """The deviation."""
        reading = self.reading()
        return None if reading is None else reading.value

    def restart(self) -> None:
        """Nothing: only the present counts."""


class MismatchMeter:
    """A tag against the one it has to agree with: feedback and command."""

    def __init__(self, tag: TagId, others: Iterable[TagId]) -> None:
        self._tag = tag
        (self._other,) = others
        self._samples: dict[TagId, TagValue] = {}

    def take(self, tag_id: TagId, sample: TagValue) -> None:
        """Remember the latest of each."""
        self._samples[tag_id] = sample

    def reading(self) -> TagValue | None:
        """1 while they differ, 0 while they agree."""
        own, other = self._samples.get(self._tag), self._samples.get(self._other)
        if own is None:
            return None
        here, there = measurement(own), None if other is None else measurement(other)
        return _derived(None if here is None or there is None else float(here != there), own.timestamp)

    @property
    def told(self) -> Scalar | None:
        """The tag's value: 1 for a mismatch would read as `running` where the pump stands."""
        own = self._samples.get(self._tag)
        return None if own is None else own.value

    def restart(self) -> None:
        """Nothing: only the present counts."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A value of the past."""

    at: datetime
    value: float


class RateMeter:
    """How fast a value changes: against the oldest sample of the window, per minute.

    Memory is bounded: of samples that come faster than sixty in a window it remembers sixty and the present one.
    """

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._past: deque[_Point] = deque()
        self._now: _Point | None = None
        self._lost: TagValue | None = None

    @property
    def points(self) -> int:
        """How many samples it remembers."""
        return len(self._past)

    def take(self, tag_id: TagId, sample: TagValue) -> None:
        """Go on from the last sample, or begin anew after a lost one, a silence, or a clock that was set back."""
        value = measurement(sample)
        if value is None:
            self.restart()
            self._lost = sample
            return
        self._lost = None
        point = _Point(sample.timestamp, value)
        if self._now is not None and not 0 <= _seconds(self._now, point) <= self._window_s / 2:
            self.restart()
        self._now = point
        past = self._past
        if not past or _seconds(past[-1], point) >= self._window_s * _SPACING:
            past.append(point)
        while _seconds(past[0], point) > self._window_s:
            past.popleft()

    def reading(self) -> TagValue | None:
        """The rate now."""
        if self._now is None:
            return None if self._lost is None else _derived(None, self._lost.timestamp)
        known_s = _seconds(self._past[0], self._now)
        if known_s < self._window_s / 2:
            return _derived(None, self._now.at)
        try:
            return _derived((self._now.value - self._past[0].value) / known_s * 60.0, self._now.at)
        except OverflowError:  # whole numbers too large for a fraction
            return _derived(None, self._now.at)

    @property
    def told(self) -> Scalar | None:
        """The rate."""
        reading = self.reading()
        return None if reading is None else reading.value

    def restart(self) -> None:
        """Forget the past."""
        self._past.clear()
        self._now = None


def _seconds(earlier: _Point, later: _Point) -> float:
    return (later.at - earlier.at).total_seconds()


def _derived(value: float | None, at: datetime) -> TagValue:
    """A sample that a meter made; what is not finite says nothing."""
    if value is None or not -_INFINITE < value < _INFINITE:
        return TagValue(None, Quality.BAD, at)
    return TagValue(value, Quality.GOOD, at)
