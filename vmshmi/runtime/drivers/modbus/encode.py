"""From an engineering value to what goes into registers; the inverse of `decode`. Pure."""

import math
import struct

from vmshmi.config.modbus_devices import ModbusSource
from vmshmi.core.values import Scalar
from vmshmi.runtime.drivers.modbus.convert import FLOAT_TYPES, scaling_of
from vmshmi.runtime.drivers.modbus.decode import STRUCT_CODES

_WORD_BYTES = 2


def encode(source: ModbusSource, value: Scalar) -> list[int]:
    """The registers that hold a value.

    Args:
        source: where it goes; its type, word order and scaling count.
        value: engineering value; a text for a string, otherwise a finite number or a bool.

    Returns:
        As many registers as the type takes, 0..65535 each, in the order of their addresses.

    Raises:
        ValueError: if the value does not fit, with what fits.
    """
    if source.bit is not None:
        raise ValueError("one bit of a register cannot be written without the other fifteen")
    if source.type == "string":
        return _text(source, value)
    if isinstance(value, str) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    try:
        return raw_of(source, _raw(source, value))
    except (struct.error, OverflowError) as error:
        raise ValueError(f"{value!r} does not fit {source.type} with scale {source.scale:g}") from error


def raw_of(source: ModbusSource, raw: float) -> list[int]:
    """The registers that hold a raw number.

    Raises:
        struct.error, OverflowError: if it is none of the source's type.
    """
    words = _words(struct.pack(f">{STRUCT_CODES[source.type]}", raw))
    return words[::-1] if source.word_order == "little" else words


def encode_bit(value: Scalar) -> bool:
    """What goes into a coil.

    Raises:
        ValueError: if the value is neither 0 nor 1.
    """
    if value not in (0, 1):
        raise ValueError(f"{value!r} is neither 0 nor 1")
    return bool(value)


def _words(data: bytes) -> list[int]:
    return list(struct.unpack(f">{len(data) // _WORD_BYTES}H", data))


def _text(source: ModbusSource, value: Scalar) -> list[int]:
    data = str(value).encode()
    room = source.length * _WORD_BYTES
    if len(data) > room:
        raise ValueError(f"{value!r} takes {len(data)} bytes, {room} fit")
    return _words(data.ljust(room, b"\0"))


def _raw(source: ModbusSource, value: float) -> float:
    """The nearest raw number; raises OverflowError where there is none."""
    scaling = scaling_of(source)
    if source.type not in FLOAT_TYPES:
        return int(value) if scaling.is_identity and isinstance(value, int) else scaling.to_raw(value)
    raw = (value - scaling.offset) / scaling.scale
    if not math.isfinite(raw):
        raise OverflowError
    return raw
