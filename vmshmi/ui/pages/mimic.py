"""A mimic page: the canvas, and beside it everything about the element that was touched."""

from collections.abc import Mapping

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from vmshmi.config.pages import PageConfig
from vmshmi.ui.mimic.canvas import MimicCanvas
from vmshmi.ui.mimic.faceplate import Faceplate
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import MARGIN
from vmshmi.ui.style.theme import Theme
from vmshmi.ui.widgets.scroll_area import TouchScrollArea

_FACEPLATE_WIDTH = 400
_LEGIBLE = 0.9
"""Smallest scale as long as there is width for it: below, labels and values would run into each other."""


class MimicPage(QWidget):
    """A page of the project; its faceplate lies over the other side and hides nothing for good."""

    def __init__(self, context: PageContext, page: PageConfig) -> None:
        super().__init__()
        self._page = page
        self.canvas = MimicCanvas(context, page, self)
        self._area = TouchScrollArea(self.canvas, self)
        self.faceplate = Faceplate(context, self)
        self.faceplate.hide()
        self.canvas.touched.connect(self._open)
        self.faceplate.closed.connect(lambda: self._open(()))
        self._system = context.runtime.system
        self._connected = True
        self._chosen: tuple[str, ...] = ()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self.canvas.apply_theme(theme)
        self.faceplate.apply_theme(theme)

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """Choose the tag of `{"tag": id}`, with the element that shows it."""
        if tag := arguments.get("tag"):
            self._open(next((item.tags for item in self.canvas.items if tag in item.tags), (tag,)))
            self.faceplate.choose(tag)

    def tick(self) -> None:
        """Ages in the faceplate go on; with the connection every value on the page comes and goes."""
        if self.faceplate.isVisible():
            self.faceplate.refresh()
        if self._system.connected() != self._connected:
            self._connected = not self._connected
            self.canvas.update()

    def on_hidden(self) -> None:
        """Close what was opened."""
        self._open(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Canvas over all, faceplate beside; what is too low for its text is moved with a finger."""
        del event
        scale = min(self.width() / self._page.width, _LEGIBLE)
        self.canvas.setMinimumHeight(round(self._page.height * scale))
        self._area.setGeometry(self.rect())
        self._place_faceplate()

    def _place_faceplate(self) -> None:
        """At the side where it does not cover what was touched."""
        width = min(_FACEPLATE_WIDTH, self.width() - 2 * MARGIN)
        left = MARGIN if self.canvas.is_right(self._chosen) else self.width() - width - MARGIN
        self.faceplate.setGeometry(left, MARGIN, width, self.height() - 2 * MARGIN)

    def _open(self, chosen: tuple[str, ...]) -> None:
        self._chosen = chosen
        self.canvas.choose(chosen)
        self.faceplate.setVisible(bool(chosen))
        if chosen:
            self._place_faceplate()
            self.faceplate.show_tags(chosen)
            self.faceplate.raise_()
