"""Logs of sentences: each line with the time at which it was heard, as far as the log tells."""

import gzip
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import cast

from vmshmi.core.clock import EPOCH
from vmshmi.runtime.drivers.listening import Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.lines import LineSplitter
from vmshmi.runtime.drivers.nmea0183.sentence import Fault, Sentence, parse
from vmshmi.runtime.drivers.nmea0183.values import day_seconds, midnight

_CHUNK = 1 << 16
_SEARCHED = 5_000
"""So many lines are read in search of a date; a log that has none by then has none."""
_BITS_A_BYTE = 10
_HALF_DAY = timedelta(hours=12)
_STAMP = re.compile(
    rb"[\[(\s]*(?:(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)"
    rb"|(?P<epoch>1\d{9}(?:\.\d+|\d{6}|\d{3})?))[\])]*(?:[;,\s][^$!\\]*)?"
)
"""What loggers write before a sentence: `2014-04-03T08:54:11.000Z;`, `1396515251000;N;`, `1396515251.25 `; or a table's
`2014-04-03T08:54:11Z,NMEA0183,"`.
"""
_TIMED = frozenset((b"RMC", b"ZDA", b"GGA", b"GLL", b"GNS"))
_PLACES = {"RMC": (1, 2, "A"), "GGA": (1, 6, "123456"), "GNS": (1, 6, "ADEFPR"), "GLL": (5, 6, "A")}
"""A time of day: where it stands, and where and what says that it can be believed."""

_Line = tuple[datetime | None, bytes]
"""What a logger wrote before a line, and the line."""


class SentenceLog:
    """A log file; plain, or compressed as its name ending in `.gz` says.

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
            NeedsPerson: when there is no such log, or it has no dates and needs them.
        """
        lines = self._stamped()
        head: list[_Line] = []
        day: datetime | None = None
        for line in itertools.islice(lines, _SEARCHED):
            head.append(line)
            day = _date(line)
            if day is not None:
                break
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
        """Each line apart from what its logger wrote before it."""
        for line in self._lines():
            match = None if line[:1] in b"$!\\" else _STAMP.match(line)
            stamp = None
            if match is not None and line[match.end() : match.end() + 1] in (b"$", b"!", b"\\"):
                stamp = _stamp(match)
            if match is None or stamp is None:
                yield None, line
            else:  # a table of values separated by commas has the sentence in quotes
                quoted = line[match.end() - 1 : match.end()] == b'"'
                yield stamp, line[match.end() : len(line) - quoted]

    def _lines(self) -> Iterator[bytes]:
        """Lines of the file; one that breaks off is read as far as it goes."""
        try:
            with self._opened() as file:
                while chunk := file.read(_CHUNK):
                    yield from self._splitter.split(chunk)
        except (EOFError, zlib.error):
            self._cut_off += 1
        except OSError as error:
            raise NeedsPerson(_text(self._file, error)) from error
        yield from self._splitter.flush()

    def _opened(self) -> BufferedReader:
        if self._file.suffix == ".gz":
            return cast("BufferedReader", gzip.open(self._file))  # reads as one does
        return self._file.open("rb")

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

    def of(self, stamp: datetime | None, line: bytes) -> datetime | None:
        """When this line, the next of the log, was heard; None while nothing tells it."""
        if stamp is not None:
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


def _stamp(match: "re.Match[bytes]") -> datetime | None:
    """What a logger wrote; None for a day that no month has."""
    iso, epoch = match["iso"], match["epoch"]
    if epoch is not None:
        number = float(epoch)
        return EPOCH + timedelta(seconds=number / (1e6 if number > 1e14 else 1e3 if number > 1e11 else 1.0))
    try:
        told = datetime.fromisoformat(iso.decode().replace(",", "."))
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def _date(line: _Line) -> datetime | None:
    """The moment a line tells with its date."""
    stamp, text = line
    sentence = None if stamp is not None else _timed(text)
    return stamp if sentence is None else _moment(sentence)


def _timed(line: bytes) -> Sentence | None:
    """The sentence, if it is one that may tell the time."""
    if line[3:6] not in _TIMED and line[:1] != b"\\":
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


def _text(file: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no log {file}"
    return f"log {file} cannot be read: {error.strerror or error}"
