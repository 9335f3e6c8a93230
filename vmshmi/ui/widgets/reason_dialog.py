"""Ask why: usual reasons to touch, a keyboard to write another, and one button that says what is still wanted."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN, TEXT_BODY, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_ground
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton
from vmshmi.ui.widgets.touch_keyboard import TouchKeyboard

_WIDTH = 860
_LONGEST = 160
"""Letters of a reason."""


class ReasonDialog(QDialog):
    """What every dialog has that wants a reason. Use `open()`, never `exec()`.

    Who derives from it adds texts and what is its own to `column`, then calls `add_reason`.

    Args:
        theme: colours.
        given: called with the reason when it was confirmed.
    """

    def __init__(self, theme: Theme, given: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        self.theme = theme
        self.reason = QLineEdit(self)
        self.confirm = TouchButton(theme, role=ButtonRole.PRIMARY, parent=self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.column.setSpacing(GAP)
        self._given = given
        self._pad = QStackedWidget(self)

    def wanted(self) -> str:
        """What a person must still do before it can be confirmed; empty when nothing."""
        return "" if self.reason.text().strip() else self.tr("a reason is wanted")

    def show_wanted(self) -> None:
        """What is still wanted stands on the button."""
        wanted = self.wanted()
        self.confirm.setEnabled(not wanted)
        self.confirm.set_sub_text(wanted)

    def add_text(self, text: str, pixels: int = TEXT_BODY, *, bold: bool = False) -> None:
        """Add a text over the whole width, in as many lines as it takes."""
        label = QLabel(text, self)
        label.setFont(ui_font(pixels, bold))
        label.setWordWrap(True)
        self.column.addWidget(label)

    def add_reason(self, usual: Sequence[str]) -> None:
        """Add the line of the reason, the reasons that have a button, and the two buttons of the foot."""
        self.column.addLayout(self._line())
        keyboard = TouchKeyboard(self.theme, self)
        keyboard.typed.connect(self.reason.insert)
        keyboard.erased.connect(self.reason.backspace)
        self._pad.addWidget(self._reasons(usual))
        self._pad.addWidget(keyboard)
        self.column.addWidget(self._pad)
        self.column.addSpacing(GAP)
        self.column.addLayout(self._foot())
        self.show_wanted()

    def _line(self) -> QHBoxLayout:
        self.reason.setObjectName("reason")
        self.reason.setPlaceholderText(self.tr("Why? Touch a reason, or write one."))
        self.reason.setFont(ui_font(TEXT_BODY + 2))
        self.reason.setMaxLength(_LONGEST)
        self.reason.setFixedHeight(ACK)
        self.reason.setTextMargins(GAP, 0, GAP, 0)
        self.reason.textChanged.connect(self.show_wanted)
        write = TouchButton(self.theme, self.tr("Write"), parent=self)
        write.setObjectName("write")
        write.setCheckable(True)
        write.setFixedSize(140, ACK)
        write.toggled.connect(self._show_keys)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.reason, 1)
        line.addWidget(write)
        return line

    def _show_keys(self, keys: bool) -> None:
        self._pad.setCurrentIndex(int(keys))

    def _reasons(self, usual: Sequence[str]) -> QWidget:
        home = QWidget(self)
        grid = QGridLayout(home)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        for position, text in enumerate(usual):
            button = TouchButton(self.theme, text, parent=home)
            button.setObjectName(f"reason_{position}")
            button.setFixedHeight(ACK)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, chosen=text: self.reason.setText(chosen))
            grid.addWidget(button, position // 2, position % 2)
        grid.setRowStretch(grid.rowCount(), 1)
        return home

    def _foot(self) -> QHBoxLayout:
        cancel = TouchButton(self.theme, self.tr("Cancel"), icon="close", parent=self)
        cancel.setObjectName("cancel")
        cancel.clicked.connect(self.reject)
        self.confirm.setObjectName("confirm")
        self.confirm.set_text_size(TEXT_TITLE)
        self.confirm.clicked.connect(self._confirm)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button, stretch in ((cancel, 1), (self.confirm, 2)):
            button.setFixedHeight(TOUCH_LARGE)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button, stretch)
        return row

    def _confirm(self) -> None:
        self._given(self.reason.text().strip())
        self.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        draw_ground(self, self.theme)
