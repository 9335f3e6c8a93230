"""The loudspeaker of a station whose runtime is elsewhere.

It has a thread and a connection of its own, so that a stalled screen delays no sound. It follows the alarms alone;
values of tags do not come this way.
"""

import asyncio
import logging
import threading
from collections.abc import Sequence
from urllib.parse import quote

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition
from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.remote.feed import LOST, Feed, FeedTiming
from vmshmi.runtime.remote.http import ApiClient
from vmshmi.runtime.sound.horn import Horn
from vmshmi.runtime.sound.player import HUSH_S, SoundOptions, SoundPlayer

_log = logging.getLogger(__name__)

BEAT_S = 0.25
TELL_S = 5.0
"""Between two words to the runtime; it forgets a station after 15 s."""
_MAX_WHY = 200
"""Characters that the API takes."""


class RemoteSound:
    """Plays what the runtime's feed brings, and the alarm by itself when the runtime has not answered for 5 s.

    `start`, `stop` and `hush` may be called from any thread.

    Args:
        base: address of the runtime.
        options: how this station sounds.
        clock: both clocks.
        timing: of the connection.
    """

    def __init__(self, base: str, options: SoundOptions, clock: Clock, timing: FeedTiming) -> None:
        self._base = base
        self._options = options
        self._timing = timing
        self._player = SoundPlayer(options, clock)
        self._definitions: dict[str, AlarmDef] = {}
        self._horn = Horn(lambda: self._definitions, self._player, clock)
        self._connected = False
        self._told: tuple[str, str] | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        if self._options.plays:
            self._player.start()
        self._thread = threading.Thread(target=self._run, name="remote sound", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Fall silent and end; a second call does nothing."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._player.stop()
        if self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
        thread.join(self._timing.silence_s)

    def hush(self, seconds: float = HUSH_S) -> None:
        """Let the alarm rest that sounds because the runtime does not answer."""
        self._player.hush(seconds)

    def _run(self) -> None:
        try:
            asyncio.run(self._follow())
        except Exception as error:  # noqa: BLE001 - a bug: told, and then the player sounds the alarm by itself
            _log.critical("the sound of this station follows no alarms any more", exc_info=error)

    async def _follow(self) -> None:
        self._end = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        api = ApiClient(self._base, self._options.station)
        try:
            async with asyncio.TaskGroup() as group:
                feed = Feed(api, self, self._timing, alarms_only=True)
                tasks = [group.create_task(work) for work in (feed.run(), self._beat(), self._tell(api))]
                await self._end.wait()
                for task in tasks:
                    task.cancel()
        finally:
            await api.close()

    async def _beat(self) -> None:
        while True:
            if self._connected:
                self._player.alive()
            await asyncio.sleep(BEAT_S)

    async def _tell(self, api: ApiClient) -> None:
        """Say how the loudspeaker is: at once when that changes, otherwise every 5 s."""
        loop = asyncio.get_running_loop()
        due = 0.0
        path = f"/stations/{quote(self._options.station, safe='')}/sound"
        while True:
            word = self._word()
            if word is not None and self._connected and (word != self._told or loop.time() >= due):
                due = loop.time() + TELL_S
                self._told = word
                try:
                    await api.post(path, {"sound": word[0], "why": word[1]})
                except LOST as error:
                    _log.debug("%s does not take how this station sounds: %s", self._base, error)
            await asyncio.sleep(BEAT_S)

    def _word(self) -> tuple[str, str] | None:
        if not self._options.plays:
            return "own_horn", ""
        state = self._player.state
        if state.ok is None:
            return None
        why = "".join(letter if letter.isprintable() else " " for letter in state.why)[:_MAX_WHY]
        return ("plays", "") if state.ok else ("silent", why)

    def defined(self, tags: Sequence[TagDef], alarms: Sequence[AlarmDef]) -> None:
        """From the feed: what there is."""
        self._definitions = {alarm.id: alarm for alarm in alarms}

    def snapshot(
        self, values: dict[TagId, TagValue], last_good: dict[TagId, TagValue], alarms: Sequence[AlarmRecord]
    ) -> None:
        """From the feed: everything anew."""
        self._connected = True
        self._told = None
        self._horn.begin(alarms)

    def tags_changed(self, values: dict[TagId, TagValue]) -> None:
        """From the feed: nothing, no tags were asked for."""

    def alarm_changed(self, transition: AlarmTransition, definition: AlarmDef | None) -> None:
        """From the feed: one transition."""
        if definition is not None:
            self._definitions[definition.id] = definition
        self._horn.on_transitions([transition])

    def system_seen(self, devices: Sequence[DeviceStatus], health: RuntimeHealth) -> None:
        """From the feed: nothing, health was not asked for."""

    def lost(self) -> None:
        """From the feed: the runtime does not answer."""
        self._connected = False
