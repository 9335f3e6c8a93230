"""What if: recorded history through two definitions of one alarm, a day at a time, beside everything else that runs."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vmshmi.core.alarms.model import AlarmDef, AlarmTransition
from vmshmi.core.alarms.revising import changed, tuning_of
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.alarms.whatif import (
    WhatIf,
    compare,
    lead_in_s,
    recorded_of,
    recorded_raisings,
    standing_of,
    tags_of,
)
from vmshmi.core.clock import from_micros, to_micros
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.values import TagId
from vmshmi.runtime.alarms.replay import Replay

STRETCH = timedelta(days=1)
"""Read and replayed at once: bounds the memory, whatever the period."""
_REST_S = 0.0005
"""How long the replay stands still after each few milliseconds, so that the runtime's loop never waits for it."""

Read = Callable[[HistoryQuery], Awaitable[HistorySeries]]


class _GivenUp(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One question.

    Attributes:
        definition: as it holds now.
        change: what is to be different.
        since, until: the period, UTC.
        lines: of this alarm's journal within the period, oldest first.
        gap_s: see `Replay`.
    """

    definition: AlarmDef
    change: DefinitionChange
    since: datetime
    until: datetime
    lines: Sequence[AlarmTransition]
    gap_s: Mapping[TagId, float]


async def rehearse(question: Rehearsal, read: Read, executor: Executor) -> WhatIf:
    """Answer it. Cancelling ends the work within milliseconds.

    Args:
        question: what to replay.
        read: gives raw rows of a tag.
        executor: where the replay runs.

    Raises:
        ExpressionError: when `enable_when` cannot be read.
        StorageError: when history cannot be read.
    """
    definition = question.definition
    after = changed(definition, question.change)
    nobody_waits = threading.Event()

    def rest() -> None:
        if nobody_waits.wait(_REST_S):
            raise _GivenUp

    work = Replay((definition, after), question.since, question.until, question.gap_s, rest)
    tags = tags_of(definition)
    try:
        start = question.since - timedelta(seconds=lead_in_s(definition))
        first_row: datetime | None = None
        earlier = {tag: await read(_newest_before(tag, start)) for tag in tags}
        for since, until in _stretches(start, question.until):
            series = {tag: await read(HistoryQuery(tag, since, until)) for tag in tags}
            first_row = first_row or _first_within(series[definition.tag], question.since)
            await _run(executor, work, _joined(earlier, series), until)
            earlier = {}
        raisings = work.finish()
    finally:
        nobody_waits.set()
    recorded = recorded_raisings(question.lines)
    pairs = compare(raisings[0], raisings[1], recorded)
    return WhatIf(
        alarm_id=definition.id,
        since=question.since,
        until=question.until,
        before=tuning_of(definition),
        after=tuning_of(after),
        pairs=pairs,
        standing_before=standing_of(raisings[0], question.since, question.until),
        standing_after=standing_of(raisings[1], question.since, question.until),
        recorded=len(recorded),
        agreed=len(recorded_of(raisings[0], recorded)),
        samples=work.rows,
        first_row=first_row,
    )


async def _run(executor: Executor, work: Replay, series: Mapping[TagId, HistorySeries], until: datetime) -> None:
    await asyncio.get_running_loop().run_in_executor(executor, work.feed, series, until)


def _newest_before(tag: TagId, moment: datetime) -> HistoryQuery:
    return HistoryQuery(tag, None, moment - timedelta(microseconds=1), limit=1)


def _stretches(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The period in days, both ends of each included."""
    while since <= until:
        end = min(until, since + STRETCH)
        yield since, end
        since = end + timedelta(microseconds=1)


def _first_within(series: HistorySeries, since: datetime) -> datetime | None:
    since_us = to_micros(since)
    stamp = next((stamp for stamp in series.timestamps if stamp >= since_us), None)
    return None if stamp is None else from_micros(stamp)


def _joined(
    earlier: Mapping[TagId, HistorySeries], series: Mapping[TagId, HistorySeries]
) -> Mapping[TagId, HistorySeries]:
    """Rows with those before them."""
    return {tag: _behind(earlier[tag], rows) if tag in earlier else rows for tag, rows in series.items()}


def _behind(before: HistorySeries, rows: HistorySeries) -> HistorySeries:
    if not len(before):
        return rows
    texts = None if before.texts is None or rows.texts is None else (*before.texts, *rows.texts)
    return replace(
        rows,
        timestamps=before.timestamps + rows.timestamps,
        values=before.values + rows.values,
        qualities=before.qualities + rows.qualities,
        texts=texts,
        received=None,
    )
