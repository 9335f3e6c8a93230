"""Devices and health of a runtime in the same process, for the screens; used by `vmshmi.app.bridge`."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence

from vmshmi.app.bridge_alarms import BridgeWatch
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus, MonitorRow
from vmshmi.core.errors import CommandRefused
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.ports import MonitorCallback
from vmshmi.runtime.drivers.monitoring import BATCH_S
from vmshmi.runtime.runtime_app import RuntimeApp
from vmshmi.runtime.task_scope import TaskScope
from vmshmi.runtime.watching import deliver

_log = logging.getLogger(__name__)

SILENT_S = 5.0
"""A runtime whose loop has not answered for so long is not believed any more."""


class _Heard:
    """What one monitor brings, on its way from the runtime's thread to the screen's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, MonitorRow] = {}
        self.closed = False

    def put(self, rows: Sequence[MonitorRow]) -> None:
        """Runtime's thread."""
        with self._lock:
            self._rows.update((row.latest.key, row) for row in rows)

    def take(self) -> tuple[MonitorRow, ...]:
        """Screen's thread."""
        with self._lock:
            rows, self._rows = self._rows, {}
        return tuple(rows.values())


class LocalSystem:
    """`core.ports.SystemPort`: the last look the runtime's loop took at itself."""

    def __init__(self, runtime: RuntimeApp, thread: LoopThread, scope: TaskScope, clock: Clock) -> None:
        self._runtime = runtime
        self._thread = thread
        self._scope = scope
        self._clock = clock
        self._devices: Sequence[DeviceStatus] = ()
        self._health: RuntimeHealth | None = None
        self._taken = clock.monotonic()
        self._monitors: dict[BridgeWatch, tuple[_Heard, MonitorCallback]] = {}

    def devices(self) -> Sequence[DeviceStatus]:
        return self._devices

    def health(self) -> RuntimeHealth | None:
        return self._health

    def connected(self) -> bool:
        return self._clock.monotonic() - self._taken < SILENT_S

    async def probe(self, device_id: str) -> str:
        if not self.connected():
            raise CommandRefused("not_connected", "the runtime does not answer")
        return await self._thread.run(self._runtime.desk.probe(device_id))

    def watch_monitor(self, device_id: str, callback: MonitorCallback) -> BridgeWatch:
        heard = _Heard()
        watch = BridgeWatch(lambda: self._end_monitor(watch))
        self._monitors[watch] = (heard, callback)
        self._call(lambda: self._scope.spawn(self._listen(device_id, heard), f"monitor of {device_id}"))
        return watch

    def take(self, devices: Sequence[DeviceStatus], health: RuntimeHealth) -> None:
        """Called in the runtime's loop; each assignment is one reference."""
        self._devices = devices
        self._health = health
        self._taken = self._clock.monotonic()

    def frame(self) -> None:
        """Tell who watches a device. Screen's thread."""
        for heard, callback in tuple(self._monitors.values()):
            rows = heard.take()
            if rows:
                deliver(callback, rows)

    def _end_monitor(self, watch: BridgeWatch) -> None:
        heard, _ = self._monitors.pop(watch, (None, None))
        if heard is not None:
            heard.closed = True

    def _call(self, work: Callable[[], None]) -> None:
        self._thread.loop.call_soon_threadsafe(work)

    async def _listen(self, device_id: str, heard: _Heard) -> None:
        """In the runtime's loop, until the screen has closed its watch."""
        try:
            tap = self._runtime.desk.tap(device_id)
        except CommandRefused as error:  # no such device, or too many look at once
            _log.warning("monitor: %s", error)
            return
        try:
            while not heard.closed:
                heard.put(tap.take())
                await asyncio.sleep(BATCH_S)
        finally:
            tap.close()
