"""The highest alert, visible on every page; one touch leads to the list."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vmshmi.core.alarms.model import AlarmRecord, AlarmState
from vmshmi.core.clock import Clock
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.alarms.words import priority_text
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, RADIUS, TEXT_BODY, TEXT_LABEL
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, WidthOf, draw_lines, draw_text, wrap


class AlertStrip(QAbstractButton):
    """Shows the highest unanswered alert, or the highest that stands (MSC.302 9.12)."""

    def __init__(
        self, feed: AlarmFeed, flash: FlashClock, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._feed = feed
        self._flash = flash
        self._clock = clock
        self._times = times
        self._theme = theme
        self._connected = True
        self.setObjectName("alert_strip")
        self.setAccessibleName(self.tr("Highest alert"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
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
        """Takes whatever the bar has left."""
        return QSize(320, 80)

    @property
    def quiet_text(self) -> str:
        """What is said when no alarm is known to stand."""
        return self.tr("No alarms") if self._connected else self.tr("Not connected: alarms are not known")

    def _on_phase(self, lit: bool) -> None:
        del lit
        record = self._feed.highest()
        if record is not None and record.is_unanswered:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the alert, or that there is none."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        record = self._feed.highest()
        if record is None:
            painter.setPen(QPen(self._theme.outline, 1))
            painter.setBrush(self._theme.section if self._connected else self._theme.invalid)
            painter.drawRoundedRect(frame, RADIUS, RADIUS)
            ink = self._theme.text_secondary if self._connected else self._theme.text
            draw_text(painter, frame, self.quiet_text, ui_font(TEXT_BODY), ink, CENTRE)
        else:
            self._paint_record(painter, frame, record)
        if self.hasFocus() or self.isDown():
            painter.setPen(QPen(self._theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _paint_record(self, painter: QPainter, frame: QRectF, record: AlarmRecord) -> None:
        alarm = self._feed.definition(record.id)
        priority = self._feed.priority(record)
        colours = self._theme.alert(priority)
        lit = self._flash.lit or not record.is_unanswered
        painter.setPen(QPen(colours.fill if lit else self._theme.text_disabled, 2))
        painter.setBrush(colours.container)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        symbol = QRectF(frame.x() + GAP, frame.y(), 48, frame.height())
        paint_alert(painter, symbol, priority, record.state, self._theme, lit=lit)
        left = symbol.right() + GAP + 2
        width = frame.right() - left - GAP
        ink = self._theme.text
        facts = self._facts(record, width)
        draw_text(painter, QRectF(left, frame.y() + 5, width, 20), facts, ui_font(TEXT_LABEL), ink)
        message = QRectF(left, frame.y() + 25, width, frame.height() - 28)
        large, small = ui_font(TEXT_BODY + 2, bold=True), ui_font(TEXT_LABEL + 1, bold=True)
        if max(map(WidthOf(large), wrap(alarm.message, WidthOf(large), width, 2)), default=0.0) <= width:
            draw_lines(painter, message, alarm.message, large, ink, lines=2, spacing=1.3)
        else:
            draw_lines(painter, message, alarm.message, small, ink, lines=3, spacing=1.2)

    def _facts(self, record: AlarmRecord, width: float) -> str:
        """Priority, time and state; without `UTC` where there is no room for it."""
        raised = self._times.utc_stamp(record.raised_at, self._clock.now()) if record.raised_at else ""
        words = (priority_text(self._feed.priority(record)), f"{raised} UTC" if raised else "", self._state(record))
        text = " · ".join(word for word in words if word)
        return text if WidthOf(ui_font(TEXT_LABEL))(text) <= width else text.replace(" UTC", "")

    def _state(self, record: AlarmRecord) -> str:
        if record.suppression is not None or record.acked_at is None:
            words = {AlarmState.ACTIVE: self.tr("unack."), AlarmState.RECTIFIED: self.tr("returned, unack.")}
            return words.get(record.state, "")
        return self.tr("acknowledged")
