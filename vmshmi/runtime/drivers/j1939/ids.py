"""What a 29-bit id and a NAME are made of. Pure."""

from typing import NamedTuple

from vmshmi.config.j1939_devices import J1939Name

_PDU2 = 240
EVERYBODY = 255
NO_ADDRESS = 254
"""Source of a claim that found no free address."""

ADDRESS_CLAIMED = 60_928
TRANSPORT_CONTROL = 60_416
TRANSPORT_DATA = 60_160
ACTIVE_FAULTS = 65_226

_NAME_BYTES = 8
_PARTS: dict[str, tuple[int, int]] = {
    "identity": (0, 21),
    "manufacturer": (21, 11),
    "ecu_instance": (32, 3),
    "function_instance": (35, 5),
    "function": (40, 8),
    "vehicle_system": (49, 7),
    "vehicle_system_instance": (56, 4),
    "industry_group": (60, 3),
}
"""First bit and number of bits."""


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


def name_of(data: bytes) -> int | None:
    """The NAME of an address claim; None when the frame is too short for one."""
    return int.from_bytes(data[:_NAME_BYTES], "little") if len(data) >= _NAME_BYTES else None


class NameTest:
    """Whether a NAME is the one that is meant.

    Args:
        wanted: 16 digits in hexadecimal (`0x` and spaces allowed), or parts.

    Raises:
        ValueError: when it is no NAME, or no part is named.
    """

    def __init__(self, wanted: str | J1939Name) -> None:
        self._mask = self._bits = 0
        if isinstance(wanted, str):
            digits = wanted.replace(" ", "").removeprefix("0x")
            if len(digits) != _NAME_BYTES * 2:
                raise ValueError(f"'{wanted}' is no NAME; it has 16 digits in hexadecimal")
            self._mask = (1 << 64) - 1
            try:
                self._bits = int(digits, 16)
            except ValueError:
                raise ValueError(f"'{wanted}' is no NAME; it has 16 digits in hexadecimal") from None
            return
        for part, (first, bits) in _PARTS.items():
            value: int | None = getattr(wanted, part)
            if value is not None:
                self._mask |= (1 << bits) - 1 << first
                self._bits |= value << first
        if not self._mask:
            raise ValueError("name says nothing; give at least one part of it")

    def __call__(self, name: int) -> bool:
        """True where all that was named fits."""
        return name & self._mask == self._bits
