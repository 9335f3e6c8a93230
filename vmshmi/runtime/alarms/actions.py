"""What people do to alarms: each action is judged, written down and announced, or refused with a reason.

The rules are in `core.alarms`: `orders` says what an action makes of an alarm, `policy` who may do it where.
"""

from collections.abc import Sequence
from datetime import timedelta

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
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, TransitionKind, priority_of
from vmshmi.core.alarms.policy import refused_here, refused_revision, refused_visible
from vmshmi.core.alarms.revision import Revision
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.alarms.steps import Refusal
from vmshmi.core.clock import Clock
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.alarms.board import AlarmBoard
from vmshmi.runtime.alarms.outbox import Outbox
from vmshmi.runtime.alarms.revisions import Revisions
from vmshmi.runtime.alarms.watch import AlarmWatch
from vmshmi.runtime.alarms.watched import WatchedAlarm
from vmshmi.runtime.storage.alarm_journal import AlarmJournal

_MAX_ID = 200
"""Characters of an unknown alarm's id that a refusal keeps: it comes from outside."""


class AlarmActions:
    """The part of the engine that people have to do with.

    Args:
        clock: both clocks.
        journal: makes rows durable.
        rules: what the project decides about all alarms at once.
    """

    def __init__(self, clock: Clock, journal: AlarmJournal, rules: AlarmRules) -> None:
        self.rules = rules
        self.revisions = Revisions()
        self._clock = clock
        self._running = False
        self._definitions: dict[str, AlarmDef] = {}
        self._board = AlarmBoard(self._definitions)
        self._outbox = Outbox(journal, clock, self._board.announce)
        self._watch = AlarmWatch((), {}, clock, self._outbox.put)

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
            CommandRefused: `unknown_alarm`, `no_reason`, `not_revisable`, `category_c`, `not_running`.
        """
        self._must_run()
        event = Revise(user, reason, station, revision)
        watched = self._find(definition.id, user, station)
        refusal = refused_revision(watched.definition, definition, event)
        if refusal is None and user:  # the project file's own word is no person's
            refusal = refused_here(watched.definition, event, self.rules.rights(station))
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
