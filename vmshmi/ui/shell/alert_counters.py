"""How many alerts of each priority stand, and how many of them want an answer."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vmshmi.core.alarms.model import AlarmState, Priority
from vmshmi.ui.alarms.feed import AlarmCount, AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.symbols import paint_alert, paint_no_alert
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import RADIUS, TEXT_LABEL, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, draw_text

_CELL = 57


class AlertCounters(QAbstractButton):
    """One cell a priority: symbol, how many stand, how many of them are new; one touch leads to the list."""

    def __init__(self, feed: AlarmFeed, flash: FlashClock, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._feed = feed
        self._flash = flash
        self._theme = theme
        self._connected = True
        self.setObjectName("alert_counters")
        self.setAccessibleName(self.tr("Alarm counters"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        feed.changed.connect(self.update)
        flash.phase_changed.connect(self._on_phase)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def set_connected(self, connected: bool) -> None:
        """While the runtime does not answer nothing is claimed: neither alarms nor that there are none."""
        if connected != self._connected:
            self._connected = connected
            self.update()

    def sizeHint(self) -> QSize:
        """Four cells."""
        return QSize(_CELL * len(Priority), 80)

    def _on_phase(self, lit: bool) -> None:
        del lit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(self._theme.text if self.isDown() else self._theme.text_disabled, 1))
        painter.setBrush(self._theme.card)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        counts = self._feed.counts()
        width = frame.width() / len(Priority)
        for position, priority in enumerate(Priority):
            cell = QRectF(frame.x() + position * width, frame.y(), width, frame.height())
            self._paint_cell(painter, cell, priority, counts[priority])
        if self.hasFocus():
            painter.setPen(QPen(self._theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(2, 2, -2, -2), RADIUS, RADIUS)
        painter.end()

    def _paint_cell(self, painter: QPainter, cell: QRectF, priority: Priority, count: AlarmCount) -> None:
        theme = self._theme
        symbol = QRectF(cell.x(), cell.y() + 7, cell.width(), 22)
        number = QRectF(cell.x(), cell.y() + 30, cell.width(), 26)
        note = QRectF(cell.x() + 1, cell.y() + 56, cell.width() - 2, 20)
        if not count.standing:
            paint_no_alert(painter, symbol, priority, theme)
            draw_text(
                painter, number, "0" if self._connected else "?", ui_font(TEXT_TITLE), theme.text_secondary, CENTRE
            )
            return
        state = AlarmState.ACTIVE if count.unanswered else AlarmState.ACK
        paint_alert(painter, symbol, priority, state, theme, lit=self._flash.lit or not count.unanswered)
        draw_text(painter, number, str(count.standing), ui_font(TEXT_TITLE, bold=True), theme.text, CENTRE)
        if count.unanswered:
            text = self.tr("%n new", "", count.unanswered)
            draw_text(painter, note, text, ui_font(TEXT_LABEL, bold=True), theme.text, CENTRE)
