"""How the audit log looks on disk: rows numbered without a gap, each with a hash over itself and the hash before it.

    audit   one row a step
    open    commands that were written down and have no outcome yet; changed in the transaction of their rows

Times are microseconds since 1970 UTC; values are JSON. Several programs may write it, one after the other: the end of
the chain is read in the transaction that adds to it.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, cast

from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.clock import from_micros, to_micros
from vmshmi.core.values import Scalar
from vmshmi.runtime.storage.journal_rows import FIRST_HASH, digest_of

SCHEMA_VERSION = 1
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
_Content: TypeAlias = tuple[int, int, str, str, str | None, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class AuditProof:
    """What a walk over the chain found.

    Attributes:
        rows: how many prove.
        broken: the first that does not, one line for a person; empty when all do.
    """

    rows: int
    broken: str = ""


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty database.

    Raises:
        ValueError: when a newer version of the program has written it.
        sqlite3.Error: when it cannot be read or written.
    """
    if check_version(connection) == 0:
        connection.execute("BEGIN IMMEDIATE")
        if check_version(connection) == 0:  # another program may have been quicker
            for statement in _SCHEMA.split(";"):
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


def append(connection: sqlite3.Connection, entries: Sequence[AuditEntry]) -> None:
    """Add entries, all or none; durable when it returns.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
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
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


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


def oldest_first(
    connection: sqlite3.Connection, since: datetime | None, until: datetime | None
) -> Iterator[AuditEntry]:
    """Entries of a time, both ends included, one by one."""
    since_us = 0 if since is None else to_micros(since)
    until_us = 2**62 if until is None else to_micros(until)
    for content in connection.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE at BETWEEN ? AND ? ORDER BY id", (since_us, until_us)
    ):
        yield _entry(cast("_Content", content))


def prove(connection: sqlite3.Connection) -> AuditProof:
    """Walk the whole chain, as it is at one moment.

    Raises:
        sqlite3.Error: when it cannot be read.
    """
    row, last = 0, FIRST_HASH
    waiting: dict[str, int] = {}
    connection.execute("BEGIN")
    try:
        for found in connection.execute(f"SELECT {_COLUMNS}, prev_hash, hash FROM audit ORDER BY id"):
            *content, previous, digest = found
            if content[0] != row + 1:
                return AuditProof(row, f"row {row + 1} is missing")
            if previous != last:
                return AuditProof(row, f"row {row + 1} does not follow the row before it")
            if digest != digest_of(previous, content):
                return AuditProof(row, f"row {row + 1} was changed after it was written")
            row, last = row + 1, digest
            if content[2] == AuditKind.INTENT.value:
                waiting[content[5]] = row
            elif content[2] == AuditKind.ENDED.value:
                waiting.pop(content[5], None)
        if dict(connection.execute("SELECT command, row FROM open").fetchall()) != waiting:
            return AuditProof(row, "what is kept of commands without an outcome is not what the rows say")
        return AuditProof(row)
    finally:
        connection.execute("ROLLBACK")


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
