"""Questions that are made of others: several tags at once, the value at a moment, figures over a period."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from vmshmi.core.clock import from_micros, to_micros
from vmshmi.core.history import NOT_LATE, HistoryQuery, HistorySeries
from vmshmi.core.history_aggregates import Accumulator, Aggregates
from vmshmi.core.quality import quality_of
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Sample, Scalar

_PIECE = timedelta(days=1)
"""So much is read at once: a month of a tag that is sampled each second needs no more memory than a day."""

_INSTANT = timedelta(microseconds=1)


class Reads(Protocol):
    """Whoever answers a question about one tag: the historian."""

    async def read(self, query: HistoryQuery) -> HistorySeries: ...


async def read_many(reader: Reads, queries: Sequence[HistoryQuery]) -> list[HistorySeries]:
    """Answers in the order asked; the historian's query threads share them out. Cancelling ends the work of all.

    Raises:
        KeyError: if there is no such tag.
        StorageError: if history cannot be read now; then none is answered.
    """
    tasks = [asyncio.ensure_future(reader.read(query)) for query in queries]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


async def value_at(reader: Reads, tag: TagDef, at: datetime) -> Sample | None:
    """The row that held at a moment: the last one at or before it; its value is None where that was a gap.

    Returns:
        None when nothing had been recorded by then: that is not known either.

    Raises:
        KeyError: if there is no such tag.
        StorageError: if history cannot be read now.
    """
    series = await reader.read(HistoryQuery(tag.id, until=at, limit=1))
    return sample_of(series, tag.kind) if len(series) else None


async def aggregates(reader: Reads, tag: TagDef, since: datetime, until: datetime) -> Aggregates:
    """Figures over a period, from the rows themselves: 86,400 rows of a day take some 40 ms of a thread.

    Args:
        reader: the historian.
        tag: not a text.
        since, until: aware; `until` is later, not included, and not after the present: what comes is not known.

    Raises:
        KeyError: if there is no such tag.
        StorageError: if history cannot be read now.
    """
    with_states = tag.kind in (TagKind.DIGITAL, TagKind.ENUM)
    taken = Accumulator(to_micros(since), to_micros(until), with_states=with_states)
    before = await reader.read(HistoryQuery(tag.id, until=since - _INSTANT, limit=1))
    taken.add(before.timestamps, before.values)
    at = since
    while at < until:
        end = min(at + _PIECE, until)
        part = await reader.read(HistoryQuery(tag.id, at, end - _INSTANT))
        await asyncio.to_thread(taken.add, part.timestamps, part.values)
        at = end
    return taken.result()


def sample_of(series: HistorySeries, kind: TagKind) -> Sample:
    """The last row."""
    value: Scalar | None
    if series.texts is not None:
        value = series.texts[-1]
    else:
        number = series.values[-1]
        value = None if number != number else number != 0 if kind is TagKind.DIGITAL else number
    late = None if series.received is None or series.received[-1] == NOT_LATE else from_micros(series.received[-1])
    return Sample(from_micros(series.timestamps[-1]), value, quality_of(series.qualities[-1]), late)
