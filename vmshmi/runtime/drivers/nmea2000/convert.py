"""From a decoded field to a value with its quality, by the tag's kind. Pure."""

import math
from collections.abc import Callable
from datetime import date

from vmshmi.config.nmea2000_devices import Nmea2000Source
from vmshmi.core.quality import Quality
from vmshmi.core.scaling import LinearScaling
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar
from vmshmi.runtime.drivers.engineering import Converted, in_range
from vmshmi.runtime.drivers.nmea2000.database import Field, FieldDef

Convert = Callable[[Field, bytes, int], Converted]
"""Takes the field, the payload it is of, and where in it the field begins, in bits."""

CODES = frozenset(("LOOKUP", "INDIRECT_LOOKUP", "DYNAMIC_FIELD_KEY"))
BITS = "BITLOOKUP"
TEXTS = frozenset(("STRING_FIX", "STRING_LZ", "STRING_LAU"))
BYTES = frozenset(("BINARY", "DYNAMIC_FIELD_VALUE", "VARIABLE", "ISO_NAME", "SPARE", "RESERVED"))

_GOOD = Quality.GOOD
_FEW_BITS = 3
"""A code of so few bits is a state and its doubts: off, on, error, not available."""
_ERROR = ("Error",)
_NOT_AVAILABLE = ("Unavailable", "Not available", "Data not available", "Null")
_FINEST = 1e12
"""No field but that of a position is finer than 3.125e-8; positions are told to a micrometre."""
_DAY_S = 86_402
"""With the leap seconds of ISO 8601."""


def converter(definition: TagDef, source: Nmea2000Source, field: FieldDef) -> Convert:
    """The function that turns this field into the tag's value; `binding` has seen that the two fit."""
    if field.type in TEXTS:
        return _text
    if field.type in BYTES:
        return _bytes
    if field.type == BITS:
        return _bits(definition, source, field)
    if field.type in CODES:
        return _code(definition, source, field)
    return _number(definition, source, field)


def _number(definition: TagDef, source: Nmea2000Source, field: FieldDef) -> Convert:
    missing = _missing(field)
    kind = definition.kind
    if kind is TagKind.TEXT:
        show = {"DATE": _date_text, "TIME": _time_text, "MMSI": _mmsi_text}.get(field.type, _plain_text)
        return lambda found, payload, start: (
            missing(payload, start) if found.value is None else (show(found), _GOOD, _raw(found))
        )
    finish = _finish(definition, source)
    highest = _DAY_S if field.type == "TIME" else math.inf

    def number(found: Field, payload: bytes, start: int) -> Converted:
        raw = found.raw_value
        if raw is None or found.value is None:
            return missing(payload, start)
        if type(raw) is not float and type(raw) is not int:  # four times as fast as isinstance with both
            return None, Quality.BAD_DECODING_ERROR, str(raw)
        if -math.inf < raw < highest:
            # counts times a resolution: 2.3158000000000003 were 23158 ten-thousandths
            return finish(round(raw * _FINEST) / _FINEST if type(raw) is float else raw)
        # as text: JSON has no NaN
        return None, Quality.BAD_OUT_OF_RANGE, raw if math.isfinite(raw) else str(raw)

    return number


def _code(definition: TagDef, source: Nmea2000Source, field: FieldDef) -> Convert:
    highest = (1 << (field.bits or 64)) - 1
    few = (field.bits or 64) <= _FEW_BITS
    is_text = definition.kind is TagKind.TEXT
    finish = _finish(definition, source)

    def code(found: Field, payload: bytes, start: int) -> Converted:
        raw, label = found.raw_value, found.value
        if not isinstance(raw, int):
            return None, Quality.BAD_NOT_CONNECTED, None
        if (label is None and raw == highest) or label in _NOT_AVAILABLE:
            return None, Quality.BAD_NOT_CONNECTED, raw
        if few and (label in _ERROR or (label is None and raw == highest - 1 and highest > 1)):
            return None, Quality.BAD_SENSOR_FAILURE, raw
        if is_text:
            return str(raw) if label is None else str(label), _GOOD, raw
        return finish(raw)

    return code


def _bits(definition: TagDef, source: Nmea2000Source, field: FieldDef) -> Convert:
    highest = (1 << (field.bits or 64)) - 1
    is_text = definition.kind is TagKind.TEXT
    finish = _finish(definition, source)
    bit = source.bit

    def bits(found: Field, payload: bytes, start: int) -> Converted:
        raw = found.raw_value
        # no device means all of its faults at once: it does not know them
        if not isinstance(raw, int) or raw == highest:
            return None, Quality.BAD_NOT_CONNECTED, raw if isinstance(raw, int) else None
        if bit is not None:
            value, quality, _ = finish(raw >> bit & 1)
            return value, quality, raw
        if is_text:
            return found.value if isinstance(found.value, str) else "", _GOOD, raw
        return finish(raw)

    return bits


def _finish(definition: TagDef, source: Nmea2000Source) -> Callable[[float], Converted]:
    scaling = LinearScaling(source.scale, source.offset)
    scale = scaling.compiled()
    match definition.kind:
        case TagKind.DIGITAL:
            return lambda raw: (raw != 0, _GOOD, raw)
        case TagKind.ENUM:
            return lambda raw: (round(scale(raw)), _GOOD, raw)
        case TagKind.COUNTER:
            return in_range(definition, scale)
        case TagKind.TEXT | TagKind.ANALOG:
            return in_range(definition, float if scaling.is_identity else scale)


def _missing(field: FieldDef) -> Callable[[bytes, int], Converted]:
    """Why a number is not there: the bus has a code for each of not available, error, and kept for later."""
    bits = field.bits
    if bits is None or field.start is None:
        return lambda payload, start: (None, Quality.BAD_NOT_CONNECTED, None)
    mask = (1 << bits) - 1
    # the highest number of an unsigned field, or of a signed one
    not_available = frozenset((mask, mask >> 1))
    error = frozenset((mask - 1, (mask >> 1) - 1))

    def missing(payload: bytes, start: int) -> Converted:
        raw = int.from_bytes(payload, "little") >> start & mask
        if raw in not_available:
            return None, Quality.BAD_NOT_CONNECTED, raw
        return None, Quality.BAD_SENSOR_FAILURE if raw in error else Quality.BAD_OUT_OF_RANGE, raw

    return missing


def _text(found: Field, payload: bytes, start: int) -> Converted:
    text = found.value
    if not isinstance(text, str):
        return None, Quality.BAD_NOT_CONNECTED, None
    text = text.strip()
    if not text.isprintable():
        return None, Quality.BAD_DECODING_ERROR, ascii(text)
    return text, _GOOD, text


def _bytes(found: Field, payload: bytes, start: int) -> Converted:
    value = found.value
    if value is None:
        return None, Quality.BAD_NOT_CONNECTED, None
    text = value.hex(" ").upper() if isinstance(value, bytes) else str(value)
    return text, _GOOD, text


def _raw(found: Field) -> Scalar | None:
    return found.raw_value if isinstance(found.raw_value, int | float | str) else None


def _plain_text(found: Field) -> str:
    return str(found.value)


def _mmsi_text(found: Field) -> str:
    return f"{int(found.raw_value):09d}" if isinstance(found.raw_value, int | float) else str(found.value)


def _date_text(found: Field) -> str:
    return found.value.isoformat() if isinstance(found.value, date) else str(found.value)


def _time_text(found: Field) -> str:
    """`18:59:59.462`, of the seconds since midnight: the library's own time has lost their fraction."""
    if not isinstance(found.raw_value, int | float):
        return str(found.value)
    thousandths = round(found.raw_value * 1000)
    seconds, fraction = divmod(thousandths, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{fraction:03d}" if fraction else text
