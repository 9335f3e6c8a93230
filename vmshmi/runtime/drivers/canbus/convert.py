"""From the raw number of a signal to the value of a tag. Pure."""

import math
from collections.abc import Callable, Mapping

from vmshmi.config.bus_devices import ScaledSource
from vmshmi.core.quality import Quality
from vmshmi.core.scaling import LinearScaling
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.runtime.drivers.description import TagDescription
from vmshmi.runtime.drivers.engineering import Converted, in_range

Number = int | float
ToValue = Callable[[Number], Converted]

_GOOD = Quality.GOOD


def to_value(
    definition: TagDef, source: ScaledSource, scale: float, offset: float, texts: Mapping[int, str], unit: str
) -> ToValue:
    """The function that turns a raw number into the tag's value.

    Args:
        definition: the tag.
        source: its own scaling comes after the signal's.
        scale, offset: of the signal.
        texts: of its raw numbers.
        unit: of the signal; shown where the tag is a text.

    Raises:
        ConfigurationError: when a scale is zero.
    """
    scaled = _both(LinearScaling(scale, offset), LinearScaling(source.scale, source.offset))
    match definition.kind:
        case TagKind.DIGITAL:
            return lambda raw: (raw != 0, _GOOD, raw)
        case TagKind.ENUM:
            return lambda raw: (round(scaled(raw)), _GOOD, raw)
        case TagKind.TEXT:
            behind = f" {unit}" if unit else ""
            return lambda raw: (texts.get(int(raw)) or f"{scaled(raw):.10g}{behind}", _GOOD, raw)
        case TagKind.ANALOG | TagKind.COUNTER:
            if definition.range_min is None and definition.range_max is None:
                return lambda raw: (scaled(raw), _GOOD, raw)  # most tags, some thousand times a second
            return in_range(definition, scaled)


def finite_only(convert: ToValue) -> ToValue:
    """A float on the wire may be no number at all."""

    def guarded(raw: Number) -> Converted:
        if not math.isfinite(raw):
            return None, Quality.BAD_SENSOR_FAILURE, str(raw)  # as text: JSON has no NaN
        return convert(raw)

    return guarded


def _both(first: LinearScaling, second: LinearScaling) -> Callable[[Number], float]:
    """Both scalings, one after the other; always a float, also of a whole number."""
    if second.is_identity:
        return float if first.is_identity else first.compiled()
    if first.is_identity:
        return second.compiled()
    inner, outer = first.compiled(), second.compiled()
    return lambda raw: outer(inner(raw))


def description(source: ScaledSource, unit: str, texts: Mapping[int, str]) -> TagDescription:
    """What is known of a tag whose number comes as it is; a scale of its own makes another number of it."""
    return TagDescription(unit, texts) if source.scale == 1 and source.offset == 0 else TagDescription()
