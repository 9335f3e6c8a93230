"""From a parameter's bits to the value of a tag; what is not available never becomes a number. Pure."""

from collections.abc import Callable

from vmshmi.config.bus_devices import ScaledSource
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar
from vmshmi.runtime.drivers.canbus import SHORT, interpreter, taker, to_value
from vmshmi.runtime.drivers.engineering import Converted
from vmshmi.runtime.drivers.j1939.database import Parameter

Convert = Callable[[bytes], Converted]

_NOT_AVAILABLE = Quality.BAD_NOT_CONNECTED
_ERROR = Quality.BAD_SENSOR_FAILURE
_SPECIFIC = Quality.UNCERTAIN_SUB_NORMAL
_BYTE = 8
_VALID_TOP = 0xFA
_ERROR_TOP = 0xFE


def converter(definition: TagDef, source: ScaledSource, parameter: Parameter) -> Convert:
    """The function that makes the tag's value of a message's data.

    Raises:
        ConfigurationError: when a scale is zero.
    """
    finish = to_value(definition, source, parameter.scale, parameter.offset, parameter.texts, parameter.unit)
    layout = parameter.layout
    take, end = taker(layout), layout.end
    sign = interpreter(layout)
    if sign is not None:  # only in a customer's file; the rule of the largest numbers is one of numbers without sign

        def signed(data: bytes) -> Converted:
            return SHORT if len(data) < end else finish(sign(take(data)))

        return signed
    valid, special = highest_valid(layout.bits), _special(layout.bits)

    def convert(data: bytes) -> Converted:
        if len(data) < end:
            return SHORT
        raw = take(data)
        if raw > valid:
            quality = special(raw)
            return (finish(raw)[0] if quality is _SPECIFIC else None), quality, raw
        return finish(raw)

    return convert


def highest_valid(bits: int) -> int:
    """The largest raw number that is a measured value: 0xFA.. of whole bytes; two of a few bits' codes are taken."""
    if bits >= _BYTE:
        return (_VALID_TOP + 1 << bits - _BYTE) - 1
    return (1 << bits) - 1 if bits == 1 else (1 << bits) - 3


def code_quality(bits: int, raw: int) -> Quality:
    """What a raw number of a few bits says about itself: of two bits 10 is an error, 11 is not available."""
    if raw <= highest_valid(bits):
        return Quality.GOOD
    return _special(bits)(raw)


def _special(bits: int) -> Callable[[int], Quality]:
    """What a raw number above the valid ones means."""
    if bits < _BYTE:
        return lambda raw: _NOT_AVAILABLE if raw == (1 << bits) - 1 else _ERROR
    shift = bits - _BYTE

    def by_top(raw: int) -> Quality:
        top = raw >> shift
        if top > _ERROR_TOP:
            return _NOT_AVAILABLE
        return _ERROR if top == _ERROR_TOP else _SPECIFIC

    return by_top


def state(definition: TagDef, raw: int, text: str) -> Scalar:
    """A state in the shape of the tag's kind."""
    match definition.kind.value:
        case "digital":
            return raw != 0
        case "text":
            return text
        case "enum":
            return raw
        case _:
            return float(raw)
