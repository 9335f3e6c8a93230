"""Looks at the runtime and writes what it finds into its own tags."""

import asyncio
import itertools
import logging
import shutil
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.health import HistorianStats
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.supervision.clock_watch import ClockWatch
from vmshmi.runtime.supervision.stations import StationSounds
from vmshmi.runtime.supervision.tags import (
    AUDIT,
    CLOCK_JUMP,
    COMMANDS_LOST,
    DEAD_TASKS,
    DISK_FREE,
    HISTORIAN,
    HISTORY_KEPT,
    HISTORY_ROOM,
    JOURNAL,
    JOURNAL_KEPT,
    LOOP_LAG,
    QUEUE_FILL,
    REVISIONS_ENDED,
    SCAN_AGE,
    TEST,
    device_tag,
    station_tag,
    system_tags,
)
from vmshmi.runtime.tag_store import TagStore

_log = logging.getLogger(__name__)

WRITER = "runtime"
DROP_MEMORY_S = 60.0
"""How long lost history rows keep the historian's alarm up."""
NEWS_S = 86_400.0
"""How long after the start it is told which revisions the project file has ended and which commands were lost; journal
and audit log tell it for good."""
FULL_PERCENT = 80.0
"""From here on a queue is named among what is wrong."""


def _no_queues() -> Mapping[str, float]:
    return {}


def _nothing() -> Sequence[str]:
    return ()


def _no_error() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Observed:
    """Where the supervision looks; each is cheap and never raises.

    Attributes:
        devices: a snapshot of every device.
        historian: statistics of the historian.
        journal_error: what keeps the alarm journal from being durable; None when all is well.
        folder: database folder, None when nothing is kept.
        journal_notice: what the alarm journal had lost when it was opened; empty when nothing.
        scan_age_s: how long ago the alarm engine last looked at its delays.
        queues: how full each queue is, 0 to 100 %.
        clock_jumped: told by how many seconds the wall clock was set.
        revisions_ended: which revised numbers the project file has ended at this start, one line each.
        audit_error: what keeps the audit log from being durable; None when all is well.
        audit_notice: what the audit log had lost when it was opened; empty when nothing.
        commands_lost: commands of the last run whose outcome nobody knows, one line each.
    """

    devices: Callable[[], Sequence[DeviceStatus]]
    historian: Callable[[], HistorianStats]
    journal_error: Callable[[], str | None]
    folder: Path | None
    journal_notice: Callable[[], str] = str
    scan_age_s: Callable[[], float] = float
    queues: Callable[[], Mapping[str, float]] = _no_queues
    clock_jumped: Callable[[float], None] = lambda by_s: None
    revisions_ended: Callable[[], Sequence[str]] = _nothing
    audit_error: Callable[[], str | None] = _no_error
    audit_notice: Callable[[], str] = str
    commands_lost: Callable[[], Sequence[str]] = _nothing


class Supervision:
    """Measures the runtime and writes what it finds into the store.

    Args:
        store: has the system tags already.
        observed: where to look.
        stale_after_s: for each device, how long it may take to answer for the first time.
        clock: both clocks.
        stations: what the stations say of their loudspeakers.
    """

    PERIOD_S = 0.25
    LAG_PERIOD_S = 0.1

    def __init__(
        self,
        store: TagStore,
        observed: Observed,
        stale_after_s: dict[str, float],
        clock: Clock,
        stations: StationSounds | None = None,
    ) -> None:
        self._observed = observed
        self._stations = stations or StationSounds((), clock)
        self._clock_watch = ClockWatch(clock)
        self._clock = clock
        self._patience = stale_after_s
        self._started = clock.monotonic()
        mine = [tag.id for tag in system_tags(list(stale_after_s), self._stations.ids) if tag.id != TEST]
        self._write = store.claim(WRITER, mine)
        self._lags: deque[float] = deque(maxlen=600)
        self._dead: list[str] = []
        self._dropped = 0
        self._dropped_at: float | None = None

    def task_died(self, name: str, error: BaseException) -> None:
        """Remember a task that ended by an error."""
        self._dead.append(f"{name}: {type(error).__name__}: {error}")

    @property
    def messages(self) -> tuple[str, ...]:
        """What is wrong, one line each."""
        lines = [f"stopped: {line}" for line in self._dead]
        historian = self._observed.historian()
        if historian.last_error:
            lines.append(f"historian: {historian.last_error}")
        if historian.shortage:
            lines.append(f"historian: the oldest samples are dropped: {historian.shortage}")
        journal_error = self._observed.journal_error()
        if journal_error:
            lines.append(f"alarm journal: {journal_error}")
        if self._observed.journal_notice():
            lines.append(f"alarm journal at the start: {self._observed.journal_notice()}")
        lines += filter(None, [self._observed.audit_error(), self._observed.audit_notice()])
        lines += [f"nobody knows what became of {line}" for line in self._news(self._observed.commands_lost)]
        lines += self._news(self._observed.revisions_ended)
        lines += [
            f"queue {name} is {fill:.0f} % full"
            for name, fill in self._observed.queues().items()
            if fill >= FULL_PERCENT
        ]
        lines += [f"station {station_id} is silent: {why}" for station_id, why in self._stations.silent()]
        lines += [
            f"device {status.id}: {status.last_error or status.state.value}"
            for status in self._observed.devices()
            if status.state not in (DeviceState.ONLINE, DeviceState.CONNECTING, DeviceState.STOPPED)
        ]
        return tuple(lines)

    @property
    def lag_ms(self) -> float:
        """How late the loop woke last."""
        return self._lags[-1] if self._lags else 0.0

    @property
    def lag_p99_ms(self) -> float:
        """99th percentile over the last minute."""
        ordered = sorted(self._lags)
        return ordered[int(len(ordered) * 0.99)] if ordered else 0.0

    def observe(self) -> None:
        """Look everywhere once."""
        now = self._clock.now()
        found: dict[TagId, Scalar | None] = {
            device_tag(status.id): self._answers(status) for status in self._observed.devices()
        }
        found.update((station_tag(station_id), sound.value) for station_id, sound in self._stations.states())
        found[HISTORIAN] = self._historian_ok()
        found[HISTORY_KEPT] = not self._observed.historian().damage
        found[HISTORY_ROOM] = not self._observed.historian().shortage
        found[JOURNAL] = self._observed.journal_error() is None
        found[JOURNAL_KEPT] = not self._observed.journal_notice()
        found[AUDIT] = self._observed.audit_error() is None
        found[COMMANDS_LOST] = len(self._news(self._observed.commands_lost))
        found[REVISIONS_ENDED] = len(self._news(self._observed.revisions_ended))
        found[DEAD_TASKS] = len(self._dead)
        found[LOOP_LAG] = round(max(itertools.islice(reversed(self._lags), 3), default=0.0), 1)
        found[SCAN_AGE] = round(self._observed.scan_age_s(), 1)
        found[QUEUE_FILL] = round(max(self._observed.queues().values(), default=0.0), 1)
        found[DISK_FREE] = self._disk_free()
        found[CLOCK_JUMP] = self._clock_jump()
        self._write([(tag_id, _own_value(value, now)) for tag_id, value in found.items()])

    def _news(self, lines: Callable[[], Sequence[str]]) -> Sequence[str]:
        return lines() if self._clock.monotonic() - self._started < NEWS_S else ()

    def _answers(self, status: DeviceStatus) -> bool | None:
        if status.state in (DeviceState.ONLINE, DeviceState.DEGRADED):
            return True
        if status.state.is_lost:
            return False
        waited = self._clock.monotonic() - self._started
        late = status.state is DeviceState.CONNECTING and waited > self._patience.get(status.id, 5.0)
        return False if late else None

    def _historian_ok(self) -> bool:
        stats = self._observed.historian()
        now = self._clock.monotonic()
        if stats.dropped > self._dropped:
            self._dropped = stats.dropped
            self._dropped_at = now
        lost_rows = self._dropped_at is not None and now - self._dropped_at < DROP_MEMORY_S
        return stats.state == "running" and not lost_rows

    def _clock_jump(self) -> float:
        by_s = self._clock_watch.look()
        if by_s is not None:
            _log.warning("the computer's clock was set %+.1f s", by_s)
            self._observed.clock_jumped(by_s)
        return round(self._clock_watch.last_jump_s, 1)

    def _disk_free(self) -> float | None:
        if self._observed.folder is None:
            return 100.0
        try:
            usage = shutil.disk_usage(self._observed.folder)
        except OSError as error:
            _log.warning("free space of %s is unknown: %s", self._observed.folder, error)
            return None
        return round(100.0 * usage.free / usage.total, 1)

    async def run(self) -> None:
        """Look four times a second until cancelled."""
        while True:
            self.observe()
            await asyncio.sleep(self.PERIOD_S)

    async def measure_lag(self) -> None:
        """Measure ten times a second how late the loop wakes, until cancelled."""
        while True:
            before = self._clock.monotonic()
            await asyncio.sleep(self.LAG_PERIOD_S)
            self._lags.append(max(0.0, (self._clock.monotonic() - before - self.LAG_PERIOD_S) * 1000.0))


def _own_value(value: Scalar | None, now: datetime) -> TagValue:
    quality = Quality.BAD_WAITING_FOR_INITIAL_DATA if value is None else Quality.GOOD
    return TagValue(value, quality, now, value)
