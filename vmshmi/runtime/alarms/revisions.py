"""The revisions of one runtime: laid over the project's definitions at the start, and what people add to them."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.core.alarms.revising import basis_of, laid_over, tuning_of
from vmshmi.core.alarms.revision import Revision, Tuning
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage.alarm_journal import AlarmJournal

_log = logging.getLogger(__name__)


class Revisions:
    """Belongs to the runtime's loop.

    Attributes:
        superseded: revisions that the project file has ended at this start, for a notice.
    """

    def __init__(self) -> None:
        self._own: dict[str, AlarmDef] = {}
        self._by_alarm: dict[str, list[Revision]] = {}
        self.superseded: list[Revision] = []

    async def lay_over(
        self, definitions: Mapping[str, AlarmDef], journal: AlarmJournal, now: datetime
    ) -> Mapping[str, AlarmDef]:
        """The definitions that hold from now on. Revisions that cannot be read do not keep the alarms from starting.

        Args:
            definitions: the project file's own, by id.
            journal: opened; revisions of alarms that are no longer defined stay in it.
            now: UTC.
        """
        self._own = dict(definitions)
        try:
            self._by_alarm = {alarm_id: list(stored) for alarm_id, stored in (await journal.revisions()).items()}
        except StorageError as error:
            _log.error("revised limits are not known, those of the project file hold: %s", error)
            return definitions
        held: dict[str, AlarmDef] = {}
        for definition in definitions.values():
            held[definition.id], closing = laid_over(definition, self.of(definition.id), now)
            if closing is not None:
                _log.warning("%s: %s", definition.id, closing.reason)
                self.add(closing)
                self.superseded.append(closing)
        return held

    def closing_lines(self, record: Callable[[str], AlarmRecord]) -> list[AlarmTransition]:
        """For the journal: where the project file has taken over again at this start."""
        return [
            AlarmTransition(
                TransitionKind.REVISED,
                revision.at,
                record(revision.alarm_id),
                reason=revision.reason,
                priority=self._own[revision.alarm_id].priority,
                message=self._own[revision.alarm_id].message,
                revision=revision,
            )
            for revision in self.superseded
        ]

    def ended_lines(self) -> list[str]:
        """Which numbers of people the project file has replaced by others at this start, one line each."""
        return [
            f"{revision.alarm_id}: {revision.reason}; its numbers hold again"
            for revision in self.superseded
            if revision.before != revision.after
        ]

    def own(self, alarm_id: str) -> AlarmDef:
        """The project file's own definition.

        Raises:
            KeyError: if there is no such alarm.
        """
        return self._own[alarm_id]

    def of(self, alarm_id: str) -> tuple[Revision, ...]:
        """Of one alarm, oldest first."""
        return tuple(self._by_alarm.get(alarm_id, ()))

    def all(self) -> tuple[Revision, ...]:
        """Of all alarms, newest first."""
        every = [revision for revisions in self._by_alarm.values() for revision in revisions]
        return tuple(sorted(every, key=lambda revision: revision.at, reverse=True))

    def next(
        self, definition: AlarmDef, after: Tuning, at: datetime, user: str, station: str | None, reason: str
    ) -> Revision:
        """The next revision of an alarm; it is not added.

        Args:
            definition: the one that holds now.
            after: its new numbers.
            at: UTC.
            user, station, reason: who, where and why.
        """
        earlier = self._by_alarm.get(definition.id, [])
        number = earlier[-1].number + 1 if earlier else 1
        basis = basis_of(self._own[definition.id])
        return Revision(definition.id, number, at, user, station, reason, tuning_of(definition), after, basis)

    def add(self, revision: Revision) -> None:
        """One more."""
        self._by_alarm.setdefault(revision.alarm_id, []).append(revision)
