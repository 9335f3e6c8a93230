"""The quiet parts of the top bar: where we are, and what time it is."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmshmi.core.clock import Clock
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.icons import paint_icon
from vmshmi.ui.style.sizes import GAP, TEXT_BODY, TEXT_LABEL, TEXT_TITLE
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import draw_text, fitting


class TitleBlock(QWidget):
    """Vessel, page, and whether the runtime answers."""

    def __init__(self, vessel: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._vessel = vessel
        self._theme = theme
        self._page = ""
        self._connected = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def set_page(self, title: str) -> None:
        """Name the page."""
        self._page = title
        self.update()

    def set_connected(self, connected: bool) -> None:
        """Say whether the runtime answers."""
        if connected != self._connected:
            self._connected = connected
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as the vessel's name, within reason."""
        name = QFontMetricsF(ui_font(TEXT_TITLE, bold=True)).horizontalAdvance(self._vessel)
        return QSize(int(min(300.0, max(180.0, name + 2 * GAP))), 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the three lines."""
        del event
        painter = QPainter(self)
        width = self.width() - GAP
        theme = self._theme
        draw_text(painter, QRectF(4, 0, width, 30), self._vessel, ui_font(TEXT_TITLE, bold=True), theme.text)
        page = ui_font(fitting(self._page, width, TEXT_BODY + 2, TEXT_LABEL))
        draw_text(painter, QRectF(4, 30, width, 24), self._page, page, theme.text_secondary)
        icon, text = ("link", self.tr("Connected")) if self._connected else ("no_link", self.tr("NOT CONNECTED"))
        font = ui_font(TEXT_LABEL, bold=not self._connected)
        line = QRectF(4, 56, width, 22)
        ink = theme.text_secondary
        if not self._connected:
            painter.fillRect(line.adjusted(-4, 0, 0, 0), theme.invalid)
            ink = theme.text
        paint_icon(painter, icon, QRectF(line.x(), line.y(), 18, line.height()), ink)
        draw_text(painter, line.adjusted(24, 0, 0, 0), text, font, ink)
        painter.end()


class ClockBlock(QWidget):
    """UTC large, ship's time and date beneath."""

    def __init__(self, clock: Clock, times: ShipTime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._clock = clock
        self._times = times
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Room for `14:06:00 UTC`."""
        return QSize(138, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both clocks and the ship's day."""
        del event
        painter = QPainter(self)
        now = self._clock.now()
        rows = (
            (0, 30, self._times.utc_clock(now), self.tr("UTC"), TEXT_TITLE, True),
            (30, 26, self._times.ship_clock(now), self.tr("ship"), TEXT_BODY + 2, False),
        )
        for top, height, text, word, pixels, bold in rows:
            draw_text(painter, QRectF(4, top, 100, height), text, ui_font(pixels, bold), self._theme.text)
            draw_text(painter, QRectF(104, top + 2, 34, height), word, ui_font(TEXT_LABEL), self._theme.text_secondary)
        day = f"{self._times.date(now)}"
        draw_text(painter, QRectF(4, 56, 134, 22), day, ui_font(TEXT_LABEL), self._theme.text_secondary)
        painter.end()
