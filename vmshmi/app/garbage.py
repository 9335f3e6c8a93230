"""Collect Python's garbage in the thread of the screen, where Qt objects may end."""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 100


class ScreenGarbage(QObject):
    """Takes the collector's rounds over while it runs; belongs to the main thread.

    Python collects in whatever thread happens to make an object. In this program five others do, and a Qt object that
    is found in a reference cycle there (a curve taken off a chart, an animation) would be destroyed beside the running
    screen. Rounds come by the thresholds that `gc.get_threshold` tells, at the most every 0.1 s.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.collect_what_is_due)

    def start(self) -> None:
        """No other thread collects from now on."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again; for the end, when the other threads are gone."""
        self._timer.stop()
        gc.enable()

    def collect_what_is_due(self) -> None:
        """One round, of the oldest generation whose turn it is; none when none is due."""
        due = -1
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if count <= threshold:
                break
            due = generation
        if due >= 0:
            gc.collect(due)
