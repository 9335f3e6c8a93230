"""One TCP connection to a Modbus server, one request in flight. Never lets an exception out into the loop."""

import asyncio
from typing import cast

from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.errors import DeviceException, LinkLost, LinkTimeout, NotConnected, ProtocolError
from vmshmi.runtime.drivers.modbus.wire import Frame, FrameReader, ReadRequest, check_answer
from vmshmi.runtime.drivers.resolver import Resolver

_TRANSACTIONS = 0x10000


class ModbusLink(asyncio.Protocol):
    """A connection; made by `connect`, used by one task, dead once it is lost.

    Args:
        counters: where requests, answers and everything odd is counted.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._loop = asyncio.get_running_loop()
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._transaction = 0
        self._request: ReadRequest | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._stale = 0
        self.lost = asyncio.Event()
        """Set when the connection is gone."""

    @classmethod
    async def connect(cls, resolver: Resolver, port: int, timeout_s: float, counters: Counters) -> "ModbusLink":
        """Connect to the first address that takes the connection.

        Raises:
            NotConnected: if none does within the time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                link = await cls._connect_any(resolver, port, counters)
        except TimeoutError as error:
            counters.connect_failures += 1
            raise NotConnected(f"no connection within {timeout_s:g} s") from error
        except NotConnected:
            counters.connect_failures += 1
            raise
        counters.connects += 1
        return link

    @classmethod
    async def _connect_any(cls, resolver: Resolver, port: int, counters: Counters) -> "ModbusLink":
        loop = asyncio.get_running_loop()
        addresses = await resolver.addresses()
        if not addresses:
            raise NotConnected(f"host name {resolver.host} is not known")
        failure: OSError | None = None
        for address in addresses:
            try:
                _, link = await loop.create_connection(lambda: cls(counters), address, port)
            except OSError as error:
                failure = error
            else:
                return link
        raise NotConnected(_connect_text(failure)) from failure

    @property
    def is_usable(self) -> bool:
        """True when the next answer can be told from what came before: connected, and no bytes left over."""
        return not self.lost.is_set() and not self._reader.is_inside_frame

    async def read(self, request: ReadRequest, timeout_s: float) -> bytes:
        """Ask once and give back the checked data bytes.

        Raises:
            LinkLost: if there is no connection any more.
            LinkTimeout: if no valid answer came in time; the connection stays.
            ProtocolError: if something else was answered.
            DeviceException: if the device answered with an exception.
        """
        if self._transport is None or self.lost.is_set():
            raise LinkLost("connection closed by the device")
        self._transaction = (self._transaction + 1) % _TRANSACTIONS
        self._request, self._stale = request, 0
        self._answer = answer = self._loop.create_future()
        data = request.numbered(self._transaction)
        self._transport.write(data)
        self._counters.requests += 1
        self._counters.bytes_sent += len(data)
        timer = self._loop.call_later(timeout_s, self._expire, timeout_s)
        try:
            payload = await answer
        except ProtocolError:
            self._counters.mismatches += 1
            raise
        finally:
            timer.cancel()
            self._request = self._answer = None
        self._counters.responses += 1
        return payload

    def close(self) -> None:
        """Drop the connection; a second call does nothing."""
        if self._transport is not None:
            self._transport.abort()
        self.lost.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # create_connection makes nothing else

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.is_set():
            self._counters.disconnects += 1
        self.lost.set()
        self._fail(LinkLost("connection closed by the device" if exc is None else f"connection lost: {_reason(exc)}"))

    def data_received(self, data: bytes) -> None:
        self._counters.bytes_received += len(data)
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
        except ProtocolError as error:
            # nothing behind the first wrong byte can be trusted: only a new connection is in step again
            if self._answer is None:
                self._counters.mismatches += 1
            self._fail(error)
            self.close()

    def _take(self, frame: Frame) -> None:
        request, answer = self._request, self._answer
        if request is None or answer is None or answer.done() or frame.transaction != self._transaction:
            self._stale += 1
            self._counters.stale_dropped += 1
            return
        try:
            answer.set_result(check_answer(request, frame))
        except ProtocolError as error:
            answer.set_exception(error)
        except DeviceException as error:
            self._counters.device_exceptions += 1
            answer.set_exception(error)

    def _expire(self, timeout_s: float) -> None:
        text = f"no answer within {timeout_s:g} s"
        if self._stale:
            text += f", {self._stale} under another transaction id"
        if self._reader.is_inside_frame:
            text += ", only a part of one"
        self._counters.timeouts += 1
        self._fail(LinkTimeout(text))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__


def _connect_text(error: OSError | None) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return "cannot connect" if error is None else f"cannot connect: {_reason(error)}"
