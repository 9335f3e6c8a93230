"""Closed segments: Parquet files of one UTC day, one family and one range of row numbers.

    history/raw/day=2026-11-22/numbers-000000000000000000-000000003600000000.parquet
    history/text/day=2026-11-22/texts-...

Columns of all of them: tag (text), timestamp (UTC microseconds), value (double; 0 and 1 for booleans; null where there
was no value), quality (OPC UA status code), in `text/` also text, and received (when a row came that did not come when
it held; else null). So all of `history/raw` reads as one table. Older files lack `received`.

The name carries the range of rows the file was made from (its own day's rows of it). That makes two things decidable
from names alone: what a crash left half done (`settle`), and, of two files of a day where one's range holds the
other's, that the larger replaces the smaller.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from vmshmi.core.clock import to_micros
from vmshmi.runtime.historian.rows import Family

HISTORY = "history"
DAY_US = 86_400_000_000
_PLACES = {Family.NUMBERS: "raw", Family.BOOLEANS: "raw", Family.TEXTS: "text"}
_NAME = re.compile(r"(?P<family>numbers|booleans|texts)-(?P<first>\d{18})-(?P<end>\d{18})\.parquet")
_DAY = re.compile(r"day=(?P<day>\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Segment:
    """One closed file.

    Attributes:
        day_us: start of its UTC day, microseconds since 1970; every sample in it lies in this day.
        first_row, end_row: range of row numbers it was made from.
        family: which.
        file: where.
        span: its first and last time, where they are known: a question about another time need not open it.
    """

    day_us: int
    first_row: int
    end_row: int
    family: Family
    file: Path
    span: tuple[int, int] | None = field(default=None, compare=False)

    def touches(self, since_us: int, until_us: int) -> bool:
        """True unless it surely has no row in this range, both ends included."""
        first, last = self.span or (self.day_us, self.day_us + DAY_US - 1)
        return first <= until_us and last >= since_us


def segment_file(history: Path, family: Family, day_us: int, first_row: int, end_row: int) -> Path:
    """Where such a segment lies."""
    day = datetime.fromtimestamp(day_us // 1_000_000, UTC).date().isoformat()
    return history / _PLACES[family] / f"day={day}" / f"{family.value}-{first_row:018d}-{end_row:018d}.parquet"


def find_segments(history: Path) -> list[Segment]:
    """All files that are named as segments, in order of day and row.

    Raises:
        OSError: if a folder cannot be read.
    """
    found: list[Segment] = []
    for place in sorted(set(_PLACES.values())):
        for folder in entries(history / place):
            match = _DAY.fullmatch(folder.name)
            if match is None:
                continue
            day_us = to_micros(datetime.combine(date.fromisoformat(match["day"]), datetime.min.time(), UTC))
            for entry in entries(Path(folder.path)):
                name = _NAME.fullmatch(entry.name)
                if name is not None:
                    family = Family(name["family"])
                    found.append(Segment(day_us, int(name["first"]), int(name["end"]), family, Path(entry.path)))
    return sorted(found, key=lambda segment: (segment.day_us, segment.first_row, segment.end_row))


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """What a folder holds; nothing when there is none.

    Raises:
        OSError: if it cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def remove_half_written(history: Path) -> int:
    """Remove temporary files of a seal or a compaction that a crash ended; returns how many.

    Raises:
        OSError: if one cannot be removed.
    """
    count = 0
    for file in history.glob("**/*.parquet.tmp"):
        file.unlink(missing_ok=True)
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Settled:
    """Which files count and which rows of the journal do.

    Attributes:
        segments: files whose rows count, in order of day and row.
        leftovers: files that do not: a seal that never became final, or one that another file replaces.
        sealed: per family the ranges of row numbers the counting files were made from, merged.
    """

    segments: tuple[Segment, ...]
    leftovers: tuple[Segment, ...]
    sealed: Mapping[Family, Sequence[tuple[int, int]]]

    def covers(self, family: Family, first_row: int, end_row: int) -> bool:
        """True when files that count were made from these rows: the journal's copy of them does not count."""
        return any(first <= first_row and end_row <= end for first, end in self.sealed.get(family, ()))


def settle(files: Sequence[Segment], journal_ranges: Iterable[tuple[Family, int, int]]) -> Settled:
    """Decide between files and journal, so that each row counts once.

    The journal forgets rows in one transaction, after their last file is safe. So where the journal still has every row
    of a file's range, that seal never became final and the journal counts; where it has not, the file counts.

    Args:
        files: all that were found; for a reader beside a running runtime: found after the journal was read.
        journal_ranges: family, first row and end row of each stretch in the journal.
    """
    spans = _merged(journal_ranges)
    final: list[Segment] = []
    leftovers: list[Segment] = []
    for segment in files:
        unfinished = any(
            first <= segment.first_row and segment.end_row <= end for first, end in spans.get(segment.family, [])
        )
        (leftovers if unfinished else final).append(segment)
    replaced = _replaced(final)
    return Settled(
        tuple(segment for segment in final if segment not in replaced),
        (*leftovers, *(segment for segment in final if segment in replaced)),
        _merged((segment.family, segment.first_row, segment.end_row) for segment in final),
    )


def _merged(ranges: Iterable[tuple[Family, int, int]]) -> dict[Family, list[tuple[int, int]]]:
    spans: dict[Family, list[tuple[int, int]]] = {}
    for family, first, end in sorted(ranges, key=lambda item: (item[0].value, item[1])):
        of_family = spans.setdefault(family, [])
        if of_family and of_family[-1][1] >= first:
            of_family[-1] = (of_family[-1][0], max(end, of_family[-1][1]))
        else:
            of_family.append((first, end))
    return spans


def _replaced(files: Sequence[Segment]) -> set[Segment]:
    """Files whose range lies within that of another one of their day and family."""
    found: set[Segment] = set()
    furthest: dict[tuple[int, Family], int] = {}
    for segment in sorted(files, key=lambda file: (file.first_row, -file.end_row)):
        key = (segment.day_us, segment.family)
        if segment.end_row <= furthest.get(key, -1):
            found.add(segment)
        else:
            furthest[key] = segment.end_row
    return found
