"""How the audit log looks on disk: rows numbered without a gap, each with a hash over itself and the hash before it.

    audit   one row a step
    open    commands that were written down and have no outcome yet; changed in the transaction of their rows
    archive the days that were moved to files (see `journal_archive`), from row 1 on: the chain goes through them

Times are microseconds since 1970 UTC; values are JSON. Several programs may write it, one after the other: the end of
the chain is read in the transaction that adds to it.
"""

import json
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, cast

from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.clock import from_micros, to_micros
from vmshmi.core.values import Scalar
from vmshmi.runtime.storage.journal_archive import (
    AnyRow,
    ArchivedDay,
    ArchiveError,
    Chain,
    chained,
    noted_days,
    read_rows,
)
from vmshmi.runtime.storage.journal_rows import ARCHIVE_TABLE, FIRST_HASH, Tail, digest_of

SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    user TEXT NOT NULL,
    station TEXT,
    command TEXT NOT NULL,
    tag TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    result TEXT NOT NULL,
    reason TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE TABLE open (command TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = "id, at, kind, user, station, command, tag, old, new, result, reason"
COLUMN_NAMES = tuple(_COLUMNS.split(", "))
AUDIT = Chain("audit log", "audit", COLUMN_NAMES, "audit-archive")
_Content: TypeAlias = tuple[int, int, str, str, str | None, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class AuditProof:
    """What a walk over the chain found.

    Attributes:
        rows: how many prove, the archive's among them.
        broken: the first that does not, one line for a person; empty when all do.
    """

    rows: int
    broken: str = ""
    days: int = 0
    """Files of the archive the chain goes through."""


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty database.

    Raises:
        ValueError: when a newer version of the program has written it.
        sqlite3.Error: when it cannot be read or written.
    """
    if check_version(connection) < SCHEMA_VERSION:
        connection.execute("BEGIN IMMEDIATE")
        version = check_version(connection)  # another program may have been quicker
        if version < SCHEMA_VERSION:
            for statement in (ARCHIVE_TABLE if version else _SCHEMA + ARCHIVE_TABLE).split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")


def check_version(connection: sqlite3.Connection) -> int:
    """The format; 0 where there is none yet.

    Raises:
        ValueError: when a newer version of the program has written it.
        sqlite3.Error: when it cannot be read.
    """
    version = cast("int", connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise ValueError(f"its format is {version}, this program knows {SCHEMA_VERSION}: use the newer program")
    return version


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All that is done inside, or none of it; durable at the end.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def append(connection: sqlite3.Connection, entries: Sequence[AuditEntry]) -> None:
    """Add entries, all or none; durable when it returns.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    with transaction(connection):
        last = connection.execute("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
        row, previous = cast("tuple[int, bytes]", last or (0, FIRST_HASH))
        for entry in entries:
            row += 1
            content = _content(row, entry)
            digest = digest_of(previous, content)
            connection.execute(
                f"INSERT INTO audit ({_COLUMNS}, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*content, previous, digest),
            )
            previous = digest
            if entry.kind is AuditKind.INTENT:
                connection.execute("INSERT INTO open VALUES (?, ?)", (entry.command, row))
            elif entry.kind is AuditKind.ENDED:
                connection.execute("DELETE FROM open WHERE command = ?", (entry.command,))


def open_intents(connection: sqlite3.Connection) -> list[AuditEntry]:
    """Commands that may have been sent and whose outcome nobody wrote down, oldest first."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM audit WHERE id IN (SELECT row FROM open) ORDER BY id")
    return [_entry(cast("_Content", content)) for content in found]


def select(
    connection: sqlite3.Connection, since: datetime | None, until: datetime | None, limit: int
) -> list[AuditEntry]:
    """Entries of a time, both ends included, newest first."""
    since_us = 0 if since is None else to_micros(since)
    until_us = 2**62 if until is None else to_micros(until)
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE at BETWEEN ? AND ? ORDER BY id DESC LIMIT ?", (since_us, until_us, limit)
    )
    return [_entry(cast("_Content", content)) for content in found]


def archived_days(connection: sqlite3.Connection) -> list[ArchivedDay]:
    """Every file that the chain goes through, oldest first; none in a log that an older program has written."""
    return noted_days(connection) if check_version(connection) >= SCHEMA_VERSION else []


def oldest_first(
    connection: sqlite3.Connection, archive: Path, since: datetime | None, until: datetime | None
) -> Iterator[AuditEntry]:
    """Entries of a time, both ends included, one by one, as they are at one moment.

    Args:
        connection: to the log.
        archive: folder of its archived days.
        since, until: None is open.

    Raises:
        sqlite3.Error, ArchiveError: when they cannot be read.
    """
    since_us = 0 if since is None else to_micros(since)
    until_us = 2**62 if until is None else to_micros(until)
    connection.execute("BEGIN")  # a day that is archived meanwhile is neither missed nor doubled
    days = archived_days(connection)
    for day in days:
        if day.latest >= since_us and day.earliest <= until_us:
            for content, *_ in read_rows(archive, day.file, COLUMN_NAMES):
                if since_us <= content[1] <= until_us:
                    yield _entry(cast("_Content", content))
    for content in connection.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE id > ? AND at BETWEEN ? AND ? ORDER BY id",
        (days[-1].last if days else 0, since_us, until_us),
    ):
        yield _entry(cast("_Content", content))


def prove(connection: sqlite3.Connection, archive: Path | None = None) -> AuditProof:
    """Walk the whole chain, through the archive, as it is at one moment.

    Args:
        connection: to the log.
        archive: folder of its archived days; None where it has none.

    Raises:
        sqlite3.Error: when it cannot be read.
    """
    connection.execute("BEGIN")
    try:
        walk = _Walk()
        days = archived_days(connection)
        for day in days:
            broken = walk.over_day(archive, day)
            if broken:
                return AuditProof(walk.end.row, broken, len(days))
        broken = walk.over(chained(connection, AUDIT, walk.end.row))
        if not broken and dict(connection.execute("SELECT command, row FROM open").fetchall()) != walk.waiting:
            broken = "what is kept of commands without an outcome is not what the rows say"
        return AuditProof(walk.end.row, broken, len(days))
    finally:
        connection.execute("ROLLBACK")


class _Walk:
    """Goes from row to row; each way answers what is broken, empty when nothing is."""

    def __init__(self) -> None:
        self.end = Tail()
        self.waiting: dict[str, int] = {}
        """Commands without an outcome so far, and the row that wrote each down."""

    def over_day(self, folder: Path | None, day: ArchivedDay) -> str:
        if folder is None:
            return f"row {self.end.row + 1} is in {day.file}, which is not here"
        try:
            broken = self.over(read_rows(folder, day.file, COLUMN_NAMES))
        except ArchiveError as error:
            return f"row {self.end.row + 1} is missing: {error}"
        if broken:
            return f"{broken} ({folder.name}/{day.file})"
        return "" if self.end == day.end else f"row {self.end.row + 1} is missing in {folder.name}/{day.file}"

    def over(self, rows: Iterator[AnyRow]) -> str:
        for content, previous, digest in rows:
            row = self.end.row + 1
            if content[0] != row:
                return f"row {row} is missing"
            if previous != self.end.hash:
                return f"row {row} does not follow the row before it"
            if digest != digest_of(previous, content):
                return f"row {row} was changed after it was written"
            self.end = Tail(row, digest)
            if content[2] == AuditKind.INTENT.value:
                self.waiting[str(content[5])] = row
            elif content[2] == AuditKind.ENDED.value:
                self.waiting.pop(str(content[5]), None)
        return ""


def _content(row: int, entry: AuditEntry) -> _Content:
    return (
        row, to_micros(entry.at), entry.kind.value, entry.user, entry.station, entry.command, entry.tag,
        json.dumps(entry.old), json.dumps(entry.new), entry.result, entry.reason,
    )  # fmt: skip


def _entry(content: _Content) -> AuditEntry:
    row, at, kind, user, station, command, tag, old, new, result, reason = content
    return AuditEntry(
        AuditKind(kind),
        from_micros(at),
        user,
        station,
        command,
        tag,
        cast("Scalar | None", json.loads(old)),
        cast("Scalar | None", json.loads(new)),
        result,
        reason,
        row,
    )
