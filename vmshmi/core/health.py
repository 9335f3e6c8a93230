"""What the runtime says about itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TagStats:
    """Statistics of the tag store.

    Attributes:
        total, good, uncertain, bad: numbers of tags.
        updates: samples taken since start.
        by_reason: number of tags for each OPC UA reason that is not plain good.
    """

    total: int
    good: int
    uncertain: int
    bad: int
    updates: int
    by_reason: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class HistorianStats:
    """Statistics of the historian.

    Attributes:
        state: `running`, `stopped`, or `failing`.
        rows: samples recorded since start.
        pending: samples taken but not yet durable.
        dropped: samples that were lost because the buffer was full; never silent.
        last_flush: when the last flush became durable.
        flush_ms: how long it took.
        last_error: one line; empty when all is well.
        path: folder or `:memory:`.
        fill: of the memory for samples that are not in a closed file yet, 0 to 1; beyond 1 they are lost.
        damage: what of the recorded past cannot be read, one line; empty when nothing.
        disk_bytes: taken by closed files.
        oldest_day: start of the oldest day of which every sample is kept, UTC; None when no file is closed.
        days_kept: number of such days.
        days_left: estimated, until the oldest samples are dropped for want of space; None while no day is over.
        shortage: why the oldest samples are about to be dropped, one line; empty while there is room.
    """

    state: str = "stopped"
    rows: int = 0
    pending: int = 0
    dropped: int = 0
    last_flush: datetime | None = None
    flush_ms: float = 0.0
    last_error: str = ""
    path: str = ""
    fill: float = 0.0
    damage: str = ""
    disk_bytes: int = 0
    oldest_day: datetime | None = None
    days_kept: int = 0
    days_left: float | None = None
    shortage: str = ""


@dataclass(frozen=True, slots=True)
class RuntimeHealth:
    """One look at the runtime.

    Attributes:
        status: `ok` or `degraded`.
        started_at: UTC.
        uptime_s: seconds.
        version: of the program.
        tags: statistics of the store.
        historian: statistics of the historian.
        loop_lag_ms: how late the runtime's loop woke last time; p99 of the last minute beside it.
        loop_lag_p99_ms: as above.
        alarms_standing, alarms_unanswered: numbers of alarms.
        clients: connected WebSocket clients.
        memory_mb: resident memory of the process.
        messages: what is wrong, one line each.
    """

    status: str
    started_at: datetime
    uptime_s: float
    version: str
    tags: TagStats
    historian: HistorianStats
    loop_lag_ms: float = 0.0
    loop_lag_p99_ms: float = 0.0
    alarms_standing: int = 0
    alarms_unanswered: int = 0
    clients: int = 0
    memory_mb: float = 0.0
    messages: tuple[str, ...] = ()
