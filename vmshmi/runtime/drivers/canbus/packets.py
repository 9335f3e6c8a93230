"""Frames of a bus of J1939, and the long messages they make. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from vmshmi.runtime.drivers.canbus.frame import CanFrame
from vmshmi.runtime.drivers.canbus.header import TRANSPORT, header_of, id_of
from vmshmi.runtime.drivers.canbus.transport import Reassembler
from vmshmi.runtime.drivers.listening import Heard


class Packets:
    """Puts long messages together beside the frames.

    Args:
        timed: as of `Reassembler`.
    """

    def __init__(self, *, timed: bool = True) -> None:
        self._transport = Reassembler(timed=timed)

    def with_long(self, heard: Sequence[Heard[CanFrame]]) -> Iterator[Heard[CanFrame]]:
        """Every frame, and behind the last of a long message that one, as if it were a frame of its own."""
        for stamp, frame in heard:
            yield stamp, frame
            if not frame.extended:
                continue
            header = header_of(frame.id)
            if header.pgn not in TRANSPORT:
                continue
            whole = self._transport.take(stamp, header, frame.data)
            if whole is not None:
                yield stamp, CanFrame(id_of(whole[0], header.source, header.destination), True, whole[1])

    def counters(self) -> Mapping[str, int]:
        """What became of long messages."""
        return {
            "long_messages": self._transport.assembled,
            "long_messages_dropped": self._transport.dropped,
            "transport_errors": self._transport.errors,
            "stray_packets": self._transport.stray,
        }
