"""Lines of loggers and gateways."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.runtime.drivers.canbus.header import Header, header_of
from vmshmi.runtime.drivers.nmea2000.packet import Packet, id_of
from vmshmi.runtime.drivers.nmea2000.text import Line, LineCounts, TextReader

DEPTH = bytes.fromhex("012F3070002F3070")
FRAME_ID = 0x19F11223
HEADER = id_of(6, 0x1F112, 0x23)
SAID = {
    "2016-04-09T16:41:09.078Z,6,127250,35,255,8,01,2f,30,70,00,2f,30,70": datetime(
        2016, 4, 9, 16, 41, 9, 78_000, tzinfo=UTC
    ),
    "2022-10-11T11:47:22Z,6,127250,35,255,8,01,2f,30,70,00,2f,30,70": datetime(2022, 10, 11, 11, 47, 22, tzinfo=UTC),
    "2022-09-28-11:36:59.668,6,127250,35,255,8,01,2F,30,70,00,2F,30,70,": datetime(
        2022, 9, 28, 11, 36, 59, 668_000, tzinfo=UTC
    ),
    "17:33:21.107 R 19F11223 01 2F 30 70 00 2F 30 70": timedelta(hours=17, minutes=33, seconds=21.107),
    "19F11223 01 2F 30 70 00 2F 30 70": None,
    "(1502984866.421964) can0 19F11223#012F3070002F3070": datetime(2017, 8, 17, 15, 47, 46, 421_964, tzinfo=UTC),
    "  can0  19F11223   [8]  01 2F 30 70 00 2F 30 70": None,
    "<0x19f11223> [8] 01 2f 30 70 00 2f 30 70": None,
    "A173321.107 23FF6 1F112 012F3070002F3070": timedelta(hours=17, minutes=33, seconds=21.107),
    "23FF6 1F112 012F3070002F3070": None,
    "!PDGY,127250,6,35,255,0.563,AS8wcAAvMHA=": 0.563,
    "!PDGY,127250,6,35,255,482.36,AS8wcAAvMHA=": 482.036,
    "!PDGY,127250,6,35,255,,AS8wcAAvMHA=": None,
    "1471172400153;A;2016-04-09T16:41:09.078Z,6,127250,35,255,8,01,2f,30,70,00,2f,30,70": datetime(
        2016, 4, 9, 16, 41, 9, 78_000, tzinfo=UTC
    ),
    "1471172400153;I;!PDGY,127250,6,35,255,0.563,AS8wcAAvMHA=": datetime(2016, 8, 14, 11, 0, 0, 153_000, tzinfo=UTC),
}
BROKEN = (
    "2016-04-09T16:41:09.078Z,6,127250,35,255,8,01,2f,30,70,00,2f,30",
    "2016-04-09T16:41:09.078Z,6,127250,35,255,8,01,2f,30,70,00,2f,30,7",
    "2016-04-09T16:41:09.078Z,6,127250,35,255,8,01,2f,30,70,00,2f,30,70,11",
    "2016-04-09T16:41:09.078Z,6,127250,35,255",
    "2016-04-09T16:41:09.078Z,6,127250,35,255,8,01,2f,30,70,00,2f,30,xx",
    "2016-04-09T16:41:09.078Z,9,127250,35,255,1,01",
    "2016-04-09T16:41:09.078Z,6,127250,350,255,1,01",
    "2016-04-09T25:41:09.078Z,6,127250,35,255,1,01",
    "17:33:21.107 R 19F11223 01 2F 30 70 00 2F 30 7",
    "17:33:21.107 R 39F51323 01",
    "97:33:21.107 R 19F11223 01",
    "17:33:21.107 R 19F11223 01 02 03 04 05 06 07 08 09",
    "A173321.107 23FF6 1F112 012F3070002F307",
    "<0x19f11223> [8] 01 2f 30",
    "!PDGY,127250,6,35,255,0.563,AS8wcAAv*HA=",
    "!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26",
    "  can0  19F11223   [8]  01 2F",
    "$PCDIN,01F112,00000000,23,012F3070002F3070*00",
    "$PCDIN,01F112,00000000,23,012F3070002F307*52",
    "1471172400153;N;$GPRMC,1",
    "hello",
    "\xff\xfe\x00",
)


def read(line: str) -> Line | None:
    return TextReader(LineCounts()).read(line)


@pytest.mark.parametrize(("line", "when"), SAID.items())
def test_each_format_gives_the_packet_and_its_time(line: str, when: datetime | timedelta | float | None) -> None:
    found = read(line)
    assert found is not None
    assert found.when == when
    assert found.packet.can_id == HEADER
    assert found.packet.data == DEPTH
    assert found.packet.whole == (line.startswith(("A1", "23FF6", "!")) or "PDGY" in line)


def test_seasmart_tells_no_priority() -> None:
    found = read("$PCDIN,01F112,00000000,23,012F3070002F3070*25")
    assert found is not None
    assert found.when is None
    assert found.packet == Packet(0.0, id_of(0, 0x1F112, 0x23), DEPTH, whole=True)


@pytest.mark.parametrize("line", BROKEN)
def test_a_line_that_cannot_be_read_is_counted(line: str) -> None:
    counts = LineCounts()
    assert TextReader(counts).read(line) is None
    assert counts.bad == 1


@pytest.mark.parametrize("line", ["", "   ", "#SHOWBUFFERS", "# a comment"])
def test_comments_are_nothing(line: str) -> None:
    counts = LineCounts()
    assert TextReader(counts).read(line) is None
    assert counts.bad == 0


@given(st.text(max_size=80))
def test_no_line_is_an_error_of_ours(line: str) -> None:
    read(line)


@given(st.sampled_from(list(SAID)), st.integers(0, 70))
def test_a_line_cut_anywhere_gives_nothing_or_fewer_bytes(line: str, end: int) -> None:
    found = read(line[:end])
    assert found is None or DEPTH.startswith(found.packet.data)


@pytest.mark.parametrize("gateway", ["actisense", "ydwg_raw", "candump", "canboat"])
def test_a_named_gateway_is_the_only_one_that_is_read(gateway: str) -> None:
    counts = LineCounts()
    reader = TextReader(counts, gateway)  # pyright: ignore[reportArgumentType]  # one of them
    found = sum(reader.read(line) is not None for line in SAID)
    assert found == {"actisense": 2, "ydwg_raw": 2, "candump": 3, "canboat": 4}[gateway]
    assert counts.bad == len(SAID) - found


def test_what_a_gateway_says_of_itself_is_no_message_of_the_network() -> None:
    counts = LineCounts()
    reader = TextReader(counts)
    assert reader.read("2016-04-09T16:41:09.078Z,0,262161,0,0,13,01,0e,00,e7,b3,02,00,00,00,00,00,02,00") is None
    assert reader.read("$PDGY,000000,4,,5,482,1,0") is None
    assert (counts.internal, counts.bad) == (2, 0)


@given(st.integers(0, 7), st.integers(0, 0x3FFFF), st.integers(0, 255), st.integers(0, 255))
def test_an_id_says_what_was_put_into_it(priority: int, pgn: int, source: int, destination: int) -> None:
    addressed = pgn >> 8 & 0xFF < 0xF0
    can_id = id_of(priority, pgn, source, destination)
    expected = Header(pgn & 0x3FF00 if addressed else pgn, source, destination if addressed else 255)
    assert (can_id >> 26, header_of(can_id)) == (priority, expected)


def canboat(data: str, pgn: int = 127489) -> str:
    return f"2022-09-28-11:36:59.668,2,{pgn},16,255,{data.count(',') + 1},{data}"


def test_short_lines_of_joined_fast_packets_are_messages_where_a_long_one_came_before() -> None:
    reader = TextReader(LineCounts())
    assert reader.read(canboat("00,2f,06,ff,ff,e3,73,65,05,ff,7f")) is not None
    found = reader.read(canboat("00,c1,11,14,00,02,01,62", 127513))
    assert found is not None
    assert found.packet.whole


def test_lines_of_eight_bytes_are_frames_when_they_count() -> None:
    counts = LineCounts()
    reader = TextReader(counts)
    lines = ["20,1a,00,2f,06,ff,ff,e3", "21,73,65,05,ff,7f,72,10", "22,00,00,ff,ff,ff,ff,ff"]
    found = [reader.read(canboat(line)) for line in lines]
    assert [line is not None and not line.packet.whole for line in found] == [False, True, True]
    assert counts.undecided == 1


def test_lines_of_eight_bytes_that_do_not_count_are_not_guessed() -> None:
    counts = LineCounts()
    reader = TextReader(counts)
    assert [reader.read(canboat("00,05,11,14,00,02,01,62", 127513)) for _ in range(3)] == [None] * 3
    assert counts.undecided == 3
