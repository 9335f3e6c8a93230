"""One number: as it is, and as it would be; two buttons move it, a touch on it opens the pad."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TEXT_LABEL, TEXT_TITLE, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.tuning.number_pad import NumberPad
from vmshmi.ui.tuning.steps import moved, number_text
from vmshmi.ui.widgets.painting import CENTRE, RIGHT, draw_text
from vmshmi.ui.widgets.touch_button import TouchButton

_HEAD = 24


class _NumberButton(QAbstractButton):
    """The new number, large; marked where it differs from the present one."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.is_changed = False
        self.setMinimumHeight(TOUCH + GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame and number."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.theme
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        marked = self.is_changed and self.isEnabled()
        painter.setPen(QPen(theme.accent if marked or self.hasFocus() else theme.outline, 3 if marked else 1))
        painter.setBrush(theme.section if not self.isDown() else theme.outline)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        colour = theme.text if self.isEnabled() else theme.text_disabled
        draw_text(painter, frame.adjusted(4, 0, -4, 0), self.text(), ui_font(TEXT_TITLE, bold=True), colour, CENTRE)
        painter.end()


class NumberStepper(QWidget):
    """A name, the present number, and the new one between minus and plus.

    Args:
        name: what the number is.
        key: for object names.
    """

    changed = Signal()

    def __init__(self, theme: Theme, name: str, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._unit = ""
        self._present = 0.0
        self._number = 0.0
        self._step = 1.0
        self._lowest: float | None = None
        self._highest: float | None = None
        self.less = TouchButton(theme, "−", parent=self)
        self.more = TouchButton(theme, "+", parent=self)
        self.field = _NumberButton(theme, self)
        for button, part in ((self.less, "less"), (self.field, "number"), (self.more, "more")):
            button.setObjectName(f"{key}_{part}")
        for button in (self.less, self.more):
            button.set_text_size(TEXT_TITLE)
            button.setFixedSize(64, TOUCH + GAP)
            button.setAutoRepeat(True)
        self.field.setAccessibleName(name)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.less)
        row.addWidget(self.field, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, _HEAD, 0, 0)
        column.addLayout(row)
        self.less.clicked.connect(lambda: self._move(-1))
        self.more.clicked.connect(lambda: self._move(1))
        self.field.clicked.connect(self._open_pad)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = self.field.theme = theme
        self.less.apply_theme(theme)
        self.more.apply_theme(theme)
        self.update()
        self.field.update()

    @property
    def number(self) -> float:
        """The new one."""
        return self._number

    @property
    def present(self) -> float:
        """As it is."""
        return self._present

    @property
    def is_changed(self) -> bool:
        """True where it differs from the present one."""
        return self._number != self._present

    def offer(
        self, present: float, unit: str, step: float, *, lowest: float | None = None, highest: float | None = None
    ) -> None:
        """Begin anew at the present number.

        Args:
            present: as it is.
            unit: of both.
            step: of one touch.
            lowest, highest: None where there is no end.
        """
        self._present = self._number = present
        self._unit, self._step, self._lowest, self._highest = unit, step, lowest, highest
        self._show()

    def set_present(self, present: float) -> None:
        """The present number is another now; what was chosen stays."""
        self._present = present
        self._show()

    def set_step(self, step: float) -> None:
        """Let one touch move it by another amount."""
        self._step = step

    def choose(self, number: float) -> None:
        """Set the new number, within its ends."""
        if self._lowest is not None:
            number = max(number, self._lowest)
        if self._highest is not None:
            number = min(number, self._highest)
        if number != self._number:
            self._number = number
            self._show()
            self.changed.emit()

    def _move(self, steps: int) -> None:
        self.choose(moved(self._number, self._step, steps))

    def _open_pad(self) -> None:
        negative = self._lowest is None or self._lowest < 0
        NumberPad(self._theme, self._name, self._unit, self.choose, self, negative=negative).open()

    def _show(self) -> None:
        self.field.setText(number_text(self._number, self._unit))
        self.field.is_changed = self.is_changed
        self.field.update()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the name, and the present number beside it."""
        del event
        painter = QPainter(self)
        head = QRectF(0, 0, self.width(), _HEAD)
        draw_text(painter, head, self._name, ui_font(TEXT_BODY, bold=True), self._theme.text)
        if not self.field.text():
            painter.end()  # no alarm is chosen
            return
        now = self.tr("now {number}").format(number=number_text(self._present, self._unit))
        draw_text(painter, head, now, ui_font(TEXT_LABEL), self._theme.text_secondary, RIGHT)
        painter.end()
