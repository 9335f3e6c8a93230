"""Asks for the numbers of a period; only the newest question may be answered."""

from collections.abc import Callable
from datetime import datetime

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.errors import VmsError
from vmshmi.core.ports import AlarmsPort
from vmshmi.ui.binding.tasks import Tasks


class KpiLoader:
    """Every question has a number; an answer to an older one is dropped.

    Args:
        port: alarms.
        tasks: keeps the questions under way.
        take: called with each answer that still counts.
        changed: called when `busy` or `error` may have changed.
    """

    def __init__(
        self, port: AlarmsPort, tasks: Tasks, take: Callable[[AlarmKpi], None], changed: Callable[[], None]
    ) -> None:
        self._port = port
        self._tasks = tasks
        self._take = take
        self._changed = changed
        self._number = 0
        self.busy = False
        """True while an answer is awaited."""
        self.error = ""
        """Why the last question was not answered; empty when it was."""

    def ask(self, since: datetime, until: datetime) -> None:
        """Ask anew; what was asked before no longer counts."""
        self._number += 1
        self.busy = True
        self._tasks.spawn(self._load(self._number, since, until), name="alarm kpi")
        self._changed()

    async def _load(self, number: int, since: datetime, until: datetime) -> None:
        found, error = None, ""
        try:
            found = await self._port.kpi(since, until)
        except VmsError as failure:
            error = str(failure)
        if number != self._number:
            return
        self.busy, self.error = False, error
        if found is not None:
            self._take(found)
        self._changed()
