"""How a person answers alarms. The only caller of the port's actions."""

from collections.abc import Coroutine, Sequence

from PySide6.QtCore import QObject, Signal

from vmshmi.core.alarms.model import AlarmRecord, Priority
from vmshmi.core.errors import CommandRefused, VmsError
from vmshmi.core.ports import AlarmsPort
from vmshmi.ui.alarms.allowed import sentence_of
from vmshmi.ui.alarms.banner_queue import Shown
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.tasks import Tasks


class Answers(QObject):
    """Acts in the name of the person at this station; says when it was refused. One action an alarm at a time."""

    changed = Signal()
    """Something went under way or came back."""
    refused = Signal(str, str)
    """Alarm id (empty for what concerns all of them) and why, for a person."""

    def __init__(self, port: AlarmsPort, session: Session, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port = port
        self._session = session
        self._tasks = tasks
        self._under_way: set[object] = set()

    def under_way(self, alarm_id: str, occurrence: int) -> bool:
        """True while an acknowledgement of this occurrence has not come back."""
        return Shown(alarm_id, occurrence) in self._under_way

    def busy(self, alarm_id: str) -> bool:
        """True while an order about this alarm (reset, shelving, service) has not come back."""
        return alarm_id in self._under_way

    def acknowledge(self, alarm_id: str, occurrence: int) -> None:
        """Acknowledge exactly this occurrence; a second call while the first is under way does nothing."""
        work = self._port.acknowledge(alarm_id, occurrence, *self._who())
        self._start(Shown(alarm_id, occurrence), alarm_id, work)

    def acknowledge_visible(self, seen: Sequence[Shown]) -> None:
        """Acknowledge exactly these occurrences, where the station's rights allow it."""
        pairs = [(one.alarm_id, one.occurrence) for one in seen]
        self._start("visible", "", self._port.acknowledge_visible(pairs, *self._who()))

    def reset(self, alarm_id: str) -> None:
        """End its latching."""
        self._start(alarm_id, alarm_id, self._port.reset(alarm_id, *self._who()))

    def shelve(self, alarm_id: str, minutes: float, reason: str) -> None:
        """Do not announce it for some minutes."""
        user, station = self._who()
        self._start(alarm_id, alarm_id, self._port.shelve(alarm_id, user, minutes, reason, station))

    def unshelve(self, alarm_id: str) -> None:
        """End its shelving."""
        self._start(alarm_id, alarm_id, self._port.unshelve(alarm_id, *self._who()))

    def out_of_service(self, alarm_id: str, reason: str) -> None:
        """Do not announce it until a person brings it back."""
        user, station = self._who()
        self._start(alarm_id, alarm_id, self._port.out_of_service(alarm_id, user, reason, station))

    def in_service(self, alarm_id: str) -> None:
        """Bring it back into service."""
        self._start(alarm_id, alarm_id, self._port.in_service(alarm_id, *self._who()))

    def silence(self) -> None:
        """Let all sound rest for 30 s; acknowledges nothing. Where the runtime does not answer: this station's own."""
        self._start("silence", "", self._port.silence(*self._who()))

    def test(self, priority: Priority) -> None:
        """Raise the test alarm of this priority for ten seconds."""
        self._start(priority, f"system.test.{priority.value}", self._port.test(priority, *self._who()))

    def testing(self, priority: Priority) -> bool:
        """True while the order to test this priority has not come back."""
        return priority in self._under_way

    def _who(self) -> tuple[str, str]:
        return self._session.answering_as, self._session.station_id

    def _start(self, what: object, alarm_id: str, work: Coroutine[object, object, object]) -> None:
        if what in self._under_way:
            work.close()
            return
        self._under_way.add(what)
        self._tasks.spawn(self._do(what, alarm_id, work), name=f"{what}")
        self.changed.emit()

    async def _do(self, what: object, alarm_id: str, work: Coroutine[object, object, object]) -> None:
        try:
            await work
        except CommandRefused as error:
            reason = "silenced_here" if (what, error.reason) == ("silence", "not_connected") else error.reason
            self.refused.emit(alarm_id, sentence_of(reason, str(error), self._known(alarm_id)))
        except VmsError as error:
            self.refused.emit(alarm_id, str(error))
        finally:
            self._under_way.discard(what)
            self.changed.emit()

    def _known(self, alarm_id: str) -> AlarmRecord | None:
        """The alarm as it is known here now: what came with the refusal is not waited for."""
        known = (*self._port.standing(), *self._port.suppressed())
        return next((record for record in known if record.id == alarm_id), None)
