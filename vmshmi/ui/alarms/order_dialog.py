"""Shelve an alarm, or take it out of service: why, and for how long. A dialog that never waits in a loop of its own."""

from collections.abc import Callable

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

from vmshmi.ui.alarms.marks import hours_text
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, GAP, MARGIN, TEXT_BODY, TEXT_TITLE, TOUCH_LARGE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.touch_button import ButtonRole, TouchButton
from vmshmi.ui.widgets.touch_keyboard import TouchKeyboard

MINUTES = (15.0, 30.0, 60.0, 240.0, 480.0)
"""The lengths that have a button, as far as the ship allows them."""
_WIDTH = 860
_LONGEST = 160
"""Letters of a reason."""


def choices_of(longest: float) -> tuple[float, ...]:
    """The minutes that can be chosen where the ship allows at most `longest`."""
    return tuple(minutes for minutes in MINUTES if minutes <= longest) or (longest,)


class OrderDialog(QDialog):
    """Asks for a reason, and for a time where `longest` is given. Use `open()`, never `exec()`.

    Args:
        theme: colours.
        message: of the alarm.
        who: the person in whose name it is done, and where.
        longest: most minutes the ship allows; None for out of service, which only a person ends.
        given: called with reason and minutes (0 without a time) when it was confirmed.
    """

    def __init__(
        self,
        theme: Theme,
        message: str,
        who: str,
        longest: float | None,
        given: Callable[[str, float], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("order_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        self._theme = theme
        self._given = given
        self._minutes: float | None = 0.0 if longest is None else None
        self._times: dict[float, TouchButton] = {}
        self._verb = self.tr("OUT OF SERVICE") if longest is None else self.tr("SHELVE")
        self.setWindowTitle(self._verb)
        self.reason = QLineEdit(self)
        self.confirm = TouchButton(theme, role=ButtonRole.PRIMARY, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        self._add_heading(column, message, who)
        if longest is not None:
            self._add_times(column, longest)
        self._add_reason(column)
        self._add_foot(column)
        self._show()

    def _add_heading(self, column: QVBoxLayout, message: str, who: str) -> None:
        texts = (
            (f"{self._verb}: {message}", TEXT_TITLE, True),
            (self._explanation(), TEXT_BODY, False),
            (self.tr("In the name of {who}").format(who=who), TEXT_BODY, True),
        )
        for text, pixels, bold in texts:
            label = QLabel(text, self)
            label.setFont(ui_font(pixels, bold))
            label.setWordWrap(True)
            column.addWidget(label)

    def _explanation(self) -> str:
        if self._minutes is None:
            return self.tr(
                "It will not be announced until the time is over or somebody ends it. It stays on the lists."
            )
        return self.tr("It will not be announced until somebody brings it back into service. It stays on the lists.")

    def _add_times(self, column: QVBoxLayout, longest: float) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for minutes in choices_of(longest):
            button = TouchButton(self._theme, hours_text(minutes * 60), parent=self)
            button.setObjectName(f"minutes_{minutes:g}")
            button.setCheckable(True)
            button.set_text_size(TEXT_TITLE)
            button.setFixedHeight(TOUCH_LARGE)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, chosen=minutes: self._choose_minutes(chosen))
            row.addWidget(button)
            self._times[minutes] = button
        column.addLayout(row)

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
            self.tr("Sensor or cable faulty"),
            self.tr("Spare part ordered"),
            self.tr("Maintenance on the machine"),
            self.tr("Test or trial"),
            self.tr("Comes and goes without cause"),
            self.tr("Known and being attended"),
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

    # ---- choosing

    def _choose_minutes(self, minutes: float) -> None:
        self._minutes = minutes
        for choice, button in self._times.items():
            button.setChecked(choice == minutes)
        self._show()

    def _show(self) -> None:
        """What is still wanted stands on the button."""
        wanted = ""
        if self._minutes is None:
            wanted = self.tr("choose how long")
        elif not self.reason.text().strip():
            wanted = self.tr("a reason is wanted")
        self.confirm.setEnabled(not wanted)
        length = hours_text(self._minutes * 60) if self._minutes else ""
        self.confirm.setText(f"{self._verb} {length}".rstrip())
        self.confirm.set_sub_text(wanted)

    def _confirm(self) -> None:
        if self._minutes is not None:
            self._given(self.reason.text().strip(), self._minutes)
        self.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and frame: the dialog has no title bar to touch."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.text_secondary)
        painter.fillRect(self.rect().adjusted(2, 2, -2, -2), self._theme.background)
        painter.end()
