"""How long the alarm journal and the audit log keep their rows: which days may go to the archive, and how.

Only what is older than `days` and behind the newest `rows` goes, whole UTC days, oldest first. A day's rows leave the
log when its file is written, durable, read back and proved, and the table `archive` names it.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, cast

from vmshmi.core.clock import Clock, to_micros
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage.journal_archive import (
    BLOCK,
    JOURNAL,
    AnyRow,
    ArchivedDay,
    ArchiveError,
    Chain,
    WholeDay,
    archive_beside,
    chained,
    damaged,
    day_of,
    note,
    noted_days,
    write_day,
)
from vmshmi.runtime.storage.journal_rows import Tail

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

DAY_US = 86_400_000_000
FORGET_ROWS = 500
"""Rows that one transaction deletes: the writer waits a few ms for it at the most."""
PAUSE_S = 0.005
"""Rest after each block, for the loop and for the writer."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What a log keeps.

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


def next_whole_day(
    connection: sqlite3.Connection, now_us: int, retention: Retention, chain: Chain = JOURNAL
) -> WholeDay | None:
    """The oldest day that may go; None when none may.

    Rows belong to the latest day so far: the clock may have been set back among them. Moments later than now are left
    out of that, the clock was wrong then. So a clock that jumps keeps rows for too long, never too short.
    """
    behind = archived_end(connection).row
    last = _newest(connection, chain) - max(1, retention.rows)
    keep_from = now_us // DAY_US - retention.days
    day: int | None = None
    rows = connection.execute(
        f"SELECT id, at FROM {chain.table} WHERE id > ? AND id <= ? ORDER BY id", (behind, last + 1)
    )
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
    days = noted_days(connection)
    return days[-1].end if days else Tail()


def first_row(connection: sqlite3.Connection, chain: Chain = JOURNAL) -> int:
    """Number of the oldest row that is still in the log; 0 when it is empty."""
    row = connection.execute(f"SELECT min(id) FROM {chain.table}").fetchone()
    return cast("int | None", row[0]) or 0


def _newest(connection: sqlite3.Connection, chain: Chain) -> int:
    row = connection.execute(f"SELECT max(id) FROM {chain.table}").fetchone()
    return cast("int | None", row[0]) or 0


def forget(connection: sqlite3.Connection, last: int, rows: int, chain: Chain = JOURNAL) -> bool:
    """Delete some of the oldest rows up to this one; True while there are more of them.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    end = min(last, first_row(connection, chain) + rows - 1)
    connection.execute(f"DELETE FROM {chain.table} WHERE id <= ?", (end,))
    return end < last


class Kept(Protocol):
    """The file of a log, as its keeper sees it."""

    @property
    def path(self) -> Path | None:
        """None for a log in memory."""
        ...

    def read(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Any thread."""
        ...

    async def change(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """In a transaction of its own, between those that add rows."""
        ...


class Keeper:
    """Moves days from a log to its archive. Belongs to the runtime's loop.

    Args:
        kept: the log's file.
        chain: which log it is.
        threads: where files are written.
        clock: says what is old.
        retention: what is kept.
    """

    def __init__(self, kept: Kept, chain: Chain, threads: Executor, clock: Clock, retention: Retention) -> None:
        self.error: str | None = None
        """Why a day could not be moved, one line; None when all is well."""
        self._kept = kept
        self._chain = chain
        self._threads = threads
        self._clock = clock
        self._retention = retention
        self._name = chain.name
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
                await self._kept.change(lambda connection, day=day: note(connection, day))
                _log.info("%s: rows %d to %d are in the archive as %s", self._name, day.first, day.last, day.file)
                moved.append(whole.day)
                await self._forget()
        except (OSError, sqlite3.Error, ArchiveError, StorageError) as error:
            if self.error is None:
                _log.error("%s: old days cannot be archived: %s", self._name, error)
            self.error = f"old days cannot be archived: {error}"
        else:
            if self.error is not None:
                _log.warning("%s: old days can be archived again", self._name)
            self.error = None
        return moved

    def _next(self) -> WholeDay | None:
        now = to_micros(self._clock.now())
        return self._kept.read(lambda connection: next_whole_day(connection, now, self._retention, self._chain))

    def _write(self, whole: WholeDay) -> ArchivedDay:
        if self._kept.path is None:
            raise StorageError("a log in memory has no archive")
        before = self._kept.read(archived_end)
        folder = archive_beside(self._kept.path, self._chain)
        return write_day(folder, self._block, whole, before, self._rest, self._chain.columns)

    def _block(self, after: int) -> list[AnyRow]:
        return self._kept.read(lambda connection: list(chained(connection, self._chain, after, BLOCK)))

    def _rest(self) -> None:
        if self._stopping.wait(PAUSE_S):
            raise StorageError("the runtime stops")

    async def _forget(self) -> None:
        """Delete what is in the archive, a little at a time, never what the archive has lost."""
        last = await self._in_thread(lambda: self._kept.read(self._forgettable))
        while last:
            left = await self._kept.change(lambda connection: forget(connection, last, FORGET_ROWS, self._chain))
            if not left:
                return
            await asyncio.sleep(PAUSE_S)

    def _forgettable(self, connection: sqlite3.Connection) -> int:
        """The last row that may be deleted; 0 when there is none."""
        first = first_row(connection, self._chain)
        days = [day for day in noted_days(connection) if day.last >= first]
        if self._kept.path is None or not days:
            return 0
        lost = damaged(archive_beside(self._kept.path, self._chain), days)
        if lost:
            raise ArchiveError(f"{lost[0]} is no longer what was written; its rows stay in the {self._name}")
        return days[-1].last

    async def _in_thread(self, work: Callable[[], _Answer]) -> _Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError as error:
            raise StorageError(f"the {self._name} is closed") from error
