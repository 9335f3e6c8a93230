"""Reading one tag: closed segments through DuckDB, hot rows beside them, each row once.

Hot rows are picked with numpy, not through DuckDB: 2 ms against 14 ms out of 4 million, and both leave the GIL free.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from vmshmi.core.errors import StorageError
from vmshmi.runtime.historian.engine import Engine, EngineError, Session, is_damage, one_line
from vmshmi.runtime.historian.latest import Newest
from vmshmi.runtime.historian.levels import coarsest, plan_of, whole_buckets
from vmshmi.runtime.historian.rollups import Level, Rollup, as_points
from vmshmi.runtime.historian.rows import (
    Family,
    Rows,
    TagRows,
    as_micros,
    as_texts,
    joined,
    no_rows,
    picked,
    text_marks,
)
from vmshmi.runtime.historian.segments import DAY_US, Segment
from vmshmi.runtime.historian.slices import Slices
from vmshmi.runtime.historian.thinning import Thinner

log = logging.getLogger(__name__)

FOREVER = (-(1 << 62), 1 << 62)
_DAYS_AT_ONCE = 4
_BUCKET_DAYS_AT_ONCE = 64
# what DuckDB's TIMESTAMP can hold as a bound
FIRST_US, LAST_US = -62_135_596_800_000_000, 253_402_300_799_999_999

# all columns there are: a file of an older version has no `received`
_SELECT = """
SELECT * EXCLUDE (tag)
FROM read_parquet($files, hive_partitioning = false, union_by_name = true)
WHERE tag = $tag AND timestamp BETWEEN make_timestamp($since) AND make_timestamp($until)
"""
# without the hash DuckDB would answer from the footer alone
_TOUCH_ALL = """
SELECT bit_xor(hash(COLUMNS(*))) AS touched FROM read_parquet($files, hive_partitioning = false)
"""
_SELECT_BUCKETS = """
SELECT epoch_us(timestamp) AS stamp, count, bad, min, max, first, last, quality
FROM read_parquet($files, hive_partitioning = false)
WHERE tag = $tag
"""


@dataclass(frozen=True, slots=True)
class View:
    """What history holds at one moment; a row is in `segments` or in `hot`, never in both.

    Attributes:
        segments: closed files that count.
        hot: rows in memory, in order of arrival.
        rollups: closed days in buckets; their rows may be in `segments` too.
    """

    segments: tuple[Segment, ...]
    hot: tuple[Rows, ...]
    rollups: tuple[Rollup, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows.

    Attributes:
        tag_id: the tag.
        code: its number in the hot rows.
        family: how its values are to be shown.
        since_us, until_us: both included.
    """

    tag_id: str
    code: int
    family: Family
    since_us: int
    until_us: int


SetAside = Callable[[Segment | Rollup, str], None]


class Reader:
    """Answers questions about one view, in one thread.

    Args:
        engine: whose sessions may be opened.
        view: what to read.
        set_aside: told of each file that cannot be read; it is left out from then on.
        slices: what was read lately.
    """

    def __init__(self, engine: Engine, view: View, set_aside: SetAside, slices: Slices) -> None:
        self._view = view
        self._slices = slices
        self._set_aside = set_aside
        self._session: Session = engine.session()

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def interrupt(self) -> None:
        """End what runs, with a StorageError; from any thread."""
        self._session.interrupt()

    def rows(self, wanted: Wanted, limit: int | None = None) -> TagRows:
        """Rows in order of time; with a limit the newest of them.

        Raises:
            StorageError: if they cannot be read.
        """
        if limit is not None:
            return self._newest(wanted, limit)
        files = self._files(wanted)
        return joined([self._closed(wanted, files), self._hot(wanted)], wanted.family).in_order()

    def latest(self, wanted: Sequence[Wanted]) -> list[TagRows]:
        """The newest row of each tag, at or before its `until_us`; nothing where there is none.

        Raises:
            StorageError: if they cannot be read.
        """
        newest = Newest(self._view.hot)
        found: list[TagRows] = []
        for one in wanted:
            rows = newest.row_of(one.family, one.code, one.until_us)
            # a row of the same time that came later, and so is hot, stands
            since = int(rows.stamps[0]) + 1 if len(rows) else one.since_us
            found.append(rows if not self._files(replace(one, since_us=since)) else self._newest(one, 1))
        return found

    def thinned(self, wanted: Wanted, points: int) -> TagRows:
        """At most `2 * points` rows in order of time, see `thinning`.

        Raises:
            StorageError: if they cannot be read.
        """
        bounds = self._bounds(wanted)
        if bounds is None:
            return no_rows(wanted.family)
        start_us, end_us = bounds
        thinner = Thinner(wanted.family, start_us, end_us, points)
        level = coarsest((end_us - start_us + 1) // points, wanted.family)
        pieces = self._pieces if level is None else partial(self._mixed_pieces, level)
        for part in pieces(wanted, start_us, end_us):
            thinner.add(part)
        return thinner.result()

    def look_again(self, view: View) -> None:
        """Take another moment of history."""
        self._view = view

    def has_lost_files(self) -> bool:
        """True when the upkeep has replaced or dropped a file since the view was taken: ask again with a new one."""
        files = (*self._view.segments, *self._view.rollups)
        return any(not one.file.exists() for one in files)

    def _pieces(self, wanted: Wanted, start_us: int, end_us: int) -> Iterator[TagRows]:
        """All rows in order of time, a few days at once, so that years need no more memory than days."""
        days = sorted({segment.day_us for segment in self._files(wanted)})
        edges = [day for day in days[_DAYS_AT_ONCE::_DAYS_AT_ONCE] if start_us < day <= end_us]
        for since, before in zip([start_us, *edges], [*edges, end_us + 1], strict=True):
            part = Wanted(wanted.tag_id, wanted.code, wanted.family, since, before - 1)
            yield joined([self._closed(part, self._files(part)), self._hot(part)], wanted.family).in_order()

    def _mixed_pieces(self, level: Level, wanted: Wanted, start_us: int, end_us: int) -> Iterator[TagRows]:
        """Buckets where there are any, and the rows themselves where there are none yet."""
        days = sorted(
            {day for rollup in self._view.rollups for day in rollup.days}
            | {segment.day_us for segment in self._files(wanted)}
        )
        edges = [day for day in days[_BUCKET_DAYS_AT_ONCE::_BUCKET_DAYS_AT_ONCE] if start_us < day <= end_us]
        for since, before in zip([start_us, *edges], [*edges, end_us + 1], strict=True):
            part = Wanted(wanted.tag_id, wanted.code, wanted.family, since, before - 1)
            yield joined([*self._mixed(level, part), self._hot(part)], wanted.family).in_order()

    def _mixed(self, level: Level, part: Wanted) -> list[TagRows]:
        plan = plan_of(self._view.rollups, self._view.segments, level, part.since_us, part.until_us)
        try:
            found = [self._buckets(part, of_level, rollups) for of_level, rollups in plan.rollups.items()]
        except EngineError as error:
            good = list(self._view.rollups)
            if is_damage(error):  # a question that was cancelled must not read every file
                good = [one for one in good if is_readable(self._session, one, self._set_aside)]
            if len(good) == len(self._view.rollups):
                raise StorageError(f"history of {part.tag_id} cannot be read: {one_line(error)}") from error
            self._view = replace(self._view, rollups=tuple(good))
            return self._mixed(level, part)
        for since, until, files in plan.raw:
            found.append(self._closed(replace(part, since_us=since, until_us=until), files))
        return found

    def _buckets(self, part: Wanted, level: Level, rollups: Sequence[Rollup]) -> TagRows:
        since, until = whole_buckets(level, part.since_us, part.until_us)
        if since > until:
            return no_rows(part.family)
        files = [str(rollup.file) for rollup in rollups]
        days = [day for rollup in rollups for day in rollup.days]
        reach = min(days), max(days) + DAY_US - 1

        def read() -> TagRows:
            return as_points(self._session.columns(_SELECT_BUCKETS, {"files": files, "tag": part.tag_id}), level)

        key = (part.tag_id, level.folder, *files)
        first, last = max(since, reach[0]), min(until + level.width_us - 1, reach[1])
        return self._slices.rows(key, first, last, reach, read) if first <= last else no_rows(part.family)

    def _newest(self, wanted: Wanted, limit: int) -> TagRows:
        """The newest rows: go back day by day, in growing steps, until there are enough."""
        hot = self._hot(wanted)
        days = sorted({segment.day_us for segment in self._files(wanted)}, reverse=True)
        found = hot.in_order()
        step, taken = 1, 0
        closed: list[TagRows] = []
        while True:
            # rows of days not yet looked at lie before `reached`
            reached = days[taken - 1] if taken else (days[0] + DAY_US if days else FOREVER[0])
            if taken >= len(days) or int(np.count_nonzero(found.stamps >= reached)) >= limit:
                break
            chosen = set(days[taken : taken + step])
            files = [segment for segment in self._files(wanted) if segment.day_us in chosen]
            # older than enough rows already found is of no interest: most files need no look beyond the footer
            enough = int(found.stamps[-limit]) if 0 < limit <= len(found) else wanted.since_us
            closed.insert(0, self._closed(replace(wanted, since_us=enough), files))
            found = joined([*closed, hot], wanted.family).in_order()
            taken, step = taken + step, step * 2
            taken = min(taken, len(days))
        return found.take(slice(max(len(found) - limit, 0), len(found)))

    def _bounds(self, wanted: Wanted) -> tuple[int, int] | None:
        """The range of time to divide: as asked; an open end is the first or last row there is."""
        start_us, end_us = wanted.since_us, wanted.until_us
        if start_us > FOREVER[0] and end_us < FOREVER[1]:
            return start_us, end_us
        hot = self._hot(wanted).stamps
        stamps = [int(hot.min()), int(hot.max())] if len(hot) else []
        days = sorted({segment.day_us for segment in self._files(wanted)})
        stamps += self._edge_stamps(wanted, days) + self._edge_stamps(wanted, reversed(days))
        # samples that are no longer kept, or not yet looked at, have left their day in a rollup
        stamps += [day for rollup in self._view.rollups for day in rollup.days if days and day < days[0]]
        if not stamps:
            return None
        return (
            min(stamps) if start_us == FOREVER[0] else start_us,
            max(stamps) if end_us == FOREVER[1] else end_us,
        )

    def _edge_stamps(self, wanted: Wanted, days: Iterable[int]) -> list[int]:
        """First and last stamp of the first of these days that has rows of the tag."""
        for day in days:
            files = [segment for segment in self._files(wanted) if segment.day_us == day]
            stamps = self._closed(wanted, files).stamps
            if len(stamps):
                return [int(stamps.min()), int(stamps.max())]
        return []

    def _files(self, wanted: Wanted) -> list[Segment]:
        # of every family: an engineer may have changed the tag's kind
        return [segment for segment in self._view.segments if segment.touches(wanted.since_us, wanted.until_us)]

    def _hot(self, wanted: Wanted) -> TagRows:
        parts: list[TagRows] = []
        for rows in self._view.hot:
            if rows.family is not wanted.family:
                continue
            index = np.flatnonzero(rows.codes == wanted.code)
            stamps = rows.stamps[index]
            index = index[(stamps >= wanted.since_us) & (stamps <= wanted.until_us)]
            if not len(index):
                continue
            parts.append(picked(rows, index))
        return joined(parts, wanted.family)

    def _closed(self, wanted: Wanted, files: Sequence[Segment]) -> TagRows:
        try:
            return self._scan(wanted, files)
        except EngineError as error:
            readable = files
            if is_damage(error):
                readable = [one for one in files if is_readable(self._session, one, self._set_aside)]
            if len(readable) == len(files):
                raise StorageError(f"history of {wanted.tag_id} cannot be read: {one_line(error)}") from error
        return self._closed(wanted, readable)

    def _scan(self, wanted: Wanted, files: Sequence[Segment]) -> TagRows:
        """Day by day: what was read serves another range of days too, and nothing holds the interpreter for long."""
        since, until = max(wanted.since_us, FIRST_US), min(wanted.until_us, LAST_US)
        days: dict[tuple[int, bool], list[Segment]] = {}
        for file in files:
            days.setdefault((file.day_us, file.family is Family.TEXTS), []).append(file)
        parts: list[TagRows] = []
        for (_, with_text), chosen in sorted(days.items()):
            key = (wanted.tag_id, "text" if with_text else "raw", *(str(file.file) for file in chosen))
            read = partial(self._read_rows, wanted.tag_id, key[2:], since, until, with_text=with_text)
            parts.append(self._slices.rows(key, since, until, _reach(chosen, since, until), read))
        return joined(parts, wanted.family)

    def _read_rows(
        self, tag_id: str, files: Sequence[str], since_us: int, until_us: int, *, with_text: bool
    ) -> TagRows:
        found = self._session.columns(
            _SELECT,
            {"files": files, "tag": tag_id, "since": since_us, "until": until_us},
        )
        values = np.ma.filled(found["value"].astype(np.float64), np.nan)
        texts = None
        if with_text:
            texts = as_texts(np.ma.getdata(found["text"]))
            texts[np.ma.getmaskarray(found["text"])] = None
            values = text_marks(texts)
        stamps, qualities = as_micros(found["timestamp"]), np.ma.getdata(found["quality"]).astype(np.uint32)
        received = found.get("received")
        if received is None or bool(np.all(np.ma.getmaskarray(received))):
            return TagRows(stamps, values, qualities, texts)
        return TagRows(stamps, values, qualities, texts, as_micros(received))


def _reach(files: Sequence[Segment], since_us: int, until_us: int) -> tuple[int, int]:
    """From when to when the rows of a range are all there are in these files: for ever, past their own ends."""
    spans = [file.span or (file.day_us, file.day_us + DAY_US - 1) for file in files]
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return FOREVER[0] if since_us <= first else since_us, FOREVER[1] if until_us >= last else until_us


def is_readable(session: Session, one: Segment | Rollup, set_aside: SetAside) -> bool:
    """Whether every value of a closed file can be read; one that cannot is set aside."""
    try:
        session.columns(_TOUCH_ALL, {"files": [str(one.file)]})
    except EngineError as error:
        if is_damage(error):
            set_aside(one, one_line(error))
            return False
    return True
