"""What the stations say of their loudspeakers. A station that is not there is unknown, not silent."""

from collections.abc import Iterable, Sequence

from vmshmi.core.clock import Clock
from vmshmi.runtime.supervision.tags import StationSound

FORGET_S = 15.0
"""A station says how it is every 5 s; one that has not for so long is not there any more."""


class StationSounds:
    """Latest word of each station. Belongs to the runtime's loop.

    Args:
        ids: the stations of the project.
        clock: tells how old a word is.
    """

    def __init__(self, ids: Iterable[str], clock: Clock) -> None:
        self.ids = tuple(ids)
        self._clock = clock
        self._told: dict[str, tuple[StationSound, str, float]] = {}

    def tell(self, station_id: str, sound: StationSound, why: str = "") -> None:
        """A station says how it is.

        Raises:
            KeyError: if the project has no such station.
        """
        if station_id not in self.ids:
            raise KeyError(station_id)
        self._told[station_id] = (sound, why, self._clock.monotonic())

    def states(self) -> Sequence[tuple[str, StationSound]]:
        """Every station as far as is known."""
        return [(station_id, self._state(station_id)[0]) for station_id in self.ids]

    def silent(self) -> Sequence[tuple[str, str]]:
        """The stations that cannot be heard, and why."""
        known = [(station_id, *self._state(station_id)) for station_id in self.ids]
        return [(station_id, why) for station_id, sound, why in known if sound is StationSound.SILENT]

    def _state(self, station_id: str) -> tuple[StationSound, str]:
        sound, why, told_at = self._told.get(station_id, (StationSound.NOT_HERE, "", 0.0))
        if self._clock.monotonic() - told_at >= FORGET_S:
            return StationSound.NOT_HERE, ""
        return sound, why
