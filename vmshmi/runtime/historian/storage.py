"""What makes hot rows durable: the flush into the journal, the seal into closed segments, and what a failure means.

Everything here runs outside the runtime's loop. A failure is a state, never the end: rows stay in memory (bounded),
the next flush tries again with a fresh connection and asks the journal itself how far it got, so that no row is
written twice.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from vmshmi.core.clock import Clock, to_micros
from vmshmi.core.errors import StorageError
from vmshmi.runtime.historian.engine import EngineError, one_line
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.journal import FILE_NAME, Journal, JournalDamaged, Stretch, TagEntry
from vmshmi.runtime.historian.reading import View
from vmshmi.runtime.historian.rollups import Rollup, find_rollups
from vmshmi.runtime.historian.rows import Codes, Family, Rows
from vmshmi.runtime.historian.sealing import seal
from vmshmi.runtime.historian.segments import (
    HISTORY,
    Segment,
    Settled,
    find_segments,
    remove_half_written,
    settle,
)
from vmshmi.runtime.storage.durable import sync_folder

log = logging.getLogger(__name__)

_FLUSH_ROWS = 65_536  # to one row of the journal: packing holds the GIL for 0.1 ms, not for 10


@dataclass(frozen=True, slots=True)
class _Final:
    """What closed segments hold; replaced as a whole, so that readers see one moment."""

    segments: tuple[Segment, ...] = ()
    sealed: Mapping[Family, int] = field(default_factory=dict[Family, int])
    rollups: tuple[Rollup, ...] = ()


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the journal of former runs still held.

    Attributes:
        stretches: per family, with this run's codes.
        next_rows: per family, the number the next row gets.
        alive_at: when the former run last made rows durable; None when there was none.
    """

    stretches: Mapping[Family, Sequence[Rows]]
    next_rows: Mapping[Family, int]
    alive_at: int | None = None


class Storage:
    """The disk side of the historian.

    Args:
        folder: the database folder; must exist.
        tables: the hot rows.
        tags: what the codes of this run mean; grows when the journal holds tags that are no longer in the project.
        clock: both clocks.
        seal_rows: per family, seal it when it has this many durable hot rows.
        seal_every_s: seal all families at least this often.
    """

    def __init__(
        self,
        folder: Path,
        tables: Mapping[Family, HotTable],
        tags: dict[int, TagEntry],
        clock: Clock,
        seal_rows: Mapping[Family, int],
        seal_every_s: float,
    ) -> None:
        self._folder = folder
        self._history = folder / HISTORY
        self._tables = tables
        self._tags = tags
        self._clock = clock
        self._seal_rows = seal_rows
        self._seal_every_s = seal_every_s
        self._turn = threading.Lock()  # one at a time at the journal
        self._sealing = threading.Lock()
        self._journal: Journal | None = None
        self._durable: dict[Family, int] = dict.fromkeys(tables, 0)
        self._final = _Final()
        self._damaged: frozenset[Segment | Rollup] = frozenset()
        self._sealed_at = clock.monotonic()
        self._flush_error = ""
        self._seal_error = ""
        self._note = ""
        self.last_flush: datetime | None = None
        self.flush_ms = 0.0

    @property
    def durable(self) -> Mapping[Family, int]:
        """Per family, the number after the last durable row."""
        return self._durable

    @property
    def failing(self) -> bool:
        """True while rows cannot be made durable or sealed."""
        return bool(self._flush_error or self._seal_error)

    @property
    def last_error(self) -> str:
        """One line; empty when all is well."""
        return self._flush_error or self._seal_error or self._note

    @property
    def damage(self) -> str:
        """What of the past cannot be read, one line; empty when nothing."""
        return self._note

    def view(self) -> View:
        """One moment of history; any thread, waits for nobody."""
        # hot first: what is sealed between the two looks is then in both and cut here, never in neither
        hot = {family: table.views() for family, table in self._tables.items()}
        final = self._final
        rows = tuple(
            rows.from_row(final.sealed.get(family, 0))
            for family, views in hot.items()
            for rows in views
            if rows.end_row > final.sealed.get(family, 0)
        )
        segments = tuple(segment for segment in final.segments if segment not in self._damaged)
        return View(segments, rows, tuple(rollup for rollup in final.rollups if rollup not in self._damaged))

    def segments(self) -> tuple[Segment, ...]:
        """Closed segments that count and can be read."""
        return tuple(segment for segment in self._final.segments if segment not in self._damaged)

    def rollups(self) -> tuple[Rollup, ...]:
        """Rollups that count and can be read."""
        return tuple(rollup for rollup in self._final.rollups if rollup not in self._damaged)

    def replace(self, old: Sequence[Segment], new: Sequence[Segment]) -> None:
        """Let segments count in place of others, for every reader from now on."""
        with self._turn:
            kept = tuple(segment for segment in self._final.segments if segment not in old)
            self._final = replace(self._final, segments=(*kept, *new))

    def replace_rollups(self, old: Sequence[Rollup], new: Sequence[Rollup]) -> None:
        """The same for rollups."""
        with self._turn:
            kept = tuple(rollup for rollup in self._final.rollups if rollup not in old)
            self._final = replace(self._final, rollups=(*kept, *new))

    def set_aside(self, segment: Segment | Rollup, reason: str) -> None:
        """Leave a file that cannot be read out of every answer from now on; it stays where it is, for a person."""
        self._damaged |= {segment}
        self._note = f"segment set aside, cannot be read: {segment.file}: {reason}"
        log.error("history: %s", self._note)

    def open(self) -> Recovered:
        """Open the folder and read what a former run left in the journal.

        Raises:
            StorageError: if the folder cannot be used; one line.
        """
        with self._turn:
            try:
                self._history.mkdir(parents=True, exist_ok=True)
                sync_folder(self._history.parent)
                half = remove_half_written(self._history)
                files = find_segments(self._history)
                rollups, replaced = find_rollups(self._history)
            except OSError as error:
                raise StorageError(f"history folder {self._history} cannot be used: {error}") from error
            journal = self._open_journal()
            recovered, settled = self._recover(journal, files)
            for leftover in (*settled.leftovers, *replaced):
                leftover.file.unlink(missing_ok=True)
            self._journal = journal
            starts = {family: self._start(recovered, family) for family in self._tables}
            self._final = _Final(settled.segments, starts, tuple(rollups))
            self._durable = dict(recovered.next_rows)
            self._sealed_at = self._clock.monotonic()
        if half or settled.leftovers:
            log.info("history: %d half-written files of an interrupted seal removed", half + len(settled.leftovers))
        return recovered

    @staticmethod
    def _start(recovered: Recovered, family: Family) -> int:
        stretches = recovered.stretches.get(family, ())
        return stretches[0].first_row if stretches else recovered.next_rows[family]

    def _open_journal(self) -> Journal:
        file = self._history / FILE_NAME
        try:
            return Journal(file, self._tags)
        except JournalDamaged as error:
            aside = file.with_name(f"{FILE_NAME}.damaged-{self._clock.now():%Y%m%dT%H%M%S}")
            self._note = f"journal set aside as {aside.name}: {error}"
            log.error("history: %s", self._note)
            for suffix in ("", "-wal", "-shm"):
                part = file.with_name(file.name + suffix)
                if part.exists():
                    part.replace(aside.with_name(aside.name + suffix))
            return Journal(file, self._tags)

    def _recover(self, journal: Journal, files: Sequence[Segment]) -> tuple[Recovered, Settled]:
        stretches = journal.stretches()
        settled = settle(files, [(s.rows.family, s.rows.first_row, s.rows.end_row) for s in stretches])
        codes = self._codes_of_former_runs(journal)
        kept: dict[Family, list[Rows]] = {family: [] for family in self._tables}
        for stretch in stretches:
            rows = stretch.rows
            if not settled.covers(rows.family, rows.first_row, rows.end_row):
                kept[rows.family].append(_with_codes(stretch, codes))
        ends = journal.end_rows()
        next_rows = {
            family: max(ends.get(family, 0), *(segment.end_row for segment in files if segment.family is family), 0)
            for family in self._tables
        }
        return Recovered(kept, next_rows, journal.alive_at()), settled

    def _codes_of_former_runs(self, journal: Journal) -> dict[int, Codes]:
        """Per run, this run's code at the place of each old one; tags no longer in the project get new codes."""
        known = {entry: code for code, entry in self._tags.items()}
        codes: dict[int, dict[int, int]] = {}
        for (run, code), entry in journal.tags().items():
            if entry not in known:
                known[entry] = max(self._tags, default=-1) + 1
                self._tags[known[entry]] = entry
            codes.setdefault(run, {})[code] = known[entry]
        tables: dict[int, Codes] = {}
        for run, mapping in codes.items():
            tables[run] = np.zeros(max(mapping) + 1, np.int32)
            tables[run][list(mapping)] = list(mapping.values())
        return tables

    def flush(self) -> bool:
        """Make everything taken so far durable; True when it is. Never raises for what a disk can do."""
        with self._turn:
            started = self._clock.monotonic()
            try:
                self._flush()
            except (StorageError, OSError) as error:
                self._fail_flush(error)
                return False
            if self._flush_error:
                log.info("history: recording again, %s", self._history)
                self._flush_error = ""
            self.last_flush = self._clock.now()
            self.flush_ms = (self._clock.monotonic() - started) * 1e3
            return True

    def _flush(self) -> None:
        journal = self._journal
        if journal is not None and not journal.is_the_one_on_disk():
            raise StorageError(f"{journal.file} was removed or replaced while in use")
        if journal is None:
            journal = self._reopen()
        parts = [
            part
            for family, table in self._tables.items()
            for rows in table.rows_from(self._durable[family])
            for part in _cut(rows)
        ]
        if not parts:
            return
        journal.append(parts, to_micros(self._clock.now()))
        for part in parts:
            self._durable[part.family] = part.end_row

    def _reopen(self) -> Journal:
        """A fresh connection after a failure; the journal says what of ours it holds."""
        if not self._folder.is_dir():
            raise StorageError(f"{self._folder} is gone")
        self._history.mkdir(exist_ok=True)
        journal = Journal(self._history / FILE_NAME, self._tags)
        try:
            journal.write_again()
            ends = journal.end_rows()
        except StorageError:
            journal.close()
            raise
        for family, table in self._tables.items():
            end = ends.get(family, 0)
            if end > table.next_row:
                journal.close()
                raise StorageError(f"{journal.file} belongs to another run of the program")
            self._durable[family] = max(end, self._final.sealed.get(family, 0), table.first_row)
        self._journal = journal
        return journal

    def _fail_flush(self, error: Exception) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        text = f"history cannot be written: {error}"
        if not self._flush_error:
            log.error("%s", text)
        self._flush_error = text

    def report_defect(self, error: Exception) -> None:
        """A storage thread met what it must not meet; stands until a flush succeeds."""
        self._flush_error = f"defect in the historian: {type(error).__name__}: {error}"

    def seal_if_due(self) -> bool:
        """Seal what is old or large enough; True when something was sealed."""
        overdue = self._clock.monotonic() - self._sealed_at >= self._seal_every_s
        due = [
            family
            for family in self._tables
            if overdue or self._durable[family] - self._final.sealed.get(family, 0) >= self._seal_rows[family]
        ]
        return self.seal(due) if due else False

    def seal(self, families: Sequence[Family]) -> bool:
        """Move durable hot rows of these families into closed segments; True when it went well."""
        with self._sealing:
            try:
                for family in families:
                    self._seal(family)
            except (EngineError, StorageError, OSError) as error:
                text = f"history cannot be sealed: {one_line(error)}"
                if text != self._seal_error:
                    log.error("%s", text)
                self._seal_error = text
                return False
            if set(families) == set(self._tables):
                self._sealed_at = self._clock.monotonic()
            self._seal_error = ""
            return True

    def _seal(self, family: Family) -> None:
        table, start = self._tables[family], self._final.sealed.get(family, 0)
        end = self._durable[family]
        stretches = [rows.part(rows.first_row, end) for rows in table.rows_from(start) if rows.first_row < end]
        if not stretches:
            return
        names = {code: entry.tag_id for code, entry in self._tags.items()}
        made = seal(self._history, stretches, names)
        with self._turn:
            if self._journal is None:
                raise StorageError("the journal is not open")
            self._journal.forget(family, end)
            sealed = {**self._final.sealed, family: end}
            self._final = replace(self._final, segments=(*self._final.segments, *made), sealed=sealed)
        table.drop_below(end)

    def close(self) -> None:
        """Close the journal; a second call does nothing."""
        with self._turn:
            if self._journal is not None:
                self._journal.close()
                self._journal = None


def _cut(rows: Rows) -> list[Rows]:
    return [
        rows.part(first, min(first + _FLUSH_ROWS, rows.end_row))
        for first in range(rows.first_row, rows.end_row, _FLUSH_ROWS)
    ]


def _with_codes(stretch: Stretch, codes: Mapping[int, Codes]) -> Rows:
    rows = stretch.rows
    return replace(rows, codes=codes[stretch.run][rows.codes])
