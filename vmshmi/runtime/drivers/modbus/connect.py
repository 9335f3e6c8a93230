"""How a connection is made: which address, which port, and in which words it fails."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.listening import SerialPort
from vmshmi.runtime.drivers.modbus.errors import NotConnected
from vmshmi.runtime.drivers.modbus.link import reason
from vmshmi.runtime.drivers.modbus.rtu_link import RtuLink
from vmshmi.runtime.drivers.resolver import Resolver

_P = TypeVar("_P", bound=asyncio.Protocol)
_OPENING_S = 2.0
"""A port may take so long to open, however fast its devices must answer."""


async def connect_tcp(resolver: Resolver, port: int, make: Callable[[], _P], timeout_s: float) -> _P:
    """A protocol connected to the first address that takes the connection.

    Raises:
        NotConnected: if none does within the time.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await _connect_any(resolver, port, make)
    except TimeoutError as error:
        raise NotConnected(f"no connection within {timeout_s:g} s") from error


async def open_serial(port: SerialPort, make: Callable[[], RtuLink], timeout_s: float) -> RtuLink:
    """A link over a serial port; what the port still has open is closed first.

    Raises:
        NotConnected: if the port is not there, in use, or does not open within the time.
    """
    try:
        async with asyncio.timeout(max(timeout_s, _OPENING_S)):
            await port.open()
    except TimeoutError as error:
        raise NotConnected(f"{port.address}: does not open") from error
    except DeviceError as error:
        raise NotConnected(str(error)) from error
    link = make()
    link.connection_made(_SerialTransport(port, link))
    return link


class _SerialTransport:
    """Carries bytes between a port and a link; the port itself stays open until it is opened anew or closed.

    Args:
        port: just opened.
        link: what hears and speaks.
    """

    def __init__(self, port: SerialPort, link: RtuLink) -> None:
        self._port = port
        self._link = link
        self._hearing = asyncio.create_task(self._hear(), name=f"modbus hears {port.address}")
        self._turn = asyncio.Lock()
        self._sending: set[asyncio.Task[None]] = set()

    def write(self, data: bytes) -> None:
        """Send, one thing after the other: an answer can be here before it is known that its question was sent."""
        task = asyncio.create_task(self._send(data), name=f"modbus speaks on {self._port.address}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def abort(self) -> None:
        """Carry no more."""
        self._hearing.cancel()
        for task in self._sending:
            task.cancel()

    async def _hear(self) -> None:
        try:
            while True:
                for _, data in await self._port.receive():
                    self._link.data_received(data)
        except DeviceError as error:
            self._link.connection_lost(error)

    async def _send(self, data: bytes) -> None:
        try:
            async with self._turn:
                await self._port.send(data)
        except DeviceError as error:
            self._link.connection_lost(error)


async def _connect_any(resolver: Resolver, port: int, make: Callable[[], _P]) -> _P:
    loop = asyncio.get_running_loop()
    addresses = await resolver.addresses()
    if not addresses:
        raise NotConnected(f"host name {resolver.host} is not known")
    failure: OSError | None = None
    for address in addresses:
        try:
            _, protocol = await loop.create_connection(make, address, port)
        except OSError as error:
            failure = error
        else:
            return protocol
    raise NotConnected(_connect_text(failure)) from failure


def _connect_text(error: OSError | None) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return "cannot connect" if error is None else f"cannot connect: {reason(error)}"
