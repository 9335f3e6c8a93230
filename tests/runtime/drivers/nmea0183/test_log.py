"""Logs of sentences, with and without times, whole and broken."""

import gzip
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.nmea0183 import DATA, sentence, tagged
from vmshmi.runtime.drivers.listening import NeedsPerson
from vmshmi.runtime.drivers.nmea0183.log import SentenceLog

_HEADING = sentence("HEHDT,1.0,T")
_MAST = sentence("WIMWV,1.0,R,2.0,N,A")


def _rmc(time: str, day: str = "030414", status: str = "A") -> bytes:
    return sentence(f"GPRMC,{time},{status},5222.3,N,00454.5,E,0.5,251.3,{day},,,A")


def _gga(time: str, quality: int = 1) -> bytes:
    return sentence(f"GPGGA,{time},5222.3,N,00454.5,E,{quality},4,2.95,16.0,M,47.0,M,,")


def _read(folder: Path, *lines: bytes, end: bytes = b"\r\n", need_dates: bool = False) -> list[tuple[datetime, bytes]]:
    file = folder / "voyage.log"
    file.write_bytes(b"".join(line + end for line in lines))
    return list(SentenceLog(file, 4_800, need_dates=need_dates).read())


def _at(hour: int, minute: int, second: float, day: int = 3) -> datetime:
    return datetime(2014, 4, day, hour, minute, tzinfo=UTC) + timedelta(seconds=second)


@pytest.mark.parametrize(("prefix", "at"), [
    (b"1396515251250;N;", _at(8, 54, 11.25)),
    (b"1396515251;", _at(8, 54, 11)),
    (b"1396515251.5 ", _at(8, 54, 11.5)),
    (b"1396515251250000,", _at(8, 54, 11.25)),
    (b"(1396515251.5) can0 ", _at(8, 54, 11.5)),
    (b"2014-04-03T08:54:11.25Z;A;", _at(8, 54, 11.25)),
    (b"2014-04-03T10:54:11+02:00,", _at(8, 54, 11)),
    (b"2014-04-03 08:54:11 ", _at(8, 54, 11)),
    (b"[2014-04-03 08:54:11,5] gps: ", _at(8, 54, 11.5)),
    (b"<2014-04-03T08:54:11.5Z> ", _at(8, 54, 11.5)),
    (b"2014/04/03 08:54:11.5|gps|", _at(8, 54, 11.5)),
])  # fmt: skip
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_what_a_logger_writes_before_a_sentence_is_its_time(
    tmp_path: Path, prefix: bytes, at: datetime, end: bytes
) -> None:
    assert _read(tmp_path, prefix + _HEADING, prefix + tagged("s:GP0001", _HEADING), end=end) == [
        (at, _HEADING),
        (at, tagged("s:GP0001", _HEADING)),
    ]


@pytest.mark.parametrize("prefix", [b"Apr  3 10:54:11 ship kplex: ", b"03.04.2014 10:54:11 ", b"17 "])
def test_before_what_a_logger_writes_and_nobody_knows_the_sentence_tells_the_time(
    tmp_path: Path, prefix: bytes
) -> None:
    heard = _read(tmp_path, prefix + _rmc("085411"), prefix + _HEADING, prefix + _rmc("085412"), need_dates=True)
    assert [at for at, _ in heard] == [_at(8, 54, 11), _at(8, 54, 11), _at(8, 54, 12)]


def test_a_table_has_its_sentences_in_quotes(tmp_path: Path) -> None:
    heard = _read(tmp_path, b"timestamp,type,message", b'2014-04-03T08:54:11Z,NMEA0183,"' + _HEADING + b'"')
    assert heard[1] == (_at(8, 54, 11), _HEADING)


def test_a_loggers_time_goes_before_that_of_the_sentence(tmp_path: Path) -> None:
    heard = _read(tmp_path, b"1396515251;" + _rmc("120000"), b"1396515252;" + _rmc("110000"), _rmc("130000"))
    assert [at for at, _ in heard] == [_at(8, 54, 11), _at(8, 54, 12), _at(8, 54, 12)]


@pytest.mark.parametrize("prefix", [b"x", b"2014-13-45T99:00:00Z", b"123;", b"\xff\xfe"])
def test_what_is_no_time_stays_for_the_decoder_to_count(tmp_path: Path, prefix: bytes) -> None:
    assert [line for _, line in _read(tmp_path, prefix + _HEADING)] == [prefix + _HEADING]


def test_a_tag_block_tells_the_time(tmp_path: Path) -> None:
    lines = [tagged("c:1396515251", _HEADING), _MAST, tagged("c:1396515252500", _HEADING)]
    assert [at for at, _ in _read(tmp_path, *lines)] == [_at(8, 54, 11), _at(8, 54, 11), _at(8, 54, 12.5)]


def test_between_two_positions_the_last_time_holds_and_before_the_first_the_first(tmp_path: Path) -> None:
    heard = _read(tmp_path, _HEADING, _rmc("085411"), _MAST, _gga("085412"), _MAST, _rmc("085413.5"), need_dates=True)
    assert [at for at, _ in heard] == [
        _at(8, 54, 11), _at(8, 54, 11), _at(8, 54, 11), _at(8, 54, 12), _at(8, 54, 12), _at(8, 54, 13.5),
    ]  # fmt: skip


def test_a_clock_tells_the_time(tmp_path: Path) -> None:
    assert _read(tmp_path, sentence("GPZDA,085411,03,04,2014,00,00"))[0][0] == _at(8, 54, 11)


def test_midnight_passes_without_a_date(tmp_path: Path) -> None:
    heard = _read(tmp_path, _rmc("235959"), _gga("000001"), _gga("000000.5"), _rmc("000002", "040414"))
    assert [at for at, _ in heard] == [_at(23, 59, 59), _at(0, 0, 1, 4), _at(0, 0, 1, 4), _at(0, 0, 2, 4)]


def test_a_receiver_without_a_fix_tells_no_time(tmp_path: Path) -> None:
    heard = _read(tmp_path, _rmc("085411"), _rmc("000001", "060180", "V"), _gga("235959", 0), _MAST)
    assert {at for at, _ in heard} == {_at(8, 54, 11)}


def test_times_of_day_without_any_date_give_the_pace(tmp_path: Path) -> None:
    heard = _read(tmp_path, _MAST, _gga("085411"), _gga("085421"), _MAST)
    assert [(at - heard[0][0]).total_seconds() for at, _ in heard] == [0, 0, 10, 10]


def test_a_date_that_comes_after_times_of_day_is_taken(tmp_path: Path) -> None:
    heard = _read(tmp_path, _gga("085411"), _rmc("085412"), _gga("085413"))
    assert [at for at, _ in heard] == [_at(8, 54, 11), _at(8, 54, 12), _at(8, 54, 13)]


def test_a_date_that_comes_too_late_is_not_taken(tmp_path: Path) -> None:
    """The times of day have set the pace by then; a jump of years would be waited for."""
    heard = _read(tmp_path, _gga("085411"), *[_MAST] * 5_000, _rmc("085412"), sentence("GPZDA,085413,03,04,2014,,"))
    assert [(at - heard[0][0]).total_seconds() for at, _ in heard[-2:]] == [1, 2]


def test_a_log_without_times_goes_at_the_pace_of_a_line(tmp_path: Path) -> None:
    heard = _read(tmp_path, *[b"$HEHDT,%03d.%01d,T*00" % divmod(number, 10) for number in range(240)])
    assert (heard[-1][0] - heard[0][0]).total_seconds() == pytest.approx(239 * 19 * 10 / 4800, rel=1e-3)


def test_samples_in_the_logs_time_need_a_date(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match=r"voyage\.log tells no date in its first 5000 lines; .*timestamps 'now'"):
        _read(tmp_path, _gga("085411"), _MAST, need_dates=True)


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match=r"there is no file .*nowhere\.log"):
        next(SentenceLog(tmp_path / "nowhere.log", 4_800).read())
    with pytest.raises(NeedsPerson, match="cannot be read: Is a directory"):
        next(SentenceLog(tmp_path, 4_800).read())


def test_a_log_that_breaks_off_in_a_sentence_is_read_to_there(tmp_path: Path) -> None:
    assert [line for _, line in _read(tmp_path, _HEADING, _MAST[:9], end=b"\n")] == [_HEADING, _MAST[:9]]


def test_a_compressed_log_that_breaks_off_is_read_to_there_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "voyage.log.gz"
    whole = gzip.compress(b"".join(b"1396515%03d;%s\r\n" % (number, _HEADING) for number in range(1000)))
    file.write_bytes(whole[:-30])
    log = SentenceLog(file, 4_800)
    read = list(log.read())
    assert all(line == _HEADING for _, line in read[:-1])
    assert log.counters()["cut_off"] == 1


def test_the_content_says_whether_a_log_is_packed_and_not_its_name(tmp_path: Path) -> None:
    plain, packed = tmp_path / "voyage.log.gz", tmp_path / "voyage.log"
    plain.write_bytes(_HEADING)
    packed.write_bytes(gzip.compress(_HEADING))
    assert [[line for _, line in SentenceLog(file, 4_800).read()] for file in (plain, packed)] == [[_HEADING]] * 2


def test_comments_are_no_noise(tmp_path: Path) -> None:
    assert [line for _, line in _read(tmp_path, b"# Date: 2014", b"#" + _MAST, _HEADING)] == [_HEADING]


@pytest.mark.parametrize(
    "behind", [b",1396515251.25", b" , 2014/04/03 08:54:11.25,gps", b'";2014-04-03T10:54:11.25+02:00']
)
def test_a_time_may_stand_behind_a_sentence(tmp_path: Path, behind: bytes) -> None:
    assert _read(tmp_path, _HEADING + behind) == [(_at(8, 54, 11.25), _HEADING)]


def test_behind_a_sentence_another_one_is_no_remark(tmp_path: Path) -> None:
    assert [line for _, line in _read(tmp_path, _HEADING + b" " + _MAST)] == [_HEADING + b" " + _MAST]


@pytest.mark.parametrize("form", [b"%s.250 R ", b"[%s,25] ", b"(%s.25);"])
def test_a_logger_may_tell_times_of_day(tmp_path: Path, form: bytes) -> None:
    lines = [form % b"23:59:59" + _HEADING, form % b"00:00:01" + _rmc("120000"), form % b"00:00:02" + _MAST]
    heard = _read(tmp_path, *lines, need_dates=True)
    assert [at for at, _ in heard] == [_at(23, 59, 59.25), _at(0, 0, 1.25, 4), _at(0, 0, 2.25, 4)]
    assert [line for _, line in heard] == [_HEADING, _rmc("120000"), _MAST]


def test_a_real_log_has_the_times_of_its_receiver() -> None:
    heard = list(SentenceLog(DATA / "gps.log.gz", 4_800, need_dates=True).read())
    assert heard[0][0] == _at(8, 54, 11)
    assert (heard[-1][0] - heard[0][0]).total_seconds() == pytest.approx(313, abs=3)
    assert all(later[0] >= earlier[0] for earlier, later in itertools.pairwise(heard))


@pytest.mark.parametrize("content", [
    b"",
    bytes(range(256)) * 1_000,
    b"(1635188455.5) can0 0CF00400#207D87481400F087\n" * 50,
    gzip.compress(b"1396515000;" + _HEADING)[:20],
])  # fmt: skip
def test_a_file_without_any_sentence_is_no_log(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "voyage.log"
    file.write_bytes(content)
    with pytest.raises(NeedsPerson, match=r"voyage\.log: there is no sentence of NMEA 0183 in it"):
        list(SentenceLog(file, 4_800).read())


def test_garbage_before_the_first_sentence_is_no_other_file(tmp_path: Path) -> None:
    heard = _read(tmp_path, *[b"\xff\x00\x7f"] * 6_000, _HEADING)
    assert heard[-1][1] == _HEADING
