"""A few choices side by side, one of them chosen: filters and tabs."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from vmshmi.ui.style.sizes import TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import TouchButton


class Segments(QWidget):
    """Buttons of which one is down."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], theme: Theme, parent: QWidget) -> None:
        """Make one button for each `(key, text)`; the first is chosen."""
        super().__init__(parent)
        self._buttons: dict[str, TouchButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for choice, text in choices:
            button = TouchButton(theme, text, parent=self)
            button.setObjectName(f"choice_{choice}")
            button.setCheckable(True)
            button.setMinimumHeight(TOUCH)
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, key=choice: self.chosen.emit(key))
            group.addButton(button)
            row.addWidget(button)
            self._buttons[choice] = button
        next(iter(self._buttons.values())).setChecked(True)

    @property
    def current(self) -> str:
        """Key of the chosen one."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, choice: str) -> None:
        """Choose as a touch would.

        Raises:
            KeyError: if there is no such choice.
        """
        self._buttons[choice].setChecked(True)
        self.chosen.emit(choice)

    def set_text(self, choice: str, text: str) -> None:
        """Write something else on a button."""
        button = self._buttons[choice]
        if button.text() != text:
            button.setText(text)
            button.updateGeometry()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for button in self._buttons.values():
            button.apply_theme(theme)
