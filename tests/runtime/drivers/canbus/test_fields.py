"""Where a number lies in a message, against cantools itself."""

import math
import struct

from cantools.database import Message, Signal
from cantools.database.conversion import BaseConversion
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.runtime.drivers.canbus import Field, interpreter, taker


def theirs(field: Field, data: bytes) -> int | float:
    """The raw number as cantools reads it."""
    signal = Signal(
        name="s",
        start=field.start,
        length=field.bits,
        byte_order="little_endian" if field.little_endian else "big_endian",
        is_signed=field.signed,
        conversion=BaseConversion.factory(1, 0, None, field.is_float),
    )
    message = Message(frame_id=1, name="m", length=len(data), signals=[signal], strict=True)
    decoded = message.decode(data, decode_choices=False, scaling=False)
    assert isinstance(decoded, dict)
    value = decoded["s"]
    assert isinstance(value, int | float)
    return value


def ours(field: Field, data: bytes) -> int | float:
    raw = taker(field)(data)
    sign = interpreter(field)
    return raw if sign is None else sign(raw)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Any field that fits eight bytes."""
    little = draw(st.booleans())
    bits = draw(st.integers(1, 64))
    if little:
        start = draw(st.integers(0, 64 - bits))
    else:
        position = draw(st.integers(0, 64 - bits))  # as the bits come on the line
        start = position // 8 * 8 + 7 - position % 8
    return Field(start, bits, little, draw(st.booleans()))


@given(fields(), st.binary(min_size=8, max_size=8))
def test_any_field_is_read_as_cantools_reads_it(field: Field, data: bytes) -> None:
    assert ours(field, data) == theirs(field, data)


@given(fields(), st.binary(min_size=8, max_size=8))
def test_a_field_needs_the_bytes_up_to_its_end_and_no_more(field: Field, data: bytes) -> None:
    assert 1 <= field.end <= 8
    assert taker(field)(data[: field.end]) == taker(field)(data)
    changed = data[: field.end - 1] + bytes([data[field.end - 1] ^ 0xFF])
    assert taker(field)(changed) != taker(field)(data)


@given(st.sampled_from((16, 32, 64)), st.booleans(), st.data())
def test_floats_are_read_as_cantools_reads_them(bits: int, little: bool, data: st.DataObject) -> None:
    layout = {16: "e", 32: "f", 64: "d"}[bits]
    number = data.draw(st.floats(width=bits, allow_nan=False))  # pyright: ignore[reportArgumentType]  # one of the three
    packed = struct.pack(("<" if little else ">") + layout, number)
    field = Field(0 if little else 7, bits, little, is_float=True)
    assert ours(field, packed) == theirs(field, packed) == number


def test_what_is_no_number_stays_none() -> None:
    assert math.isnan(ours(Field(0, 32, is_float=True), struct.pack("<f", math.nan)))
