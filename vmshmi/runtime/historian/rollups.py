"""Rollups: closed segments in buckets of a minute, ten minutes and an hour, so that years open as fast as hours.

    history/rollup/1m/day=2026-11-22/numbers-000000000000000000-000000003600000000.parquet
    history/rollup/10m/month=2026-11/numbers-003fffff-000000003600000000.parquet
    history/rollup/1h/month=2026-11/numbers-003fffff-000000003600000000.parquet

Columns: tag, timestamp (start of the bucket), count and bad (rows with and without a value), min, max, first, last,
mean (of the rows with a value), quality (the worst status code). Booleans are 0 and 1, so their mean is the share of
rows that were true. Texts have no rollups.

Names say what a file was made from: a file of minutes carries the range of row numbers of its segment, a month's file
the days in it (bit 0 is the first) and the highest row number. What came later lies in segments with higher numbers. A
day that is not over has minutes for each of its segments: where two of them meet, a minute may be in two parts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

import numpy as np

from vmshmi.core.clock import to_micros
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian.engine import Column, Session
from vmshmi.runtime.historian.rows import Family, TagRows
from vmshmi.runtime.historian.segments import DAY_US, Segment, entries
from vmshmi.runtime.historian.writing import write_table

ROLLUP = "rollup"
_DAY_FILE = re.compile(r"(?P<family>numbers|booleans)-(?P<first>\d{18})-(?P<end>\d{18})\.parquet")
_MONTH_FILE = re.compile(r"(?P<family>numbers|booleans)-(?P<days>[0-9a-f]{8})-(?P<end>\d{18})\.parquet")
_DAY = re.compile(r"day=(\d{4}-\d{2}-\d{2})")
_MONTH = re.compile(r"month=(\d{4}-\d{2})")

_OF_DAY = """
SELECT tag, time_bucket(INTERVAL '1 minute', timestamp) AS timestamp, count(value)::UINTEGER AS count,
       (count(*) - count(value))::UINTEGER AS bad, min(value) AS min, max(value) AS max,
       arg_min(value, timestamp) AS first, arg_max(value, timestamp) AS last, avg(value) AS mean,
       max(quality) AS quality
FROM read_parquet($files, hive_partitioning = false) GROUP BY ALL ORDER BY ALL
"""
# a group is one tag and bucket, so that ordering by all columns is ordering by these two
_OF_MONTH = """
SELECT tag, time_bucket(INTERVAL '{width}', timestamp) AS timestamp, sum(count)::UINTEGER AS count,
       sum(bad)::UINTEGER AS bad, min(min) AS min, max(max) AS max, arg_min(first, timestamp) AS first,
       arg_max(last, timestamp) AS last, sum(mean * count) / nullif(sum(count), 0) AS mean, max(quality) AS quality
FROM ({parts}) GROUP BY tag, time_bucket(INTERVAL '{width}', timestamp) ORDER BY 1, 2
"""
_MINUTES = "SELECT * FROM read_parquet($minutes, hive_partitioning = false)"
_BEFORE = """
SELECT * FROM read_parquet($before, hive_partitioning = false)
WHERE NOT list_contains($days, epoch_us(timestamp) - (epoch_us(timestamp) % 86400000000 + 86400000000) % 86400000000)
"""


class Level(Enum):
    """How wide a bucket is."""

    MINUTE = ("1m", 60_000_000, "1 minute")
    TEN_MINUTES = ("10m", 600_000_000, "10 minutes")
    HOUR = ("1h", 3_600_000_000, "1 hour")

    def __init__(self, folder: str, width_us: int, interval: str) -> None:
        self.folder = folder
        self.width_us = width_us
        self.interval = interval


MONTHLY = (Level.TEN_MINUTES, Level.HOUR)


@dataclass(frozen=True, slots=True)
class Rollup:
    """One file of buckets.

    Attributes:
        level, family: what is in it.
        days: starts of the UTC days in it, microseconds since 1970.
        first_row, end_row: range of row numbers of the rows in it; a month's begins with 0.
        file: where.
    """

    level: Level
    family: Family
    days: frozenset[int]
    first_row: int
    end_row: int
    file: Path

    def holds(self, segment: Segment) -> bool:
        """True when the rows of this segment, of one of its days and its family, are in it."""
        return self.first_row <= segment.first_row and segment.end_row <= self.end_row

    def replaces(self, other: "Rollup") -> bool:
        """True when another file of the same folder no longer counts beside this one."""
        if (self.level, self.family, self.file.parent) != (other.level, other.family, other.file.parent):
            return False
        # of a month there is one file; of a day one for each of its segments
        return self.level is not Level.MINUTE or (self.first_row <= other.first_row and other.end_row <= self.end_row)


def find_rollups(history: Path) -> tuple[list[Rollup], list[Rollup]]:
    """All files that are named as rollups: those that count, and those that another one replaces.

    Raises:
        OSError: if a folder cannot be read.
    """
    found = [*_day_rollups(history), *(rollup for level in MONTHLY for rollup in _month_rollups(history, level))]
    counting: list[Rollup] = []
    # the largest first: a file counts unless one that is larger in every way was made in its place
    for rollup in sorted(found, key=lambda rollup: (rollup.end_row, len(rollup.days), -rollup.first_row), reverse=True):
        if not any(other.replaces(rollup) for other in counting):
            counting.append(rollup)
    return counting, [rollup for rollup in found if rollup not in counting]


def _day_rollups(history: Path) -> Iterable[Rollup]:
    for folder in entries(history / ROLLUP / Level.MINUTE.folder):
        day = _DAY.fullmatch(folder.name)
        for file in entries(Path(folder.path)) if day else ():
            name = _DAY_FILE.fullmatch(file.name)
            if day and name:
                days = frozenset((_midnight(date.fromisoformat(day[1])),))
                ends = int(name["first"]), int(name["end"])
                yield Rollup(Level.MINUTE, Family(name["family"]), days, *ends, Path(file.path))


def _month_rollups(history: Path, level: Level) -> Iterable[Rollup]:
    for folder in entries(history / ROLLUP / level.folder):
        month = _MONTH.fullmatch(folder.name)
        for file in entries(Path(folder.path)) if month else ():
            name = _MONTH_FILE.fullmatch(file.name)
            if month and name:
                start, bits = _midnight(date.fromisoformat(f"{month[1]}-01")), int(name["days"], 16)
                days = frozenset(start + place * DAY_US for place in range(31) if bits >> place & 1)
                yield Rollup(level, Family(name["family"]), days, 0, int(name["end"]), Path(file.path))


def month_of(day_us: int) -> str:
    """The UTC month of a day, `2026-11`."""
    return _date(day_us).strftime("%Y-%m")


def roll_up_segment(session: Session, history: Path, segment: Segment) -> Rollup:
    """Make the minutes of a segment, of numbers or booleans; durable when this returns.

    Raises:
        EngineError: if DuckDB cannot.
        OSError: if the folder cannot be written.
    """
    name = f"{segment.family.value}-{segment.first_row:018d}-{segment.end_row:018d}.parquet"
    file = history / ROLLUP / Level.MINUTE.folder / f"day={_date(segment.day_us).isoformat()}" / name
    write_table(session, _OF_DAY, {"files": [str(segment.file)]}, file)
    days = frozenset((segment.day_us,))
    return Rollup(Level.MINUTE, segment.family, days, segment.first_row, segment.end_row, file)


def roll_up_month(
    session: Session, history: Path, level: Level, minutes: Sequence[Rollup], before: Rollup | None
) -> Rollup:
    """Make a month of one level and family out of its days' minutes; durable when this returns.

    Args:
        session: of an engine that may spill.
        history: the folder `history`.
        level: ten minutes or an hour.
        minutes: of one family, at least one, all in one month.
        before: the month's present file: it gives the days whose minutes are no longer kept.

    Raises:
        EngineError: if DuckDB cannot.
        OSError: if the folder cannot be written.
    """
    days = frozenset(day for rollup in minutes for day in rollup.days)
    of_before = before.days - days if before else frozenset[int]()
    end_row = max([rollup.end_row for rollup in minutes] + ([before.end_row] if before else []))
    family, month = minutes[0].family, month_of(min(days))
    start = _midnight(date.fromisoformat(f"{month}-01"))
    bits = sum(1 << (day - start) // DAY_US for day in days | of_before)
    file = history / ROLLUP / level.folder / f"month={month}" / f"{family.value}-{bits:08x}-{end_row:018d}.parquet"
    parameters: dict[str, object] = {"minutes": [str(rollup.file) for rollup in minutes]}
    parts = _MINUTES
    if before is not None and of_before:
        parts = f"{_MINUTES} UNION ALL BY NAME ({_BEFORE})"
        parameters |= {"before": [str(before.file)], "days": sorted(days)}
    write_table(session, _OF_MONTH.format(width=level.interval, parts=parts), parameters, file)
    return Rollup(level, family, days | of_before, 0, end_row, file)


def as_points(found: dict[str, Column], level: Level) -> TagRows:
    """Buckets of one tag as rows a chart can draw: first, min, max and last of each, and a gap where rows were bad.

    Where in its bucket the minimum or the maximum was is not known; they stand in its middle.
    """
    start, third = np.ma.getdata(found["stamp"]).astype(np.int64), level.width_us // 3
    count, bad = np.ma.getdata(found["count"]), np.ma.getdata(found["bad"])
    quality = np.ma.getdata(found["quality"]).astype(np.uint32)
    with_value, with_gap = count > 0, bad > 0
    parts: list[TagRows] = []
    for name, offset in (("first", 0), ("min", third), ("max", 2 * third), ("last", level.width_us - 2)):
        values = np.ma.filled(found[name].astype(np.float64), np.nan)[with_value]
        good = np.zeros(len(values), np.uint32)
        parts.append(TagRows(start[with_value] + offset, values, good))
    gaps = start[with_gap] + np.where(with_value, level.width_us - 1, 0)[with_gap]
    worst = np.maximum(quality[with_gap], np.uint32(Quality.BAD))
    parts.append(TagRows(gaps, np.full(len(gaps), np.nan), worst))
    return TagRows(
        np.concatenate([part.stamps for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.qualities for part in parts]),
    )


def _date(day_us: int) -> date:
    return datetime.fromtimestamp(day_us // 1_000_000, UTC).date()


def _midnight(day: date) -> int:
    return to_micros(datetime.combine(day, datetime.min.time(), UTC))
