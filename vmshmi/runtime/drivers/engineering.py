"""The last step every decoder has in common: from a number to a value with its quality. Pure."""

import math
from collections.abc import Callable

from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar

Converted = tuple[Scalar | None, Quality, Scalar | None]
"""Value, quality, raw value."""

_Number = int | float
_GOOD = Quality.GOOD
_EXCEEDED = Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED


def in_range(definition: TagDef, scale: Callable[[_Number], _Number]) -> Callable[[_Number], Converted]:
    """The function that scales a raw number; outside the tag's range the value is kept, not clamped, and uncertain."""
    low = -math.inf if definition.range_min is None else definition.range_min
    high = math.inf if definition.range_max is None else definition.range_max

    def ranged(raw: _Number) -> Converted:
        value = scale(raw)
        if low <= value <= high:
            return value, _GOOD, raw
        return value, _EXCEEDED, raw

    return ranged
