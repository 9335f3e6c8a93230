"""The highest alert, visible on every page; one touch leads to the list."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmshmi.core.alarms.model import AlarmRecord, AlarmState
from vmshmi.core.clock import Clock
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.alarms.words import priority_text
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.shell.bar_alert import BarAlert
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, WidthOf, draw_lines, draw_text, wrap


class AlertStrip(BarAlert):
    """Shows the highest unanswered alert, or the highest that stands (MSC.302 9.12)."""

    def __init__(
        self, feed: AlarmFeed, flash: FlashClock, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(feed, flash, theme, parent)
        self._clock = clock
        self._times = times
        self.setObjectName("alert_strip")
        self.setAccessibleName(self.tr("Highest alert"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Takes whatever the bar has left."""
        return QSize(320, 80)

    @property
    def quiet_text(self) -> str:
        """What is said when no alarm is known to stand."""
        return self.tr("No alarms") if self.connected else self.tr("Not connected: alarms are not known")

    def paint_content(self, painter: QPainter, frame: QRectF) -> None:
        """Draw the alert, or that there is none."""
        record = self.feed.highest()
        if record is not None:
            self._paint_record(painter, frame, record)
            return
        painter.setPen(QPen(self.theme.outline, 1))
        painter.setBrush(self.theme.section if self.connected else self.theme.invalid)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        ink = self.theme.text_secondary if self.connected else self.theme.text
        draw_text(painter, frame, self.quiet_text, ui_font(TEXT_BODY), ink, CENTRE)

    def _paint_record(self, painter: QPainter, frame: QRectF, record: AlarmRecord) -> None:
        alarm = self.feed.definition(record.id)
        priority = self.feed.priority(record)
        colours = self.theme.alert(priority)
        lit = self.flash.lit or not record.is_unanswered
        painter.setPen(QPen(colours.fill if lit else self.theme.text_disabled, 2))
        painter.setBrush(colours.container)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        symbol = QRectF(frame.x() + GAP, frame.y(), 48, frame.height())
        paint_alert(painter, symbol, priority, record.state, self.theme, lit=lit)
        left = symbol.right() + GAP + 2
        width = frame.right() - left - GAP
        ink = self.theme.text
        facts = self._facts(record, width)
        draw_text(painter, QRectF(left, frame.y() + 5, width, 20), facts, ui_font(TEXT_LABEL), ink)
        message = QRectF(left, frame.y() + 25, width, frame.height() - 28)
        large, small = ui_font(TEXT_BODY + 2, bold=True), ui_font(TEXT_LABEL + 1, bold=True)
        if max(map(WidthOf(large), wrap(alarm.message, WidthOf(large), width, 2)), default=0.0) <= width:
            draw_lines(painter, message, alarm.message, large, ink, lines=2, spacing=1.3)
        else:
            draw_lines(painter, message, alarm.message, small, ink, lines=3, spacing=1.2)

    def _facts(self, record: AlarmRecord, width: float) -> str:
        """Priority, time and state, as much of it as there is room for; shape and flashing say the state too."""
        raised = self._times.utc_stamp(record.raised_at, self._clock.now()) if record.raised_at else ""
        priority, state = priority_text(self.feed.priority(record)), self._state(record)
        ways = ((priority, f"{raised} UTC", state), (priority, raised, state), (priority, raised))
        texts = [" · ".join(word for word in words if word) for words in ways]
        width_of = WidthOf(ui_font(TEXT_LABEL))
        return next((text for text in texts if width_of(text) <= width), texts[-1])

    def _state(self, record: AlarmRecord) -> str:
        if record.suppression is not None or record.acked_at is None:
            words = {AlarmState.ACTIVE: self.tr("unack."), AlarmState.RECTIFIED: self.tr("returned, unack.")}
            return words.get(record.state, "")
        return self.tr("acknowledged")
