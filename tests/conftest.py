"""What every test stands on: Qt without a screen, and the event loop that fits the room.

The two environment variables are set before anything imports Qt; nothing here imports Qt itself, so that core, config
and runtime tests also run where Qt is not installed.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

_TESTS = Path(__file__).parent
_THREAD_GRACE_S = 2.0


def _new_qt_loop() -> asyncio.AbstractEventLoop:
    """Make qasync's loop over the one QApplication, as `vmshmi.app.desktop` does."""
    import qasync
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    return qasync.QEventLoop(application)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Choose the loop of an async test: qasync below tests/ui, a plain one elsewhere."""
    del config
    if item.path.is_relative_to(_TESTS / "ui"):
        return {"qt": _new_qt_loop}
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture(autouse=True)
def _no_thread_survives() -> Iterator[None]:
    """Fail the test that leaves a thread behind: on a ship it would run for years."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(timeout=_THREAD_GRACE_S)
    names = [thread.name for thread in left if thread.is_alive()]
    if names:
        pytest.fail(f"threads survive the test: {', '.join(names)}", pytrace=False)


@pytest.fixture(autouse=True)
async def _no_task_survives_placeholder() -> None:
    """Replaced below."""
