"""The alarm engine: its life, and what the rest of the program may ask of it.

The rules are in `core.alarms`, the watching and what people do to alarms are in `runtime.alarms`. Everything here runs
in the runtime's loop.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from vmshmi.core.alarms.fleeting import FleetingMemory
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.machine import removed
from vmshmi.core.alarms.model import AlarmCounts, AlarmDef, AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import Clock
from vmshmi.core.errors import StorageError
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarms.actions import AlarmActions
from vmshmi.runtime.alarms.board import Listener
from vmshmi.runtime.alarms.watch import AlarmWatch
from vmshmi.runtime.alarms.watched import check_definitions
from vmshmi.runtime.storage.alarm_journal import MAX_PENDING, AlarmJournal
from vmshmi.runtime.task_scope import TaskScope

_log = logging.getLogger(__name__)

SCAN_S = 0.05
"""Pause between two looks at the delays."""


class AlarmEngine(AlarmActions):
    """All alarms of one runtime.

    Args:
        definitions: every alarm; more may be added before `start`.
        clock: both clocks.
        journal: not yet started; the engine starts and stops it.
        rules: what the project decides about all alarms at once; the defaults when None.
        on_task_death: told when the engine's own task ends by an error.

    Raises:
        ConfigurationError: two alarms of one id, or an `enable_when` that cannot be read.
    """

    def __init__(
        self,
        definitions: Iterable[AlarmDef],
        clock: Clock,
        journal: AlarmJournal,
        rules: AlarmRules | None = None,
        on_task_death: Callable[[str, BaseException], None] | None = None,
    ) -> None:
        super().__init__(clock, journal, rules or AlarmRules())
        self._journal = journal
        self._scope = TaskScope(on_task_death or _log_death)
        self._one_at_a_time = asyncio.Lock()
        self.start_note = ""
        """What else the journal must know of the start, one line."""
        self._scanned_at = clock.monotonic()
        self._early: dict[TagId, TagValue] = {}
        self.add_definitions(definitions)

    def add_definitions(self, definitions: Iterable[AlarmDef]) -> None:
        """Add alarms before the start.

        Raises:
            ConfigurationError: as the constructor.
            RuntimeError: after the start.
        """
        if self._running:
            raise RuntimeError("alarms are added before the engine starts")
        new = list(definitions)
        check_definitions([*self._definitions.values(), *new])
        for definition in new:
            self._definitions[definition.id] = definition
            self._board.show(AlarmRecord(definition.id))

    async def start(self) -> None:
        """Open the journal, let every alarm stand as it stood, and begin to watch.

        Raises:
            StorageError: when the journal cannot be opened.
        """
        await self._journal.start()
        restored = await self._journal.restore()
        now = self._clock.now()
        self._outbox.put([AlarmTransition(TransitionKind.STARTED, now, AlarmRecord(""), reason=self._unusual())])
        self._definitions.update(await self.revisions.lay_over(self._definitions, self._journal, now))
        memory, raisings = await self._remember(now)
        self._watch = AlarmWatch(self._definitions.values(), restored, self._clock, self._outbox.put, memory, raisings)
        for record in self._watch.records():
            self._board.show(record)
        self._outbox.put(self.revisions.closing_lines(self._board.record))
        gone = [record for alarm_id, record in restored.items() if alarm_id not in self._definitions]
        self._outbox.put([removed(record, now) for record in gone])
        self._scope.spawn(self._scan(), "alarm scan")
        self._scope.spawn(self._journal.keep_days(), "alarm journal archive")
        await self._outbox.announced()
        self._running = True
        early, self._early = list(self._early.items()), {}
        self.on_samples(early)

    async def _remember(self, now: datetime) -> tuple[FleetingMemory, Mapping[str, Sequence[datetime]]]:
        """The fleeting memory, from the journal. One that cannot be read must not keep the alarms from starting."""
        memory = FleetingMemory(self.rules.repeat_more_than, self.rules.repeat_window_s)
        if memory.more_than <= 0:
            return memory, {}
        try:
            return memory, await self._journal.raisings(now - timedelta(seconds=memory.window_s))
        except StorageError as error:
            _log.error("repeating alarms are counted anew: %s", error)
            return memory, {}

    def _unusual(self) -> str:
        unclean = "" if self._journal.ended_clean else "the runtime before this one did not stop by itself"
        return "; ".join(filter(None, [unclean, self._journal.notice, self.start_note]))

    async def stop(self) -> None:
        """Say so in the journal and close it. A second call does nothing."""
        if not self._running:
            return
        self._running = False
        await self._scope.close()
        self._outbox.put([AlarmTransition(TransitionKind.STOPPED, self._clock.now(), AlarmRecord(""))])
        await asyncio.sleep(0)  # the turn ends: what happened in it is handed to the journal
        await self._journal.stop()
        self._outbox.close()

    def on_samples(self, batch: Sequence[tuple[TagId, TagValue]]) -> None:
        """Judge a batch; the tag store calls it with every one. What comes before the start is judged at the start."""
        if self._running:
            self._watch.on_samples(batch)
        else:
            self._early.update(batch)

    def tick(self) -> None:
        """End delays, silences and shelvings that are over; announce what the journal holds back for too long."""
        self._scanned_at = self._clock.monotonic()
        self._watch.tick()
        self._outbox.check()

    async def announced(self) -> None:
        """Return when all that has happened until now is durable and announced."""
        await self._outbox.announced()

    async def _scan(self) -> None:
        while True:
            self.tick()
            await asyncio.sleep(SCAN_S)

    def definitions(self) -> Mapping[str, AlarmDef]:
        """Every alarm's definition by its id."""
        return self._definitions

    def record(self, alarm_id: str) -> AlarmRecord:
        """The announced facts of one alarm.

        Raises:
            KeyError: if there is no such alarm.
        """
        return self._board.record(alarm_id)

    def standing(self) -> list[AlarmRecord]:
        """All that are active or want an answer, as announced, in the order of the list."""
        return self._board.standing()

    def suppressed(self) -> list[AlarmRecord]:
        """All that are not announced; each record says why."""
        return self._board.suppressed()

    def counts(self) -> AlarmCounts:
        """Numbers for the top bar."""
        return self._board.counts()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell this one of every change, in order, once it is durable; the answer ends it."""
        return self._board.subscribe(listener)

    async def history(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 1000,
        alarm_id: str | None = None,
    ) -> list[AlarmTransition]:
        """Lines of the journal, newest first; those of the runtime itself have a record with an empty id.

        Raises:
            StorageError: if the journal cannot be read now.
        """
        await self._outbox.announced()  # who has just been refused or answered finds the line that says so
        return await self._journal.history(since, until, limit, alarm_id)

    @property
    def scan_age_s(self) -> float:
        """How long ago it last looked at its delays; the supervision's watchdog."""
        return self._clock.monotonic() - self._scanned_at

    @property
    def journal_fill(self) -> float:
        """Share of the memory for rows that are not durable yet, 0 to 1."""
        return self._journal.pending / MAX_PENDING

    async def kpi(self, since: datetime, until: datetime) -> AlarmKpi:
        """The alarm system's numbers over a time that ends now at the latest; worked out beside the loop.

        One at a time: it takes half a second of a processor that alarms need too.

        Raises:
            StorageError: if the journal cannot be read now.
        """
        async with self._one_at_a_time:
            return await self._journal.kpi(since, min(until, self._clock.now()), self.rules)

    def journal_error(self) -> str | None:
        """Why transitions are not durable now or old ones cannot be archived, one line; None when all is well."""
        return self._journal.error or self._journal.archive_error

    def journal_notice(self) -> str:
        """What the journal had lost when it was opened or since then, one line; empty when nothing."""
        return self._journal.notice


def _log_death(name: str, error: BaseException) -> None:
    _log.critical("the alarm engine's task %s has died: %s", name, error)
