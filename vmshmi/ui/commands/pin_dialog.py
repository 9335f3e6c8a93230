"""The PIN of a person. A dialog that never waits in a loop of its own."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from vmshmi.ui.commands.pin_pad import PinPad
from vmshmi.ui.style.sizes import MARGIN
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_ground


class PinDialog(QDialog):
    """Holds the keys for a PIN: `pad` asks, and whoever opened it closes it. Use `open()`, never `exec()`."""

    def __init__(self, theme: Theme, station: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("pin_dialog")
        self.setWindowTitle(self.tr("PIN"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self.pad = PinPad(theme, station, self)
        self.setFocusProxy(self.pad)
        self.pad.setFocus()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(self.pad)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)
