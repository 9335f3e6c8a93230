"""What a project decides about all its alarms at once, and what a station may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StationRights:
    """What the rules allow at one place.

    Attributes:
        bridge: the bridge profile: alarms of category C are only silenced and followed there (MSC.302 6.3), and
            nothing is acknowledged in bulk.
        acknowledge_visible: one action may acknowledge all that is on the screen; never with `bridge`.
        known: False for a place that nobody has named or that the project does not define, where it has a bridge: it
            may be the bridge, and so it does not answer alarms of category C either.
    """

    bridge: bool = False
    acknowledge_visible: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """The alarm system's settings.

    Attributes:
        silence_s: how long the sound rests (MSC.302: 30 s).
        max_shelve_minutes: longest shelving.
        repeat_more_than: raisings within `repeat_window_s` beyond which an alarm is called repeating; 0 switches the
            fleeting memory off.
        repeat_window_s: seconds the fleeting memory looks back.
        flood_start: raisings within `flood_window_s` that begin a flood.
        flood_end: below how many within it the flood ends.
        flood_window_s: seconds (ISA-18.2: 600).
        stations: rights by station id; where there is no bridge among them, one that is not named has those of an
            engine room.
    """

    silence_s: float = 30.0
    max_shelve_minutes: float = 720.0
    repeat_more_than: int = 5
    repeat_window_s: float = 18_000.0
    flood_start: int = 10
    flood_end: int = 5
    flood_window_s: float = 600.0
    stations: Mapping[str, StationRights] = field(default_factory=dict[str, StationRights])

    def rights(self, station: str | None) -> StationRights:
        """What this station may do."""
        unnamed = StationRights(known=not any(rights.bridge for rights in self.stations.values()))
        return self.stations.get(station or "", unnamed)
