"""What a 29-bit id of J1939 or NMEA 2000 is made of. Pure."""

from typing import NamedTuple

EVERYBODY = 255
TRANSPORT_CONTROL = 60_416
TRANSPORT_DATA = 60_160
EXTENDED_CONTROL = 51_200
EXTENDED_DATA = 50_944
TRANSPORT = frozenset((TRANSPORT_CONTROL, TRANSPORT_DATA, EXTENDED_CONTROL, EXTENDED_DATA))
"""Groups whose frames carry pieces of another."""

_PDU2 = 240
_USUAL_PRIORITY = 6


class Header(NamedTuple):
    """What an id says.

    Attributes:
        pgn: group.
        source: address of the sender.
        destination: address of the receiver; 255 is everybody.
    """

    pgn: int
    source: int
    destination: int


def header_of(can_id: int) -> Header:
    """The parts of a 29-bit id."""
    pgn = pgn_of(can_id)
    destination = can_id >> 8 & 0xFF if can_id >> 16 & 0xFF < _PDU2 else EVERYBODY
    return Header(pgn, can_id & 0xFF, destination)


def pgn_of(can_id: int) -> int:
    """The group of a 29-bit id; where the second byte is an address it is no part of the group."""
    pgn = can_id >> 8 & 0x3FFFF
    return pgn if pgn >> 8 & 0xFF >= _PDU2 else pgn & 0x3FF00


def id_of(pgn: int, source: int, destination: int) -> int:
    """The 29-bit id that says this, of the usual priority."""
    low = destination if pgn >> 8 & 0xFF < _PDU2 else pgn & 0xFF
    return _USUAL_PRIORITY << 26 | (pgn & 0x3FF00) << 8 | low << 8 | source
