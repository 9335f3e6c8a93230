"""The checks that nothing survives a test bite, and the right event loop runs in each room."""

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

_TESTS = Path(__file__).parents[1]

_LEAKS = """
import asyncio
import threading

from PySide6.QtWidgets import QLabel, QWidget

KEEP = []


async def test_runs_in_qasync_and_leaves_nothing(qtbot):
    import qasync
    label = QLabel("x")
    qtbot.addWidget(label)
    label.show()
    assert isinstance(asyncio.get_running_loop(), qasync.QEventLoop)
    await asyncio.gather(asyncio.sleep(0.01), asyncio.to_thread(threading.get_ident))


async def test_leaves_a_task(qtbot):
    KEEP.append(asyncio.create_task(asyncio.sleep(60), name="forgotten poll"))


def test_leaves_a_window(qtbot):
    KEEP.append(QWidget())
    KEEP[-1].show()


def test_leaves_a_thread(qtbot):
    gate = threading.Event()
    KEEP.append(threading.Thread(target=gate.wait, args=(20,), name="forgotten worker", daemon=True))
    KEEP[-1].start()


def test_logs_a_qt_warning(qtbot):
    from PySide6.QtCore import qWarning
    qWarning("painter not active")


def test_after_the_leaks_is_not_blamed(qtbot):
    qtbot.addWidget(QWidget())
"""

_PLAIN = """
import asyncio


async def test_runs_in_a_plain_loop():
    assert type(asyncio.get_running_loop()).__module__.startswith("asyncio.")


async def test_forgets_to_await():
    asyncio.sleep(1)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with our pytest configuration and two rooms of its own."""
    shutil.copy(_TESTS.parent / "pyproject.toml", pytester.path)
    for room in ("ui", "core"):
        pytester.path.joinpath("tests", room).mkdir(parents=True)
    for name in ("conftest.py", "ui/conftest.py"):
        shutil.copy(_TESTS / name, pytester.path / "tests" / name)
    return pytester


def test_a_task_a_window_a_thread_and_a_qt_warning_fail_the_test_that_leaves_them(project: pytest.Pytester) -> None:
    project.path.joinpath("tests/ui/test_leaks.py").write_text(_LEAKS)
    result = project.runpytest_subprocess("tests/ui")
    # a leak is an error at teardown of a test that passed; the Qt warning fails the test itself
    result.assert_outcomes(passed=5, errors=3, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*tasks survive the test: forgotten poll*",
            "*windows survive the test: QWidget*",
            "*threads survive the test: forgotten worker*",
        ]
    )


def test_outside_ui_the_loop_is_plain_and_a_forgotten_await_is_an_error(project: pytest.Pytester) -> None:
    project.path.joinpath("tests/core/test_plain.py").write_text(_PLAIN)
    result = project.runpytest_subprocess("tests/core")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*coroutine 'sleep' was never awaited*"])
