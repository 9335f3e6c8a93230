"""How many alerts of each priority stand, and how many of them want an answer."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.model import AlarmState, Priority
from vmshmi.ui.alarms.feed import AlarmCount, AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.symbols import paint_alert, paint_no_alert
from vmshmi.ui.shell.bar_alert import BarAlert
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import RADIUS, TEXT_LABEL, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, draw_text

_CELL = 57


class AlertCounters(BarAlert):
    """One cell a priority: symbol, how many stand, how many of them are new; one touch leads to the list."""

    def __init__(self, feed: AlarmFeed, flash: FlashClock, theme: Theme, parent: QWidget) -> None:
        super().__init__(feed, flash, theme, parent)
        self.setObjectName("alert_counters")
        self.setAccessibleName(self.tr("Alarm counters"))

    def sizeHint(self) -> QSize:
        """Four cells."""
        return QSize(_CELL * len(Priority), 80)

    def paint_content(self, painter: QPainter, frame: QRectF) -> None:
        """Draw the cells."""
        painter.setPen(QPen(self.theme.text_disabled, 1))
        painter.setBrush(self.theme.card)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        counts = self.feed.counts()
        width = frame.width() / len(Priority)
        for position, priority in enumerate(Priority):
            cell = QRectF(frame.x() + position * width, frame.y(), width, frame.height())
            self._paint_cell(painter, cell, priority, counts[priority])

    def _paint_cell(self, painter: QPainter, cell: QRectF, priority: Priority, count: AlarmCount) -> None:
        theme = self.theme
        symbol = QRectF(cell.x(), cell.y() + 7, cell.width(), 22)
        number = QRectF(cell.x(), cell.y() + 30, cell.width(), 26)
        note = QRectF(cell.x() + 1, cell.y() + 56, cell.width() - 2, 20)
        if not count.standing:
            paint_no_alert(painter, symbol, priority, theme)
            none = "0" if self.connected else "?"
            draw_text(painter, number, none, ui_font(TEXT_TITLE), theme.text_secondary, CENTRE)
            return
        state = AlarmState.ACTIVE if count.unanswered else AlarmState.ACK
        paint_alert(painter, symbol, priority, state, theme, lit=self.flash.lit or not count.unanswered)
        draw_text(painter, number, str(count.standing), ui_font(TEXT_TITLE, bold=True), theme.text, CENTRE)
        if count.unanswered:
            text = self.tr("%n new", "", count.unanswered)
            draw_text(painter, note, text, ui_font(TEXT_LABEL, bold=True), theme.text, CENTRE)
