"""Reads from the alarm journal what the alarm system's numbers over a time are worked out from."""

import logging
import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import cast

from vmshmi.core.alarms.kpi import AlarmKpi, reads_from, work_out
from vmshmi.core.alarms.kpi_counting import Opening
from vmshmi.core.alarms.model import AlarmRecord, TransitionKind
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import to_micros
from vmshmi.runtime.storage import journal_rows

_log = logging.getLogger(__name__)

_TELLS = "(instr(facts, '\"active\":true') OR instr(facts, '\"shelved\"') OR instr(facts, '\"out_of_service\"'))"
"""Only these facts say how a period begins; the rest of thousands of records need not be read."""

# the ids one by one from the index: GROUP BY would walk through every row of a year
_LAST_ROWS = f"""
WITH RECURSIVE ids(alarm) AS (
    SELECT min(alarm) FROM journal WHERE alarm > ''
    UNION ALL
    SELECT (SELECT min(alarm) FROM journal WHERE alarm > ids.alarm) FROM ids WHERE ids.alarm IS NOT NULL
)
SELECT j.alarm, j.facts FROM ids JOIN journal j ON j.id = (
    SELECT id FROM journal WHERE alarm = ids.alarm AND at < :moment ORDER BY at DESC, id DESC LIMIT 1
)
WHERE ids.alarm IS NOT NULL AND j.kind <> :removed AND {_TELLS}
UNION ALL
SELECT alarm, facts FROM state WHERE row < (SELECT min(id) FROM journal) AND {_TELLS}
"""


def read_kpi(connection: sqlite3.Connection, since: datetime, until: datetime, rules: AlarmRules) -> AlarmKpi:
    """Work the numbers of a period out; takes up to a second for a month. Any thread but the loop's.

    Args:
        connection: to the journal.
        since, until: the period, UTC, its end excluded and not after now.
        rules: what a flood is.

    Raises:
        sqlite3.Error: when it cannot be read.
    """
    begin = reads_from(since, rules)
    blocks = journal_rows.events(connection, begin, until)
    return work_out(since, until, read_opening(connection, begin), blocks, rules)


def read_opening(connection: sqlite3.Connection, moment: datetime) -> Opening:
    """How everything stood just before a moment. Of alarms that were silent since before the archive: how they stand.

    Raises:
        sqlite3.Error: when it cannot be read.
    """
    first = cast("int | None", connection.execute("SELECT min(at) FROM journal").fetchone()[0])
    started, stopped = TransitionKind.STARTED.value, TransitionKind.STOPPED.value
    row = connection.execute(
        "SELECT at, kind FROM journal WHERE alarm = '' AND at < ? AND kind IN (?, ?) ORDER BY at DESC, id DESC LIMIT 1",
        (to_micros(moment), started, stopped),
    ).fetchone()
    stopped_at = cast("int", row[0]) if row is not None and row[1] == stopped else None
    return Opening(tuple(_records(connection, moment)), first, stopped_at)


def _records(connection: sqlite3.Connection, moment: datetime) -> Iterator[AlarmRecord]:
    rows = connection.execute(_LAST_ROWS, {"moment": to_micros(moment), "removed": TransitionKind.REMOVED.value})
    for alarm, facts in cast("Iterator[tuple[str, str]]", rows):
        try:
            yield journal_rows.record_of(alarm, facts)
        except (ValueError, KeyError, TypeError) as error:
            _log.warning("KPI: the last record of %s cannot be read (%s)", alarm, error)


def read_messages(connection: sqlite3.Connection, alarm_ids: Collection[str]) -> dict[str, str]:
    """The last known message of each of these alarms; one that the journal does not know is left out.

    Raises:
        sqlite3.Error: when it cannot be read.
    """
    found: dict[str, str] = {}
    for alarm_id in alarm_ids:
        row = connection.execute(
            "SELECT message FROM journal WHERE alarm = ? AND message <> '' ORDER BY at DESC, id DESC LIMIT 1",
            (alarm_id,),
        ).fetchone()
        if row is not None:
            found[alarm_id] = cast("str", row[0])
    return found
