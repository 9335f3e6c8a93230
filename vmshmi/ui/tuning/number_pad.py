"""Digits on the glass. A dialog that never waits in a loop of its own."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_LARGE, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_ground
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton

_KEYS = ("7", "8", "9", "4", "5", "6", "1", "2", "3", "0", ".", "-")
_LONGEST = 12


class NumberPad(QDialog):
    """Asks for a number; `given` is called with it. Use `open()`, never `exec()`.

    Args:
        theme: colours.
        title: what the number is.
        unit: shown beside it; empty is none.
        negative: True where it may be below zero.
        given: called when it was confirmed.
    """

    def __init__(
        self, theme: Theme, title: str, unit: str, given: Callable[[float], None], parent: QWidget, *, negative: bool
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("number_pad")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._unit = unit
        self._given = given
        self._text = ""
        heading = QLabel(title, self)
        heading.setFont(ui_font(TEXT_BODY, bold=True))
        self._number = QLabel(self)
        self._number.setObjectName("pad_number")
        self._number.setFont(ui_font(TEXT_LARGE, bold=True))
        self._number.setMinimumWidth(300)
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(heading)
        column.addWidget(self._number)
        column.addLayout(self._keys(negative))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()  # Enter must mean OK, not the key that happens to be first
        self._show()

    def _keys(self, negative: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, key in enumerate(_KEYS):
            button = self._button(key, f"pad_{key}")
            button.setEnabled(key != "-" or negative)
            button.clicked.connect(lambda _=False, it=key: self.press(it))
            grid.addWidget(button, place // 3, place % 3)
        erase = self._button(self.tr("Erase"), "pad_erase")
        erase.clicked.connect(self.erase)
        cancel = self._button(self.tr("Cancel"), "cancel")
        cancel.clicked.connect(self.reject)
        self._confirm_button = self._button(self.tr("OK"), "confirm", ButtonRole.PRIMARY)
        self._confirm_button.clicked.connect(self._confirm)
        for place, button in enumerate((cancel, erase, self._confirm_button)):
            grid.addWidget(button, len(_KEYS) // 3, place)
        return grid

    def _button(self, text: str, name: str, role: ButtonRole = ButtonRole.NORMAL) -> TouchButton:
        button = TouchButton(self._theme, text, role=role, parent=self)
        button.setObjectName(name)
        button.set_text_size(TEXT_TITLE if len(text) == 1 else TEXT_BODY)
        button.setMinimumSize(110, TOUCH_LARGE)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def press(self, key: str) -> None:
        """One more sign; one that makes no number is passed over."""
        if key == "-":
            self._text = self._text[1:] if self._text.startswith("-") else f"-{self._text}"
        elif len(self._text) < _LONGEST and not (key == "." and "." in self._text):
            self._text += key
        self._show()

    def erase(self) -> None:
        """Take the last sign away."""
        self._text = self._text[:-1]
        self._show()

    @property
    def number(self) -> float | None:
        """What stands there; None while it is no number."""
        try:
            return float(self._text)
        except ValueError:
            return None

    def _show(self) -> None:
        self._number.setText(f"{self._text or '_'} {self._unit}".rstrip())
        self._confirm_button.setEnabled(self.number is not None)

    def _confirm(self) -> None:
        if self.number is not None:
            self._given(self.number)
            self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of a keyboard do the same; a comma is a point."""
        text = event.text().replace(",", ".")
        if text and text in _KEYS:
            self.press(text)
        elif event.key() == Qt.Key.Key_Backspace:
            self.erase()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)
