"""Modbus RTU frames: unit, PDU and a checksum, and nothing that says where one begins. Pure."""

from pymodbus.framer import FramerRTU

from vmshmi.runtime.drivers.modbus.wire import EXCEPTION_FLAG, EXCEPTION_PDU_BYTES, Request

_UNIT_BYTES = 1
_CRC_BYTES = 2
AROUND_BYTES = _UNIT_BYTES + _CRC_BYTES
"""What a frame has beside its PDU."""
_FRAME_MAX = 256
_READS = (1, 2, 3, 4, 23)
_FIXED_PDU_BYTES = {5: 5, 6: 5, 15: 5, 16: 5, 22: 7}
"""Answers to writes."""

RtuFrame = tuple[int, bytes]
"""Unit and PDU."""


def rtu_frame(unit: int, pdu: bytes) -> bytes:
    """A PDU as it goes over the line."""
    body = bytes([unit]) + pdu
    return body + FramerRTU.compute_CRC(body).to_bytes(_CRC_BYTES, "big")


class AnswerBuffer:
    """Finds answers in what comes after a request.

    A frame is taken where it begins with the first byte not used yet; or, behind noise, where the answer that is waited
    for ends with the last byte that came. In both cases its checksum must be right. An exact echo of the request, as
    some RS-485 adapters give, is taken away first.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._request: Request | None = None
        self._sent = b""
        self._echo_due = False
        self.has_echo: bool | None = None
        """True when the line echoes what is sent; None as long as no read has shown it."""

    @property
    def left(self) -> int:
        """Bytes that were no frame so far."""
        return len(self._buffer)

    def expect(self, request: Request, sent: bytes) -> None:
        """Begin anew: this was sent."""
        self._buffer = b""
        self._request, self._sent = request, sent
        # the answer to a write may be the request itself: whether the line echoes is learned from reads
        self._echo_due = request.echo is None or self.has_echo is True

    def feed(self, data: bytes) -> list[RtuFrame]:
        """Every frame that is complete now."""
        self._buffer = (self._buffer + data)[-4 * _FRAME_MAX :]
        if self._echo_due and self._is_echo_pending():
            return []
        found: list[RtuFrame] = []
        while (length := _length(self._buffer)) is not None and length <= len(self._buffer):
            frame = self._buffer[:length]
            if not _is_right(frame):
                break
            self._buffer = self._buffer[length:]
            found.append((frame[0], frame[1:-_CRC_BYTES]))
        if not found and (frame := self._behind_noise()):
            self._buffer = b""
            found.append((frame[0], frame[1:-_CRC_BYTES]))
        if found and self._request is not None and self._request.echo is None and self._echo_due:
            self._echo_due = False
            self.has_echo = False
        return found

    def _is_echo_pending(self) -> bool:
        """Take the echo away; True while only a part of it may have come."""
        if self._buffer.startswith(self._sent):
            self._buffer = self._buffer[len(self._sent) :]
            self._echo_due = False
            self.has_echo = True
            return not self._buffer
        return self._sent.startswith(self._buffer)

    def _behind_noise(self) -> bytes:
        """The awaited answer, or an exception to the request, that ends with the last byte; otherwise empty."""
        if self._request is None:
            return b""
        unit, function = self._request.unit, self._request.function
        wanted = ((function, self._request.answer_bytes), (function | EXCEPTION_FLAG, EXCEPTION_PDU_BYTES))
        for code, pdu_bytes in wanted:
            frame = self._buffer[-(pdu_bytes + AROUND_BYTES) :]
            if len(frame) == pdu_bytes + AROUND_BYTES and frame[:2] == bytes([unit, code]) and _is_right(frame):
                return frame
        return b""


def _length(buffer: bytes) -> int | None:
    """Length of the frame that begins here; None when that cannot be said (yet)."""
    if len(buffer) < AROUND_BYTES:
        return None
    function = buffer[1]
    if function & EXCEPTION_FLAG:
        return EXCEPTION_PDU_BYTES + AROUND_BYTES
    if function in _READS:
        return 2 + buffer[2] + AROUND_BYTES
    fixed = _FIXED_PDU_BYTES.get(function)
    return None if fixed is None else fixed + AROUND_BYTES


def _is_right(frame: bytes) -> bool:
    return rtu_frame(frame[0], frame[1:-_CRC_BYTES]) == frame
