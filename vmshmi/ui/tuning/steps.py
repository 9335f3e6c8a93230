"""How far one touch moves a number, and how numbers read."""

import math

from vmshmi.core.alarms.model import AlarmDef, Measure, Operator
from vmshmi.core.tags import TagDef, TagKind

_PART = 50
"""One touch moves about this part of the number."""


def limit_step(definition: AlarmDef, tag: TagDef | None) -> float:
    """A round number: 1, 2 or 5 times a power of ten; 1 where the tag only knows states."""
    if tag is not None and tag.kind is not TagKind.ANALOG:
        return 1.0
    if definition.operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        return 1.0
    ends = [end for end in (definition.limit, definition.hysteresis) if end]
    if tag is not None and tag.normal_min is not None and tag.normal_max is not None:
        ends.append(tag.normal_max - tag.normal_min)
    return _round_number(max((abs(end) for end in ends), default=1.0) / _PART)


def delay_step(delay_s: float) -> float:
    """Seconds."""
    return 1.0 if delay_s < 20 else 5.0 if delay_s < 120 else 30.0


def has_limit(definition: AlarmDef) -> bool:
    """False for alarms that ask yes or no."""
    return definition.measure not in (Measure.MISMATCH, Measure.BAD_QUALITY)


def has_hysteresis(definition: AlarmDef) -> bool:
    """False where coming back is a matter of yes or no."""
    return has_limit(definition) and definition.operator not in (Operator.EQUAL, Operator.NOT_EQUAL)


def unit_of(definition: AlarmDef, tag: TagDef | None) -> str:
    """Of limit and hysteresis."""
    if tag is None or not has_limit(definition):
        return ""
    return f"{tag.unit}/min" if definition.measure is Measure.RATE else tag.unit


def number_text(number: float, unit: str) -> str:
    """`2.5 bar`."""
    return f"{number:.12g} {unit}".rstrip()


def moved(number: float, step: float, steps: int) -> float:
    """The number some steps further, without the noise of binary fractions."""
    return round(number + steps * step, 9)


def _round_number(number: float) -> float:
    power = 10.0 ** math.floor(math.log10(number)) if number > 0 else 1.0
    for factor in (5.0, 2.0):
        if number >= factor * power:
            return factor * power
    return power
