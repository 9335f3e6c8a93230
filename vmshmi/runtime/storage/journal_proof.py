"""Proves an alarm journal: one chain of hashes from row 1, through the files of the archive, to the last row."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vmshmi.core.clock import from_micros
from vmshmi.runtime.storage import journal_rows, revision_rows
from vmshmi.runtime.storage.journal_archive import ArchivedDay, ArchiveError, archived_days, read_day
from vmshmi.runtime.storage.journal_rows import ChainedRow, Tail, digest_of


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """The first row that does not prove; `what` is one line for a person."""

    row: int
    what: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk over the chain found.

    Attributes:
        rows: how many prove, the archive's among them.
        first, last: moments of the first and the last of them; None when there are none.
        days: files of the archive the chain goes through.
        broken: the first row that does not prove; None when all do.
    """

    rows: int
    first: datetime | None
    last: datetime | None
    days: int
    broken: BrokenRow | None


def prove(connection: sqlite3.Connection, archive: Path | None = None, *, forgets: bool = False) -> Proof:
    """Walk the whole chain, as it is at one moment.

    Args:
        connection: to the journal.
        archive: folder of its archived days; None where it has none.
        forgets: True where the oldest rows may be gone; otherwise it must begin with row 1.

    Raises:
        sqlite3.Error: when it cannot be read.
        ValueError: when a newer version of the program has written it.
    """
    in_transaction = connection.in_transaction
    if not in_transaction:
        connection.execute("BEGIN")
    try:
        days = archived_days(connection)
        walk = _Walk(forgets, _states(connection), revision_rows.stored(connection))
        broken = walk.over_archive(archive, days) or walk.over(journal_rows.chain(connection, walk.end.row))
        return Proof(walk.rows, walk.first, walk.last, len(days), broken or walk.state_without_row())
    finally:
        if not in_transaction:
            connection.execute("ROLLBACK")


def _states(connection: sqlite3.Connection) -> dict[int, list[tuple[str, str]]]:
    """Alarms and what they restart with, by the row that says so."""
    found: dict[int, list[tuple[str, str]]] = {}
    for row, alarm, facts in connection.execute("SELECT row, alarm, facts FROM state"):
        found.setdefault(row, []).append((alarm, facts))
    return found


class _Walk:
    """Goes from row to row.

    Args:
        forgets: the oldest rows may be gone.
        states: what each alarm restarts with, by its row.
        revisions: what is kept of each revision, by its row.
    """

    def __init__(
        self, forgets: bool, states: dict[int, list[tuple[str, str]]], revisions: dict[int, revision_rows.Stored]
    ) -> None:
        self.end = Tail()
        self.rows = 0
        self._forgets = forgets
        self._states = states
        self._revisions = revisions
        self._first: int | None = None
        self._last: int | None = None

    @property
    def first(self) -> datetime | None:
        """Moment of the first proved row."""
        return None if self._first is None else from_micros(self._first)

    @property
    def last(self) -> datetime | None:
        """Moment of the last proved row."""
        return None if self._last is None else from_micros(self._last)

    def over_archive(self, folder: Path | None, days: list[ArchivedDay]) -> BrokenRow | None:
        """Prove the archived days."""
        for day in days:
            if folder is None:
                return BrokenRow(self.end.row + 1, f"is in {day.file}, which is not here")
            try:
                broken = self.over(read_day(folder, day.file))
            except ArchiveError as error:
                return BrokenRow(self.end.row + 1, f"is missing: {error}")
            if broken is not None:
                return BrokenRow(broken.row, f"{broken.what} ({folder.name}/{day.file})")
            if self.end != day.end:
                return BrokenRow(self.end.row + 1, f"is missing in {folder.name}/{day.file}")
        return None

    def over(self, rows: Iterator[ChainedRow]) -> BrokenRow | None:
        """Prove some rows."""
        for content, previous, digest in rows:
            row_id = content[0]
            if self._forgets and not self.rows:
                self.end = Tail(row_id - 1, previous)
            if row_id != self.end.row + 1:
                return BrokenRow(self.end.row + 1, "is missing")
            if previous != self.end.hash:
                return BrokenRow(row_id, "does not follow the row before it")
            if digest != digest_of(previous, content):
                return BrokenRow(row_id, "was changed after it was written")
            for alarm, facts in self._states.pop(row_id, ()):
                if (alarm, facts) != (content[3], content[-1]):
                    return BrokenRow(row_id, f"is not what {alarm} restarts with")
            kept = self._revisions.pop(row_id, None)
            if kept is not None and kept != revision_rows.stored_of(content):
                return BrokenRow(row_id, f"is not the revision that {kept[0]} restarts with")
            self.end = Tail(row_id, digest)
            self.rows += 1
            self._first = content[1] if self._first is None else self._first
            self._last = content[1]
        return None

    def state_without_row(self) -> BrokenRow | None:
        """A state or a revision that no row tells of."""
        made_up = [row for row in self._revisions if not (self._forgets and row <= self.end.row)]
        if made_up:
            return BrokenRow(min(made_up), f"is not the revision that {self._revisions[min(made_up)][0]} restarts with")
        rows = [row for row in self._states if not (self._forgets and row <= self.end.row)]
        return BrokenRow(min(rows), f"is not what {self._states[min(rows)][0][0]} restarts with") if rows else None
