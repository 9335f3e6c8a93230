"""How a person answers alarms: acknowledge one occurrence, silence all. The only caller of those two actions."""

from PySide6.QtCore import QObject, Signal

from vmshmi.core.errors import VmsError
from vmshmi.core.ports import AlarmsPort
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.tasks import Tasks


class Answers(QObject):
    """Acknowledges and silences in the name of the person at this station; says when it was refused."""

    changed = Signal()
    """Something went under way or came back."""
    refused = Signal(str, str)
    """Alarm id (empty for silence) and why, for a person."""

    def __init__(self, port: AlarmsPort, session: Session, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port = port
        self._session = session
        self._tasks = tasks
        self._under_way: set[tuple[str, int]] = set()
        self._silencing = False

    def under_way(self, alarm_id: str, occurrence: int) -> bool:
        """True while an acknowledgement of this occurrence has not come back."""
        return (alarm_id, occurrence) in self._under_way

    def acknowledge(self, alarm_id: str, occurrence: int) -> None:
        """Acknowledge exactly this occurrence; a second call while the first is under way does nothing."""
        if self.under_way(alarm_id, occurrence):
            return
        self._under_way.add((alarm_id, occurrence))
        self._tasks.spawn(self._acknowledge(alarm_id, occurrence), name=f"acknowledge {alarm_id}")
        self.changed.emit()

    async def _acknowledge(self, alarm_id: str, occurrence: int) -> None:
        try:
            await self._port.acknowledge(alarm_id, occurrence, self._session.user, self._session.station_id)
        except VmsError as error:
            self.refused.emit(alarm_id, str(error))
        finally:
            self._under_way.discard((alarm_id, occurrence))
            self.changed.emit()

    def silence(self) -> None:
        """Let all sound rest for 30 s; acknowledges nothing."""
        if self._silencing:
            return
        self._silencing = True
        self._tasks.spawn(self._silence(), name="silence")

    async def _silence(self) -> None:
        try:
            await self._port.silence(self._session.user, self._session.station_id)
        except VmsError as error:
            self.refused.emit("", str(error))
        finally:
            self._silencing = False
            self.changed.emit()
