"""Logs of sentences: each line with the time at which it was heard, as far as the log tells."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vmshmi.core.clock import EPOCH
from vmshmi.runtime.drivers.listening import Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.lines import LineSplitter
from vmshmi.runtime.drivers.listening.log_file import DAMAGED, open_log
from vmshmi.runtime.drivers.nmea0183.sentence import Fault, Sentence, parse
from vmshmi.runtime.drivers.nmea0183.values import day_seconds, midnight

_CHUNK = 1 << 16
_SEARCHED = 5_000
"""So many lines are read in search of a date; a log that has none by then has none."""
_BITS_A_BYTE = 10
_HALF_DAY = timedelta(hours=12)
_TIME = rb"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_MOMENT = rb"\d{4}[-/]\d\d[-/]\d\d[T ]" + _TIME + rb"(?:Z|[+-]\d\d:?\d\d)?"
_EPOCH = rb"1\d{9}(?:\.\d+|\d{6}|\d{3})?"
_STAMP = re.compile(
    rb"[\[(<\s]*(?:(?P<iso>" + _MOMENT + rb")|(?P<epoch>" + _EPOCH + rb")|(?P<clock>" + _TIME + rb"))"
    rb"[\])>]*(?:[;,|\s][^$!\\]*)?"
)
"""What loggers write before a sentence: `2014-04-03T08:54:11.000Z;`, `1396515251000;N;`, `1396515251.25 `,
`08:54:11.25 R `; or a table's `2014-04-03T08:54:11Z,NMEA0183,"`.
"""
_BEHIND = re.compile(
    rb"(?<=\*[0-9A-Fa-f]{2})[\",;|\s]+(?:(?P<iso>" + _MOMENT + rb")|(?P<epoch>" + _EPOCH + rb"))?[^$!]*$"
)
"""What they write behind it: `,1396515251`, or the end of a table's line."""
_BEGINS = re.compile(rb"[$!][A-Z][A-Z0-9]{1,7},")
_TIMED = frozenset((b"RMC", b"ZDA", b"GGA", b"GLL", b"GNS"))
_PLACES = {"RMC": (1, 2, "A"), "GGA": (1, 6, "123456"), "GNS": (1, 6, "ADEFPR"), "GLL": (5, 6, "A")}
"""A time of day: where it stands, and where and what says that it can be believed."""

_When = datetime | timedelta | None
"""A moment, a time since some midnight, or nothing."""
_Line = tuple[_When, bytes]
"""What a logger wrote beside a line, and the line."""


class SentenceLog:
    """A log file, plain or packed.

    The time of a line is the one its logger wrote before it, or that of its TAG block, or the latest that a position or
    a clock sentence has told. A log without any goes at the pace of a line of this speed.

    Args:
        file: where it is.
        baud: bits a second, for a log without times.
        need_dates: the samples are to lie at the log's own times, so it must have dates.
    """

    def __init__(self, file: Path, baud: int, *, need_dates: bool = False) -> None:
        self._file = file
        self._baud = baud
        self._need_dates = need_dates
        self._cut_off = 0
        self._splitter = LineSplitter()

    def read(self) -> Iterator[Heard[bytes]]:
        """Its lines in order.

        Raises:
            NeedsPerson: when there is no such log or no sentence in it, or it has no dates and needs them.
        """
        lines = self._stamped()
        head: list[_Line] = []
        day: datetime | None = None
        for line in itertools.islice(lines, _SEARCHED):
            head.append(line)
            day = _date(line)
            if day is not None:
                break
        if len(head) < _SEARCHED and day is None and not any(_BEGINS.search(line) for _, line in head):
            raise NeedsPerson(f"{self._file}: there is no sentence of NMEA 0183 in it")
        if self._need_dates and head and day is None:
            raise NeedsPerson(
                f"{self._file.name} tells no date in its first {_SEARCHED} lines; replay it with timestamps 'now'"
            )
        times = _Times(head, day)
        passed = timedelta()
        for stamp, line in itertools.chain(head, lines):
            at = times.of(stamp, line)
            if at is None:
                passed += timedelta(seconds=(len(line) + 2) * _BITS_A_BYTE / self._baud)
                at = EPOCH + passed
            yield at, line

    def _stamped(self) -> Iterator[_Line]:
        """Each line apart from what its logger wrote before and behind it; comments are left out."""
        for line in self._lines():
            if line[:1] == b"#":
                continue
            stamp: _When = None
            match = None if line[:1] in b"$!\\" else _STAMP.match(line)
            if match is not None and line[match.end() : match.end() + 1] in (b"$", b"!", b"\\"):
                stamp = _stamp(match)
                line = line if stamp is None else line[match.end() :]  # noqa: PLW2901 - the same line
            behind = None if line[-3:-2] == b"*" else _BEHIND.search(line)
            if behind is not None:
                stamp = _stamp(behind) if stamp is None else stamp
                line = line[: behind.start()]  # noqa: PLW2901 - as above
            yield stamp, line

    def _lines(self) -> Iterator[bytes]:
        """Lines of the file; one that breaks off is read as far as it goes."""
        try:
            with open_log(self._file) as log:
                while chunk := log.raw.read1(_CHUNK):
                    yield from self._splitter.split(chunk)
        except DAMAGED:
            self._cut_off += 1
        yield from self._splitter.flush()

    def counters(self) -> Mapping[str, int]:
        """Lines too long to be one, and files that broke off."""
        return {"too_long": self._splitter.too_long, "cut_off": self._cut_off}


class _Times:
    """Where in its own time a log is.

    Args:
        head: its first lines: what comes before the first time has the first time.
        day: a date they tell. Without one only times of day count, and the day is one in 1970: what a late date would
            say is years away.
    """

    def __init__(self, head: Iterable[_Line], day: datetime | None) -> None:
        self._day = day
        self._by_logger = any(stamp is not None for stamp, _ in head)
        self._now: datetime | None = None
        self._now = next((at for stamp, line in head if (at := self.of(stamp, line)) is not None), None)

    def of(self, stamp: _When, line: bytes) -> datetime | None:
        """When this line, the next of the log, was heard; None while nothing tells it."""
        if isinstance(stamp, timedelta):
            self._now = self._today(stamp.total_seconds())
        elif stamp is not None:
            self._now = stamp
        elif not self._by_logger:
            told = self._told(line)
            # two receivers never agree to the second: time goes forwards
            if told is not None and (self._now is None or told > self._now):
                self._now = told
        return self._now

    def _told(self, line: bytes) -> datetime | None:
        sentence = _timed(line)
        if sentence is None:
            return None
        told = _moment(sentence) if self._day is not None else None
        return told or self._today(_day_time(sentence))

    def _today(self, seconds: float | None) -> datetime | None:
        """A time without a date: of the day that is, or of the next when it has just passed midnight."""
        if seconds is None:
            return None
        now = self._now or self._day or EPOCH
        told = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=seconds)
        return told + timedelta(days=1) if self._now is not None and told < now - _HALF_DAY else told


def _stamp(match: "re.Match[bytes]") -> _When:
    """What a logger wrote; None for a day that no month has."""
    found = match.groupdict()
    iso, epoch, clock = found["iso"], found["epoch"], found.get("clock")
    if epoch is not None:
        number = float(epoch)
        return EPOCH + timedelta(seconds=number / (1e6 if number > 1e14 else 1e3 if number > 1e11 else 1.0))
    if clock is not None:
        return timedelta(hours=int(clock[:2]), minutes=int(clock[3:5]), seconds=float(clock[6:].replace(b",", b".")))
    if iso is None:
        return None
    try:
        told = datetime.fromisoformat(iso.decode().replace(",", ".").replace("/", "-"))
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def _date(line: _Line) -> datetime | None:
    """The moment a line tells with its date."""
    stamp, text = line
    if isinstance(stamp, datetime):
        return stamp
    sentence = _timed(text)
    return None if sentence is None else _moment(sentence)


def _timed(line: bytes) -> Sentence | None:
    """The sentence, if it is one that may tell the time; something that is no time may stand before it."""
    begin = line.rfind(b"$")
    if line[begin + 3 : begin + 6] not in _TIMED and line[:1] != b"\\":
        return None
    sentence = parse(line)
    return None if isinstance(sentence, Fault) else sentence


def _moment(sentence: Sentence) -> datetime | None:
    """Date and time of a TAG block, of a receiver that has a fix, or of a clock."""
    fields, tags = sentence.fields, sentence.tags
    if tags is not None and tags.at is not None:
        return EPOCH + timedelta(seconds=tags.at)
    if sentence.formatter == "RMC" and len(fields) > 8 and fields[1] == "A":
        day, seconds = midnight(fields[8][:2], fields[8][2:4], fields[8][4:]), day_seconds(fields[0])
    elif sentence.formatter == "ZDA" and len(fields) > 3:
        day, seconds = midnight(*fields[1:4]), day_seconds(fields[0])
    else:
        return None
    return None if day is None or seconds is None else day + timedelta(seconds=seconds)


def _day_time(sentence: Sentence) -> float | None:
    """Time of day of a clock, or of a fix."""
    fields = sentence.fields
    if sentence.formatter == "ZDA":
        return day_seconds(fields[0])
    place = _PLACES.get(sentence.formatter)
    if place is None or len(fields) < max(place[:2]):
        return None
    return day_seconds(fields[place[0] - 1]) if set(fields[place[1] - 1]) & set(place[2]) else None
