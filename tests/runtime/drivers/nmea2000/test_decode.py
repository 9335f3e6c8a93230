"""From packets to samples."""

import random

import pytest

from tests.support.n2k import a_decoder, a_source, a_tag, frames, heard, message, values
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagKind
from vmshmi.runtime.drivers.canbus.header import TRANSPORT_CONTROL, TRANSPORT_DATA
from vmshmi.runtime.drivers.engineering import Converted
from vmshmi.runtime.drivers.nmea2000.packet import Packet, id_of

DYNAMIC = bytes.fromhex("002f06ffffe3736505ff7f72100000ffffffffff060000007f7f")


def one(pgn: int, field: str, data: str, kind: TagKind = TagKind.ANALOG, **more) -> Converted:
    """The only sample a message gives to a tag."""
    of_tag = {key: more.pop(key) for key in ("range_min", "range_max") if key in more}
    decoder = a_decoder(a_tag("t", a_source(pgn, field, **more), kind, **of_tag))
    ((_, value),) = values(decoder, [message(pgn, data)])
    return value.value, value.quality, value.raw_value


GOOD, ABSENT, FAULT = Quality.GOOD, Quality.BAD_NOT_CONNECTED, Quality.BAD_SENSOR_FAILURE


@pytest.mark.parametrize(
    ("pgn", "field", "data", "expected"),
    [
        (127488, "speed", "00 400c ffff 7f ffff", (784.0, GOOD, 784.0)),
        (127488, "speed", "00 ffff ffff 7f ffff", (None, ABSENT, 0xFFFF)),
        (127488, "speed", "00 feff ffff 7f ffff", (None, FAULT, 0xFFFE)),
        (127488, "speed", "00 fdff ffff 7f ffff", (None, Quality.BAD_OUT_OF_RANGE, 0xFFFD)),
        (127488, "tiltTrim", "00 0000 0000 7f ffff", (None, ABSENT, 0x7F)),
        (127488, "tiltTrim", "00 0000 0000 7e ffff", (None, FAULT, 0x7E)),
        (127488, "tiltTrim", "00 0000 0000 7d ffff", (None, Quality.BAD_OUT_OF_RANGE, 0x7D)),
        (127488, "tiltTrim", "00 0000 0000 9c ffff", (-100.0, GOOD, -100)),
        # shorter than the field: of an older edition, or cut
        (127488, "speed", "00", (None, ABSENT, None)),
        (127488, "speed", "00 40", (None, Quality.BAD_DECODING_ERROR, None)),
        (127505, "level", "00 ffff ffffffff ff", (-0.004, GOOD, -0.004)),
        (126992, "date", "10 f0 f13a 21470f16", (15089.0, GOOD, 15089)),
        (126992, "time", "10 f0 f13a 21470f16", (37010.0001, GOOD, 37010.0001)),
        (126992, "time", "10 f0 f13a 00f0a433", (None, Quality.BAD_OUT_OF_RANGE, 86644.736)),
    ],
)
def test_a_number_is_in_its_unit_and_what_is_no_number_is_bad(pgn: int, field: str, data: str, expected: tuple) -> None:
    value, quality, raw = one(pgn, field, data)
    assert (value, quality) == (pytest.approx(expected[0]) if expected[0] is not None else None, expected[1])
    assert raw == pytest.approx(expected[2])


def test_a_number_is_the_one_that_was_sent_without_the_noise_of_its_resolution() -> None:
    assert one(127250, "heading", "00 765a ff7f ff7f fd") == (2.3158, GOOD, 2.3158)


def test_ff_where_7f_means_not_available_is_uncertain_outside_the_range() -> None:
    data = "00" * 24 + "ff" + "7f"
    assert one(127489, "engineLoad", data)[:2] == (-1.0, GOOD)
    exceeded = Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED
    assert one(127489, "engineLoad", data, range_min=0.0, range_max=125.0)[:2] == (-1.0, exceeded)


def test_scale_and_offset_make_other_units() -> None:
    data = "00 3f06 0000 e373 00"
    assert one(127489, "temperature", data, offset=-273.15)[0] == pytest.approx(23.52)
    assert one(127489, "oilPressure", data, scale=1e-5)[0] == pytest.approx(1.599)


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("00", TagKind.ENUM, (0, GOOD, 0)),
        ("01", TagKind.ENUM, (1, GOOD, 1)),
        ("01", TagKind.TEXT, ("On", GOOD, 1)),
        ("01", TagKind.DIGITAL, (True, GOOD, 1)),
        ("00", TagKind.DIGITAL, (False, GOOD, 0)),
        ("02", TagKind.DIGITAL, (None, FAULT, 2)),
        ("02", TagKind.ENUM, (None, FAULT, 2)),
        ("03", TagKind.DIGITAL, (None, ABSENT, 3)),
        ("03", TagKind.TEXT, (None, ABSENT, 3)),
    ],
)
def test_a_switch_is_off_on_faulty_or_not_there(code: str, kind: TagKind, expected: tuple) -> None:
    assert one(127501, "indicator1", f"00 {code}000000000000", kind) == expected


def test_codes_are_numbers_or_texts() -> None:
    tank = "50 0000 00000000 ff"  # type 5
    assert one(127505, "type", tank, TagKind.ENUM) == (5, GOOD, 5)
    assert one(127505, "type", tank, TagKind.TEXT) == ("Black water", GOOD, 5)
    unnamed = "e0 0000 00000000 ff"
    assert one(127505, "type", unnamed, TagKind.ENUM)[:2] == (14, GOOD)
    assert one(127505, "type", unnamed, TagKind.TEXT)[:2] == ("14", GOOD)
    assert one(127505, "type", "f0 0000 00000000 ff", TagKind.ENUM) == (None, ABSENT, 15)


def test_faults_come_as_a_number_as_words_or_one_by_one() -> None:
    data = "00" * 20 + "0600" + "0000"
    assert one(127489, "discreteStatus1", data, TagKind.ENUM) == (6, GOOD, 6)
    assert one(127489, "discreteStatus1", data, TagKind.TEXT) == ("Over Temperature, Low Oil Pressure", GOOD, 6)
    assert one(127489, "discreteStatus1", data, TagKind.DIGITAL, bit=1) == (True, GOOD, 6)
    assert one(127489, "discreteStatus1", data, TagKind.DIGITAL, bit=0) == (False, GOOD, 6)
    everything = "00" * 20 + "ffff" + "0000"
    assert one(127489, "discreteStatus1", everything, TagKind.DIGITAL, bit=0) == (None, ABSENT, 0xFFFF)


def test_dates_times_and_numbers_of_ships_are_texts_for_a_person() -> None:
    assert one(126992, "date", "10 f0 f13a 21470f16", TagKind.TEXT)[0] == "2011-04-25"
    assert one(126992, "time", "10 f0 f13a 21470f16", TagKind.TEXT)[0] == "10:16:50"
    ais = "05" + (2766140).to_bytes(4, "little").hex() + "00" * 60
    assert one(129794, "userId", ais, TagKind.TEXT)[0] == "002766140"
    assert one(129794, "userId", ais, TagKind.COUNTER)[0] == 2766140


def test_a_text_that_is_not_there_is_bad() -> None:
    ais = "05" + (2766140).to_bytes(4, "little").hex() + "00" * 4
    name = (b"HOOGE" + b"@" * 15).hex()
    assert one(129794, "name", ais + "ff" * 7 + name, TagKind.TEXT)[:2] == ("HOOGE", GOOD)
    assert one(129794, "name", ais + "ff" * 7 + "ff" * 20, TagKind.TEXT)[:2] == (None, ABSENT)


def test_a_tag_takes_its_instance_and_its_sender_only() -> None:
    tags = {
        **a_tag("port", a_source(127488, "speed", instance=0)),
        **a_tag("starboard", a_source(127488, "speed", instance="dual engine starboard")),
        **a_tag("from 7", a_source(127488, "speed", source=7)),
        **a_tag("any", a_source(127488, "speed")),
    }
    decoder = a_decoder(tags)
    got = values(
        decoder,
        [
            message(127488, "00 400c ffff 7f ffff", source=1),
            message(127488, "01 800c ffff 7f ffff", source=7),
            message(127488, "ff c00c ffff 7f ffff", source=1),
        ],
    )
    assert [(tag_id, value.value) for tag_id, value in got] == [
        ("port", 784.0), ("any", 784.0), ("starboard", 800.0), ("from 7", 800.0), ("any", 800.0), ("any", 816.0),
    ]  # fmt: skip


@pytest.mark.parametrize("water", ["Water", "water", 1])
def test_other_fields_may_tell_messages_apart(water: int | str) -> None:
    decoder = a_decoder(a_tag("t", a_source(127505, "level", instance=0, match={"type": water})))
    fuel, fresh = "00 c409 00000000 ff", "10 8813 00000000 ff"
    ((_, value),) = values(decoder, [message(127505, fuel), message(127505, fresh)])
    assert value.value == 20.0


def test_a_part_that_is_there_several_times_is_found_by_what_it_says() -> None:
    def line(number: int, volts: int) -> str:
        return f"{number:02x}" + volts.to_bytes(2, "little").hex() + "ffff" * 3 + "ffffff7f" * 2 + "7f"

    data = "00 03" + line(0, 23000) + line(1, 23100) + line(2, 0xFFFE)
    assert one(127504, "voltage", data, match={"line": 1})[:2] == (231.0, GOOD)
    assert one(127504, "voltage", data, match={"line": "Line 1"})[:2] == (230.0, GOOD)
    assert one(127504, "voltage", data, match={"line": 2}) == (None, FAULT, 0xFFFE)


def test_a_layout_of_another_maker_is_none_of_ours() -> None:
    decoder = a_decoder(a_tag("t", a_source(130820, "fusionVolumes.zone1")))
    volumes, muted, other_maker = "a399 1d80 01020304", "a399 1780 01", "1111 1d80 01020304"
    assert values(decoder, [message(130820, muted), message(130820, other_maker)]) == []
    assert [value.value for _, value in values(decoder, [message(130820, volumes)])] == [1.0]


def test_a_message_cut_before_what_tells_it_apart_is_not_taken() -> None:
    tags = {
        **a_tag("instance", a_source(127505, "instance", instance=0)),
        **a_tag("type", a_source(130312, "instance", match={"source": 0})),
    }
    assert values(a_decoder(tags), [message(127505, ""), message(130312, "01 00")]) == []
    assert len(values(a_decoder(tags), [message(127505, "00"), message(130312, "01 00 00")])) == 2


def test_fast_packets_and_transfers_of_a_group_are_joined() -> None:
    decoder = a_decoder(a_tag("t", a_source(127489, "oilPressure", instance=0)))
    to_all = id_of(7, TRANSPORT_CONTROL, 16), id_of(7, TRANSPORT_DATA, 16)
    opening = b"\x20\x1a\x00\x04\xff" + (127489).to_bytes(3, "little")
    transfer = [Packet(1.0, to_all[0], opening)]
    transfer += [
        Packet(1.1, to_all[1], bytes([number + 1]) + DYNAMIC[number * 7 : number * 7 + 7].ljust(7, b"\xff"))
        for number in range(4)
    ]
    got = values(decoder, [*frames(127489, DYNAMIC), *transfer])
    assert [(value.value, value.quality) for _, value in got] == [(158_300.0, GOOD)] * 2
    assert decoder.counters()["transfers"] == 1


def test_a_transfer_of_something_else_is_left_alone() -> None:
    decoder = a_decoder(a_tag("t", a_source(127489, "oilPressure")))
    opening = b"\x20\x09\x00\x02\xff" + (65226).to_bytes(3, "little")
    packets = [Packet(0.0, id_of(7, TRANSPORT_CONTROL, 16), opening)]
    packets += [Packet(0.1, id_of(7, TRANSPORT_DATA, 16), bytes([number]) * 8) for number in (1, 2)]
    assert values(decoder, packets) == []
    assert (decoder.counters()["decode_errors"], decoder.counters()["transfers"]) == (0, 1)


def test_what_nobody_wants_is_not_joined_nor_decoded() -> None:
    decoder = a_decoder(a_tag("t", a_source(127489, "oilPressure", source=3)))
    assert values(decoder, [*frames(127489, DYNAMIC, source=2), message(127488, "00 400c")]) == []
    counters = decoder.counters()
    assert (counters["unbound"], counters["messages"], counters["headless"]) == (5, 0, 0)


def test_noise_is_no_error_of_ours_and_is_remembered_within_bounds() -> None:
    chance = random.Random(3)
    tags = {**a_tag("a", a_source(127489, "oilPressure")), **a_tag("b", a_source(129029, "altitude"))}
    decoder = a_decoder(tags)
    noise: list[Packet] = []
    for _ in range(20_000):
        can_id = chance.choice((127489, 129029, 60416, 60160)) << 8 | chance.randrange(1 << 29)
        noise.append(Packet(chance.random(), can_id, chance.randbytes(chance.randrange(9))))
    decoder.decode(heard(noise))
    assert len(list(decoder.describe(heard(noise)))) > 0
    assert len(decoder._routes) <= 4096


def test_describing_does_not_disturb_decoding() -> None:
    decoder = a_decoder(a_tag("t", a_source(127489, "oilPressure", instance=0)))
    packets = frames(127489, DYNAMIC)
    assert values(decoder, packets[:2]) == []
    (line,) = decoder.describe(heard(packets))
    assert line.key == "127489 Engine Parameters, Dynamic 0 from 1"
    assert line.raw.startswith("00 2F 06 FF FF E3 73")
    assert "oilPressure 158300 Pa" in line.meaning
    assert "discreteStatus1 Over Temperature, Low Oil Pressure" in line.meaning
    assert [value.value for _, value in values(decoder, packets[2:])] == [158_300.0]


def test_a_person_reads_dates_without_a_unit_and_no_instance_where_there_is_none() -> None:
    packets = [message(126992, "10 f0 f13a 21470f16"), message(130312, "00 ff 01 0472 ffff ff"), message(65306, "ffff")]
    time, temperature, unknown = a_decoder({}).describe(heard(packets))
    assert "date 2011-04-25, time 10:16:50" in time.meaning
    assert temperature.key == "130312 Temperature from 1"
    assert "actualTemperature 291.88 K" in temperature.meaning
    assert unknown.key.startswith("65306 ")


def test_a_tag_that_is_told_about_several_things_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    tags = {
        **a_tag("port", a_source(127488, "speed", instance=0)),
        **a_tag("any", a_source(127488, "speed")),
        **a_tag("wind", a_source(130306, "windSpeed")),
        **a_tag("apparent", a_source(130306, "windSpeed", match={"reference": "Apparent"})),
    }
    decoder = a_decoder(tags)
    engines = [message(127488, f"{number:02x} 400c ffff 7f ffff") for number in (0, 1, 0)]
    wind = [message(130306, f"00 7401 2ba8 {reference} ffff") for reference in ("fa", "fa")]
    values(decoder, [*engines, *wind])
    assert decoder.counters()["ambiguous_tags"] == 1
    assert [record.getMessage() for record in caplog.records] == [
        "tag any is told about several things: instance is not always the same; say which is meant"
    ]
    values(decoder, [message(130306, "00 7401 2ba8 f8 ffff")])
    assert decoder.counters()["ambiguous_tags"] == 2
