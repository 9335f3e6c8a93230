"""Keys for a PIN, in a dialog or in the alarm banner."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN, TEXT_BODY, TEXT_LARGE, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

_LEAST = 4
_LONGEST = 64
_KEY_WIDTH = 88
_WORDS_WIDTH = 300


class PinPad(QWidget):
    """Asks for a PIN; the signs are never shown.

    Args:
        theme: colours.
        station: in whose name alarms are answered without a login.
    """

    def __init__(self, theme: Theme, station: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pin = ""
        self._given: Callable[[str], None] = lambda pin: None
        self._without: Callable[[], None] = lambda: None
        self._over: Callable[[], None] = lambda: None
        self.setObjectName("pin_pad")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.heading = QLabel(self)
        self.heading.setFont(ui_font(TEXT_TITLE, bold=True))
        self.heading.setWordWrap(True)
        self.signs = QLabel(self)
        self.signs.setFont(ui_font(TEXT_LARGE, bold=True))
        self.note = QLabel(self)
        self.note.setFont(ui_font(TEXT_BODY))
        self.note.setWordWrap(True)
        self._station_note = self.tr("Without a login alarms are answered in the name of: {station}").format(
            station=station
        )
        self._buttons: list[TouchButton] = []
        self.confirm = self._button(self.tr("Log in"), "confirm", ButtonRole.PRIMARY)
        self.confirm.clicked.connect(self._confirm)
        without = self._button(self.tr("Go on without login"), "pin_without")
        without.clicked.connect(self._go_without)
        words = QVBoxLayout()
        words.setSpacing(GAP)
        for part in (self.heading, self.signs):
            words.addWidget(part)
        words.addWidget(self.note, 1)
        for button in (self.confirm, without):
            button.setMinimumWidth(_WORDS_WIDTH)
            words.addWidget(button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MARGIN)
        row.addLayout(words, 1)
        row.addLayout(self._keys())
        self._show()

    def _keys(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, digit in enumerate("123456789"):
            self._place(grid, digit, place)
        erase = self._button(self.tr("Erase"), "pin_erase")
        erase.clicked.connect(self.erase)
        cancel = self._button(self.tr("Cancel"), "cancel")
        cancel.clicked.connect(self.cancel)
        grid.addWidget(erase, 3, 0)
        self._place(grid, "0", 10)
        grid.addWidget(cancel, 3, 2)
        return grid

    def _place(self, grid: QGridLayout, digit: str, place: int) -> None:
        button = self._button(digit, f"pin_{digit}")
        button.set_text_size(TEXT_TITLE)
        button.clicked.connect(lambda _=False, it=digit: self.press(it))
        grid.addWidget(button, place // 3, place % 3)

    def _button(self, text: str, name: str, role: ButtonRole = ButtonRole.NORMAL) -> TouchButton:
        button = TouchButton(self._theme, text, role=role, parent=self)
        button.setObjectName(name)
        button.setFixedHeight(ACK)
        button.setMinimumWidth(_KEY_WIDTH)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buttons.append(button)
        return button

    # ---- what others call

    def ask(
        self, user: str, given: Callable[[str], None], without: Callable[[], None], over: Callable[[], None]
    ) -> None:
        """Ask for somebody's PIN.

        Args:
            user: whose.
            given: called with it; the caller then says `finish`, or with `refuse` why not.
            without: called when the person goes on without logging in.
            over: called when nothing is asked any more, whatever the end.
        """
        self._given, self._without, self._over = given, without, over
        self._pin = ""
        self.heading.setText(self.tr("PIN of {user}").format(user=user))
        self.note.setText(self._station_note)
        self._show()

    def press(self, sign: str) -> None:
        """One more sign."""
        if len(self._pin) < _LONGEST:
            self._pin += sign
        self.note.setText(self._station_note)
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

    def finish(self) -> None:
        """It was right."""
        self._end()

    def cancel(self) -> None:
        """Everything stays as it was."""
        self._end()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for button in self._buttons:
            button.apply_theme(theme)

    # ---- inside

    def _end(self) -> None:
        self._pin = ""
        self._show()
        self._over()

    def _go_without(self) -> None:
        self._without()
        self._end()

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
