"""Opens the alarm journal's database, for its writer and for its readers."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.runtime.storage import journal_rows
from vmshmi.runtime.storage.journal_rows import Tail

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

BUSY_S = 0.3
"""How long another program's lock on the file is waited for."""
KEPT_IN_MEMORY = 20_000
"""Rows of a journal without a file: it must not grow for years."""

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
            kept = _set_aside(self.path)
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
            connection = self._open_writer()
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


def _set_aside(path: Path) -> Path:
    """Rename a file that is no journal, with what SQLite keeps beside it; the first free number of its kind."""
    number = 1
    while (kept := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + suffix))
    return path.rename(kept)
