"""What stands now, for every part of the window: one subscription, one order, one count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from PySide6.QtCore import QObject, Signal

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Operator, Priority, priority_of
from vmshmi.core.ports import AlarmsPort, Watch
from vmshmi.core.values import TagId


@dataclass(frozen=True, slots=True)
class AlarmCount:
    """How many alarms of one priority stand, and how many of them want an answer."""

    standing: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class AlarmKind:
    """What every count needs to know of a record; records that agree in it share one.

    Attributes:
        group: of the alarm; empty for none.
        priority: what it has now.
        announced: nothing suppresses it.
        asks: it wants an answer.
    """

    group: str
    priority: Priority
    announced: bool
    asks: bool


class AlarmFeed(QObject):
    """All that stand or are not announced, in the order of the list, refreshed with each batch of transitions."""

    changed = Signal()
    """Something stands, was answered or went away; ask the feed what."""
    transitioned = Signal(object)
    """A batch of `AlarmTransition`, in order."""

    def __init__(self, port: AlarmsPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port = port
        self._records: tuple[AlarmRecord, ...] = ()
        self._suppressed: tuple[AlarmRecord, ...] = ()
        self._unanswered: tuple[AlarmRecord, ...] = ()
        self._kinds: dict[tuple[str, Priority, bool, bool], AlarmKind] = {}
        self._sorted_out: dict[str, tuple[AlarmRecord, AlarmDef | None, AlarmKind]] = {}
        """What is known of the standing ones: in a flood thousands stand and a few have changed."""
        self._tally: Mapping[AlarmKind, int] = {}
        self._watch: Watch | None = port.watch(self._take)
        self.refresh()

    def close(self) -> None:
        """End the subscription."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def refresh(self) -> None:
        """Read both from the runtime, as after a lost connection; announces only a difference."""
        now = tuple(self._port.standing()), tuple(self._port.suppressed())
        if now != (self._records, self._suppressed):
            self._records, self._suppressed = now
            self._sort_out()
            self.changed.emit()

    def _take(self, transitions: Sequence[AlarmTransition]) -> None:
        self.refresh()
        self.transitioned.emit(tuple(transitions))

    def definition(self, alarm_id: str) -> AlarmDef:
        """What the alarm is; a bare one when the runtime names an alarm it does not define."""
        found = self._port.definitions().get(alarm_id)
        return found or AlarmDef(alarm_id, TagId(""), Operator.NOT_EQUAL, 0.0, message=alarm_id)

    def priority(self, record: AlarmRecord) -> Priority:
        """The priority it has now: a warning that was left unanswered has become an alarm."""
        return priority_of(self.definition(record.id), record)

    def groups(self) -> tuple[str, ...]:
        """Every group that has an alarm, in the order of the definitions."""
        return tuple(dict.fromkeys(alarm.group for alarm in self._port.definitions().values() if alarm.group))

    def records(self) -> tuple[AlarmRecord, ...]:
        """All that stand, in the order of the list."""
        return self._records

    def record(self, alarm_id: str) -> AlarmRecord | None:
        """The record of an alarm that stands or is not announced; None when it does neither."""
        return next((record for record in (*self._records, *self._suppressed) if record.id == alarm_id), None)

    def suppressed(self) -> tuple[AlarmRecord, ...]:
        """All that are not announced, for whatever reason."""
        return self._suppressed

    def set_aside(self) -> int:
        """How many a person has shelved or taken out of service."""
        return sum(bool(record.shelved or record.out_of_service) for record in self._suppressed)

    def unanswered(self) -> tuple[AlarmRecord, ...]:
        """Those that want an acknowledgement, in the order of the list."""
        return self._unanswered

    def emergencies(self) -> tuple[AlarmRecord, ...]:
        """Active emergency alarms: they take no acknowledgement and are shown as long as they last."""
        first = takewhile(lambda record: self.priority(record) is Priority.EMERGENCY_ALARM, self._records)
        return tuple(record for record in first if record.active and record.suppression is None)

    def highest(self) -> AlarmRecord | None:
        """The highest unanswered alarm; when all are answered, the highest that stands (MSC.302 9.12).

        An emergency alarm takes no answer and has a strip of its own: it does not push an unanswered one away.
        """
        if self._unanswered:
            return self._unanswered[0]
        return next((record for record in self._records if record.suppression is None), None)

    def counts(self) -> Mapping[Priority, AlarmCount]:
        """Standing and unanswered, for each priority; what is suppressed is not counted."""
        counts: dict[Priority, tuple[int, int]] = dict.fromkeys(Priority, (0, 0))
        for kind, many in self._tally.items():
            if kind.announced:
                standing, unanswered = counts[kind.priority]
                counts[kind.priority] = standing + many, unanswered + many * kind.asks
        return {priority: AlarmCount(*count) for priority, count in counts.items()}

    def tally(self) -> Mapping[AlarmKind, int]:
        """How many of each kind stand."""
        return self._tally

    def _sort_out(self) -> None:
        """Work out the kind of each that stands; looks closer only at what has changed."""
        definitions, before = self._port.definitions(), self._sorted_out
        present: dict[str, tuple[AlarmRecord, AlarmDef | None, AlarmKind]] = {}
        kinds: list[AlarmKind] = []
        for record in self._records:
            alarm_id = record.id
            definition = definitions.get(alarm_id)
            known = before.get(alarm_id)
            if known is None or known[0] is not record or known[1] is not definition:
                known = (record, definition, self._kind(record))
            present[alarm_id] = known
            kinds.append(known[2])
        self._sorted_out = present
        self._tally = Counter(kinds)
        self._unanswered = tuple(record for record, kind in zip(self._records, kinds, strict=True) if kind.asks)

    def _kind(self, record: AlarmRecord) -> AlarmKind:
        definition = self.definition(record.id)
        facts = definition.group, priority_of(definition, record), record.suppression is None, record.is_unanswered
        return self._kinds.setdefault(facts, AlarmKind(*facts))

    def may_sound(self, now: datetime) -> bool:
        """True when SILENCE would change anything: an alarm is announced and its sound does not rest already."""
        return any(
            (record.is_unanswered or (record.active and self.priority(record) is Priority.EMERGENCY_ALARM))
            and record.suppression is None
            and (record.silenced_until is None or record.silenced_until <= now)
            for record in self._records
        )

    def silent_until(self, now: datetime) -> datetime | None:
        """When the first silenced alarm may sound again; None when nothing rests."""
        moments = [r.silenced_until for r in self._records if r.silenced_until is not None and r.silenced_until > now]
        return min(moments, default=None)
