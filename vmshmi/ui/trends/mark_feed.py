"""Keeps the marks of the time line: asks the journal for what is in view, and takes what happens live."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.core.errors import VmsError
from vmshmi.core.ports import AlarmsPort
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.trends.marks import EventMark, marks_of

MOST_LINES = 5_000
"""Lines of the journal that are asked for; a longer stretch has its newest ones."""

_SAME_S = 0.5


class MarkFeed:
    """Every question has a number; an answer to an older one is dropped.

    Args:
        port: alarms.
        tasks: keeps the question under way.
        changed: called when marks, `busy` or `error` may have changed.
    """

    def __init__(self, port: AlarmsPort, tasks: Tasks, changed: Callable[[], None]) -> None:
        self._port = port
        self._tasks = tasks
        self._changed = changed
        self._tags: frozenset[str] = frozenset()
        self._lines: list[AlarmTransition] = []
        self._marks: list[EventMark] = []
        self._number = 0
        self._busy = False
        self._error = ""
        self._complete_from: float | None = None
        self._meanwhile: list[AlarmTransition] = []

    @property
    def busy(self) -> bool:
        """True while an answer is awaited."""
        return self._busy

    @property
    def error(self) -> str:
        """Why the journal did not answer; empty when it did."""
        return self._error

    @property
    def marks(self) -> Sequence[EventMark]:
        """In order of time."""
        return self._marks

    @property
    def complete_from_s(self) -> float | None:
        """The journal had more lines than are asked for: before this moment marks are missing; None for nowhere."""
        return self._complete_from

    def set_tags(self, tags: Collection[str]) -> None:
        """Mark the alarms of these."""
        self._tags = frozenset(tags)
        self._work_out()

    def ask(self, since_s: float, until_s: float) -> None:
        """Ask the journal; what was asked before no longer counts."""
        self._number += 1
        self._busy = True
        self._meanwhile.clear()
        since, until = (datetime.fromtimestamp(at, UTC) for at in (max(0.0, since_s), until_s))
        self._tasks.spawn(self._load(self._number, since, until), name="alarm marks")

    def forget(self) -> None:
        """Nobody waits any more."""
        self._number += 1
        self._busy, self._error = False, ""

    def take(self, lines: Sequence[AlarmTransition]) -> None:
        """Take what has just happened."""
        self._lines = [*self._lines, *lines][-MOST_LINES:]
        if self._busy:
            self._meanwhile += lines
        self._work_out()
        self._changed()

    async def nearest(self, at_s: float, way: int) -> EventMark | None:
        """The last raising before a moment (`way` -1) or the first after it (1); None where the journal has none.

        Raises:
            StorageError: if the journal cannot be read now.
        """
        moment = datetime.fromtimestamp(at_s, UTC)
        ends = (None, moment) if way < 0 else (moment, None)
        lines = await self._port.history(*ends, MOST_LINES)
        found = [mark for mark in marks_of(lines, self._port.definitions(), self._tags) if mark.priority is not None]
        if way < 0:
            return next((mark for mark in reversed(found) if mark.at_s < at_s - _SAME_S), None)
        return next((mark for mark in found if mark.at_s > at_s + _SAME_S), None)

    async def _load(self, number: int, since: datetime, until: datetime) -> None:
        try:
            lines = await self._port.history(since, until, MOST_LINES)
        except VmsError as error:
            if number == self._number:
                self._busy, self._error = False, str(error)
                self._changed()
            return
        if number != self._number:
            return
        self._busy, self._error = False, ""
        last = max((line.at for line in lines), default=since)
        self._complete_from = min(line.at for line in lines).timestamp() if len(lines) >= MOST_LINES else None
        self._lines = [*lines, *(line for line in self._meanwhile if line.at > last)]
        self._work_out()
        self._changed()

    def _work_out(self) -> None:
        self._marks = marks_of(self._lines, self._port.definitions(), self._tags)
