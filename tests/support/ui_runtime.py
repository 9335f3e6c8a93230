"""A runtime in memory that implements `core.ports` for tests of the screen: real objects, no threads, no wire."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tests.support.ui_alarms import FakeAlarms, FakeWatch, Gate
from tests.support.ui_commands import FakeCommands
from tests.support.ui_tuning import FakeTuning
from vmshmi.config.project import Project
from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus, MonitorRow
from vmshmi.core.errors import VmsError
from vmshmi.core.health import HistorianStats, RuntimeHealth, TagStats
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import MonitorCallback, TagCallback, Watch
from vmshmi.core.quality import Quality, QualityLevel
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId, TagValue

__all__ = ["FakeRuntime", "Gate"]


class FakeTags:
    """Values of tags, set by the test."""

    def __init__(self, definitions: Sequence[TagDef], clock: Clock) -> None:
        self._definitions = {tag.id: tag for tag in definitions}
        self._clock = clock
        waiting = TagValue(None, Quality.BAD_WAITING_FOR_INITIAL_DATA, clock.now())
        self._values: dict[TagId, TagValue] = dict.fromkeys(self._definitions, waiting)
        self._last_good: dict[TagId, TagValue] = {}
        self.watches: list[FakeWatch] = []

    def definitions(self) -> Mapping[TagId, TagDef]:
        return self._definitions

    def value(self, tag_id: TagId) -> TagValue:
        return self._values[tag_id]

    def last_good(self, tag_id: TagId) -> TagValue | None:
        return self._last_good.get(tag_id)

    def watch(self, tag_ids: Iterable[TagId], callback: TagCallback) -> Watch:
        ids = frozenset(tag_ids)
        watch = FakeWatch(self.watches, callback, ids)
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


class FakeHistory:
    """No past."""

    async def query(self, query: HistoryQuery) -> HistorySeries:
        return HistorySeries(query.tag_id)

    async def query_many(
        self, tag_ids: Sequence[TagId], since: datetime, until: datetime, points: int
    ) -> list[HistorySeries]:
        return [HistorySeries(tag_id) for tag_id in tag_ids]

    async def export(self, tag_ids: Sequence[TagId], since: datetime, until: datetime, file: Path) -> None:
        file.write_bytes(b"")


class FakeMonitor:
    """An open watch of a device."""

    def __init__(self, among: list["FakeMonitor"], device_id: str, callback: MonitorCallback) -> None:
        self._among = among
        self.device_id = device_id
        self.callback = callback

    def close(self) -> None:
        if self in self._among:
            self._among.remove(self)


class FakeSystem:
    """What the runtime says about itself, set by the test."""

    def __init__(self, tags: FakeTags, clock: Clock) -> None:
        self._tags = tags
        self._clock = clock
        self._started = clock.now()
        self.is_connected = True
        self.device_list: list[DeviceStatus] = []
        self.probe_answer: str | VmsError = "answers in 3 ms"
        self.probe_gate: Gate | None = None
        self.probed: list[str] = []
        self.monitors: list[FakeMonitor] = []

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

    async def probe(self, device_id: str) -> str:
        self.probed.append(device_id)
        if self.probe_gate is not None:
            await self.probe_gate.wait()
        if isinstance(self.probe_answer, VmsError):
            raise self.probe_answer
        return self.probe_answer

    def watch_monitor(self, device_id: str, callback: MonitorCallback) -> Watch:
        monitor = FakeMonitor(self.monitors, device_id, callback)
        self.monitors.append(monitor)
        return monitor

    def say(self, rows: Sequence[MonitorRow]) -> None:
        """A batch of what a device says."""
        for monitor in tuple(self.monitors):
            monitor.callback(rows)


class FakeRuntime:
    """All ports over one project."""

    def __init__(self, project: Project, clock: Clock, system_tags: Sequence[TagDef] = ()) -> None:
        self.tags = FakeTags([*project.tag_definitions(), *system_tags], clock)
        self.alarms = FakeAlarms(project.alarm_definitions(), clock)
        self.history = FakeHistory()
        self.tuning = FakeTuning(self.alarms.definitions(), clock)
        self.commands = FakeCommands(clock)
        self.system = FakeSystem(self.tags, clock)
