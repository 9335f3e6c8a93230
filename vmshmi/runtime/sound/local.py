"""The loudspeaker of the station that runs in the same process as the runtime."""

import asyncio
from collections.abc import Callable

from vmshmi.core.clock import Clock
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.sound.horn import Horn
from vmshmi.runtime.sound.player import SoundOptions, SoundPlayer
from vmshmi.runtime.supervision.stations import StationSounds
from vmshmi.runtime.supervision.tags import StationSound
from vmshmi.runtime.task_scope import TaskScope

BEAT_S = 0.25


class LocalSound:
    """Plays what the alarm engine announces. Belongs to the runtime's loop, but for `hush`.

    Args:
        options: how the station sounds.
        alarms: heard from the start of this on.
        stations: told how this one is.
        clock: both clocks.
        on_death: told when the heartbeat ends by an error of ours.
    """

    def __init__(
        self,
        options: SoundOptions,
        alarms: AlarmEngine,
        stations: StationSounds,
        clock: Clock,
        on_death: Callable[[str, BaseException], None],
    ) -> None:
        self._options = options
        self._alarms = alarms
        self._stations = stations
        self._player = SoundPlayer(options, clock)
        self._horn = Horn(alarms.definitions, self._player, clock)
        self._scope = TaskScope(on_death)
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Begin to sound what stands and asks; returns at once, a device that is missing comes later."""
        if self._options.plays:
            self._player.start()
            self._unsubscribe = self._alarms.subscribe(self._horn.on_transitions)
            self._horn.begin(self._alarms.standing())
        self._scope.spawn(self._beat(), "sound")

    async def stop(self) -> None:
        """Fall silent."""
        self._unsubscribe()
        await self._scope.close()
        await asyncio.to_thread(self._player.stop)

    def hush(self, seconds: float) -> None:
        """Let the player's own alarm rest, that sounds when the loop is dead. Any thread."""
        self._player.hush(seconds)

    async def _beat(self) -> None:
        while True:
            self._player.alive()
            self._tell()
            await asyncio.sleep(BEAT_S)

    def _tell(self) -> None:
        state = self._player.state
        if not self._options.plays:
            self._stations.tell(self._options.station, StationSound.OWN_HORN)
        elif state.ok is not None:
            word = StationSound.PLAYS if state.ok else StationSound.SILENT
            self._stations.tell(self._options.station, word, state.why)
