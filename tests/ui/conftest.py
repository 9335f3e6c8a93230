"""What every test of the screen stands on: no window survives it."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

# Qt keeps one tool tip label of its own for the life of the process
_QT_OWN = {"QTipLabel"}


def _windows() -> list[QWidget]:
    return [widget for widget in QApplication.topLevelWidgets() if widget.metaObject().className() not in _QT_OWN]


@pytest.fixture(autouse=True)
def no_window_survives(qapp: QApplication, no_thread_survives: None) -> Iterator[None]:
    """Fail the test that leaves a top-level widget behind; windows given to `qtbot.addWidget` are closed by then."""
    del qapp, no_thread_survives
    before = _windows()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in _windows() if widget not in before]
    if left:
        del left  # only a cycle may still hold them
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = [widget for widget in _windows() if widget not in before]
    names = [f"{widget.metaObject().className()} {widget.objectName()!r}" for widget in left]
    for widget in left:
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if names:
        pytest.fail(f"windows survive the test: {', '.join(names)}", pytrace=False)
