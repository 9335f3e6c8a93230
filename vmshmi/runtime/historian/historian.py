"""The historian's face: what the runtime's loop gives it, what screens and the API ask of it.

`record` is called in the loop for every sample. A thread of its own makes rows durable each second and seals them each
hour; questions run in a small pool. None of them waits for another.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from vmshmi.core.clock import Clock, from_micros, to_micros
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.core.health import HistorianStats
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Sample, TagId, TagValue
from vmshmi.runtime.historian.answers import as_samples, as_series
from vmshmi.runtime.historian.arrow import arrow_stream
from vmshmi.runtime.historian.console import SqlAnswer, SqlLimits, ask_apart
from vmshmi.runtime.historian.engine import Engine
from vmshmi.runtime.historian.export import Exporter, OpenRows, Range, range_of
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.intake import Batch, Intake
from vmshmi.runtime.historian.journal import TagEntry
from vmshmi.runtime.historian.reading import FOREVER, Reader, View, Wanted
from vmshmi.runtime.historian.retention import Retention
from vmshmi.runtime.historian.rollups import Rollup
from vmshmi.runtime.historian.rows import Family, TagRows, family_of
from vmshmi.runtime.historian.segments import HISTORY, Segment
from vmshmi.runtime.historian.slices import Slices
from vmshmi.runtime.historian.space import Space
from vmshmi.runtime.historian.storage import Storage
from vmshmi.runtime.historian.upkeep import Upkeep
from vmshmi.runtime.historian.worker import Worker, step_back

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_BESIDE = 5
"""Niceness of questions: with two that never end, a flush still gets its processor at once."""
_RENEWED_S = 86_400.0
"""The engine never lets go of the footer of a file that is long gone; a new one each day does."""
_LOOKS = 4
"""How often a question is asked anew because the upkeep has replaced a file under it."""


@dataclass(frozen=True, slots=True)
class HistorianSettings:
    """How much and how often.

    Attributes:
        flush_every_s: how much a crash may lose.
        seal_every_s, seal_rows: hot rows become a closed segment after this time or at this number, whichever is first.
        max_hot_rows: bound of rows in memory, for each of numbers and booleans (24 and 17 bytes a row).
        text_share: texts are larger and rarer: this part of `seal_rows` and `max_hot_rows` holds for them.
        query_threads: questions answered at once.
        query_memory_mb: most memory of the query engine.
        query_cache_mb: most memory of what was read lately.
        upkeep_every_s: how often closed days are looked at: compaction, rollups, retention.
        retention: how long what is kept.
        mark_stops: a start writes down when the run before it ended, as a row without a value for each tag: nothing is
            drawn over a time in which nobody looked.
    """

    flush_every_s: float = 1.0
    seal_every_s: float = 3600.0
    seal_rows: int = 4_000_000
    max_hot_rows: int = 8_388_608
    text_share: float = 1 / 16
    query_threads: int = 2
    query_memory_mb: int = 512
    query_cache_mb: int = 48
    upkeep_every_s: float = 60.0
    retention: Retention = field(default_factory=Retention)
    mark_stops: bool = True

    def share(self, rows: int, family: Family) -> int:
        """A number of rows, as it holds for a family."""
        return max(1, int(rows * self.text_share)) if family is Family.TEXTS else rows


class Historian:
    """Keeps every sample and answers questions about them.

    Args:
        folder: database folder, made when missing; None keeps the newest `max_hot_rows` in memory and nothing on disk.
        tags: every tag whose samples may come.
        clock: both clocks.
        settings: how much and how often.
    """

    def __init__(
        self,
        folder: Path | None,
        tags: Iterable[TagDef],
        clock: Clock,
        settings: HistorianSettings | None = None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._settings = settings or HistorianSettings()
        definitions = tuple(tags)
        self._kinds = {tag.id: tag.kind for tag in definitions}
        self._entries = {
            code: TagEntry(tag_id, family_of(kind)) for code, (tag_id, kind) in enumerate(self._kinds.items())
        }
        self._tables = {
            family: HotTable(
                family, self._settings.share(self._settings.max_hot_rows, family), forget_oldest=folder is None
            )
            for family in Family
        }
        rules = {tag.id: tag.recording for tag in definitions if tag.recording is not None}
        self._intake = Intake(self._tables, self._entries, rules)
        self._engine = self._new_engine()
        self._engine_since = clock.monotonic()
        self._slices = Slices(self._settings.query_cache_mb * 1_000_000)
        self._pool: ThreadPoolExecutor | None = None
        self._storage: Storage | None = None
        self._upkeep: Upkeep | None = None
        self._worker: Worker | None = None
        self._asked: set[Reader] = set()
        self._one_export = asyncio.Semaphore(1)
        self._one_sql = asyncio.Semaphore(1)
        self._state = "stopped"
        self._ended = False

    # ---- taking

    def record(self, batch: Batch) -> None:
        """Take samples, late ones too; in the runtime's loop; never blocks, never raises."""
        if self._ended:
            self._intake.dropped += len(batch)
        else:
            self._intake.take(batch, self._clock.now())

    # ---- life

    async def start(self) -> None:
        """Open the folder, take over what a former run left in the journal, begin to flush.

        Raises:
            StorageError: if the folder cannot be used; one line.
        """
        if self._folder is not None:
            await self._start_storage(self._folder)
        self._pool = ThreadPoolExecutor(
            self._settings.query_threads, thread_name_prefix="history-query", initializer=partial(step_back, _BESIDE)
        )
        self._state = "running"

    async def _start_storage(self, folder: Path) -> None:
        settings = self._settings
        seal_rows = {family: settings.share(settings.seal_rows, family) for family in Family}
        storage = Storage(folder, self._tables, self._entries, self._clock, seal_rows, settings.seal_every_s)
        recovered = await asyncio.to_thread(storage.open)
        for family, table in self._tables.items():  # in the loop: it alone writes the tables
            table.load(recovered.stretches[family], recovered.next_rows[family])
        if settings.mark_stops and recovered.alive_at is not None:
            ended = TagValue(None, Quality.BAD_OUT_OF_SERVICE, from_micros(recovered.alive_at))
            self._intake.keep([(tag_id, ended) for tag_id in self._kinds])
        self._storage = storage
        self._upkeep = Upkeep(storage, folder / HISTORY, self._clock, settings.retention)
        await asyncio.to_thread(self._upkeep.begin)
        self._worker = Worker(storage, self._upkeep, settings.flush_every_s, settings.upkeep_every_s)
        self._worker.start()

    async def stop(self) -> None:
        """Flush a last time and let go of everything; a second call does nothing."""
        if self._ended:
            return
        self._intake.keep_rest()
        self._ended = True
        self._state = "stopped"
        worker, storage, pool = self._worker, self._storage, self._pool
        self._worker = self._pool = None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
            for reader in tuple(self._asked):
                reader.interrupt()
            await asyncio.to_thread(pool.shutdown, wait=True)
        if self._upkeep is not None:
            self._upkeep.interrupt()
        if worker is not None and storage is not None:
            await asyncio.to_thread(worker.stop)
            if not await asyncio.to_thread(storage.flush):
                log.error("history: stopped with %d samples not durable: %s", self._pending(), storage.last_error)
            storage.close()
        self._engine.close()

    def flush_now(self) -> bool:
        """Make everything taken so far durable; True when it is. Any thread but the loop's."""
        return self._storage is None or self._storage.flush()

    def seal_now(self) -> bool:
        """Flush, and move all hot rows into closed segments; True when that went well. Any thread but the loop's."""
        if self._storage is None:
            return True
        return self._storage.flush() and self._storage.seal(list(self._tables))

    def upkeep_now(self) -> bool:
        """Compact closed days, make their rollups, drop what is not kept; True when something was done. Any thread."""
        return self._upkeep is not None and self._upkeep.run_once()

    # ---- asking

    def query(
        self, tag_id: str, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
    ) -> list[Sample]:
        """Samples of one tag in order of time; with a limit the newest of them.

        Args:
            tag_id: which tag.
            since, until: aware, both included; None is open.
            limit: at most this many.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        query = HistoryQuery(TagId(tag_id), since, until, limit)
        wanted = self._wanted(query)
        rows = self._ask(self._reader(), partial(_answer, query=query, wanted=wanted))
        return as_samples(rows, self._kinds[query.tag_id])

    async def read(self, query: HistoryQuery) -> HistorySeries:
        """The same as columns, and thinned when the question says so; runs beside the loop. Cancelling ends the work.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        wanted = self._wanted(query)
        return as_series(query.tag_id, await self._asked_in_pool(partial(_answer, query=query, wanted=wanted)))

    async def latest(self, tag_ids: Sequence[TagId], until: datetime | None = None) -> list[HistorySeries]:
        """The newest row of each tag, at or before a moment: one row, or none. Hundreds of tags are one question.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        wanted = [self._wanted(HistoryQuery(tag_id, until=until)) for tag_id in tag_ids]
        found = await self._asked_in_pool(lambda reader: reader.latest(wanted))
        return [as_series(tag_id, rows) for tag_id, rows in zip(tag_ids, found, strict=True)]

    async def _asked_in_pool(self, work: Callable[[Reader], _T]) -> _T:
        if self._pool is None:
            raise StorageError("history cannot be read: the historian is not running")
        reader = self._reader()
        answer = self._pool.submit(self._ask, reader, work)
        try:
            return await asyncio.wrap_future(answer)
        except asyncio.CancelledError:
            reader.interrupt()
            raise

    def arrow(
        self, tag_ids: Sequence[TagId], since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[bytes]:
        """Every row of some tags as an Arrow stream, in pieces; the range may be of any length.

        Raises:
            KeyError: if there is no such tag.
            StorageError: while it goes out, if history cannot be read; what went out is then not a whole stream.
        """
        wanted = list(dict.fromkeys(tag_ids))
        with_text = any(self._kinds[tag_id] is TagKind.TEXT for tag_id in wanted)
        midnights = [from_micros(day) for day in sorted({segment.day_us for segment in self._view().segments})]
        return arrow_stream(self, wanted, since, until, midnights=midnights, with_text=with_text)

    async def export(
        self, tag_ids: Sequence[TagId], since: datetime | None, until: datetime | None, file: Path
    ) -> None:
        """Write every row of some tags, in order of time, to a `.parquet` or `.csv` file; one export at a time.

        Raises:
            KeyError: if there is no such tag.
            ConfigurationError: if the file ends with something else.
            StorageError: if history cannot be read or the file cannot be written.
        """
        wanted = range_of([self._kinds[tag_id] and tag_id for tag_id in tag_ids], since, until)
        async with self._one_export:
            if self._ended:
                raise StorageError("history cannot be read: the historian is not running")
            with Exporter(1) as exporter:
                work = asyncio.create_task(asyncio.to_thread(self._write, exporter, wanted, file))
                try:
                    await asyncio.shield(work)
                except asyncio.CancelledError:
                    exporter.interrupt()
                    await asyncio.gather(work, return_exceptions=True)
                    raise

    async def sql(self, sql: str, limits: SqlLimits | None = None) -> SqlAnswer:
        """Ask in SQL, in a process of its own; what was recorded in the last second may be missing. One at a time.

        Raises:
            ConfigurationError: if the question is refused or takes too much; one line.
            StorageError: if history cannot be read.
        """
        if self._folder is None:
            raise ConfigurationError("SQL: history is kept in memory only; start with --db PATH")
        if self._one_sql.locked():
            raise ConfigurationError("SQL: another question is being answered; ask again when it is done")
        async with self._one_sql:
            return await ask_apart(self._folder, sql, limits or SqlLimits())

    def _write(self, exporter: Exporter, wanted: Range, file: Path) -> None:
        tags = {(0, code): entry for code, entry in self._entries.items()}
        for look in range(_LOOKS):
            view = self._view()
            hot = OpenRows(tags, [(rows, 0) for rows in view.hot])
            try:
                exporter.write(view.segments, hot, wanted, file)
            except StorageError as error:
                if look == _LOOKS - 1 or all(segment.file.exists() for segment in view.segments):
                    raise
                log.debug("history: exported anew, files were replaced meanwhile: %s", error)
            else:
                return

    def _wanted(self, query: HistoryQuery) -> Wanted:
        return Wanted(
            query.tag_id,
            self._intake.code_of(query.tag_id),
            family_of(self._kinds[query.tag_id]),
            FOREVER[0] if query.since is None else to_micros(query.since),
            FOREVER[1] if query.until is None else to_micros(query.until),
        )

    def _new_engine(self) -> Engine:
        # one thread to a question, the pool's own, so that its priority is that of all its work
        return Engine(1, self._settings.query_memory_mb, keeps_footers=True)

    def _reader(self) -> Reader:
        if self._ended:
            raise StorageError("history cannot be read: the historian is not running")
        if self._clock.monotonic() - self._engine_since >= _RENEWED_S:
            self._engine_since = self._clock.monotonic()
            old, self._engine = self._engine, self._new_engine()
            old.close()  # questions that still run there have sessions of their own
        return Reader(self._engine, self._view(), self._set_aside, self._slices)

    def _ask(self, reader: Reader, work: Callable[[Reader], _T]) -> _T:
        self._asked.add(reader)
        try:
            for _ in range(_LOOKS - 1):
                try:
                    return work(reader)
                except StorageError as error:
                    if not reader.has_lost_files():
                        raise
                    log.debug("history: asked again, files were replaced meanwhile: %s", error)
                    reader.look_again(self._view())
            return work(reader)
        finally:
            self._asked.discard(reader)
            reader.close()

    def _view(self) -> View:
        if self._storage is not None:
            return self._storage.view()
        return View((), tuple(rows for table in self._tables.values() for rows in table.views()))

    def _set_aside(self, segment: Segment | Rollup, reason: str) -> None:
        if self._storage is not None:
            self._storage.set_aside(segment, reason)

    # ---- telling

    def stats(self) -> HistorianStats:
        """A snapshot; cheap."""
        intake, storage = self._intake, self._storage
        path = ":memory:" if self._folder is None else str(self._folder)
        if storage is None:
            return HistorianStats(self._state, intake.taken, 0, intake.dropped, path=path)
        space = Space() if self._upkeep is None else self._upkeep.space
        return HistorianStats(
            state="failing" if storage.failing else self._state,
            rows=intake.taken,
            pending=self._pending(),
            dropped=intake.dropped,
            last_flush=storage.last_flush,
            flush_ms=storage.flush_ms,
            last_error=storage.last_error,
            path=path,
            fill=max(table.fill for table in self._tables.values()),
            damage=storage.damage,
            disk_bytes=space.bytes,
            oldest_day=None if space.oldest_us is None else from_micros(space.oldest_us),
            days_kept=space.days,
            days_left=space.days_left,
            shortage="" if self._upkeep is None else self._upkeep.shortage,
        )

    def _pending(self) -> int:
        if self._storage is None:
            return 0
        return sum(table.next_row - self._storage.durable[family] for family, table in self._tables.items())


def _answer(reader: Reader, query: HistoryQuery, wanted: Wanted) -> TagRows:
    if query.points is None:
        return reader.rows(wanted, query.limit)
    rows = reader.thinned(wanted, max(query.points, 1))
    return rows if query.limit is None else rows.take(slice(max(len(rows) - query.limit, 0), len(rows)))
