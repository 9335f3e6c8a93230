"""Which banner a station has, modal or in the window, and what it follows."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from vmshmi.ui.alarms.banner_queue import BannerQueue
from vmshmi.ui.shell.banner_dialog import ModalBanner
from vmshmi.ui.shell.banner_panel import BannerPanel
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.theme import Theme


class BannerHost:
    """Keeps the queue of unanswered alarms and the banner that shows it.

    Args:
        context: what every page gets; the station in it decides.
        window: what the banner lies over, or in.
        top_of_page: where the page begins, in pixels below the window's upper edge.
    """

    def __init__(self, context: PageContext, window: QWidget, top_of_page: Callable[[], int]) -> None:
        self._context = context
        self._queue = BannerQueue(context.alarms.priority, context.answerable)
        self.dialog: ModalBanner | None = None
        """The modal banner; None where the banner is part of the window."""
        if context.station.banner == "modal":
            self.dialog = ModalBanner(context, self._queue, window, top_of_page)
            self.panel = self.dialog.panel
        else:
            self.panel = BannerPanel(context, self._queue, window)
            self.panel.hide()

    def follow(self) -> None:
        """Show what wants an answer now."""
        self._queue.update(self._context.alarms.unanswered(), self._context.clock.monotonic())
        if self.dialog is not None:
            self.dialog.follow()
        else:
            self.panel.setVisible(self._queue.shown is not None)
            self.panel.refresh()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        (self.dialog or self.panel).apply_theme(theme)

    def finish(self) -> None:
        """Go away with the window."""
        if self.dialog is not None:
            self.dialog.finish()
