"""The lamps of the groups: what they say, that they flash together, and what a touch on one does."""

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from tests.support.ui_window import Stage, a_window, settle, touch
from vmshmi.core.alarms.model import Priority, Suppression
from vmshmi.ui.alarms.group_lamps import GroupLamps, GroupState, group_states
from vmshmi.ui.pages.alarms import AlarmsPage

WARNING, TRIP, GEN, CAUTION = "me_p.lo_press.low", "me_p.lo_press.trip", "gen1.volt.high", "fo.day_tank.low"


def _page(stage: Stage) -> AlarmsPage:
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    return page


async def _answer(stage: Stage, alarm_id: str) -> None:
    record = stage.runtime.alarms.record(alarm_id)
    await stage.runtime.alarms.acknowledge(alarm_id, record.occurrence, "Master", "bridge")


async def test_a_lamp_says_the_highest_unanswered_priority_or_else_the_highest_that_stands() -> None:
    with a_window(banner="non_modal") as stage:
        states = group_states(stage.window.context.alarms)
        assert list(states) == ["", "ME", "GEN", "FIRE", "TANK"]
        assert set(states.values()) == {GroupState()}
        for alarm in (WARNING, TRIP, CAUTION):
            stage.runtime.alarms.raise_alarm(alarm)
        states = group_states(stage.window.context.alarms)
        assert states["ME"] == GroupState(2, 2, Priority.ALARM)
        assert states["TANK"] == GroupState(1, 0, Priority.CAUTION)
        await _answer(stage, TRIP)
        assert group_states(stage.window.context.alarms)["ME"] == GroupState(2, 1, Priority.WARNING)
        await _answer(stage, WARNING)
        assert group_states(stage.window.context.alarms)["ME"] == GroupState(2, 0, Priority.ALARM)


async def test_what_is_not_announced_lights_no_lamp() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await stage.runtime.alarms.shelve(WARNING, "Master", 30, "sensor", "ecr")
        assert stage.runtime.alarms.record(WARNING).suppression is Suppression.SHELVED
        assert group_states(stage.window.context.alarms)["ME"] == GroupState()


async def test_a_lamp_flashes_with_everything_else_while_something_in_it_is_unanswered_and_is_steady_after() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await settle()
        flash, lamps = stage.window.context.flash, _page(stage).lamps

        def look(group: str, beyond_second: float) -> QImage:
            stage.clock.advance(1.0 - stage.clock.monotonic() % 1.0 + beyond_second)
            flash.tick()
            return lamps.lamp(group).grab().toImage()

        assert look("ME", 0.1) != look("ME", 0.8)
        assert look("GEN", 0.1) == look("GEN", 0.8)
        await _answer(stage, WARNING)
        assert look("ME", 0.1) == look("ME", 0.8)


async def test_only_lamps_that_want_an_answer_are_painted_anew_with_each_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await settle()
        painted: list[str] = []
        for group in ("ME", "GEN"):
            monkeypatch.setattr(_page(stage).lamps.lamp(group), "update", lambda it=group: painted.append(it))
        stage.window.context.flash.phase_changed.emit(False)
        assert painted == ["ME"]


async def test_a_touch_on_a_lamp_shows_its_group_a_second_one_and_all_show_everything() -> None:
    with a_window(banner="non_modal") as stage:
        for alarm in (WARNING, GEN, CAUTION):
            stage.runtime.alarms.raise_alarm(alarm)
        page = _page(stage)
        await touch(stage.child("group_ME"))
        assert [record.id for record in page.table.records()] == [WARNING]
        await touch(stage.child("choice_history"))
        assert page.past.row_count() == 1
        await touch(stage.child("choice_all"))
        await touch(stage.child("group_ME"))
        assert len(page.table.records()) == 3
        await touch(stage.child("group_TANK"))
        assert [record.id for record in page.table.records()] == [CAUTION]
        await touch(stage.child("group_"))
        assert len(page.table.records()) == 3


async def test_every_lamp_can_be_touched_however_narrow_the_page() -> None:
    with a_window() as stage:
        context = stage.window.context
        home = QWidget()  # no layout takes the width back
        lamps = GroupLamps(context.alarms, context.flash, context.theme, home)
        home.show()
        for width in (1280, 320, 200):
            lamps.resize(width, lamps.height())
            await settle()
            boxes = [lamps.lamp(group).geometry() for group in ("", "ME", "GEN", "FIRE", "TANK")]
            assert all(box.height() >= 48 and box.width() >= 48 for box in boxes)
            assert all(box.right() < width for box in boxes)
            assert lamps.height() > max(box.bottom() for box in boxes)
            assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[:n])
        home.hide()
        home.deleteLater()
