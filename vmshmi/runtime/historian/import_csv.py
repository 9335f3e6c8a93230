"""Import: years from another logger become closed segments of their days.

The file is read to its end before any row is added, so that a mistake in its last line changes nothing. Its rows
wait in temporary Parquet files meanwhile: memory stays bounded. Then each day gets one segment more, with row numbers
after all others, as late data has them. A row whose tag and time the history already holds is left out: the same file
twice adds nothing, and an import that was cut off is simply run again.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from vmshmi.core.clock import Clock, from_micros, to_micros
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.runtime.historian.csv_rows import SHOWN, Block, CsvLayout, CsvRows
from vmshmi.runtime.historian.engine import Column, Engine, EngineError, Session, one_line, quoted
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.rows import Family, as_moments, as_texts
from vmshmi.runtime.historian.segments import DAY_US, HISTORY, Segment, segment_file
from vmshmi.runtime.historian.storage import Storage
from vmshmi.runtime.historian.writing import DRAFT, MAINTENANCE_MEMORY_MB, write_table
from vmshmi.runtime.storage.folder_lock import FolderLock

_AHEAD = timedelta(hours=1)
_JOURNAL_ROWS = 8_388_608

_FRESH = """
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT names.tag AS tag, make_timestamp(part.stamp) AS timestamp,
       CASE WHEN isnan(part.value) THEN NULL ELSE part.value END AS value, part.quality AS quality{text},
       names.received AS received
FROM (SELECT DISTINCT ON (code, stamp) * FROM read_parquet($parts) WHERE stamp >= $start AND stamp < $end
      ORDER BY code, stamp, arrival) part
JOIN names ON part.code = names.code
"""
_NOT_PRESENT = """
ANTI JOIN (SELECT tag, timestamp FROM read_parquet($present, hive_partitioning = false)) present
ON names.tag = present.tag AND make_timestamp(part.stamp) = present.timestamp
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did.

    Attributes:
        rows: in the file.
        added: of them, those the history did not hold yet.
        tags: how many.
        days: UTC days with rows in the file.
        first, last: times of the rows; None of an empty file.
    """

    rows: int
    added: int
    tags: int
    days: int
    first: datetime | None
    last: datetime | None


def import_csv(folder: Path, file: Path, layout: CsvLayout, clock: Clock, *, dry_run: bool = False) -> Imported:
    """Load a CSV file into the history of a folder that no runtime is using.

    Args:
        folder: the database folder; made when it is not there.
        file: which.
        layout: what its columns mean.
        clock: what is later than an hour from now is a mistake.
        dry_run: read and check only; `added` is then 0.

    Raises:
        ConfigurationError: with a line for each of the file's first mistakes; nothing was written.
        StartError: if a runtime holds the folder.
        StorageError: if it cannot be written; whole days may have been added, and the next import leaves them out.
    """
    rows = CsvRows(file, layout, to_micros(clock.now() + _AHEAD))
    if dry_run:
        seen = _Seen()
        for block in rows.blocks():
            seen.add(_columns(block)["stamp"])
        _refuse_mistakes(file, rows)
        return seen.summary(rows, 0)
    lock = FolderLock(folder)
    lock.acquire()
    try:
        return _import(folder, rows, file, clock)
    except EngineError as error:
        raise StorageError(f"{file} cannot be imported: {one_line(error)}") from error
    except OSError as error:
        raise StorageError(f"{folder}: history cannot be written: {error}") from error
    finally:
        lock.release()


class _Seen:
    """The days and the ends of time in a file."""

    def __init__(self) -> None:
        self.days: set[int] = set()
        self._ends: list[int] = []

    def add(self, stamps: Column) -> set[int]:
        """Take a block's times in; returns the starts of their days."""
        days = {int(day) * DAY_US for day in np.unique(stamps // DAY_US)}
        self.days |= days
        ends = [*self._ends, int(stamps.min()), int(stamps.max())]
        self._ends = [min(ends), max(ends)]
        return days

    def summary(self, rows: CsvRows, added: int) -> Imported:
        """All in all."""
        first, last = (from_micros(end) for end in self._ends) if self._ends else (None, None)
        return Imported(rows.read, added, len(rows.tags), len(self.days), first, last)


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one family that wait in a temporary file."""

    file: Path
    days: set[int]


def _import(folder: Path, rows: CsvRows, file: Path, clock: Clock) -> Imported:
    history = folder / HISTORY
    present, next_rows = _settled(folder, clock)  # first: it removes temporary files
    received_us = to_micros(clock.now())
    seen, parts = _Seen(), {family: list[_Part]() for family in Family}
    with tempfile.TemporaryDirectory(prefix="import-", dir=history) as waiting:
        engine = Engine(2, MAINTENANCE_MEMORY_MB, Path(waiting) / "spill")
        try:
            session = engine.session()
            for number, block in enumerate(rows.blocks()):
                # a name that the next start removes, should this program end before it can
                part = Path(waiting) / f"{number:06d}.parquet{DRAFT}"
                columns = _columns(block)
                session.offer("block", columns)
                session.run(f"COPY (SELECT * FROM block ORDER BY stamp) TO {quoted(part)} (FORMAT parquet)")
                parts[block.family].append(_Part(part, seen.add(columns["stamp"])))
            _refuse_mistakes(file, rows)
            session.offer("names", _names(rows.tags, received_us))
            added = 0
            for family, waits in parts.items():
                row = next_rows[family]
                for day_us in sorted({day for part in waits for day in part.days}):
                    of_day = [part.file for part in waits if day_us in part.days]
                    there = [s.file for s in present if s.day_us == day_us and s.family is family]
                    row += _land(session, history, (family, day_us, row), of_day, there)
                added += row - next_rows[family]
            return seen.summary(rows, added)
        finally:
            engine.close()


def _names(tags: Sequence[str], received_us: int) -> dict[str, Column]:
    """What is the same in all rows of a tag."""
    return {
        "code": np.arange(len(tags), dtype=np.int32),
        "tag": as_texts(tags),
        "received": as_moments(np.full(len(tags), received_us)),
    }


def _refuse_mistakes(file: Path, rows: CsvRows) -> None:
    if rows.mistaken:
        more = [f"{file}: and {rows.mistaken - SHOWN:,} more mistakes"] if rows.mistaken > SHOWN else []
        raise ConfigurationError(*rows.mistakes, *more, f"{file}: nothing was imported")


def _settled(folder: Path, clock: Clock) -> tuple[tuple[Segment, ...], dict[Family, int]]:
    """Seal what a runtime left in the journal: row numbers of closed files alone must stay without a gap.

    Returns:
        the files that count, and per family the number the next row gets.
    """
    tables = {family: HotTable(family, _JOURNAL_ROWS, forget_oldest=False) for family in Family}
    storage = Storage(folder, tables, {}, clock, dict.fromkeys(Family, _JOURNAL_ROWS), float("inf"))
    recovered = storage.open()
    try:
        for family, table in tables.items():
            table.load(recovered.stretches[family], recovered.next_rows[family])
        if not storage.seal(list(Family)):
            raise StorageError(storage.last_error)
        return storage.segments(), dict(recovered.next_rows)
    finally:
        storage.close()


def _land(
    session: Session, history: Path, place: tuple[Family, int, int], parts: Sequence[Path], present: Sequence[Path]
) -> int:
    """Write a day's new rows as one segment, durably; returns how many there were."""
    family, day_us, row = place
    parameters: dict[str, object] = {
        "parts": [str(part) for part in parts],
        "start": day_us,
        "end": day_us + DAY_US,
    }
    select = _FRESH.format(text=", part.text AS text" if family is Family.TEXTS else "")
    if present:
        select += _NOT_PRESENT
        parameters["present"] = [str(file) for file in present]
    session.run(select, parameters)
    (count,) = session.numbers("SELECT count(*) AS rows FROM fresh")
    if count:
        file = segment_file(history, family, day_us, row, row + count)
        write_table(session, "SELECT * FROM fresh ORDER BY tag, timestamp", {}, file)
    return count


def _columns(block: Block) -> dict[str, Column]:
    columns: dict[str, Column] = {
        "code": np.frombuffer(block.codes, np.int32),
        "stamp": np.frombuffer(block.stamps, np.int64),
        "value": np.frombuffer(block.values, np.float64),
        "quality": np.frombuffer(block.qualities, np.uint32),
        "arrival": np.arange(len(block)),
    }
    if block.family is Family.TEXTS:
        columns["text"] = as_texts(block.texts)
    return columns
