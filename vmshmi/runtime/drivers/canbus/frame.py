"""A CAN frame as everything behind the door sees it."""

from typing import NamedTuple


class CanFrame(NamedTuple):
    """One data frame.

    Attributes:
        id: 11 or 29 bits.
        extended: the id has 29 bits.
        data: 0 to 8 bytes, with CAN FD up to 64.
    """

    id: int
    extended: bool
    data: bytes

    def text(self) -> str:
        """As candump writes it: `18F00E00#821639C4FFFFFFFF`."""
        return (
            f"{self.id:08X}#{self.data.hex().upper()}" if self.extended else f"{self.id:03X}#{self.data.hex().upper()}"
        )
