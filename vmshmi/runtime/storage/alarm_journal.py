"""The alarm journal: every transition, action and refusal, durable before it is announced.

SQLite in WAL mode with synchronous FULL, a file and a thread of its own. What an alarm is and when it is told is not
here.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from vmshmi.core.alarms.journal_event import JournalEvent
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition
from vmshmi.core.alarms.revision import Revision
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import Clock
from vmshmi.core.errors import StorageError
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.storage import journal_rows, revision_rows
from vmshmi.runtime.storage.journal_archive import JOURNAL, archive_beside, archived_days, damaged
from vmshmi.runtime.storage.journal_file import JournalFile, open_reader
from vmshmi.runtime.storage.journal_kpi import read_kpi, read_messages
from vmshmi.runtime.storage.journal_proof import BrokenRow, Proof, prove
from vmshmi.runtime.storage.journal_retention import Keeper, Retention
from vmshmi.runtime.storage.journal_writer import JournalWriter

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

MAX_PENDING = 100_000
"""Rows kept in memory while the journal cannot be written."""
RETRY_S = 0.5
STOP_S = 3.0
_READERS = 3
"""So that neither a walk over the whole chain nor a day for the archive keeps a history query waiting."""


class _Kept:
    """The journal's file for its keeper."""

    def __init__(self, file: JournalFile, writer: JournalWriter) -> None:
        self.path = file.path
        self.read = file.read
        self._file = file
        self._writer = writer

    async def change(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        return await asyncio.wrap_future(self._writer.do(lambda: self._file.change(work)))


class AlarmJournal:
    """The journal of one runtime; its methods belong to the runtime's loop.

    Args:
        path: the database file; None keeps the journal in memory.
        clock: the machine's, when None.
        max_pending: rows kept in memory while the file cannot be written. What comes beyond is counted, and of each
            alarm the last row is kept.
        retry_s: pause between two attempts to write.
        retention: what is kept and what goes to the archive.
    """

    def __init__(
        self,
        path: Path | None,
        clock: Clock | None = None,
        *,
        max_pending: int = MAX_PENDING,
        retry_s: float = RETRY_S,
        retention: Retention | None = None,
    ) -> None:
        self.path = path
        self.ended_clean = True
        """False when the runtime before this one did not stop by itself."""
        self._file = JournalFile(path)
        clock = clock or SystemClock()
        self._writer = JournalWriter(self._file, clock, max_pending, retry_s)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="alarm journal reader")
        kept = _Kept(self._file, self._writer)
        self._keeper = Keeper(kept, JOURNAL, self._readers, clock, retention or Retention())
        self._notice = ""
        self._restored: dict[str, AlarmRecord] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def error(self) -> str | None:
        """Why rows are not durable now, one line; None when all is well. Any thread."""
        return self._writer.error

    @property
    def archive_error(self) -> str | None:
        """Why days that may go stay in the journal, one line; None when all is well."""
        return self._keeper.error

    @property
    def notice(self) -> str:
        """What was unusual when it was opened or since then, one line; empty when nothing."""
        return "; ".join(filter(None, [self._notice, self._writer.notice]))

    @property
    def pending(self) -> int:
        """Rows not yet durable."""
        return self._writer.pending

    @property
    def dropped(self) -> int:
        """Rows lost for good since the start; the journal has a row that says so."""
        return self._writer.dropped

    async def start(self) -> None:
        """Open it and read what stood when it was closed or killed. Once in its life.

        A file that is no journal any more is set aside (see `notice`): alarms must not wait for it.

        Raises:
            StorageError: when it cannot be opened or made.
        """
        self._loop = asyncio.get_running_loop()
        self._writer.start()
        try:
            opened = await asyncio.wrap_future(self._writer.opened)
        except (OSError, sqlite3.Error, ValueError) as error:
            await self.stop()
            raise StorageError(f"alarm journal {self.path}: {error}") from error
        self._restored, self.ended_clean = opened.records, opened.clean
        self._notice = "; ".join(filter(None, [opened.notice, await self._lost_days()]))
        if self._notice:
            _log.error("%s", self._notice)

    async def _lost_days(self) -> str:
        """A line about days of the archive that are gone; their contents are read by `verify` only."""
        if self.path is None:
            return ""
        folder = archive_beside(self.path)
        lost = await self._read(lambda connection: damaged(folder, archived_days(connection)))
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        return f"archived days are gone or were changed: {folder.name}/{lost[0]}{more}" if lost else ""

    async def keep_days(self) -> None:
        """Move old days to the archive, for as long as this is not cancelled; a journal in memory has none."""
        if self.path is not None:
            await self._keeper.run()

    async def archive_now(self) -> list[str]:
        """Move every day that may go to the archive, now; answers which ones went."""
        return await self._keeper.keep()

    async def restore(self) -> dict[str, AlarmRecord]:
        """The last record of each alarm, as it was when the journal was opened."""
        return dict(self._restored)

    def append(self, transitions: Sequence[AlarmTransition], on_durable: Callable[[], None]) -> None:
        """Take rows to make durable; never waits.

        Args:
            transitions: rows of one transaction, in order.
            on_durable: called in the loop when they are durable; never when they were lost for want of memory.
        """
        self._writer.append(transitions, lambda: self._tell(on_durable))

    def _tell(self, on_durable: Callable[[], None]) -> None:
        """Call back in the loop. Writer's thread."""
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(on_durable)
        except RuntimeError:
            _log.debug("rows became durable after the loop had ended")

    async def history(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 1000,
        alarm_id: str | None = None,
    ) -> list[AlarmTransition]:
        """Rows of a time, both ends included, newest first; the runtime's own starts and stops among them.

        Raises:
            StorageError: if it cannot be read now.
        """
        return await self._read(lambda connection: journal_rows.select(connection, since, until, limit, alarm_id))

    async def raisings(self, since: datetime) -> Mapping[str, list[datetime]]:
        """When each alarm came from then on, oldest first; what asks anew (ESCALATED, REALARMED) has not come again.

        Raises:
            StorageError: if it cannot be read now.
        """
        return await self._read(lambda connection: journal_rows.raisings(connection, since))

    async def revisions(self) -> Mapping[str, list[Revision]]:
        """Every revision of each alarm's definition, oldest first.

        Raises:
            StorageError: if they cannot be read now.
        """
        return await self._read(revision_rows.read)

    async def events(
        self,
        since: datetime | None,
        until: datetime | None,
        work: Callable[[Iterator[Sequence[JournalEvent]]], _Answer],
    ) -> _Answer:
        """Let a function go over the rows of a time, without their facts: both ends included, oldest first, in blocks.

        Args:
            since, until: UTC; None is open.
            work: called in a thread of its own, so that months of rows do not hold the loop; gives the answer.

        Raises:
            StorageError: if it cannot be read now.
        """
        return await self._read(lambda connection: work(journal_rows.events(connection, since, until)))

    async def kpi(self, since: datetime, until: datetime, rules: AlarmRules) -> AlarmKpi:
        """The alarm system's numbers over a time, worked out in a thread of its own.

        Raises:
            StorageError: if it cannot be read now.
        """
        return await self._read(lambda connection: read_kpi(connection, since, until, rules))

    async def verify(self) -> BrokenRow | None:
        """Walk the whole chain of hashes, through the archive; None when it is unbroken.

        Raises:
            StorageError: if it cannot be read now.
        """
        archive, forgets = None if self.path is None else archive_beside(self.path), self.path is None
        return (await self._read(lambda connection: prove(connection, archive, forgets=forgets))).broken

    async def _read(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._file.read, work)
        except (OSError, sqlite3.Error, RuntimeError, ValueError) as error:
            raise StorageError(f"alarm journal cannot be read: {error}") from error

    async def stop(self) -> None:
        """Make durable what is pending, if that can be done within 3 s, and close. A second call does nothing."""
        self._keeper.stop()
        self._writer.stop()
        loop = asyncio.get_running_loop()
        try:
            ended = await loop.run_in_executor(self._readers, self._writer.join, STOP_S)
        except RuntimeError:
            return  # the readers are closed: this is the second call
        if not ended or self._writer.pending:
            _log.error("alarm journal: %d rows could not be made durable before the end", self._writer.pending)
        self._readers.shutdown(wait=True, cancel_futures=True)


def events_of_file(
    path: Path,
    since: datetime | None,
    until: datetime | None,
    work: Callable[[Iterator[Sequence[JournalEvent]]], _Answer],
) -> _Answer:
    """`AlarmJournal.events` of a journal file, whether a runtime is writing it or not; here, and now.

    Raises:
        StorageError: when it cannot be read.
    """
    return _of_file(path, lambda connection: work(journal_rows.events(connection, since, until)))


def kpi_of_file(path: Path, since: datetime, until: datetime, rules: AlarmRules) -> AlarmKpi:
    """`AlarmJournal.kpi` of a journal file, whether a runtime is writing it or not.

    Raises:
        StorageError: when it cannot be read.
    """
    return _of_file(path, lambda connection: read_kpi(connection, since, until, rules))


def revisions_of_file(path: Path) -> Mapping[str, list[Revision]]:
    """`AlarmJournal.revisions` of a journal file, whether a runtime is writing it or not.

    Raises:
        StorageError: when it cannot be read.
    """
    return _of_file(path, revision_rows.read)


def history_of_file(
    path: Path, since: datetime | None, until: datetime | None, limit: int, alarm_id: str
) -> list[AlarmTransition]:
    """`AlarmJournal.history` of one alarm in a journal file, whether a runtime is writing it or not.

    Raises:
        StorageError: when it cannot be read.
    """
    return _of_file(path, lambda connection: journal_rows.select(connection, since, until, limit, alarm_id))


def messages_of_file(path: Path, alarm_ids: Collection[str]) -> Mapping[str, str]:
    """The last known message of each of these alarms, of a journal file.

    Raises:
        StorageError: when it cannot be read.
    """
    return _of_file(path, lambda connection: read_messages(connection, alarm_ids))


def prove_file(path: Path) -> Proof:
    """Walk the chain of a journal file and its archive, whether a runtime is writing it or not.

    Raises:
        StorageError: when it cannot be read, is no journal, or is one of a newer program.
    """
    return _of_file(path, lambda connection: prove(connection, archive_beside(path)))


def _of_file(path: Path, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
    try:
        with closing(open_reader(path)) as connection:
            if journal_rows.check_version(connection) == 0:
                raise ValueError("is no alarm journal")
            return work(connection)
    except (sqlite3.Error, ValueError) as error:
        raise StorageError(f"alarm journal {path}: {error}") from error
