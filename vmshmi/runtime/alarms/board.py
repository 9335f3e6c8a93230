"""What has been announced: the records that everybody outside the engine sees, and who wants to hear of changes."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from vmshmi.core.alarms.machine import sounds
from vmshmi.core.alarms.model import (
    AlarmCounts,
    AlarmDef,
    AlarmRecord,
    AlarmTransition,
    Priority,
    Suppression,
    TransitionKind,
    list_order,
    priority_of,
)

_log = logging.getLogger(__name__)

Listener = Callable[[Sequence[AlarmTransition]], None]


class AlarmBoard:
    """The announced state of every alarm. Belongs to the runtime's loop.

    Args:
        definitions: of every alarm, by id.
    """

    def __init__(self, definitions: Mapping[str, AlarmDef]) -> None:
        self._definitions = definitions
        self._records: dict[str, AlarmRecord] = {}
        self._notable: dict[str, AlarmRecord] = {}
        self._standing: list[AlarmRecord] | None = None
        self._counts: AlarmCounts | None = None
        self._listeners: list[Listener] = []

    def show(self, record: AlarmRecord) -> None:
        """Take a record as it is; nobody is told."""
        self._records[record.id] = record
        if record.stands or record.suppression is not None:
            self._notable[record.id] = record
        else:
            self._notable.pop(record.id, None)
        self._standing = self._counts = None

    def announce(self, transitions: Sequence[AlarmTransition]) -> None:
        """Take what has happened, then tell everybody."""
        changes = [transition for transition in transitions if transition.kind.is_change]
        for transition in changes:
            if transition.kind is not TransitionKind.REMOVED:
                self.show(transition.record)
        if not changes:
            return
        for listener in tuple(self._listeners):
            try:
                listener(changes)
            except Exception:  # noqa: BLE001 - a broken listener must not keep an alarm from the others
                _log.exception("a listener of the alarms failed")

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell this one of every change from now on; the answer ends it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def record(self, alarm_id: str) -> AlarmRecord:
        """The facts of one alarm.

        Raises:
            KeyError: if there is no such alarm.
        """
        return self._records[alarm_id]

    def standing(self) -> list[AlarmRecord]:
        """All that are active or want an answer, in the order of the list."""
        if self._standing is None:
            chosen = [record for record in self._notable.values() if record.stands]
            self._standing = sorted(chosen, key=lambda record: list_order(self._definitions[record.id], record))
        return list(self._standing)

    def suppressed(self) -> list[AlarmRecord]:
        """All that are not announced, in the order of their ids; each record says why."""
        chosen = [record for record in self._notable.values() if record.suppression is not None]
        return sorted(chosen, key=lambda record: record.id)

    def counts(self) -> AlarmCounts:
        """Numbers for the top bar."""
        if self._counts is None:
            self._counts = self._count()
        return self._counts

    def _count(self) -> AlarmCounts:
        announced = [record for record in self._notable.values() if record.suppression is None]
        why = Counter(record.suppression for record in self._notable.values())
        by_priority: Counter[Priority] = Counter()
        for record in announced:
            priority = priority_of(self._definitions[record.id], record)
            if record.active if not priority.needs_answer else not record.acknowledged:
                by_priority[priority] += 1
        return AlarmCounts(
            standing=sum(record.stands for record in self._notable.values()),
            unanswered=sum(record.is_unanswered for record in announced),
            by_priority=tuple((priority, by_priority[priority]) for priority in Priority),
            sounding=sum(sounds(self._definitions[record.id], record) for record in announced),
            held=sum(record.held for record in self._notable.values()),
            shelved=why[Suppression.SHELVED],
            by_design=why[Suppression.SUPPRESSED_BY_DESIGN],
            out_of_service=why[Suppression.OUT_OF_SERVICE],
            latched=sum(record.latched for record in self._notable.values()),
        )
