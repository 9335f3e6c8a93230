"""Which rollup answers for which part of a long range of time, and which rows must be read beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmshmi.runtime.historian.rollups import Level, Rollup
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import DAY_US, Segment


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read.

    Attributes:
        rollups: files of each level whose whole buckets count.
        raw: since, until (both included, microseconds) and the segments to read there.
    """

    rollups: Mapping[Level, Sequence[Rollup]]
    raw: Sequence[tuple[int, int, Sequence[Segment]]]


def coarsest(width_us: int, family: Family) -> Level | None:
    """The widest buckets that are no wider than this; None where only rows will do."""
    if family is Family.TEXTS:
        return None
    fitting = [level for level in Level if level.width_us <= width_us]
    return max(fitting, key=lambda level: level.width_us, default=None)


def whole_buckets(level: Level, since_us: int, until_us: int) -> tuple[int, int]:
    """Starts of the first and the last bucket that lie wholly in this range; the first is later when none does."""
    width = level.width_us
    return -(-since_us // width) * width, (until_us + 1) // width * width - width


def plan_of(rollups: Sequence[Rollup], segments: Sequence[Segment], level: Level, since_us: int, until_us: int) -> Plan:
    """Choose for each day and family the coarsest rollup up to `level`, and the rows that no chosen one holds.

    A row may be read twice, from a rollup and from a segment that a compaction has just made: that does no harm to a
    minimum or a maximum. None is left out.
    """
    chosen = _chosen(rollups, level, since_us, until_us)
    by_level: dict[Level, list[Rollup]] = {}
    for rollup in dict.fromkeys(rollup for of_day in chosen.values() for rollup in of_day):
        by_level.setdefault(rollup.level, []).append(rollup)
    raw: dict[tuple[int, int], list[Segment]] = {}
    for segment in segments:
        if segment.family is Family.TEXTS or not segment.touches(since_us, until_us):
            continue
        holding = [one for one in chosen.get((segment.family, segment.day_us), ()) if one.holds(segment)]
        parts = _edges(holding[0].level, since_us, until_us) if holding else [(since_us, until_us)]
        for first, last in parts:
            if segment.touches(first, last):
                raw.setdefault((first, last), []).append(segment)
    return Plan(by_level, [(first, last, files) for (first, last), files in raw.items()])


def _chosen(
    rollups: Sequence[Rollup], level: Level, since_us: int, until_us: int
) -> dict[tuple[Family, int], list[Rollup]]:
    """Per family and day the coarsest files up to `level`, and the minutes of what came later than those."""
    chosen: dict[tuple[Family, int], list[Rollup]] = {}
    fitting = [rollup for rollup in rollups if rollup.level.width_us <= level.width_us]
    for rollup in sorted(fitting, key=lambda rollup: rollup.level.width_us, reverse=True):
        for day in rollup.days:
            if day <= until_us and day + DAY_US > since_us:
                of_day = chosen.setdefault((rollup.family, day), [])
                coarser = [one for one in of_day if one.level is not rollup.level]
                if not coarser or (rollup.level is Level.MINUTE and rollup.end_row > max(o.end_row for o in coarser)):
                    of_day.append(rollup)
    return chosen


def _edges(level: Level, since_us: int, until_us: int) -> list[tuple[int, int]]:
    """The parts of a range that lie in no whole bucket."""
    first, last = whole_buckets(level, since_us, until_us)
    if first > last:
        return [(since_us, until_us)]
    return [(start, end) for start, end in ((since_us, first - 1), (last + level.width_us, until_us)) if start <= end]
