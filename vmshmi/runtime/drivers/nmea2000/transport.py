"""Joins what comes through ISO 11783's transport protocol: a group to all (BAM), or to one (RTS and CTS). Pure.

Listened to only: no answer is ever given.
"""

from dataclasses import dataclass, field

from vmshmi.runtime.drivers.nmea2000.packet import BROADCAST, LONGEST

CONNECTION = 60_416
"""Parameter group of what opens and closes a transfer."""
DATA = 60_160
"""Parameter group of its packets."""
LIMIT_S = 0.75
"""Longest time between two packets to all (T1)."""
ANSWERED_LIMIT_S = 1.25
"""Longest time between two packets to one, where the receiver may ask for a pause (T2)."""
_RTS, _BAM, _ABORT = 16, 32, 255
_IN_PACKET = 7
_FRAME = 8
_MOST_OPEN = 512


@dataclass(slots=True)
class _Transfer:
    heard: float
    limit_s: float
    pgn: int
    length: int
    count: int
    packets: list[bytes] = field(default_factory=list[bytes])


@dataclass(slots=True)
class Transfers:
    """The transfers under way on one network.

    Attributes:
        joined: transfers that came to their end.
        lost: transfers given up because a packet was missing, late or wrong.
    """

    joined: int = 0
    lost: int = 0
    _open: dict[tuple[int, int], _Transfer] = field(default_factory=dict[tuple[int, int], _Transfer])

    def push(self, pgn: int, source: int, destination: int, at: float, data: bytes) -> tuple[int, bytes] | None:
        """Take one frame of the groups `CONNECTION` and `DATA`.

        Returns:
            The group and the payload, when this packet was the last.
        """
        if len(data) < _FRAME:
            return None
        if pgn == CONNECTION:
            self._control(source, destination, at, data)
            return None
        return self._packet(source, destination, at, data)

    def _control(self, source: int, destination: int, at: float, data: bytes) -> None:
        kind = data[0]
        if kind in (_RTS, _BAM):
            length, count = int.from_bytes(data[1:3], "little"), data[3]
            self._give_up((source, destination))
            if _FRAME < length <= LONGEST and count == -(-length // _IN_PACKET):
                if len(self._open) >= _MOST_OPEN:
                    self.lost += len(self._open)
                    self._open.clear()
                limit_s = LIMIT_S if kind == _BAM else ANSWERED_LIMIT_S
                carried = int.from_bytes(data[5:8], "little") & 0x3FFFF
                self._open[source, destination] = _Transfer(at, limit_s, carried, length, count)
            else:
                self.lost += 1
        elif kind == _ABORT:  # by either side
            self._give_up((source, destination))
            self._give_up((destination, source))

    def _packet(self, source: int, destination: int, at: float, data: bytes) -> tuple[int, bytes] | None:
        transfer = self._open.get((source, destination))
        if transfer is None:
            return None
        number, have = data[0], len(transfer.packets)
        if not 0 <= at - transfer.heard <= transfer.limit_s or not 1 <= number <= have + 1:
            self._give_up((source, destination))
            return None
        transfer.heard = at
        if number <= have:
            # sent again, as the one who receives it alone may ask for
            if destination == BROADCAST or transfer.packets[number - 1] != data[1:8]:
                self._give_up((source, destination))
            return None
        transfer.packets.append(data[1:8])
        if number < transfer.count:
            return None
        del self._open[source, destination]
        self.joined += 1
        return transfer.pgn, b"".join(transfer.packets)[: transfer.length]

    def _give_up(self, key: tuple[int, int]) -> None:
        if self._open.pop(key, None) is not None:
            self.lost += 1
