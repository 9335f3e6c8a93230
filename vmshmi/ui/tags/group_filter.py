"""Choose a group of tags: one button that opens all groups, one touch each."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from vmshmi.ui.style.sizes import GAP, TOUCH
from vmshmi.ui.style.theme import Theme
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
        popup = _GroupPopup(self._theme, self._groups, self._current, self)
        popup.taken.connect(self._take)
        popup.adjustSize()
        corner = self.mapToGlobal(QPoint(0, self.height() + 4))
        popup.move(corner.x() + self.width() - popup.width(), corner.y())
        popup.show()


class _GroupPopup(QFrame):
    """All groups, one large button each; goes away with the next touch anywhere."""

    taken = Signal(str)

    def __init__(self, theme: Theme, groups: tuple[str, ...], current: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("group_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        grid = QGridLayout(self)
        grid.setContentsMargins(GAP, GAP, GAP, GAP)
        grid.setSpacing(GAP)
        for position, group in enumerate(("", *groups)):
            button = TouchButton(theme, group or self.tr("All groups"), parent=self)
            button.setObjectName(f"group_{group}")
            button.setCheckable(True)
            button.setChecked(group == current)
            button.setFixedHeight(TOUCH + GAP)
            button.setMinimumWidth(140)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, name=group: self._take(name))
            grid.addWidget(button, position // _COLUMNS, position % _COLUMNS)

    def _take(self, group: str) -> None:
        self.taken.emit(group)
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.text_secondary)
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), self._theme.background)
        painter.end()
