"""Messages of more than eight bytes, put together from what others say to each other. Pure; never asks for anything.

A message of which a packet is missing is dropped and counted: nothing is decoded with a hole in it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vmshmi.runtime.drivers.canbus.header import (
    EVERYBODY,
    EXTENDED_CONTROL,
    EXTENDED_DATA,
    TRANSPORT_CONTROL,
    Header,
)

_BAM = 32
_ABORT = 255
_PACKET = 7
_SMALLEST, _LARGEST = 9, 1785
_LARGEST_EXTENDED = 1 << 20
"""The protocol would allow a hundred times that; no engine says so much, and noise must not fill the memory."""
_BROADCAST_GAP = timedelta(milliseconds=750)
"""T1 of J1939-21: after so long without a packet a receiver gives up."""
_ADDRESSED_GAP = timedelta(milliseconds=1250)
"""T2 and T3: the receiver's answer may lie between."""


_CONTROLS = frozenset((TRANSPORT_CONTROL, EXTENDED_CONTROL))
_EXTENDED = frozenset((EXTENDED_CONTROL, EXTENDED_DATA))
_ANNOUNCEMENTS, _ANSWERS = (16, _BAM), (17, 19)
_EXTENDED_ANNOUNCEMENTS, _EXTENDED_ANSWERS, _OFFSET = (20,), (21, 23), 22
_Key = tuple[int, int, bool]
"""Sender, receiver, extended."""


@dataclass(slots=True)
class _Session:
    pgn: int
    size: int
    packets: int
    last: datetime
    offset: int = 0
    """Packets before the one that bears number 1: those of an extended one begin with 1 again and again."""
    turn: int = 0
    """Of an extended one the number that must come next; 0 until its sender has told the offset."""
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
        self._sessions: dict[_Key, _Session] = {}

    def take(self, stamp: datetime, header: Header, data: bytes) -> tuple[int, bytes] | None:
        """Take a frame of one of the groups `TRANSPORT`; group and data when it ends a message."""
        extended = header.pgn in _EXTENDED
        key = (header.source, header.destination, extended)
        if header.pgn in _CONTROLS:
            self._control(stamp, key, data)
            return None
        return self._data(stamp, key, data)

    def _control(self, stamp: datetime, key: _Key, data: bytes) -> None:
        extended, answered = key[2], (key[1], key[0], key[2])
        if len(data) < 8:
            self.errors += 1
        elif data[0] == _ABORT:  # either end may break it off
            for pair in (key, answered):
                if self._sessions.pop(pair, None) is not None:
                    self.dropped += 1
        elif data[0] in (_EXTENDED_ANNOUNCEMENTS if extended else _ANNOUNCEMENTS):
            self._begin(stamp, key, data)
        elif data[0] in (_EXTENDED_ANSWERS if extended else _ANSWERS):
            # the receiver speaks; the sender may send again what it asks for
            session = self._sessions.get(answered)
            if session is not None:
                session.last = stamp
        elif extended and data[0] == _OFFSET:
            session = self._sessions.get(key)
            if session is not None:
                session.offset, session.turn, session.last = int.from_bytes(data[2:5], "little"), 1, stamp
        else:
            self.errors += 1

    def _begin(self, stamp: datetime, key: _Key, data: bytes) -> None:
        if self._sessions.pop(key, None) is not None:
            self.dropped += 1
        pgn, broadcast = int.from_bytes(data[5:8], "little"), key[1] == EVERYBODY
        if key[2]:
            size = int.from_bytes(data[1:5], "little")
            if not _LARGEST < size <= _LARGEST_EXTENDED or broadcast:
                self.errors += 1
                return
            self._sessions[key] = _Session(pgn, size, -(-size // _PACKET), stamp)
            return
        size, packets = int.from_bytes(data[1:3], "little"), data[3]
        if not _SMALLEST <= size <= _LARGEST or packets != -(-size // _PACKET) or broadcast != (data[0] == _BAM):
            self.errors += 1
            return
        self._sessions[key] = _Session(pgn, size, packets, stamp)

    def _data(self, stamp: datetime, key: _Key, data: bytes) -> tuple[int, bytes] | None:
        session = self._sessions.get(key)
        if session is None:
            self.stray += 1
            return None
        broadcast = key[1] == EVERYBODY
        gap = stamp - session.last
        limit = _BROADCAST_GAP if broadcast else _ADDRESSED_GAP
        number = data[0] if data else 0
        if key[2]:
            # where the offset of a block was lost its packets would take the places of others
            number = number + session.offset if number == session.turn else 0
            session.turn += 1
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
