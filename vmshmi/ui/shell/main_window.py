"""The window: bar, page, navigation, and the alarm banner over them."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from vmshmi.config.project import Project, StationConfig
from vmshmi.core.clock import Clock
from vmshmi.core.ports import RuntimePort
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.answers import Answers
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.commands.commanding import Commanding
from vmshmi.ui.commands.logins import Logins
from vmshmi.ui.shell.banner_dialog import ModalBanner
from vmshmi.ui.shell.banner_host import BannerHost
from vmshmi.ui.shell.banner_panel import BannerPanel
from vmshmi.ui.shell.nav_bar import NavBar, NavEntry
from vmshmi.ui.shell.page import Hidden, PageContext, Shown, Targeted, Themed, Ticking
from vmshmi.ui.shell.palette_popup import PalettePopup
from vmshmi.ui.shell.registry import ALARMS, OVERVIEW, TRENDS, PageEntry, pages_of
from vmshmi.ui.shell.strips import EmergencyStrip, Veil
from vmshmi.ui.shell.tag_drag import TagDrag
from vmshmi.ui.shell.top_bar import TopBar
from vmshmi.ui.shell.user_dialog import UserDialog
from vmshmi.ui.style.application import prepare_application, use_palette
from vmshmi.ui.style.theme import load_themes

_TICK_MS = 500


class MainWindow(QWidget):
    """The one window of a station.

    Args:
        runtime: where everything shown comes from, wherever it runs.
        project: the ship.
        station: this place; decides whether the banner is modal.
        clock: tells the time that is shown and the phase of what flashes.
        resources: folder with `palettes/` and `fonts/`.
        palette: `bright`, `day`, `dusk` or `night`.
        start_page: id of the first page; empty or unknown takes the first there is.
        kiosk: no frame, and nobody at the screen can close it; show it with `showFullScreen`.

    Raises:
        StartError: if palettes or fonts are missing.
    """

    close_requested = Signal()
    """Somebody wants the window closed; the program decides, and calls `shutdown`."""

    def __init__(
        self,
        runtime: RuntimePort,
        project: Project,
        station: StationConfig,
        clock: Clock,
        resources: Path,
        palette: str = "day",
        start_page: str = "",
        kiosk: bool = False,
    ) -> None:
        super().__init__()
        self._app = prepare_application(resources)
        self._themes = load_themes(resources / "palettes" / "openbridge.json")
        self._theme = self._themes.get(palette, self._themes["day"])
        use_palette(self._app, self._theme)
        self._runtime = runtime
        self._tasks = Tasks()
        self._connected = True
        self._kiosk = kiosk
        self._entries: dict[str, PageEntry] = {entry.page_id: entry for entry in pages_of(project)}
        self._aliases = {project.pages[0].id: OVERVIEW} if project.pages else {}
        self._pages: dict[str, QWidget] = {}
        self._page_id = ""
        feed = AlarmFeed(runtime.alarms, self)
        session = Session(station, project.user_names, self)
        self._context = PageContext(
            runtime=runtime,
            project=project,
            station=station,
            theme=self._theme,
            clock=clock,
            navigate=self._navigate,
            alarms=feed,
            flash=FlashClock(clock, self),
            session=session,
            answers=Answers(runtime.alarms, session, self._tasks, self),
            tasks=self._tasks,
            times=ShipTime(project.vessel.time_zone),
            rules=project.alarm_rules(),
            drag=TagDrag(self, self._theme, self._tag_name),
            commanding=Commanding(runtime.commands, session, self._tasks, clock, self),
        )
        self._logins = Logins(
            runtime.commands, session, self._tasks, clock, station.logout_min * 60, lambda: self._theme, self
        )
        self._build(project.vessel.name)
        self._connect()
        self.show_page(start_page or OVERVIEW)
        self.setFocus()  # nothing in the bar looks chosen before somebody chooses

    # ---- building

    def _build(self, vessel: str) -> None:
        context = self._context
        self.setWindowTitle(f"{vessel} - vmshmi")
        self.setMinimumSize(1024, 640)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.resize(1280, 800)
        if self._kiosk:
            self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self._bar = TopBar(
            vessel, context.alarms, context.flash, context.session, context.clock, context.times, self._theme, self
        )
        self._stack = QStackedWidget(self)
        self._banner = BannerHost(context, self, self._stack.y)
        self._emergency = EmergencyStrip(context.alarms, context.clock, context.times, self._theme, self)
        self._veil = Veil(self._theme, self._stack, self)
        entries = tuple(NavEntry(e.page_id, e.title, e.icon) for e in self._entries.values() if not e.within)
        self._nav = NavBar(entries, self._theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._bar, self._emergency):
            column.addWidget(part)
        column.addWidget(self._stack, 1)
        if self._banner.dialog is None:
            column.addWidget(self._banner.panel)
        column.addWidget(self._nav)

    def _connect(self) -> None:
        self._bar.list_wanted.connect(lambda: self.show_page(ALARMS))
        self._bar.set_aside_wanted.connect(lambda: self._navigate(ALARMS, {"list": "not_announced"}))
        self._bar.silence_wanted.connect(self._context.answers.silence)
        self._bar.user_wanted.connect(self._ask_user)
        self._bar.palette_wanted.connect(self._offer_palettes)
        self._nav.page_wanted.connect(self.show_page)
        drag = self._context.drag
        for page_id, button in self._nav.buttons().items():
            drag.open_door(button, partial(self.show_page, page_id))
        drag.accept(self._nav.buttons()[TRENDS], lambda tags: self._navigate(TRENDS, {"add": " ".join(tags)}))
        dialog = self._banner.dialog
        if dialog is None:
            self._banner.panel.list_wanted.connect(lambda: self.show_page(ALARMS))
            self._banner.panel.user_wanted.connect(self._ask_user)
        else:
            dialog.user_chosen.connect(partial(self._logins.choose, ask=dialog.ask_pin))
        self._context.answers.refused.connect(self._say_refused)
        self._context.alarms.changed.connect(self._follow_alarms)
        self._follow_alarms()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.tick()

    # ---- what others call

    @property
    def page_id(self) -> str:
        """Id of the page in front."""
        return self._page_id

    @property
    def palette_name(self) -> str:
        """Name of the palette in use."""
        return self._theme.name

    @property
    def context(self) -> PageContext:
        """What every page of this window gets."""
        return self._context

    @property
    def banner(self) -> ModalBanner | None:
        """The modal banner; None at a station where it is part of the window."""
        return self._banner.dialog

    @property
    def banner_panel(self) -> BannerPanel:
        """What the banner shows, modal or not."""
        return self._banner.panel

    def page(self, page_id: str) -> QWidget:
        """The page, made now if it was never opened.

        Raises:
            KeyError: if there is no such page.
        """
        if page_id not in self._pages:
            page = self._entries[page_id].factory(self._context)
            if isinstance(page, Themed):
                page.apply_theme(self._theme)
            self._pages[page_id] = page
            self._stack.addWidget(page)
        return self._pages[page_id]

    def show_page(self, page_id: str) -> None:
        """Bring a page to the front; an unknown id takes the first page there is."""
        self._navigate(page_id, {})

    def set_palette(self, name: str) -> None:
        """Change every colour at once; an unknown name changes nothing."""
        theme = self._themes.get(name)
        if theme is None or theme is self._theme:
            return
        self._theme = theme
        use_palette(self._app, theme)
        self._banner.apply_theme(theme)
        for part in (self._bar, self._emergency, self._veil, self._nav, self._context.drag, *self._pages.values()):
            if isinstance(part, Themed):
                part.apply_theme(theme)
        self.update()

    def tick(self) -> None:
        """Twice a second: clocks, connection, what the bar says."""
        connected = self._runtime.system.connected()
        if connected != self._connected:
            self._connected = connected
            if connected:
                self._context.alarms.refresh()
            self._veil.setVisible(not connected)
            self._veil.raise_()
        self._bar.tick(connected)
        if connected:
            self._logins.tick()
        self._banner.follow()
        front = self._stack.currentWidget()
        if isinstance(front, Ticking):
            front.tick()

    def shutdown(self) -> None:
        """Drop every subscription and task; the window shows nothing new after this."""
        self._timer.stop()
        self._context.drag.cancel()
        self._logins.close()
        front = self._stack.currentWidget()
        if isinstance(front, Hidden):
            front.on_hidden()
        self._context.flash.set_needed(False)
        self._context.alarms.close()
        self._tasks.close()
        self._banner.finish()

    # ---- inside

    def _navigate(self, page_id: str, arguments: Mapping[str, str]) -> None:
        wanted = self._aliases.get(page_id, page_id)
        if wanted not in self._entries:
            wanted = next(iter(self._entries))
        page = self.page(wanted)
        before = self._stack.currentWidget()
        if isinstance(page, Targeted) and arguments:
            page.open_with(arguments)
        if self._page_id != wanted:
            if isinstance(before, Hidden) and self._page_id:
                before.on_hidden()
            self._stack.setCurrentWidget(page)
            self._page_id = wanted
            if isinstance(page, Shown):
                page.on_shown()
        self._nav.mark(self._entries[wanted].within or wanted)
        self._bar.title.set_page(self._entries[wanted].title)

    def _follow_alarms(self) -> None:
        self._context.flash.set_needed(bool(self._context.alarms.unanswered()))
        self._banner.follow()

    def _tag_name(self, tag_id: str) -> str:
        tag = self._runtime.tags.definitions().get(TagId(tag_id))
        return tag_id if tag is None else tag.description or tag.id

    def _ask_user(self) -> None:
        session = self._context.session
        log_out = self._logins.log_out if session.logged_in else None
        dialog = UserDialog(self._theme, session.users, session.user, self._logins.choose, self, log_out)
        dialog.open()

    def _offer_palettes(self) -> None:
        PalettePopup(self._theme, self.set_palette, self).show_under(self._bar.palette_button)

    def _say_refused(self, alarm_id: str, reason: str) -> None:
        name = self._context.alarms.definition(alarm_id).message if alarm_id else self.tr("Silence")
        self._nav.set_notice(f"{name}: {reason}")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the program instead of going away: it may have something to finish. A kiosk has no way out."""
        event.ignore()
        if not self._kiosk:
            self.close_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground behind the page."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.background)
        painter.end()
