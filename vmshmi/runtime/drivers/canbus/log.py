"""Logs of a CAN bus: candump, ASC, BLF, TRC, known by what is in them. A damaged one is read as far as it goes."""

import itertools
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, BinaryIO, TextIO, cast

from vmshmi.core.clock import EPOCH
from vmshmi.runtime.drivers.canbus.candump import Channels, read_line
from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.canbus.frame import CanFrame
from vmshmi.runtime.drivers.canbus.messages import to_frame
from vmshmi.runtime.drivers.listening import Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.log_file import DAMAGED, open_log, text_lines

if TYPE_CHECKING:
    from can import Message

_log = logging.getLogger(__name__)

_BLF = b"LOGG"
_STEP = timedelta(milliseconds=1)
"""Between two frames of a log that bears no times."""
_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""What bears an earlier time counts from its beginning, not from a date."""
_ASC_TRIGGER = "begin triggerblock"
_ASC_HEADER = ("date", "base", "//", "internal events", "no internal events", _ASC_TRIGGER)
_ASC_FRAME_BEGINS = re.compile(r"\s*\d+\.\d+\s+\d+\s+[0-9A-Fa-f]+x?(\s|$)")
_ASC_FRAME = re.compile(r"\s*\d+\.\d+\s+\d+\s+\S+\s+(Rx|Tx|TxRq)\s+\S")
_ASC_HEADER_ENDS = "no internal events logged\n"
"""python-can takes the first line it does not know for the end of the header and loses it."""

Reader = Callable[[list[str], Iterator[str]], Iterable["Message"]]
"""Reads the header's lines, then the others."""


class CanLog:
    """One log, read as often as it is replayed.

    Args:
        file: where it is.
        dated: its times must be dates, because its samples are to bear them.
        channel: of a log of several buses the one to read, `can1` or `2`; empty takes all together.
        formats: that can be read, for a person.
    """

    def __init__(
        self, file: str, *, dated: bool = False, channel: str = "", formats: str = "candump, ASC, BLF and TRC"
    ) -> None:
        self._file = file
        self._dated = dated
        self._channel = channel
        self._formats = formats
        self._channels = Channels(channel)
        self._counts = FrameCounts()
        self._first_bad = ""

    def counters(self) -> Mapping[str, int]:
        """What was found in it."""
        return self._counts.as_counters()

    def note(self) -> str:
        """What is wrong with it in one line; empty when nothing is."""
        bad = self._counts.unreadable + self._counts.length_mismatches
        where = f", the first: {self._first_bad}" if self._first_bad else ""
        buses = ", ".join(sorted(self._channels.seen))
        notes = [
            f"{bad:,} of its entries cannot be read{where}" if bad else "",
            f"it holds several buses ({buses}), taken together as one; choose one with channel"
            if len(self._channels.seen) > 1 and not self._channel
            else "",
        ]
        return "; ".join(note for note in notes if note)

    def read(self) -> Iterator[Heard[CanFrame]]:
        """Its frames in order.

        Raises:
            NeedsPerson: when there is no such file, or it is no log of a CAN bus.
        """
        frames = self._frames()
        first = next(frames, None)
        if first is None and self._channel and self._channels.seen - {self._channel}:
            buses = ", ".join(sorted(self._channels.seen))
            raise NeedsPerson(f"{self._file}: there is no bus '{self._channel}' in it, only {buses}")
        if first is None:
            raise NeedsPerson(f"{self._file}: there is no CAN frame in it ({self._formats} can be read)")
        if self._dated and first[0] < _OLDEST:
            raise NeedsPerson(f'{self._file}: its times are no dates; replay it with "timestamps": "now"')
        yield first
        yield from frames
        if note := self.note():
            _log.warning("%s: %s", self._file, note)

    def _frames(self) -> Iterator[Heard[CanFrame]]:
        try:
            with open_log(self._file) as log:
                head = log.raw.read(len(_BLF))
                log.raw.seek(log.begin)
                yield from self._blf(log.raw) if head == _BLF else self._text(text_lines(log.raw))
        except DAMAGED as error:
            self._bad(f"the packed file is damaged ({error})")

    def _text(self, lines: Iterator[str]) -> Iterator[Heard[CanFrame]]:
        head = list(itertools.islice(lines, 20))
        everything = itertools.chain(head, lines)
        kind = _kind(head, PurePath(self._file).name.removesuffix(".gz"))
        if kind == "asc":
            yield from self._by_reader(everything, _is_asc_header, [_asc_reader, _asc_reader_without_date])
        elif kind == "trc":
            yield from self._by_reader(everything, _is_trc_header, [_trc_reader], first_channel=0)
        else:
            yield from self._candump(everything)

    def _candump(self, lines: Iterable[str]) -> Iterator[Heard[CanFrame]]:
        counts = self._counts
        untimed = EPOCH
        bad = 0
        for number, line in enumerate(lines, 1):
            found = read_line(line, counts, self._channels)
            if found is not None:
                stamp, frame = found
                if stamp is None:
                    stamp = untimed = untimed + _STEP
                counts.frames += 1
                yield stamp, frame
            elif not self._first_bad and counts.unreadable + counts.length_mismatches > bad:
                self._first_bad = f"line {number}"
            bad = counts.unreadable + counts.length_mismatches

    def _by_reader(
        self,
        lines: Iterator[str],
        is_header: Callable[[str], bool],
        readers: list[Reader],
        first_channel: int = 1,
    ) -> Iterator[Heard[CanFrame]]:
        """A format of python-can, whose readers end at a line they cannot read: then another goes on behind it."""
        numbered = _Numbered(lines)
        header: list[str] = []
        for line in numbered:
            if not is_header(line):
                numbered.give_back(line)
                break
            if line.strip():  # python-can takes an empty line for the end of the header
                header.append(line)
        while True:
            before = numbered.number
            try:
                for message in readers[0](header, numbered):
                    yield from self._handed_on(message, f"line {numbered.number}", first_channel)
            except Exception as error:  # a reader of python-can raises whatever a damaged line makes it
                if numbered.number > before:
                    self._bad(f"line {numbered.number}")
                elif len(readers) == 1:
                    raise NeedsPerson(f"{self._file}: its first lines cannot be read: {error}") from error
                else:
                    readers = readers[1:]
            else:
                return

    def _blf(self, raw: IO[bytes]) -> Iterator[Heard[CanFrame]]:
        from can.io.blf import BLFReader  # as in bus.py

        begin = raw.tell()
        size = raw.seek(0, os.SEEK_END)
        raw.seek(begin)
        before = self._counts.frames
        try:
            reader = BLFReader(cast("BinaryIO", raw))
            for message in reader:
                yield from self._handed_on(message, "a frame")
            if reader.file_size > size:
                self._bad(f"the file is cut, {size:,} of {reader.file_size:,} bytes are there")
        except Exception:  # noqa: BLE001 - as above
            self._bad(f"the file is damaged behind {self._counts.frames - before:,} frames")

    def _handed_on(self, message: "Message", place: str, first_channel: int = 1) -> Iterator[Heard[CanFrame]]:
        # python-can counts the channels of ASC and BLF from 0, their own programs from 1
        channel = message.channel
        name = str(channel + first_channel) if isinstance(channel, int) else str(channel)
        if channel is not None and not self._channels.take(name):
            self._counts.other_channels += 1
            return
        bad = self._counts.length_mismatches
        frame = to_frame(message, self._counts)
        if frame is None:
            if self._counts.length_mismatches > bad:
                self._first_bad = self._first_bad or place
            return
        try:
            stamp = datetime.fromtimestamp(message.timestamp, UTC)
        except (ValueError, OverflowError, OSError):
            self._bad(place)
            return
        self._counts.frames += 1
        yield stamp, frame

    def _bad(self, place: str) -> None:
        self._counts.unreadable += 1
        self._first_bad = self._first_bad or place


class _Numbered(Iterator[str]):
    """Lines that know how far they are; a last line without its end that stops within a byte is left out as garbage."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._kept: list[str] = []
        self.number = 0

    def give_back(self, line: str) -> None:
        self._kept.append(line)
        self.number -= 1

    def __next__(self) -> str:
        line = self._kept.pop() if self._kept else next(self._lines)
        self.number += 1
        if not line.endswith("\n"):
            tail = line.split()[-1:]
            if tail and len(tail[0]) == 1:  # half a byte would be read as a whole one
                return line.rstrip()[:-1] + "?\n"
        return line


def _kind(head: list[str], name: str) -> str:
    """`asc`, `trc` or `candump`; what is in the file says more than its name."""
    first = next((line.strip().lower() for line in head if line.strip()), "")
    if first.startswith(";"):
        return "trc"
    if first.startswith(("date ", "base ")):
        return "asc"
    counts = FrameCounts()
    if any(read_line(line, counts) is not None for line in head):
        return "candump"
    return {".asc": "asc", ".trc": "trc"}.get(PurePath(name).suffix.lower(), "candump")


def _is_asc_header(line: str) -> bool:
    return not line.strip() or line.strip().lower().startswith(_ASC_HEADER)


def _is_trc_header(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(";")


def _asc_reader(header: list[str], lines: Iterator[str], *, dated: bool = True) -> Iterable["Message"]:
    from can.io.asc import ASCReader  # as in bus.py

    triggers = [line for line in header if line.lower().startswith(_ASC_TRIGGER)]
    others = [line for line in header if not line.lower().startswith(_ASC_TRIGGER)]
    header = [*others, _ASC_HEADER_ENDS, *triggers]
    return ASCReader(_as_file(header, _asc_lines(lines)), relative_timestamp=not dated)


def _asc_lines(lines: Iterator[str]) -> Iterator[str]:
    """Lets a frame that is cut be seen: python-can takes it for an event of another kind.

    Raises:
        ValueError: at such a line.
    """
    for line in lines:
        if _ASC_FRAME_BEGINS.match(line) and not _ASC_FRAME.match(line):
            raise ValueError(line)
        yield line


def _asc_reader_without_date(header: list[str], lines: Iterator[str]) -> Iterable["Message"]:
    return _asc_reader(header, lines, dated=False)


def _trc_reader(header: list[str], lines: Iterator[str]) -> Iterable["Message"]:
    from can.io.trc import TRCReader  # as in bus.py

    class StrictReader(TRCReader):
        """Lets a line that is cut be seen: python-can leaves it out in silence."""

        def _parse_line(self, line: str) -> "Message | None":
            return self._parse_cols(tuple(line.split(maxsplit=self._num_columns)))

    return StrictReader(_as_file(header, lines))


def _as_file(header: list[str], lines: Iterator[str]) -> TextIO:
    return cast("TextIO", _File(itertools.chain(header, lines)))  # all that a reader does with it


class _File:
    """Lines in the shape of an open file."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def close(self) -> None:
        pass
