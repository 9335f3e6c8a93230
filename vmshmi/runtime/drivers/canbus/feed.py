"""A live CAN bus as a feed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from vmshmi.config.bus_devices import CanBusDevice
from vmshmi.core.clock import Clock
from vmshmi.core.errors import ConfigurationError, DeviceError
from vmshmi.runtime.drivers.canbus.bus import Bus, address, open_bus
from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.canbus.frame import CanFrame
from vmshmi.runtime.drivers.canbus.log import CanLog
from vmshmi.runtime.drivers.canbus.reader import BusReader
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.listening import Feed, Heard, NeedsPerson, ReplayFeed

_DRAIN_S = 0.02
"""A loop woken for each frame costs twice as much (decision 70)."""
_AT_ONCE = 256
_END_S = 1.0
"""So long a close waits for the thread; one that hangs closes its bus by itself when it comes back."""


class CanFeed:
    """Reads a bus in a thread of its own and hands on what came every 20 ms. Never sends.

    Args:
        device: how it is reached.
        interface: of python-can.
        clock: stamps each frame as it comes.
        open_bus: opens it; for tests.
    """

    def __init__(
        self,
        device: CanBusDevice,
        interface: str,
        clock: Clock,
        open_bus: Callable[[CanBusDevice, str], Bus] = open_bus,
    ) -> None:
        self._name = f"can:{device.id}"
        self._address = address(device, interface)
        self._open_bus = lambda: open_bus(device, interface)
        self._clock = clock
        self._counts = FrameCounts()
        self._reader: BusReader | None = None

    @property
    def address(self) -> str:
        """For a person: `socketcan can0`."""
        return self._address

    async def open(self) -> None:
        """Open the bus.

        Raises:
            DeviceError, NeedsPerson: when it cannot be opened.
        """
        await self.close()
        reader = BusReader(self._name, self._open_bus, self._clock, self._counts)
        self._reader = reader
        reader.start()
        while not reader.is_open:  # the thread may outlive the loop, so it is asked and calls nothing in it
            if reader.error is not None:
                raise reader.error
            await asyncio.sleep(_DRAIN_S)

    async def receive(self) -> Sequence[Heard[CanFrame]]:
        """What has come, at the latest 20 ms ago; waits until there is something.

        Raises:
            DeviceError: when the bus is lost and all that came before was handed on.
        """
        reader = self._reader
        if reader is None:
            raise DeviceError("the bus is not open")
        while True:
            error = reader.error  # before the frames: what came ahead of it is still handed on
            if taken := reader.take(_AT_ONCE):
                return taken
            if error is not None:
                raise error
            await asyncio.sleep(_DRAIN_S)

    async def close(self) -> None:
        """Let go of the bus; a second call does nothing."""
        reader, self._reader = self._reader, None
        if reader is None:
            return
        reader.stop()
        loop = asyncio.get_running_loop()
        until = loop.time() + _END_S
        while reader.is_alive() and loop.time() < until:  # noqa: ASYNC110 - as in open
            await asyncio.sleep(_DRAIN_S)

    def counters(self) -> Mapping[str, int]:
        """What was counted since the feed was made."""
        return self._counts.as_counters()


class UnusableFeed:
    """A device that cannot be read for want of something a person must bring.

    Args:
        device, interface: as configured.
        error: what is missing, in one line.
    """

    def __init__(self, device: CanBusDevice, interface: str, error: ConfigurationError) -> None:
        self._address = address(device, interface)
        self._error = error

    @property
    def address(self) -> str:
        """Where it would be heard."""
        return self._address

    async def open(self) -> None:
        """Never.

        Raises:
            NeedsPerson: at once.
        """
        raise NeedsPerson(str(self._error))

    async def receive(self) -> Sequence[Heard[CanFrame]]:
        """Nothing; raises as `open`."""
        raise NeedsPerson(str(self._error))

    async def close(self) -> None:
        """Nothing to let go of."""

    def counters(self) -> Mapping[str, int]:
        """None."""
        return {}


def can_feed(device: CanBusDevice, interface: str, context: DriverContext) -> Feed[CanFrame]:
    """Where a device's frames are heard: a bus, or the log of one."""
    if interface != "logfile":
        return CanFeed(device, interface, context.clock)
    log = CanLog(device.file, dated=device.timestamps == "log", channel=device.channel)
    return ReplayFeed[CanFrame].of(device, log.read, context, log.counters, log.note)
