"""Actisense's logs (EBL): times and messages between ESC SOH and ESC LF, and what a gateway has sent. Pure."""

from datetime import UTC, datetime, timedelta

from vmshmi.runtime.drivers.nmea2000.actisense import BinaryReader, Received

EBL_BEGIN = b"\x1b\x01"

_ESC, _SOH, _LF = 0x1B, 0x01, 0x0A
_TIME, _MESSAGE = 3, 7
_TIME_BYTES = 8
_LONGEST = 2048
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class EblReader:
    """Cuts a log into messages and the time each was written.

    Args:
        binary: reads the messages, and counts those it cannot.
    """

    def __init__(self, binary: BinaryReader) -> None:
        self._binary = binary
        self._written: datetime | None = None
        self._stream = bytearray()
        self._record: bytearray | None = None
        self._escaped = False

    def split(self, chunk: bytes) -> list[tuple[datetime | None, Received]]:
        """The messages that end in this chunk."""
        found: list[tuple[datetime | None, Received]] = []
        for byte in chunk:
            if self._escaped:
                self._escaped = False
                if byte == _ESC:
                    self._literal(byte)
                elif byte == _SOH:
                    self._record = bytearray()
                elif byte == _LF and self._record is not None:
                    record, self._record = bytes(self._record), None
                    found += self._streamed()
                    found += self._recorded(record)
            elif byte == _ESC:
                self._escaped = True
            else:
                self._literal(byte)
        return found + self._streamed()

    def _literal(self, byte: int) -> None:
        if self._record is None:
            self._stream.append(byte)
        elif len(self._record) < _LONGEST:
            self._record.append(byte)

    def _streamed(self) -> list[tuple[datetime | None, Received]]:
        """What a gateway has sent, as it came, since the last record."""
        stream, self._stream = bytes(self._stream), bytearray()
        return [(self._written, received) for received in self._binary.split(stream)]

    def _recorded(self, record: bytes) -> list[tuple[datetime | None, Received]]:
        if record[:1] == bytes([_TIME]) and len(record) > _TIME_BYTES:
            ticks = int.from_bytes(record[1 : _TIME_BYTES + 1], "little")  # of 100 ns
            try:
                self._written = _WINDOWS_EPOCH + timedelta(microseconds=ticks // 10)
            except OverflowError:
                self._binary.unreadable += 1
        elif record[:1] == bytes([_MESSAGE]):
            received = self._binary.message(record[1:])
            return [] if received is None else [(self._written, received)]
        return []
