"""Asks history for several tags in one question; only the newest question may be answered."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vmshmi.core.errors import VmsError
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import HistoryPort
from vmshmi.core.values import TagId
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.trends.series import Rows, rows_of


@dataclass(frozen=True, slots=True)
class Stretch:
    """What to ask for.

    Attributes:
        since, until: UTC.
        points: buckets over the whole stretch.
        before: True asks for the last row before it too (a state that has not changed for long).
    """

    since: datetime
    until: datetime
    points: int
    before: bool = False


class HistoryLoader:
    """Asks for all pens at once. Every asking has a number; an answer to an older one is dropped.

    Args:
        port: history.
        tasks: keeps the questions under way.
        take: called with each answer that still counts.
        changed: called when `busy` or `error` may have changed.
    """

    def __init__(
        self,
        port: HistoryPort,
        tasks: Tasks,
        take: Callable[[TagId, Rows], None],
        changed: Callable[[], None],
    ) -> None:
        self._port = port
        self._tasks = tasks
        self._take = take
        self._changed = changed
        self._number = 0
        self._open = 0
        self._under_way: set[asyncio.Task[None]] = set()
        self._error = ""

    @property
    def busy(self) -> bool:
        """True while an answer is awaited."""
        return self._open > 0

    @property
    def error(self) -> str:
        """Why the last question was not answered; empty when it was."""
        return self._error

    def ask(self, questions: Sequence[tuple[Sequence[TagId], Stretch]]) -> None:
        """Ask anew; what was asked before no longer counts."""
        self._give_up()
        self._open = len(questions)
        for tag_ids, stretch in questions:
            self._tasks.spawn(self._load(tag_ids, self._number, stretch), name=f"history of {len(tag_ids)} tags")
        self._changed()

    def forget(self) -> None:
        """Nobody waits any more; no answer counts."""
        self._give_up()
        self._changed()

    def _give_up(self) -> None:
        """The chart has moved on: the historian need not go on with it."""
        self._number += 1
        self._open, self._error = 0, ""
        for task in self._under_way:
            task.cancel()
        self._under_way.clear()

    async def _load(self, tag_ids: Sequence[TagId], number: int, stretch: Stretch) -> None:
        task = asyncio.current_task()
        if number != self._number or task is None:
            return  # another question was asked before this one began
        self._under_way.add(task)
        error = ""
        found: Sequence[HistorySeries] = ()
        try:
            found = await self._query(tag_ids, stretch)
        except VmsError as failed:
            error = str(failed)
        except KeyError as failed:
            error = f"no tag {failed.args[0] if failed.args else ''}"
        finally:
            self._under_way.discard(task)
        if number != self._number:
            return
        self._open -= 1
        self._error = error or self._error
        for series in found:
            self._take(series.tag_id, rows_of(series))
        self._changed()

    async def _query(self, tag_ids: Sequence[TagId], stretch: Stretch) -> Sequence[HistorySeries]:
        found = await self._port.query_many(tag_ids, stretch.since, stretch.until, stretch.points)
        if not stretch.before:
            return found
        return await asyncio.gather(*(self._with_before(series, stretch) for series in found))

    async def _with_before(self, series: HistorySeries, stretch: Stretch) -> HistorySeries:
        if len(series) and series.timestamps[0] <= stretch.since.timestamp() * 1e6:
            return series
        first = await self._port.query(HistoryQuery(series.tag_id, until=stretch.since, limit=1))
        return HistorySeries(
            series.tag_id,
            first.timestamps + series.timestamps,
            first.values + series.values,
            first.qualities + series.qualities,
        )
