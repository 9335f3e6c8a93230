"""The newest hot row of each tag, of all tags in one look: a page of values needs no hundred questions."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vmshmi.runtime.historian.rows import Family, Rows, TagRows, no_rows, picked

_Places = npt.NDArray[np.intp]


class Newest:
    """Looks each stretch of hot rows through once, and only as far back as it is asked.

    Args:
        hot: stretches in order of arrival.
    """

    def __init__(self, hot: Sequence[Rows]) -> None:
        self._hot = {family: [rows for rows in hot if rows.family is family] for family in Family}
        self._lasts = {id(rows): int(rows.stamps.max()) for rows in hot}
        self._seen: dict[tuple[int, int], _Places] = {}

    def row_of(self, family: Family, code: int, until_us: int) -> TagRows:
        """The row of a tag with the latest time up to `until_us`; of equal times the one that came last."""
        best: tuple[int, Rows, int] | None = None
        for rows in reversed(self._hot[family]):
            if best is not None and self._lasts[id(rows)] <= best[0]:
                continue
            places = self._places(rows, until_us)
            place = int(places[code]) if code < len(places) else -1
            if place >= 0 and (best is None or int(rows.stamps[place]) > best[0]):
                best = int(rows.stamps[place]), rows, place
        return no_rows(family) if best is None else picked(best[1], np.array([best[2]]))

    def _places(self, rows: Rows, until_us: int) -> _Places:
        """Per code the place of its newest row, -1 where it has none."""
        key = id(rows), until_us
        if key not in self._seen:
            stamps = rows.stamps
            order: _Places = np.arange(len(stamps))
            if self._lasts[id(rows)] > until_us:
                order = np.flatnonzero(stamps <= until_us)
            if bool(np.any(stamps[1:] < stamps[:-1])):
                order = order[np.argsort(stamps[order], kind="stable")]
            codes = rows.codes[order]
            ranks: _Places = np.full(int(codes.max()) + 1 if len(codes) else 0, -1)
            np.maximum.at(ranks, codes, np.arange(len(codes)))
            found: _Places = np.full(len(ranks), -1)
            found[ranks >= 0] = order[ranks[ranks >= 0]]
            self._seen[key] = found
        return self._seen[key]
