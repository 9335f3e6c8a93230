"""Logs of an NMEA 2000 network, recognised by what is in them. A damaged one is read as far as it goes."""

import contextlib
import itertools
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from vmshmi.runtime.drivers.canbus import CanLog
from vmshmi.runtime.drivers.canbus.candump import read_line
from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.listening import Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.log_file import DAMAGED, LogFile, open_log, text_lines
from vmshmi.runtime.drivers.nmea2000.actisense import BEGIN, BinaryReader
from vmshmi.runtime.drivers.nmea2000.canboat_lines import forms
from vmshmi.runtime.drivers.nmea2000.ebl import EBL_BEGIN, EblReader
from vmshmi.runtime.drivers.nmea2000.packet import Packet
from vmshmi.runtime.drivers.nmea2000.text import LineCounts, TextReader, When

_log = logging.getLogger(__name__)

_FORMATS = "canboat, Actisense, EBL, Yacht Devices RAW, iKonvert, SeaSmart, candump, ASC, BLF and TRC"
_LOOKED_AT = 65_536
_CHUNK = 65_536
_LOOKED_FOR_JOINED = 200_000
"""So many lines tell whether fast packets come joined, as frames, or both."""
_STEP = timedelta(milliseconds=1)
"""Between two packets of a log that bears no times."""
_HALF_A_DAY = timedelta(hours=12)
_DAY = timedelta(days=1)


class Nmea2000Log:
    """One log, read as often as it is replayed.

    Args:
        file: where it is.
        dated: its times must be dates, because its samples are to bear them.
        channel: of a log of several CAN buses the one to read; empty takes all together.
    """

    def __init__(self, file: str, *, dated: bool = False, channel: str = "") -> None:
        self._file = file
        self._dated = dated
        self._can_log = CanLog(file, dated=dated, channel=channel, formats=_FORMATS)
        self._counts = LineCounts()
        self._binary = BinaryReader()
        self._first_bad = ""
        self._packets = 0

    def counters(self) -> Mapping[str, int]:
        """What was found in it."""
        frames = self._can_log.counters()
        return {
            "frames": self._packets,
            "unreadable": self._counts.bad + self._binary.unreadable + frames["unreadable"],
            "internal": self._counts.internal + self._binary.internal,
        }

    def note(self) -> str:
        """What is wrong with it in one line; empty when nothing is."""
        bad = self._counts.bad + self._binary.unreadable
        if not bad:
            return self._can_log.note()
        where = f", the first: {self._first_bad}" if self._first_bad else ""
        return f"{bad:,} of its entries cannot be read{where}"

    def read(self) -> Iterator[Heard[Packet]]:
        """Its packets in order.

        Raises:
            NeedsPerson: when there is no such file, or it is no log of such a network.
        """
        packets = self._read()
        first = next(packets, None)
        if first is None:
            raise NeedsPerson(f"{self._file}: there is nothing of an NMEA 2000 network in it")
        for entry in itertools.chain((first,), packets):
            self._packets += 1
            yield entry
        if note := self.note():
            _log.warning("%s: %s", self._file, note)

    def _read(self) -> Iterator[Heard[Packet]]:
        try:
            with open_log(self._file) as log:
                yield from self._of(log, _Dates(log.written, self._refuse if self._dated else None))
        except DAMAGED as error:
            self._counts.unreadable += 1
            self._first_bad = self._first_bad or f"the packed file is damaged ({error})"

    def _of(self, log: LogFile, dates: "_Dates") -> Iterator[Heard[Packet]]:
        # of a damaged packed file no more is asked for at once than there may be
        head = log.raw.read1(_LOOKED_AT)
        log.raw.seek(log.begin)
        first_lines = head.decode("latin-1").splitlines()[:200]
        reader = TextReader(LineCounts(), joined=True)
        if any(reader.read(line) is not None and read_line(line, FrameCounts()) is None for line in first_lines):
            yield from self._text(log, dates)
        elif head.startswith(EBL_BEGIN):
            yield from self._ebl(log, dates)
        elif BEGIN in head:
            yield from self._binary_messages(log, dates)
        else:
            for stamp, frame in self._can_log.read():
                if frame.extended:
                    yield stamp, Packet(stamp.timestamp(), frame.id, frame.data)

    def _text(self, log: LogFile, dates: "_Dates") -> Iterator[Heard[Packet]]:
        joined, framed = forms(itertools.islice(_undamaged(text_lines(log.raw)), _LOOKED_FOR_JOINED))
        log.raw.seek(log.begin)
        reader = TextReader(self._counts, joined=joined, framed=framed)
        bad = 0
        for number, line in enumerate(text_lines(log.raw), 1):
            found = reader.read(line)
            if found is None:
                if self._counts.bad > bad:
                    bad = self._counts.bad
                    self._first_bad = self._first_bad or f"line {number}"
                continue
            stamp = dates.of(found.when)
            yield stamp, found.packet._replace(at=dates.age())

    def _binary_messages(self, log: LogFile, dates: "_Dates") -> Iterator[Heard[Packet]]:
        self._binary.flush()
        while chunk := log.raw.read(_CHUNK):
            for seconds, packet in self._binary.split(chunk):
                stamp = dates.of(seconds)
                yield stamp, packet._replace(at=stamp.timestamp())

    def _ebl(self, log: LogFile, dates: "_Dates") -> Iterator[Heard[Packet]]:
        self._binary.flush()
        reader = EblReader(self._binary)
        while chunk := log.raw.read(_CHUNK):
            for written, (seconds, packet) in reader.split(chunk):
                stamp = dates.of(seconds if written is None else written)
                yield stamp, packet._replace(at=stamp.timestamp())

    def _refuse(self) -> None:
        raise NeedsPerson(f'{self._file}: its times are no dates; replay it with "timestamps": "now"')


def _undamaged(lines: Iterator[str]) -> Iterator[str]:
    """The lines before the damage of a packed file; who reads it again will tell."""
    with contextlib.suppress(*DAMAGED):
        yield from lines


class _Dates:
    """Gives every entry a date: a log of times of day is taken to end on the day its file was last written.

    Args:
        written: when that was.
        refuse: called where an entry tells no date and no time of day; None where that does not matter.
    """

    def __init__(self, written: datetime, refuse: Callable[[], None] | None) -> None:
        self._written = written
        self._refuse = refuse
        self._midnight: datetime | None = None
        self._last = written.replace(hour=0, minute=0, second=0, microsecond=0)
        self._uptime: float | None = None
        self._counted = 0.0
        self._shift: float | None = None
        """From the log's time to its age; None as long as it has told whole seconds only."""

    def of(self, when: When) -> datetime:
        """The time of the next entry."""
        match when:
            case datetime():
                self._last = when
            case timedelta():
                self._last = self._of_day(when)
            case _:
                if self._refuse is not None:
                    self._refuse()
                self._last += _STEP if when is None else self._since(when)
        return self._last

    def age(self) -> float:
        """When the entry was heard, as far as frames are held together by it.

        Where a log tells only seconds, a message would seem a second old whenever the second changes within it.
        """
        at = self._last.timestamp()
        if self._shift is None:
            self._counted += _STEP.total_seconds()
            if not self._last.microsecond:
                return self._counted
            self._shift = self._counted - at
        return at + self._shift

    def _since(self, uptime: float) -> timedelta:
        """What has passed since the entry before; nothing where the gateway has begun anew."""
        before, self._uptime = self._uptime, uptime
        return timedelta(seconds=max(uptime - before, 0.0)) if before is not None else timedelta()

    def _of_day(self, since_midnight: timedelta) -> datetime:
        if self._midnight is None:
            midnight = self._written.replace(hour=0, minute=0, second=0, microsecond=0)
            self._midnight = midnight if midnight + since_midnight <= self._written else midnight - _DAY
        elif self._last - (self._midnight + since_midnight) > _HALF_A_DAY:
            self._midnight += _DAY
        return self._midnight + since_midnight
