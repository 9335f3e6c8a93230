"""Bytes from the network: each stream is a `Feed[bytes]` of chunks (TCP) or datagrams (UDP)."""

import asyncio
import errno
import ipaddress
import socket
import sys
from collections.abc import Mapping
from typing import cast

from vmshmi.core.clock import Clock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.listening.feed import Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.inbox import Inbox
from vmshmi.runtime.drivers.resolver import Resolver

_CHUNKS = 64
"""Of a TCP connection so many may wait; then the sender has to."""
_DATAGRAMS = 20_000
"""Of UDP so many may wait: a second of the fullest network."""
_KERNEL_BUFFER = 4 << 20
"""A loop that is busy for 100 ms at 20,000 datagrams a second must not lose any."""
_KEEPALIVE = (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 3))
"""A peer that has vanished is noticed after some 11 s, even where silence is allowed."""
_AT_ONCE = 64
"""Datagrams taken in one turn of the loop."""
_LONGEST = 65_536
_OVERFLOWS = 40
"""Linux's SO_RXQ_OVFL, which Python does not name: each datagram tells how many were dropped before it."""
_TOLD = socket.CMSG_SPACE(4) if hasattr(socket, "CMSG_SPACE") else 0
_MULTICAST_ALL = 49
"""Linux's IP_MULTICAST_ALL, which Python does not name: 0 hears only the groups this socket has joined."""


class TcpStream:
    """A TCP connection to a server that speaks by itself.

    Args:
        host: name or number.
        port: of the server.
        clock: stamps.
        timeout_s: longest time for the name and the connection.
    """

    def __init__(self, host: str, port: int, clock: Clock, timeout_s: float = 3.0) -> None:
        self._port = port
        self._timeout_s = timeout_s
        self._resolver = Resolver(host)
        self._inbox = Inbox(clock, _CHUNKS * 4)
        self._transport: asyncio.Transport | None = None

    @property
    def address(self) -> str:
        """`10.0.0.30:10110`."""
        return f"{self._resolver.host}:{self._port}"

    async def open(self) -> None:
        """Connect to the first address that takes the connection; raises DeviceError if none does within the time."""
        await self.close()
        try:
            async with asyncio.timeout(self._timeout_s):
                self._transport = await self._connect()
        except TimeoutError:
            raise DeviceError(f"no connection within {self._timeout_s:g} s") from None
        connection = cast("socket.socket", self._transport.get_extra_info("socket"))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE:
            if hasattr(socket, name):  # not every system has each
                connection.setsockopt(socket.IPPROTO_TCP, cast("int", getattr(socket, name)), value)

    async def _connect(self) -> asyncio.Transport:
        addresses = await self._resolver.addresses()
        if not addresses:
            raise DeviceError(f"host name {self._resolver.host} is not known")
        failure = ""
        for address in addresses:
            self._inbox.clear()
            try:
                transport, _ = await asyncio.get_running_loop().create_connection(
                    lambda: _Chunks(self._inbox), address, self._port
                )
            except OSError as error:
                failure = "connection refused" if isinstance(error, ConnectionRefusedError) else _reason(error)
            else:
                return transport
        raise DeviceError(f"cannot connect: {failure}")

    async def receive(self) -> list[Heard[bytes]]:
        """Chunks in order; waits for one.

        Raises:
            DeviceError: when the connection is lost and all that came before is taken.
        """
        taken = await self._inbox.take()
        if self._transport is not None and not self._inbox and not self._transport.is_closing():
            self._transport.resume_reading()
        return taken

    def send(self, data: bytes) -> None:
        """Send, as far as the connection stands; for a gateway that must be told to speak."""
        if self._transport is not None:
            self._transport.write(data)

    async def close(self) -> None:
        """Drop the connection; a second call does nothing."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def counters(self) -> Mapping[str, int]:
        """Bytes, and chunks that found no room (none: the sender waits)."""
        return {"bytes": self._inbox.received, "dropped": self._inbox.dropped}


class _Chunks(asyncio.Protocol):
    """Puts what a connection brings into an inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # create_connection makes nothing else

    def data_received(self, data: bytes) -> None:
        self._inbox.put(data)
        if len(self._inbox) >= _CHUNKS and self._transport is not None:
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        reason = "connection closed by the other side" if exc is None else f"connection lost: {_reason(exc)}"
        self._inbox.lose(DeviceError(reason))


class UdpStream:
    """Datagrams that are sent to this computer, to all, or to a multicast group.

    Args:
        port: to listen on.
        clock: stamps.
        group: multicast group to join, IPv4; none when empty.
        bind: address of the network card that listens; empty is all, or for a group the system's choice.
    """

    def __init__(self, port: int, clock: Clock, group: str = "", bind: str = "") -> None:
        self._port = port
        self._group = group
        self._bind = bind
        self._inbox = Inbox(clock, _DATAGRAMS)
        self._datagrams = _Datagrams(self._inbox)
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def address(self) -> str:
        """`udp 239.192.0.1:60001 on 10.0.0.5`."""
        where = f"{self._group or self._bind or '*'}:{self._port}"
        return f"udp {where} on {self._bind}" if self._group and self._bind else f"udp {where}"

    @property
    def port(self) -> int:
        """The port it listens on; another than configured while it is open and 0 was."""
        return self._port if self._transport is None else int(self._transport.get_extra_info("sockname")[1])

    async def open(self) -> None:
        """Listen.

        Raises:
            DeviceError: port taken, network card not there.
            NeedsPerson: when the group is none.
        """
        await self.close()
        self._inbox.clear()
        listener = self._make_socket()
        self._datagrams = _Datagrams(self._inbox, listener, self._datagrams.overflowed)
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self._datagrams, sock=listener
        )

    def _make_socket(self) -> socket.socket:
        if self._group and not _is_group(self._group):
            raise NeedsPerson(f"{self._group} is no multicast group: those are 224.0.0.0 to 239.255.255.255")
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            listener.setblocking(False)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BUFFER)
            if sys.platform == "linux":
                listener.setsockopt(socket.SOL_SOCKET, _OVERFLOWS, 1)
            if self._group:
                self._join(listener)
            else:
                listener.bind((self._bind, self._port))
        except OSError as error:
            listener.close()
            raise DeviceError(self._bind_text(error)) from error
        return listener

    def _join(self, listener: socket.socket) -> None:
        # several programs of one computer may listen to a group, each hears everything
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "linux":
            listener.setsockopt(socket.IPPROTO_IP, _MULTICAST_ALL, 0)
        listener.bind(("" if sys.platform == "win32" else self._group, self._port))
        card = socket.inet_aton(self._bind or "0.0.0.0")
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(self._group) + card)

    def _bind_text(self, error: OSError) -> str:
        match error.errno:
            case errno.EADDRINUSE:
                return f"UDP port {self._port} is in use by another program"
            case errno.EADDRNOTAVAIL | errno.ENODEV if self._bind:
                return f"no network card of this computer has the address {self._bind}"
            case errno.ENODEV:
                return f"no network card to join {self._group} with; name one by its address as 'bind'"
            case _:
                return f"cannot listen on UDP port {self._port}: {_reason(error)}"

    async def receive(self) -> list[Heard[bytes]]:
        """Datagrams in order; waits for one."""
        return await self._inbox.take()

    async def close(self) -> None:
        """Listen no more; a second call does nothing."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def counters(self) -> Mapping[str, int]:
        """Bytes, and datagrams that found no room here or in the system."""
        return {"bytes": self._inbox.received, "dropped": self._inbox.dropped + self._datagrams.overflowed}


class _Datagrams(asyncio.DatagramProtocol):
    """Puts datagrams into an inbox.

    The loop brings one datagram a turn; what waits behind it is taken at once, which costs half as much.

    Args:
        inbox: where to.
        listener: the socket, for what waits behind; None takes only what the loop brings.
        overflowed: what an earlier socket has lost.
    """

    def __init__(self, inbox: Inbox, listener: socket.socket | None = None, overflowed: int = 0) -> None:
        self._inbox = inbox
        self._listener = listener if sys.platform != "win32" else None
        self._before = overflowed
        self.overflowed = overflowed
        """Datagrams for which the system had no room; only Linux tells."""

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._inbox.put(data)
        if self._listener is None:
            return
        try:
            data, told, _, _ = self._listener.recvmsg(_LONGEST, _TOLD)
            self._inbox.put(data)
            for level, kind, number in told:
                if (level, kind) == (socket.SOL_SOCKET, _OVERFLOWS):
                    self.overflowed = self._before + int.from_bytes(number, sys.byteorder)
            for _ in range(_AT_ONCE):
                self._inbox.put(self._listener.recv(_LONGEST))
        except OSError:
            return  # nothing more waits; a real fault the loop finds itself

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener = None
        if exc is not None:
            self._inbox.lose(DeviceError(f"cannot listen any more: {_reason(exc)}"))


def _is_group(text: str) -> bool:
    try:
        return ipaddress.IPv4Address(text).is_multicast
    except ValueError:
        return False


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
