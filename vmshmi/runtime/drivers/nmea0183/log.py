"""Logs of sentences: each line with the time at which it was heard, as far as the log tells."""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
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
"""So many lines are read in search of the first time; a log that has none by then has none."""
_BITS_A_BYTE = 10
_HALF_DAY = timedelta(hours=12)
_STAMP = re.compile(
    rb"[\[(\s]*(?:(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)"
    rb"|(?P<epoch>1\d{9}(?:\.\d+|\d{3})?))[\])]*(?:[;,\s][^$!\\]*)?"
)
"""What loggers write before a sentence: `2014-04-03T08:54:11.000Z;`, `1396515251000;N;`, `1396515251.25 `."""
_TIMED = frozenset((b"RMC", b"ZDA", b"GGA", b"GLL", b"GNS"))
_PLACES = {"GGA": (1, 6, "123456"), "GNS": (1, 6, "ADEFPR"), "GLL": (5, 6, "A")}
"""For a time without a date: where it stands, and where and what says that it can be believed."""


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
        times = _Times()
        waiting: list[bytes] = []
        for stamped, line in self._stamped(times):
            if times.now is None and len(waiting) < _SEARCHED:
                waiting.append(line)
                continue
            if waiting:
                yield from self._begin(waiting, times)
                waiting = []
            yield self._time(line, stamped, times), line
        yield from self._begin(waiting, times)

    def _begin(self, waiting: list[bytes], times: "_Times") -> Iterator[Heard[bytes]]:
        """The lines before the first time; they have the first time, or that of a serial line."""
        if self._need_dates and waiting and not times.has_date:
            raise NeedsPerson(
                f"{self._file.name} tells no date in its first {_SEARCHED} lines; replay it with timestamps 'now'"
            )
        for line in waiting:
            yield self._time(line, False, times), line

    def _time(self, line: bytes, stamped: bool, times: "_Times") -> datetime:
        if times.now is None:
            times.passed += timedelta(seconds=(len(line) + 2) * _BITS_A_BYTE / self._baud)
            return EPOCH + times.passed
        return times.now

    def _stamped(self, times: "_Times") -> Iterator[tuple[bool, bytes]]:
        """Each line without what its logger wrote before it; `times` knows its time."""
        for line in self._lines():
            match = None if line[:1] in b"$!\\" else _STAMP.match(line)
            if match is not None and line[match.end() : match.end() + 1] in (b"$", b"!", b"\\"):
                times.told_by_logger(match)
                yield True, line[match.end() :]
            else:
                times.told_by(line)
                yield False, line

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

    Attributes:
        now: UTC; None while nothing has told it. Of a log that tells no date it is a day in 1970.
        passed: of a log without times.
        has_date: whether a date was told.
    """

    def __init__(self) -> None:
        self.now: datetime | None = None
        self.passed = timedelta()
        self.has_date = False
        self._by_logger = False

    def told_by_logger(self, match: "re.Match[bytes]") -> None:
        """By what stands before a sentence."""
        iso, epoch = match["iso"], match["epoch"]
        self._by_logger = self.has_date = True
        if epoch is not None:
            number = float(epoch)
            seconds = number / 1000.0 if number > 100_000_000_000 else number
            self.now = EPOCH + timedelta(seconds=seconds)
            return
        try:
            told = datetime.fromisoformat(iso.decode().replace(",", "."))
        except ValueError:  # a day that no month has
            return
        self.now = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)

    def told_by(self, line: bytes) -> None:
        """By a sentence, or by the TAG block before it."""
        if self._by_logger or (line[3:6] not in _TIMED and line[:1] != b"\\"):
            return
        sentence = parse(line)
        if isinstance(sentence, Fault):
            return
        if sentence.tags is not None and sentence.tags.at is not None:
            self._go_to(EPOCH + timedelta(seconds=sentence.tags.at), has_date=True)
            return
        told = _moment(sentence)
        if told is not None:
            self._go_to(told, has_date=True)
        elif not self.has_date or self.now is not None:
            self._tell_time(sentence)

    def _tell_time(self, sentence: Sentence) -> None:
        """A time without a date: of the day that is."""
        seconds = _day_time(sentence)
        if seconds is None:
            return
        now = self.now or EPOCH
        told = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=seconds)
        if self.now is not None and told < now - _HALF_DAY:
            told += timedelta(days=1)
        self._go_to(told, has_date=self.has_date)

    def _go_to(self, told: datetime, *, has_date: bool) -> None:
        """Forwards: two receivers never agree to the second. A first date is always right."""
        if self.now is None or told > self.now or (has_date and not self.has_date):
            self.now = told
        self.has_date = has_date


def _moment(sentence: Sentence) -> datetime | None:
    """Date and time of a receiver that has a fix, or of a clock."""
    fields = sentence.fields
    if sentence.formatter == "RMC" and len(fields) > 8 and fields[1] == "A":
        day, seconds = midnight(fields[8][:2], fields[8][2:4], fields[8][4:]), day_seconds(fields[0])
    elif sentence.formatter == "ZDA" and len(fields) > 3:
        day, seconds = midnight(*fields[1:4]), day_seconds(fields[0])
    else:
        return None
    return None if day is None or seconds is None else day + timedelta(seconds=seconds)


def _day_time(sentence: Sentence) -> float | None:
    """Time of day of a fix."""
    fields = sentence.fields
    if sentence.formatter == "ZDA":
        return day_seconds(fields[0])
    place = _PLACES.get(sentence.formatter)
    if place is None or len(fields) < place[1] or not fields[place[1] - 1]:
        return None
    if not set(fields[place[1] - 1]) & set(place[2]):
        return None
    return day_seconds(fields[place[0] - 1])


def _text(file: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no log {file}"
    return f"log {file} cannot be read: {error.strerror or error}"
