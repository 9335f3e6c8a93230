"""The drivers of a running runtime, for a person who looks at one: test its connection, listen to what it says."""

import asyncio
from collections.abc import Callable, Iterable

from vmshmi.core.devices import MonitorRow
from vmshmi.core.errors import CommandRefused, DeviceError
from vmshmi.runtime.drivers.driver import Driver
from vmshmi.runtime.drivers.monitoring import MonitorCollector

LONGEST_PROBE_S = 30.0
"""A bus may be allowed to be silent for hours; nobody waits so long in front of a screen."""
MOST_TAPS = 16
"""Monitors open at once; each costs what the device says."""


class MonitorTap:
    """One person's look at what a device says, until it is closed. In the runtime's loop."""

    def __init__(self, driver: Driver, on_close: Callable[["MonitorTap"], None]) -> None:
        self._heard = MonitorCollector()
        self._end = driver.monitor(self._heard)
        self._on_close = on_close

    def take(self) -> tuple[MonitorRow, ...]:
        """The rows that have changed since the last call."""
        return self._heard.take()

    @property
    def left_out(self) -> int:
        """Lines that had no place any more."""
        return self._heard.left_out

    def close(self) -> None:
        """End it; a second call does nothing."""
        self._end()
        self._on_close(self)


class DriverDesk:
    """What may be asked of single devices. In the runtime's loop."""

    def __init__(self, drivers: Iterable[Driver]) -> None:
        self._drivers = {driver.device_id: driver for driver in drivers}
        self._probing = {device_id: asyncio.Lock() for device_id in self._drivers}
        self._taps: set[MonitorTap] = set()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every device of the project."""
        return tuple(self._drivers)

    @property
    def taps(self) -> int:
        """How many monitors are open."""
        return len(self._taps)

    async def probe(self, device_id: str) -> str:
        """Test the connection to a device, beside its running polls; one at a time for each device.

        Raises:
            CommandRefused: `unknown_device`.
            DeviceError: with one line that says what failed.
        """
        driver = self._driver(device_id)
        async with self._probing[device_id]:
            try:
                async with asyncio.timeout(LONGEST_PROBE_S):
                    return await driver.probe()
            except TimeoutError:
                raise DeviceError(f"no answer within {LONGEST_PROBE_S:g} s") from None

    def tap(self, device_id: str) -> MonitorTap:
        """Begin to listen to what a device says.

        Raises:
            CommandRefused: `unknown_device`, `too_many`.
        """
        driver = self._driver(device_id)
        if len(self._taps) >= MOST_TAPS:
            raise CommandRefused("too_many", f"{MOST_TAPS} monitors are open already: close one first")
        tap = MonitorTap(driver, self._taps.discard)
        self._taps.add(tap)
        return tap

    def _driver(self, device_id: str) -> Driver:
        driver = self._drivers.get(device_id)
        if driver is None:
            known = ", ".join(self._drivers) or "none"
            raise CommandRefused("unknown_device", f"there is no device '{device_id}'; there are {known}")
        return driver
