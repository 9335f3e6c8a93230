"""An RTU line, on a serial port or behind a TCP server, one request in flight. Why so careful: decision 0032."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from vmshmi.core.quality import Quality
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.doubt import Doubt
from vmshmi.runtime.drivers.modbus.errors import (
    DeviceException,
    LinkTimeout,
    NeverSilent,
    NotConnected,
    NotSent,
    ProtocolError,
)
from vmshmi.runtime.drivers.modbus.link import lost
from vmshmi.runtime.drivers.modbus.rtu_frames import AROUND_BYTES, AnswerBuffer, rtu_frame
from vmshmi.runtime.drivers.modbus.wire import Follow, Request, check_answer, other_length

_SYNCS = 2
"""The first may only clear what is older than itself; then every length is free for the second."""
_NEVER_QUIET_S = 2.0
"""So much longer than needed a line may be noisy before a request is given up."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take on a line.

    Attributes:
        gap_s: silence between two frames.
        quiet_s: silence before the next request when an answer is missing.
        byte_s: how long one byte travels; 0 where nobody knows.
    """

    gap_s: float
    quiet_s: float
    byte_s: float = 0.0


class Port(Protocol):
    """What a link writes to: an asyncio transport, a serial port."""

    def write(self, data: bytes) -> None:
        """Send, without waiting."""
        ...

    def abort(self) -> None:
        """Close at once."""
        ...


class RtuLink(asyncio.Protocol):
    """A link of RTU frames.

    Args:
        timing: of the line.
        doubt: which answers may still come; it outlives the link, because the devices do.
        counters: where is counted what belongs to no request.
        on_lost: called when the connection is gone by itself.
    """

    def __init__(self, timing: Timing, doubt: Doubt, counters: Counters, on_lost: Callable[[], None]) -> None:
        self._timing = timing
        self._doubt = doubt
        self._line_counters = self._counters = counters
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._port: Port | None = None
        self._buffer = AnswerBuffer()
        self._request: Request | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._foreign = 0
        self._busy_at = self._loop.time()
        self._must_be_quiet = False
        self._is_lost = False

    @property
    def is_usable(self) -> bool:
        """True while it is connected: what is left over on the line is waited for and thrown away."""
        return not self._is_lost

    async def ask(
        self,
        request: Request,
        timeout_s: float,
        counters: Counters,
        may_send: Callable[[], bool],
        follow: Follow | None = None,
    ) -> bytes:
        """As `Link.ask`.

        Raises:
            NotSent: a write whose answer could not be told from that to an earlier one.
        """
        while True:
            if self._doubt.is_about(request, self._loop.time()):
                await self._get_in_step(request, timeout_s, counters, may_send)
            payload = await self._ask_once(request, timeout_s, counters, may_send)
            following = None if follow is None else follow(payload)
            if following is None:
                return payload
            request = following

    def close(self) -> None:
        """As `Link.close`."""
        self._is_lost = True
        if self._port is not None:
            self._port.abort()
        self._fail(lost(None))

    def connection_made(self, transport: object) -> None:
        """As asyncio calls it; a serial port is its own transport."""
        self._port = cast("Port", transport)  # only streams are opened for it

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio calls it."""
        if self._is_lost:
            return
        self._line_counters.disconnects += 1
        self._is_lost = True
        self._fail(lost(exc))
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        self._busy_at = self._loop.time()
        self._counters.bytes_received += len(data)
        if self._answer is None or self._answer.done():
            self._counters.stale_dropped += 1
            return
        for unit, pdu in self._buffer.feed(data):
            self._take(unit, pdu)

    async def _get_in_step(
        self, request: Request, timeout_s: float, counters: Counters, may_send: Callable[[], bool]
    ) -> None:
        """Make sure that no answer to an earlier request can be taken for the answer to this one.

        The same place is read with another length: what comes to that is behind all that was still to come.
        """
        if request.echo is not None:
            raise NotSent("the answer to the same write is still missing; read the device first")
        for _ in range(_SYNCS):
            counters.resyncs += 1
            other = other_length(request, self._doubt.lengths(request))
            with contextlib.suppress(DeviceException):  # that is an answer too
                await self._ask_once(other, timeout_s, counters, may_send)
            if not self._doubt.is_about(request, self._loop.time()):
                return
        raise LinkTimeout("an answer to an earlier request is still missing")

    async def _ask_once(
        self, request: Request, timeout_s: float, counters: Counters, may_send: Callable[[], bool]
    ) -> bytes:
        await self._fall_quiet()
        if self._port is None or self._is_lost:
            raise NotConnected("connection closed by the device")
        if not may_send():
            raise NotSent("too late: the line was busy")
        frame = rtu_frame(request.unit, request.pdu)
        self._buffer.expect(request, frame)
        self._request, self._counters, self._foreign = request, counters, 0
        self._answer = answer = self._loop.create_future()
        travel_s = (len(frame) + request.answer_bytes + AROUND_BYTES) * self._timing.byte_s
        self._port.write(frame)
        counters.requests += 1
        counters.bytes_sent += len(frame)
        timer = self._loop.call_later(timeout_s + travel_s, self._expire, timeout_s)
        try:
            payload = await answer
        except DeviceException:
            raise
        except BaseException as error:  # cancelled, too: whatever happened, its answer may still come
            if isinstance(error, ProtocolError):
                counters.mismatches += 1
            self._doubt.unanswered(request, self._loop.time())
            self._must_be_quiet = True
            self._busy_at = self._loop.time()
            raise
        finally:
            timer.cancel()
            self._request = self._answer = None
            self._counters = self._line_counters
        counters.responses += 1
        return payload

    async def _fall_quiet(self) -> None:
        """Wait until the line has been silent for long enough."""
        needed_s = self._timing.quiet_s if self._must_be_quiet else self._timing.gap_s
        give_up_at = self._loop.time() + needed_s + _NEVER_QUIET_S
        while (wait_s := self._busy_at + needed_s - self._loop.time()) > 0:
            if self._loop.time() > give_up_at:
                raise NeverSilent("the line is never silent: noise, or somebody else asks on it")
            await asyncio.sleep(wait_s)
        self._must_be_quiet = False

    def _take(self, unit: int, pdu: bytes) -> None:
        request, answer = self._request, self._answer
        if request is None or answer is None or answer.done():
            self._counters.stale_dropped += 1
            return
        if unit != request.unit:
            self._foreign += 1
            self._counters.stale_dropped += 1
            self._doubt.late(unit, pdu)
            return
        try:
            payload = check_answer(request, unit, pdu)
        except ProtocolError as error:
            if self._doubt.late(unit, pdu):
                self._counters.stale_dropped += 1
                return
            answer.set_exception(error)
        except DeviceException as error:
            self._counters.device_exceptions += 1
            self._doubt.refused(request, self._loop.time())
            answer.set_exception(error)
        else:
            self._doubt.answered(request)
            answer.set_result(payload)

    def _expire(self, timeout_s: float) -> None:
        if self._buffer.left:
            self._counters.mismatches += 1
            text = f"no right answer within {timeout_s:g} s, {self._buffer.left} bytes of noise or with wrong checksum"
            self._fail(LinkTimeout(text, Quality.BAD_DECODING_ERROR))
            return
        text = f"no answer within {timeout_s:g} s"
        if self._foreign:
            text += f", {self._foreign} from another unit"
        self._counters.timeouts += 1
        self._fail(LinkTimeout(text))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
