"""Thinning: a long stretch of one tag to few points, without losing a spike.

Rows fall into equal buckets of time. Each bucket keeps its minimum and its maximum as they are, and its first gap (a
row without a value) as a gap. Where gaps make it more than asked for, neighbouring buckets are joined until it fits;
minimum and maximum are never given up for a gap.
"""

import numpy as np
import numpy.typing as npt

from vmshmi.runtime.historian.rows import Family, Floats, TagRows, joined

Index = npt.NDArray[np.intp]


class Thinner:
    """Takes the rows of one tag in order of time, in pieces, and keeps at most `2 * points` of them.

    Args:
        family: of the tag; for texts, which have no order, the first and the last of a bucket are kept.
        start_us, end_us: range of time, both included; rows outside it must not come.
        points: number of buckets, at least 1.
    """

    def __init__(self, family: Family, start_us: int, end_us: int, points: int) -> None:
        self._family = family
        self._start_us = start_us
        self._limit = 2 * points
        self._width_us = max(1, -(-(end_us - start_us + 1) // points))
        self._kept: list[TagRows] = []
        self._held = 0
        self._thinned = False

    def add(self, rows: TagRows) -> None:
        """Take the next rows; they must not lie before those already taken."""
        self._kept.append(rows)
        self._held += len(rows)
        if self._held > 4 * self._limit:  # room for one full round of kept points and new ones
            self._reduce()

    def result(self) -> TagRows:
        """What is kept, in order of time: every row when there were no more than asked for."""
        if self._held > self._limit or self._thinned:
            self._reduce()
        rows = joined(self._kept, self._family)
        width = self._width_us
        while len(rows) > self._limit and width <= self._width_us * self._limit:
            width *= 2
            rows = rows.take(self._keep(rows, width))
        if len(rows) > self._limit:
            rows = rows.take(~np.isnan(rows.values))
        return rows

    def _reduce(self) -> None:
        rows = joined(self._kept, self._family)
        rows = rows.take(self._keep(rows, self._width_us))
        self._kept, self._held, self._thinned = [rows], len(rows), True

    def _keep(self, rows: TagRows, width_us: int) -> Index:
        """Which rows stay: per bucket the first minimum, the first maximum, and the first gap."""
        # the range starts at or before every row, so this never divides a negative number
        buckets = rows.stamps - self._start_us
        buckets //= width_us
        # texts have no order: their first and last stay
        values = np.arange(len(rows), dtype=np.float64) if self._family is Family.TEXTS else rows.values
        gap = np.isnan(rows.values)
        if not bool(gap.any()):  # nearly always, and then nothing of a day's rows is copied
            return _in_order(_extremes(buckets, values))
        good: Index = np.flatnonzero(~gap)
        bad: Index = np.flatnonzero(gap)
        kept = good[_extremes(buckets[good], values[good])]
        return _in_order(np.concatenate([kept, bad[_starts(buckets[bad])]]))


def _starts(buckets: npt.NDArray[np.int64]) -> Index:
    """Where each run of equal buckets begins."""
    return np.flatnonzero(np.concatenate((np.ones(min(len(buckets), 1), np.bool_), buckets[1:] != buckets[:-1])))


def _in_order(index: Index) -> Index:
    """Ascending, each once."""
    index = np.sort(index)
    return index[_starts(index)]


def _extremes(buckets: npt.NDArray[np.int64], values: Floats) -> Index:
    """First minimum and first maximum of each run of equal buckets."""
    if not len(buckets):
        return np.empty(0, np.intp)
    starts = _starts(buckets)
    sizes = np.diff(np.append(starts, len(buckets)))
    found: list[Index] = []
    for extreme in (np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)):
        hits = np.flatnonzero(values == np.repeat(extreme, sizes))
        found.append(hits[np.searchsorted(hits, starts)])
    return np.concatenate(found)
