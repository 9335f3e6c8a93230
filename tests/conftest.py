"""What every test stands on: Qt without a screen, the event loop that fits the room, and nothing left running.

The environment variables are set before anything imports Qt; nothing here imports Qt before a Qt test asks for it.
"""

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

# how long an example takes is the machine's affair; in CI a run is the same each time, elsewhere the search is random
settings.register_profile(
    "vmshmi",
    derandomize=os.environ.get("CI", "").lower() in ("1", "true"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("vmshmi")

_TESTS = Path(__file__).parent
_THREAD_GRACE_S = 10.0
_TASK_GRACE_TURNS = 20
_GARBAGE = 100_000
"""New objects after which the garbage is collected: some of the largest windows."""


def _new_qt_loop() -> asyncio.AbstractEventLoop:
    """Make qasync's loop over the one QApplication, as the desktop does."""
    import qasync
    from PySide6.QtWidgets import QApplication

    return qasync.QEventLoop(QApplication.instance() or QApplication([]))


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Choose the loop of an async test: qasync below tests/ui, a plain one elsewhere."""
    del config
    if item.path.is_relative_to(_TESTS / "ui"):
        return {"qt": _new_qt_loop}
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture(autouse=True, scope="session")
def no_thread_collects_garbage() -> Iterator[None]:
    """Python collects in whatever thread makes an object: a window of an earlier test that ends there breaks Qt."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def garbage_is_collected_between_tests() -> Iterator[None]:
    """See above: here, in the main thread, between two tests."""
    yield
    if gc.get_count()[0] > _GARBAGE:
        gc.collect()


@pytest.fixture(autouse=True)
def no_thread_survives() -> Iterator[None]:
    """Fail the test that leaves a thread behind: on a ship it would run for years."""
    before = set(threading.enumerate())
    yield
    # a QThread that once ran Python stays listed as a dummy for ever: it says nothing
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before and not isinstance(thread, threading._DummyThread)
    ]
    for thread in left:
        thread.join(timeout=_THREAD_GRACE_S)
    names = [thread.name for thread in left if thread.is_alive()]
    if names:
        pytest.fail(f"threads survive the test: {', '.join(names)}", pytrace=False)


@pytest.fixture(autouse=True)
def no_task_survives(request: pytest.FixtureRequest, no_thread_survives: None) -> None:
    """Fail the async test that leaves a task behind instead of awaiting or cancelling it."""
    del no_thread_survives  # asked for so that it looks last, when the loop and its threads are gone
    if pytest_asyncio.is_async_test(request.node):
        request.getfixturevalue("_count_tasks_at_the_end")


@pytest.fixture
async def _count_tasks_at_the_end() -> AsyncIterator[None]:
    yield
    left: set[asyncio.Task[object]] = set()
    for _ in range(_TASK_GRACE_TURNS):
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if not left:
            return
        await asyncio.sleep(0)
    names = sorted(f"{task.get_name()} ({task.get_coro()!r})" for task in left)
    for task in left:
        task.cancel()
    pytest.fail(f"tasks survive the test: {'; '.join(names)}", pytrace=False)
