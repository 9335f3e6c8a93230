"""Cursors, marks, ways to a moment, own groups and files of the trends page, by finger."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QStandardPaths, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.ui_window import settle, touch
from tests.ui.trends.test_trend_page import FIRE, PRESS, PRESS_S, RPM, Trends, trends
from vmshmi.core.alarms.model import AlarmTransition, Priority
from vmshmi.core.errors import StorageError
from vmshmi.ui.style.sizes import ACK, TOUCH
from vmshmi.ui.trends.jump_dialog import JumpDialog
from vmshmi.ui.trends.mark_card import MarkCard
from vmshmi.ui.trends.own_groups import OwnGroup, OwnGroups
from vmshmi.ui.trends.xy_dialog import XyDialog
from vmshmi.ui.widgets.touch_button import TouchButton

LOW, TRIP, FIRE_ON = "me_p.lo_press.low", "me_p.lo_press.trip", "fire.zone1.on"


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written to the folders of whoever runs the tests."""
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path))


def place_of(t: Trends, at_s: float, y: float) -> QPoint:
    """Where a moment is on the chart."""
    chart = t.page.parts.chart
    left = chart._lanes[0].box.sceneBoundingRect().x()
    return QPoint(round(left + (at_s - t.picture.start_s) / chart._seconds_per_pixel()), round(y))


def strip_y(t: Trends) -> float:
    return t.page.parts.chart._strip.sceneBoundingRect().center().y()


async def shown(t: Trends, *tags: str) -> None:
    t.page.set_tags(tags)  # type: ignore[arg-type]
    await settle()
    t.page.draw()


async def without_banner(t: Trends, button: QWidget) -> None:
    """As a touch where an alarm banner covers the window."""
    assert isinstance(button, TouchButton)
    button.click()
    await settle()
    t.page.draw()


async def test_raisings_of_the_drawn_tags_stand_on_the_time_line() -> None:
    with trends() as t:
        t.stage.runtime.alarms.raise_alarm(LOW)
        t.stage.runtime.alarms.raise_alarm(FIRE_ON)
        t.stage.clock.advance(200)
        await shown(t, PRESS)
        (group,) = t.picture.marks
        assert [mark.line.record.id for mark in group.marks] == [LOW]
        assert group.gravest.priority is Priority.WARNING
        assert group.at_s == t.stage.clock.now().timestamp() - 200
        await shown(t, PRESS, FIRE)
        assert t.picture.marks[0].gravest.priority is Priority.EMERGENCY_ALARM


async def test_an_alarm_that_comes_now_is_marked_at_once() -> None:
    with trends() as t:
        await shown(t, PRESS)
        t.stage.clock.advance(5)
        t.stage.runtime.alarms.raise_alarm(TRIP)
        assert [group.gravest.priority for group in t.picture.marks] == [Priority.ALARM]


async def test_a_touched_mark_tells_its_alarm_and_leads_to_it() -> None:
    with trends() as t:
        t.stage.runtime.alarms.raise_alarm(LOW)
        t.stage.clock.advance(300)
        await shown(t, PRESS)
        viewport = t.page.parts.chart._view.viewport()
        place = place_of(t, t.picture.marks[0].at_s, strip_y(t)) + QPoint(20, 15)
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
        card = t.page.tools._dialog
        assert isinstance(card, MarkCard)
        assert "15:06:00" in card.lines.accessibleName()
        assert all(button.height() >= ACK for button in card.findChildren(TouchButton))
        await without_banner(t, card.alarm)
        assert t.page.tools._dialog is None
        assert not t.page.isVisible()  # the alarm list is in front


async def test_marks_of_an_older_question_are_not_drawn() -> None:
    with trends() as t:
        first: asyncio.Future[list[AlarmTransition]] = asyncio.get_running_loop().create_future()
        real = t.stage.runtime.alarms.history
        t.stage.runtime.alarms.raise_alarm(LOW)
        old = list(await real())

        async def late(*_: object) -> list[AlarmTransition]:
            return await first

        t.stage.runtime.alarms.history = late  # type: ignore[method-assign]
        await shown(t, PRESS)
        assert "Loading" in t.page.parts.state.text()
        t.stage.runtime.alarms.history = real
        t.page._pan(-7200.0)
        t.page._ask()
        await settle()
        assert t.page.tools.marks.marks == []
        first.set_result(old)
        await settle()
        assert t.page.tools.marks.marks == []


async def test_a_journal_that_cannot_be_read_is_said() -> None:
    with trends() as t:

        async def broken(*_: object) -> list[AlarmTransition]:
            raise StorageError("journal: disk gone")

        t.stage.runtime.alarms.history = broken  # type: ignore[method-assign]
        await shown(t, PRESS)
        assert t.page.parts.state.text() == "journal: disk gone"


async def test_two_cursors_read_the_pens_and_a_finger_moves_them() -> None:
    with trends() as t:
        t.past(PRESS, [4.0 + number * 0.01 for number in range(61)])
        await shown(t, PRESS)
        await touch(t.stage.child("trend_cursors"))
        t.page.draw()
        assert not t.page._window.live
        cursors = t.picture.cursors
        assert cursors is not None
        row = t.page.parts.legend.rows[0]
        assert row.between[0].startswith("A 4.21   B 4.41")
        assert "slope +0.06 bar/min" in row.between[2]
        assert "3 min 20 s" in t.page.parts.state.text()
        viewport = t.page.parts.chart._view.viewport()
        start = place_of(t, cursors[0], 300) + QPoint(15, 0)
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(viewport, start + QPoint(-100, 0))
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(-100, 0))
        moved = t.picture.cursors
        assert moved is not None
        assert moved[0] < cursors[0]
        assert moved[1] == cursors[1]
        assert t.picture.start_s == pytest.approx(cursors[0] - 200)  # the view stayed
        await touch(t.stage.child("trend_cursors"))
        assert t.picture.cursors is None
        assert t.page.parts.legend.rows[0].between == ()


async def test_a_cursor_does_not_pass_the_other() -> None:
    with trends() as t:
        await shown(t, PRESS)
        await touch(t.stage.child("trend_cursors"))
        cursors = t.picture.cursors
        assert cursors is not None
        t.page.tools._move_cursor(0, cursors[1] + 100)
        moved = t.picture.cursors
        assert moved is not None
        assert moved[0] < moved[1] == cursors[1]


async def test_a_touch_on_live_freezes_the_chart_and_the_next_one_follows_again() -> None:
    with trends() as t:
        await shown(t, PRESS)
        await touch(t.stage.child("trend_live"))
        before = t.picture.end_s
        t.stage.clock.advance(60)
        assert t.picture.end_s == before
        await touch(t.stage.child("trend_live"))
        assert t.picture.end_s > before


async def test_five_years_are_two_touches_away() -> None:
    with trends() as t:
        await shown(t, PRESS)
        await touch(t.stage.child("span_more"))
        popup = QApplication.activePopupWidget()
        assert popup is not None
        buttons = popup.findChildren(TouchButton)
        assert min(button.height() for button in buttons) >= TOUCH
        await touch(next(button for button in buttons if button.text() == "5 years"))
        assert t.picture.end_s - t.picture.start_s == 5 * 365 * 86_400
        assert t.page.parts.spans.more.text() == "5 years"
        assert t.page.parts.spans.more.isChecked()


async def test_a_date_is_reached_by_touch() -> None:
    with trends() as t:
        await shown(t, PRESS)
        await touch(t.stage.child("trend_go_to"))
        dialog = t.page.tools._dialog
        assert isinstance(dialog, JumpDialog)
        begin = dialog.at_s
        for name in ("jump_back_86400", "jump_hour_less", "jump_minute_more", "jump_day_less"):
            button = dialog.findChild(TouchButton, name)
            assert button is not None
            assert min(button.width(), button.height()) >= ACK
            await touch(button)
        assert dialog.at_s == begin - 2 * 86_400 - 3_600 + 60
        show = dialog.findChild(TouchButton, "jump_show")
        assert show is not None
        wanted = dialog.at_s
        await touch(show)
        assert t.picture.start_s < wanted < t.picture.end_s
        assert not t.page._window.live


async def test_steps_over_the_clock_change_in_autumn_are_those_of_the_ships_clock() -> None:
    with trends() as t:  # the ship keeps Europe/Madrid
        noon = datetime.fromisoformat("2026-10-24T12:00:00+02:00").timestamp()
        dialog = JumpDialog(
            t.page.parts.theme, t.page._ticks, noon, noon + 9e6, lambda _: None, lambda _: None, t.stage.window
        )
        dialog.step("day", 1)
        assert dialog.at_s == noon + 25 * 3_600
        assert dialog.clock.text() == "UTC+1"
        dialog.step("hour", -9)
        dialog.step("hour", -1)
        assert t.page._ticks.wall(dialog.at_s).strftime("%H:%M") == "02:00"
        dialog.step("hour", -1)
        assert t.page._ticks.wall(dialog.at_s).strftime("%H:%M") == "02:00"  # the hour that comes twice
        assert dialog.clock.text() == "UTC+2"
        dialog.step("month", 1)
        assert t.page._ticks.wall(dialog.at_s).strftime("%d %b %H:%M") == "25 Nov 02:00"
        dialog.close()


async def test_the_alarm_before_is_found_however_long_ago() -> None:
    with trends() as t:
        t.stage.runtime.alarms.raise_alarm(LOW)
        then = t.stage.clock.now().timestamp()
        t.stage.clock.advance(timedelta(days=3).total_seconds())
        await shown(t, PRESS)
        t.page.tools.go_to_alarm(-1)
        await settle()
        assert t.picture.start_s < then < t.picture.end_s
        t.page.tools.go_to_alarm(-1)
        await settle()
        assert t.page.parts.state.text() == "No earlier alarm of these tags."


async def test_what_is_shown_is_written_as_csv_picture_and_page(tmp_path: Path) -> None:
    with trends() as t:
        t.past(PRESS, [4.0, None, 4.25])
        await shown(t, PRESS, RPM)
        t.page.menu.folder = tmp_path
        for what in ("csv", "csv", "parquet", "parquet", "picture", "page"):
            t.page.menu.do(what)
            await t.stage.window.context.tasks.drain()
            assert str(tmp_path) in t.page.parts.state.text().replace("\u200b", "")
        tables = sorted(tmp_path.glob("trend-*.csv"))
        assert len(tables) == 2  # nothing is replaced
        lines = tables[0].read_text("utf-8-sig").splitlines()
        assert lines[0] == "time_utc,tag,description,unit,value,quality"
        assert [line.split(",")[4] for line in lines[1:]] == ["4.0", "", "4.25"]
        assert lines[1].endswith("4.0,good")
        assert [file.read_text() for file in tmp_path.glob("trend-*.parquet")] == ["2 tags"] * 2
        assert next(tmp_path.glob("*.png")).read_bytes().startswith(b"\x89PNG")
        assert next(tmp_path.glob("*.pdf")).read_bytes().startswith(b"%PDF")


async def test_each_line_can_have_a_scale_of_its_own_and_back() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.5])
        t.past(PRESS_S, [5.0, 5.5])
        await shown(t, PRESS, PRESS_S)
        (shared,) = t.picture.lanes
        assert shared.lines[0].y.max() < shared.lines[1].y.min()
        t.page.menu.do("scales")
        (own,) = t.picture.lanes
        assert own.axis_pen == 0
        assert own.lines[0].y == pytest.approx(own.lines[1].y, abs=0.35)  # each fills the height
        assert own.lines[0].y.max() <= 1.0
        t.page.menu.do("scales")
        assert t.picture.lanes[0].axis_pen is None


async def test_one_tag_is_drawn_over_another() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.5, None, 5.0, 5.5])
        t.past(RPM, [1000.0, 1100.0, 1200.0, 1300.0, 1400.0])
        await shown(t, PRESS, RPM)
        await touch(t.stage.child("trend_menu"))
        popup = QApplication.activePopupWidget()
        assert popup is not None
        await touch(next(button for button in popup.findChildren(TouchButton) if button.text() == "x-y plot"))
        dialog = t.page.tools._dialog
        assert isinstance(dialog, XyDialog)
        assert all(button.height() >= ACK for button in dialog.findChildren(TouchButton))
        pairs = dialog.plot.pairs
        assert pairs is not None
        assert pairs.x.min() == pytest.approx(4.0, abs=0.05)
        assert not ((pairs.y > 1101) & (pairs.y < 1299)).any()  # the gap of the other is none of this one's values
        rising = pairs.y < 1100
        assert pairs.y[rising] == pytest.approx(1000 + (pairs.x[rising] - 4.0) * 200)
        dialog.choose(0, 1)
        assert dialog.chosen == [1, 0]
        dialog.reject()


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with trends() as t:
        await shown(t, PRESS)
        t.page.menu.folder = tmp_path / "gone"
        t.page.menu.do("csv")
        await t.stage.window.context.tasks.drain()
        assert "gone" in t.page.parts.state.text()
        assert "No such file" in t.page.parts.state.text()


async def test_a_group_of_ones_own_is_kept_for_its_person_and_comes_back() -> None:
    with trends() as t:
        await shown(t, PRESS_S, RPM)
        t.page.menu.do("keep")
        await t.stage.window.context.tasks.drain()
        assert t.page.parts.groups.text() == "Stbd ME lube oil pressure +1"
        again = OwnGroups(t.page.menu.own.path)
        await again.load()
        assert again.of("Chief engineer") == (OwnGroup("Stbd ME lube oil pressure +1", (PRESS_S, RPM)),)
        assert again.of("Master") == ()
        t.page.set_tags([PRESS])
        t.page.show_group("own:0")
        assert t.page.tags == (PRESS_S, RPM)
        t.page.menu.do("remove")
        await t.stage.window.context.tasks.drain()
        assert t.page.menu.own.of("Chief engineer") == ()


async def test_a_file_of_groups_that_is_damaged_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "groups.json"
    path.write_text("[1, 2")
    with pytest.raises(StorageError, match=r"groups\.json"):
        await OwnGroups(path).keep("A", OwnGroup("g", ("t",)))
    assert path.read_text() == "[1, 2"


async def test_the_name_of_a_written_file_is_read_whole_however_long_it_is() -> None:
    with trends() as t:
        path = "/home/engine-control-room/trends/trend-20261129-012621-20261130-012621-of-the-port-main-engine.csv"
        t.page.parts.show_progress(False, "", True, f"Written: {path}")
        label = t.page.parts.state
        assert label.text().replace("\u200b", "") == f"Written: {path}"
        metrics = label.fontMetrics()
        parts = label.text().replace(" ", "\u200b").split("\u200b")
        assert max(metrics.horizontalAdvance(part) for part in parts) < label.width()
        assert label.heightForWidth(label.width()) >= 2 * metrics.height()
        await settle()
        assert label.height() >= label.heightForWidth(label.width())
