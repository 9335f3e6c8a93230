"""The lines of candump, from a file (`-l`, `-L`) or from a terminal. Pure."""

import re
from datetime import UTC, datetime

from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.canbus.frame import CanFrame

ERROR_FLAG = 0x2000_0000
_ID_BITS = 0x1FFF_FFFF
_STANDARD_DIGITS = 3
_EXTENDED_DIGITS = 8
_STANDARD_BITS = 0x7FF

# `  can0  18F00E00   [8]  82 16 39`, with `(time)` before and flags (candump -x) between, `'text'` (candump -a) behind
_LISTED = re.compile(
    r"(?:\((?P<time>[^)]*)\)\s+)?(?P<channel>\S+)\s+(?:[RT]X\s+\S+\s+\S+\s+)?(?P<id>[0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})"
    r"\s+\[(?P<length>\d{1,2})\](?P<rest>.*)"
)
_Found = tuple[datetime | None, CanFrame]


class Channels:
    """The buses of a log.

    Args:
        wanted: the one to read; empty reads all.

    Attributes:
        seen: all there were.
    """

    def __init__(self, wanted: str = "") -> None:
        self._wanted = wanted
        self.seen: set[str] = set()

    def take(self, name: str) -> bool:
        """Whether a frame of this bus is to be read."""
        self.seen.add(name)
        return not self._wanted or name == self._wanted


def read_line(line: str, counts: FrameCounts, channels: Channels | None = None) -> _Found | None:
    """The frame of a line and its time, where it bears one; None where there is no data frame, which is counted.

    Empty lines and comments (`#`) count as nothing.
    """
    parts = line.split()
    if not parts or parts[0].startswith("#"):
        return None
    try:
        # the direction of candump -x -l may follow, or what another program has noted behind it
        if len(parts) >= 3 and "#" in parts[2] and (len(parts) <= 4 or parts[3][0] == ";"):
            if channels is not None and not channels.take(parts[1]):
                counts.other_channels += 1
                return None
            return _compact(parts[0], parts[2], counts)
        return _listed(line.strip(), counts, channels)
    except (ValueError, OverflowError, OSError):
        counts.unreadable += 1
        return None


def _compact(time: str, frame: str, counts: FrameCounts) -> _Found | None:
    can_id, _, data = frame.partition("#")
    if data.startswith("#"):  # CAN FD: a digit of flags
        data = data[2:]
    elif data[:1] in ("R", "r"):
        counts.remote_frames += 1
        return None
    # behind eight bytes the announced length may follow: `_B`
    return _frame(_seconds(time), can_id, bytes.fromhex(data.partition("_")[0]), counts)


def _listed(line: str, counts: FrameCounts, channels: Channels | None) -> _Found | None:
    match = _LISTED.fullmatch(line)
    if match is None:
        raise ValueError(line)
    if channels is not None and not channels.take(match["channel"]):
        counts.other_channels += 1
        return None
    length = int(match["length"])
    parts = match["rest"].split()
    if parts[:1] == ["remote"]:
        counts.remote_frames += 1
        return None
    data = [part for part in parts[:length] if len(part) == 2]
    if len(data) != length:
        counts.length_mismatches += 1
        return None
    time = None if match["time"] is None else _seconds(f"({match['time']})")
    return _frame(time, match["id"], bytes.fromhex("".join(data)), counts)


def _frame(time: datetime | None, can_id: str, data: bytes, counts: FrameCounts) -> _Found | None:
    number = int(can_id, 16)
    extended = len(can_id) == _EXTENDED_DIGITS
    if extended and number & ERROR_FLAG:
        counts.error_frames += 1
        return None
    if not extended and (len(can_id) != _STANDARD_DIGITS or number > _STANDARD_BITS):
        raise ValueError(can_id)
    return time, CanFrame(number & _ID_BITS, extended, data)


def _seconds(text: str) -> datetime:
    """`(1635188455.020850)` or `(2021-10-25 18:00:55.020850)`; the latter is taken as UTC.

    Raises:
        ValueError, OverflowError, OSError: when it is neither.
    """
    if text[0] != "(" or text[-1] != ")":
        raise ValueError(text)
    inner = text[1:-1]
    if "-" in inner:
        return datetime.fromisoformat(inner.strip()).replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(inner), UTC)  # a float holds microseconds until the year 2242
