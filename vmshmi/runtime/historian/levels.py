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
    best: dict[tuple[Family, int], Rollup] = {}
    for rollup in sorted(rollups, key=lambda rollup: rollup.level.width_us):
        if rollup.level.width_us > level.width_us:
            break
        for day in rollup.days:
            if day <= until_us and day + DAY_US > since_us:
                best[rollup.family, day] = rollup
    by_level: dict[Level, list[Rollup]] = {}
    for rollup in dict.fromkeys(best.values()):
        by_level.setdefault(rollup.level, []).append(rollup)
    raw: list[tuple[int, int, Sequence[Segment]]] = []
    whole = [s for s in segments if _is_wanted(s, since_us, until_us) and not _held(s, best)]
    if whole:
        raw.append((since_us, until_us, whole))
    for segment in segments:
        if not _is_wanted(segment, since_us, until_us) or not _held(segment, best):
            continue
        for first, last in _edges(best[segment.family, segment.day_us].level, since_us, until_us):
            if _is_wanted(segment, first, last):
                raw.append((first, last, (segment,)))
    return Plan(by_level, raw)


def _edges(level: Level, since_us: int, until_us: int) -> list[tuple[int, int]]:
    """The parts of a range that lie in no whole bucket."""
    first, last = whole_buckets(level, since_us, until_us)
    if first > last:
        return [(since_us, until_us)]
    return [(start, end) for start, end in ((since_us, first - 1), (last + level.width_us, until_us)) if start <= end]


def _is_wanted(segment: Segment, since_us: int, until_us: int) -> bool:
    if segment.family is Family.TEXTS:
        return False
    return segment.day_us <= until_us and segment.day_us + DAY_US > since_us


def _held(segment: Segment, best: Mapping[tuple[Family, int], Rollup]) -> bool:
    rollup = best.get((segment.family, segment.day_us))
    return rollup is not None and rollup.end_row >= segment.end_row
