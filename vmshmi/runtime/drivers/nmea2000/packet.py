"""What comes from a network, a gateway or a log: a CAN frame, or a message a gateway has already joined. Pure."""

from typing import NamedTuple

from vmshmi.runtime.drivers.canbus.header import EVERYBODY

PDU2 = 0xF0
"""From this PDU format on a message goes to everybody, and the byte below belongs to the number of the group."""
FRAME = 8
"""Bytes a frame can have."""
LONGEST_FAST = 223
"""Bytes a fast packet can have."""


class Packet(NamedTuple):
    """One frame, or one whole message.

    Attributes:
        at: seconds on the clock of whoever heard it first, a logger or this computer; only differences mean anything.
        can_id: 29 bits: priority, parameter group, addresses.
        data: up to 8 bytes of a frame, up to 1785 of a message.
        whole: it is a message, whatever its length.
    """

    at: float
    can_id: int
    data: bytes
    whole: bool = False


def id_of(priority: int, pgn: int, source: int, destination: int = EVERYBODY) -> int:
    """The id that says this. Raises ValueError for what no id can say."""
    if not (0 <= pgn <= 0x3FFFF and 0 <= source <= 0xFF and 0 <= destination <= 0xFF and 0 <= priority <= 7):
        raise ValueError(f"no CAN id says priority {priority}, pgn {pgn}, source {source}, destination {destination}")
    low = destination if pgn >> 8 & 0xFF < PDU2 else pgn & 0xFF
    return priority << 26 | (pgn & 0x3FF00) << 8 | low << 8 | source
