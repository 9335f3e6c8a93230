"""Whether a sample means that an alarm's condition holds. Timers and states are not here: see `tracker` and `machine`.

What is judged is a sample of the alarm's tag, or the one that a meter has made of several samples: see `measures`.

Where a condition begins and ends (`h` is the hysteresis, `L` the limit). It begins at the limit itself, whatever the
hysteresis; the hysteresis only keeps it from ending too soon:

    operator   begins at        ends at
    >          value >  L       value <= L - h
    >=         value >= L       value <  L - h
    <          value <  L       value >= L + h
    <=         value <= L       value >  L + h
    ==         value == L       |value - L| > h
    !=         value != L       value == L (a point has no inside: h is without effect)
    abs>       |value| > L      |value| <= L - h (never asked for less than 0)

With h = 0 the end is exactly the contrary of the beginning.

A sample that says nothing about the machine is held (None): it neither begins nor ends anything. That is a bad
quality, no value, a text, NaN, an infinite number (no sensor measures infinity: it would end a `<` alarm just when the
sensor is lost), and uncertain with the last usable value (the number is old). Every other uncertain value is a
measurement, if a poor one, and is judged: a sensor beyond its engineering range may well be what the alarm is for.

With the measure bad quality it is the other way round: what says nothing is 1, every measurement and every good text is
0, and this is what is held against the limit. Such a condition always has a verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from vmshmi.core.alarms.model import AlarmDef, Measure, Operator
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue

Verdict = bool | None
"""True: the condition holds. False: it does not. None: the sample does not say, hold what is known."""

Test = Callable[[float], bool]
Judge = Callable[[TagValue], Verdict]

_INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Condition:
    """A definition's comparison, ready to be used millions of times.

    Attributes:
        entering: verdict while the alarm is not active.
        leaving: verdict while it is; only here the hysteresis counts.
    """

    entering: Judge
    leaving: Judge

    def judge(self, active: bool, sample: TagValue) -> Verdict:
        """The verdict for an alarm that is active or not."""
        return self.leaving(sample) if active else self.entering(sample)


def compile_condition(definition: AlarmDef) -> Condition:
    """Work out the comparison of a definition once."""
    begins, stays = _tests(definition.operator, definition.limit, definition.hysteresis)
    if definition.measure is Measure.BAD_QUALITY:
        return Condition(_loss_judge(begins), _loss_judge(stays))
    return Condition(_judge(begins), _judge(stays))


def usable(sample: TagValue) -> bool:
    """True when a sample says something about the machine now, as a number."""
    return measurement(sample) is not None


def measurement(sample: TagValue) -> float | None:
    """The number of a sample that says something about the machine now; None when it says nothing."""
    quality = sample.quality
    if quality is not Quality.GOOD and (quality.is_bad or quality is Quality.UNCERTAIN_LAST_USABLE_VALUE):
        return None
    value = sample.value
    if value is None or isinstance(value, str):
        return None
    # one chained comparison refuses NaN and both infinities, and takes integers of any size
    return value if -_INFINITE < value < _INFINITE else None


def _judge(test: Test) -> Judge:
    def judge(sample: TagValue) -> Verdict:
        value = measurement(sample)
        return None if value is None else test(value)

    return judge


def _loss_judge(test: Test) -> Judge:
    lost, heard = test(1.0), test(0.0)

    def judge(sample: TagValue) -> Verdict:
        if isinstance(sample.value, str):
            return lost if sample.quality.is_bad or sample.quality is Quality.UNCERTAIN_LAST_USABLE_VALUE else heard
        return lost if measurement(sample) is None else heard

    return judge


def _tests(operator: Operator, limit: float, hysteresis: float) -> tuple[Test, Test]:
    """When the condition begins, and when one that has begun goes on."""
    above, below = _exact(limit, hysteresis), _exact(limit, -hysteresis)
    match operator:
        case Operator.GREATER:
            return lambda v: v > limit, lambda v: v > below
        case Operator.GREATER_EQUAL:
            return lambda v: v >= limit, lambda v: v >= below
        case Operator.LESS:
            return lambda v: v < limit, lambda v: v < above
        case Operator.LESS_EQUAL:
            return lambda v: v <= limit, lambda v: v <= above
        case Operator.EQUAL:
            return lambda v: v == limit, lambda v: below <= v <= above
        case Operator.NOT_EQUAL:
            return lambda v: v != limit, lambda v: v != limit
        case Operator.ABS_GREATER:
            # a hysteresis larger than the limit would ask for less than nothing and never end; 0 ends it
            inner = max(below, 0.0) if limit >= 0 else below
            return lambda v: abs(v) > limit, lambda v: abs(v) > inner
        case _:
            assert_never(operator)


def _exact(limit: float, distance: float) -> float:
    """The sum as an engineer writes it: 0.1 + 0.2 is 0.3, the number a sensor can really say."""
    if not (-_INFINITE < limit < _INFINITE and -_INFINITE < distance < _INFINITE):
        return limit + distance
    return float(Decimal(repr(limit)) + Decimal(repr(distance)))
