"""How canboat's lines hold fast packets: as frames, as messages already joined, or both in one log. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from vmshmi.runtime.drivers.nmea2000.database import is_fast
from vmshmi.runtime.drivers.nmea2000.packet import FRAME, LONGEST_FAST

Stream = tuple[str, ...]
"""Group, source and destination as they are written."""

_PARTS = 8
_EIGHT = str(FRAME)
_NUMBER = 0x1F
_IN_FIRST, _IN_OTHERS = 6, 7
_TOGETHER = timedelta(milliseconds=50)
"""Frames of one message come at once; messages that count, such as of battery 0 and 1, seldom do."""
_WITHOUT_HEAD = 3
_NEVER = 1 << 30


@dataclass(slots=True)
class _Run:
    """Lines of one stream whose first bytes count up."""

    number: int
    at: datetime
    lines: int
    needed: int


def forms(lines: Iterable[str]) -> tuple[bool, frozenset[Stream]]:
    """Whether messages come joined, and the streams whose lines of eight bytes are frames all the same.

    No frame has more than eight bytes. A message of eight looks like one, so a stream is taken for frames only where
    all those of a message were seen in a row.
    """
    joined = False
    runs: dict[Stream, _Run] = {}
    framed: set[Stream] = set()
    for line in lines:
        parts = line.split(",", _PARTS)
        if len(parts) <= _PARTS:
            continue
        if parts[5] != _EIGHT:
            joined = joined or (parts[5].isdigit() and int(parts[5]) > FRAME)
            continue
        stream = tuple(parts[2:5])
        try:
            is_frame = _is_fast(parts[2]) and stream not in framed and _goes_on(runs, stream, parts)
        except ValueError:
            continue
        if is_frame:
            framed.add(stream)
    return joined, frozenset(framed)


@lru_cache(1024)
def _is_fast(pgn: str) -> bool:
    return is_fast(int(pgn))


def _goes_on(runs: dict[Stream, _Run], stream: Stream, parts: list[str]) -> bool:
    """Whether with this line enough of them count up."""
    number, at, run = int(parts[6], 16), moment(parts[0]), runs.get(stream)
    if run is not None and number & _NUMBER and number == run.number + 1 and timedelta() <= at - run.at <= _TOGETHER:
        run.number, run.at, run.lines = number, at, run.lines + 1
        return run.lines >= run.needed
    if number & _NUMBER:
        needed = _WITHOUT_HEAD
    else:
        size = int(parts[7], 16)
        needed = 1 + -(-(size - _IN_FIRST) // _IN_OTHERS) if FRAME < size <= LONGEST_FAST else _NEVER
    runs[stream] = _Run(number, at, 1, needed)
    return False


def moment(text: str) -> datetime:
    """`2014-08-15T19:00:00.042Z`, with or without fraction; `2014-08-15-19:00:00.042`. UTC."""
    if text[10:11] == "-":
        text = f"{text[:10]}T{text[11:]}"
    when = datetime.fromisoformat(text)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
