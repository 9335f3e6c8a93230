"""Upkeep of closed segments: few a day, one of a day that is over, rollups, and the end of what is not kept any longer.

Runs in a thread of its own, at low priority, and only ever touches files that are closed. A pass that fails loses
nothing: what it did not finish is due again in the next one.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmshmi.core.clock import Clock, to_micros
from vmshmi.runtime.historian.compaction import WHOLE_DAY_ROWS, compact, next_to_merge, with_span
from vmshmi.runtime.historian.engine import Engine, EngineError, Session, is_damage, one_line
from vmshmi.runtime.historian.reading import is_readable
from vmshmi.runtime.historian.retention import Retention, doomed, size_of
from vmshmi.runtime.historian.rollups import MONTHLY, Level, Rollup, month_of, roll_up_month, roll_up_segment
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import DAY_US, Segment
from vmshmi.runtime.historian.space import Space, space_of
from vmshmi.runtime.historian.storage import Storage
from vmshmi.runtime.historian.writing import MAINTENANCE_MEMORY_MB, ROW_GROUP_ROWS

log = logging.getLogger(__name__)

GRACE_US = 2 * 3_600_000_000
"""After midnight UTC: by then the seal of the hour before it is done."""
_MOST_ROWS = 64_000_000
"""To one merge of a day that is not over: a minute's work; beyond it the day's end is soon enough."""


@dataclass(frozen=True, slots=True)
class _Day:
    """The segments of one day and family, in order of row."""

    day_us: int
    family: Family
    files: tuple[Segment, ...]
    is_over: bool


class Upkeep:
    """Keeps closed days in shape.

    Args:
        storage: whose files.
        history: the folder `history`.
        clock: both clocks.
        retention: how long what is kept.
    """

    def __init__(self, storage: Storage, history: Path, clock: Clock, retention: Retention) -> None:
        self._storage = storage
        self._history = history
        self._clock = clock
        self._retention = retention
        self._at_work: tuple[Engine, Session] | None = None
        self._ended = False
        self.last_error = ""
        """One line; empty when the last pass went well."""
        self.space = Space()
        self.shortage = ""
        """Why the oldest samples are about to be dropped, one line; empty while there is room."""

    def begin(self) -> None:
        """Look at the space and into the files of the last days, so that both are known before the first pass."""
        self._attempt(self.look_at_space)
        try:
            for day in self._days():
                if not day.is_over:
                    for segment in day.files:
                        self._attempt(lambda segment=segment: self._look_into(segment), (segment,))
        finally:
            self._let_go()

    def interrupt(self) -> None:
        """End what runs, and do nothing any more; what was cut off is due again in another run. Any thread."""
        self._ended = True
        at_work = self._at_work
        if at_work is not None:
            at_work[1].interrupt()

    def run_once(self) -> bool:
        """Do what is due; True when something was done."""
        try:
            return self._do_what_is_due()
        finally:
            self._let_go()

    def _session(self) -> Session:
        """Of an engine for this pass, made when there is work; one engine for good keeps a little of each file."""
        if self._at_work is None:
            engine = Engine(1, MAINTENANCE_MEMORY_MB, self._history / "spill-upkeep")
            self._at_work = engine, engine.session()
        return self._at_work[1]

    def _let_go(self) -> None:
        at_work, self._at_work = self._at_work, None
        if at_work is not None:
            at_work[1].close()
            at_work[0].close()

    def _do_what_is_due(self) -> bool:
        self.last_error = ""
        done = False
        for day in self._days():
            done |= self._attempt(lambda day=day: self._compact(day), day.files)
        for day in self._days():
            for segment in day.files:
                done |= self._attempt(lambda segment=segment: self._roll_up(segment), (segment,))
        for family in (Family.NUMBERS, Family.BOOLEANS):
            for level in MONTHLY:
                done |= self._attempt(lambda family=family, level=level: self._roll_up_months(level, family))
        done |= self._attempt(self._drop)
        self._attempt(self.look_at_space)
        return done

    def look_at_space(self) -> bool:
        """See how much is taken and how long the rest will do; never anything done.

        Raises:
            OSError: if the disk cannot be asked.
        """
        segments, rollups = self._storage.segments(), self._storage.rollups()
        self.space = space_of(self._retention, segments, rollups, self._history, to_micros(self._clock.now()))
        return False

    def _look_into(self, segment: Segment) -> bool:
        """Learn from when to when a segment of a former run reaches; it matters where a day has several."""
        self._storage.replace((segment,), (with_span(self._session(), segment),))
        return False

    def _attempt(self, work: Callable[[], bool], files: Iterable[Segment] = ()) -> bool:
        if self._ended:
            return False
        try:
            return work()
        except (EngineError, OSError) as error:
            if self._ended:
                return False
            text = f"history cannot be compacted: {one_line(error)}"
            if isinstance(error, EngineError) and is_damage(error) and self._set_aside_damaged(files):
                return True
            if text != self.last_error:
                log.error("%s", text)
            self.last_error = text
            return False

    def _set_aside_damaged(self, files: Iterable[Segment]) -> bool:
        readable = [is_readable(self._session(), segment, self._storage.set_aside) for segment in files]
        return not all(readable)

    def _days(self) -> list[_Day]:
        """Every day that has closed segments, oldest first."""
        days: dict[tuple[int, str], list[Segment]] = {}
        for segment in sorted(self._storage.segments(), key=lambda segment: segment.first_row):
            days.setdefault((segment.day_us, segment.family.value), []).append(segment)
        return [
            _Day(day, Family(name), tuple(files), self._is_over(day)) for (day, name), files in sorted(days.items())
        ]

    def _is_over(self, day_us: int) -> bool:
        return day_us + DAY_US + GRACE_US <= to_micros(self._clock.now())

    def _compact(self, day: _Day) -> bool:
        files = day.files
        if not day.is_over:
            files = next_to_merge(files, [size_of(segment.file) for segment in files], _MOST_ROWS)
        if len(files) < 2:
            return False
        # a part of a day of one tag lies in half a group; the files of today are written again at its end
        row_group_rows = WHOLE_DAY_ROWS if day.is_over else ROW_GROUP_ROWS
        made = compact(self._session(), self._history, files, row_group_rows)
        self._storage.replace(files, (made,))
        _remove(segment.file for segment in files)
        return True

    def _roll_up(self, segment: Segment) -> bool:
        if segment.family is Family.TEXTS:
            return False
        of_day = [r for r in self._storage.rollups() if r.family is segment.family and segment.day_us in r.days]
        present = [rollup for rollup in of_day if rollup.level is Level.MINUTE]
        # minutes that are no longer kept must not be made again for months that have them already
        enough = of_day if self._retention.is_over(Level.MINUTE, segment.day_us, self._clock.now()) else present
        if any(rollup.holds(segment) for rollup in enough):
            return False
        made = roll_up_segment(self._session(), self._history, segment)
        old = [rollup for rollup in present if made.replaces(rollup)]
        self._storage.replace_rollups(old, (made,))
        _remove(rollup.file for rollup in old)
        return True

    def _roll_up_months(self, level: Level, family: Family) -> bool:
        done = False
        rollups = [rollup for rollup in self._storage.rollups() if rollup.family is family]
        months: dict[str, list[Rollup]] = {}
        of_day = Counter(min(rollup.days) for rollup in rollups if rollup.level is Level.MINUTE)
        for rollup in rollups:
            day = min(rollup.days)
            if rollup.level is Level.MINUTE and self._is_over(day) and of_day[day] == 1:  # else it is not whole yet
                months.setdefault(month_of(day), []).append(rollup)
        for month, minutes in sorted(months.items()):
            before = next((r for r in rollups if r.level is level and month_of(min(r.days)) == month), None)
            if before is not None and _holds(before, minutes):
                continue
            made = roll_up_month(self._session(), self._history, level, minutes, before)
            old = () if before is None else (before,)
            self._storage.replace_rollups(old, (made,))
            _remove(rollup.file for rollup in old if rollup.file != made.file)
            done = True
        return done

    def _drop(self) -> bool:
        """Drop whole files that are not to be kept, and say which; for want of space not before it was announced."""
        gone = doomed(
            self._retention, self._storage.segments(), self._storage.rollups(), self._history, self._clock.now()
        )
        announced, self.shortage = self.shortage, gone.why if gone.for_space else ""
        if not gone.files:
            return False
        if gone.for_space and not announced:
            log.warning("history: %s will be dropped: %s", gone.what, gone.why)
            return True  # goes in the next pass: the alarm has been raised by then
        log.warning("history: %s dropped: %s", gone.what, gone.why)
        self._storage.replace(gone.segments, ())
        self._storage.replace_rollups(gone.rollups, ())
        _remove(gone.files)
        return True


def _holds(month: Rollup, minutes: Sequence[Rollup]) -> bool:
    return all(day.days <= month.days and day.end_row <= month.end_row for day in minutes)


def _remove(files: Iterable[Path]) -> None:
    """Remove files that no longer count; one that is still open elsewhere (Windows) goes at the next start."""
    for file in files:
        try:
            file.unlink(missing_ok=True)
            file.parent.rmdir()
        except OSError as error:
            log.debug("history: %s stays for now: %s", file, error)
