"""The alarm engine: its life, what people do to alarms, and what the rest of the program may ask of it.

The rules are in `core.alarms`, the watching is in `runtime.alarms`. Everything here runs in the runtime's loop.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from vmshmi.core.alarms.events import (
    Acknowledge,
    PersonEvent,
    Reset,
    ReturnToService,
    Revise,
    Shelve,
    Silence,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.fleeting import FleetingMemory
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.machine import Refusal, removed
from vmshmi.core.alarms.model import AlarmCounts, AlarmDef, AlarmRecord, AlarmTransition, TransitionKind, priority_of
from vmshmi.core.alarms.policy import refused_here, refused_revision, refused_visible
from vmshmi.core.alarms.revision import Revision
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import Clock
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarms.board import AlarmBoard, Listener
from vmshmi.runtime.alarms.outbox import Outbox
from vmshmi.runtime.alarms.revisions import Revisions
from vmshmi.runtime.alarms.watch import AlarmWatch
from vmshmi.runtime.alarms.watched import WatchedAlarm, check_definitions
from vmshmi.runtime.storage.alarm_journal import MAX_PENDING, AlarmJournal
from vmshmi.runtime.task_scope import TaskScope

_log = logging.getLogger(__name__)

_MAX_ID = 200
"""Characters of an unknown alarm's id that a refusal keeps: it comes from outside."""


SCAN_S = 0.05
"""Pause between two looks at the delays."""


class AlarmEngine:
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
        self._clock = clock
        self._journal = journal
        self.rules = rules or AlarmRules()
        self._definitions: dict[str, AlarmDef] = {}
        self._board = AlarmBoard(self._definitions)
        self._outbox = Outbox(journal, clock, self._board.announce)
        self._watch = AlarmWatch((), {}, clock, self._outbox.put)
        self._scope = TaskScope(on_task_death or _log_death)
        self._running = False
        self._one_at_a_time = asyncio.Lock()
        self.start_note = ""
        """What else the journal must know of the start, one line."""
        self._scanned_at = clock.monotonic()
        self.revisions = Revisions()
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

    async def ack(
        self, alarm_id: str, user: str, station: str | None = None, occurrence: int | None = None
    ) -> AlarmRecord:
        """Acknowledge one occurrence; returns when that is durable.

        Args:
            alarm_id: the definition's id.
            user, station: who, and where.
            occurrence: the raising that was seen; None takes the one that is announced now.

        Returns:
            The record after it.

        Raises:
            CommandRefused: `unknown_alarm`, `stale_occurrence`, `not_acknowledgeable`, `already_acknowledged`,
                `not_raised`, `no_user`, `category_c`, `not_running`.
        """
        if occurrence is None and alarm_id in self._definitions:
            occurrence = self._board.record(alarm_id).occurrence
        return await self._act(alarm_id, Acknowledge(occurrence or 0, user, station))

    async def acknowledge_visible(self, seen: Sequence[tuple[str, int]], user: str, station: str | None = None) -> int:
        """Acknowledge what is on the screen of a station that may do so, in one transaction.

        Args:
            seen: alarm ids and the occurrences that were seen, unanswered ones only. What cannot be acknowledged any
                more is left as it is; each refusal is in the journal.
            user, station: who, and where.

        Returns:
            How many were acknowledged.

        Raises:
            CommandRefused: `not_allowed_here`, `no_user`, `not_running`.
        """
        self._must_run()
        refusal = refused_visible(user, self.rules.rights(station))
        if refusal is not None:
            raise self._refused("", refusal, user, station)
        answered = 0
        for alarm_id, occurrence in seen:
            try:
                self._apply(alarm_id, Acknowledge(occurrence, user, station))
            except CommandRefused:
                continue  # is in the journal
            answered += 1
        await self._outbox.announced()
        return answered

    async def reset(self, alarm_id: str, user: str, station: str | None = None) -> AlarmRecord:
        """End the latching of an alarm whose condition is over and which is acknowledged.

        Raises:
            CommandRefused: `unknown_alarm`, `still_active`, `not_latched`, `not_acknowledged`, `no_user`, `category_c`,
                `not_running`.
        """
        return await self._act(alarm_id, Reset(user, station))

    async def silence(self, user: str, station: str | None = None) -> int:
        """Let all sound rest for a while; acknowledges nothing.

        Returns:
            How many alarms were sounding.
        """
        until = self._clock.now() + timedelta(seconds=self.rules.silence_s)
        loud = self._watch.sounding()
        for watched in loud:
            self._watch.advance(watched, Silence(until, user, station))
        if loud:
            await self._outbox.announced()
        return len(loud)

    async def shelve(
        self, alarm_id: str, user: str, minutes: float, reason: str, station: str | None = None
    ) -> AlarmRecord:
        """Do not announce it for some minutes; it comes back by itself.

        Raises:
            CommandRefused: `unknown_alarm`, `bad_minutes`, `no_user`, `no_reason`, `not_shelvable`, `category_c`,
                `not_running`.
        """
        longest = self.rules.max_shelve_minutes
        if not 0 < minutes <= longest:
            message = f"{alarm_id}: can be shelved for more than 0 and up to {longest:g} minutes, not {minutes:g}"
            raise self._refused(alarm_id, Refusal("bad_minutes", message), user, station)
        until = self._clock.now() + timedelta(minutes=minutes)
        return await self._act(alarm_id, Shelve(until, user, reason, station))

    async def unshelve(self, alarm_id: str, user: str, station: str | None = None) -> AlarmRecord:
        """End the shelving.

        Raises:
            CommandRefused: `unknown_alarm`, `not_shelved`, `no_user`, `not_running`.
        """
        return await self._act(alarm_id, Unshelve(user, station))

    async def out_of_service(self, alarm_id: str, user: str, reason: str, station: str | None = None) -> AlarmRecord:
        """Do not announce it until a person brings it back.

        Raises:
            CommandRefused: `unknown_alarm`, `already_out_of_service`, `no_user`, `no_reason`, `category_c`,
                `not_running`.
        """
        return await self._act(alarm_id, TakeOutOfService(user, reason, station))

    async def in_service(self, alarm_id: str, user: str, station: str | None = None) -> AlarmRecord:
        """Bring it back.

        Raises:
            CommandRefused: `unknown_alarm`, `not_out_of_service`, `no_user`, `not_running`.
        """
        return await self._act(alarm_id, ReturnToService(user, station))

    async def redefine(
        self,
        definition: AlarmDef,
        user: str,
        reason: str,
        station: str | None = None,
        revision: Revision | None = None,
    ) -> AlarmRecord:
        """Let an alarm go on with another limit, hysteresis or delay; it loses no fact.

        The present sample is held against it at once, a running delay begins anew. An alarm that is active stays so
        until the value leaves the new hysteresis.

        Args:
            definition: of an alarm that there is; only limit, hysteresis, delays and revision may differ.
            user: who; empty when the project file has the word again.
            reason: why.
            station: where.
            revision: goes into the journal with its line.

        Returns:
            The record after it, durable and announced.

        Raises:
            CommandRefused: `unknown_alarm`, `no_reason`, `not_revisable`, `not_running`.
        """
        self._must_run()
        event = Revise(user, reason, station, revision)
        watched = self._find(definition.id, user, station)
        refusal = refused_revision(watched.definition, definition, event)
        if refusal is not None:
            raise self._refused(definition.id, refusal, user, station)
        self._definitions[definition.id] = definition
        self._watch.redefine(watched, definition, event)
        if revision is not None:
            self.revisions.add(revision)
        after = watched.tracker.record
        await self._outbox.announced()
        return after

    def write_down(
        self, kind: TransitionKind, alarm_id: str = "", user: str = "", station: str | None = None, reason: str = ""
    ) -> None:
        """Add a row to the journal that is no change of an alarm: a test, a clock that was set.

        Raises:
            CommandRefused: `not_running`.
        """
        self._must_run()
        self._outbox.put([self._row(kind, alarm_id, user or None, station, reason)])

    async def _act(self, alarm_id: str, event: PersonEvent) -> AlarmRecord:
        self._must_run()
        after = self._apply(alarm_id, event)
        await self._outbox.announced()
        return after

    def _must_run(self) -> None:
        if not self._running:
            raise CommandRefused("not_running", "the alarm system is not running")

    def _apply(self, alarm_id: str, event: PersonEvent) -> AlarmRecord:
        """Let a person act, if this person may; a refusal is written down and raised."""
        watched = self._find(alarm_id, event.user, event.station)
        refusal = refused_here(watched.definition, event, self.rules.rights(event.station))
        if refusal is not None:
            raise self._refused(alarm_id, refusal, event.user, event.station)
        effects = self._watch.advance(watched, event)
        for effect in effects:
            if isinstance(effect, Refusal):
                raise self._refused(alarm_id, effect, event.user, event.station)
        return watched.tracker.record

    def _find(self, alarm_id: str, user: str, station: str | None) -> WatchedAlarm:
        watched = self._watch.find(alarm_id)
        if watched is None:
            refusal = Refusal("unknown_alarm", f"there is no alarm {alarm_id[:_MAX_ID]!r}")
            raise self._refused(alarm_id, refusal, user, station)
        return watched

    def _refused(self, alarm_id: str, refusal: Refusal, user: str, station: str | None) -> CommandRefused:
        """Write a refusal down."""
        if self._running:
            self._outbox.put([self._row(TransitionKind.REFUSED, alarm_id, user, station, refusal.reason)])
        return CommandRefused(refusal.reason, refusal.message)

    def _row(
        self, kind: TransitionKind, alarm_id: str, user: str | None, station: str | None, reason: str
    ) -> AlarmTransition:
        watched = self._watch.find(alarm_id)
        record = watched.tracker.record if watched else AlarmRecord(alarm_id[:_MAX_ID])
        priority, message = (
            (priority_of(watched.definition, record), watched.definition.message) if watched else (None, "")
        )
        return AlarmTransition(kind, self._clock.now(), record, user, station, reason, priority, message)

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
