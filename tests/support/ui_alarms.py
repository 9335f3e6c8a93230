"""Alarms in memory for tests of the screen: what people do goes through the real rules, what machines do is set."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from vmshmi.core.alarms.events import (
    Acknowledge,
    PersonEvent,
    Reset,
    ReturnToService,
    Shelve,
    Silence,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.machine import Refusal, step
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmTransition,
    Priority,
    TransitionKind,
    list_order,
    suppression_of,
)
from vmshmi.core.alarms.policy import refused_here, refused_visible
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import Clock, to_micros
from vmshmi.core.errors import CommandRefused
from vmshmi.core.ports import AlarmCallback, Watch
from vmshmi.core.values import Scalar, TagId


class FakeWatch:
    """A registration in a book of them."""

    def __init__(self, book: list["FakeWatch"], callback: object, ids: frozenset[TagId] = frozenset()) -> None:
        self._book = book
        self.callback = callback
        self.ids = ids
        book.append(self)

    def close(self) -> None:
        if self in self._book:
            self._book.remove(self)


class Gate:
    """Holds an answer back until the test opens it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    async def wait(self) -> None:
        await self._event.wait()

    def open(self) -> None:
        self._event.set()


async def _no_kpi(since: datetime, until: datetime) -> AlarmKpi:
    return AlarmKpi(since, until)


class FakeAlarms:
    """Alarms raised, rectified and changed by the test; what a person does comes through the port.

    Attributes:
        rules: rights of stations; the test may set others.
        acknowledged, silenced, tested: what has arrived, refused or not.
        refuse_next: the next action is refused with this.
        gate: holds acknowledgements back.
        kpi_of: works the numbers of a period out.
    """

    def __init__(self, definitions: Sequence[AlarmDef], clock: Clock) -> None:
        self._definitions = {alarm.id: alarm for alarm in definitions}
        self._clock = clock
        self._records: dict[str, AlarmRecord] = {}
        self._journal: list[AlarmTransition] = []
        self.rules = AlarmRules()
        self.watches: list[FakeWatch] = []
        self.acknowledged: list[tuple[str, int, str, str]] = []
        self.silenced: list[tuple[str, str]] = []
        self.tested: list[tuple[Priority, str, str]] = []
        self.refuse_next: CommandRefused | None = None
        self.gate: Gate | None = None
        self.kpi_of: Callable[[datetime, datetime], Awaitable[AlarmKpi]] = _no_kpi

    def definitions(self) -> dict[str, AlarmDef]:
        return self._definitions

    def standing(self) -> Sequence[AlarmRecord]:
        return self._listed([record for record in self._records.values() if record.stands])

    def suppressed(self) -> Sequence[AlarmRecord]:
        return self._listed([record for record in self._records.values() if record.suppression is not None])

    def _listed(self, records: Sequence[AlarmRecord]) -> Sequence[AlarmRecord]:
        return sorted(records, key=lambda record: list_order(self._definitions[record.id], record))

    def watch(self, callback: AlarmCallback) -> Watch:
        return FakeWatch(self.watches, callback)

    def record(self, alarm_id: str) -> AlarmRecord:
        """The present record."""
        return self._records[alarm_id]

    def raise_alarm(self, alarm_id: str, value: Scalar | None = None, **facts: Any) -> AlarmRecord:
        """The condition holds; `facts` as `escalations`, `repeats` or `first_out` belong to this occurrence."""
        now = self._clock.now()
        before = self._records.get(alarm_id) or AlarmRecord(alarm_id)
        record = AlarmRecord(
            alarm_id,
            max(to_micros(now), before.occurrence + 1),
            active=True,
            acknowledged=not self._definitions[alarm_id].priority.needs_answer,
            value=value,
            raised_at=now,
            shelved=before.shelved,
            out_of_service=before.out_of_service,
        )
        return self.change(TransitionKind.RAISED, replace(record, **facts))

    def rectify(self, alarm_id: str) -> None:
        """The condition is over; a latching alarm stays until it is reset."""
        before = self._records[alarm_id]
        now = self._clock.now()
        latched = self._definitions[alarm_id].latching
        kind = TransitionKind.RECTIFIED
        if before.acknowledged:
            kind = TransitionKind.LATCHED if latched else TransitionKind.CLEARED
        cleared = now if kind is TransitionKind.CLEARED else None
        self.change(kind, replace(before, active=False, rectified_at=now, cleared_at=cleared, latched=latched))

    def change(self, kind: TransitionKind, record: AlarmRecord) -> AlarmRecord:
        """Let it have these facts now and tell everybody; its suppression follows from them."""
        record = replace(record, suppression=suppression_of(record))
        self._take(AlarmTransition(kind, self._clock.now(), record))
        return record

    def revise(self, definition: AlarmDef, user: str, reason: str) -> None:
        """A person changed a definition elsewhere."""
        self._definitions[definition.id] = definition
        record = self._records.get(definition.id) or AlarmRecord(definition.id)
        self._take(AlarmTransition(TransitionKind.REVISED, self._clock.now(), record, user, "ecr", reason))

    async def acknowledge(self, alarm_id: str, occurrence: int, user: str, station: str) -> AlarmRecord:
        self.acknowledged.append((alarm_id, occurrence, user, station))
        if self.gate is not None:
            await self.gate.wait()
        return self._act(alarm_id, Acknowledge(occurrence, user, station))

    async def acknowledge_visible(self, seen: Sequence[tuple[str, int]], user: str, station: str) -> int:
        self._refuse_if_told_so()
        refusal = refused_visible(user, self.rules.rights(station))
        if refusal is not None:
            raise CommandRefused(refusal.reason, refusal.message)
        answered = 0
        for alarm_id, occurrence in seen:
            self.acknowledged.append((alarm_id, occurrence, user, station))
            try:
                self._act(alarm_id, Acknowledge(occurrence, user, station))
            except CommandRefused:
                continue
            answered += 1
        return answered

    async def reset(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        return self._act(alarm_id, Reset(user, station))

    async def shelve(self, alarm_id: str, user: str, minutes: float, reason: str, station: str) -> AlarmRecord:
        if not 0 < minutes <= self.rules.max_shelve_minutes:
            raise CommandRefused("bad_minutes", f"{alarm_id}: cannot be shelved for {minutes:g} minutes")
        return self._act(alarm_id, Shelve(self._clock.now() + timedelta(minutes=minutes), user, reason, station))

    async def unshelve(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        return self._act(alarm_id, Unshelve(user, station))

    async def out_of_service(self, alarm_id: str, user: str, reason: str, station: str) -> AlarmRecord:
        return self._act(alarm_id, TakeOutOfService(user, reason, station))

    async def in_service(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        return self._act(alarm_id, ReturnToService(user, station))

    async def test(self, priority: Priority, user: str, station: str) -> None:
        self._refuse_if_told_so()
        if not user.strip():
            raise CommandRefused("no_user", "an alarm test needs a name")
        self.tested.append((priority, user, station))

    async def silence(self, user: str, station: str) -> None:
        self.silenced.append((user, station))
        self._refuse_if_told_so()
        until = self._clock.now() + timedelta(seconds=self.rules.silence_s)
        for alarm_id in tuple(self._records):
            self._act(alarm_id, Silence(until, user, station))

    async def history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        wanted = [
            line
            for line in reversed(self._journal)
            if (since is None or line.at >= since) and (until is None or line.at <= until)
        ]
        return wanted[:limit]

    async def kpi(self, since: datetime, until: datetime) -> AlarmKpi:
        return await self.kpi_of(since, until)

    def _refuse_if_told_so(self) -> None:
        if self.refuse_next is not None:
            refusal, self.refuse_next = self.refuse_next, None
            raise refusal

    def _act(self, alarm_id: str, event: PersonEvent) -> AlarmRecord:
        self._refuse_if_told_so()
        definition = self._definitions[alarm_id]
        refusal = refused_here(definition, event, self.rules.rights(event.station))
        if refusal is not None:
            raise CommandRefused(refusal.reason, refusal.message)
        before = self._records.get(alarm_id) or AlarmRecord(alarm_id)
        _, effects = step(definition, before, event, self._clock.now())
        for effect in effects:
            if isinstance(effect, Refusal):
                raise CommandRefused(effect.reason, effect.message)
            self._take(effect)
        return self._records[alarm_id]

    def _take(self, transition: AlarmTransition) -> None:
        self._records[transition.record.id] = transition.record
        self._journal.append(transition)
        for watch in tuple(self.watches):
            watch.callback([transition])  # type: ignore[operator]
