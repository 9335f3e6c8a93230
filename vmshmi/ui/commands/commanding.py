"""How a person commands machinery from this screen. The only caller of the port's commands.

What became of a command is kept here by tag, so that a card that is closed and opened again shows it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from vmshmi.core.clock import Clock
from vmshmi.core.commands import Command, CommandOutcome, CommandRefusal, CommandReport
from vmshmi.core.errors import CommandRefused, VmsError
from vmshmi.core.ports import CommandsPort
from vmshmi.core.values import Scalar, TagId
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Pending:
    """A command that has no outcome yet.

    Attributes:
        value: what was asked for.
        since: `Clock.monotonic` of the touch.
    """

    value: Scalar
    since: float


@dataclass(frozen=True, slots=True)
class Armed:
    """A value that one more touch will send.

    Attributes:
        value: what will be asked for.
        until: when it is forgotten, UTC; None while the runtime has not said it is selected.
    """

    value: Scalar
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CommandState:
    """All there is to say about commands to one tag.

    Attributes:
        armed: chosen, not sent.
        pending: sent, no outcome.
        report: of the last command from this screen.
        refusal: why nothing may be sent now; None when nothing is in the way.
        asked: False until the runtime has said whether anything may be sent.
        failure: why the tag could not be selected; empty when it could.
    """

    armed: Armed | None = None
    pending: Pending | None = None
    report: CommandReport | None = None
    refusal: CommandRefusal | None = None
    asked: bool = False
    failure: CommandRefusal | None = None


class Commanding(QObject):
    """Commands in the name of the person at this station; one at a time for each tag.

    Args:
        port: takes them.
        session: who, and where.
        tasks: keeps what is under way.
        clock: both clocks.
    """

    changed = Signal(str)
    """Id of a tag about whose commands there is something new to say."""

    def __init__(
        self, port: CommandsPort, session: Session, tasks: Tasks, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._port = port
        self._session = session
        self._tasks = tasks
        self._clock = clock
        self._states: dict[TagId, CommandState] = {}
        self._asking: set[TagId] = set()

    def state(self, tag_id: TagId) -> CommandState:
        """What is to be said now; a selection whose time is over is forgotten."""
        state = self._states.get(tag_id, CommandState())
        armed = state.armed
        if armed is not None and armed.until is not None and self._clock.now() >= armed.until:
            state = replace(state, armed=None)
            self._states[tag_id] = state
        return state

    def ask(self, tag_id: TagId) -> None:
        """Ask whether the person may command this tag now; asked already, nothing happens."""
        if tag_id not in self._asking:
            self._asking.add(tag_id)
            self._tasks.spawn(self._may(tag_id), name=f"may command {tag_id}")

    def arm(self, tag_id: TagId, value: Scalar, seconds: float, *, select: bool) -> None:
        """Choose what to send; `select` says it to the runtime too, which keeps others from it for a while."""
        if self.state(tag_id).pending is not None:
            return
        if not select:
            self._set(tag_id, armed=Armed(value, self._later(seconds)), failure=None)
            return
        self._set(tag_id, armed=Armed(value, None), failure=None)
        self._tasks.spawn(self._select(tag_id, value), name=f"select {tag_id}")

    def disarm(self, tag_id: TagId) -> None:
        """Send nothing."""
        self._set(tag_id, armed=None)

    def send(self, tag_id: TagId) -> None:
        """Send what was chosen, once."""
        state = self.state(tag_id)
        if state.armed is None or state.armed.until is None or state.pending is not None:
            return
        value = state.armed.value
        self._set(tag_id, armed=None, pending=Pending(value, self._clock.monotonic()), report=None)
        self._tasks.spawn(self._write(tag_id, value), name=f"command {tag_id}")

    # ---- inside

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)

    def _set(self, tag_id: TagId, **changes: object) -> None:
        self._states[tag_id] = replace(self._states.get(tag_id, CommandState()), **changes)
        self.changed.emit(tag_id)

    async def _may(self, tag_id: TagId) -> None:
        try:
            refusal = await self._port.may(tag_id, self._session.user, self._session.station_id)
        except VmsError as error:
            refusal = CommandRefusal(_reason(error), str(error))
        finally:
            self._asking.discard(tag_id)
        before = self._states.get(tag_id, CommandState())
        if not before.asked or before.refusal != refusal:
            self._set(tag_id, refusal=refusal, asked=True)

    async def _select(self, tag_id: TagId, value: Scalar) -> None:
        try:
            until = await self._port.select(tag_id, self._session.user, self._session.station_id)
        except VmsError as error:
            self._set(tag_id, armed=None, failure=CommandRefusal(_reason(error), str(error)))
            return
        armed = self.state(tag_id).armed
        if armed is not None and armed.value == value:
            self._set(tag_id, armed=Armed(value, until))

    async def _write(self, tag_id: TagId, value: Scalar) -> None:
        user, station = self._session.user, self._session.station_id
        asked_at = self._clock.now()
        report: CommandReport | None = None
        try:
            report = await self._port.write(tag_id, value, user, station)
        except VmsError as error:
            command = Command("", tag_id, value, user, station, "", asked_at)
            now = self._clock.now()
            report = CommandReport(command, CommandOutcome.UNKNOWN, _reason(error), str(error), None, now)
        finally:
            self._set(tag_id, pending=None, report=report)


def _reason(error: VmsError) -> str:
    return error.reason if isinstance(error, CommandRefused) else "storage"
