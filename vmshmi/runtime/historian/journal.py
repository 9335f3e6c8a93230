"""The journal: hot rows made durable each flush, until a closed segment holds them.

One row of the table `flushes` is one flush of one family: its BLOBs are the packed columns. SQLite in WAL mode with
synchronous FULL decides what is durable; nothing here is ever half there. The journal's transaction also decides
whether a segment counts: rows are in the journal or in a segment, never in both (see `segments.settle`).
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vmshmi.core.errors import StorageError
from vmshmi.core.history import NOT_LATE
from vmshmi.runtime.historian.rows import Family, Rows, Values

FILE_NAME = "journal.sqlite"
_VERSION = 3
_BUSY_TIMEOUT_S = 5.0
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS tags(
    run INTEGER NOT NULL, code INTEGER NOT NULL, id TEXT NOT NULL, family TEXT NOT NULL,
    PRIMARY KEY(run, code)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flushes(
    family TEXT NOT NULL, first_row INTEGER NOT NULL, end_row INTEGER NOT NULL, run INTEGER NOT NULL,
    codes BLOB NOT NULL, stamps BLOB NOT NULL, vals BLOB NOT NULL, qualities BLOB NOT NULL, crc INTEGER NOT NULL,
    received BLOB, PRIMARY KEY(family, first_row));{{alter}}
CREATE TABLE IF NOT EXISTS sealed(family TEXT PRIMARY KEY, end_row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alive(one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_ALTER = "\nALTER TABLE flushes ADD COLUMN received BLOB;"  # of versions before 3
_COLUMNS = "family, first_row, run, codes, stamps, vals, qualities, crc"


@dataclass(frozen=True, slots=True)
class TagEntry:
    """What a code stood for in one run."""

    tag_id: str
    family: Family


@dataclass(frozen=True, slots=True)
class Stretch:
    """One flush as the journal holds it; `rows.codes` are those of its run.

    Attributes:
        rows: the columns.
        run: in which the codes hold.
    """

    rows: Rows
    run: int


class JournalDamaged(StorageError):
    """The file is no journal, or SQLite finds it malformed."""


class Journal:
    """An open journal. Not thread-safe: its owner takes turns.

    Args:
        file: where; made when missing.
        tags: what the codes of this run mean.

    Raises:
        JournalDamaged: if the file cannot be understood.
        StorageError: if it cannot be opened or written.
    """

    def __init__(self, file: Path, tags: Mapping[int, TagEntry]) -> None:
        self.file = file
        self._connection = _connect(file)
        try:
            self._run = self._begin_run(tags)
            status = file.stat()
        except (sqlite3.Error, OSError) as error:
            self._connection.close()
            raise _as_storage_error(error, file) from error
        self._identity = (status.st_dev, status.st_ino)

    def _begin_run(self, tags: Mapping[int, TagEntry]) -> int:
        with self._connection as transaction:
            transaction.execute("BEGIN IMMEDIATE")
            transaction.execute("DELETE FROM tags WHERE run NOT IN (SELECT run FROM flushes)")
            (last,) = transaction.execute("SELECT coalesce(max(run), 0) FROM tags").fetchone()
            run = int(last) + 1
            transaction.executemany(
                "INSERT INTO tags VALUES (?, ?, ?, ?)",
                ((run, code, entry.tag_id, entry.family.value) for code, entry in tags.items()),
            )
        return run

    def is_the_one_on_disk(self) -> bool:
        """False when the file was removed or replaced under us: writing on would reach nobody."""
        try:
            status = self.file.stat()
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def append(self, stretches: Sequence[Rows], at_us: int = 0) -> None:
        """Make rows durable, all or none.

        Args:
            stretches: the rows.
            at_us: now, microseconds since 1970 UTC: recording was alive until then.

        Raises:
            StorageError: if it cannot be done; after reopening, `end_rows` says whether the rows are durable.
        """
        try:
            with self._connection as transaction:
                transaction.execute("BEGIN IMMEDIATE")
                for rows in stretches:
                    blobs, received = _pack(rows), _pack_received(rows)
                    crc = _crc((*blobs, received or b""))
                    transaction.execute(
                        "INSERT INTO flushes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (rows.family.value, rows.first_row, rows.end_row, self._run, *blobs, crc, received),
                    )
                transaction.execute("INSERT OR REPLACE INTO alive VALUES (1, ?)", (at_us,))
        except sqlite3.Error as error:
            raise _as_storage_error(error, self.file) from error

    def forget(self, family: Family, end_row: int) -> None:
        """Segments hold the rows below `end_row`: from this transaction on they count, and the journal's are gone.

        Raises:
            StorageError: if it cannot be written.
        """
        try:
            with self._connection as transaction:
                transaction.execute("BEGIN IMMEDIATE")
                transaction.execute("DELETE FROM flushes WHERE family = ? AND end_row <= ?", (family.value, end_row))
                transaction.execute("INSERT OR REPLACE INTO sealed VALUES (?, ?)", (family.value, end_row))
        except sqlite3.Error as error:
            raise _as_storage_error(error, self.file) from error

    def write_again(self) -> None:
        """After an error of the disk: put all that the write-ahead log holds into the file, and wait for the disk.

        A sync that failed may have dropped what it was to write, and the next one would not say so; what is read here
        is written anew.

        Raises:
            StorageError: if the disk still refuses.
        """
        try:
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise _as_storage_error(error, self.file) from error
        if busy:
            raise StorageError(f"{self.file}: another program reads it; tried again until it does not")

    def end_rows(self) -> dict[Family, int]:
        """Per family, the number after the last row ever made durable here; families without one are missing."""
        return _end_rows(self._connection, self.file)

    def alive_at(self) -> int | None:
        """When rows were last made durable, microseconds since 1970 UTC; None when never."""
        try:
            row = self._connection.execute("SELECT at FROM alive").fetchone()
        except sqlite3.Error as error:
            raise _as_storage_error(error, self.file) from error
        return None if row is None or not row[0] else int(row[0])

    def stretches(self) -> list[Stretch]:
        """Everything held, in order of family and row; what fails its checksum is left out."""
        return _stretches(self._connection, self.file)

    def tags(self) -> dict[tuple[int, int], TagEntry]:
        """What each code meant in each run."""
        return _tags(self._connection, self.file)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class JournalCopy:
    """What a journal held at one moment, for a reader that does not own it."""

    stretches: list[Stretch]
    tags: dict[tuple[int, int], TagEntry]


def look_into(file: Path) -> JournalCopy:
    """Read a journal without owning it; a runtime may be writing it.

    Raises:
        StorageError: if it cannot be read.
    """
    if not file.exists():
        return JournalCopy([], {})
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_TIMEOUT_S)
    except sqlite3.Error as error:
        raise _as_storage_error(error, file) from error
    try:
        connection.isolation_level = None
        connection.execute("BEGIN")  # one moment for both questions
        return JournalCopy(_stretches(connection, file), _tags(connection, file))
    except sqlite3.Error as error:
        raise _as_storage_error(error, file) from error
    finally:
        connection.close()


def _connect(file: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(file, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise _as_storage_error(error, file) from error
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_size_limit = 16777216")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise StorageError(f"{file}: written by a newer version of this program (format {version})")
        if version < _VERSION:
            connection.executescript(_SCHEMA.format(alter=_ALTER if _is_without_received(connection) else ""))
    except sqlite3.Error as error:
        connection.close()
        raise _as_storage_error(error, file) from error
    except StorageError:
        connection.close()
        raise
    return connection


def _is_without_received(connection: sqlite3.Connection) -> bool:
    """True of a journal that was written before late rows had a time of receipt."""
    names = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info('flushes')")]
    return bool(names) and "received" not in names


def _end_rows(connection: sqlite3.Connection, file: Path) -> dict[Family, int]:
    question = """SELECT family, max(end_row) FROM
        (SELECT family, end_row FROM flushes UNION ALL SELECT family, end_row FROM sealed) GROUP BY family"""
    try:
        return {Family(name): int(end) for name, end in connection.execute(question)}
    except sqlite3.Error as error:
        raise _as_storage_error(error, file) from error


def _tags(connection: sqlite3.Connection, file: Path) -> dict[tuple[int, int], TagEntry]:
    try:
        rows = connection.execute("SELECT run, code, id, family FROM tags").fetchall()
    except sqlite3.Error as error:
        raise _as_storage_error(error, file) from error
    return {(run, code): TagEntry(tag_id, Family(family)) for run, code, tag_id, family in rows}


def _stretches(connection: sqlite3.Connection, file: Path) -> list[Stretch]:
    found: list[Stretch] = []
    try:
        received = "NULL" if _is_without_received(connection) else "received"
        question = f"SELECT {_COLUMNS}, {received} FROM flushes ORDER BY family, first_row"
        for family, first_row, run, codes, stamps, values, qualities, crc, late in connection.execute(question):
            blobs = (codes, stamps, values, qualities)
            if _crc((*blobs, late or b"")) == crc:
                found.append(Stretch(_unpack(Family(family), first_row, blobs, late), run))
    except sqlite3.Error as error:
        raise _as_storage_error(error, file) from error
    return found


_Blobs = tuple[bytes, bytes, bytes, bytes]


def _pack(rows: Rows) -> _Blobs:
    values = rows.values
    packed = json.dumps(values).encode() if isinstance(values, list) else values.tobytes()
    return rows.codes.tobytes(), rows.stamps.tobytes(), packed, rows.qualities.tobytes()


def _pack_received(rows: Rows) -> bytes | None:
    received = rows.received
    # one late row in memory gives its whole block a column; here it costs the rows of its own flush only
    return None if received is None or bool(np.all(received == NOT_LATE)) else received.tobytes()


def _unpack(family: Family, first_row: int, blobs: _Blobs, received: bytes | None) -> Rows:
    codes, stamps, packed, qualities = blobs
    values: Values
    match family:
        case Family.NUMBERS:
            values = np.frombuffer(packed, np.float64)
        case Family.BOOLEANS:
            values = np.frombuffer(packed, np.uint8)
        case Family.TEXTS:
            values = json.loads(packed)
    return Rows(
        family,
        first_row,
        np.frombuffer(codes, np.int32),
        np.frombuffer(stamps, np.int64),
        values,
        np.frombuffer(qualities, np.uint32),
        None if received is None else np.frombuffer(received, np.int64),
    )


def _crc(blobs: Iterable[bytes]) -> int:
    crc = 0
    for blob in blobs:
        crc = zlib.crc32(blob, crc)
    return crc


def _as_storage_error(error: sqlite3.Error | OSError, file: Path) -> StorageError:
    text = f"{file}: {error}"
    if isinstance(error, sqlite3.DatabaseError) and type(error) is sqlite3.DatabaseError:
        return JournalDamaged(text)  # SQLITE_CORRUPT and SQLITE_NOTADB alone come as the bare class
    return StorageError(text)
