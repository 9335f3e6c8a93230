"""What lies over or above a page: active emergency alarms, and the veil over values that are not true."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vmshmi.core.alarms.model import AlarmState, Priority
from vmshmi.core.clock import Clock
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.symbols import paint_alert
from vmshmi.ui.alarms.words import priority_text
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, MARGIN, TEXT_BODY, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import CENTRE, RIGHT, draw_text

_HEIGHT = 56


class EmergencyStrip(QWidget):
    """Shown above the page while an emergency alarm is active: it takes no acknowledgement, so it takes no input."""

    def __init__(self, feed: AlarmFeed, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._feed = feed
        self._clock = clock
        self._times = times
        self._theme = theme
        self.setObjectName("emergency_strip")
        self.setFixedHeight(_HEIGHT)
        feed.changed.connect(self._follow)
        self._follow()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def _follow(self) -> None:
        self.setVisible(bool(self._feed.emergencies()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the newest emergency and how many more there are."""
        del event
        active = self._feed.emergencies()
        if not active:
            return
        painter = QPainter(self)
        theme = self._theme
        painter.fillRect(self.rect(), theme.alarm)
        record = active[0]
        alarm = self._feed.definition(record.id)
        symbol = QRectF(MARGIN, 4, 48, _HEIGHT - 8)
        painter.fillRect(symbol.adjusted(-2, 0, 2, 0), theme.card)
        paint_alert(painter, symbol, Priority.EMERGENCY_ALARM, AlarmState.ACTIVE, theme)
        more = self.tr("and %n more", "", len(active) - 1) if len(active) > 1 else ""
        raised = self._times.utc_stamp(record.raised_at, self._clock.now()) if record.raised_at else ""
        right = " · ".join(part for part in (more, f"{raised} UTC") if part)
        end = QRectF(self.width() - 260 - MARGIN, 0, 260, _HEIGHT)
        draw_text(painter, end, right, ui_font(TEXT_BODY, bold=True), theme.on_alarm, RIGHT)
        text = f"{priority_text(Priority.EMERGENCY_ALARM)}  –  {alarm.message}"
        room = QRectF(symbol.right() + 2 * GAP, 0, end.left() - symbol.right() - 4 * GAP, _HEIGHT)
        draw_text(painter, room, text, ui_font(TEXT_TITLE, bold=True), theme.on_alarm)
        painter.end()


class Veil(QWidget):
    """Hatches the page while the runtime does not answer: what lies beneath is not true any more."""

    def __init__(self, theme: Theme, over: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = over
        over.installEventFilter(self)
        self.setObjectName("veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay exactly over the page."""
        if watched is self._over and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.setGeometry(self._over.geometry())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the hatch and say what it means."""
        del event
        painter = QPainter(self)
        painter.setOpacity(0.8)
        painter.fillRect(self.rect(), QBrush(self._theme.text_disabled, Qt.BrushStyle.BDiagPattern))
        painter.setOpacity(1.0)
        box = QRectF(0, 0, min(760, self.width() - 2 * MARGIN), 72)
        box.moveCenter(QRectF(self.rect()).center())
        painter.fillRect(box, self._theme.text)
        painter.fillRect(box.adjusted(2, 2, -2, -2), self._theme.invalid)
        first, second = QRectF(box.adjusted(8, 8, -8, -36)), QRectF(box.adjusted(8, 36, -8, -8))
        title = self.tr("NOT CONNECTED TO THE RUNTIME")
        draw_text(painter, first, title, ui_font(TEXT_BODY + 4, bold=True), self._theme.text, CENTRE)
        text = self.tr("What is shown is the last known state, not the present one.")
        draw_text(painter, second, text, ui_font(TEXT_BODY), self._theme.text, CENTRE)
        painter.end()
