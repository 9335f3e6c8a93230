"""Retention: which closed files are no longer kept. Whole files only, oldest first; nothing is ever deleted in part."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vmshmi.core.clock import to_micros
from vmshmi.runtime.historian.rollups import Level, Rollup
from vmshmi.runtime.historian.segments import DAY_US, Segment


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept; None keeps it for good.

    Attributes:
        raw_days: every sample.
        minute_days, ten_minute_days, hour_days: the rollups.
        max_bytes: of all of them together; beyond it the oldest samples go, then the oldest minutes.
        min_free: share of the disk that is left free, 0 to 1; below it the same goes.
    """

    raw_days: float | None = None
    minute_days: float | None = None
    ten_minute_days: float | None = None
    hour_days: float | None = None
    max_bytes: int | None = None
    min_free: float = 0.0

    def days(self, level: Level) -> float | None:
        """How long a rollup is kept."""
        match level:
            case Level.MINUTE:
                return self.minute_days
            case Level.TEN_MINUTES:
                return self.ten_minute_days
            case Level.HOUR:
                return self.hour_days

    def is_over(self, level: Level, day_us: int, now: datetime) -> bool:
        """Whether the rollups of a day are no longer kept."""
        return _too_old(day_us, self.days(level), to_micros(now))


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to go.

    Attributes:
        segments, rollups: which.
        why: one line for the log.
        for_space: True when it goes for want of space and not for its age.
    """

    segments: tuple[Segment, ...] = ()
    rollups: tuple[Rollup, ...] = ()
    why: str = ""
    for_space: bool = False
    files: tuple[Path, ...] = field(init=False)

    def __post_init__(self) -> None:
        both = (*(segment.file for segment in self.segments), *(rollup.file for rollup in self.rollups))
        object.__setattr__(self, "files", both)

    @property
    def what(self) -> str:
        """The files, for the log."""
        return ", ".join("/".join(file.parts[-3:]) for file in self.files)


def doomed(
    retention: Retention, segments: Sequence[Segment], rollups: Sequence[Rollup], history: Path, now: datetime
) -> Doomed:
    """What is too old, or when nothing is, the oldest day of what takes too much space.

    Args:
        retention: how long what is kept.
        segments, rollups: all there are.
        history: a folder on the disk in question.
        now: UTC.
    """
    now_us = to_micros(now)
    old_segments = tuple(s for s in segments if _too_old(s.day_us, retention.raw_days, now_us))
    old_rollups = tuple(r for r in rollups if retention.is_over(r.level, max(r.days), now))
    if old_segments or old_rollups:
        return Doomed(old_segments, old_rollups, "older than it is to be kept")
    why = _too_much(retention, [*(s.file for s in segments), *(r.file for r in rollups)], history)
    if not why:
        return Doomed()
    today_us = now_us // DAY_US * DAY_US
    closed = [segment for segment in segments if segment.day_us < today_us]
    if closed:
        oldest = min(segment.day_us for segment in closed)
        return Doomed(tuple(segment for segment in closed if segment.day_us == oldest), (), why, True)
    minutes = [rollup for rollup in rollups if rollup.level is Level.MINUTE and max(rollup.days) < today_us]
    if minutes:
        oldest = min(min(rollup.days) for rollup in minutes)
        return Doomed((), tuple(rollup for rollup in minutes if oldest in rollup.days), why, True)
    return Doomed()


def _too_old(day_us: int, days: float | None, now_us: int) -> bool:
    return days is not None and day_us + DAY_US + int(days * DAY_US) <= now_us


def _too_much(retention: Retention, files: Sequence[Path], history: Path) -> str:
    if retention.max_bytes is not None:
        taken = sum(size_of(file) for file in files)
        if taken > retention.max_bytes:
            return f"{taken / 1e9:.1f} GB are more than the {retention.max_bytes / 1e9:.1f} GB it may take"
    if retention.min_free > 0:
        usage = shutil.disk_usage(history)
        if usage.free < retention.min_free * usage.total:
            return f"{usage.free / usage.total:.1%} of the disk are free, {retention.min_free:.0%} must be"
    return ""


def size_of(file: Path) -> int:
    """Bytes of a file; 0 when it is gone."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
