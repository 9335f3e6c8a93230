"""Messages of more than eight bytes, put together from what others say to each other. Pure; never asks for anything.

A message of which a packet is missing is dropped and counted: nothing is decoded with a hole in it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vmshmi.runtime.drivers.canbus.header import EVERYBODY, TRANSPORT_CONTROL, Header

_BAM = 32
_PACKET = 7
_SMALLEST, _LARGEST = 9, 1785
_BROADCAST_GAP = timedelta(milliseconds=750)
"""T1 of J1939-21: after so long without a packet a receiver gives up."""
_ADDRESSED_GAP = timedelta(milliseconds=1250)
"""T2 and T3: the receiver's answer may lie between."""


@dataclass(slots=True)
class _Session:
    pgn: int
    size: int
    packets: int
    last: datetime
    parts: dict[int, bytes] = field(default_factory=dict[int, bytes])


class Reassembler:
    """Puts messages together, each sender's apart from the others'.

    Args:
        timed: False where the times of frames are not those of the bus, as in a replay; then nothing comes too late.

    Attributes:
        assembled: whole messages.
        dropped: begun and not finished: a packet lost, too late, or broken off.
        errors: announcements that contradict themselves.
        stray: packets of a message whose beginning was not heard.
    """

    def __init__(self, *, timed: bool = True) -> None:
        self._timed = timed
        self.assembled = 0
        self.dropped = 0
        self.errors = 0
        self.stray = 0
        self._sessions: dict[tuple[int, int], _Session] = {}

    def take(self, stamp: datetime, header: Header, data: bytes) -> tuple[int, bytes] | None:
        """Take a frame of one of the two transport groups; group and data when it ends a message."""
        key = (header.source, header.destination)
        if header.pgn == TRANSPORT_CONTROL:
            self._control(stamp, key, data)
            return None
        return self._data(stamp, key, data)

    def _control(self, stamp: datetime, key: tuple[int, int], data: bytes) -> None:
        if len(data) < 8:
            self.errors += 1
            return
        match data[0]:
            case 16 | 32:  # request to send to one, announcement to all
                self._begin(stamp, key, data)
            case 255:  # either end may break it off
                for pair in (key, (key[1], key[0])):
                    if self._sessions.pop(pair, None) is not None:
                        self.dropped += 1
            case 17 | 19:  # the receiver speaks; the sender may send again what it asks for
                session = self._sessions.get((key[1], key[0]))
                if session is not None:
                    session.last = stamp
            case _:
                self.errors += 1

    def _begin(self, stamp: datetime, key: tuple[int, int], data: bytes) -> None:
        if self._sessions.pop(key, None) is not None:
            self.dropped += 1
        size, packets = int.from_bytes(data[1:3], "little"), data[3]
        broadcast = key[1] == EVERYBODY
        if not _SMALLEST <= size <= _LARGEST or packets != -(-size // _PACKET) or broadcast != (data[0] == _BAM):
            self.errors += 1
            return
        self._sessions[key] = _Session(int.from_bytes(data[5:8], "little"), size, packets, stamp)

    def _data(self, stamp: datetime, key: tuple[int, int], data: bytes) -> tuple[int, bytes] | None:
        session = self._sessions.get(key)
        if session is None:
            self.stray += 1
            return None
        broadcast = key[1] == EVERYBODY
        gap = stamp - session.last
        limit = _BROADCAST_GAP if broadcast else _ADDRESSED_GAP
        number = data[0] if data else 0
        expected = len(session.parts) + 1
        # what was broadcast is never sent again, so a packet out of turn means that one was lost
        if (
            (self._timed and not timedelta() <= gap <= limit)
            or not 1 <= number <= session.packets
            or (broadcast and number != expected)
            or len(data) - 1 < min(_PACKET, session.size - (number - 1) * _PACKET)
        ):
            del self._sessions[key]
            self.dropped += 1
            return None
        session.last = stamp
        session.parts[number] = data[1 : _PACKET + 1]
        if len(session.parts) < session.packets:
            return None
        del self._sessions[key]
        self.assembled += 1
        whole = b"".join(session.parts[part] for part in range(1, session.packets + 1))
        return session.pgn, whole[: session.size]
