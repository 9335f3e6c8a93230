"""People to choose from, one large button each."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from vmshmi.ui.style.sizes import GAP, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import TouchButton

_COLUMNS = 2


class UserGrid(QWidget):
    """One large button a person."""

    def __init__(
        self, theme: Theme, users: Sequence[str], present: str, choose: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        self._buttons: dict[str, TouchButton] = {}
        for position, user in enumerate(users):
            button = TouchButton(theme, user, icon="user", parent=self)
            button.setObjectName(f"choose_{user}")
            button.setCheckable(True)
            button.setChecked(user == present)
            button.setMinimumHeight(TOUCH_LARGE)
            button.setMinimumWidth(220)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, name=user: choose(name))
            grid.addWidget(button, position // _COLUMNS, position % _COLUMNS)
            self._buttons[user] = button

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        for button in self._buttons.values():
            button.apply_theme(theme)

    def mark(self, user: str) -> None:
        """Show who is chosen."""
        for name, button in self._buttons.items():
            button.setChecked(name == user)
