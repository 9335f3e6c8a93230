"""History for tests of the screen: rows the test wrote, answers it may hold back."""

import asyncio
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from vmshmi.core.clock import to_micros
from vmshmi.core.errors import StorageError
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId

Row = tuple[datetime, float | None, Quality]


def a_series(tag_id: TagId, rows: Iterable[Row]) -> HistorySeries:
    """Rows as history hands them out."""
    kept = list(rows)
    return HistorySeries(
        tag_id,
        array("q", [to_micros(at) for at, _, _ in kept]),
        array("d", [float("nan") if value is None else value for _, value, _ in kept]),
        array("I", [int(quality) for _, _, quality in kept]),
    )


class ScriptedHistory:
    """Answers with the rows of a tag; while `hold` is set, each question waits until the test releases it."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.asked: list[HistoryQuery] = []
        self.hold = False
        self.waiting: list[asyncio.Future[HistorySeries | None]] = []
        self.error = ""
        self.cancelled = 0

    def write(self, tag_id: str, at: datetime, value: float | None, quality: Quality = Quality.GOOD) -> None:
        """One row more."""
        self.rows.setdefault(tag_id, []).append((at, value, quality))

    async def query_many(
        self, tag_ids: Sequence[TagId], since: datetime, until: datetime, points: int
    ) -> Sequence[HistorySeries]:
        return await asyncio.gather(
            *(self.query(HistoryQuery(tag_id, since, until, points=points)) for tag_id in tag_ids)
        )

    async def export(self, tag_ids: Sequence[TagId], since: datetime, until: datetime, file: Path) -> None:
        if self.error:
            raise StorageError(self.error)
        await asyncio.to_thread(file.write_text, f"{len(tag_ids)} tags")

    async def query(self, query: HistoryQuery) -> HistorySeries:
        self.asked.append(query)
        if self.hold:
            held: asyncio.Future[HistorySeries | None] = asyncio.get_running_loop().create_future()
            self.waiting.append(held)
            try:
                answer = await asyncio.shield(held)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            if answer is not None:
                return answer
        if self.error:
            raise StorageError(self.error)
        inside = [
            row
            for row in self.rows.get(query.tag_id, [])
            if (query.since is None or row[0] >= query.since) and (query.until is None or row[0] <= query.until)
        ]
        return a_series(query.tag_id, inside[-query.limit :] if query.limit else inside)
