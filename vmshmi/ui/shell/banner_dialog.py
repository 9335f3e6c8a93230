"""The modal banner: a window of its own over the lower edge of the main window.

Application-modal and on top, so that it can be answered above every other dialog of ours; shown with `show()`, never
with a loop of its own. It goes away when nothing of priority alarm or above wants an answer, and by nothing else.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from vmshmi.core.alarms.model import AlarmRecord
from vmshmi.ui.alarms.alarm_table import AlarmTable
from vmshmi.ui.alarms.banner_queue import BannerQueue, Shown, key
from vmshmi.ui.commands.pin_pad import PinPad
from vmshmi.ui.shell.banner_panel import STRIP_HEIGHT, BannerPanel
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import GAP, MARGIN
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.segments import Segments
from vmshmi.ui.widgets.touch_button import TouchButton
from vmshmi.ui.widgets.user_grid import UserGrid


class ModalBanner(QDialog):
    """Holds the panel, and above it, when asked for, the list of alarms, the people to choose from or the keys for a
    PIN: not in a dialog, which ACK would have to wait for."""

    user_chosen = Signal(str)
    """Somebody says who stands here."""

    def __init__(self, context: PageContext, queue: BannerQueue, over: QWidget, top_of_page: Callable[[], int]) -> None:
        super().__init__(
            None,
            Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self._context = context
        self._queue = queue
        self._over = over
        self._top_of_page = top_of_page
        self._theme = context.theme
        self._finished = False
        self.setObjectName("alarm_banner")
        self.setWindowTitle(self.tr("Alarm"))
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.panel = BannerPanel(context, queue, self)
        self.filter = Segments(
            (("unanswered", self.tr("Unacknowledged")), ("all", self.tr("All standing"))), context.theme, self
        )
        self.table = AlarmTable(context, self)
        self.users = UserGrid(context.theme, context.session.users, context.session.user, self._choose_user, self)
        self.pad = PinPad(context.theme, context.session.station_name, self)
        self._close_list = TouchButton(context.theme, self.tr("Back to page"), icon="close", parent=self)
        self._arrange()
        self.panel.list_wanted.connect(self._toggle_list)
        self.panel.user_wanted.connect(self._toggle_users)
        self.filter.chosen.connect(self._fill_list)
        self.table.picked.connect(self._pick)
        over.installEventFilter(self)

    def _arrange(self) -> None:
        self._close_list.setObjectName("close_list")
        self._close_list.clicked.connect(lambda: self._expand(None))
        listing = QWidget(self)
        head = QHBoxLayout()
        head.addWidget(self.filter)
        head.addStretch(1)
        head.addWidget(self._close_list)
        column = QVBoxLayout(listing)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        people = QWidget(self)
        middle = QVBoxLayout(people)
        middle.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        middle.addStretch(1)
        middle.addWidget(self.users)
        asking = QWidget(self)
        centre = QHBoxLayout(asking)
        centre.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        centre.addStretch(1)
        centre.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignBottom)
        centre.addStretch(1)
        self._listing, self._people, self._asking = listing, people, asking
        self._above = QStackedWidget(self)
        self._above.addWidget(listing)
        self._above.addWidget(people)
        self._above.addWidget(asking)
        self._above.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._above, 1)
        whole.addWidget(self.panel)

    # ---- what the window calls

    def follow(self) -> None:
        """Show, refresh or hide, as the queue wants it."""
        if self._queue.shown is None:
            self._expand(None)
            self.hide()
            return
        self.panel.refresh()
        self._fill_list()
        if self.isVisible():
            self._hold()
        elif self._over.isVisible():
            self._come_up()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self._theme = theme
        for part in (self.panel, self.filter, self.table, self.users, self.pad, self._close_list):
            part.apply_theme(theme)
        self.update()

    def finish(self) -> None:
        """Go away for good, with the window it belongs to."""
        self._finished = True
        self._over.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    @property
    def expanded(self) -> bool:
        """True while the list, the people or the keys are shown above the strip."""
        return not self._above.isHidden()

    # ---- inside

    def _come_up(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()  # an open popup would take the first touch
        self._place()
        self.show()
        self.raise_()
        self.activateWindow()
        self.panel.focus_ack()
        self.panel.refresh()

    def _hold(self) -> None:
        """Come back from where a window manager let somebody drag, resize or minimise it."""
        if self.isMinimized():
            self.showNormal()
            self.raise_()
            self.activateWindow()
        if self.geometry() != self._wanted():
            self._place()

    def _place(self) -> None:
        whole = self.layout()
        if whole is not None:
            whole.activate()  # else the least height is still that of the list it has just folded
        self.setGeometry(self._wanted())

    def _wanted(self) -> QRect:
        """Over the lower edge of the window, and never beside the screens: ACK must be in reach."""
        corner = self._over.mapToGlobal(QPoint(0, 0))
        size = self._over.size()
        height = size.height() - self._top_of_page() if self.expanded else STRIP_HEIGHT
        place = QRect(corner.x(), corner.y() + size.height() - height, size.width(), height)
        screens = self._over.screen().virtualGeometry()
        if place.height() <= screens.height():
            place.moveBottom(min(place.bottom(), screens.bottom()))
            place.moveTop(max(place.top(), screens.top()))
        if place.width() <= screens.width():
            place.moveRight(min(place.right(), screens.right()))
            place.moveLeft(max(place.left(), screens.left()))
        return place

    def _toggle_list(self) -> None:
        self._expand(None if self.expanded and self._above.currentWidget() is self._listing else self._listing)

    def _toggle_users(self) -> None:
        self.users.mark(self._context.session.user)
        self._expand(None if self.expanded and self._above.currentWidget() is self._people else self._people)

    def _expand(self, what: QWidget | None) -> None:
        if what is not None:
            self._above.setCurrentWidget(what)
        self._above.setVisible(what is not None)
        self.panel.takes_focus = what is None
        if self._queue.shown is not None:
            self._place()
        self._fill_list()

    def _fill_list(self) -> None:
        if not self.expanded:
            return
        records: tuple[AlarmRecord, ...] = self._queue.unanswered
        if self.filter.current == "all":
            records = self._context.alarms.records()
        self.table.set_records(records)
        shown = self._queue.shown
        self.table.select(key(shown) if shown is not None else None)

    def _pick(self, wanted: Shown) -> None:
        self._queue.choose(wanted, self._context.clock.monotonic())
        self.follow()

    def ask_pin(
        self, user: str, given: Callable[[str], None], without: Callable[[], None], over: Callable[[], None]
    ) -> PinPad:
        """Ask for somebody's PIN above the strip, where ACK stays in reach; see `PinPad.ask`."""

        def ended() -> None:
            self._expand(None)
            over()

        self.pad.ask(user, given, without, ended)
        self._expand(self._asking)
        self.pad.setFocus()
        return self.pad

    def _choose_user(self, user: str) -> None:
        self._expand(None)
        self.user_chosen.emit(user)

    # ---- it does not go away by itself

    def reject(self) -> None:
        """Esc answers nothing."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing answers nothing; only the end of the window closes it."""
        if not self._finished:
            event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window it lies over."""
        moved = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange, QEvent.Type.Show)
        if watched is self._over and event.type() in moved and not self._finished:
            if self.isVisible():
                self._place()
            elif event.type() == QEvent.Type.Show:
                QTimer.singleShot(0, self, self.follow)  # an alarm that stood before there was a window to lie over
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of the list."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.background)
        painter.fillRect(0, 0, self.width(), 3, self._theme.alarm)
        painter.end()
