"""Asks history for several tags at once; only the newest question of a tag may be answered."""

import asyncio
from collections.abc import Callable, Iterable
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
    """Every question has a number; an answer to an older one is dropped.

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
        self._open: dict[TagId, int] = {}
        self._under_way: dict[TagId, asyncio.Task[None]] = {}
        self._errors: dict[TagId, str] = {}

    @property
    def busy(self) -> bool:
        """True while an answer is awaited."""
        return bool(self._open)

    @property
    def error(self) -> str:
        """Why the last question of a tag was not answered; empty when all were."""
        return next(iter(self._errors.values()), "")

    def ask(self, tag_ids: Iterable[TagId], stretch: Stretch) -> None:
        """Ask anew; what was asked before for these tags no longer counts."""
        for tag_id in tag_ids:
            self._number += 1
            self._give_up(tag_id)
            self._open[tag_id] = self._number
            self._tasks.spawn(self._load(tag_id, self._number, stretch), name=f"history {tag_id}")
        self._changed()

    def forget(self) -> None:
        """Nobody waits any more; no answer counts."""
        for tag_id in tuple(self._under_way):
            self._give_up(tag_id)
        self._open.clear()
        self._errors.clear()
        self._changed()

    def _give_up(self, tag_id: TagId) -> None:
        """The chart has moved on: the historian need not go on with it."""
        task = self._under_way.pop(tag_id, None)
        if task is not None:
            task.cancel()

    async def _load(self, tag_id: TagId, number: int, stretch: Stretch) -> None:
        task = asyncio.current_task()
        if self._open.get(tag_id) != number or task is None:
            return  # another question was asked before this one began
        self._under_way[tag_id] = task
        try:
            series = await self._query(tag_id, stretch)
        except (VmsError, KeyError) as error:
            self._end(tag_id, number, error)
        else:
            if self._end(tag_id, number, None):
                self._take(tag_id, rows_of(series))
        finally:
            if self._under_way.get(tag_id) is task:
                del self._under_way[tag_id]
            self._changed()

    async def _query(self, tag_id: TagId, stretch: Stretch) -> HistorySeries:
        main = await self._port.query(HistoryQuery(tag_id, stretch.since, stretch.until, points=stretch.points))
        if not stretch.before or (len(main) and main.timestamps[0] <= stretch.since.timestamp() * 1e6):
            return main
        first = await self._port.query(HistoryQuery(tag_id, until=stretch.since, limit=1))
        return HistorySeries(
            tag_id,
            first.timestamps + main.timestamps,
            first.values + main.values,
            first.qualities + main.qualities,
        )

    def _end(self, tag_id: TagId, number: int, error: VmsError | KeyError | None) -> bool:
        """Note the end of a question; False when a newer one has been asked."""
        if self._open.get(tag_id) != number:
            return False
        del self._open[tag_id]
        if error is None:
            self._errors.pop(tag_id, None)
        else:
            self._errors[tag_id] = str(error) if isinstance(error, VmsError) else f"no tag {tag_id}"
        return True
