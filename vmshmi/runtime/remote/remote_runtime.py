"""A runtime elsewhere, as the screens see it."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition
from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.errors import ConfigurationError, StartError
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.remote.feed import LOST, Feed, FeedTiming
from vmshmi.runtime.remote.http import ApiClient, base_url, one_line
from vmshmi.runtime.remote.screen_alarms import RemoteAlarms
from vmshmi.runtime.remote.screen_commands import RemoteCommands
from vmshmi.runtime.remote.screen_ports import RemoteHistory, RemoteTags
from vmshmi.runtime.remote.screen_system import RemoteSystem
from vmshmi.runtime.remote.screen_tuning import RemoteTuning
from vmshmi.runtime.remote.sound import RemoteSound
from vmshmi.runtime.sound.player import SoundOptions

_log = logging.getLogger(__name__)

FRAME_S = 0.04
FIRST_VALUES_S = 5.0


class RemoteRuntime:
    """`core.ports.RuntimePort` over HTTP and one WebSocket.

    Everything runs in the loop that calls `start`, the screen's. While the runtime does not answer,
    `system.connected()` is False and every value is bad with BadNoCommunication; the last good ones are kept.

    Args:
        url: for example `http://engine-room:8765`.
        station: where this screen stands; for the other side's log.
        clock: stamps what is lost.
        timing: of the connection.

    Raises:
        StartError: if the address cannot be one.
    """

    def __init__(self, url: str, station: str, clock: Clock, timing: FeedTiming | None = None) -> None:
        self._timing = timing or FeedTiming()
        self._clock = clock
        self._api = ApiClient(base_url(url), station)
        self._station = station
        self._connected = False
        self._first_values = asyncio.Event()
        self._frame: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._tags = RemoteTags(clock, self._schedule)
        self._commands = RemoteCommands(self._api, self._tags.definitions, clock, self._is_connected)
        token_of = self._commands.token_of
        self._alarms = RemoteAlarms(self._api, clock, self._schedule, self._is_connected, token_of)
        self._history = RemoteHistory(self._api, self._tags)
        self._tuning = RemoteTuning(self._api, self._is_connected, token_of)
        self._system = RemoteSystem(self._api, self._timing, self._is_connected)
        self._sound: RemoteSound | None = None

    @property
    def tags(self) -> RemoteTags:
        """Values."""
        return self._tags

    @property
    def alarms(self) -> RemoteAlarms:
        """Alarms."""
        return self._alarms

    @property
    def history(self) -> RemoteHistory:
        """History."""
        return self._history

    @property
    def tuning(self) -> RemoteTuning:
        """What if, and revisions."""
        return self._tuning

    @property
    def commands(self) -> RemoteCommands:
        """Commands to machinery."""
        return self._commands

    @property
    def system(self) -> RemoteSystem:
        """The runtime's own state."""
        return self._system

    async def start(self) -> Project:
        """Begin; returns the project when the runtime has given it, however long that takes, with values if they come
        within 5 s. To give up waiting, cancel it and call `stop`.

        Raises:
            StartError: if the other side's project cannot be understood here.
        """
        project = await self._fetch_project()
        self._tags.define(project.tag_definitions())
        self._alarms.define(project.alarm_definitions())
        self._task = asyncio.create_task(Feed(self._api, self, self._timing).run(), name="remote feed")
        self._task.add_done_callback(self._feed_ended)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_VALUES_S):
                await self._first_values.wait()
        return project

    def sound(self, options: SoundOptions) -> None:
        """Play the alarms at this station, in threads of its own, until `stop`."""
        self._sound = RemoteSound(self._api.base, options, self._clock, self._timing)
        self._alarms.hush = self._sound.hush
        self._sound.start()

    async def stop(self) -> None:
        """End; a second call does nothing."""
        sound, self._sound = self._sound, None
        if sound is not None:
            await asyncio.to_thread(sound.stop)
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._system.close()
        if self._frame is not None:
            self._frame.cancel()
            self._frame = None
        await self._api.close()

    async def _fetch_project(self) -> Project:
        wait_s = self._timing.retry_min_s
        told = ""
        while True:
            try:
                return parse_project(await self._api.get("/project"))
            except ConfigurationError as error:
                raise StartError(
                    f"{self._api.base} runs a project that this version does not understand: {error}"
                ) from error
            except LOST as error:
                reason = one_line(error)
                if reason != told:
                    _log.warning("waiting for %s: %s", self._api.base, reason)
                    told = reason
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, self._timing.retry_max_s)

    def defined(self, tags: Sequence[TagDef], alarms: Sequence[AlarmDef]) -> None:
        """From the feed: what there is."""
        self._tags.define(tags)
        self._alarms.define(alarms)

    def snapshot(
        self,
        values: dict[TagId, TagValue],
        last_good: dict[TagId, TagValue],
        alarms: Sequence[AlarmRecord],
    ) -> None:
        """From the feed: everything anew."""
        self._connected = True
        self._tags.snapshot(values, last_good)
        self._alarms.snapshot(alarms)
        self._first_values.set()

    def tags_changed(self, values: dict[TagId, TagValue]) -> None:
        """From the feed: values."""
        self._tags.change(values)

    def alarm_changed(self, transition: AlarmTransition, definition: AlarmDef | None) -> None:
        """From the feed: one transition, with a revision the definition."""
        self._alarms.change(transition, definition)

    def system_seen(self, devices: Sequence[DeviceStatus], health: RuntimeHealth) -> None:
        """From the feed: health."""
        self._system.take(devices, health)

    def lost(self) -> None:
        """From the feed: the runtime does not answer."""
        self._connected = False
        self._tags.lose()

    def _is_connected(self) -> bool:
        return self._connected

    def _schedule(self) -> None:
        if self._frame is None:
            self._frame = asyncio.get_running_loop().call_later(FRAME_S, self._flush)

    def _flush(self) -> None:
        self._frame = None
        self._tags.flush()
        self._alarms.flush()

    def _feed_ended(self, task: asyncio.Task[None]) -> None:
        """An error of ours ended the feed: what is on the screen must not be believed any more."""
        if task.cancelled():
            return
        _log.critical("the feed from %s died", self._api.base, exc_info=task.exception())
        self.lost()
