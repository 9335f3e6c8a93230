"""Opens the alarm journal's database, for its writer and for its readers."""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias, TypeVar

from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.runtime.storage import journal_rows
from vmshmi.runtime.storage.durable import sync_folder
from vmshmi.runtime.storage.journal_rows import Tail

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

BUSY_S = 0.3
"""How long another program's lock on the file is waited for."""
KEPT_IN_MEMORY = 20_000
"""Rows of a journal without a file: it must not grow for years."""

_SUFFIXES = ("-wal", "-shm", "")
"""Of the files of one database; its own is renamed last, so that no reader finds it without its log."""
_Files: TypeAlias = tuple[tuple[int, int] | None, ...]
_NOT_A_JOURNAL = ("file is not a database", "malformed")


class JournalFile:
    """The database of the journal: one writer, any number of readers.

    Args:
        path: the file; None keeps it in memory, where writer and readers take turns.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.end = Tail()
        """The end of the chain as far as it is known to be durable."""
        self.rescued = ""
        """What became of files that vanished under the writer, one line; whoever tells it empties it."""
        self._files: _Files = ()
        self._writer: sqlite3.Connection | None = None
        self._turn = threading.Lock()
        self._unsure: Tail | None = None

    def open(self) -> str:
        """Open it for writing, and make it when there is none. Writer's thread.

        Returns:
            A line for a person when the file was no journal any more and was set aside; otherwise an empty text.

        Raises:
            OSError, sqlite3.Error: when it cannot be opened or made.
            ValueError: when a newer program has written it.
        """
        try:
            self.end = journal_rows.tail(self._open_writer())
        except sqlite3.DatabaseError as error:
            self.close()
            if self.path is None or not any(sign in str(error) for sign in _NOT_A_JOURNAL):
                raise
            kept = set_aside(self.path, "broken", _SUFFIXES)
            self.end = journal_rows.tail(self._open_writer())
            return f"alarm journal could not be read ({error}); it is kept as {kept.name} and a new one was begun"
        return ""

    def _connect(self) -> sqlite3.Connection:
        name = ":memory:" if self.path is None else str(self.path)
        # readers share the connection of a journal in memory; `_turn` keeps them apart
        connection = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA journal_size_limit = 16777216")
            journal_rows.prepare(connection)
        except (sqlite3.Error, ValueError):
            connection.close()
            raise
        self._writer = connection
        self._files = _files_of(self.path)
        return connection

    def restore(self) -> tuple[dict[str, AlarmRecord], list[str], bool]:
        """What stood when it was last written. Writer's thread.

        Returns:
            The last record of each alarm; alarms whose record cannot be read; whether the last runtime stopped by
            itself.

        Raises:
            sqlite3.Error: when it cannot be read.
        """
        connection = self._open_writer()
        records: dict[str, AlarmRecord] = {}
        unreadable: list[str] = []
        for alarm_id, record in journal_rows.last_records(connection):
            if record is None:
                unreadable.append(alarm_id)
            else:
                records[alarm_id] = record
        return records, unreadable, journal_rows.last_kind(connection) in (None, TransitionKind.STOPPED)

    def commit(self, transitions: list[AlarmTransition]) -> None:
        """Make rows durable, all or none. Writer's thread.

        After an error the same rows must come again, others may follow: what is durable already is not written twice.

        Raises:
            sqlite3.Error: when it cannot be written now.
        """
        with self._turn:
            connection = self._whole()
            if self._unsure is not None:
                transitions = transitions[self._durable_after_all(connection) :]
                if not transitions:
                    return
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._unsure = journal_rows.append(connection, transitions, self.end)
                if self.path is None:
                    connection.execute("DELETE FROM journal WHERE id <= ?", (self._unsure.row - KEPT_IN_MEMORY,))
                connection.execute("COMMIT")
            except sqlite3.Error:
                self._roll_back(connection)
                raise
            self.end, self._unsure = self._unsure, None

    def check(self) -> None:
        """See whether the files are still the ones that are written. Writer's thread, every few seconds.

        Raises:
            OSError, sqlite3.Error: when they are not, and cannot be written anew.
        """
        with self._turn:
            self._whole()

    def _whole(self) -> sqlite3.Connection:
        """The writer's connection; its files are written anew when somebody deleted or replaced them.

        SQLite would go on writing into files that have no name any more, and a kill would end them. They can still be
        read, so nothing is lost.
        """
        connection = self._open_writer()
        if self.path is None or _files_of(self.path) == self._files:
            return connection
        copy = self.path.with_name(f"{self.path.name}.copy")
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(copy, isolation_level=None)) as target:
            connection.backup(target)
        with copy.open("rb+") as file:
            os.fsync(file.fileno())
        ours = [mine if mine == found else None for mine, found in zip(self._files, _files_of(self.path), strict=True)]
        # a strange database goes without our log, which would be replayed into it
        kept = set_aside(self.path, "replaced", [s for s, mine in zip(_SUFFIXES, ours, strict=True) if mine is None])
        # a kill from here on finds the copy, with our log or without: what is in it is in the copy already
        copy.replace(self.path)
        connection.close()
        self._writer = None
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        sync_folder(self.path.parent)
        aside = f"; what was found is kept as {kept.name}" if kept.exists() else ""
        self.rescued = f"its files were deleted or replaced while they were written; all rows are in new ones{aside}"
        _log.error("alarm journal: %s", self.rescued)
        return self._open_writer()

    def change(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Change something else than the chain's end, in a transaction of its own. Writer's thread.

        Raises:
            sqlite3.Error: when it cannot be written now.
        """
        with self._turn:
            connection = self._open_writer()
            connection.execute("BEGIN IMMEDIATE")
            try:
                answer = work(connection)
                connection.execute("COMMIT")
            except sqlite3.Error:
                self._roll_back(connection)
                raise
            return answer

    def _durable_after_all(self, connection: sqlite3.Connection) -> int:
        """How many rows an attempt that ended with an error has written nevertheless."""
        before, attempted = self.end, self._unsure
        self.end, self._unsure = journal_rows.tail(connection), None
        return self.end.row - before.row if self.end == attempted else 0

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        """Give the transaction up. The connection stays: without it a full disk could not be read either."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            _log.warning("alarm journal: not even a transaction can be given up (%s), opening it anew", error)
            connection.close()
            self._writer = None

    def _open_writer(self) -> sqlite3.Connection:
        return self._connect() if self._writer is None else self._writer

    def read(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Ask something. Any thread; on a file it never waits for the writer.

        Raises:
            sqlite3.Error: when it cannot be read now.
        """
        if self.path is None:
            with self._turn:
                return work(self._open_writer())
        with closing(open_reader(self.path)) as connection:
            return work(connection)

    def close(self) -> None:
        """Close the writer's connection; a second call does nothing."""
        with self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read; the runtime may be writing meanwhile.

    Raises:
        sqlite3.Error: when there is no such file.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S, isolation_level=None)


def set_aside(path: Path, what: str, suffixes: Sequence[str]) -> Path:
    """Rename files of a database as far as they are there; returns their name, the first free number of its kind."""
    number = 1
    while (kept := path.with_name(f"{path.name}.{what}-{number}")).exists():
        number += 1
    for suffix in suffixes:
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
    return kept


def _files_of(path: Path | None) -> _Files:
    """Which files of that name there are now."""
    if path is None:
        return ()
    found: list[tuple[int, int] | None] = []
    for suffix in _SUFFIXES:
        try:
            there = os.stat(f"{path}{suffix}")
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((there.st_dev, there.st_ino))
    return tuple(found)
