"""Where a number lies in the bytes of a message, and the function that takes it out. Pure."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

Take = Callable[[bytes], int]
"""The raw number of a payload that is long enough."""

_FLOATS = {16: ("<e", 2), 32: ("<f", 4), 64: ("<d", 8)}


@dataclass(frozen=True, slots=True)
class Field:
    """Where a number lies, as a DBC file says it.

    Attributes:
        start: bit; of a little-endian field its lowest, of a big-endian one its highest. Bit 0 is the lowest of byte 0,
            bit 8 the lowest of byte 1.
        bits: how many, 1 to 64.
        little_endian: the byte order.
        signed: two's complement.
        is_float: 16, 32 or 64 bits of IEEE 754.
    """

    start: int
    bits: int
    little_endian: bool = True
    signed: bool = False
    is_float: bool = False

    @property
    def end(self) -> int:
        """Bytes a payload must have at least."""
        last = self.start + self.bits if self.little_endian else _line_position(self.start) + self.bits
        return (last + 7) // 8


def taker(field: Field) -> Take:
    """The function that takes the bits out, as a number without sign; it does not look whether they are there."""
    if field.little_endian:
        first, shift = divmod(field.start, 8)
        order = "little"
    else:
        position = _line_position(field.start)
        first = position // 8
        shift = field.end * 8 - position - field.bits
        order = "big"
    mask = (1 << field.bits) - 1
    end = field.end
    whole_bytes = shift == 0 and field.bits == (end - first) * 8
    match whole_bytes, end - first:
        case True, 1:
            return lambda data: data[first]
        case True, 2:
            second = first + 1
            if order == "little":
                return lambda data: data[first] | data[second] << 8
            return lambda data: data[first] << 8 | data[second]
        case False, 1:
            return lambda data: data[first] >> shift & mask
        case _:
            if order == "little":
                return lambda data: int.from_bytes(data[first:end], "little") >> shift & mask
            return lambda data: int.from_bytes(data[first:end], "big") >> shift & mask


def interpreter(field: Field) -> Callable[[int], int | float] | None:
    """What makes the number of the bits, by sign or as a float; None where they are the number."""
    if field.is_float:
        layout, size = _FLOATS[field.bits]
        unpack = struct.Struct(layout).unpack
        return lambda bits: float(unpack(bits.to_bytes(size, "little"))[0])
    if field.signed:
        half, whole = 1 << field.bits - 1, 1 << field.bits
        return lambda bits: bits - whole if bits >= half else bits
    return None


def _line_position(start: int) -> int:
    """Of the highest bit of a big-endian field, counted as the bits come on the line."""
    byte, bit = divmod(start, 8)
    return byte * 8 + 7 - bit
