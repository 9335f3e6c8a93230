"""Logs of each format, whole and damaged."""

import gzip
import itertools
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.n2k import DATA, Sent, bst_95, frames, ngt1, ydwg
from vmshmi.runtime.drivers.canbus.header import header_of
from vmshmi.runtime.drivers.listening import Heard, NeedsPerson
from vmshmi.runtime.drivers.nmea2000.actisense import BinaryReader
from vmshmi.runtime.drivers.nmea2000.database import is_fast
from vmshmi.runtime.drivers.nmea2000.describe import Describer
from vmshmi.runtime.drivers.nmea2000.ebl import EblReader
from vmshmi.runtime.drivers.nmea2000.log import Nmea2000Log
from vmshmi.runtime.drivers.nmea2000.packet import Packet

DYNAMIC = bytes.fromhex("002f06ffffe3736505ff7f72100000ffffffffff060000007f7f")
WRITTEN = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


def a_log(folder: Path, content: str | bytes, name: str = "a.log") -> Path:
    file = folder / name
    file.write_bytes(content.encode("latin-1") if isinstance(content, str) else content)
    os.utime(file, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    return file


def read(file: Path) -> tuple[list[Heard[Packet]], Nmea2000Log]:
    log = Nmea2000Log(str(file))
    return list(log.read()), log


def messages(file: Path) -> list[str]:
    """What is in it, by raw bytes."""
    return [line.raw for line in Describer().describe(read(file)[0])]


def test_a_log_that_is_not_there_or_is_none_needs_a_person(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match="there is no file"):
        read(tmp_path / "absent.log")
    for content in ("", "# nothing\n", "hello\nworld\n", b"\x00\xff" * 500):
        with pytest.raises(NeedsPerson, match=r"a\.log"):
            read(a_log(tmp_path, content))


@pytest.mark.parametrize(
    ("name", "whole"), [("susteranna-actisense-serial.raw.gz", True), ("candumpSample3.txt.gz", False)]
)
def test_packed_logs_are_read(name: str, whole: bool) -> None:
    heard, log = read(DATA / name)
    assert len(heard) > 2_000
    assert log.counters()["unreadable"] == 0
    assert log.note() == ""
    assert {packet.whole for _, packet in heard if is_fast(header_of(packet.can_id).pgn)} == {whole}


@pytest.mark.parametrize("change", [
    lambda text: b"\xef\xbb\xbf" + text.encode(),
    lambda text: text.replace("\n", "\r").encode(),
    lambda text: text.encode("utf-16"),
], ids=["mark", "cr", "utf16"])  # fmt: skip
def test_a_log_may_have_been_through_another_program(tmp_path: Path, change: Callable[[str], bytes]) -> None:
    line = "2014-08-15T19:00:%02d.042Z,2,127488,1,255,8,00,07,0b,ff,ff,00,ff,ff\n"
    heard, log = read(a_log(tmp_path, change("".join(line % second for second in range(20)))))
    assert (len(heard), log.note()) == (20, "")


def test_of_a_log_of_several_buses_one_is_chosen(tmp_path: Path) -> None:
    file = a_log(tmp_path, "(1.0) can0 09F20001#0000000000000000\n(1.1) can1 09F20002#0000000000000000\n" * 3)
    assert [packet.can_id for _, packet in Nmea2000Log(str(file), channel="can1").read()] == [0x09F20002] * 3
    log = Nmea2000Log(str(file))
    assert len(list(log.read())) == 6
    assert "it holds several buses (can0, can1)" in log.note()
    with pytest.raises(NeedsPerson, match="there is no bus 'can7' in it, only can0, can1"):
        next(Nmea2000Log(str(file), channel="can7").read())


def canboat(data: str, pgn: int = 127489, source: int = 16, at: float = 0.0) -> str:
    return f"2022-09-28-11:36:{10 + at:06.3f},2,{pgn},{source},255,{data.count(',') + 1},{data}\n"


def test_a_log_may_hold_messages_and_frames_of_the_same_group(tmp_path: Path) -> None:
    """A frame that is taken for a message would be a wrong value: here an engine 64 of 1,215,600 Pa."""
    whole = canboat(DYNAMIC.hex(","))
    parts = [packet.data for packet in frames(127489, DYNAMIC, 2, 16)]
    as_frames = [canboat(data.hex(","), at=number / 1000) for number, data in enumerate(parts)]
    other = canboat("00,c1,11,14,00,02,01,62", 127513) + canboat("01,c1,11,14,00,02,01,62", 127513, at=0.001)
    content = "".join([whole, *as_frames, other, whole, *as_frames])
    short = ["00 C1 11 14 00 02 01 62", "01 C1 11 14 00 02 01 62"]
    dynamic = DYNAMIC.hex(" ").upper()
    assert messages(a_log(tmp_path, content)) == [dynamic, dynamic, *short, dynamic, dynamic]


def test_a_log_of_whole_seconds_loses_no_message_when_the_second_changes(tmp_path: Path) -> None:
    parts = [packet.data for number in range(4) for packet in frames(127489, DYNAMIC, number, 16)]
    lines = [canboat(data.hex(","), at=number // 3).replace(".000", "") for number, data in enumerate(parts)]
    assert messages(a_log(tmp_path, "".join(lines))) == [DYNAMIC.hex(" ").upper()] * 4


def test_the_middle_of_a_message_is_none_in_a_log_of_messages(tmp_path: Path) -> None:
    parts = [canboat(f"{number:02x},00,33,58,da,0b,41,00", 130824, 27, number / 1000) for number in range(0x13, 0x17)]
    heard, _ = read(a_log(tmp_path, canboat(DYNAMIC.hex(",")) + "".join(parts)))
    assert [packet.whole for _, packet in heard] == [True, False, False, False, False]


def test_canboats_own_frames_are_joined_and_what_would_be_glued_is_not() -> None:
    """canboat finds eight messages; one of them joins frames of two, which both lack others."""
    heard, _ = read(DATA / "canboat_recombine-frames.in.gz")
    found = [line.key.split()[0] for line in Describer().describe(heard)]
    assert sorted(found) == ["126720", "129029", "129029", "129029", "129029", "130311", "130823"]


def test_canboats_own_messages_are_all_read() -> None:
    heard, log = read(DATA / "canboat_pgn-test.in.gz")
    assert len(list(Describer().describe(heard))) == 30
    assert log.counters()["unreadable"] == 0


def test_a_log_that_ends_in_the_middle_is_read_to_there(tmp_path: Path) -> None:
    whole = gzip.decompress((DATA / "susteranna-actisense-serial.raw.gz").read_bytes())
    heard, log = read(a_log(tmp_path, whole[:20_000]))
    lines = whole[:20_000].count(b"\n")
    assert len(heard) == lines - log.counters()["internal"]
    assert log.counters()["unreadable"] == 1
    assert log.note() == f"1 of its entries cannot be read, the first: line {lines + 1}"
    packed = (DATA / "susteranna-actisense-serial.raw.gz").read_bytes()
    heard, log = read(a_log(tmp_path, packed[: len(packed) // 2], "a.gz"))
    assert len(heard) > 1_000
    assert "the packed file is damaged" in log.note() or log.counters()["unreadable"] >= 1


def test_broken_lines_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = gzip.decompress((DATA / "aava-n2k.data.gz").read_bytes()).decode().splitlines()[:300]
    for number in range(0, 300, 10):
        lines[number] = lines[number][:40] + "\xff\x00" + lines[number][40:]
    heard, log = read(a_log(tmp_path, "\n".join(lines)))
    internal = log.counters()["internal"]
    assert len(heard) + internal + log.counters()["unreadable"] == 300
    assert 27 <= log.counters()["unreadable"] <= 30


def test_times_of_day_get_a_date_and_go_on_over_midnight(tmp_path: Path) -> None:
    lines = "23:59:59.900 R 09F11210 FF 72 5A FF 7F FF 7F FD\n00:00:00.100 R 09F11210 FF 72 5A FF 7F FF 7F FD\n"
    heard, _ = read(a_log(tmp_path, lines))
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    assert [stamp for stamp, _ in heard] == [midnight - timedelta(seconds=0.1), midnight + timedelta(seconds=0.1)]
    assert heard[1][1].at - heard[0][1].at == pytest.approx(0.2)
    heard, _ = read(a_log(tmp_path, "A110000.500 10FF2 1F112 FF725AFF7FFF7FFD\n"))
    assert [stamp for stamp, _ in heard] == [datetime(2026, 11, 22, 11, 0, 0, 500_000, tzinfo=UTC)]


def test_what_bears_no_times_goes_on_by_milliseconds(tmp_path: Path) -> None:
    heard, _ = read(a_log(tmp_path, "<0x09f11210> [8] ff 72 5a ff 7f ff 7f fd\n" * 3))
    stamps = [stamp for stamp, _ in heard]
    assert stamps[2] - stamps[0] == timedelta(milliseconds=2)


def test_a_gateways_uptime_gives_the_pace(tmp_path: Path) -> None:
    times = ("481.997", "482.36", "482.140", "0.500", "0.750")
    lines = [f"!PDGY,127250,6,35,255,{time},AS8wcAAvMHA=" for time in times]
    heard, _ = read(a_log(tmp_path, "\n".join(lines)))
    gaps = [(later - earlier).total_seconds() for (earlier, _), (later, _) in itertools.pairwise(heard)]
    assert gaps == pytest.approx([0.039, 0.104, 0.0, 0.25])


@pytest.mark.parametrize("content", [
    "!PDGY,127250,6,35,255,481.997,AS8wcAAvMHA=\n",
    "<0x09f11210> [8] ff 72 5a ff 7f ff 7f fd\n",
    ngt1(Sent(3, 127489, 16), DYNAMIC, 1234),
])  # fmt: skip
def test_what_tells_no_date_and_no_time_of_day_cannot_be_dated(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(NeedsPerson, match=r'a\.log: its times are no dates; replay it with "timestamps": "now"'):
        next(Nmea2000Log(str(a_log(tmp_path, content)), dated=True).read())


def test_actisenses_log_has_times_and_messages_of_two_kinds(tmp_path: Path) -> None:
    with_escape = DYNAMIC[:-1] + b"\x1b"
    streamed = ngt1(Sent(3, 127489, 16), with_escape).replace(b"\x1b", b"\x1b\x1b")
    alone = bst_95(Sent(2, 127250, 35), b"\xff\x72\x5a\xff\x7f\xff\x7f\xfd")[2:-3]  # no signs, no checksum
    second = 133_000_000_000_000_000 + 1_234_567
    content = [ebl(1, b"\xea\x03\x00\x00"), ebl(3, (second - 10_000_000).to_bytes(8, "little")), streamed]
    content += [ebl(3, second.to_bytes(8, "little")), ebl(5, b"\x00"), ebl(7, alone), b"\x10\x02\x93"]
    heard, log = read(a_log(tmp_path, b"".join(content)))
    told = datetime(2022, 6, 18, 4, 26, 40, 123_456, tzinfo=UTC)
    assert [(stamp, packet.data.hex()) for stamp, packet in heard] == [
        (told - timedelta(seconds=1), with_escape.hex()),
        (told, "ff725aff7fff7ffd"),
    ]
    assert log.note() == ""


def ebl(tag: int, content: bytes) -> bytes:
    return b"\x1b\x01" + (bytes([tag]) + content).replace(b"\x1b", b"\x1b\x1b") + b"\x1b\n"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_of_actisenses_log(noise: bytes) -> None:
    reader = EblReader(BinaryReader())
    reader.split(b"\x1b\x01" + noise)


@pytest.mark.parametrize("form", ["ydwg", "ngt1", "bst95", "candump", "plain"])
def test_each_format_gives_the_same_message(tmp_path: Path, form: str) -> None:
    packets = frames(127489, DYNAMIC, 2, 16, at=1.0)
    header = Sent(3, 127489, 16)
    content: str | bytes
    match form:
        case "ydwg":
            content = "".join(f"{ydwg(packet)}\r\n" for packet in packets)
        case "ngt1":
            content = ngt1(header, DYNAMIC)
        case "bst95":
            content = b"".join(bst_95(header, packet.data) for packet in packets)
        case "candump":
            content = "".join(f"({packet.at:.6f}) can0 {packet.can_id:08X}#{packet.data.hex()}\n" for packet in packets)
        case _:
            content = "".join(
                f"2026-11-22-12:00:01.00{n},3,127489,16,255,8,{packet.data.hex(',')}\n"
                for n, packet in enumerate(packets)
            )
    assert messages(a_log(tmp_path, content)) == [DYNAMIC.hex(" ").upper()]
