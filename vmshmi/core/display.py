"""How a value reads on every screen: its text and its visual state. Colours are the screen's business."""

import math
from datetime import datetime
from enum import Enum

from vmshmi.core.quality import QualityLevel
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagValue

NO_VALUE = "---"
_TOO_LONG = 1e21
"""From here on a number is written with an exponent; counters of 64 bits stay below."""


class VisualState(Enum):
    """What a reader must see about a value before its number."""

    NORMAL = "normal"
    OUTSIDE_NORMAL = "outside_normal"
    """Good, but outside the range in which nothing is wrong."""
    UNCERTAIN = "uncertain"
    """Low integrity: the value is shown and marked."""
    INVALID = "invalid"
    """Bad: no value is shown."""


def decimals_of(tag: TagDef) -> int:
    """Digits after the point: the definition's, or enough for about three significant digits of the range."""
    if tag.decimals is not None:
        return tag.decimals
    if tag.kind is not TagKind.ANALOG:
        return 0
    ends = [abs(end) for end in (tag.normal_min, tag.normal_max) if end is not None]
    top = max(ends, default=100.0)
    if top <= 0:
        return 1
    return max(0, min(3, 2 - math.floor(math.log10(top))))


def value_text(tag: TagDef, value: Scalar | None) -> str:
    """The value for a person, without unit; `---` for None and for what is not finite."""
    if value is None:
        return NO_VALUE
    if isinstance(value, str):
        return value
    number = float(value)
    if not math.isfinite(number):
        return NO_VALUE
    named = tag.state_text(number)
    if named is not None:
        return named
    if tag.kind is TagKind.DIGITAL:
        return "ON" if number else "OFF"
    if abs(number) >= _TOO_LONG:
        return f"{number:.3e}"
    return f"{number:z.{decimals_of(tag)}f}"  # z: a small negative number reads 0, not -0


def exact_text(tag: TagDef, value: Scalar | None) -> str:
    """As `value_text`, with the digits that it rounds away: what is sent to a machine is what was read before."""
    text = value_text(tag, value)
    if value is None or isinstance(value, str | bool) or not math.isfinite(value):
        return text
    if tag.kind is TagKind.DIGITAL or tag.state_text(float(value)) is not None:
        return text
    digits = f"{value:.12g}"
    return text if float(digits) == float(text) else digits


def visual_state(tag: TagDef, sample: TagValue, *, applies: bool = True) -> VisualState:
    """Which of the visual states a sample is in.

    Args:
        applies: False while the tag's `normal_when` says that the normal range means nothing.
    """
    value = sample.value
    if sample.quality.is_bad or value is None or (not isinstance(value, str) and not math.isfinite(value)):
        return VisualState.INVALID
    if sample.quality.level is QualityLevel.UNCERTAIN:
        return VisualState.UNCERTAIN
    if isinstance(value, str) or not applies:
        return VisualState.NORMAL
    below = tag.normal_min is not None and value < tag.normal_min
    above = tag.normal_max is not None and value > tag.normal_max
    return VisualState.OUTSIDE_NORMAL if below or above else VisualState.NORMAL


def age_text(sample: TagValue | None, now: datetime) -> str:
    """How old a sample is: `3 s`, `12 min`, `5 h`, `2 d`; empty for None."""
    if sample is None:
        return ""
    seconds = max(0.0, (now - sample.timestamp).total_seconds())
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {word}"
    return f"{int(seconds)} s"
