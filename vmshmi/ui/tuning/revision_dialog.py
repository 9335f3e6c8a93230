"""Save other numbers: what changes, what to beware of, why, in whose name. A dialog that never waits in a loop."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
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
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton
from vmshmi.ui.widgets.touch_keyboard import TouchKeyboard

_WIDTH = 860
_LONGEST = 160
"""Letters of a reason."""


class RevisionDialog(QDialog):
    """Asks for a reason. Use `open()`, never `exec()`.

    Args:
        theme: colours.
        message: of the alarm.
        changes: what will be different, in words.
        warnings: what to beware of.
        who: the person in whose name it is done, and where.
        given: called with the reason when it was confirmed.
    """

    def __init__(
        self,
        theme: Theme,
        message: str,
        changes: str,
        warnings: Sequence[str],
        who: str,
        given: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("revision_dialog")
        self.setWindowTitle(self.tr("Save as a revision"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        self._theme = theme
        self._given = given
        self.reason = QLineEdit(self)
        self.confirm = TouchButton(theme, self.tr("SAVE"), role=ButtonRole.PRIMARY, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        told = self.tr("It holds at once and after every restart, until the project file says otherwise.")
        texts = [(message, TEXT_TITLE, True), (changes, TEXT_TITLE, False), (told, TEXT_BODY, False)]
        texts += [(f"⚠  {warning}", TEXT_BODY, True) for warning in warnings]
        texts.append((self.tr("In the name of {who}").format(who=who), TEXT_BODY, True))
        for text, pixels, bold in texts:
            label = QLabel(text, self)
            label.setFont(ui_font(pixels, bold))
            label.setWordWrap(True)
            column.addWidget(label)
        self._add_reason(column)
        self._add_foot(column)
        self._show()

    def _add_reason(self, column: QVBoxLayout) -> None:
        self.reason.setObjectName("reason")
        self.reason.setPlaceholderText(self.tr("Why? Touch a reason, or write one."))
        self.reason.setFont(ui_font(TEXT_BODY + 2))
        self.reason.setMaxLength(_LONGEST)
        self.reason.setFixedHeight(ACK)
        self.reason.setTextMargins(GAP, 0, GAP, 0)
        self.reason.textChanged.connect(self._show)
        write = TouchButton(self._theme, self.tr("Write"), parent=self)
        write.setObjectName("write")
        write.setCheckable(True)
        write.setFixedSize(140, ACK)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.reason, 1)
        line.addWidget(write)
        keyboard = TouchKeyboard(self._theme, self)
        keyboard.typed.connect(self.reason.insert)
        keyboard.erased.connect(self.reason.backspace)
        self._pad = QStackedWidget(self)
        self._pad.addWidget(self._reasons())
        self._pad.addWidget(keyboard)
        write.toggled.connect(self._show_keys)
        column.addLayout(line)
        column.addWidget(self._pad)

    def _show_keys(self, keys: bool) -> None:
        self._pad.setCurrentIndex(int(keys))

    def _reasons(self) -> QWidget:
        usual = (
            self.tr("Nuisance alarms, machine is well"),
            self.tr("Comes and goes in a seaway"),
            self.tr("Maker's recommendation"),
            self.tr("Alarm came too late"),
            self.tr("Other operating conditions"),
            self.tr("Found in the alarm review"),
        )
        home = QWidget(self)
        grid = QGridLayout(home)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        for position, text in enumerate(usual):
            button = TouchButton(self._theme, text, parent=home)
            button.setObjectName(f"reason_{position}")
            button.setFixedHeight(ACK)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, chosen=text: self.reason.setText(chosen))
            grid.addWidget(button, position // 2, position % 2)
        grid.setRowStretch(grid.rowCount(), 1)
        return home

    def _add_foot(self, column: QVBoxLayout) -> None:
        cancel = TouchButton(self._theme, self.tr("Cancel"), icon="close", parent=self)
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
        column.addSpacing(GAP)
        column.addLayout(row)

    def _show(self) -> None:
        """What is still wanted stands on the button."""
        wanted = "" if self.reason.text().strip() else self.tr("a reason is wanted")
        self.confirm.setEnabled(not wanted)
        self.confirm.set_sub_text(wanted)

    def _confirm(self) -> None:
        self._given(self.reason.text().strip())
        self.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.text_secondary)
        painter.fillRect(self.rect().adjusted(2, 2, -2, -2), self._theme.background)
        painter.end()
