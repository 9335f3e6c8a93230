"""One touch to choose one of a few things."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from vmshmi.ui.style.sizes import GAP, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_ground
from vmshmi.ui.widgets.touch_button import TouchButton


class ChoicePopup(QFrame):
    """A large button for each choice; goes away with the next touch anywhere.

    Args:
        theme: colours.
        choices: key and text of each.
        current: key of the present one, which is down.
        columns: how many stand side by side.
        button_width: of each, at least.
    """

    taken = Signal(str)
    """The key that was touched."""

    def __init__(
        self,
        theme: Theme,
        choices: Sequence[tuple[str, str]],
        current: str,
        parent: QWidget,
        *,
        columns: int,
        button_width: int,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("choice_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        grid = QGridLayout(self)
        grid.setContentsMargins(GAP, GAP, GAP, GAP)
        grid.setSpacing(GAP)
        for position, (key, text) in enumerate(choices):
            button = TouchButton(theme, text, parent=self)
            button.setObjectName(f"choice_{key}")
            button.setCheckable(True)
            button.setChecked(key == current)
            button.setFixedHeight(TOUCH + GAP)
            button.setMinimumWidth(button_width)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, chosen=key: self._take(chosen))
            grid.addWidget(button, position // columns, position % columns)
        self.adjustSize()

    def _take(self, key: str) -> None:
        self.taken.emit(key)
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame."""
        del event
        draw_ground(self, self._theme, frame=1)
