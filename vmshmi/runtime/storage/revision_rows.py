"""Revisions of alarm definitions in the alarm journal.

The line of the journal carries the numbers among its facts, under the chain's hash; the table `revision` holds the same
for a quick start, written in the same transaction, and keeps them when the line itself has gone to the archive.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TypeAlias, cast

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.core.alarms.revision import Revision, Tuning
from vmshmi.core.clock import from_micros, to_micros

SCHEMA = """
CREATE TABLE IF NOT EXISTS revision (
    alarm TEXT NOT NULL,
    number INTEGER NOT NULL,
    row INTEGER NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,
    station TEXT,
    reason TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (alarm, number)
) WITHOUT ROWID;
"""
KEY = "revision"
"""Among the facts of a line."""
Stored: TypeAlias = tuple[str, int, str | None, str | None, str, str]
"""Alarm, microseconds, user, station, reason, facts."""


def facts_of(revision: Revision) -> list[object]:
    """A revision's numbers, for JSON."""
    return [revision.number, _numbers(revision.before), _numbers(revision.after), revision.basis]


def write(connection: sqlite3.Connection, rows: Sequence[tuple[int, AlarmTransition]]) -> None:
    """Keep the revisions among these lines, in the transaction that is open.

    Raises:
        sqlite3.Error: when it cannot be written.
    """
    connection.executemany(
        "INSERT OR REPLACE INTO revision (alarm, number, row, at, user, station, reason, facts) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                line.record.id,
                line.revision.number,
                row,
                to_micros(line.at),
                line.user,
                line.station,
                line.reason,
                json.dumps(facts_of(line.revision), separators=(",", ":")),
            )
            for row, line in rows
            if line.revision is not None
        ],
    )


def read(connection: sqlite3.Connection) -> dict[str, list[Revision]]:
    """Every revision of each alarm, oldest first. A file from before there were any has none.

    Raises:
        sqlite3.Error: when it cannot be read.
        ValueError: when a stored revision is none.
    """
    found: dict[str, list[Revision]] = {}
    if not _is_there(connection):
        return found
    rows = connection.execute("SELECT alarm, at, user, station, reason, facts FROM revision ORDER BY alarm, number")
    for alarm, at, user, station, reason, facts in cast(
        "Iterator[tuple[str, int, str | None, str | None, str, str]]", rows
    ):
        revision = revision_of(alarm, at, user, station, reason, cast("object", json.loads(facts)))
        found.setdefault(alarm, []).append(revision)
    return found


def stored(connection: sqlite3.Connection) -> dict[int, Stored]:
    """What the table holds, by the line it came with, for its proof."""
    if not _is_there(connection):
        return {}
    rows = connection.execute("SELECT row, alarm, at, user, station, reason, facts FROM revision")
    return {cast("int", row[0]): cast("Stored", row[1:]) for row in rows}


def stored_of(content: tuple[int, int, str, str, int, str | None, str, str | None, str | None, str, str]) -> Stored:
    """What the table must hold of a line."""
    _, at, _, alarm, _, _, _, user, station, reason, facts = content
    revision = cast("dict[str, object]", json.loads(facts)).get(KEY)
    return alarm, at, user, station, reason, json.dumps(revision, separators=(",", ":"))


def _is_there(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'revision'").fetchone()
    return found is not None


def revision_of(alarm: str, at_us: int, user: str | None, station: str | None, reason: str, stored: object) -> Revision:
    """The revision of stored facts.

    Raises:
        ValueError: if they are no facts.
    """
    try:
        number, before, after, basis = cast("tuple[int, list[float], list[float], str]", stored)
        return Revision(
            alarm, number, from_micros(at_us), user or "", station, reason, Tuning(*before), Tuning(*after), basis
        )
    except TypeError as error:
        raise ValueError(f"a revision of {alarm} cannot be read: {error}") from error


def _numbers(tuning: Tuning) -> list[float]:
    return [tuning.limit, tuning.hysteresis, tuning.delay_s]
