"""Actisense's binary protocol: messages between DLE STX and DLE ETX, of an NGT-1 (93), BST D0 and BST 95. Pure."""

from typing import NamedTuple

from vmshmi.runtime.drivers.nmea2000.packet import FRAME, PDU2, Packet, id_of

BEGIN = b"\x10\x02"
START_NGT1 = bytes.fromhex("1002a101411d10031002a103110200491003")
"""Asks an NGT-1 for all it hears: without it, it hands on only what its own list names."""

_DLE, _STX, _ETX = 0x10, 0x02, 0x03
_LONGEST = 2048
_NGT1, _BST_D0, _BST_95 = 0x93, 0xD0, 0x95
_NGT1_DATA, _BST_D0_DATA, _BST_95_DATA = 13, 13, 8


class Received(NamedTuple):
    """A packet and the gateway's own time in seconds, of which only differences mean anything."""

    seconds: float
    packet: Packet


class BinaryReader:
    """Cuts a stream into messages and reads them.

    Attributes:
        unreadable: messages cut short or with a wrong checksum.
        internal: messages of the gateway about itself.
    """

    def __init__(self) -> None:
        self.unreadable = 0
        self.internal = 0
        self._message: bytearray | None = None
        self._escaped = False

    def split(self, chunk: bytes) -> list[Received]:
        """The packets that end in this chunk."""
        found: list[Received] = []
        for byte in chunk:
            message = self._message
            if self._escaped:
                self._escaped = False
                if byte == _STX:
                    self.unreadable += message is not None
                    self._message = bytearray()
                elif byte == _ETX and message is not None:
                    self._message = None
                    received = self._read(bytes(message))
                    if received is not None:
                        found.append(received)
                elif byte == _DLE and message is not None:
                    message.append(byte)
                else:
                    self.unreadable += message is not None
                    self._message = None
            elif byte == _DLE:
                self._escaped = True
            elif message is not None:
                message.append(byte)
                if len(message) > _LONGEST:
                    self.unreadable += 1
                    self._message = None
        return found

    def flush(self) -> None:
        """The stream begins anew."""
        self._message = None
        self._escaped = False

    def message(self, content: bytes) -> Received | None:
        """The packet of a message that stands alone, without the signs around it and without its checksum."""
        return self._read(content + bytes([-sum(content) & 0xFF]))

    def _read(self, message: bytes) -> Received | None:
        if len(message) < 3 or sum(message) & 0xFF:
            self.unreadable += 1
            return None
        try:
            match message[0]:
                case 0x93:
                    return _ngt1(message)
                case 0xD0:
                    return _bst_d0(message)
                case 0x95:
                    return _bst_95(message)
                case _:
                    self.internal += 1
                    return None
        except ValueError:
            self.unreadable += 1
            return None


def _ngt1(message: bytes) -> Received:
    """`93 length priority pgn[3] destination source time[4] length data checksum`."""
    if len(message) < _NGT1_DATA + 1 or message[1] != len(message) - 3:
        raise ValueError(message)
    data = message[_NGT1_DATA:-1]
    if len(data) != message[12]:
        raise ValueError(message)
    can_id = id_of(message[2], int.from_bytes(message[3:6], "little"), message[7], message[6])
    return Received(int.from_bytes(message[8:12], "little") / 1000, Packet(0.0, can_id, data, whole=True))


def _bst_d0(message: bytes) -> Received:
    """`D0 length[2] destination source pdus pduf dpp control time[4] data checksum`."""
    if len(message) < _BST_D0_DATA + 1 or int.from_bytes(message[1:3], "little") != len(message) - 1:
        raise ValueError(message)
    can_id = _bst_id(message[4], message[3], message[5], message[6], message[7])
    data = message[_BST_D0_DATA:-1]
    return Received(int.from_bytes(message[9:13], "little") / 1000, Packet(0.0, can_id, data, whole=True))


def _bst_95(message: bytes) -> Received:
    """`95 length time[2] source pdus pduf dppc data checksum`: one frame."""
    if len(message) < _BST_95_DATA + 1 or message[1] != len(message) - 3:
        raise ValueError(message)
    data = message[_BST_95_DATA:-1]
    if len(data) > FRAME:
        raise ValueError(message)
    can_id = _bst_id(message[4], message[5], message[5], message[6], message[7])
    return Received(int.from_bytes(message[2:4], "little") / 1000, Packet(0.0, can_id, data))


def _bst_id(source: int, destination: int, pdus: int, pduf: int, page_and_priority: int) -> int:
    page, priority = page_and_priority & 3, page_and_priority >> 2 & 7
    pgn = page << 16 | pduf << 8 | (pdus if pduf >= PDU2 else 0)
    return id_of(priority, pgn, source, destination)
