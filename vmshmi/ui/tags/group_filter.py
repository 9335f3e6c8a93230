"""Choose a group of tags: one button that opens all groups, one touch each."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.choice_popup import ChoicePopup
from vmshmi.ui.widgets.touch_button import TouchButton

_COLUMNS = 4


class GroupFilter(TouchButton):
    """Says which group is shown; touched, it offers the others."""

    chosen = Signal(str)
    """The group, empty for all."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, icon="list", parent=parent)
        self.setObjectName("group_filter")
        self.setMinimumWidth(170)
        self._groups: tuple[str, ...] = ()
        self._current = ""
        self.clicked.connect(self._offer)
        self.choose("")

    @property
    def current(self) -> str:
        """The chosen group; empty for all."""
        return self._current

    def set_groups(self, groups: tuple[str, ...]) -> None:
        """What can be chosen beside all."""
        self._groups = groups

    def choose(self, group: str) -> None:
        """Choose without asking; announces nothing."""
        self._current = group
        self.setText(group or self.tr("All groups"))

    def _take(self, group: str) -> None:
        self.choose(group)
        self.chosen.emit(group)

    def _offer(self) -> None:
        choices = [("", self.tr("All groups")), *((group, group) for group in self._groups)]
        popup = ChoicePopup(self._theme, choices, self._current, self, columns=_COLUMNS, button_width=140)
        popup.taken.connect(self._take)
        corner = self.mapToGlobal(QPoint(0, self.height() + 4))
        popup.move(corner.x() + self.width() - popup.width(), corner.y())
        popup.show()
