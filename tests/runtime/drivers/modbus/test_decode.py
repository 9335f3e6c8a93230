"""Values: equal to decoding each tag alone and to pymodbus's own conversion; every doubt becomes a quality."""

import math
import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pymodbus.client import AsyncModbusTcpClient

from tests.support.modbus_driver import a_source
from vmshmi.config.modbus_devices import ModbusSource
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.drivers.modbus.decode import BlockDecoder
from vmshmi.runtime.drivers.modbus.encode import encode, encode_bit
from vmshmi.runtime.drivers.modbus.plan import Binding, Block, plan_blocks

_STAMP = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
_SIZES = {"uint16": 1, "int16": 1, "uint32": 2, "int32": 2, "float32": 2, "uint64": 4, "int64": 4, "float64": 4}
_NUMBERS = [*_SIZES]
_WORDS = st.one_of(st.integers(0, 0xFFFF), st.sampled_from([0, 0x7FC0, 0x7F80, 0x8000, 0xFFFF]))
_PYMODBUS = AsyncModbusTcpClient.DATATYPE


def _decode(definition: TagDef, source: ModbusSource, words: list[int]) -> TagValue:
    (block,) = plan_blocks([Binding(definition, source, 1)], 0, 125)
    payload = struct.pack(f">{len(words)}H", *words)
    ((_, value),) = BlockDecoder(block).decode(payload, _STAMP)
    return value


def _of(source: ModbusSource, words: list[int], kind: TagKind = TagKind.ANALOG, **fields: float) -> TagValue:
    return _decode(TagDef(TagId("t"), kind=kind, **fields), source, words)  # type: ignore[arg-type]  # names of TagDef


@pytest.mark.parametrize(
    ("words", "fields", "value"),
    [
        ([412], {"scale": 0.01}, 4.12),
        ([0xFFFB], {"type": "int16", "scale": 0.1}, -0.5),
        ([0xFFFB], {"type": "uint16"}, 65531.0),
        ([1, 2], {"type": "uint32"}, 65538.0),
        ([2, 1], {"type": "uint32", "word_order": "little"}, 65538.0),
        ([0xFFFF, 0xFFFE], {"type": "int32"}, -2.0),
        ([0, 0, 1, 0], {"type": "uint64"}, 65536.0),
        ([0, 1, 0, 0], {"type": "int64", "word_order": "little"}, 65536.0),
        ([0x4148, 0x0000], {"type": "float32"}, 12.5),
        ([0x0000, 0x4148], {"type": "float32", "word_order": "little"}, 12.5),
        ([0x4029, 0, 0, 0], {"type": "float64"}, 12.5),
        ([100], {"scale": 2.0, "offset": -40.0}, 160.0),
    ],
)
def test_each_type_is_read_in_its_word_order(words: list[int], fields: dict[str, object], value: float) -> None:
    read = _of(a_source(**fields), words)
    assert (read.value, read.quality) == (value, Quality.GOOD)


@pytest.mark.parametrize(
    ("words", "kind", "fields", "value"),
    [
        ([0], TagKind.DIGITAL, {}, False),
        ([3], TagKind.DIGITAL, {}, True),
        ([0b1000], TagKind.DIGITAL, {"bit": 3}, True),
        ([0b0111], TagKind.DIGITAL, {"bit": 3}, False),
        ([0b1000], TagKind.ENUM, {"bit": 3}, 1),
        ([7], TagKind.ENUM, {}, 7),
        ([7, 0], TagKind.COUNTER, {"type": "uint32"}, 458752),
        ([15], TagKind.COUNTER, {"scale": 0.1}, 1.5),
    ],
)
def test_the_kind_of_a_tag_says_what_its_value_is(
    words: list[int], kind: TagKind, fields: dict[str, object], value: Scalar
) -> None:
    read = _of(a_source(**fields), words, kind)
    assert (read.value, type(read.value)) == (value, type(value))


@pytest.mark.parametrize(
    ("words", "value", "quality"),
    [
        ([0x4141, 0x4200], "AAB", Quality.GOOD),
        ([0x4141, 0x2020], "AA", Quality.GOOD),
        ([0x0000, 0x4141], "", Quality.GOOD),
        ([0xC3A9, 0x0000], "é", Quality.GOOD),
        ([0xFFFF, 0xFFFF], None, Quality.BAD_DECODING_ERROR),
        ([0x4107, 0x0000], None, Quality.BAD_DECODING_ERROR),
    ],
)
def test_a_text_ends_at_its_zero_and_noise_is_no_text(words: list[int], value: str | None, quality: Quality) -> None:
    read = _of(a_source(type="string", length=2), words, TagKind.TEXT)
    assert (read.value, read.quality) == (value, quality)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ([0x7FFF], {"type": "int16", "sentinels": [0x7FFF]}),
        ([0xFFFF], {"type": "int16", "sentinels": [-1]}),
        ([0xFFFF], {"type": "int16", "sentinels": [65535]}),
        ([0xFFFF, 0xFFFF], {"type": "uint32", "sentinels": [0xFFFFFFFF, 0xFFFFFFFE]}),
    ],
)
def test_a_sentinel_is_bad_not_connected_and_its_raw_value_is_kept(words: list[int], fields: dict[str, object]) -> None:
    read = _of(a_source(**fields, scale=0.1), words)
    assert (read.value, read.quality) == (None, Quality.BAD_NOT_CONNECTED)
    assert read.raw_value is not None


@pytest.mark.parametrize(("words", "raw"), [([0x7FC0, 0], "nan"), ([0x7F80, 0], "inf"), ([0xFF80, 0], "-inf")])
def test_a_float_that_is_no_number_is_a_failed_sensor(words: list[int], raw: str) -> None:
    read = _of(a_source(type="float32"), words)
    assert (read.value, read.quality, read.raw_value) == (None, Quality.BAD_SENSOR_FAILURE, raw)


def test_a_float_that_overflows_by_its_scale_is_out_of_range() -> None:
    read = _of(a_source(type="float64", scale=1e10), [0x7FEF, 0xFFFF, 0xFFFF, 0xFFFF])
    assert (read.value, read.quality) == (None, Quality.BAD_OUT_OF_RANGE)


@pytest.mark.parametrize(("raw", "exceeded"), [(99, True), (100, False), (200, False), (201, True)])
def test_a_value_the_sensor_cannot_say_is_uncertain_and_kept(raw: int, exceeded: bool) -> None:
    read = _of(a_source(scale=0.1), [raw], range_min=10.0, range_max=20.0)
    assert (read.value, read.raw_value) == (raw / 10, raw)
    assert read.quality is (Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED if exceeded else Quality.GOOD)


def test_one_poll_has_one_stamp() -> None:
    assert _of(a_source(), [1]).timestamp is _STAMP


def test_bits_are_counted_from_the_lowest() -> None:
    bindings = [Binding(TagDef(TagId(f"c{i}"), kind=TagKind.DIGITAL), a_source("coil", i), 1) for i in range(12)]
    (block,) = plan_blocks(bindings, 0, 125)
    read = dict(BlockDecoder(block).decode(bytes([0b1000_0001, 0b0000_0110]), _STAMP))
    assert [i for i in range(12) if read[TagId(f"c{i}")].value] == [0, 7, 9, 10]


def test_sources_that_cannot_fit_are_all_named() -> None:
    bindings = [
        Binding(TagDef(TagId("a")), a_source(address=0, type="string", length=2), 1),
        Binding(TagDef(TagId("b")), a_source(address=2, type="uint32", bit=3), 1),
        Binding(TagDef(TagId("c"), kind=TagKind.TEXT), a_source(address=4, type="string", word_order="little"), 1),
    ]
    (block,) = plan_blocks(bindings, 0, 125)
    with pytest.raises(ConfigurationError) as caught:
        BlockDecoder(block)
    assert caught.value.problems == (
        "a: a string needs kind text, not analog",
        "b: bit picks from a 16-bit register only",
        "c: word_order says nothing about a string",
    )


@st.composite
def _block_and_words(draw: st.DrawFn) -> tuple[Block, list[int]]:
    places = draw(
        st.lists(
            st.tuples(st.integers(0, 120), st.sampled_from(_NUMBERS), st.sampled_from(["big", "little"])),
            min_size=1,
            max_size=40,
        )
    )
    bindings = [
        Binding(TagDef(TagId(f"t{i}")), a_source(address=address, type=kind, word_order=order), 1)
        for i, (address, kind, order) in enumerate(places)
    ]
    (block,) = plan_blocks(bindings, 125, 125)
    words = draw(st.lists(st.integers(0, 0xFFFF), min_size=block.count, max_size=block.count))
    return block, words


@given(_block_and_words())
def test_a_block_is_read_as_each_of_its_tags_alone_and_as_pymodbus_does(sample: tuple[Block, list[int]]) -> None:
    block, words = sample
    read = dict(BlockDecoder(block).decode(struct.pack(f">{len(words)}H", *words), _STAMP))
    assert len(read) == len(block.bindings)
    for binding in block.bindings:
        own = words[binding.address - block.address : binding.end - block.address]
        value = read[binding.definition.id]
        assert value == _decode(binding.definition, binding.source, own)
        theirs = AsyncModbusTcpClient.convert_from_registers(
            own, _PYMODBUS[binding.source.type.upper()], binding.source.word_order
        )
        assert isinstance(theirs, int | float)
        if math.isfinite(theirs):
            assert value.value == float(theirs)
        else:
            assert value.quality is Quality.BAD_SENSOR_FAILURE


@given(_block_and_words(), st.data())
def test_a_decoder_that_remembers_says_what_a_new_one_says(
    sample: tuple[Block, list[int]], data: st.DataObject
) -> None:
    block, words = sample
    decoder = BlockDecoder(block)
    for second in range(4):
        payload = struct.pack(f">{len(words)}H", *words)
        at = _STAMP + timedelta(seconds=second)
        assert decoder.decode(payload, at) == BlockDecoder(block).decode(payload, at)
        places = data.draw(st.sets(st.integers(0, len(words) - 1), max_size=3))
        words = [data.draw(_WORDS) if place in places else word for place, word in enumerate(words)]


def test_a_bit_that_changes_changes_its_tag_alone() -> None:
    source = a_source("coil", 3)
    other = a_source("coil", 12)
    bindings = [Binding(TagDef(TagId(f"c{s.address}"), kind=TagKind.DIGITAL), s, 1) for s in (source, other)]
    (block,) = plan_blocks(bindings, 8, 125)
    decoder = BlockDecoder(block)
    said = [
        [value.value for _, value in decoder.decode(bytes(payload), _STAMP)] for payload in ((1, 0), (1, 2), (0, 2))
    ]
    assert said == [[True, False], [True, True], [False, True]]


@given(st.data(), st.sampled_from(_NUMBERS), st.sampled_from(["big", "little"]))
def test_encoding_is_the_inverse_of_decoding(data: st.DataObject, kind: str, order: str) -> None:
    words = data.draw(st.lists(st.integers(0, 0xFFFF), min_size=_SIZES[kind], max_size=_SIZES[kind]))
    source = a_source(type=kind, word_order=order)
    read = _of(source, words, TagKind.COUNTER)
    assume(read.value is not None)
    assert read.value is not None
    assert encode(source, read.value) == words


@given(
    st.sampled_from(["uint16", "int16", "uint32", "int32"]),
    st.sampled_from(["big", "little"]),
    st.sampled_from([0.01, 0.1, 1.0, 2.5, 10.0, -0.1]),
    st.sampled_from([0.0, -40.0, 1000.0]),
    st.data(),
)
def test_a_scaled_value_comes_back_as_it_was_written(
    kind: str, order: str, scale: float, offset: float, data: st.DataObject
) -> None:
    bits = 16 * _SIZES[kind]
    low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    raw = data.draw(st.integers(low, high))
    source = a_source(type=kind, word_order=order, scale=scale, offset=offset)
    value = _of(source, encode(source, raw * scale + offset)).value
    assert value == pytest.approx(raw * scale + offset, rel=1e-12)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8))
def test_a_text_comes_back_as_it_was_written(text: str) -> None:
    source = a_source(type="string", length=4)
    assert _of(source, encode(source, text), TagKind.TEXT).value == text


@pytest.mark.parametrize(
    ("fields", "value", "message"),
    [
        ({}, 65536, "65536 does not fit uint16 with scale 1"),
        ({"type": "int16", "scale": 0.1}, 3276.8, "3276.8 does not fit int16 with scale 0.1"),
        ({"type": "float32"}, 1e39, "1e\\+39 does not fit float32 with scale 1"),
        ({"type": "string", "length": 1}, "abc", "'abc' takes 3 bytes, 2 fit"),
        ({}, math.nan, "nan is not a finite number"),
        ({}, "12", "'12' is not a finite number"),
        ({"bit": 3}, True, "one bit of a register cannot be written without the other fifteen"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(fields: dict[str, object], value: Scalar, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        encode(a_source(**fields), value)


def test_a_coil_takes_zero_and_one_only() -> None:
    assert [encode_bit(True), encode_bit(0)] == [True, False]
    with pytest.raises(ValueError, match="2 is neither 0 nor 1"):
        encode_bit(2)
