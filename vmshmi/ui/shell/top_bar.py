"""The bar that is the same on every page: vessel, highest alert, counters, silence, time, person, palette."""

from math import ceil

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmshmi.core.clock import Clock
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.commands.words import role_text
from vmshmi.ui.shell.alert_counters import AlertCounters
from vmshmi.ui.shell.alert_strip import AlertStrip
from vmshmi.ui.shell.bar_blocks import ClockBlock, TitleBlock
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import GAP, TEXT_BODY, TEXT_LABEL, TOP_BAR
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.painting import WidthOf
from vmshmi.ui.widgets.touch_button import TouchButton

_SET_ASIDE = 98


class TopBar(QWidget):
    """Double height, as OpenBridge's bar with an alert in it."""

    list_wanted = Signal()
    set_aside_wanted = Signal()
    """A person wants to see what is not announced."""
    silence_wanted = Signal()
    user_wanted = Signal()
    palette_wanted = Signal()

    def __init__(
        self,
        vessel: str,
        feed: AlarmFeed,
        flash: FlashClock,
        session: Session,
        clock: Clock,
        times: ShipTime,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._feed = feed
        self._clock = clock
        self._session = session
        self._connected = True
        self.title = TitleBlock(vessel, theme, self)
        self.strip = AlertStrip(feed, flash, clock, times, theme, self)
        self.counters = AlertCounters(feed, flash, theme, self)
        self.set_aside = TouchButton(theme, icon="shelf", stacked=True, parent=self)
        self.silence = TouchButton(theme, self.tr("SILENCE"), icon="silence", stacked=True, parent=self)
        self.clock_block = ClockBlock(clock, times, theme, self)
        self.user = TouchButton(theme, icon="user", stacked=True, parent=self)
        self.palette_button = TouchButton(theme, icon=theme.name, stacked=True, parent=self)
        self._arrange()
        self.strip.clicked.connect(self.list_wanted)
        self.counters.clicked.connect(self.list_wanted)
        self.set_aside.clicked.connect(self.set_aside_wanted)
        self.silence.clicked.connect(self.silence_wanted)
        self.user.clicked.connect(self.user_wanted)
        self.palette_button.clicked.connect(self.palette_wanted)
        feed.changed.connect(self._show_silence)
        feed.changed.connect(self._show_set_aside)
        session.changed.connect(self._show_user)
        self._show_silence()
        self._show_set_aside()
        self._show_user()
        self._show_palette()

    def _arrange(self) -> None:
        self.setFixedHeight(TOP_BAR)
        self.silence.setObjectName("silence")
        width_of = WidthOf(ui_font(TEXT_BODY, bold=True))
        longest = max(width_of(self.tr("SILENCE")), width_of(self.tr("SILENCED")))
        self.silence.setFixedWidth(max(92, ceil(longest) + 2 * GAP))
        self.set_aside.setObjectName("set_aside")
        self.set_aside.set_text_size(TEXT_LABEL)
        self.set_aside.setFixedWidth(_SET_ASIDE)
        self.user.setObjectName("user")
        self.user.setFixedWidth(152)
        self.user.set_text_size(TEXT_LABEL)
        self.palette_button.setObjectName("palette")
        self.palette_button.setFixedWidth(72)
        self.palette_button.set_text_size(TEXT_LABEL)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.setSpacing(GAP)
        row.addWidget(self.title)
        row.addWidget(self.strip, 1)
        widgets = (self.counters, self.set_aside, self.silence, self.clock_block, self.user, self.palette_button)
        for widget in widgets:
            row.addWidget(widget)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for part in (self.title, self.strip, self.counters, self.silence, self.clock_block, self.user):
            part.apply_theme(theme)
        self.palette_button.apply_theme(theme)
        self.set_aside.apply_theme(theme)
        self._show_palette()
        self.update()

    def tick(self, connected: bool) -> None:
        """Twice a second: clocks, silence, connection."""
        self._connected = connected
        for part in (self.title, self.strip, self.counters):
            part.set_connected(connected)
        self.clock_block.update()
        self._show_silence()

    def _show_silence(self) -> None:
        now = self._clock.now()
        may = self._feed.may_sound(now)
        until = self._feed.silent_until(now)
        self.silence.setEnabled(may or not self._connected)  # it is then the station itself that sounds
        resting = until is not None and not may
        seconds = round((until - now).total_seconds()) if until is not None else 0
        self.silence.set_sub_text(self.tr("%n s", "", seconds) if resting else "")
        self.silence.setText(self.tr("SILENCED") if resting else self.tr("SILENCE"))
        self.silence.setToolTip("" if self.silence.isEnabled() else self.tr("No alarm asks for sound now."))

    def _show_set_aside(self) -> None:
        """What people have shelved or taken out of service is not forgotten."""
        count = self._feed.set_aside()
        self.set_aside.setVisible(count > 0)
        self.set_aside.setText(self.tr("%n not announced", "", count))

    def _show_user(self) -> None:
        self.user.setText(self._session.user or self.tr("Who are you?"))
        self.user.set_sub_text(self._role() or self._session.station_name)

    def _role(self) -> str:
        """What the person may do, where people log in; empty where a name is enough."""
        person = self._session.person
        if person is None or not person.login_needed:
            return ""
        return role_text(person.role) if person.until is not None else self.tr("not logged in")

    def _show_palette(self) -> None:
        names = {
            "bright": self.tr("Bright"),
            "day": self.tr("Day"),
            "dusk": self.tr("Dusk"),
            "night": self.tr("Night"),
        }
        self.palette_button.set_icon(self._theme.name)
        self.palette_button.setText(names[self._theme.name])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar's ground."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.card)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.text_disabled)
        painter.end()
