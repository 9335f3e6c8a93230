"""Tags are dragged from lists, pages and cards onto the trends, by mouse and by finger."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.support.ui_history import ScriptedHistory
from tests.support.ui_window import Stage, a_window, finger, settle
from tests.support.waiting import until
from vmshmi.core.values import TagId
from vmshmi.ui.pages.alarms import AlarmsPage
from vmshmi.ui.pages.tags import TagsPage
from vmshmi.ui.shell.tag_drag import Ghost
from vmshmi.ui.trends.trend_page import TrendPage

LOW, TRIP = "me_p.lo_press.low", "me_p.lo_press.trip"


@contextmanager
def a_stage(page: str, raised: str = "", banner: str = "non_modal") -> Iterator[Stage]:
    with a_window(page=page, raised=raised, banner=banner) as stage:
        stage.runtime.history = ScriptedHistory()  # type: ignore[assignment]
        stage.window.context.drag._hold.setInterval(1)
        stage.window.context.drag._door.setInterval(1)
        yield stage


def middle(widget: QWidget, window: QWidget) -> QPoint:
    return widget.mapTo(window, widget.rect().center())


async def mouse(stage: Stage, start: QPoint, *stops: QPoint, let_go: bool = True) -> None:
    """Press, move over these places of the window, release; through the window system."""
    loop = asyncio.get_running_loop()
    handle = stage.window.windowHandle()
    button = Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier

    def moves() -> Iterator[tuple[str, QPoint]]:
        yield "press", start
        for stop in stops:
            yield "move", stop
        if let_go:
            yield "release", stops[-1]

    def send(what: str, place: QPoint) -> None:
        if what == "press":
            QTest.mousePress(handle, button, keys, place)
        elif what == "move":
            QTest.mouseMove(handle, place)
        else:
            QTest.mouseRelease(handle, button, keys, place)

    for what, place in moves():
        loop.call_soon(send, what, place)
        await settle(3)
    await settle()


def row_of(stage: Stage, tag_id: str) -> QPoint:
    """The middle of the row of a tag on the tags page, in the window."""
    (page,) = stage.window.findChildren(TagsPage)
    rows = page.table.rows
    row = [tag.id for tag in page.table.shown()].index(TagId(tag_id))
    place = QPoint(60, row * rows.row_px + rows.row_px // 2)
    assert page.table.tags_at(place) == (tag_id,)
    return rows.viewport().mapTo(stage.window, place)


def trends_button(stage: Stage) -> QPoint:
    return middle(stage.child("nav_trends"), stage.window)


def pens(stage: Stage) -> Sequence[str]:
    (page,) = stage.window.findChildren(TrendPage)
    return page.tags


async def test_a_mouse_drags_a_tag_from_the_list_onto_the_trends_button() -> None:
    with a_stage("tags") as stage:
        await mouse(stage, row_of(stage, "gen1.volt"), trends_button(stage))
        assert stage.window.page_id == "trends"
        assert pens(stage)[-1] == "gen1.volt"


async def test_a_finger_that_has_rested_drags_and_the_list_does_not_scroll() -> None:
    with a_stage("tags") as stage:
        (page,) = stage.window.findChildren(TagsPage)
        start = row_of(stage, "gen1.volt")
        button = trends_button(stage)
        halfway = QPoint((start.x() + button.x()) // 2, (start.y() + button.y()) // 2)
        await finger(stage.window, start, start, start, halfway, button)
        assert stage.window.page_id == "trends"
        assert pens(stage)[-1] == "gen1.volt"
        assert page.table.rows.verticalScrollBar().value() == 0


async def test_a_finger_that_moves_at_once_does_not_drag() -> None:
    with a_stage("tags") as stage:
        stage.window.context.drag._hold.setInterval(60_000)
        await finger(stage.window, row_of(stage, "gen1.volt"), trends_button(stage))
        assert stage.window.page_id == "tags"


async def test_held_over_a_button_its_page_comes_and_takes_the_tag() -> None:
    with a_stage("tags") as stage:
        button = trends_button(stage)
        await mouse(stage, row_of(stage, "me_p.rpm"), button, let_go=False)
        await until(lambda: stage.window.page_id == "trends")
        before = pens(stage)
        place = middle(stage.child("trend_chart"), stage.window)
        handle = stage.window.windowHandle()
        asyncio.get_running_loop().call_soon(QTest.mouseMove, handle, place)
        await settle()
        (ghost,) = stage.window.findChildren(Ghost)
        assert ghost.isVisible()
        assert ghost.welcome
        release = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
        asyncio.get_running_loop().call_soon(QTest.mouseRelease, handle, *release)
        await settle()
        assert pens(stage) == (*before, "me_p.rpm")
        assert not ghost.isVisible()


async def test_dropped_beside_everything_nothing_happens_and_no_row_is_chosen() -> None:
    with a_stage("tags") as stage:
        (page,) = stage.window.findChildren(TagsPage)
        start = row_of(stage, "gen1.volt")
        await mouse(stage, start, start + QPoint(40, 40), start + QPoint(300, 60))
        assert stage.window.page_id == "tags"
        assert page.table.rows.selected_key is None
        assert not stage.window.context.drag.dragging


async def test_an_alarm_is_dragged_by_its_row() -> None:
    with a_stage("alarms", raised=LOW) as stage:
        await settle()
        (page,) = stage.window.findChildren(AlarmsPage)
        rows = page.table.rows
        place = QPoint(300, rows.row_px // 2)
        start = rows.viewport().mapTo(stage.window, place)
        assert page.table.tags_at(place) == ("me_p.lo_press",)
        await mouse(stage, start, trends_button(stage))
        assert pens(stage)[-1] == "me_p.lo_press"


async def test_the_chosen_tags_card_is_dragged_as_a_whole() -> None:
    with a_stage("tags") as stage:
        (page,) = stage.window.findChildren(TagsPage)
        page.open_with({"tag": "me_p.rpm"})
        await settle()
        await mouse(stage, middle(page.detail.fields, stage.window), trends_button(stage))
        assert pens(stage)[-1] == "me_p.rpm"


async def test_escape_and_the_alarm_banner_end_a_drag() -> None:
    with a_stage("tags", banner="modal") as stage:
        drag = stage.window.context.drag
        start = row_of(stage, "gen1.volt")
        away = start + QPoint(0, 60)
        await mouse(stage, start, away, let_go=False)
        assert drag.dragging
        asyncio.get_running_loop().call_soon(QTest.keyClick, stage.window.windowHandle(), Qt.Key.Key_Escape)
        await settle()
        assert not drag.dragging
        await mouse(stage, start, away, let_go=False)
        assert drag.dragging
        stage.runtime.alarms.raise_alarm(TRIP)
        await settle()
        assert stage.window.banner is not None
        assert stage.window.banner.isVisible()
        assert not drag.dragging


async def test_a_tag_for_which_there_is_no_room_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmshmi.ui.trends.trend_page.MOST_PENS", 2)
    with a_stage("trends") as stage:
        (page,) = stage.window.findChildren(TrendPage)
        page.set_tags([TagId("me_p.rpm"), TagId("gen1.volt")])
        page.add_tags(["fo.day_tank"])
        await settle()
        assert page.tags == ("me_p.rpm", "gen1.volt")
        assert "fo.day_tank" in page.parts.state.text()
