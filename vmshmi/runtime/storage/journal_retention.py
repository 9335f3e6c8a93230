"""How long the alarm journal keeps its rows: which days may go to the archive, and how they go there.

Only what is older than `days` and behind the newest `rows` goes, whole UTC days, oldest first. A day's rows leave the
journal when its file is written, durable, read back and proved, and the table `archive` names it.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar, cast

from vmshmi.core.clock import Clock, to_micros
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage import journal_rows
from vmshmi.runtime.storage.journal_archive import (
    BLOCK,
    ArchivedDay,
    ArchiveError,
    WholeDay,
    archive_beside,
    archived_days,
    damaged,
    day_of,
    note,
    write_day,
)
from vmshmi.runtime.storage.journal_file import JournalFile
from vmshmi.runtime.storage.journal_rows import ChainedRow, Tail
from vmshmi.runtime.storage.journal_writer import JournalWriter

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

DAY_US = 86_400_000_000
FORGET_ROWS = 500
"""Rows that one transaction deletes: the writer waits a few ms for it at the most."""
PAUSE_S = 0.005
"""Rest after each block, for the loop and for the writer."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What the journal keeps.

    Attributes:
        days: whole days that are kept; 366 are a year, whichever.
        rows: newest rows that are kept whatever their age; at least 1.
        every_s: pause between two looks.
        retry_s: the same after a failure.
    """

    days: int = 366
    rows: int = 1_000_000
    every_s: float = 3600.0
    retry_s: float = 60.0


def next_whole_day(connection: sqlite3.Connection, now_us: int, retention: Retention) -> WholeDay | None:
    """The oldest day that may go; None when none may.

    Rows belong to the latest day so far: the clock may have been set back among them. Moments later than now are left
    out of that, the clock was wrong then. So a clock that jumps keeps rows for too long, never too short.
    """
    behind = archived_end(connection).row
    last = journal_rows.tail(connection).row - max(1, retention.rows)
    keep_from = now_us // DAY_US - retention.days
    day: int | None = None
    rows = connection.execute("SELECT id, at FROM journal WHERE id > ? AND id <= ? ORDER BY id", (behind, last + 1))
    for row_id, at in rows:
        this = at // DAY_US
        if at > now_us or (day is not None and this <= day):
            continue
        if day is not None:
            return WholeDay(behind + 1, row_id - 1, day_of(day * DAY_US))
        if this >= keep_from:
            return None
        day = this
    return None


def archived_end(connection: sqlite3.Connection) -> Tail:
    """The last row that is in the archive."""
    days = archived_days(connection)
    return days[-1].end if days else Tail()


def first_row(connection: sqlite3.Connection) -> int:
    """Number of the oldest row that is still in the journal; 0 when it is empty."""
    row = connection.execute("SELECT min(id) FROM journal").fetchone()
    return cast("int | None", row[0]) or 0


def forget(connection: sqlite3.Connection, last: int, rows: int) -> bool:
    """Delete some of the oldest rows up to this one; True while there are more of them.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    end = min(last, first_row(connection) + rows - 1)
    connection.execute("DELETE FROM journal WHERE id <= ?", (end,))
    return end < last


class Keeper:
    """Moves days from the journal to its archive. Belongs to the runtime's loop.

    Args:
        file, writer: of the journal.
        threads: where files are written.
        clock: says what is old.
        retention: what is kept.
    """

    def __init__(
        self, file: JournalFile, writer: JournalWriter, threads: Executor, clock: Clock, retention: Retention
    ) -> None:
        self.error: str | None = None
        """Why a day could not be moved, one line; None when all is well."""
        self._file = file
        self._writer = writer
        self._threads = threads
        self._clock = clock
        self._retention = retention
        self._stopping = threading.Event()

    async def run(self) -> None:
        """Look every hour until cancelled."""
        while True:
            await asyncio.sleep(self._retention.retry_s if self.error else self._retention.every_s)
            await self.keep()

    def stop(self) -> None:
        """Let a day that is being written be given up soon."""
        self._stopping.set()

    async def keep(self) -> list[str]:
        """Move every day that may go.

        Returns:
            The days that went. A failure is not raised: it is in `error` until a later look succeeds.
        """
        moved: list[str] = []
        try:
            await self._forget()
            while (whole := await self._in_thread(self._next)) is not None:
                day = await self._in_thread(lambda whole=whole: self._write(whole))
                await self._by_writer(lambda connection, day=day: note(connection, day))
                _log.info("alarm journal: rows %d to %d are in the archive as %s", day.first, day.last, day.file)
                moved.append(whole.day)
                await self._forget()
        except (OSError, sqlite3.Error, ArchiveError, StorageError) as error:
            if self.error is None:
                _log.error("alarm journal: old days cannot be archived: %s", error)
            self.error = f"old days cannot be archived: {error}"
        else:
            if self.error is not None:
                _log.warning("alarm journal: old days can be archived again")
            self.error = None
        return moved

    def _next(self) -> WholeDay | None:
        now = to_micros(self._clock.now())
        return self._file.read(lambda connection: next_whole_day(connection, now, self._retention))

    def _write(self, whole: WholeDay) -> ArchivedDay:
        if self._file.path is None:
            raise StorageError("a journal in memory has no archive")
        before = self._file.read(archived_end)
        return write_day(archive_beside(self._file.path), self._block, whole, before, self._rest)

    def _block(self, after: int) -> list[ChainedRow]:
        return self._file.read(lambda connection: list(journal_rows.chain(connection, after, BLOCK)))

    def _rest(self) -> None:
        if self._stopping.wait(PAUSE_S):
            raise StorageError("the runtime stops")

    async def _forget(self) -> None:
        """Delete what is in the archive, a little at a time, never what the archive has lost."""
        last = await self._in_thread(lambda: self._file.read(self._forgettable))
        while last:
            left = await self._by_writer(lambda connection: forget(connection, last, FORGET_ROWS))
            if not left:
                return
            await asyncio.sleep(PAUSE_S)

    def _forgettable(self, connection: sqlite3.Connection) -> int:
        """The last row that may be deleted; 0 when there is none."""
        first = first_row(connection)
        days = [day for day in archived_days(connection) if day.last >= first]
        if self._file.path is None or not days:
            return 0
        lost = damaged(archive_beside(self._file.path), days)
        if lost:
            raise ArchiveError(f"{lost[0]} is no longer what was written; its rows stay in the journal")
        return days[-1].last

    async def _in_thread(self, work: Callable[[], _Answer]) -> _Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError as error:
            raise StorageError("the journal is closed") from error

    async def _by_writer(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        return await asyncio.wrap_future(self._writer.do(lambda: self._file.change(work)))
