"""Days of a log in files of their own: one a UTC day, each line a row with both its hashes.

The log is the alarm journal or the audit log; its table `archive` names every file. A row leaves the log only when its
file was written, made durable, read back and proved. Nothing here deletes anything.
"""

import gzip
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TypeAlias, cast

from vmshmi.core.clock import from_micros, to_iso
from vmshmi.runtime.storage import journal_rows
from vmshmi.runtime.storage.durable import sync_folder
from vmshmi.runtime.storage.journal_rows import COLUMN_NAMES, ChainedRow, Content, Tail, digest_of

AnyRow: TypeAlias = tuple[tuple[int, int, *tuple[object, ...]], bytes, bytes]
"""A row that begins with its number and its moment, the hash before it, and its own."""
FOLDER = "journal-archive"
BLOCK = 1_000
"""Rows that are copied at once: the runtime's loop gets its turn in between."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A log whose rows prove each other.

    Attributes:
        name: for a person.
        table: where its rows are.
        columns: what a row's hash covers, `id` and `at` first.
        folder: name of its archive, beside its file.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    folder: str


JOURNAL = Chain("alarm journal", "journal", COLUMN_NAMES, FOLDER)


@dataclass(frozen=True, slots=True)
class ArchivedDay:
    """A file of the archive.

    Attributes:
        first, last: numbers of its rows.
        earliest, latest: moments of its rows, microseconds since 1970; the clock may have been set among them.
        hash: of its last row.
        file: its name.
        size: bytes.
    """

    first: int
    last: int
    earliest: int
    latest: int
    hash: bytes
    file: str
    size: int

    @property
    def end(self) -> Tail:
        """What the row behind it follows."""
        return Tail(self.last, self.hash)


@dataclass(frozen=True, slots=True)
class WholeDay:
    """Rows that may go: all of one UTC day and none of another, as far as the clock was never set.

    Attributes:
        first, last: numbers of its rows.
        day: `2026-01-31`.
    """

    first: int
    last: int
    day: str


class ArchiveError(Exception):
    """A file of the archive that is gone or cannot be read; the text is one line."""


def archive_beside(file: Path, chain: Chain = JOURNAL) -> Path:
    """The folder of a log's archive."""
    return file.with_name(chain.folder)


def archived_days(connection: sqlite3.Connection) -> list[ArchivedDay]:
    """Every file that the journal's chain goes through, oldest first."""
    return noted_days(connection) if journal_rows.check_version(connection) >= journal_rows.SCHEMA_VERSION else []


def noted_days(connection: sqlite3.Connection) -> list[ArchivedDay]:
    """As `archived_days`, of any log that has the table."""
    rows = connection.execute("SELECT first, last, earliest, latest, hash, file, size FROM archive ORDER BY first")
    return [ArchivedDay(*row) for row in rows]


def note(connection: sqlite3.Connection, day: ArchivedDay) -> None:
    """Let the chain go through this file from now on.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    connection.execute(
        "INSERT INTO archive (first, last, earliest, latest, hash, file, size) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (day.first, day.last, day.earliest, day.latest, day.hash, day.file, day.size),
    )


def damaged(folder: Path, days: Sequence[ArchivedDay]) -> list[str]:
    """Names of files that are gone or have another size; what is in them is not read."""
    found: list[str] = []
    for day in days:
        try:
            size = (folder / day.file).stat().st_size
        except OSError:
            size = -1
        if size != day.size:
            found.append(day.file)
    return found


def chained(connection: sqlite3.Connection, chain: Chain, after: int, limit: int = -1) -> Iterator[AnyRow]:
    """Rows of a log behind one of them, in their order; all of them without a limit."""
    names = ", ".join(chain.columns)
    found = connection.execute(
        f"SELECT {names}, prev_hash, hash FROM {chain.table} WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
    )
    for row in found:
        yield row[:-2], row[-2], row[-1]


def line_of(row: AnyRow, columns: Sequence[str] = COLUMN_NAMES) -> str:
    """A row as one line of JSON; `time` is `at` for a person, the hash covers the other columns."""
    content, previous, digest = row
    stored: dict[str, object] = {"time": to_iso(from_micros(content[1]))}
    stored.update(zip(columns, content, strict=True))
    return json.dumps({**stored, "prev_hash": previous.hex(), "hash": digest.hex()}, separators=(",", ":"))


def write_day(
    folder: Path,
    read: Callable[[int], list[AnyRow]],
    whole: WholeDay,
    before: Tail,
    rest: Callable[[], None],
    columns: Sequence[str] = COLUMN_NAMES,
) -> ArchivedDay:
    """Write a day's file, make it durable, read it back and prove it.

    Args:
        folder: of the archive; made when it is not there.
        read: up to `BLOCK` rows behind this one.
        whole: which rows.
        before: what its first row follows.
        rest: called between two blocks.
        columns: of a row.

    Raises:
        OSError: when it cannot be written.
        ArchiveError: when what was written does not prove.
        sqlite3.Error: when the log cannot be read.
    """
    if not folder.is_dir():
        folder.mkdir(parents=True)
        sync_folder(folder.parent)
    draft = folder / f"{whole.day}.jsonl.gz.tmp"
    earliest, latest, row_id = 2**63, -(2**63), whole.first - 1
    try:
        with draft.open("wb") as file:
            with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="", compresslevel=6) as packed:
                while row_id < whole.last and (rows := read(row_id)):
                    for row in rows:
                        row_id = row[0][0]
                        if row_id > whole.last:
                            break
                        earliest, latest = min(earliest, row[0][1]), max(latest, row[0][1])
                        packed.write(line_of(row, columns).encode("ascii") + b"\n")
                    rest()
            file.flush()
            os.fsync(file.fileno())
        end = _prove(draft, whole, before, rest, columns)
        size = draft.stat().st_size
        name = _free_name(folder, whole.day, draft)
        draft.replace(folder / name)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
    return ArchivedDay(whole.first, whole.last, earliest, latest, end.hash, name, size)


def read_day(folder: Path, file: str) -> Iterator[ChainedRow]:
    """The rows of one file of the journal, in order.

    Raises:
        ArchiveError: when it is gone, cut, or no such file.
    """
    for content, previous, digest in read_rows(folder, file, COLUMN_NAMES):
        yield cast("Content", content), previous, digest


def read_rows(folder: Path, file: str, columns: Sequence[str]) -> Iterator[AnyRow]:
    """As `read_day`, of any log."""
    try:
        yield from _rows_of(folder / file, columns)
    except FileNotFoundError:
        raise ArchiveError(f"{folder.name}/{file} is gone") from None
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{folder.name}/{file} cannot be read: {error}") from error


def _rows_of(path: Path, columns: Sequence[str]) -> Iterator[AnyRow]:
    with gzip.open(path, "rb") as packed:
        for line in packed:
            stored = cast("dict[str, object]", json.loads(line))
            content = tuple(stored[name] for name in columns)
            both = cast("tuple[int, int, *tuple[object, ...]]", content)
            yield both, bytes.fromhex(cast("str", stored["prev_hash"])), bytes.fromhex(cast("str", stored["hash"]))


def _prove(path: Path, whole: WholeDay, before: Tail, rest: Callable[[], None], columns: Sequence[str]) -> Tail:
    end = before
    for count, (content, previous, digest) in enumerate(read_rows(path.parent, path.name, columns)):
        if content[0] != end.row + 1 or previous != end.hash or digest != digest_of(previous, content):
            raise ArchiveError(f"{path.name}: row {end.row + 1} did not come back as it was written")
        end = Tail(content[0], digest)
        if count % BLOCK == 0:
            rest()
    if end.row != whole.last:
        raise ArchiveError(f"{path.name}: row {end.row + 1} did not come back")
    return end


def _free_name(folder: Path, day: str, draft: Path) -> str:
    """The day's name; another where a file of that name holds something else, which is never written over."""
    name, number = f"{day}.jsonl.gz", 1
    while (folder / name).exists() and (folder / name).read_bytes() != draft.read_bytes():
        number += 1
        name = f"{day}-{number}.jsonl.gz"
    return name


def day_of(micros: int) -> str:
    """The UTC day of a moment."""
    return from_micros(micros).astimezone(UTC).date().isoformat()
