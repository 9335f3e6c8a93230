"""Asks the runtime; only the newest question may be answered, and it can be given up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from vmshmi.core.alarms.revision import DefinitionChange, Revision
from vmshmi.core.alarms.whatif import WhatIf
from vmshmi.core.errors import VmsError
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import RuntimePort
from vmshmi.core.values import TagId
from vmshmi.ui.binding.tasks import Tasks

CURVE_POINTS = 700
"""Buckets of the curve; each keeps its least and its largest value."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked; `curve` names the tag whose line is drawn, empty for none."""

    alarm_id: str
    change: DefinitionChange
    since: datetime
    until: datetime
    curve: str = ""


class Questions(QObject):
    """The what-if under way and its answer; the revisions of the chosen alarm.

    Args:
        runtime: who is asked.
        tasks: keeps the questions under way.
    """

    changed = Signal()
    """Busy, answer or error are others now."""
    revisions_changed = Signal()
    saved = Signal(object)
    """The revision that was made."""
    refused = Signal(str)
    """Why it was not, for a person."""

    def __init__(self, runtime: RuntimePort, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._tasks = tasks
        self._under_way: asyncio.Task[object] | None = None
        self._number = 0
        self.question: Question | None = None
        self.answer: WhatIf | None = None
        self.curve: HistorySeries | None = None
        self.error = ""
        self.busy = False
        self.revisions: Sequence[Revision] = ()
        self._revisions_of = ""

    def ask(self, question: Question) -> None:
        """Ask this, and forget what was asked before."""
        self.give_up()
        self._number += 1
        self.question, self.answer, self.curve, self.error, self.busy = question, None, None, "", True
        self._tasks.spawn(self._ask(self._number, question), name="what if")
        self.changed.emit()

    def give_up(self) -> None:
        """Wait for no answer any more; the runtime stops working on it."""
        task, self._under_way = self._under_way, None
        if task is not None:
            task.cancel()
        if self.busy:
            self._number += 1
            self.busy = False
            self.changed.emit()

    def forget(self) -> None:
        """Another alarm: nothing is known of it."""
        self.give_up()
        self.question, self.answer, self.curve, self.error = None, None, None, ""
        self.changed.emit()

    async def _ask(self, number: int, question: Question) -> None:
        self._under_way = asyncio.current_task()
        answer, curve, error = None, None, ""
        try:
            answer = await self._runtime.tuning.what_if(
                question.alarm_id, question.change, question.since, question.until
            )
            if question.curve:
                tag = TagId(question.curve)
                curve = await self._runtime.history.query(
                    HistoryQuery(tag, question.since, question.until, points=CURVE_POINTS)
                )
        except VmsError as problem:
            error = str(problem)
        if number == self._number:
            self._under_way = None
            self.answer, self.curve, self.error, self.busy = answer, curve, error, False
            self.changed.emit()

    def load_revisions(self, alarm_id: str) -> None:
        """Read how an alarm was changed."""
        self._revisions_of = alarm_id
        self._tasks.spawn(self._load_revisions(alarm_id), name="revisions")

    async def _load_revisions(self, alarm_id: str) -> None:
        try:
            found = await self._runtime.tuning.revisions(alarm_id)
        except VmsError as problem:
            found = ()
            self.refused.emit(str(problem))
        if alarm_id == self._revisions_of:
            self.revisions = tuple(found)
            self.revisions_changed.emit()

    def revise(self, alarm_id: str, change: DefinitionChange, user: str, reason: str, station: str) -> None:
        """Let the alarm go on with other numbers."""
        self._tasks.spawn(self._revise(alarm_id, change, user, reason, station), name="revise")

    async def _revise(self, alarm_id: str, change: DefinitionChange, user: str, reason: str, station: str) -> None:
        try:
            revision = await self._runtime.tuning.revise(alarm_id, change, user, reason, station)
        except VmsError as problem:
            self.refused.emit(str(problem))
            return
        self.saved.emit(revision)
        if alarm_id == self._revisions_of:
            await self._load_revisions(alarm_id)
