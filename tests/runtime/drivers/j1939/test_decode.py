"""What is a value and what is not, and whose it is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.j1939 import START, addressed, broadcast, decoder, frame, heard, tag, values
from vmshmi.config.j1939_devices import J1939Source
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.canbus import CanFrame, Field
from vmshmi.runtime.drivers.canbus.header import header_of
from vmshmi.runtime.drivers.j1939.convert import converter
from vmshmi.runtime.drivers.j1939.database import Parameter
from vmshmi.runtime.drivers.j1939.ids import NameTest


def converted(bits: int, raw: int, kind: TagKind = TagKind.ANALOG) -> tuple[object, str]:
    """A number of so many bits that begins with a message, in the middle of ones and of zeros."""
    results: set[tuple[object, str]] = set()
    for start, filler in ((0, 0), (0, -1), (8, -1), (16, 0), (3, -1)):
        if start % 8 and bits > 5:
            continue
        mask = (1 << bits) - 1
        whole = ((filler & (1 << 64) - 1) & ~(mask << start)) | raw << start
        convert = converter(
            TagDef(TagId("t"), kind=kind), J1939Source(device="e", pgn=1), Parameter(1, "p", Field(start, bits))
        )
        value, quality, said = convert(whole.to_bytes(8, "little"))
        assert said == raw
        results.add((value, quality.reason))
    (result,) = results
    return result


@pytest.mark.parametrize(
    ("bits", "raw", "expected"),
    [
        (1, 0, (0.0, "")),
        (1, 1, (1.0, "")),
        (2, 0, (0.0, "")),
        (2, 1, (1.0, "")),
        (2, 2, (None, "BadSensorFailure")),
        (2, 3, (None, "BadNotConnected")),
        (4, 13, (13.0, "")),
        (4, 14, (None, "BadSensorFailure")),
        (4, 15, (None, "BadNotConnected")),
        (5, 29, (29.0, "")),
        (5, 31, (None, "BadNotConnected")),
        (8, 0xFA, (250.0, "")),
        (8, 0xFB, (251.0, "UncertainSubNormal")),
        (8, 0xFD, (253.0, "UncertainSubNormal")),
        (8, 0xFE, (None, "BadSensorFailure")),
        (8, 0xFF, (None, "BadNotConnected")),
        (16, 0xFAFF, (64255.0, "")),
        (16, 0xFB00, (64256.0, "UncertainSubNormal")),
        (16, 0xFDFF, (65023.0, "UncertainSubNormal")),
        (16, 0xFE00, (None, "BadSensorFailure")),
        (16, 0xFEFF, (None, "BadSensorFailure")),
        (16, 0xFF00, (None, "BadNotConnected")),
        (16, 0xFFFF, (None, "BadNotConnected")),
        (16, 0x00FF, (255.0, "")),
        (24, 0xFAFFFF, (16449535.0, "")),
        (24, 0xFE0000, (None, "BadSensorFailure")),
        (32, 0xFAFFFFFF, (4211081215.0, "")),
        (32, 0xFB000000, (4211081216.0, "UncertainSubNormal")),
        (32, 0xFE000000, (None, "BadSensorFailure")),
        (32, 0xFF000000, (None, "BadNotConnected")),
        (32, 0xFFFFFFFF, (None, "BadNotConnected")),
    ],
)
def test_what_is_not_available_is_no_number(bits: int, raw: int, expected: tuple[object, str]) -> None:
    assert converted(bits, raw) == expected


@given(st.sampled_from((2, 3, 4, 8, 16, 24, 32)), st.data())
def test_no_number_above_the_valid_ones_is_good(bits: int, data: st.DataObject) -> None:
    raw = data.draw(st.integers(0, (1 << bits) - 1))
    valid = raw < (1 << bits) - 2 if bits < 8 else raw >> bits - 8 <= 0xFA
    value, reason = converted(bits, raw)
    assert (reason == "") == valid
    assert value in (None, float(raw))


@given(st.integers(0, 64), st.integers(0, 7), st.sampled_from((1, 2, 4, 8, 12, 16, 32)))
def test_a_frame_shorter_than_the_field_is_never_guessed(length: int, byte: int, bits: int) -> None:
    convert = converter(TagDef(TagId("t")), J1939Source(device="e", pgn=1), Parameter(1, "p", Field(byte * 8, bits)))
    value, quality, _ = convert(bytes(length))
    if length * 8 < byte * 8 + bits:
        assert (value, quality) == (None, Quality.BAD_DECODING_ERROR)
    else:
        assert (value, quality) == (0.0, Quality.GOOD)


def test_a_short_frame_is_counted_and_its_whole_fields_are_read() -> None:
    it = decoder(tag("demand", pgn=61444, spn=512), tag("rpm", pgn=61444, spn=190))
    samples = it.decode(heard(frame(61444, "FF7D8488")))
    assert values(samples, "demand") == [0.0]
    assert values(samples, "rpm") == ["BadDecodingError"]
    assert it.counters()["decode_errors"] == 1


def test_a_value_has_the_shape_of_its_tag() -> None:
    it = decoder(
        tag("digital", TagKind.DIGITAL, pgn=65279, spn=97),
        tag("enum", TagKind.ENUM, pgn=65279, spn=97),
        tag("text", TagKind.TEXT, pgn=65279, spn=97),
        tag("speed", TagKind.TEXT, pgn=61444, spn=190),
        tag("bar", TagKind.ANALOG, "bar", pgn=65263, spn=100, scale=0.01),
        tag("kelvin", TagKind.ANALOG, "K", pgn=65262, spn=110, offset=273),
        tag("turns", TagKind.COUNTER, pgn=65253, spn=249),
    )
    samples = it.decode(
        heard(
            frame(65279, "FDFFFFFFFFFFFFFF"),
            frame(61444, "FFFFFF6814FFFFFF"),
            frame(65263, "FFFFFF6FFFFFFFFF"),
            frame(65262, "6FFFFFFFFFFFFFFF"),
            frame(65253, "FFFFFFFF02000000"),
        )
    )
    assert {tag_id: value.value for tag_id, value in samples} == {
        "digital": True,
        "enum": 1,
        "text": "yes",
        "speed": "653 rpm",
        "bar": 4.44,
        "kelvin": 344.0,
        "turns": 2000.0,
    }


def test_a_value_outside_the_tags_range_is_uncertain() -> None:
    tags = tag("rpm", pgn=61444, spn=190)
    definition = TagDef(TagId("rpm"), range_max=600)
    it = decoder({TagId("rpm"): (definition, tags[TagId("rpm")][1])})
    (sample,) = it.decode(heard(frame(61444, "FFFFFF6814FFFFFF")))
    assert (sample[1].value, sample[1].quality) == (653.0, Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)


def test_a_tag_that_is_told_by_several_engines_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    any_one = tag("any", pgn=61444, spn=190)
    port = tag("port", pgn=61444, spn=190, source=0)
    it = decoder(any_one, port)
    speed = bytes.fromhex("FFFFFF4014FFFFFF")
    it.decode(heard(frame(61444, speed, 0), frame(61444, speed, 0)))
    assert it.counters()["ambiguous_tags"] == 0
    it.decode(heard(frame(61444, speed, 1), frame(61444, speed, 2), frame(61444, speed, 0)))
    assert it.counters()["ambiguous_tags"] == 1
    assert [record.getMessage() for record in caplog.records] == [
        "tag any is told by several: source 0 and 1; say which is meant"
    ]


def test_several_engines_are_told_apart_by_their_address() -> None:
    it = decoder(
        tag("port", pgn=61444, spn=190, source=0),
        tag("starboard", pgn=61444, spn=190, source=1),
        tag("any", pgn=61444, spn=190),
    )
    samples = it.decode(heard(frame(61444, "FFFFFF6814FFFFFF", 0), frame(61444, "FFFFFF0019FFFFFF", 1)))
    assert values(samples, "port") == [653.0]
    assert values(samples, "starboard") == [800.0]
    assert values(samples, "any") == [653.0, 800.0]


PORT, STARBOARD = "4064960001DDF28E", "4064960002DDF28E"
SPEED = "FFFFFF6814FFFFFF"


def claim(name: str, address: int) -> CanFrame:
    return frame(60928, bytes.fromhex(name)[::-1], address)


def test_an_engine_is_followed_by_its_name_to_the_address_it_claims() -> None:
    it = decoder(tag("rpm", pgn=61444, spn=190, name=PORT))
    assert it.decode(heard(frame(61444, SPEED, 0))) == []  # who is that?
    samples = it.decode(
        heard(
            claim(PORT, 0),
            claim(STARBOARD, 1),
            frame(61444, SPEED, 0),
            frame(61444, "FFFFFF0019FFFFFF", 1),
            claim(STARBOARD, 0),  # it won the address
            claim(PORT, 17),
            frame(61444, "FFFFFF0019FFFFFF", 0),
            frame(61444, SPEED, 17),
        )
    )
    assert values(samples, "rpm") == [653.0, 653.0]
    assert it.counters()["address_claims"] == 4


def test_an_engine_that_lost_its_address_says_nothing_any_more() -> None:
    it = decoder(tag("rpm", pgn=61444, spn=190, name=PORT))
    it.decode(heard(claim(PORT, 0)))
    assert values(it.decode(heard(frame(61444, SPEED, 0))), "rpm") == [653.0]
    assert it.decode(heard(claim(PORT, 254), frame(61444, SPEED, 0), frame(61444, SPEED, 254))) == []


def test_until_it_claims_one_an_engine_is_where_the_project_says() -> None:
    it = decoder(tag("rpm", pgn=61444, spn=190, name=PORT, source=0))
    assert values(it.decode(heard(frame(61444, SPEED, 0), frame(61444, SPEED, 1))), "rpm") == [653.0]
    # now another has that address
    assert it.decode(heard(claim(STARBOARD, 0), frame(61444, SPEED, 0))) == []
    assert values(it.decode(heard(claim(PORT, 5), frame(61444, SPEED, 5))), "rpm") == [653.0]


def test_two_engines_that_fit_are_neither() -> None:
    it = decoder(tag("rpm", pgn=61444, spn=190, name={"function": 0}))
    one, other = "0000000000000001", "0000000000000002"
    assert values(it.decode(heard(claim(one, 3), frame(61444, SPEED, 3))), "rpm") == [653.0]
    assert it.decode(heard(claim(other, 4), frame(61444, SPEED, 3), frame(61444, SPEED, 4))) == []


def test_parts_of_a_name_are_where_the_standard_has_them() -> None:
    name = 0x4064960001DDF28E
    parts = {
        "identity": name & 0x1FFFFF,
        "manufacturer": name >> 21 & 0x7FF,
        "ecu_instance": name >> 32 & 7,
        "function_instance": name >> 35 & 31,
        "function": 0x96,
        "vehicle_system": 0x64 >> 1,
        "vehicle_system_instance": 0,
        "industry_group": 4,
    }
    for part, value in parts.items():
        source = J1939Source.model_validate({"device": "e", "pgn": 1, "name": {part: value}})
        assert source.name is not None
        assert NameTest(source.name)(name), part
        source = J1939Source.model_validate({"device": "e", "pgn": 1, "name": {part: value ^ 1}})
        assert source.name is not None
        assert not NameTest(source.name)(name), part
    assert NameTest("40 64 96 00 01 DD F2 8E")(name)
    assert NameTest("0x4064960001ddf28e")(name)


@pytest.mark.parametrize(
    ("can_id", "pgn", "source", "destination"),
    [
        (0x0CF00400, 61444, 0, 255),
        (0x18FEDF00, 65247, 0, 255),
        (0x18EEFF03, 60928, 3, 255),
        (0x18EC2211, 60416, 0x11, 0x22),
        (0x0C000003, 0, 3, 0),
        (0x19F11C23, 0x1F11C, 0x23, 255),
    ],
)
def test_an_id_is_taken_apart(can_id: int, pgn: int, source: int, destination: int) -> None:
    assert header_of(can_id) == (pgn, source, destination)


def test_a_parameter_in_a_long_message_is_read_from_whom_it_is_meant() -> None:
    it = decoder(tag("idle", pgn=65251, spn=188, source=3), tag("torque", pgn=65251, spn=544, source=3))
    data = bytes([0x50, 0x14]) + bytes(17) + (2500).to_bytes(2, "little") + bytes(18)
    samples = it.decode(heard(*broadcast(65251, data, 3), *broadcast(65251, data, 4), *addressed(65251, data, 3, 9)))
    assert values(samples, "idle") == [650.0, 650.0]
    assert values(samples, "torque") == [2500.0, 2500.0]
    assert it.counters()["long_messages"] == 3


def test_frames_of_other_protocols_are_counted_and_left_alone() -> None:
    it = decoder(tag("rpm", pgn=61444, spn=190))
    assert it.decode(heard(CanFrame(0x400, False, bytes(8)))) == []
    assert it.counters()["other_frames"] == 1


def test_the_monitor_says_what_is_on_the_bus_and_disturbs_nothing() -> None:
    it = decoder(tag("idle", pgn=65251, spn=188))
    data = bytes([0x50, 0x14]) + bytes(37)
    first, *rest = broadcast(65251, data, 3)
    assert list(it.describe(heard(first))) == []
    it.decode(heard(first))
    lines = list(it.describe(heard(*rest[:2])))
    samples = it.decode(heard(*rest[:2]))
    last = heard(*rest[2:], start=START + timedelta(seconds=0.1))
    lines += it.describe(last)
    samples += it.decode(last)
    assert values(samples, "idle") == [650.0]
    (line,) = lines
    assert line.key == "65251 EC1 from 3"
    assert line.meaning.startswith("188 Engine Speed At Idle 650 rpm")
    said = list(
        it.describe(
            heard(
                frame(61444, "F0FFFF6814FFFFFF"),
                claim(PORT, 7),
                frame(65226, "04FF64000103FFFF"),
                frame(0xFF42, "0102"),
                frame(59904, "04F000", 3, 0),
                CanFrame(0x123, False, b"\x01"),
            )
        )
    )
    assert [(line.key, line.raw, line.meaning) for line in said] == [
        ("61444 EEC1 from 0", "F0 FF FF 68 14 FF FF FF", "899 Engine Torque Mode 0, 190 Engine Speed 653 rpm"),
        ("60928 address claim from 7", "8E F2 DD 01 00 96 64 40", f"NAME {PORT}"),
        (
            "65226 active faults from 0",
            "04 FF 64 00 01 03 FF FF",
            "SPN 100 Engine Oil Pressure: data valid, below the normal range, most severe (FMI 1), 3 times",
        ),
        ("65346 from 0", "01 02", ""),
        ("59904 from 3 to 0", "04 F0 00", ""),
        ("123", "01", ""),
    ]


_GROUPS = st.sampled_from((60160, 60416, 60928, 65226, 61444, 65251, 0xFF42, 0))


@given(st.lists(st.tuples(_GROUPS, st.binary(max_size=9), st.integers(0, 2)), max_size=30))
def test_nothing_on_a_bus_breaks_the_decoder(frames: list[tuple[int, bytes, int]]) -> None:
    it = decoder(
        tag("rpm", pgn=61444, spn=190),
        tag("idle", pgn=65251, spn=188, name={"function": 0}, source=1),
        tag("faults", TagKind.TEXT, pgn=65226, field="faults"),
        tag("lamp", TagKind.DIGITAL, pgn=65226, field="red_stop", source=1),
    )
    noise = heard(*(frame(pgn, data, source) for pgn, data, source in frames))
    lines = list(it.describe(noise))
    for _, value in it.decode(noise):
        assert (value.value is None) == value.quality.is_bad
    assert all(line.key for line in lines)
