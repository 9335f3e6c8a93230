"""A Qt object in a reference cycle ends in the thread of the screen, however busy the others are."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from vmshmi.app.garbage import ScreenGarbage


@pytest.fixture(autouse=True)
def as_python_collects() -> Iterator[None]:
    """The tests' own collector is out of the way, and as it was afterwards."""
    before, enabled = gc.get_threshold(), gc.isenabled()
    gc.enable()
    gc.set_threshold(200, 5, 5)
    yield
    gc.set_threshold(*before)
    if not enabled:
        gc.disable()


def drop_a_cycle(ended_in: list[int]) -> None:
    """A Qt object that only the collector can end; says in which thread it did."""
    thing = QObject()
    thing.itself = thing  # type: ignore[attr-defined]
    weakref.finalize(thing, lambda: ended_in.append(threading.get_ident()))


def work_elsewhere(made: list[list[int]]) -> int:
    """Another thread makes many objects; returns its number."""
    thread = threading.Thread(target=lambda: made.extend([number] for number in range(5_000)))
    thread.start()
    thread.join()
    assert thread.ident is not None
    return thread.ident


def test_python_alone_ends_it_anywhere() -> None:
    ended_in: list[int] = []
    drop_a_cycle(ended_in)
    assert ended_in == [work_elsewhere([])]


def test_it_ends_in_the_thread_of_the_screen(qtbot: QtBot) -> None:
    ended_in: list[int] = []
    made: list[list[int]] = []
    garbage = ScreenGarbage()
    garbage.start()
    try:
        drop_a_cycle(ended_in)
        work_elsewhere(made)
        assert ended_in == []
        qtbot.waitUntil(lambda: bool(ended_in), timeout=20_000)
    finally:
        garbage.stop()
    assert ended_in == [threading.get_ident()]
    assert gc.isenabled()


def test_rounds_come_by_the_thresholds() -> None:
    garbage = ScreenGarbage()
    gc.disable()
    gc.collect()
    kept: list[list[int]] = []
    rounds: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            rounds.append(info["generation"])

    gc.callbacks.append(note)
    try:
        garbage.collect_what_is_due()
        assert rounds == []
        for _ in range(49):
            kept.extend([0] for _ in range(300))
            garbage.collect_what_is_due()
    finally:
        gc.callbacks.remove(note)
    # more than five young ones, then a middle one; more than five of those, then all
    assert rounds == ([0] * 6 + [1]) * 6 + [0] * 6 + [2]
