"""Builders for tests of the historian."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.fake_clock import FakeClock
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.historian import Historian, HistorianSettings
from vmshmi.runtime.historian.questions import read_many

PRESS, RUN, NAME = TagId("me_p.lo_press"), TagId("me_p.run"), TagId("me_p.name")
HOURS = TagId("me_p.hours")
TAGS = (
    TagDef(PRESS, unit="bar"),
    TagDef(RUN, kind=TagKind.DIGITAL),
    TagDef(NAME, kind=TagKind.TEXT),
    TagDef(HOURS, kind=TagKind.COUNTER),
)
# the storage threads sleep through a test; it flushes and seals when it says so
BY_HAND = HistorianSettings(flush_every_s=3600.0, upkeep_every_s=3600.0, mark_stops=False)


def a_value(value: Scalar | None, at: datetime, quality: Quality = Quality.GOOD) -> TagValue:
    """One sample."""
    return TagValue(value, quality, at, value)


def record_each_second(
    historian: Historian, clock: FakeClock, tag_id: TagId, values: Iterable[Scalar | None]
) -> list[datetime]:
    """Record values a second apart; None is a bad one. Returns their stamps."""
    stamps: list[datetime] = []
    for value in values:
        quality = Quality.BAD_NO_COMMUNICATION if value is None else Quality.GOOD
        stamps.append(clock.now())
        historian.record([(tag_id, a_value(value, clock.now(), quality))])
        clock.advance(1)
    return stamps


@asynccontextmanager
async def a_historian(
    folder: Path | None, clock: FakeClock, tags: Iterable[TagDef] = TAGS, **settings: Any
) -> AsyncIterator[Historian]:
    """A started historian whose threads do nothing by themselves; stopped at the end."""
    historian = Historian(folder, tags, clock, replace(BY_HAND, **settings))
    await historian.start()
    try:
        yield historian
    finally:
        await historian.stop()


def values_of(historian: Historian, tag_id: TagId = PRESS) -> list[Scalar | None]:
    """All values of a tag, in order of time."""
    return [sample.value for sample in historian.query(tag_id)]


class HistorianPort:
    """`HistoryPort` straight on the historian."""

    def __init__(self, historian: Historian) -> None:
        self._historian = historian

    async def query(self, query: HistoryQuery) -> HistorySeries:
        return await self._historian.read(query)

    async def query_many(
        self, tag_ids: Sequence[TagId], since: datetime, until: datetime, points: int
    ) -> Sequence[HistorySeries]:
        return await read_many(
            self._historian, [HistoryQuery(tag_id, since, until, points=points) for tag_id in tag_ids]
        )

    async def export(self, tag_ids: Sequence[TagId], since: datetime, until: datetime, file: Path) -> None:
        await self._historian.export(tag_ids, since, until, file)
