"""Modbus TCP frames: a header with a transaction id around each PDU. Pure."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from vmshmi.runtime.drivers.modbus.errors import ProtocolError
from vmshmi.runtime.drivers.modbus.wire import Request

_HEADER = struct.Struct(">HHHB")
_HEADER_BYTES = 7
_UNIT_BYTES = 1
_LENGTH_MIN = 3
"""Unit, function code and one more byte: no answer is shorter."""
_LENGTH_MAX = 254
"""Unit and the longest PDU, 253 bytes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that came in."""

    transaction: int
    unit: int
    pdu: bytes


def tcp_frame(request: Request, transaction: int) -> bytes:
    """The request under a transaction id, 0..65535."""
    return _HEADER.pack(transaction, 0, _UNIT_BYTES + len(request.pdu), request.unit) + request.pdu


class FrameReader:
    """Cuts the stream into frames; holds at most one unfinished frame."""

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def is_inside_frame(self) -> bool:
        """True when a part of a frame has come and the rest has not."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Every frame that is complete now.

        Raises:
            ProtocolError: when what came cannot be Modbus; from there on only a new connection helps.
        """
        buffer = self._buffer + data
        while len(buffer) >= _HEADER_BYTES:
            transaction, protocol, length, unit = _HEADER.unpack_from(buffer)
            if protocol != 0 or not _LENGTH_MIN <= length <= _LENGTH_MAX:
                self._buffer = b""
                raise ProtocolError(f"not Modbus: protocol {protocol}, length {length} in the header")
            end = _HEADER_BYTES - _UNIT_BYTES + length
            if len(buffer) < end:
                break
            frame, buffer = Frame(transaction, unit, buffer[_HEADER_BYTES:end]), buffer[end:]
            self._buffer = buffer
            yield frame
        self._buffer = buffer
