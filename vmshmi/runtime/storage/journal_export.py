"""Copies a time of the alarm journal, archived days included, to a file a person or another program can read."""

import csv
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TextIO

from vmshmi.core.clock import from_micros, to_iso
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.runtime.storage import journal_rows
from vmshmi.runtime.storage.journal_archive import ArchiveError, archive_beside, archived_days, line_of, read_day
from vmshmi.runtime.storage.journal_file import open_reader
from vmshmi.runtime.storage.journal_rows import COLUMN_NAMES, ChainedRow, interval

SUFFIXES = (".csv", ".jsonl")


def export_rows(journal: Path, since: datetime | None, until: datetime | None, out: Path, *, overwrite: bool) -> int:
    """Write the rows of a time in the order of the chain, both ends included.

    Args:
        journal: the journal's file; a runtime may be writing it.
        since, until: UTC; None is open.
        out: `.csv` (a head line, hashes in hexadecimal) or `.jsonl` (lines as in the archive).
        overwrite: replace `out` when it exists.

    Returns:
        How many rows were written.

    Raises:
        ConfigurationError: for what the caller can mend: suffix, a file that exists.
        StorageError: when the journal or its archive cannot be read, or the file cannot be written.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise ConfigurationError(f"{out}: the file must end in {' or '.join(SUFFIXES)}")
    if out.exists() and not overwrite:
        raise ConfigurationError(f"{out}: is there already; --overwrite replaces it")
    draft = out.with_name(f".{out.name}.tmp")
    try:
        with closing(open_reader(journal)) as connection, draft.open("w", encoding="utf-8", newline="") as file:
            rows = _rows(connection, journal, since, until)
            count = _write_csv(file, rows) if out.suffix.lower() == ".csv" else _write_lines(file, rows)
        draft.replace(out)
    except OSError as error:
        raise StorageError(f"{out}: {error.strerror or error}") from error
    except (sqlite3.Error, ValueError, ArchiveError) as error:
        raise StorageError(f"alarm journal {journal}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _rows(
    connection: sqlite3.Connection, journal: Path, since: datetime | None, until: datetime | None
) -> Iterator[ChainedRow]:
    first, last = interval(since, until)
    if journal_rows.check_version(connection) == 0:
        raise ValueError("is no alarm journal")
    connection.execute("BEGIN")  # one moment: a day that is archived meanwhile is neither missed nor doubled
    days = archived_days(connection)
    for day in days:
        if day.latest >= first and day.earliest <= last:
            yield from (row for row in read_day(archive_beside(journal), day.file) if first <= row[0][1] <= last)
    anchor = days[-1].last if days else 0
    yield from (row for row in journal_rows.chain(connection, anchor) if first <= row[0][1] <= last)


def _write_lines(file: TextIO, rows: Iterable[ChainedRow]) -> int:
    count = 0
    for row in rows:
        file.write(line_of(row) + "\n")
        count += 1
    return count


def _write_csv(file: TextIO, rows: Iterable[ChainedRow]) -> int:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["time", *COLUMN_NAMES, "prev_hash", "hash"])
    count = 0
    for content, previous, digest in rows:
        table.writerow([to_iso(from_micros(content[1])), *content, previous.hex(), digest.hex()])
        count += 1
    return count
