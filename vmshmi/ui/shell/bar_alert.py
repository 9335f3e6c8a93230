"""What the two parts of the top bar that tell of alarms have in common: what they follow, their frame, their touch."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.style.sizes import RADIUS
from vmshmi.ui.style.theme import Theme


class BarAlert(QAbstractButton):
    """A painted part of the bar that leads to the list of alarms; what it says is painted by `paint_content`."""

    def __init__(self, feed: AlarmFeed, flash: FlashClock, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.feed = feed
        self.flash = flash
        self.theme = theme
        self.connected = True
        """False while the runtime does not answer: then nothing is claimed, neither alarms nor that there are none."""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        feed.changed.connect(self.update)
        flash.phase_changed.connect(self._on_phase)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self.theme = theme
        self.update()

    def set_connected(self, connected: bool) -> None:
        """Say whether the runtime answers."""
        if connected != self.connected:
            self.connected = connected
            self.update()

    def paint_content(self, painter: QPainter, frame: QRectF) -> None:
        """Draw what it says, frame included."""
        raise NotImplementedError

    def _on_phase(self, lit: bool) -> None:
        del lit
        if self.feed.unanswered():
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the content, and around it whether it has the keyboard or a finger on it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        self.paint_content(painter, frame)
        if self.hasFocus() or self.isDown():
            painter.setPen(QPen(self.theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()
