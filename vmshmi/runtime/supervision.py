"""The alarm system watches itself: its own state becomes tags below `system.`, and alarms on them."""

import asyncio
import itertools
import logging
import shutil
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vmshmi.core.alarms.model import AlarmDef, Operator, Priority
from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.health import HistorianStats
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.tag_store import TagStore

_log = logging.getLogger(__name__)

WRITER = "runtime"
GROUP = "System"
DROP_MEMORY_S = 60.0
"""How long lost history rows keep the historian's alarm up."""

_HISTORIAN = TagId("system.historian.ok")
_JOURNAL = TagId("system.journal.ok")
_KEPT = TagId("system.journal.kept")
_DEAD_TASKS = TagId("system.tasks.dead")
_LOOP_LAG = TagId("system.loop.lag")
_DISK_FREE = TagId("system.disk.free")


@dataclass(frozen=True, slots=True)
class Observed:
    """Where the supervision looks; each is cheap and never raises.

    Attributes:
        devices: a snapshot of every device.
        historian: statistics of the historian.
        journal_error: what keeps the alarm journal from being durable; None when all is well.
        folder: database folder, None when nothing is kept.
        journal_notice: what the alarm journal had lost when it was opened; empty when nothing.
    """

    devices: Callable[[], Sequence[DeviceStatus]]
    historian: Callable[[], HistorianStats]
    journal_error: Callable[[], str | None]
    folder: Path | None
    journal_notice: Callable[[], str] = str


def device_tag(device_id: str) -> TagId:
    """The tag that says whether a device answers."""
    return TagId(f"system.device.{device_id}.online")


def system_tags(device_ids: Sequence[str]) -> list[TagDef]:
    """The runtime's own tags."""
    ok = ((0, "Failed"), (1, "OK"))
    tags = [
        TagDef(
            device_tag(device_id), f"Device {device_id} answers", kind=TagKind.DIGITAL, group=GROUP,
            normal_min=1, normal_max=1, states=((0, "Lost"), (1, "Online")),
        )
        for device_id in device_ids
    ]  # fmt: skip
    tags += [
        TagDef(_HISTORIAN, "History is recorded", kind=TagKind.DIGITAL, group=GROUP, normal_min=1, states=ok),
        TagDef(_JOURNAL, "Alarm journal is durable", kind=TagKind.DIGITAL, group=GROUP, normal_min=1, states=ok),
        TagDef(
            _KEPT, "Alarm journal was whole at the start", kind=TagKind.DIGITAL, group=GROUP, normal_min=1, states=ok
        ),
        TagDef(_DEAD_TASKS, "Parts of the program that have stopped", kind=TagKind.COUNTER, group=GROUP, normal_max=0),
        TagDef(_LOOP_LAG, "Delay of the runtime's loop", "ms", group=GROUP, normal_min=0, normal_max=250, decimals=1),
        TagDef(_DISK_FREE, "Free space for the database", "%", group=GROUP, normal_min=5, normal_max=100, decimals=1),
    ]
    return tags


def system_alarms(device_ids: Sequence[str]) -> list[AlarmDef]:
    """The runtime's own alarms, each with an advice."""
    alarms = [
        AlarmDef(
            f"system.device.{device_id}.lost",
            device_tag(device_id),
            Operator.EQUAL,
            0,
            priority=Priority.ALARM,
            message=f"Device {device_id} lost",
            group=GROUP,
            cause="The device is switched off, unreachable, or answers wrongly.",
            consequence="None of its values is known; its alarms stay as they were.",
            action="See the device's last error on the system page; check its supply, cable and address.",
        )
        for device_id in device_ids
    ]
    alarms += [
        _own_alarm(
            "system.historian.failed", _HISTORIAN, Operator.EQUAL, 0, Priority.WARNING, "History is not recorded",
            "The disk is full, failing or not writable, or samples come faster than they can be stored.",
            "Values and alarms go on; trends will have a gap once the buffer is full.",
            "See the historian on the system page; free space or replace the disk.",
        ),
        _own_alarm(
            "system.journal.failed", _JOURNAL, Operator.EQUAL, 0, Priority.ALARM, "Alarm journal cannot be written",
            "The disk is full, failing or not writable.",
            "Alarms are still announced, but would not survive a power cut.",
            "Free space or replace the disk; keep a written log until it is cured.",
        ),
        _own_alarm(
            "system.journal.lost", _KEPT, Operator.EQUAL, 0, Priority.ALARM, "Alarm journal was damaged",
            "The file of the alarm journal could not be read at the start; what is left of it was kept beside it.",
            "Alarms that wanted an answer before the start may be forgotten; those still active stand again.",
            "Walk the machinery spaces as after a blackout; keep the damaged file; check the disk.",
        ),
        _own_alarm(
            "system.tasks.failed", _DEAD_TASKS, Operator.GREATER, 0, Priority.ALARM,
            "A part of the monitoring program has stopped",
            "An error in the program; the log names it.",
            "What the part did is no longer done: see the system page.",
            "Restart the program; send the log to its makers.",
        ),
        _own_alarm(
            "system.loop.slow", _LOOP_LAG, Operator.GREATER, 1000, Priority.WARNING, "Monitoring is slow",
            "The workstation is overloaded.", "Alarms may come late.", "Close other programs on the workstation.",
            hysteresis=500, delay_s=2,
        ),
        _own_alarm(
            "system.disk.low", _DISK_FREE, Operator.LESS, 5, Priority.WARNING, "Disk space for history is low",
            "The disk fills up.", "History and journal will stop when it is full.", "Free space on the disk.",
            hysteresis=1, delay_s=5,
        ),
    ]  # fmt: skip
    return alarms


def _own_alarm(
    alarm_id: str,
    tag: TagId,
    operator: Operator,
    limit: float,
    priority: Priority,
    message: str,
    cause: str,
    consequence: str,
    action: str,
    *,
    hysteresis: float = 0.0,
    delay_s: float = 0.0,
) -> AlarmDef:
    return AlarmDef(
        alarm_id,
        tag,
        operator,
        limit,
        hysteresis=hysteresis,
        delay_s=delay_s,
        priority=priority,
        message=message,
        group=GROUP,
        cause=cause,
        consequence=consequence,
        action=action,
    )


class Supervision:
    """Measures the runtime and writes what it finds into the store.

    Args:
        store: has the system tags already.
        observed: where to look.
        stale_after_s: for each device, how long it may take to answer for the first time.
        clock: both clocks.
    """

    PERIOD_S = 0.25
    LAG_PERIOD_S = 0.1

    def __init__(self, store: TagStore, observed: Observed, stale_after_s: dict[str, float], clock: Clock) -> None:
        self._observed = observed
        self._clock = clock
        self._patience = stale_after_s
        self._started = clock.monotonic()
        self._write = store.claim(WRITER, [tag.id for tag in system_tags(list(stale_after_s))])
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
        journal_error = self._observed.journal_error()
        if journal_error:
            lines.append(f"alarm journal: {journal_error}")
        if self._observed.journal_notice():
            lines.append(f"alarm journal at the start: {self._observed.journal_notice()}")
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
        found[_HISTORIAN] = self._historian_ok()
        found[_JOURNAL] = self._observed.journal_error() is None
        found[_KEPT] = not self._observed.journal_notice()
        found[_DEAD_TASKS] = len(self._dead)
        found[_LOOP_LAG] = round(max(itertools.islice(reversed(self._lags), 3), default=0.0), 1)
        found[_DISK_FREE] = self._disk_free()
        self._write([(tag_id, _own_value(value, now)) for tag_id, value in found.items()])

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
