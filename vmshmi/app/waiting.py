"""While the runtime elsewhere does not answer yet: a window that says so, and a way out."""

import asyncio

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel

from vmshmi.app import paths
from vmshmi.app.options import DesktopOptions
from vmshmi.config.project import Project
from vmshmi.core.errors import StartError
from vmshmi.runtime.remote import RemoteRuntime
from vmshmi.ui.style.application import prepare_application, use_palette
from vmshmi.ui.style.theme import load_themes

_PATIENCE_S = 0.7
"""A runtime that answers sooner is never waited for on screen."""


class WaitingWindow(QLabel):
    """A window with one sentence, in the chosen palette: it may stand on a dark bridge for hours.

    Args:
        address: of the runtime.
        options: palette, size and kiosk.
    """

    close_requested = Signal()

    def __init__(self, address: str, options: DesktopOptions) -> None:
        super().__init__()
        self._kiosk = options.kiosk
        resources = paths.resources()
        app = prepare_application(resources)
        use_palette(app, load_themes(resources / "palettes" / "openbridge.json")[options.palette])
        text = QCoreApplication.translate("WaitingWindow", "No runtime answers at {address}. Trying again ...")
        self.setText(text.format(address=address))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setWindowTitle("vmshmi")
        self.resize(*options.size)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A kiosk stays; otherwise closing gives up."""
        event.ignore()
        if not self._kiosk:
            self.close_requested.emit()


async def wait_for_runtime(
    remote: RemoteRuntime, address: str, options: DesktopOptions, closed: asyncio.Event
) -> Project | None:
    """The project of a runtime elsewhere, however long that takes; None when `closed` came first.

    Raises:
        StartError: its project cannot be understood, or a picture was asked for and nothing answers in time.
    """
    starting = asyncio.create_task(remote.start(), name="connect")
    closing = asyncio.create_task(closed.wait(), name="closed while connecting")
    window: WaitingWindow | None = None
    try:
        await asyncio.wait([starting, closing], timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done() and options.screenshot is not None:
            await asyncio.wait([starting, closing], timeout=options.after_s, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done() and not closing.done():
                raise StartError(f"--connect {address}: no runtime answers there")
        elif not starting.done() and not closing.done():
            window = WaitingWindow(address, options)
            window.close_requested.connect(closed.set)
            window.showFullScreen() if options.kiosk else window.show()
        await asyncio.wait([starting, closing], return_when=asyncio.FIRST_COMPLETED)
        return starting.result() if starting.done() else None
    finally:
        for task in (starting, closing):
            task.cancel()
        await asyncio.gather(starting, closing, return_exceptions=True)
        if window is not None:
            window.hide()
            window.deleteLater()
