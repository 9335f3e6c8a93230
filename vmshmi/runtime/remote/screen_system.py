"""Devices and health of a runtime elsewhere, for the screens; everything here runs in the screen's loop."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from urllib.parse import quote

import httpx
from websockets.asyncio.client import connect

from vmshmi.core.devices import DeviceStatus
from vmshmi.core.errors import CommandRefused, DeviceError
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.ports import MonitorCallback
from vmshmi.runtime.remote.decode import PeerError, monitor_row, row_of, rows_of, understood
from vmshmi.runtime.remote.feed import LOST, FeedTiming
from vmshmi.runtime.remote.http import TIMEOUT_S, ApiClient, one_line
from vmshmi.runtime.watching import Watching, deliver

_log = logging.getLogger(__name__)

PROBE_TIMEOUT_S = 35.0
"""A little more than the other side gives a device."""


class RemoteSystem:
    """`core.ports.SystemPort`.

    Args:
        api: asked for a probe.
        timing: of a monitor's connection.
        is_connected: whether the runtime answers.
    """

    def __init__(self, api: ApiClient, timing: FeedTiming, is_connected: Callable[[], bool]) -> None:
        self._api = api
        self._timing = timing
        self._is_connected = is_connected
        self._devices: Sequence[DeviceStatus] = ()
        self._health: RuntimeHealth | None = None
        self._monitors: dict[Watching, asyncio.Task[None]] = {}

    def devices(self) -> Sequence[DeviceStatus]:
        """Every device of the project; the last known while the runtime does not answer."""
        return self._devices

    def health(self) -> RuntimeHealth | None:
        """The last known; None before the first."""
        return self._health

    def connected(self) -> bool:
        """False when the runtime does not answer."""
        return self._is_connected()

    def take(self, devices: Sequence[DeviceStatus], health: RuntimeHealth) -> None:
        """Take a fresh look."""
        self._devices = devices
        self._health = health

    async def probe(self, device_id: str) -> str:
        """Let the runtime test the connection to a device.

        Raises:
            DeviceError: it does not answer.
            CommandRefused: `unknown_device`, `not_connected`.
        """
        path = f"/devices/{quote(device_id, safe='')}/probe"
        try:
            answer = row_of(await self._api.post(path, {}, PROBE_TIMEOUT_S))
            ok, message = understood(lambda: (bool(answer["ok"]), str(answer["message"])))
        except (httpx.HTTPError, PeerError) as error:
            raise CommandRefused("not_connected", f"{self._api.base}: {one_line(error)}") from error
        if not ok:
            raise DeviceError(message)
        return message

    def watch_monitor(self, device_id: str, callback: MonitorCallback) -> Watching:
        """Call back with what a device says, over a WebSocket of its own, until it is closed."""
        task = asyncio.get_running_loop().create_task(
            self._monitor(device_id, callback), name=f"remote monitor of {device_id}"
        )
        watching = Watching(self._end)
        self._monitors[watching] = task
        task.add_done_callback(self._ended)
        return watching

    async def close(self) -> None:
        """End every monitor."""
        tasks = list(self._monitors.values())
        for watching in tuple(self._monitors):
            watching.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, watching: Watching) -> None:
        task = self._monitors.pop(watching, None)
        if task is not None:
            task.cancel()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            context = {"message": f"{task.get_name()} ended with an error", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)

    async def _monitor(self, device_id: str, callback: MonitorCallback) -> None:
        """Connect, again and again, and hand on what is said."""
        url = self._api.base.replace("http", "ws", 1) + f"/ws/devices/{quote(device_id, safe='')}/monitor"
        while True:
            try:
                await self._read(url, callback)
            except LOST as error:
                _log.info("monitor of %s: %s", device_id, one_line(error))
            await asyncio.sleep(self._timing.retry_max_s)

    async def _read(self, url: str, callback: MonitorCallback) -> None:
        async with connect(
            url, proxy=None, compression=None, open_timeout=TIMEOUT_S, close_timeout=0.5, ping_interval=None
        ) as socket:
            while True:
                async with asyncio.timeout(self._timing.silence_s):
                    message = await socket.recv()
                try:
                    data = row_of(json.loads(message))
                except (ValueError, RecursionError) as error:
                    raise PeerError("the runtime sent something that is no JSON") from error
                rows = understood(lambda said=data: [monitor_row(row) for row in rows_of(said["rows"])])
                if rows:
                    deliver(callback, rows)
