"""The audit log: who commanded what, what became of it, and who changed whose rights.

SQLite in WAL mode with synchronous FULL, a file and a thread of its own. What was appended is durable. Old days go to
an archive, as those of the alarm journal do.
"""

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

from vmshmi.core.audit import AuditEntry
from vmshmi.core.clock import Clock
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage import audit_rows
from vmshmi.runtime.storage.audit_rows import AUDIT, AuditProof
from vmshmi.runtime.storage.durable import sync_folder
from vmshmi.runtime.storage.journal_archive import archive_beside, damaged
from vmshmi.runtime.storage.journal_file import open_reader, set_aside
from vmshmi.runtime.storage.journal_retention import Keeper, Retention

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

FILE = "audit.sqlite"
"""Its name in the database folder."""
BUSY_S = 2.0
"""How long another program that adds a row, as `vmshmi user add` does, is waited for."""
KEPT = Retention(days=366, rows=100_000)
"""What stays in the log's file."""
_MOST_OWED = 10_000
RETRY_S = 2.0


class _Kept:
    """The log's file for its keeper."""

    def __init__(self, path: Path, change: Callable[..., Awaitable[object]]) -> None:
        self.path: Path | None = path
        self._path = path
        self._change = change

    def read(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        return _of_file(self._path, work)

    async def change(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        return cast("_Answer", await self._change(work))


class AuditLog:
    """The log of one runtime; its methods belong to the runtime's loop.

    Args:
        path: the file; None keeps it in memory.
        clock: says what is old; without one nothing goes to the archive.
        retention: what stays in the file.
    """

    def __init__(self, path: Path | None, clock: Clock | None = None, retention: Retention = KEPT) -> None:
        self.path = path
        self.error: str | None = None
        """Why the last entry is not durable, one line; None when all is well."""
        self.notice = ""
        """What was unusual when it was opened, one line."""
        self.left: Sequence[AuditEntry] = ()
        """Commands that the runtime before this one may have sent and whose outcome it did not write down."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="audit log")
        self._keeper: Keeper | None = None
        if path is not None and clock is not None:
            self._files = ThreadPoolExecutor(1, thread_name_prefix="audit archive")
            self._keeper = Keeper(_Kept(path, self._change), AUDIT, self._files, clock, retention)
        self._connection: sqlite3.Connection | None = None
        self._owed: list[AuditEntry] = []
        """Belongs to the log's thread, as the connection does."""
        self._identity: tuple[int, int] | None = None

    async def start(self) -> None:
        """Open it, or make it.

        Raises:
            StorageError: when it cannot be opened or made.
        """
        try:
            self.left = await self._run(self._open)
        except StorageError:
            self._thread.shutdown(wait=False)
            raise

    def _open(self) -> Sequence[AuditEntry]:
        try:
            self._connection = open_audit(self.path)
        except sqlite3.DatabaseError as error:
            if self.path is None or not any(sign in str(error) for sign in ("file is not a database", "malformed")):
                raise
            kept = set_aside(self.path, "broken", ("-wal", "-shm", ""))
            self.notice = f"audit log could not be read ({error}); it is kept as {kept.name} and a new one was begun"
            _log.error("%s", self.notice)
            self._connection = open_audit(self.path)
        self._identity = _identity(self.path)
        if self.path is not None:
            lost = damaged(archive_beside(self.path, AUDIT), audit_rows.archived_days(self._connection))
            if lost:
                words = f"audit log: archived days are gone or were changed: {AUDIT.folder}/{', '.join(lost[:3])}"
                self.notice = "; ".join(filter(None, [self.notice, words]))
                _log.error("%s", words)
        return audit_rows.open_intents(self._connection)

    @property
    def archive_error(self) -> str:
        """Why days that may go stay in the log, one line; empty when all is well."""
        error = None if self._keeper is None else self._keeper.error
        return f"audit log: {error}" if error else ""

    async def keep_days(self) -> None:
        """Move old days to the archive, for as long as this is not cancelled."""
        if self._keeper is not None:
            await self._keeper.run()

    async def archive_now(self) -> list[str]:
        """Move every day that may go to the archive, now; answers which ones went."""
        return [] if self._keeper is None else await self._keeper.keep()

    async def _change(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Something else than the chain's end, in a transaction of its own.

        Raises:
            sqlite3.Error: when it cannot be written now.
            StorageError: when the log is closed.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._in_transaction(work))
        except (RuntimeError, ValueError) as error:
            raise StorageError(f"the audit log cannot be written: {error}") from error

    def _in_transaction(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        connection = self._whole()
        with audit_rows.transaction(connection):
            return work(connection)

    async def append(self, *entries: AuditEntry) -> None:
        """Make entries durable, in one transaction, after all that is owed.

        Raises:
            StorageError: they are not written; nothing may be done that they would have told of.
        """
        await self._run(lambda: self._write(entries))

    async def owe(self, *entries: AuditEntry) -> None:
        """Make entries durable that tell of something that has happened: what cannot be written now is written later,
        before the next entry, by `keep_trying`, or at the end of the runtime.
        """
        try:
            await self._run(lambda: self._write_or_owe(entries))
        except StorageError as error:
            _log.error("entries wait: %s", error)

    async def keep_trying(self) -> None:
        """Write what is owed as soon as that can be done again, until cancelled."""
        while True:
            await asyncio.sleep(RETRY_S)
            if self.error is not None:
                with contextlib.suppress(StorageError):  # `error` says it
                    await self.append()

    def _write_or_owe(self, entries: Sequence[AuditEntry]) -> None:
        self._owed += entries
        lost = len(self._owed) - _MOST_OWED
        if lost > 0:
            _log.error("audit log: %d entries are lost", lost)
            del self._owed[:lost]
        self._write(())

    def _write(self, entries: Sequence[AuditEntry]) -> None:
        connection = self._whole()
        if entries or self._owed:
            audit_rows.append(connection, [*self._owed, *entries])
            self._owed.clear()

    def _whole(self) -> sqlite3.Connection:
        """The writer's connection, while its file is the one that was opened."""
        connection = self._open_connection()
        if _identity(self.path) != self._identity:
            raise ValueError("its file was deleted or replaced while it was written; stop the runtime and look")
        return connection

    async def entries(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> list[AuditEntry]:
        """Entries of a time, both ends included, newest first; those in the archive are read by `export_audit`.

        Raises:
            StorageError: if they cannot be read now.
        """
        return await self._read(lambda connection: audit_rows.select(connection, since, until, limit))

    async def verify(self) -> AuditProof:
        """Walk the whole chain, through the archive.

        Raises:
            StorageError: if it cannot be read now.
        """
        archive = None if self.path is None else archive_beside(self.path, AUDIT)
        return await self._read(lambda connection: audit_rows.prove(connection, archive))

    async def stop(self) -> None:
        """Write what is owed and close; a second call does nothing."""
        if self._connection is None:
            return
        if self._keeper is not None:
            self._keeper.stop()
            self._files.shutdown(wait=True, cancel_futures=True)
        await self.owe()
        await self._run(self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    async def _read(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        path = self.path
        if path is None:
            return await self._run(lambda: work(self._open_connection()))
        try:
            return await asyncio.to_thread(_of_file, path, work)
        except (sqlite3.Error, ValueError) as error:
            raise StorageError(f"audit log cannot be read: {error}") from error

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("is not open")
        return self._connection

    async def _run(self, work: Callable[[], _Answer]) -> _Answer:
        """In the log's thread."""
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
            self.error = f"audit log {self.path or 'in memory'}: {error}"
            raise StorageError(self.error) from error
        self.error = None
        return answer


def open_audit(path: Path | None) -> sqlite3.Connection:
    """A connection that may write; for a program that adds a single entry too.

    Raises:
        sqlite3.Error, OSError: when it cannot be opened or made.
        ValueError: when a newer program has written it.
    """
    name = ":memory:" if path is None else str(path)
    is_new = path is not None and not path.exists()
    connection = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        audit_rows.prepare(connection)
        if path is not None and is_new:
            sync_folder(path.parent)
    except (OSError, sqlite3.Error, ValueError):
        connection.close()
        raise
    return connection


def add_entry(folder: Path, entry: AuditEntry) -> None:
    """Add one entry to the log in a database folder, whether a runtime is writing it or not.

    Raises:
        StorageError: it is not written.
    """
    try:
        with closing(open_audit(folder / FILE)) as connection:
            audit_rows.append(connection, [entry])
    except (OSError, sqlite3.Error, ValueError) as error:
        raise StorageError(f"audit log {folder / FILE}: {error}") from error


def prove_audit(path: Path) -> AuditProof:
    """Walk the chain of a log file and its archive, whether a runtime is writing it or not.

    Raises:
        StorageError: when it cannot be read or is no audit log.
    """
    try:
        return _of_file(path, lambda connection: audit_rows.prove(connection, archive_beside(path, AUDIT)))
    except (sqlite3.Error, ValueError) as error:
        raise StorageError(f"audit log {path}: {error}") from error


def _of_file(path: Path, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
    with closing(open_reader(path)) as connection:
        if audit_rows.check_version(connection) == 0:
            raise ValueError("is no audit log")
        return work(connection)


def _identity(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    there = os.stat(path)
    return there.st_dev, there.st_ino
