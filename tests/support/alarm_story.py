"""One alarm between its samples and the state machine, second by second."""

from collections.abc import Iterable
from datetime import datetime

from tests.support.alarms import kinds, moment
from vmshmi.core.alarms.fleeting import NO_MEMORY, FleetingMemory
from vmshmi.core.alarms.machine import Effect
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord
from vmshmi.core.alarms.tracker import Moment, TrackerEvent, advance, begin


class Story:
    """One alarm and what happens to it, second by second."""

    def __init__(
        self,
        definition: AlarmDef,
        restored: AlarmRecord | None = None,
        memory: FleetingMemory = NO_MEMORY,
        raisings: Iterable[datetime] = (),
        second: float = 0.0,
    ) -> None:
        self.definition = definition
        self.tracker, effects = begin(definition, moment(second), restored, memory, raisings)
        self.told = kinds(effects)

    def happens(self, second: float, event: TrackerEvent) -> list[str]:
        return self.happens_at(moment(second), event)

    def happens_at(self, now: Moment, event: TrackerEvent) -> list[str]:
        effects: tuple[Effect, ...]
        self.tracker, effects = advance(self.definition, self.tracker, event, now)
        return kinds(effects)

    @property
    def record(self) -> AlarmRecord:
        return self.tracker.record
