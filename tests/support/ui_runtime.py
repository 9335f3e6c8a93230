"""A runtime in memory that implements `core.ports` for tests of the screen: real objects, no threads, no wire."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Priority, TransitionKind, list_order
from vmshmi.core.clock import Clock, to_micros
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.errors import CommandRefused
from vmshmi.core.health import HistorianStats, RuntimeHealth, TagStats
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import AlarmCallback, TagCallback, Watch
from vmshmi.core.quality import Quality, QualityLevel
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId, TagValue


class _Watch:
    def __init__(self, book: list["_Watch"], callback: object, ids: frozenset[TagId] = frozenset()) -> None:
        self._book = book
        self.callback = callback
        self.ids = ids
        book.append(self)

    def close(self) -> None:
        if self in self._book:
            self._book.remove(self)


class FakeTags:
    """Values of tags, set by the test."""

    def __init__(self, definitions: Sequence[TagDef], clock: Clock) -> None:
        self._definitions = {tag.id: tag for tag in definitions}
        self._clock = clock
        waiting = TagValue(None, Quality.BAD_WAITING_FOR_INITIAL_DATA, clock.now())
        self._values: dict[TagId, TagValue] = dict.fromkeys(self._definitions, waiting)
        self._last_good: dict[TagId, TagValue] = {}
        self.watches: list[_Watch] = []

    def definitions(self) -> Mapping[TagId, TagDef]:
        return self._definitions

    def value(self, tag_id: TagId) -> TagValue:
        return self._values[tag_id]

    def last_good(self, tag_id: TagId) -> TagValue | None:
        return self._last_good.get(tag_id)

    def watch(self, tag_ids: Iterable[TagId], callback: TagCallback) -> Watch:
        ids = frozenset(tag_ids)
        watch = _Watch(self.watches, callback, ids)
        callback({tag_id: self._values[tag_id] for tag_id in ids})
        return watch

    def watched(self) -> frozenset[TagId]:
        """Every tag that somebody watches."""
        return frozenset(tag_id for watch in self.watches for tag_id in watch.ids)

    def set(self, tag_id: str, value: Scalar | None, quality: Quality = Quality.GOOD) -> None:
        """A new sample."""
        self.set_many({tag_id: value}, quality)

    def set_many(self, values: Mapping[str, Scalar | None], quality: Quality = Quality.GOOD) -> None:
        """New samples in one batch, as a frame brings them."""
        changes: dict[TagId, TagValue] = {}
        for name, value in values.items():
            tag_id = TagId(name)
            sample = TagValue(None if quality.is_bad else value, quality, self._clock.now(), value)
            self._values[tag_id] = changes[tag_id] = sample
            if not quality.is_bad:
                self._last_good[tag_id] = sample
        for watch in tuple(self.watches):
            mine = {tag_id: sample for tag_id, sample in changes.items() if tag_id in watch.ids}
            if mine:
                watch.callback(mine)  # type: ignore[operator]


class FakeAlarms:
    """Alarms raised and rectified by the test, acknowledged through the port."""

    def __init__(self, definitions: Sequence[AlarmDef], clock: Clock) -> None:
        self._definitions = {alarm.id: alarm for alarm in definitions}
        self._clock = clock
        self._records: dict[str, AlarmRecord] = {}
        self._journal: list[AlarmTransition] = []
        self.watches: list[_Watch] = []
        self.acknowledged: list[tuple[str, int, str, str]] = []
        self.silenced: list[tuple[str, str]] = []
        self.refuse_next: CommandRefused | None = None
        self.gate: Gate | None = None

    def definitions(self) -> Mapping[str, AlarmDef]:
        return self._definitions

    def standing(self) -> Sequence[AlarmRecord]:
        standing = [record for record in self._records.values() if record.stands]
        return sorted(standing, key=lambda record: list_order(self._definitions[record.id], record))

    def watch(self, callback: AlarmCallback) -> Watch:
        return _Watch(self.watches, callback)

    def record(self, alarm_id: str) -> AlarmRecord:
        """The present record."""
        return self._records[alarm_id]

    def raise_alarm(self, alarm_id: str, value: Scalar | None = None) -> AlarmRecord:
        """The condition holds."""
        now = self._clock.now()
        before = self._records.get(alarm_id)
        occurrence = max(to_micros(now), before.occurrence + 1 if before else 0)
        answerable = self._definitions[alarm_id].priority in (Priority.ALARM, Priority.WARNING)
        record = AlarmRecord(alarm_id, occurrence, active=True, acknowledged=not answerable, value=value, raised_at=now)
        self._take(TransitionKind.RAISED, record)
        return record

    def rectify(self, alarm_id: str) -> None:
        """The condition is over."""
        before = self._records[alarm_id]
        now = self._clock.now()
        cleared = now if before.acknowledged else None
        record = replace(before, active=False, rectified_at=now, cleared_at=cleared)
        self._take(TransitionKind.CLEARED if before.acknowledged else TransitionKind.RECTIFIED, record)

    async def acknowledge(self, alarm_id: str, occurrence: int, user: str, station: str) -> AlarmRecord:
        self.acknowledged.append((alarm_id, occurrence, user, station))
        if self.gate is not None:
            await self.gate.wait()
        if self.refuse_next is not None:
            refusal, self.refuse_next = self.refuse_next, None
            raise refusal
        before = self._records[alarm_id]
        if before.occurrence != occurrence:
            raise CommandRefused("stale_occurrence", "this is not the present occurrence")
        if before.acknowledged:
            raise CommandRefused("not_acknowledgeable", "it needs no acknowledgement")
        now = self._clock.now()
        cleared = None if before.active else now
        record = replace(
            before, acknowledged=True, acked_at=now, acked_by=user, acked_station=station, cleared_at=cleared
        )
        self._take(TransitionKind.ACKNOWLEDGED, record, user, station)
        return record

    async def silence(self, user: str, station: str) -> None:
        self.silenced.append((user, station))
        until = self._clock.now() + timedelta(seconds=30)
        for record in tuple(self._records.values()):
            if record.is_unanswered:
                self._take(TransitionKind.SILENCED, replace(record, silenced_until=until), user, station)

    async def history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        return self._journal[::-1][:limit]

    def _take(
        self, kind: TransitionKind, record: AlarmRecord, user: str | None = None, station: str | None = None
    ) -> None:
        self._records[record.id] = record
        transition = AlarmTransition(kind, self._clock.now(), record, user, station)
        self._journal.append(transition)
        for watch in tuple(self.watches):
            watch.callback([transition])  # type: ignore[operator]


class Gate:
    """Holds an answer back until the test opens it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    async def wait(self) -> None:
        await self._event.wait()

    def open(self) -> None:
        self._event.set()


class FakeHistory:
    """No past."""

    async def query(self, query: HistoryQuery) -> HistorySeries:
        return HistorySeries(query.tag_id)


class FakeSystem:
    """What the runtime says about itself, set by the test."""

    def __init__(self, tags: FakeTags, clock: Clock) -> None:
        self._tags = tags
        self._clock = clock
        self._started = clock.now()
        self.is_connected = True
        self.device_list: list[DeviceStatus] = []

    def devices(self) -> Sequence[DeviceStatus]:
        return self.device_list

    def health(self) -> RuntimeHealth | None:
        levels = [self._tags.value(tag_id).quality.level for tag_id in self._tags.definitions()]
        stats = TagStats(
            total=len(levels),
            good=levels.count(QualityLevel.GOOD),
            uncertain=levels.count(QualityLevel.UNCERTAIN),
            bad=levels.count(QualityLevel.BAD),
            updates=12_345,
            by_reason=(("BadNoCommunication", levels.count(QualityLevel.BAD)),),
        )
        historian = HistorianStats("running", 120_000, 160, 0, self._clock.now(), 1.8, "", "/var/lib/vmshmi")
        uptime = (self._clock.now() - self._started).total_seconds()
        return RuntimeHealth(
            "ok", self._started, uptime, "0.1.0", stats, historian, 0.4, 2.1, 0, 0, clients=1, memory_mb=142.0
        )

    def connected(self) -> bool:
        return self.is_connected


class FakeRuntime:
    """All ports over one project."""

    def __init__(self, project: Project, clock: Clock) -> None:
        self.tags = FakeTags(project.tag_definitions(), clock)
        self.alarms = FakeAlarms(project.alarm_definitions(), clock)
        self.history = FakeHistory()
        self.system = FakeSystem(self.tags, clock)
