"""Modbus TCP frames: what is asked, and whether an answer is an answer to it. Pure; requests are built by pymodbus.

pymodbus itself takes short and long answers and other function codes for success (decision 0030), so an answer is
judged here, byte by byte, and never handed on otherwise.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pymodbus.framer import FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from vmshmi.runtime.drivers.modbus.errors import DeviceException, ProtocolError
from vmshmi.runtime.drivers.modbus.plan import Block, Table, is_bit_table

_REQUESTS: dict[Table, type[ModbusPDU]] = {
    "holding": ReadHoldingRegistersRequest,
    "input": ReadInputRegistersRequest,
    "coil": ReadCoilsRequest,
    "discrete": ReadDiscreteInputsRequest,
}
_FRAMER = FramerSocket(DecodePDU(is_server=False))

_HEADER = struct.Struct(">HHHB")
_TRANSACTION = struct.Struct(">H")
_HEADER_BYTES = 7
_UNIT_BYTES = 1
_LENGTH_MIN = 3
"""Unit, function code and one more byte: no answer is shorter."""
_LENGTH_MAX = 254
"""Unit and the longest PDU, 253 bytes."""
_EXCEPTION_FLAG = 0x80
_EXCEPTION_PDU_BYTES = 2


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One read, ready to be sent any number of times.

    Attributes:
        unit: unit id.
        function: function code.
        payload_bytes: data bytes a right answer has.
        frame: the whole request with transaction id 0.
    """

    unit: int
    function: int
    payload_bytes: int
    frame: bytes

    def numbered(self, transaction: int) -> bytes:
        """The request under a transaction id, 0..65535."""
        return _TRANSACTION.pack(transaction) + self.frame[2:]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that came in."""

    transaction: int
    unit: int
    pdu: bytes


def read_request(block: Block) -> ReadRequest:
    """The request that reads a block."""
    pdu = _REQUESTS[block.table](address=block.address, count=block.count, dev_id=block.unit)
    payload = (block.count + 7) // 8 if is_bit_table(block.table) else block.count * 2
    return ReadRequest(block.unit, pdu.function_code, payload, _FRAMER.buildFrame(pdu))


def check_answer(request: ReadRequest, frame: Frame) -> bytes:
    """The data bytes of a right answer.

    The caller has matched the transaction id.

    Raises:
        ProtocolError: if anything else than the asked-for unit, function and length came.
        DeviceException: if the device answered with an exception to this function.
    """
    if frame.unit != request.unit:
        raise ProtocolError(f"unit {frame.unit} answered, unit {request.unit} was asked")
    function, *rest = frame.pdu
    if function == request.function | _EXCEPTION_FLAG:
        if len(frame.pdu) != _EXCEPTION_PDU_BYTES:
            raise ProtocolError(f"exception of {len(frame.pdu)} bytes, {_EXCEPTION_PDU_BYTES} were expected")
        raise DeviceException(rest[0])
    if function != request.function:
        raise ProtocolError(f"function {function} answered, function {request.function} was asked")
    said, payload = frame.pdu[1], frame.pdu[2:]
    if said != request.payload_bytes or len(payload) != request.payload_bytes:
        raise ProtocolError(f"{len(payload)} data bytes came ({said} announced), {request.payload_bytes} were asked")
    return payload


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
