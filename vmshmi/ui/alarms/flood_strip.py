"""Says that a flood is on, what was folded for it, and unfolds it with one touch."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmshmi.core.alarms.flood import FLOOD, RATE
from vmshmi.core.ports import TagChanges, TagsPort
from vmshmi.ui.alarms.marks import hours_text
from vmshmi.ui.binding.tag_binding import TagBinding
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TOUCH
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_text
from vmshmi.ui.widgets.touch_button import TouchButton

_BUTTON = 140


class FloodStrip(QWidget):
    """Shown while a flood is on; it follows the flood also while it is hidden, as long as `home` is shown."""

    changed = Signal()
    """The flood began or ended, or a person wants it unfolded or folded."""

    def __init__(self, tags: TagsPort, window_s: float, theme: Theme, home: QWidget) -> None:
        super().__init__(home)
        self._window = hours_text(window_s)
        self._theme = theme
        self._rate = 0
        self._flood = False
        self.setFixedHeight(TOUCH)
        self.unfold = TouchButton(theme, parent=self)
        self.unfold.setObjectName("unfold_all")
        self.unfold.setCheckable(True)
        self.unfold.setFixedSize(_BUTTON, TOUCH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.unfold)
        self.unfold.toggled.connect(self._on_unfold)
        self.hide()
        self._on_unfold(False)
        self._binding = TagBinding(home, tags, self._take)
        self._binding.set_tags((FLOOD, RATE))

    @property
    def flood(self) -> bool:
        """True while a flood is on."""
        return self._flood

    @property
    def text(self) -> str:
        """What it says."""
        alarms = self.tr("Alarm flood: %n alarms in {window}.", "", self._rate).format(window=self._window)
        unfolded, folded = self.tr("Everything is unfolded."), self.tr("Consequences are folded; nothing is hidden.")
        return f"{alarms} {unfolded if self.unfold.isChecked() else folded}"

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.unfold.apply_theme(theme)
        self.update()

    def _on_unfold(self, unfolded: bool) -> None:
        self.unfold.setText(self.tr("Fold") if unfolded else self.tr("Unfold all"))
        self.update()
        self.changed.emit()

    def _take(self, changes: TagChanges) -> None:
        if RATE in changes:
            rate = changes[RATE].value
            self._rate = round(rate) if isinstance(rate, int | float) else 0
            self.update()
        if FLOOD in changes:
            flood = changes[FLOOD].value == 1
            if flood != self._flood:
                self._flood = flood
                self.setVisible(flood)
                self.unfold.setChecked(False)
                self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words on a quiet ground: a flood is no alarm of its own here, it is in the list."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.setPen(QPen(theme.text_secondary, 1))
        painter.setBrush(theme.low_integrity)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -_BUTTON - GAP, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        draw_text(painter, frame.adjusted(12, 0, -12, 0), self.text, ui_font(TEXT_BODY, bold=True), theme.text)
        painter.end()
