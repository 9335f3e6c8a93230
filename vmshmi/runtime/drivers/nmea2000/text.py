"""One line of what loggers and gateways write, to a packet. Pure.

canboat       2014-08-15T19:00:00.042Z,3,129029,160,255,43,87,a9,...      frames, or messages already joined
Actisense     A173321.107 23FF7 1F513 012F3070002F30709F                  joined
YDWG RAW      17:33:21.107 R 19F51323 01 2F 30 70 00 2F 30 70             frames
candump       (1502984866.421964) can0 09F112CC#FF725AFF7FFF7FFD          frames; also `can0  09F112CC  [8]  FF 72 ..`
old candump   <0x18eeff01> [8] 05 a0 be 1c 00 a0 a0 c0                    frames
iKonvert      !PDGY,127257,3,17,255,0.563,AP9/UgAh/v8=                    joined
SeaSmart      $PCDIN,01F119,00000000,0F,2AAF00D1067414FF*59               joined

Signal K writes `1471172400153;A;` before each.
"""

import base64
import binascii
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from vmshmi.core.clock import EPOCH
from vmshmi.runtime.drivers.canbus.candump import read_line
from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.nmea2000.canboat_lines import Stream, moment
from vmshmi.runtime.drivers.nmea2000.database import is_fast
from vmshmi.runtime.drivers.nmea2000.packet import FRAME, Packet, id_of

Gateway = Literal["auto", "actisense", "ydwg_raw", "candump", "canboat"]
When = datetime | timedelta | float | None
"""What a line says of its time: date and time, the time since midnight, seconds since its gateway began, or nothing."""

_CSV_DATA = 6
_HIGHEST_PGN = 0x3FFFF
_ASCII = re.compile(
    r"(?:A(\d{2})(\d{2})(\d{2}\.\d+) +)?([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]) +([0-9A-F]{5,6}) +((?:[0-9A-F]{2})*)",
    re.IGNORECASE,
)
_RAW = re.compile(r"(?:(\d{2}):(\d{2}):(\d{2}\.\d+) +[RT] +)?([0-9A-F]{8})((?: +[0-9A-F]{2}){0,8})", re.IGNORECASE)
_OLD_CANDUMP = re.compile(r"<0x([0-9A-F]{8})> +\[(\d)\]((?: +[0-9A-F]{2}){0,8})", re.IGNORECASE)
_SEASMART = re.compile(
    r"\$(PCDIN,([0-9A-F]{6}),[0-9A-F]*,([0-9A-F]{2}),((?:[0-9A-F]{2})+))\*([0-9A-F]{2})", re.IGNORECASE
)
_UPTIME = re.compile(r"(\d+)\.(\d{1,3})")
"""Of iKonvert: seconds, and thousandths without leading zeros."""
_SIGNAL_K = re.compile(r"(\d{13});[^;]*;")


class Line(NamedTuple):
    """What a line holds. Its packet's `at` is to be filled in by whoever knows the time."""

    when: When
    packet: Packet


@dataclass(slots=True)
class LineCounts:
    """Of the lines that held no packet, why."""

    unreadable: int = 0
    internal: int = 0
    """What a gateway says about itself."""
    undecided: int = 0
    """Lines before it was known whether fast packets come joined."""
    frames: FrameCounts = field(default_factory=FrameCounts)

    @property
    def bad(self) -> int:
        """Lines that hold nothing that could be read, or less than they say."""
        return self.unreadable + self.frames.unreadable + self.frames.length_mismatches


class TextReader:
    """Reads lines; each may be of another format, unless a gateway is named.

    Args:
        counts: what it counts.
        gateway: only lines as this one writes them.
        joined: whether canboat's lines hold joined fast packets; None finds out.
        framed: streams whose lines of eight bytes are frames even so.
    """

    def __init__(
        self,
        counts: LineCounts,
        gateway: Gateway = "auto",
        joined: bool | None = None,
        framed: frozenset[Stream] = frozenset(),
    ) -> None:
        self._counts = counts
        self._gateway = gateway
        self._joined = joined
        self._framed = framed
        self._heads: dict[Stream, int] = {}

    def read(self, line: str) -> Line | None:
        """The packet of a line; None for what holds none, which is counted. Empty lines and comments are nothing."""
        line = line.strip()
        logged = _SIGNAL_K.match(line)
        if logged is not None:
            line = line[logged.end() :]
        if not line or line[0] == "#":
            return None
        gateway, parse = self._parser(line)
        try:
            if self._gateway not in ("auto", gateway):
                raise ValueError(line)
            found = parse(line)
        except (ValueError, OverflowError, binascii.Error):
            self._counts.unreadable += 1
            return None
        if found is None or logged is None or isinstance(found.when, datetime):
            return found
        return found._replace(when=EPOCH + timedelta(milliseconds=int(logged[1])))

    def _parser(self, line: str) -> tuple[str, Callable[[str], Line | None]]:
        first = line[0]
        if first == "(":
            return "candump", self._candump
        if first == "<":
            return "candump", _old_candump
        if line.startswith("$PCDIN"):
            return "seasmart", _seasmart
        if first in "!$":
            return "ikonvert", self._ikonvert
        if "," in line:
            return "canboat", self._csv
        if line[2:3] == ":" or (line[8:9] == " " and "[" not in line):
            return "ydwg_raw", _ydwg
        if "[" in line:
            return "candump", self._candump
        return "actisense", self._ascii

    def _candump(self, line: str) -> Line | None:
        found = read_line(line, self._counts.frames)
        if found is None:
            return None
        when, frame = found
        return Line(when, Packet(0.0, frame.id, frame.data)) if frame.extended else None

    def _csv(self, line: str) -> Line | None:
        parts = line.rstrip(",").split(",")
        priority, pgn, source, destination, length = map(int, parts[1:_CSV_DATA])
        data = bytes.fromhex("".join(parts[_CSV_DATA:]))
        if len(data) != length or len(parts) != _CSV_DATA + length:
            raise ValueError(line)
        if pgn > _HIGHEST_PGN:
            self._counts.internal += 1
            return None
        whole = length > FRAME
        if whole:
            self._joined = True
        elif is_fast(pgn):
            joined = self._joined if self._joined is not None else self._find_out(parts)
            if joined is None:
                self._counts.undecided += 1
                return None
            whole = joined and tuple(parts[2:5]) not in self._framed
        can_id = id_of(priority, pgn, source, destination)
        return Line(moment(parts[0]), Packet(0.0, can_id, data, whole))

    def _find_out(self, parts: list[str]) -> bool | None:
        """Whether a short line of a fast packet is a message or a frame. Frames count up from one to the next."""
        if int(parts[5]) != FRAME:
            self._joined = True
            return True
        stream, number = tuple(parts[2:5]), int(parts[_CSV_DATA], 16)
        if number & 0x1F and self._heads.get(stream) == number - 1:
            self._joined = False
            return False
        self._heads[stream] = number
        return None

    def _ascii(self, line: str) -> Line | None:
        match = _ASCII.fullmatch(line)
        if match is None:
            raise ValueError(line)
        hours, minutes, seconds, source, destination, priority, pgn, data = match.groups()
        when = None if hours is None else _of_day(hours, minutes, seconds)
        number = int(pgn, 16)
        if number > _HIGHEST_PGN:
            self._counts.internal += 1
            return None
        can_id = id_of(int(priority, 16), number, int(source, 16), int(destination, 16))
        return Line(when, Packet(0.0, can_id, bytes.fromhex(data), whole=True))

    def _ikonvert(self, line: str) -> Line | None:
        parts = line.split(",")
        if parts[0] != "!PDGY" or len(parts) != 7:
            if parts[0] == "$PDGY":
                self._counts.internal += 1
                return None
            raise ValueError(line)
        pgn, priority, source, destination = map(int, parts[1:5])
        can_id = id_of(priority, pgn, source, destination)
        uptime = _UPTIME.fullmatch(parts[5])
        when = None if uptime is None else int(uptime[1]) + int(uptime[2]) / 1000
        return Line(when, Packet(0.0, can_id, base64.b64decode(parts[6], validate=True), whole=True))


def _seasmart(line: str) -> Line:
    match = _SEASMART.fullmatch(line)
    if match is None or _folded(match[1]) != int(match[5], 16):
        raise ValueError(line)
    can_id = id_of(0, int(match[2], 16), int(match[3], 16))
    return Line(None, Packet(0.0, can_id, bytes.fromhex(match[4]), whole=True))


def _folded(text: str) -> int:
    return functools.reduce(lambda folded, byte: folded ^ byte, text.encode(), 0)


def _ydwg(line: str) -> Line:
    match = _RAW.fullmatch(line)
    if match is None:
        raise ValueError(line)
    hours, minutes, seconds, can_id, data = match.groups()
    when = None if hours is None else _of_day(hours, minutes, seconds)
    return Line(when, Packet(0.0, _twenty_nine(can_id), bytes.fromhex(data)))


def _old_candump(line: str) -> Line:
    match = _OLD_CANDUMP.fullmatch(line)
    if match is None or len(bytes.fromhex(match[3])) != int(match[2]):
        raise ValueError(line)
    return Line(None, Packet(0.0, _twenty_nine(match[1]), bytes.fromhex(match[3])))


def _twenty_nine(digits: str) -> int:
    can_id = int(digits, 16)
    if can_id >> 29:
        raise ValueError(digits)
    return can_id


def _of_day(hours: str, minutes: str, seconds: str) -> timedelta:
    when = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    if when >= timedelta(days=1, seconds=2):
        raise ValueError(hours)
    return when
