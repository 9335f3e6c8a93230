"""Where an NMEA 2000 network is heard: on a CAN bus, behind a gateway, in a log."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from vmshmi.config.nmea2000_devices import Nmea2000Device
from vmshmi.runtime.drivers.canbus import CanFrame, can_feed
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.listening import Feed, Heard, ReplayFeed
from vmshmi.runtime.drivers.listening.lines import LineSplitter
from vmshmi.runtime.drivers.listening.serial_port import SerialPort
from vmshmi.runtime.drivers.listening.streams import TcpStream, UdpStream
from vmshmi.runtime.drivers.nmea2000.actisense import BEGIN, START_NGT1, BinaryReader
from vmshmi.runtime.drivers.nmea2000.log import Nmea2000Log
from vmshmi.runtime.drivers.nmea2000.packet import Packet
from vmshmi.runtime.drivers.nmea2000.text import Gateway, LineCounts, TextReader

_AT_ONCE = 256
_LONGEST_LINE = 6_000
"""Characters of 1785 bytes with commas, and the rest."""


class GatewayFeed:
    """The packets of a stream of bytes, of whichever format.

    Args:
        stream: of chunks.
        gateway: the format, or `auto`.
        datagrams: each chunk stands for itself.
        greet: tells a gateway, when the stream is open, what to send; None where it knows.
    """

    def __init__(
        self,
        stream: Feed[bytes],
        gateway: Gateway = "auto",
        *,
        datagrams: bool = False,
        greet: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._stream = stream
        self._gateway: Gateway = gateway
        self._datagrams = datagrams
        self._greet = greet
        self._counts = LineCounts()
        self._text = TextReader(self._counts, gateway)
        self._lines = LineSplitter(_LONGEST_LINE)
        self._binary = BinaryReader()
        self._is_binary = False
        self._last: bytes = b""
        self._ready: deque[Heard[Packet]] = deque()

    @property
    def address(self) -> str:
        """The stream's."""
        return self._stream.address

    async def open(self) -> None:
        """Open the stream; what was begun before is forgotten. Raises as the stream's."""
        self._lines.flush()
        self._binary.flush()
        self._text = TextReader(self._counts, self._gateway)
        self._is_binary = False
        self._last = b""
        self._ready.clear()
        await self._stream.open()
        if self._greet is not None:
            await self._greet()

    async def receive(self) -> Sequence[Heard[Packet]]:
        """What has come; waits until there is something. Raises as the stream's."""
        ready = self._ready
        while not ready:
            for stamp, chunk in await self._stream.receive():
                self._take(stamp, chunk)
        return [ready.popleft() for _ in range(min(len(ready), _AT_ONCE))]

    async def close(self) -> None:
        """Close the stream."""
        await self._stream.close()

    def counters(self) -> Mapping[str, int]:
        """The stream's, and what could not be read."""
        counts = self._counts
        return {
            **self._stream.counters(),
            "unreadable": counts.bad + self._lines.too_long + self._binary.unreadable,
            "internal": counts.internal + self._binary.internal,
            "undecided": counts.undecided,
        }

    def _take(self, stamp: datetime, chunk: bytes) -> None:
        # a line of text has neither of the two signs a binary message begins with; they may come apart
        if not self._is_binary and self._gateway in ("auto", "actisense") and BEGIN in self._last + chunk:
            self._is_binary = True
            self._lines.flush()
            chunk = self._last + chunk
        self._last = b"" if self._datagrams else chunk[-1:]
        seconds = stamp.timestamp()
        if self._is_binary:
            self._ready.extend((stamp, packet._replace(at=seconds)) for _, packet in self._binary.split(chunk))
            if self._datagrams:
                self._binary.flush()
                self._is_binary = False
            return
        lines = self._lines.split(chunk)
        if self._datagrams:
            lines += self._lines.flush()
        for line in lines:
            found = self._text.read(line.decode("latin-1"))
            if found is None:
                continue
            # the gateway's own time: what lies between two frames must not be the network's delay
            when = found.when
            at = when.timestamp() if isinstance(when, datetime) else seconds
            at = when.total_seconds() if isinstance(when, timedelta) else at
            at = when if isinstance(when, float) else at
            self._ready.append((stamp, found.packet._replace(at=at)))


class BusFeed:
    """The frames of a CAN bus as packets.

    Args:
        frames: of the bus.
    """

    def __init__(self, frames: Feed[CanFrame]) -> None:
        self._frames = frames

    @property
    def address(self) -> str:
        """The bus's."""
        return self._frames.address

    async def open(self) -> None:
        """Open the bus; raises as its feed."""
        await self._frames.open()

    async def receive(self) -> Sequence[Heard[Packet]]:
        """What has come; ids of 11 bits are of another protocol."""
        heard = await self._frames.receive()
        return [(stamp, Packet(stamp.timestamp(), frame.id, frame.data)) for stamp, frame in heard if frame.extended]

    async def close(self) -> None:
        """Let go of the bus."""
        await self._frames.close()

    def counters(self) -> Mapping[str, int]:
        """The bus's."""
        return self._frames.counters()


def packet_feed(device: Nmea2000Device, context: DriverContext) -> Feed[Packet]:
    """Where a device is heard."""
    clock = context.clock
    match device.interface:
        case "logfile":
            log = Nmea2000Log(device.file, dated=device.timestamps == "log", channel=device.channel)
            return ReplayFeed[Packet].of(device, log.read, context, log.counters, log.note)
        case "tcp":
            return GatewayFeed(TcpStream(device.host, device.port, clock), device.gateway)
        case "udp":
            return GatewayFeed(UdpStream(device.port, clock), device.gateway, datagrams=True)
        case "serial":
            port = SerialPort(device.channel, clock, device.baud)
            greet = (lambda: port.send(START_NGT1)) if device.gateway == "actisense" else None
            return GatewayFeed(port, device.gateway, greet=greet)
        case _:
            return BusFeed(can_feed(device, device.interface, context))
