"""A mimic page: the canvas, and beside it everything about the element that was touched."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from vmshmi.config.pages import PageConfig
from vmshmi.ui.mimic.canvas import MimicCanvas
from vmshmi.ui.mimic.faceplate import Faceplate
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.style.sizes import MARGIN
from vmshmi.ui.style.theme import Theme

_FACEPLATE_WIDTH = 380
_REFRESH_MS = 500


class MimicPage(QWidget):
    """A page of the project; its faceplate lies over the right side and hides nothing for good."""

    def __init__(self, context: PageContext, page: PageConfig) -> None:
        super().__init__()
        self.canvas = MimicCanvas(context, page, self)
        self.faceplate = Faceplate(context, self)
        self.faceplate.hide()
        self.canvas.touched.connect(self._open)
        self.faceplate.closed.connect(lambda: self._open(()))
        self._refresh = QTimer(self)
        self._refresh.setInterval(_REFRESH_MS)
        self._refresh.timeout.connect(self.faceplate.refresh)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another palette."""
        self.canvas.apply_theme(theme)
        self.faceplate.apply_theme(theme)

    def open_with(self, arguments: Mapping[str, str]) -> None:
        """Choose the tag of `{"tag": id}`."""
        if "tag" in arguments:
            self._open((arguments["tag"],))

    def on_hidden(self) -> None:
        """Close what was opened."""
        self._open(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Canvas over all, faceplate at the right."""
        del event
        self.canvas.setGeometry(self.rect())
        width = min(_FACEPLATE_WIDTH, self.width() - 2 * MARGIN)
        self.faceplate.setGeometry(self.width() - width - MARGIN, MARGIN, width, self.height() - 2 * MARGIN)

    def _open(self, chosen: tuple[str, ...]) -> None:
        self.canvas.choose(chosen)
        self.faceplate.setVisible(bool(chosen))
        if chosen:
            self.faceplate.show_tags(chosen)
            self.faceplate.raise_()
            self._refresh.start()
        else:
            self._refresh.stop()
