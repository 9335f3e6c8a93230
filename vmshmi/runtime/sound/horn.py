"""From the announced alarms to the player: runs in the loop that hears of the alarms first."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from vmshmi.core.alarms.machine import sounds
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, priority_of
from vmshmi.core.alarms.sounds import Loud, Sounding, next_sounding
from vmshmi.core.clock import Clock
from vmshmi.runtime.sound.player import SoundPlayer


class Horn:
    """Knows which alarms sound, and lets the player play the highest.

    Args:
        definitions: of every alarm, by id.
        player: plays.
        clock: monotonic moments at which a figure begins.
    """

    def __init__(self, definitions: Callable[[], Mapping[str, AlarmDef]], player: SoundPlayer, clock: Clock) -> None:
        self._definitions = definitions
        self._player = player
        self._clock = clock
        self._loud: dict[str, Loud] = {}
        self._sounding = Sounding()

    def begin(self, records: Iterable[AlarmRecord]) -> None:
        """Take everything that stands; what was known before is forgotten."""
        self._loud = {}
        for record in records:
            self._take(record)
        self._play()

    def on_transitions(self, transitions: Sequence[AlarmTransition]) -> None:
        """Take what has just been announced."""
        for transition in transitions:
            self._take(transition.record)
        self._play()

    def _take(self, record: AlarmRecord) -> None:
        definition = self._definitions().get(record.id)
        if definition is not None and sounds(definition, record):
            self._loud[record.id] = Loud(record.id, record.occurrence, priority_of(definition, record))
        else:
            self._loud.pop(record.id, None)

    def _play(self) -> None:
        self._sounding = next_sounding(self._sounding, self._loud.values(), self._clock.monotonic())
        self._player.play(self._sounding)
