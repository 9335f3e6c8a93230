"""The PIN of a person. A dialog that never waits in a loop of its own."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_LARGE, TEXT_TITLE, TOUCH, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

_LEAST = 4
_LONGEST = 64
_WIDTH = 380


class PinDialog(QDialog):
    """Asks for a PIN; the signs are never shown. Use `open()`, never `exec()`.

    Args:
        theme: colours.
        user: whose PIN.
        given: called with it; the caller closes the dialog, or says with `refuse` why not.
        by_name: called when the person goes on without logging in.
    """

    def __init__(
        self, theme: Theme, user: str, given: Callable[[str], None], by_name: Callable[[], None], parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("pin_dialog")
        self.setWindowTitle(self.tr("PIN of {user}").format(user=user))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        self._theme = theme
        self._given = given
        self._pin = ""
        heading = QLabel(self.windowTitle(), self)
        heading.setFont(ui_font(TEXT_TITLE, bold=True))
        self.signs = QLabel(self)
        self.signs.setFont(ui_font(TEXT_LARGE, bold=True))
        self.signs.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note = QLabel(self)
        self.note.setFont(ui_font(TEXT_BODY))
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(TOUCH)
        without = self._button(self.tr("Go on without login"), "pin_without")
        without.clicked.connect(lambda: (by_name(), self.accept()))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        for part in (heading, self.signs, self.note):
            column.addWidget(part)
        column.addLayout(self._keys())
        column.addWidget(without)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()
        self._show()

    def _keys(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, digit in enumerate("123456789"):
            self._place(grid, digit, place)
        erase = self._button(self.tr("Erase"), "pin_erase")
        erase.clicked.connect(self.erase)
        cancel = self._button(self.tr("Cancel"), "cancel")
        cancel.clicked.connect(self.reject)
        self.confirm = self._button(self.tr("Log in"), "confirm", ButtonRole.PRIMARY)
        self.confirm.clicked.connect(self._confirm)
        grid.addWidget(erase, 3, 0)
        self._place(grid, "0", 10)
        grid.addWidget(cancel, 3, 2)
        grid.addWidget(self.confirm, 4, 0, 1, 3)
        return grid

    def _place(self, grid: QGridLayout, digit: str, place: int) -> None:
        button = self._button(digit, f"pin_{digit}")
        button.set_text_size(TEXT_TITLE)
        button.clicked.connect(lambda _=False, it=digit: self.press(it))
        grid.addWidget(button, place // 3, place % 3)

    def _button(self, text: str, name: str, role: ButtonRole = ButtonRole.NORMAL) -> TouchButton:
        button = TouchButton(self._theme, text, role=role, parent=self)
        button.setObjectName(name)
        button.setFixedHeight(TOUCH_LARGE)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def press(self, sign: str) -> None:
        """One more sign."""
        if len(self._pin) < _LONGEST:
            self._pin += sign
        self.note.clear()
        self._show()

    def erase(self) -> None:
        """Take the last sign away."""
        self._pin = self._pin[:-1]
        self._show()

    def refuse(self, why: str) -> None:
        """Say why it was not taken, and begin anew."""
        self._pin = ""
        self.note.setText(why)
        self._show()

    def _show(self) -> None:
        self.signs.setText("•" * min(len(self._pin), 12) or "_")
        self.confirm.setEnabled(len(self._pin) >= _LEAST)

    def _confirm(self) -> None:
        if self.confirm.isEnabled():
            self.confirm.setEnabled(False)  # one answer a try
            self.note.setText(self.tr("Asking …"))
            self._given(self._pin)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A keyboard does the same; a PIN may have letters there."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
        elif event.key() == Qt.Key.Key_Backspace:
            self.erase()
        elif event.text().isprintable() and event.text():
            self.press(event.text())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.text_secondary)
        painter.fillRect(self.rect().adjusted(2, 2, -2, -2), self._theme.background)
        painter.end()
