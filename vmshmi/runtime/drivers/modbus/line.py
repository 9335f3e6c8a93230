"""A connection that several devices may share: a serial line, a gateway with units behind it."""

import asyncio
from collections.abc import Awaitable, Callable

from vmshmi.config.modbus_devices import ModbusDevice, ModbusRtuDevice, ModbusRtuOverTcpDevice, ModbusTcpDevice
from vmshmi.core.clock import Clock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.listening import SerialPort
from vmshmi.runtime.drivers.modbus.connect import connect_tcp, open_serial
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.doubt import Doubt
from vmshmi.runtime.drivers.modbus.errors import DeviceException, LinkTimeout, NotConnected, NotSent
from vmshmi.runtime.drivers.modbus.link import Link, TcpLink
from vmshmi.runtime.drivers.modbus.rtu_link import RtuLink, Timing
from vmshmi.runtime.drivers.modbus.silence import Silence
from vmshmi.runtime.drivers.modbus.turns import Turns
from vmshmi.runtime.drivers.modbus.wire import Request
from vmshmi.runtime.drivers.resolver import Resolver

_TCP_GAP_S = 0.004
"""Three and a half characters at 9,600 baud: a device server does not say how fast its line is."""
_FAST_BAUD = 19_200
_FAST_GAP_S = 0.00175
_GAP_CHARACTERS = 3.5
"""Modbus over serial line 1.02, 2.5.1.1."""

_Opens = Callable[["Line", float], Awaitable[Link]]
"""Makes a link for this line within so many seconds; raises NotConnected."""


class Line:
    """One connection, one request at a time, fair turns.

    Made without opening anything; the first request connects. It closes when the last device has left.

    Args:
        address: for a person.
        opens: makes its connections.
        closes: called when the last device has left.
    """

    def __init__(self, address: str, opens: _Opens, closes: Callable[[], Awaitable[None]] | None = None) -> None:
        self.address = address
        self._opens = opens
        self._closes = closes
        self.counters = Counters()
        self.silence = Silence()
        self._turns = Turns()
        self._users: dict[str, Callable[[], None]] = {}
        self._link: Link | None = None
        self._heard = ""
        self._failed_at = -1.0
        self._failure: NotConnected | None = None

    def join(self, device_id: str, on_lost: Callable[[], None]) -> None:
        """Use the line from now on; `on_lost` is called when its connection breaks."""
        self._users[device_id] = on_lost

    async def leave(self, device_id: str) -> None:
        """Use it no longer; a second call does nothing."""
        self._users.pop(device_id, None)
        if self._heard == device_id:
            self._heard = ""
        if not self._users:
            self._drop()
            if self._closes is not None:
                await self._closes()

    def give_up(self, device_id: str) -> None:
        """This device is lost: begin with a new connection, unless another device was heard on this one since."""
        if self._heard in ("", device_id) and not self._turns.is_taken:
            self._drop()

    @property
    def is_up(self) -> bool:
        """True while there is a connection."""
        return self._link is not None and self._link.is_usable

    async def connect(self, timeout_s: float) -> None:
        """Make a connection where there is none.

        Raises:
            NotConnected: when that fails.
        """
        asked_at = asyncio.get_running_loop().time()
        await self._turns.take()
        try:
            await self._connected(asked_at, timeout_s)
        finally:
            self._turns.give()

    async def ask(
        self,
        device_id: str,
        request: Request,
        timeout_s: float,
        counters: Counters,
        may_send: Callable[[], bool] | None = None,
        follow: Callable[[bytes, float], Request | None] | None = None,
    ) -> tuple[bytes, float]:
        """Wait for a turn, connect where there is no connection, ask; go on asking while nobody else waits for a turn.

        Args:
            device_id: who asks.
            request: what.
            timeout_s: how long connecting may take, and then the answer.
            counters: of the device.
            may_send: asked in the last moment; a request that has it comes before all that have not.
            follow: as of `Link.ask`, with the seconds from request to answer; the same unit is asked.

        Returns:
            The data bytes of the last answer, and the seconds from request to answer.

        Raises:
            DeviceError: as `Link.ask`.
        """
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        await self._turns.take(urgent=may_send is not None)
        try:
            link = self._link
            if link is None or not link.is_usable:
                link = await self._connected(asked_at, timeout_s)
            started = loop.time()

            def go_on(payload: bytes) -> Request | None:
                nonlocal started
                if follow is None or self._turns.is_wanted:
                    return None
                now = loop.time()
                following = follow(payload, now - started)
                started = now
                return following

            try:
                payload = await link.ask(request, timeout_s, counters, may_send or _always, follow and go_on)
            except DeviceError as error:
                self._note(device_id, request.unit, error, loop.time() - started)
                raise
            self._heard = device_id
            self.silence.answered(request.unit)
            return payload, loop.time() - started
        finally:
            self._turns.give()

    def _note(self, device_id: str, unit: int, error: DeviceError, took_s: float) -> None:
        """Who was heard, and who was not, when a request fails."""
        if isinstance(error, DeviceException):
            self._heard = device_id
            if not error.is_silence:
                self.silence.answered(unit)
                return
        elif not isinstance(error, LinkTimeout) or isinstance(error, NotSent):
            return
        self.silence.kept_silent(unit, took_s)

    async def _connected(self, asked_at: float, timeout_s: float) -> Link:
        """The link; when a try failed since this one was wanted, that answers it too."""
        if self._link is not None and self._link.is_usable:
            return self._link
        self._drop()
        if self._failure is not None and self._failed_at >= asked_at:
            raise self._failure
        try:
            self._link = await self._opens(self, timeout_s)
        except NotConnected as error:
            self.counters.connect_failures += 1
            self._failure, self._failed_at = error, asyncio.get_running_loop().time()
            raise
        self.counters.connects += 1
        return self._link

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
        self._heard = ""
        self.silence.forget()

    def on_lost(self) -> None:
        """The connection broke by itself."""
        for tell in tuple(self._users.values()):
            tell()


def line_of(device: ModbusDevice, context: DriverContext) -> Line:
    """The line of a device; devices at the same port or address get the same."""
    match device:
        case ModbusRtuDevice():
            address = device.channel
        case ModbusTcpDevice() | ModbusRtuOverTcpDevice():
            address = f"{device.host}:{device.port}"
    key = f"{device.driver} {address}"
    line = context.shared.get(key)
    if not isinstance(line, Line):
        line = context.shared[key] = _new_line(device, address, context.clock)
    return line


def _always() -> bool:
    return True


def _new_line(device: ModbusDevice, address: str, clock: Clock) -> Line:
    if isinstance(device, ModbusTcpDevice):
        resolver = Resolver(device.host)
        return Line(
            address,
            lambda line, timeout_s: connect_tcp(
                resolver, device.port, lambda: TcpLink(line.counters, line.on_lost), timeout_s
            ),
        )
    doubt = Doubt()
    if isinstance(device, ModbusRtuOverTcpDevice):
        resolver = Resolver(device.host)
        over_tcp = Timing(_TCP_GAP_S, device.resync_quiet_ms / 1000)
        return Line(
            address,
            lambda line, timeout_s: connect_tcp(
                resolver, device.port, lambda: RtuLink(over_tcp, doubt, line.counters, line.on_lost), timeout_s
            ),
        )
    timing = _serial_timing(device)
    port = SerialPort(device.channel, clock, device.baud, device.parity, device.stop_bits)
    return Line(
        address,
        lambda line, timeout_s: open_serial(
            port, lambda: RtuLink(timing, doubt, line.counters, line.on_lost), timeout_s
        ),
        port.close,
    )


def _serial_timing(device: ModbusRtuDevice) -> Timing:
    parity_bits = 0 if device.parity == "none" else 1
    byte_s = (1 + 8 + parity_bits + device.stop_bits) / device.baud
    gap_s = _FAST_GAP_S if device.baud > _FAST_BAUD else _GAP_CHARACTERS * byte_s
    return Timing(gap_s, device.resync_quiet_ms / 1000, byte_s)
