"""Groups that mean something to the bus itself, and what a NAME is made of. Pure."""

from vmshmi.config.j1939_devices import J1939Name

NO_ADDRESS = 254
"""Source of a claim that found no free address."""

ADDRESS_CLAIMED = 60_928
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
