"""Logs of a CAN bus: each format by python-can's own writer, and what becomes of a damaged one."""

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.runtime.drivers.canbus import CanFrame, CanLog
from vmshmi.runtime.drivers.canbus.candump import read_line
from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.listening import NeedsPerson

START = 1_635_188_455.5
FRAMES = [
    CanFrame(0x18F00E00, True, bytes.fromhex("821639C4FFFFFFFF")),
    CanFrame(0x123, False, b"\x01\x02"),
    CanFrame(0x0CF00400, True, bytes.fromhex("607D84481400F084")),
    CanFrame(0x7FF, False, b""),
]
WRITERS = {"log": can.CanutilsLogWriter, "asc": can.ASCWriter, "blf": can.BLFWriter, "trc": can.TRCWriter}


def written(folder: Path, ending: str, frames: list[CanFrame], name: str = "bus") -> Path:
    """A log of these frames, one each millisecond."""
    path = folder / f"{name}.{ending}"
    writer = WRITERS[ending](str(path))
    for index, frame in enumerate(frames):
        message = can.Message(
            timestamp=START + index / 1000,
            arbitration_id=frame.id,
            is_extended_id=frame.extended,
            data=frame.data,
            channel=1,
        )
        writer.on_message_received(message)
    writer.stop()
    return path


def frames_of(log: CanLog) -> list[CanFrame]:
    return [frame for _, frame in log.read()]


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_gives_frames_and_times(tmp_path: Path, ending: str) -> None:
    log = CanLog(str(written(tmp_path, ending, FRAMES * 50)))
    heard = list(log.read())
    assert [frame for _, frame in heard] == FRAMES * 50
    assert (heard[-1][0] - heard[0][0]).total_seconds() == pytest.approx(0.199, abs=1e-6)
    assert log.note() == ""
    assert log.counters()["frames"] == 200


@pytest.mark.parametrize("ending", ["log", "blf", "trc"])
def test_times_are_dates(tmp_path: Path, ending: str) -> None:
    log = CanLog(str(written(tmp_path, ending, FRAMES)), dated=True)
    assert next(log.read())[0] == datetime(2021, 10, 25, 19, 0, 55, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("ending", WRITERS)
def test_the_content_says_more_than_the_name(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, ending, FRAMES)
    renamed = path.rename(tmp_path / "bus.txt")
    assert frames_of(CanLog(str(renamed))) == FRAMES


def test_a_log_may_be_packed(tmp_path: Path) -> None:
    path = written(tmp_path, "log", FRAMES)
    packed = tmp_path / "bus.log.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert frames_of(CanLog(str(packed))) == FRAMES


def test_a_packed_log_that_is_cut_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    noise = random.Random(1)
    frames = [CanFrame(noise.randrange(1 << 29), True, noise.randbytes(8)) for _ in range(5000)]
    whole = gzip.compress(written(tmp_path, "log", frames).read_bytes())
    packed = tmp_path / "bus.log.gz"
    packed.write_bytes(whole[: len(whole) // 2])
    log = CanLog(str(packed))
    found = frames_of(log)
    assert 1000 < len(found) < 5000
    assert found == frames[: len(found)]
    assert "damaged" in log.note()


@pytest.mark.parametrize("ending", ["log", "asc", "trc"])
def test_a_damaged_line_costs_itself_only(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, ending, FRAMES * 10)
    lines = path.read_bytes().splitlines(keepends=True)
    hit = [index for index, line in enumerate(lines) if b"18F00E00" in line.upper()][1:4]
    for index in hit:
        lines[index] = lines[index][:-8] + b"\xff?\n"
    path.write_bytes(b"".join(lines))
    log = CanLog(str(path))
    found = frames_of(log)
    assert len(found) == 37
    assert set(found) == set(FRAMES)
    assert log.counters()["unreadable"] == 3
    assert log.note() == f"3 of its entries cannot be read, the first: line {hit[0] + 1}"


@pytest.mark.parametrize("ending", ["log", "asc", "trc"])
def test_a_line_that_ends_behind_its_id_is_no_event_of_another_kind(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, ending, FRAMES * 10)
    lines = path.read_bytes().splitlines(keepends=True)
    hit = next(index for index, line in enumerate(lines) if b"18F00E00" in line.upper())
    lines[hit] = lines[hit][: lines[hit].upper().index(b"18F00E00") + 8] + b"\n"
    path.write_bytes(b"".join(lines))
    log = CanLog(str(path))
    assert len(frames_of(log)) == 39
    assert log.note() == f"1 of its entries cannot be read, the first: line {hit + 1}"


@pytest.mark.parametrize("ending", WRITERS)
def test_a_log_that_ends_in_the_middle_gives_no_wrong_frame(tmp_path: Path, ending: str) -> None:
    frames = [CanFrame(0x18F00E00, True, bytes([0x5A, *index.to_bytes(7, "big")])) for index in range(300)]
    whole = written(tmp_path, ending, frames).read_bytes()
    cut = tmp_path / f"cut.{ending}"
    for length in range(len(whole) // 2, len(whole) // 2 + 120):
        cut.write_bytes(whole[:length])
        found = frames_of(CanLog(str(cut)))
        # candump does not write how long a frame is: it may end early, and whoever decodes it sees that
        last = found[-1].data
        assert found[:-1] == frames[: len(found) - 1]
        assert last == frames[len(found) - 1].data[: len(last)]
        assert ending == "log" or len(last) == 8


def test_a_blf_file_that_is_cut_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "blf", [CanFrame(0x100 + n % 200, False, n.to_bytes(8, "big")) for n in range(9000)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    log = CanLog(str(path))
    assert 0 < len(frames_of(log)) < 9000
    assert f"the file is cut, {len(whole) // 2:,} of {len(whole):,} bytes are there" in log.note()


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        (
            "  can0  18EEFF00   [8]  8E F2 DD E8 00 96 64 40",
            CanFrame(0x18EEFF00, True, bytes.fromhex("8EF2DDE800966440")),
        ),
        (" (1635188455.020850)  can0  123   [2]  0A 0B", CanFrame(0x123, False, b"\x0a\x0b")),
        (" (2021-10-25 19:00:55.020850)  can0  123   [2]  0A 0B", CanFrame(0x123, False, b"\x0a\x0b")),
        (" (000.000000)  can1  RX - -  123   [2]  0A 0B   '..'", CanFrame(0x123, False, b"\x0a\x0b")),
        ("(1635188455.020850) can1 18F00E00#8216 R", CanFrame(0x18F00E00, True, b"\x82\x16")),
        ("(1635188455.020850) vcan0 123##1" + "AB" * 12, CanFrame(0x123, False, b"\xab" * 12)),
        ("(1635188455.020850) can1 123#", CanFrame(0x123, False, b"")),
        ('(1635188455.020850) can1 18F00E00#8216 ; {"PGN": "AT1OG1"}', CanFrame(0x18F00E00, True, b"\x82\x16")),
        ("(1635188455.020850) can1 123#1122334455667788_B", CanFrame(0x123, False, bytes.fromhex("1122334455667788"))),
    ],
)
def test_every_way_candump_writes_is_read(line: str, frame: CanFrame) -> None:
    found = read_line(line, FrameCounts())
    assert found is not None
    assert found[1] == frame
    if "2021" in line or "1635188455" in line:
        assert found[0] == datetime(2021, 10, 25, 19, 0, 55, 20_850, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        ("can0  123   [8]  remote request", "remote_frames"),
        ("(1.0) can0 123#R8", "remote_frames"),
        ("(1.0) can0 20000080#0000000000000000", "error_frames"),
        ("can0  123   [8]  01 02 03", "length_mismatches"),
        ("can0  123   [3]  01 02 0", "length_mismatches"),
        ("(1.0) can0 123#012", "unreadable"),
        ("(1.0) can0 1234#01", "unreadable"),
        ("(1.0) can0 FFF#01", "unreadable"),
        ("(x) can0 123#01", "unreadable"),
        ("(99999999999999.0) can0 123#01", "unreadable"),
        ("$GPRMC,1,2,3*44", "unreadable"),
    ],
)
def test_what_is_no_frame_is_counted(line: str, counted: str) -> None:
    counts = FrameCounts()
    assert read_line(line, counts) is None
    assert {name: count for name, count in counts.as_counters().items() if count} == {counted: 1}


@given(st.text(max_size=60))
def test_no_line_breaks_the_reader(line: str) -> None:
    counts = FrameCounts()
    found = read_line(line, counts)
    assert found is not None or sum(counts.as_counters().values()) <= 1


def test_a_log_without_times_has_an_order(tmp_path: Path) -> None:
    path = tmp_path / "terminal.txt"
    path.write_text("  can0  123   [1]  01\n  can0  123   [1]  02\n")
    stamps = [stamp for stamp, _ in CanLog(str(path)).read()]
    assert stamps[0] < stamps[1]


def test_a_log_without_dates_cannot_bear_them(tmp_path: Path) -> None:
    path = tmp_path / "terminal.txt"
    path.write_text("  can0  123   [1]  01\n")
    with pytest.raises(NeedsPerson, match='its times are no dates; replay it with "timestamps": "now"'):
        next(CanLog(str(path), dated=True).read())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no file"),
        (b"", "there is no CAN frame in it"),
        (b"$GPRMC,1,2*00\r\n", "there is no CAN frame in it"),
        (b"\x00\xff" * 300, "there is no CAN frame in it"),
        (b"LOGG" + b"\x00" * 20, "there is no CAN frame in it"),
        (b"\x1f\x8b\x08 no gzip", "there is no CAN frame in it"),
        (b";$FILEVERSION=2.1\n;$STARTTIME=44494.7\n  1  2.0 DT 1 123 Rx - 1 01\n", "its first lines cannot be read"),
    ],
)
def test_what_is_no_log_is_said_in_one_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "bus.log"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NeedsPerson) as caught:
        next(CanLog(str(path)).read())
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_log_of_remote_frames_only_has_no_frame(tmp_path: Path) -> None:
    path = tmp_path / "bus.log"
    path.write_text("(1635188455.0) can3 123#R\n")
    with pytest.raises(NeedsPerson, match="there is no CAN frame in it"):
        next(CanLog(str(path)).read())


def test_a_classic_frame_may_announce_more_than_its_eight_bytes(tmp_path: Path) -> None:
    """A code of length from 9 to 15 means eight bytes."""
    path = tmp_path / "bus.asc"
    line = "1.5 1  3FF  Tx  d D 55 AA 01 02 03 04 05 06  Length = 232016 BitCount = 119 ID = 1023"
    path.write_text(f"date Thu Apr 28 10:44:52.480 am 2022\nbase hex  timestamps absolute\n{line}\n")
    log = CanLog(str(path))
    assert frames_of(log) == [CanFrame(0x3FF, False, bytes.fromhex("55AA010203040506"))]
    assert log.note() == ""


@pytest.mark.parametrize("ending", ["log", "asc", "trc"])
@pytest.mark.parametrize("change", [
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n\r\n"),
    lambda data: data.decode().encode("utf-16"),
    lambda data: b"\xfe\xff" + data.decode().encode("utf-16-be"),
], ids=["mark", "cr", "crlf", "utf16", "utf16be"])  # fmt: skip
def test_a_log_may_have_been_through_another_program(
    tmp_path: Path, ending: str, change: Callable[[bytes], bytes]
) -> None:
    path = written(tmp_path, ending, FRAMES)
    path.write_bytes(change(path.read_bytes()))
    log = CanLog(str(path))
    assert frames_of(log) == FRAMES
    assert log.note() == ""


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match="cannot be read: Is a directory"):
        next(CanLog(str(tmp_path)).read())


def test_a_date_that_cannot_be_read_costs_only_the_date(tmp_path: Path) -> None:
    path = written(tmp_path, "asc", FRAMES)
    lines = path.read_text().splitlines()
    lines[0] = "date Mon 25 Okt 2021"
    path.write_text("\n".join(line for line in lines if "Begin" not in line) + "\n")
    assert frames_of(CanLog(str(path))) == FRAMES
    with pytest.raises(NeedsPerson, match="no dates"):
        next(CanLog(str(path), dated=True).read())


def of_two_buses(folder: Path, ending: str) -> Path:
    path = folder / f"two.{ending}"
    writer = WRITERS[ending](str(path))
    for index in range(20):
        message = can.Message(
            timestamp=START + index / 1000, arbitration_id=0x123, is_extended_id=False, channel=index % 2
        )
        message.data = bytearray([index])
        message.dlc = 1
        writer.on_message_received(message)
    writer.stop()
    return path


@pytest.mark.parametrize(("ending", "buses"), [("log", ("can0", "can1")), ("asc", ("1", "2")), ("blf", ("1", "2"))])
def test_of_a_log_of_several_buses_one_is_chosen(tmp_path: Path, ending: str, buses: tuple[str, str]) -> None:
    path = of_two_buses(tmp_path, ending)
    for index, bus in enumerate(buses):
        log = CanLog(str(path), channel=bus)
        assert [frame.data[0] for frame in frames_of(log)] == list(range(index, 20, 2))
        assert log.counters()["other_channels"] == 10
        assert log.note() == ""
    with pytest.raises(NeedsPerson, match=f"there is no bus 'can9' in it, only {buses[0]}, {buses[1]}"):
        next(CanLog(str(path), channel="can9").read())


def test_a_log_of_several_buses_that_are_taken_together_says_so(tmp_path: Path) -> None:
    log = CanLog(str(of_two_buses(tmp_path, "log")))
    assert len(frames_of(log)) == 20
    assert log.note() == "it holds several buses (can0, can1), taken together as one; choose one with channel"


def test_a_terminals_log_of_several_buses(tmp_path: Path) -> None:
    path = tmp_path / "terminal.txt"
    path.write_text("  can0  123   [1]  01\n  can1  123   [1]  02\n")
    assert [frame.data for frame in frames_of(CanLog(str(path), channel="can1"))] == [b"\x02"]
