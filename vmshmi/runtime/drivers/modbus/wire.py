"""What is asked, and whether an answer is an answer to it. Pure; requests are built by pymodbus.

pymodbus itself takes short and long answers and other function codes for success (decision 0030), so an answer is
judged here, byte by byte, and never handed on otherwise. What is around a PDU on a line: `tcp_frames`, `rtu_frames`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import (
    MaskWriteRegisterRequest,
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from vmshmi.runtime.drivers.modbus.errors import DeviceException, ProtocolError
from vmshmi.runtime.drivers.modbus.plan import MAX_BITS, MAX_REGISTERS, Block, Table, is_bit_table

_READS: dict[Table, type[ModbusPDU]] = {
    "holding": ReadHoldingRegistersRequest,
    "input": ReadInputRegistersRequest,
    "coil": ReadCoilsRequest,
    "discrete": ReadDiscreteInputsRequest,
}
EXCEPTION_FLAG = 0x80
MASK_WRITE = MaskWriteRegisterRequest.function_code
EXCEPTION_PDU_BYTES = 2
_ADDRESS_AND_COUNT_BYTES = 5
"""Function, address and count: how a write of several is answered."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be sent.

    Attributes:
        unit: unit id.
        pdu: function code and what follows.
        answer_bytes: length of a right answer's PDU.
        echo: the whole right answer where it is known, to a write; None for a read.
    """

    unit: int
    pdu: bytes
    answer_bytes: int
    echo: bytes | None = None

    @property
    def function(self) -> int:
        """Function code."""
        return self.pdu[0]


Follow = Callable[[bytes], Request | None]
"""Takes the data bytes of a right answer the moment it is there, and says what to ask next in the same breath.

None: nothing; whoever asked gets the data bytes instead, and they were not taken.
"""


def read_request(block: Block) -> Request:
    """The request that reads a block."""
    return _read(block.unit, block.table, block.address, block.count)


def other_length(request: Request, avoid: Sequence[int]) -> Request:
    """A read of the same place whose right answer has another length.

    Args:
        request: a read.
        avoid: lengths of answers that may still come, oldest first. Where each is among them the latest is taken:
            whatever then comes is behind all others.
    """
    table: Table = next(table for table, message in _READS.items() if message.function_code == request.function)
    address, count = (int.from_bytes(request.pdu[at : at + 2], "big") for at in (1, 3))
    step, most = (8, MAX_BITS) if is_bit_table(table) else (1, MAX_REGISTERS)
    others = [count + way * step for way in (-1, -2, 1, 2, 3)]
    reads = [_read(request.unit, table, address, other) for other in others if 1 <= other <= most]
    reads = [read for read in reads if read.answer_bytes != request.answer_bytes]
    lengths = [*avoid, None]
    return max(reads, key=lambda read: lengths.index(read.answer_bytes if read.answer_bytes in avoid else None))


def write_registers(unit: int, address: int, words: Sequence[int], *, multiple: bool) -> Request:
    """The request that writes neighbouring holding registers; one alone with function 6, or 16 where `multiple`."""
    if len(words) == 1 and not multiple:
        pdu = _pdu(WriteSingleRegisterRequest(address=address, registers=list(words), dev_id=unit))
        return Request(unit, pdu, len(pdu), echo=pdu)
    pdu = _pdu(WriteMultipleRegistersRequest(address=address, registers=list(words), dev_id=unit))
    return Request(unit, pdu, _ADDRESS_AND_COUNT_BYTES, echo=pdu[:_ADDRESS_AND_COUNT_BYTES])


def write_coil(unit: int, address: int, *, on: bool, multiple: bool) -> Request:
    """The request that writes one coil with function 5, or 15 where `multiple`."""
    if not multiple:
        pdu = _pdu(WriteSingleCoilRequest(address=address, bits=[on], dev_id=unit))
        return Request(unit, pdu, len(pdu), echo=pdu)
    pdu = _pdu(WriteMultipleCoilsRequest(address=address, bits=[on], dev_id=unit))
    return Request(unit, pdu, _ADDRESS_AND_COUNT_BYTES, echo=pdu[:_ADDRESS_AND_COUNT_BYTES])


def write_bit(unit: int, address: int, bit: int, *, on: bool) -> Request:
    """The request that sets or clears one bit of a holding register in the device itself (function 22)."""
    mask = 1 << bit
    message = MaskWriteRegisterRequest(address=address, and_mask=0xFFFF & ~mask, or_mask=mask if on else 0, dev_id=unit)
    pdu = _pdu(message)
    return Request(unit, pdu, len(pdu), echo=pdu)


def check_answer(request: Request, unit: int, pdu: bytes) -> bytes:
    """The data bytes of a right answer; of an answer to a write the whole.

    Raises:
        ProtocolError: if anything else than the asked-for unit, function, length or echo came.
        DeviceException: if the device answered with an exception to this function.
    """
    if unit != request.unit:
        raise ProtocolError(f"unit {unit} answered, unit {request.unit} was asked")
    function = pdu[0]
    if function == request.function | EXCEPTION_FLAG:
        if len(pdu) != EXCEPTION_PDU_BYTES:
            raise ProtocolError(f"exception of {len(pdu)} bytes, {EXCEPTION_PDU_BYTES} were expected")
        raise DeviceException(pdu[1])
    if function != request.function:
        raise ProtocolError(f"function {function} answered, function {request.function} was asked")
    if request.echo is not None:
        if pdu != request.echo:
            raise ProtocolError(f"{pdu.hex(' ')} answered to a write, {request.echo.hex(' ')} was expected")
        return pdu
    said, payload, wanted = pdu[1], pdu[2:], request.answer_bytes - 2
    if said != wanted or len(payload) != wanted:
        raise ProtocolError(f"{len(payload)} data bytes came ({said} announced), {wanted} were asked")
    return payload


def _read(unit: int, table: Table, address: int, count: int) -> Request:
    data_bytes = (count + 7) // 8 if is_bit_table(table) else count * 2
    return Request(unit, _pdu(_READS[table](address=address, count=count, dev_id=unit)), 2 + data_bytes)


def _pdu(message: ModbusPDU) -> bytes:
    return bytes([message.function_code]) + message.encode()
