"""From one raw number to a value with its quality, by the tag's kind and source. Pure."""

import math
from collections.abc import Callable

from vmshmi.config.modbus_devices import ModbusSource
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.core.scaling import LinearScaling
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.runtime.drivers.engineering import Converted, in_range
from vmshmi.runtime.drivers.modbus.plan import REGISTERS_OF_TYPE, is_bit_table

FLOAT_TYPES = ("float32", "float64")

Raw = int | float | bytes
Convert = Callable[[Raw], Converted]

_Number = int | float
_ToNumber = Callable[[_Number], Converted]

_GOOD = Quality.GOOD


def converter(definition: TagDef, source: ModbusSource) -> Convert:
    """The function that turns this tag's raw number into its value.

    Raises:
        ConfigurationError: when source and kind cannot fit.
    """
    problems = list(_problems(definition, source))
    if problems:
        raise ConfigurationError(*problems)
    if source.type == "string" and not is_bit_table(source.table):
        return _text
    return _numeric(definition, source)


def scaling_of(source: ModbusSource) -> LinearScaling:
    """The scaling a source asks for."""
    return LinearScaling(source.scale, source.offset)


def _problems(definition: TagDef, source: ModbusSource) -> list[str]:
    bits = is_bit_table(source.table)
    is_string = source.type == "string" and not bits
    problems: list[str] = []
    if is_string and definition.kind is not TagKind.TEXT:
        problems.append(f"a string needs kind text, not {definition.kind.value}")
    if is_string and source.word_order != "big":
        problems.append("word_order says nothing about a string")
    if source.bit is not None and (bits or source.type not in ("uint16", "int16")):
        problems.append("bit picks from a 16-bit register only")
    return problems


def _numeric(definition: TagDef, source: ModbusSource) -> Convert:
    finish = _finish(definition, source)
    bit = source.bit
    if bit is not None:
        whole = finish
        mask_at = bit

        def of_bit(raw: _Number) -> Converted:
            value, quality, _ = whole(int(raw) >> mask_at & 1)
            return value, quality, raw

        finish = of_bit
    sentinels = sentinels_of(source)
    if source.type in FLOAT_TYPES and not is_bit_table(source.table):
        finish = _finite_only(finish)
    if not sentinels:
        return finish  # pyright: ignore[reportReturnType]  # only text blocks hand out bytes, and text is not numeric

    numeric = finish

    def guarded(raw: Raw) -> Converted:
        if raw in sentinels:
            return None, Quality.BAD_NOT_CONNECTED, raw
        return numeric(raw)  # pyright: ignore[reportArgumentType]  # as above

    return guarded


def _finish(definition: TagDef, source: ModbusSource) -> _ToNumber:
    match definition.kind:
        case TagKind.DIGITAL:
            return lambda raw: (raw != 0, _GOOD, raw)
        case TagKind.ENUM:
            scale = scaling_of(source).compiled()
            return lambda raw: (round(scale(raw)), _GOOD, raw)
        case TagKind.TEXT:
            scale = scaling_of(source).compiled()
            return lambda raw: (str(scale(raw)), _GOOD, raw)
        case TagKind.COUNTER if scaling_of(source).is_identity and source.type not in FLOAT_TYPES:
            return in_range(definition, lambda raw: raw)
        case TagKind.COUNTER | TagKind.ANALOG:
            scaling = scaling_of(source)
            return in_range(definition, float if scaling.is_identity else scaling.compiled())


def _finite_only(finish: _ToNumber) -> _ToNumber:
    def finite(raw: _Number) -> Converted:
        if not math.isfinite(raw):
            return None, Quality.BAD_SENSOR_FAILURE, str(raw)  # as text: JSON has no NaN
        converted = finish(raw)
        if isinstance(converted[0], float) and not math.isfinite(converted[0]):
            return None, Quality.BAD_OUT_OF_RANGE, raw
        return converted

    return finite


def sentinels_of(source: ModbusSource) -> frozenset[_Number]:
    """The raw numbers that mean `not available`; an engineer may write a negative one either way, -1 or 65535."""
    if is_bit_table(source.table) or source.type in FLOAT_TYPES:
        return frozenset(source.sentinels)
    modulus = 1 << 16 * REGISTERS_OF_TYPE[source.type]
    half = modulus >> 1
    signed = source.type.startswith("int")
    unsigned = (sentinel % modulus for sentinel in source.sentinels)
    return frozenset(number - modulus if signed and number >= half else number for number in unsigned)


def _text(raw: Raw) -> Converted:
    data = bytes(raw) if isinstance(raw, bytes) else b""
    try:
        text = data.partition(b"\0")[0].decode().strip()
    except UnicodeDecodeError:
        return None, Quality.BAD_DECODING_ERROR, data.hex()
    if not text.isprintable():
        return None, Quality.BAD_DECODING_ERROR, data.hex()
    return text, _GOOD, text
