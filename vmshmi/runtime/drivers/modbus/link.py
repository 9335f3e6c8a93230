"""One TCP connection to a Modbus server, one request in flight. Never lets an exception out into the loop."""

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.errors import (
    DeviceException,
    LinkLost,
    LinkTimeout,
    NotConnected,
    NotSent,
    ProtocolError,
)
from vmshmi.runtime.drivers.modbus.tcp_frames import Frame, FrameReader, tcp_frame
from vmshmi.runtime.drivers.modbus.wire import Follow, Request, check_answer

_TRANSACTIONS = 0x10000


class Link(Protocol):
    """A connection; used by one request at a time, dead once it is lost."""

    @property
    def is_usable(self) -> bool:
        """True when the next answer can be told from what came before."""
        ...

    async def ask(
        self,
        request: Request,
        timeout_s: float,
        counters: Counters,
        may_send: Callable[[], bool],
        follow: Follow | None = None,
    ) -> bytes:
        """Ask, once for each request, and give back the checked data bytes of the last.

        Args:
            request: what is asked.
            timeout_s: how long the device may take for each answer.
            counters: of the device that asks.
            may_send: asked in the last moment before the first.
            follow: gives the request behind a right answer; the errors are then those of the latest request.

        Raises:
            NotConnected: if there is no connection any more, and nothing was sent.
            NotSent: if it may not be sent any more.
            LinkLost: if the connection was lost meanwhile.
            LinkTimeout: if no valid answer came in time; the connection stays.
            ProtocolError: if something else was answered.
            DeviceException: if the device answered with an exception.
        """
        ...

    def close(self) -> None:
        """Drop the connection; a second call does nothing."""
        ...


class TcpLink(asyncio.Protocol):
    """A link to a Modbus TCP server: an answer bears the number of its request.

    Args:
        counters: where is counted what belongs to no request.
        on_lost: called when the connection is gone by itself.
    """

    def __init__(self, counters: Counters, on_lost: Callable[[], None]) -> None:
        self._line_counters = counters
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._transaction = 0
        self._request: Request | None = None
        self._counters = counters
        self._answer: asyncio.Future[bytes] | None = None
        self._payload: bytes | None = None
        self._follow: Follow | None = None
        self._stale = 0
        self._timeout_s = 0.0
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_lost = False

    @property
    def is_usable(self) -> bool:
        """True when the next answer can be told from what came before: connected, and no bytes left over."""
        return not self._is_lost and not self._reader.is_inside_frame

    async def ask(
        self,
        request: Request,
        timeout_s: float,
        counters: Counters,
        may_send: Callable[[], bool],
        follow: Follow | None = None,
    ) -> bytes:
        """As `Link.ask`."""
        if self._transport is None or self._is_lost:
            raise NotConnected("connection closed by the device")
        if not may_send():
            raise NotSent("too late: the line was busy")
        self._counters, self._timeout_s, self._follow = counters, timeout_s, follow
        self._answer = answer = self._loop.create_future()
        self._send(request, self._transport)
        try:
            return await answer
        except ProtocolError:
            counters.mismatches += 1
            raise
        finally:
            self._request = self._answer = self._payload = self._follow = None
            self._counters = self._line_counters

    def _send(self, request: Request, transport: asyncio.Transport) -> None:
        self._transaction = (self._transaction + 1) % _TRANSACTIONS
        self._request, self._payload, self._stale = request, None, 0
        data = tcp_frame(request, self._transaction)
        transport.write(data)
        self._counters.requests += 1
        self._counters.bytes_sent += len(data)
        self._expire_in(self._timeout_s)

    def close(self) -> None:
        """As `Link.close`."""
        self._is_lost = True
        self._forget_timer()
        if self._transport is not None:
            self._transport.abort()
        self._fail(lost(None))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # create_connection makes nothing else

    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_lost:
            return
        self._line_counters.disconnects += 1
        self._is_lost = True
        self._forget_timer()
        self._fail(lost(exc))
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        self._counters.bytes_received += len(data)
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
        except ProtocolError as error:
            self._finish()  # what came before it was right
            # nothing behind the first wrong byte can be trusted: only a new connection is in step again
            if self._answer is None:
                self._counters.mismatches += 1
            self._fail(error)
            self.close()
            self._on_lost()
        else:
            self._go_on()

    def _go_on(self) -> None:
        """Behind a right answer: ask what follows, if nothing else came with it; otherwise hand it on."""
        payload, follow, transport = self._payload, self._follow, self._transport
        if payload is None or self._answer is None:
            return
        if follow is None or transport is None or self._stale or self._reader.is_inside_frame:
            self._finish()
            return
        try:
            request = follow(payload)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to who asked, not to the event loop
            self._fail(error)
            return
        if request is None or self._is_lost:
            self._finish()
        else:
            self._send(request, transport)

    def _finish(self) -> None:
        if self._payload is not None and self._answer is not None and not self._answer.done():
            self._answer.set_result(self._payload)

    def _take(self, frame: Frame) -> None:
        request, answer = self._request, self._answer
        is_waiting = answer is not None and not answer.done() and self._payload is None
        if request is None or answer is None or not is_waiting or frame.transaction != self._transaction:
            self._stale += 1
            self._counters.stale_dropped += 1
            return
        try:
            self._payload = check_answer(request, frame.unit, frame.pdu)
            self._counters.responses += 1
        except ProtocolError as error:
            answer.set_exception(error)
        except DeviceException as error:
            self._counters.device_exceptions += 1
            answer.set_exception(error)

    def _expire_in(self, seconds: float) -> None:
        """Set the deadline of the request; one timer serves all: nearly all are answered long before."""
        self._deadline = self._loop.time() + seconds
        if self._timer is not None and self._timer.when() > self._deadline:
            self._forget_timer()
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._on_timer)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timer(self) -> None:
        self._timer = None
        if self._answer is None or self._answer.done():
            return
        if self._loop.time() < self._deadline:  # it was set for an earlier request
            self._timer = self._loop.call_at(self._deadline, self._on_timer)
        else:
            self._expire()

    def _expire(self) -> None:
        text = f"no answer within {self._timeout_s:g} s"
        if self._stale:
            text += f", {self._stale} under another transaction id"
        if self._reader.is_inside_frame:
            text += ", only a part of one"
        self._counters.timeouts += 1
        self._fail(LinkTimeout(text))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def lost(error: Exception | None) -> LinkLost:
    """What a connection that is gone means."""
    if isinstance(error, DeviceError):
        return LinkLost(str(error))
    return LinkLost("connection closed by the device" if error is None else f"connection lost: {reason(error)}")


def reason(error: Exception) -> str:
    """An error of the system in its own words."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
