"""Who stands here? A dialog that never waits in a loop of its own."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QDialog, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import MARGIN, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_ground
from vmshmi.ui.widgets.touch_button import TouchButton
from vmshmi.ui.widgets.user_grid import UserGrid


class UserDialog(QDialog):
    """Chooses the person; `chosen` is called with the name. Use `open()`, never `exec()`."""

    def __init__(
        self,
        theme: Theme,
        users: Sequence[str],
        present: str,
        chosen: Callable[[str], None],
        parent: QWidget,
        log_out: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("user_dialog")
        self.setWindowTitle(self.tr("Who is at this station?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._chosen = chosen
        heading = QLabel(self.windowTitle(), self)
        heading.setFont(ui_font(TEXT_TITLE, bold=True))
        cancel = TouchButton(theme, self.tr("Cancel"), icon="close", parent=self)
        cancel.setObjectName("cancel")
        cancel.setMinimumHeight(TOUCH_LARGE)
        cancel.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        cancel.clicked.connect(self.reject)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()  # no name looks chosen that nobody chose
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        column.addWidget(heading)
        column.addWidget(UserGrid(theme, users, present, self._choose, self))
        if log_out is not None:
            out = TouchButton(theme, self.tr("Log out"), parent=self)
            out.setObjectName("log_out")
            out.setMinimumHeight(TOUCH_LARGE)
            out.clicked.connect(log_out)
            out.clicked.connect(self.accept)
            column.addWidget(out)
        column.addWidget(cancel)

    def _choose(self, user: str) -> None:
        self._chosen(user)
        self.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self._theme)
