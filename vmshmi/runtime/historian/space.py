"""How much disk history takes, and for how many more days it will do."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vmshmi.runtime.historian.retention import Retention, size_of
from vmshmi.runtime.historian.rollups import Rollup
from vmshmi.runtime.historian.segments import DAY_US, Segment

_DAYS_LOOKED_AT = 7


@dataclass(frozen=True, slots=True)
class Space:
    """One look.

    Attributes:
        bytes: of all closed files.
        oldest_us: start of the oldest UTC day of which samples are kept; None when there is none.
        days: number of days of which samples are kept.
        days_left: until the oldest samples are dropped for want of space; None while no day is over.
    """

    bytes: int = 0
    oldest_us: int | None = None
    days: int = 0
    days_left: float | None = None


def space_of(
    retention: Retention, segments: Sequence[Segment], rollups: Sequence[Rollup], history: Path, now_us: int
) -> Space:
    """Look at the files and at the disk.

    Args:
        retention: the limits.
        segments, rollups: all there are.
        history: a folder on the disk in question.
        now_us: microseconds since 1970 UTC.

    Raises:
        OSError: if the disk cannot be asked.
    """
    of_day: dict[int, int] = {}
    for segment in segments:
        of_day[segment.day_us] = of_day.get(segment.day_us, 0) + size_of(segment.file)
    taken = sum(of_day.values()) + sum(size_of(rollup.file) for rollup in rollups)
    over = sorted(day for day in of_day if day + DAY_US <= now_us)[-_DAYS_LOOKED_AT:]
    a_day = sum(of_day[day] for day in over) / len(over) if over else 0.0
    usage = shutil.disk_usage(history)
    room = usage.free - retention.min_free * usage.total
    if retention.max_bytes is not None:
        room = min(room, retention.max_bytes - taken)
    return Space(taken, min(of_day, default=None), len(of_day), max(room, 0.0) / a_day if a_day else None)
