"""A button that tests the connection to a device, and the line it brings back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vmshmi.core.clock import Clock
from vmshmi.core.errors import VmsError
from vmshmi.core.ports import SystemPort
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.style.sizes import GAP, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.fields import Field, FieldList
from vmshmi.ui.widgets.touch_button import TouchButton


class ConnectionTest(QWidget):
    """Asks once, beside the polls that run; the screen goes on meanwhile.

    Args:
        system: where devices are.
        tasks: keeps the question under way.
        clock, times: when it was answered.
    """

    answered = Signal()

    def __init__(
        self, system: SystemPort, tasks: Tasks, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._system = system
        self._tasks = tasks
        self._clock = clock
        self._times = times
        self._device = ""
        self._question = 0
        self.button = TouchButton(theme, self.tr("Test connection"), icon="link", parent=self)
        self.button.setObjectName("test_connection")
        self.button.setFixedHeight(TOUCH)
        self.button.setMinimumWidth(200)
        self.line = FieldList(theme, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.button)
        beside = QVBoxLayout()
        beside.addStretch(1)
        beside.addWidget(self.line)
        beside.addStretch(1)
        row.addLayout(beside, 1)
        self.button.clicked.connect(self._ask)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self.button.apply_theme(theme)
        self.line.apply_theme(theme)

    def set_device(self, device_id: str) -> None:
        """Test this one from now on; an answer for another one no longer counts."""
        if device_id != self._device:
            self._device = device_id
            self._question += 1
            self._show_busy(False)
            self.line.set_fields([])

    def _ask(self) -> None:
        self._question += 1
        self._show_busy(True)
        self.line.set_fields([Field("", self.tr("Waiting for {device} ...").format(device=self._device))])
        self._tasks.spawn(self._probe(self._question, self._device), name="test of a connection")

    async def _probe(self, question: int, device: str) -> None:
        failed = False
        try:
            said = await self._system.probe(device)
        except VmsError as error:
            failed, said = True, str(error)
        if question != self._question:
            return
        now = self._clock.now()
        stamp = self._times.utc_stamp(now, now)
        text = self.tr("{time} UTC  FAILED: {why}") if failed else self.tr("{time} UTC  {answer}")
        self.line.set_fields([Field("", text.format(time=stamp, why=said, answer=said), bold=True, marked=failed)])
        self._show_busy(False)
        self.answered.emit()

    def _show_busy(self, busy: bool) -> None:
        self.button.setEnabled(not busy and bool(self._device))
        self.button.setText(self.tr("Testing ...") if busy else self.tr("Test connection"))
