"""The runtime as one thing: built from a project, started in order, stopped in reverse, each stage in its budget."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

import vmshmi
from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmTransition, Priority, TransitionKind
from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.quality import Quality
from vmshmi.core.tags import default_recording
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.access import Access
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.alarms.flood_watch import FloodWatch, flood_alarms, flood_tags
from vmshmi.runtime.alarms.tuning import AlarmTuning, silences
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.commands import CommandGateway
from vmshmi.runtime.drivers.desk import DriverDesk
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.table import build_drivers
from vmshmi.runtime.historian import Historian, HistorianSettings, Retention
from vmshmi.runtime.sound.local import LocalSound
from vmshmi.runtime.sound.player import HUSH_S, SoundOptions
from vmshmi.runtime.stages import Stage, Stages
from vmshmi.runtime.staleness import StalenessMonitor
from vmshmi.runtime.storage.alarm_journal import AlarmJournal
from vmshmi.runtime.storage.audit_log import FILE as AUDIT_FILE
from vmshmi.runtime.storage.audit_log import AuditLog
from vmshmi.runtime.storage.folder_lock import FolderLock
from vmshmi.runtime.supervision import Observed, Supervision, system_alarms, system_tags
from vmshmi.runtime.supervision.alarm_test import AlarmTest
from vmshmi.runtime.supervision.device_counters import DeviceCounters, counter_tags
from vmshmi.runtime.supervision.stations import StationSounds
from vmshmi.runtime.tag_store import TagStore
from vmshmi.runtime.task_scope import TaskScope

if TYPE_CHECKING:
    from vmshmi.runtime.api.server import ApiServer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """How to run a project.

    Attributes:
        database: folder for all that is written; None keeps nothing.
        api_host, api_port: where the API listens; port None means no API, port 0 any free one.
        sound: how the station in this process sounds; None when there is none here.
    """

    database: Path | None = None
    api_host: str = "127.0.0.1"
    api_port: int | None = None
    sound: SoundOptions | None = None


class RuntimeApp:
    """Drivers, store, alarms, history and API of one ship, in one asyncio loop.

    Made by `build_runtime`; `start` and `stop` run in the loop that owns it.
    """

    def __init__(self, project: Project, options: RuntimeOptions, clock: Clock) -> None:
        device_ids = [device.id for device in project.devices]
        stale_after_s = {device.id: device.stale_after_s for device in project.devices}
        self.project = project
        self.stages = Stages()
        self._clock = clock
        self._started_at = clock.now()
        self._started_monotonic = clock.monotonic()
        self._process = psutil.Process()

        self.stations = StationSounds(_station_ids(project, options.sound), clock)
        self._drivers = build_drivers(project, DriverContext(clock, fill=self._fill))
        own = [*system_tags(device_ids, self.stations.ids), *flood_tags()]
        definitions = [
            *project.tag_definitions(),
            *(replace(tag, recording=default_recording(tag.kind)) for tag in own),
            *counter_tags(self.devices()),
        ]
        self.store = TagStore(clock)
        self.store.register_many(definitions, _initial_values(project, self._started_at))
        journal_path = None if options.database is None else options.database / "journal.sqlite"
        self.alarms = AlarmEngine(
            [
                *project.alarm_definitions(),
                *project.escalating([*system_alarms(device_ids, self.stations.ids), *flood_alarms()]),
            ],
            clock,
            AlarmJournal(journal_path, clock),
            project.alarm_rules(),
            on_task_death=self.task_died,
        )
        self.historian = Historian(options.database, definitions, clock, _history_settings(project))
        # a tag without a source never gets another value than its initial one: alarms and history must hear of it too
        given = [(tag_id, value) for tag_id, value in self.store.values().items() if value.value is not None]
        for listener in (self.alarms.on_samples, self.historian.record):
            listener(given)
            self.store.add_listener(listener)

        silent_after_s = silences(definitions, stale_after_s)
        self.tuning = AlarmTuning(self.alarms, self.historian.read, silent_after_s, clock)
        self._flood = FloodWatch(self.store, self.alarms, clock)
        self._counters = DeviceCounters(self.store, self.devices, clock)
        self.audit = AuditLog(None if options.database is None else options.database / AUDIT_FILE, clock)
        station_names = {station.id: station.name or station.id for station in project.stations}
        self.access = Access(options.database, project.role_of, self.audit, clock, station_names)
        self.commands = CommandGateway(
            self.store,
            {driver.device_id: driver for driver in self._drivers},
            self.access.identify,
            self.audit,
            clock,
            {station.id: station.commands for station in project.stations},
        )
        self.desk = DriverDesk(self._drivers)
        self._staleness = StalenessMonitor(self.store, definitions, stale_after_s, clock)
        self._supervision = Supervision(
            self.store,
            Observed(
                self.devices,
                self.historian.stats,
                self.alarms.journal_error,
                options.database,
                self.alarms.journal_notice,
                lambda: self.alarms.scan_age_s,
                self._queues,
                lambda by_s: self.alarms.write_down(TransitionKind.CLOCK_JUMPED, reason=f"{by_s:+.1f} s"),
                self.alarms.revisions.ended_lines,
                lambda: self.audit.error,
                lambda: "; ".join(filter(None, [self.audit.notice, self.audit.archive_error])),
                lambda: self.commands.lost,
            ),
            stale_after_s,
            clock,
            self.stations,
        )
        self._test = AlarmTest(self.store, self.alarms, clock)
        self._sound = None if options.sound is None else self._make_sound(options.sound)
        self.alarms.start_note = "" if options.sound is None else options.sound.note
        self._scope = TaskScope(self._supervision.task_died)
        self._lock = None if options.database is None else FolderLock(options.database)
        self.api = None if options.api_port is None else self._make_api(options.api_host, options.api_port)

    def task_died(self, name: str, error: BaseException) -> None:
        """A task of the program ended by an error of ours: an alarm says so. In the runtime's loop."""
        self._supervision.task_died(name, error)

    def _make_api(self, host: str, port: int) -> "ApiServer":
        from vmshmi.runtime.api.server import ApiServer  # 0.5 s of imports that a lone workstation need not wait for

        return ApiServer(self, host, port, clock=self._clock, on_death=self._supervision.task_died)

    def _make_sound(self, options: SoundOptions) -> LocalSound:
        return LocalSound(options, self.alarms, self.stations, self._clock, self.task_died)

    def _in_order(self) -> list[Stage]:
        """In the order of starting; a value needs its historian and its alarms before its driver."""
        stages = [
            Stage("database folder", self._take_folder, self._give_folder, 1.0),
            Stage("historian", self.historian.start, self.historian.stop, 10.0),
            Stage("alarms", self.alarms.start, self.alarms.stop, 5.0),
            Stage("supervision", self._start_supervision, self._scope.close, 2.0),
            *([Stage("sound", self._sound.start, self._sound.stop, 5.0)] if self._sound is not None else []),
            Stage("audit log", self.audit.start, self.audit.stop, 5.0),
            Stage("drivers", self._start_drivers, self._stop_drivers, 6.0),
        ]
        if self.api is not None:
            stages.append(Stage("api", self.api.start, self.api.stop, 5.0))
        # the first to stop: who waits for an outcome gets one before the API goes
        stages.append(Stage("commands", self.commands.start, self.commands.stop, 5.0))
        return stages

    async def start(self) -> None:
        """Start every stage in order; when one fails, stop what runs and raise.

        Raises:
            StartError: folder in use or not writable, port in use.
            ConfigurationError: a device that can never work as configured.
        """
        try:
            await self.stages.start(self._in_order())
        except BaseException:  # raised again, a cancelling too
            self.tuning.close()
            raise
        _log.info("runtime of %s started", self.project.vessel.name)

    async def stop(self) -> None:
        """Stop in reverse order; a stage over its budget is named in the log and left behind. Again does nothing."""
        self.tuning.close()
        await self.stages.stop()

    async def _take_folder(self) -> None:
        if self._lock is not None:
            self._lock.acquire()

    async def _give_folder(self) -> None:
        if self._lock is not None:
            self._lock.release()

    async def _start_supervision(self) -> None:
        self._supervision.observe()
        self._test.rest()
        self._scope.spawn(self._supervision.run(), "supervision")
        self._scope.spawn(self._supervision.measure_lag(), "loop lag")
        self._scope.spawn(self._watch_staleness(), "staleness")
        self._scope.spawn(self._test.run(), "alarm test")
        self._scope.spawn(self._counters.run(), "device counters")
        self._scope.spawn(self._flood.run(), "flood watch")
        self._scope.spawn(self.audit.keep_trying(), "audit log")
        self._scope.spawn(self.audit.keep_days(), "audit archive")

    async def _watch_staleness(self) -> None:
        while True:
            await asyncio.sleep(self._staleness.period_s)
            self._staleness.scan()

    async def _start_drivers(self) -> None:
        for driver in self._drivers:
            await driver.start(self.store.claim(driver.device_id, self._tags_of(driver.device_id)))

    async def _stop_drivers(self) -> None:
        await asyncio.gather(*(driver.stop() for driver in self._drivers))
        fed = [tag_id for driver in self._drivers for tag_id in self._tags_of(driver.device_id)]
        self.store.invalidate(fed, Quality.BAD_OUT_OF_SERVICE)

    def _tags_of(self, device_id: str) -> list[TagId]:
        return [tag_id for tag_id, tag in self.store.definitions().items() if tag.device == device_id]

    def _queues(self) -> dict[str, float]:
        """How full what can overflow is, 0 to 100 %."""
        return {
            "history": 100.0 * self.historian.stats().fill,
            "alarm journal": 100.0 * self.alarms.journal_fill,
            "tag subscribers": 100.0 * self.store.fullest,
            "screens elsewhere": 0.0 if self.api is None else 100.0 * self.api.fullest,
        }

    def _fill(self) -> float:
        return max(self._queues().values()) / 100.0

    async def test_alarm(self, priority: Priority, user: str, station: str | None = None) -> None:
        """Raise the test alarm of this priority for ten seconds; it is in the journal who tests.

        Raises:
            CommandRefused: `no_user`, `not_running`.
        """
        await self._test.begin(priority, user, station)

    def hush(self, seconds: float = HUSH_S) -> None:
        """Let the alarm rest that the loudspeaker sounds by itself when this loop is dead. Any thread."""
        if self._sound is not None:
            self._sound.hush(seconds)

    def devices(self) -> Sequence[DeviceStatus]:
        """A snapshot of every device."""
        return [driver.status() for driver in self._drivers]

    def health(self) -> RuntimeHealth:
        """One look at the whole; for once a second."""
        messages = self._supervision.messages
        standing = self.alarms.standing()
        return RuntimeHealth(
            status="degraded" if messages else "ok",
            started_at=self._started_at,
            uptime_s=self._clock.monotonic() - self._started_monotonic,
            version=vmshmi.__version__,
            tags=self.store.stats(),
            historian=self.historian.stats(),
            loop_lag_ms=self._supervision.lag_ms,
            loop_lag_p99_ms=self._supervision.lag_p99_ms,
            alarms_standing=len(standing),
            alarms_unanswered=sum(record.is_unanswered for record in standing),
            clients=0 if self.api is None else self.api.clients,
            memory_mb=self._process.memory_info().rss / 1e6,
            messages=messages,
        )

    async def alarm_history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        """Transitions from the journal, newest first."""
        return await self.alarms.history(since, until, limit)


def _station_ids(project: Project, sound: SoundOptions | None) -> list[str]:
    here = [] if sound is None else [sound.station]
    return list(dict.fromkeys([*(station.id for station in project.stations), *here]))


def _history_settings(project: Project) -> HistorianSettings:
    kept = project.history
    return HistorianSettings(
        retention=Retention(
            raw_days=kept.raw_days,
            minute_days=kept.minute_days,
            ten_minute_days=kept.ten_minute_days,
            hour_days=kept.hour_days,
            max_bytes=None if kept.max_gb is None else round(kept.max_gb * 1e9),
            min_free=kept.min_free_percent / 100,
        )
    )


def _initial_values(project: Project, now: datetime) -> dict[TagId, TagValue]:
    return {
        TagId(tag.id): TagValue(tag.initial, Quality.GOOD, now, tag.initial)
        for tag in project.tags
        if tag.initial is not None
    }


def build_runtime(project: Project, options: RuntimeOptions | None = None, clock: Clock | None = None) -> RuntimeApp:
    """Put a runtime together; nothing runs and nothing is opened before `start`.

    Args:
        project: checked project.
        options: without them nothing is kept and no API is served.
        clock: the machine's, when None.

    Raises:
        ConfigurationError: a device that can never work as configured.
    """
    return RuntimeApp(project, options or RuntimeOptions(), clock or SystemClock())
