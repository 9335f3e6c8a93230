"""How the alarm journal looks on disk: tables, rows, and the chain of hashes that proves them.

    journal   one row a transition, numbered without a gap; each row's hash covers the row and the hash before it
    state     the last record of each alarm, for a quick start; written in the same transaction as its row
    revision  what people changed in definitions (see `revision_rows`)
    archive   the days that were moved to files (see `journal_archive`), from row 1 on: the chain goes through them

Times are microseconds since 1970 UTC. Facts are JSON, what is at its default is left out.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, TypeVar, cast

from vmshmi.core.alarms.journal_event import JournalEvent
from vmshmi.core.alarms.model import (
    AlarmRecord,
    AlarmTransition,
    Override,
    Priority,
    TransitionKind,
    suppression_of,
)
from vmshmi.core.alarms.revision import Revision
from vmshmi.core.clock import from_micros, to_micros
from vmshmi.core.values import Scalar
from vmshmi.runtime.storage import revision_rows

SCHEMA_VERSION = 2
FIRST_HASH = bytes(32)
"""What the first row of all follows."""

_SCHEMA = """
CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    alarm TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    priority TEXT,
    message TEXT NOT NULL,
    user TEXT,
    station TEXT,
    reason TEXT NOT NULL,
    facts TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX journal_at ON journal (at);
CREATE INDEX journal_alarm_at ON journal (alarm, at);
CREATE TABLE state (
    alarm TEXT PRIMARY KEY,
    row INTEGER NOT NULL,
    facts TEXT NOT NULL
) WITHOUT ROWID;
"""
ARCHIVE_TABLE = """
CREATE TABLE archive (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    hash BLOB NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL
);
"""
_COLUMNS = "id, at, kind, alarm, occurrence, priority, message, user, station, reason, facts"
_INSERT = f"INSERT INTO journal ({_COLUMNS}, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
COLUMN_NAMES = tuple(_COLUMNS.split(", "))

_BLOCK = 10_000
"""Events read at once: the other threads get their turn in between."""

_Text = TypeVar("_Text", str, None, str | None)
Content: TypeAlias = tuple[int, int, str, str, int, str | None, str, str | None, str | None, str, str]
"""The columns that the hash covers."""
ChainedRow: TypeAlias = tuple[Content, bytes, bytes]
"""A row, the hash before it, and its own."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of the chain: number and hash of the last row; 0 and `FIRST_HASH` of an empty journal."""

    row: int = 0
    hash: bytes = FIRST_HASH


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty database.

    Raises:
        ValueError: when a newer version of the program has written it.
        sqlite3.Error: when it cannot be read or written.
    """
    version = check_version(connection)
    if version < SCHEMA_VERSION:
        missing = ARCHIVE_TABLE if version else _SCHEMA + ARCHIVE_TABLE
        connection.executescript(f"BEGIN IMMEDIATE; {missing} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    connection.execute(revision_rows.SCHEMA)


def check_version(connection: sqlite3.Connection) -> int:
    """The format of a journal; 0 where there is none yet.

    Raises:
        ValueError: when a newer version of the program has written it.
        sqlite3.Error: when it cannot be read.
    """
    version = cast("int", connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise ValueError(f"its format is {version}, this program knows {SCHEMA_VERSION}: use the newer program")
    return version


def tail(connection: sqlite3.Connection) -> Tail:
    """The last row of the journal."""
    row = connection.execute("SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    return Tail() if row is None else Tail(cast("int", row[0]), cast("bytes", row[1]))


def append(connection: sqlite3.Connection, transitions: Sequence[AlarmTransition], end: Tail) -> Tail:
    """Write rows behind `end`, in the transaction that is open.

    Returns:
        The new end.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    rows: list[tuple[object, ...]] = []
    states: dict[str, tuple[int, str] | None] = {}
    revised: list[tuple[int, AlarmTransition]] = []
    row_id, last = end.row, end.hash
    for transition in transitions:
        row_id += 1
        content = _content(row_id, transition)
        digest = digest_of(last, content)
        rows.append((*content, last, digest))
        last = digest
        if transition.revision is not None:
            revised.append((row_id, transition))
        if transition.kind.is_change:
            gone = transition.kind is TransitionKind.REMOVED
            states[transition.record.id] = None if gone else (row_id, content[-1])
    connection.executemany(_INSERT, rows)
    connection.executemany(
        "INSERT OR REPLACE INTO state (alarm, row, facts) VALUES (?, ?, ?)",
        [(alarm, *state) for alarm, state in states.items() if state is not None],
    )
    connection.executemany("DELETE FROM state WHERE alarm = ?", [(a,) for a, state in states.items() if state is None])
    if revised:
        revision_rows.write(connection, revised)
    return Tail(row_id, last)


def last_records(connection: sqlite3.Connection) -> Iterator[tuple[str, AlarmRecord | None]]:
    """The last record of each alarm; None where what is stored cannot be read."""
    for alarm, facts in cast("Iterator[tuple[str, str]]", connection.execute("SELECT alarm, facts FROM state")):
        try:
            yield alarm, record_of(alarm, facts)
        except (ValueError, KeyError, TypeError):
            yield alarm, None


def last_kind(connection: sqlite3.Connection) -> TransitionKind | None:
    """What the last row says; None in an empty journal."""
    row = connection.execute("SELECT kind FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else TransitionKind(cast("str", row[0]))


def select(
    connection: sqlite3.Connection, since: datetime | None, until: datetime | None, limit: int, alarm_id: str | None
) -> list[AlarmTransition]:
    """Rows of a time, both ends included, newest first."""
    only, arguments = ("", ()) if alarm_id is None else ("alarm = ? AND ", (alarm_id,))
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM journal WHERE {only}at BETWEEN ? AND ? ORDER BY at DESC, id DESC LIMIT ?",
        (*arguments, *interval(since, until), limit),
    )
    return [_transition(cast("Content", row)) for row in rows]


def events(
    connection: sqlite3.Connection, since: datetime | None, until: datetime | None
) -> Iterator[Sequence[JournalEvent]]:
    """Rows of a time without their facts, both ends included, oldest first, in blocks."""
    cursor = connection.execute(
        "SELECT at, kind, alarm, occurrence, priority FROM journal WHERE at BETWEEN ? AND ? ORDER BY at, id",
        interval(since, until),
    )
    while block := cast("list[JournalEvent]", cursor.fetchmany(_BLOCK)):
        yield block


def chain(connection: sqlite3.Connection, after: int, limit: int = -1) -> Iterator[ChainedRow]:
    """Rows behind one of them, in their order, with what proves them; all of them without a limit."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, prev_hash, hash FROM journal WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
    )
    for row in rows:
        yield cast("Content", row[:11]), cast("bytes", row[11]), cast("bytes", row[12])


def raisings(connection: sqlite3.Connection, since: datetime) -> dict[str, list[datetime]]:
    """When each alarm came from then on, oldest first. To ask anew, as an alarm or once more, is not to come again."""
    found: dict[str, list[datetime]] = {}
    rows = connection.execute(
        "SELECT alarm, at FROM journal AS came WHERE at >= ? AND kind = ? AND NOT EXISTS "
        "(SELECT 1 FROM journal WHERE alarm = came.alarm AND at = came.at AND kind = ?) ORDER BY at, id",
        (to_micros(since), TransitionKind.RAISED.value, TransitionKind.ESCALATED.value),
    )
    for alarm, at in cast("Iterator[tuple[str, int]]", rows):
        found.setdefault(alarm, []).append(from_micros(at))
    return found


def interval(since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Both ends of a time as they are stored; an end that is None is open."""
    return (-(2**63) if since is None else to_micros(since), 2**63 - 1 if until is None else to_micros(until))


def _content(row_id: int, transition: AlarmTransition) -> Content:
    record = transition.record
    return (
        row_id,
        to_micros(transition.at),
        transition.kind.value,
        record.id,
        record.occurrence,
        None if transition.priority is None else transition.priority.value,
        transition.message,
        _storable(transition.user),
        _storable(transition.station),
        _storable(transition.reason),
        facts_of(record, transition.revision),
    )


def _storable(text: _Text) -> _Text:
    """A text from outside without what no file can hold: half a character of UTF-16 would stop the writer."""
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def digest_of(previous: bytes, content: Sequence[object]) -> bytes:
    """A row's hash: it covers the row and the hash before it."""
    return hashlib.sha256(previous + json.dumps(content, separators=(",", ":")).encode("ascii")).digest()


def _transition(content: Content) -> AlarmTransition:
    _, at, kind, alarm, _, priority, message, user, station, reason, facts = content
    revision = None
    if kind == TransitionKind.REVISED.value:
        stored = cast("dict[str, object]", json.loads(facts)).get(revision_rows.KEY)
        if stored is not None:
            revision = revision_rows.revision_of(alarm, at, user, station, reason, stored)
    return AlarmTransition(
        TransitionKind(kind),
        from_micros(at),
        record_of(alarm, facts),
        user,
        station,
        reason,
        None if priority is None else Priority(priority),
        message,
        revision,
    )


_MOMENTS = ("raised_at", "acked_at", "rectified_at", "cleared_at", "silenced_until")
_PLAIN = (
    "occurrence", "active", "acknowledged", "value", "acked_by", "acked_station", "held", "by_design", "latched",
    "escalations", "repeats", "first_out", "blocked",
)  # fmt: skip
_DEFAULT = AlarmRecord("")


def facts_of(record: AlarmRecord, revision: Revision | None = None) -> str:
    """A record's facts as JSON, and the revision of its line; the suppression is a projection and is not among them."""
    facts: dict[str, object] = {}
    for name in _PLAIN:
        value = cast("Scalar | None", getattr(record, name))
        if value != getattr(_DEFAULT, name) or name == "value":
            facts[name] = value
    for name in _MOMENTS:
        moment = cast("datetime | None", getattr(record, name))
        if moment is not None:
            facts[name] = to_micros(moment)
    for name, order in (("shelved", record.shelved), ("out_of_service", record.out_of_service)):
        if order is not None:
            until = None if order.until is None else to_micros(order.until)
            facts[name] = [order.user, order.station, order.reason, to_micros(order.since), until]
    if revision is not None:
        facts[revision_rows.KEY] = revision_rows.facts_of(revision)
    return json.dumps(facts, separators=(",", ":"))


def record_of(alarm_id: str, facts: str) -> AlarmRecord:
    """The record of stored facts.

    Raises:
        ValueError, KeyError, TypeError: if they are no facts.
    """
    stored = cast("dict[str, object]", json.loads(facts))
    moments = {name: from_micros(cast("int", stored[name])) for name in _MOMENTS if name in stored}
    record = AlarmRecord(
        id=alarm_id,
        occurrence=cast("int", stored.get("occurrence", 0)),
        active=cast("bool", stored.get("active", False)),
        acknowledged=cast("bool", stored.get("acknowledged", True)),
        value=cast("Scalar | None", stored.get("value")),
        acked_by=cast("str | None", stored.get("acked_by")),
        acked_station=cast("str | None", stored.get("acked_station")),
        held=cast("bool", stored.get("held", False)),
        by_design=cast("bool", stored.get("by_design", False)),
        latched=cast("bool", stored.get("latched", False)),
        escalations=cast("int", stored.get("escalations", 0)),
        repeats=cast("int", stored.get("repeats", 0)),
        first_out=cast("bool", stored.get("first_out", False)),
        blocked=cast("bool", stored.get("blocked", False)),
        shelved=_order(stored.get("shelved")),
        out_of_service=_order(stored.get("out_of_service")),
        raised_at=moments.get("raised_at"),
        acked_at=moments.get("acked_at"),
        rectified_at=moments.get("rectified_at"),
        cleared_at=moments.get("cleared_at"),
        silenced_until=moments.get("silenced_until"),
    )
    suppression = suppression_of(record)
    return record if suppression is None else replace(record, suppression=suppression)


def _order(stored: object) -> Override | None:
    if stored is None:
        return None
    user, station, reason, since, until = cast("tuple[str, str | None, str, int, int | None]", stored)
    return Override(user, station, reason, from_micros(since), None if until is None else from_micros(until))
