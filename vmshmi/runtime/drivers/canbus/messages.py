"""From python-can's message to our frame."""

from typing import TYPE_CHECKING

from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.canbus.frame import CanFrame

if TYPE_CHECKING:
    from can import Message


_MOST = 8


def to_frame(message: "Message", counts: FrameCounts) -> CanFrame | None:
    """The frame; None for what carries no data to decode, which is counted."""
    if message.is_error_frame:
        counts.error_frames += 1
        return None
    if message.is_remote_frame:
        counts.remote_frames += 1
        return None
    data = bytes(message.data)
    # classic CAN may announce 9 to 15 bytes and carries 8; of CAN FD a reader may hand on the code of the length
    if len(data) != min(message.dlc, _MOST) and not message.is_fd:
        # slcan hands on a line that says eight bytes and holds three
        counts.length_mismatches += 1
        return None
    return CanFrame(message.arbitration_id, message.is_extended_id, data)
