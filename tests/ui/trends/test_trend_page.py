"""The trends page in the real window."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.ui_history import ScriptedHistory, a_series
from tests.support.ui_window import Stage, a_window, settle, touch
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.ui.style.sizes import TOUCH
from vmshmi.ui.trends.legend import Legend
from vmshmi.ui.trends.pen_colours import MOST_PENS, pen_colour
from vmshmi.ui.trends.picture import LanePicture, Picture
from vmshmi.ui.trends.tag_picker import TagPicker
from vmshmi.ui.trends.trend_page import TrendPage
from vmshmi.ui.widgets.touch_button import TouchButton

PRESS, PRESS_S, RPM, VOLT, FIRE, TANK = (
    TagId(name) for name in ("me_p.lo_press", "me_s.lo_press", "me_p.rpm", "gen1.volt", "fire.zone1", "fo.day_tank")
)


class Trends:
    """The page, its window and its history."""

    def __init__(self, stage: Stage, history: ScriptedHistory) -> None:
        self.stage = stage
        self.history = history
        stage.window.show_page("trends")
        (self.page,) = stage.window.findChildren(TrendPage)
        self.page._frame.stop()  # the test says when to draw

    @property
    def picture(self) -> Picture:
        self.page.draw()
        picture = self.page.parts.chart.picture
        assert picture is not None
        return picture

    def lane_of(self, pen: int) -> LanePicture:
        return next(lane for lane in self.picture.lanes if pen in lane.lines)

    def drawn(self, pen: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """The line as it was handed to the screen."""
        self.page.draw()
        return self.page.parts.chart.drawn(pen)

    def past(self, tag: TagId, values: list[float | None], every_s: float = 10.0) -> None:
        """Write rows that end now."""
        begin = self.stage.clock.now() - timedelta(seconds=every_s * (len(values) - 1))
        for number, value in enumerate(values):
            quality = Quality.BAD_NO_COMMUNICATION if value is None else Quality.GOOD
            self.history.write(tag, begin + timedelta(seconds=every_s * number), value, quality)


@contextmanager
def trends(*, palette: str = "day") -> Iterator[Trends]:
    with a_window(palette=palette) as stage:
        history = ScriptedHistory()
        stage.runtime.history = history  # type: ignore[assignment]
        yield Trends(stage, history)


async def test_a_bad_stretch_is_a_gap_in_the_line() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.1, None, 4.3, 4.4])
        t.page.set_tags([PRESS])
        await settle()
        _, y = t.drawn()
        assert np.isnan(y).tolist()[:5] == [False, False, True, False, False]


async def test_an_unchanged_value_is_one_line_from_row_to_row_and_up_to_now() -> None:
    with trends() as t:
        t.past(PRESS, [4.0] * 6, every_s=60.5)  # as recorded: again each minute, with the sample after it
        t.past(FIRE, [1.0] * 2, every_s=300.5)
        t.page.set_tags([PRESS, FIRE])
        await settle()
        t.stage.clock.advance(30)
        t.stage.runtime.tags.set_many({PRESS: 4.0, FIRE: True})
        now = t.stage.clock.now().timestamp()
        for pen in (0, 1):
            x, y = t.drawn(pen)
            assert not np.isnan(y).any()
            assert x[-1] == now


async def test_the_end_of_a_run_of_the_program_is_a_gap() -> None:
    with trends() as t:
        begin = t.stage.clock.now() - timedelta(seconds=200)
        for after, value in ((0, 4.0), (60, 4.0), (61, None), (90, 4.0), (150, 4.0)):
            quality = Quality.BAD_OUT_OF_SERVICE if value is None else Quality.GOOD
            t.history.write(PRESS, begin + timedelta(seconds=after), value, quality)
        t.page.set_tags([PRESS])
        await settle()
        assert np.isnan(t.drawn()[1]).tolist()[:5] == [False, False, True, False, False]


async def test_a_short_view_knows_the_value_from_before_it() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.0], every_s=50)
        t.page.set_tags([PRESS])
        t.page._choose_span(10.0)
        t.page._ask()
        await settle()
        assert t.drawn()[0][0] < t.picture.start_s


async def test_live_values_go_on_where_history_ends() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.1, 4.2])
        t.stage.runtime.tags.set(PRESS, 4.2)  # the newest row, live as well
        t.page.set_tags([PRESS])
        await settle()
        for value in (4.3, 4.4):
            t.stage.clock.advance(10)
            t.stage.runtime.tags.set(PRESS, value)
        x, y = t.drawn()
        assert y.tolist() == [4.0, 4.1, 4.2, 4.3, 4.4]
        assert np.allclose(np.diff(x), 10.0)


async def test_values_that_come_while_history_is_asked_are_kept() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.1])
        answer = a_series(PRESS, t.history.rows[PRESS])
        t.history.hold = True
        t.page.set_tags([PRESS])
        await settle()
        t.stage.clock.advance(10)
        t.stage.runtime.tags.set(PRESS, 4.2)
        t.history.waiting[-1].set_result(answer)
        await settle()
        assert t.drawn()[1].tolist()[:2] == [4.0, 4.1]
        assert t.drawn()[1].tolist()[-1] == 4.2


@pytest.mark.parametrize("older_first", [False, True])
async def test_an_answer_to_an_older_question_is_not_drawn(older_first: bool) -> None:
    with trends() as t:
        now = t.stage.clock.now()
        old = a_series(PRESS, [(now - timedelta(seconds=20), 1.0, Quality.GOOD)])
        new = a_series(PRESS, [(now - timedelta(seconds=20), 5.0, Quality.GOOD)])
        t.history.hold = True
        t.page.set_tags([PRESS])
        await settle()
        t.page._ask()
        await settle()
        first, second = t.history.waiting
        if older_first:
            first.set_result(old)
            await settle()
            assert "Loading" in t.page.parts.state.text()
            assert 1.0 not in t.drawn()[1]
        second.set_result(new)
        await settle()
        assert t.page.parts.state.text() == ""
        if not older_first:
            first.set_result(old)
            await settle()
        assert 5.0 in t.drawn()[1]
        assert 1.0 not in t.drawn()[1]


async def test_a_question_the_chart_has_moved_on_from_is_given_up() -> None:
    with trends() as t:
        t.history.hold = True
        t.page.set_tags([PRESS])
        await settle()
        t.page._ask()
        await settle()
        assert t.history.cancelled == 1
        t.stage.window.show_page("alarms")
        await settle()
        assert t.history.cancelled == 2
        assert not t.page._feed.busy


async def test_it_says_that_history_is_on_its_way_and_why_it_is_not_there() -> None:
    with trends() as t:
        t.history.hold = True
        t.history.error = "history cannot be read: disk gone"
        t.page.set_tags([PRESS])
        await settle()
        assert "Loading" in t.page.parts.state.text()
        t.history.waiting[0].set_result(None)
        await settle()
        assert t.page.parts.state.text() == "history cannot be read: disk gone"
        t.history.hold, t.history.error = False, ""
        t.page._ask()
        await settle()
        assert t.page.parts.state.text() == ""


async def test_history_that_failed_is_asked_again_by_itself() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.1])
        t.history.error = "history cannot be read: disk gone"
        t.page.set_tags([PRESS])
        await settle()
        t.history.error = ""
        t.page.tick()
        await settle()
        assert t.page.parts.state.text() != ""
        t.stage.clock.advance(11)
        t.page.tick()
        await settle()
        assert t.page.parts.state.text() == ""
        assert t.drawn()[1].tolist()[:2] == [4.0, 4.1]


async def test_a_runtime_that_is_back_is_asked_for_what_was_missed() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        asked = len(t.history.asked)
        t.stage.runtime.system.is_connected = False
        t.page.tick()
        t.page.tick()
        await settle()
        assert len(t.history.asked) == asked
        t.stage.runtime.system.is_connected = True
        t.page.tick()
        t.page.tick()
        await settle()
        assert len(t.history.asked) == asked + 1


async def test_a_clock_that_is_set_back_does_not_stop_the_chart() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        t.stage.runtime.tags.set(PRESS, 4.0)
        t.stage.clock.step_wall(-3600)
        for value in (4.1, 4.2):
            t.stage.clock.advance(1)
            t.stage.runtime.tags.set(PRESS, value)
        picture = t.picture
        assert t.drawn()[1].tolist() == [4.1, 4.2]
        assert picture.start_s < t.stage.clock.now().timestamp() < picture.end_s
        assert t.page._settle.isActive()


async def test_each_unit_has_its_own_axis_and_states_a_lane() -> None:
    with trends() as t:
        t.page.set_tags([PRESS, RPM, PRESS_S, FIRE])
        await settle()
        lanes = t.picture.lanes
        assert [sorted(lane.lines) for lane in lanes] == [[0, 2], [1], [3]]
        assert lanes[0].marks[-1].text.endswith(" bar")
        assert lanes[1].marks[-1].text.endswith(" rpm")
        assert [mark.text for mark in lanes[2].marks] == ["OFF", "ON"]


async def test_a_fourth_unit_shares_a_lane_whose_axis_is_the_chosen_pens() -> None:
    with trends() as t:
        t.page.set_tags([PRESS, RPM, VOLT, TANK])
        await settle()
        assert len(t.picture.lanes) == 3
        t.page._choose_pen(2)
        assert t.lane_of(2).axis_pen == 2
        assert t.lane_of(2).marks[-1].text.endswith(" V")
        t.page._choose_pen(3)
        assert t.lane_of(3).marks[-1].text.endswith(" %")


async def test_normal_range_and_limits_are_those_of_the_chosen_pen() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.1])
        t.page.set_tags([PRESS, PRESS_S])
        await settle()
        assert t.lane_of(0).limits == ()
        t.page._choose_pen(0)
        lane = t.lane_of(0)
        assert [limit.text for limit in lane.limits] == ["WARNING < 2.50 bar", "ALARM < 1.80 bar"]
        assert lane.normal == (3.5, 6.5)
        assert lane.scale.low <= 1.8
        t.page._choose_pen(1)
        assert [limit.text for limit in t.lane_of(1).limits] == ["ALARM < 1.80 bar"]


async def test_fit_scales_to_the_lines_alone() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.1])
        t.page.set_tags([PRESS])
        t.page._choose_pen(0)
        await settle()
        assert t.lane_of(0).scale.high - t.lane_of(0).scale.low > 3
        await touch(t.stage.child("trend_fit"))
        assert t.lane_of(0).scale.high - t.lane_of(0).scale.low < 1


async def test_the_legend_reads_each_pen_and_a_touch_chooses_it() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 5.0])
        t.page.set_tags([PRESS, RPM])
        await settle()
        t.stage.clock.advance(1)
        t.stage.runtime.tags.set(PRESS, 4.5)
        t.stage.runtime.tags.set(RPM, None, Quality.BAD_SENSOR_FAILURE)
        t.page.draw()
        legend = t.stage.child("trend_legend")
        assert isinstance(legend, Legend)
        press, rpm = legend.rows
        assert (press.value, press.tag.unit, press.quality) == ("4.50", "bar", "Good")
        assert press.extent_text("min", "max") == "min 4.00   max 5.00"
        assert (rpm.value, rpm.quality) == ("---", "Bad: sensor failure")
        assert legend.row_height() >= TOUCH
        await touch(legend, QPoint(100, legend.row_height() + 20))
        assert legend.selected == 1
        await touch(legend, QPoint(100, legend.row_height() + 20))
        assert legend.selected is None


async def test_nothing_is_believed_while_the_runtime_is_silent() -> None:
    with trends() as t:
        t.stage.runtime.tags.set(PRESS, 4.5)
        t.page.set_tags([PRESS])
        await settle()
        t.stage.runtime.system.is_connected = False
        t.page.tick()
        assert t.page.parts.legend.rows[0].value == "---"


async def test_live_follows_the_present_until_a_finger_moves_the_chart() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        assert t.page.parts.live.isChecked()
        chart = t.page.parts.chart
        viewport = chart._view.viewport()
        start = t.picture.start_s
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
        QTest.mouseMove(viewport, QPoint(400, 104))
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(400, 104))
        moved = start - t.picture.start_s
        assert moved == pytest.approx(100 * 600 / chart.plot_width, rel=0.02)
        assert not t.page.parts.live.isChecked()
        assert t.page.parts.live.text() == "Back to LIVE"
        assert "Not live" in t.page.parts.state.text()
        before = t.picture
        t.stage.clock.advance(60)
        assert t.picture.end_s == before.end_s
        await touch(t.stage.child("trend_live"))
        assert t.picture.end_s > t.stage.clock.now().timestamp()
        assert t.page.parts.live.isChecked()


async def test_buttons_wheel_and_steps_choose_the_stretch_of_time() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        await touch(t.stage.child("span_3600"))
        assert t.picture.end_s - t.picture.start_s == 3600
        button = t.stage.child("span_3600")
        assert isinstance(button, TouchButton)
        assert button.isChecked()
        await touch(t.stage.child("trend_back"))
        assert t.picture.end_s == pytest.approx(t.stage.clock.now().timestamp() - 1800, abs=80)
        await touch(t.stage.child("trend_shorter"))
        assert t.picture.end_s - t.picture.start_s == 1800
        assert not button.isChecked()
        viewport = t.page.parts.chart._view.viewport()
        place = QPointF(300, 100)
        wheel = QWheelEvent(
            place,
            viewport.mapToGlobal(place),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        moment = t.page.parts.chart._moment(300)
        QApplication.sendEvent(viewport, wheel)
        assert t.picture.end_s - t.picture.start_s == pytest.approx(1440)
        assert t.page.parts.chart._moment(300) == pytest.approx(moment, abs=1)


async def test_history_is_asked_for_the_view_and_something_beside_it_but_not_for_every_pixel() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        asked = len(t.history.asked)
        query = t.history.asked[-1]
        assert query.since is not None
        assert query.since.timestamp() < t.picture.start_s
        assert query.points is not None
        assert 200 <= query.points <= 4000
        t.page._pan(-30.0)
        assert not t.page._settle.isActive()
        t.page._pan(-600.0)  # the first movement that needs more asks at once
        assert not t.page._settle.isActive()
        await settle()
        assert len(t.history.asked) == asked + 1
        t.page._pan(-1200.0)  # the next one of the same gesture waits for the view to rest
        assert t.page._settle.isActive()
        assert len(t.history.asked) == asked + 1
        t.page._ask()
        await settle()
        assert len(t.history.asked) == asked + 2


async def test_on_a_wider_chart_history_is_asked_for_more_points() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        before = t.history.asked[-1].points
        assert before is not None
        t.stage.window.resize(1920, 1080)
        t.page.parts.chart.grab()  # laid out
        t.page._resized()
        assert t.page._settle.isActive()
        t.page._ask()
        await settle()
        after = t.history.asked[-1].points
        assert after is not None
        assert after > 1.25 * before


async def test_a_runtime_whose_clock_is_a_little_ahead_is_asked_for_its_newest_rows_too() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        t.page._choose_span(60.0)
        t.page._ask()
        await settle()
        until = next(query.until for query in reversed(t.history.asked) if query.points is not None)
        assert until is not None
        assert until >= t.stage.clock.now() + timedelta(seconds=10)


async def test_a_state_that_has_not_changed_for_long_is_asked_for_before_the_view() -> None:
    with trends() as t:
        t.history.write(FIRE, t.stage.clock.now() - timedelta(seconds=3000), 1.0)
        t.page.set_tags([FIRE])
        await settle()
        assert any(query.limit == 1 and query.since is None for query in t.history.asked)
        t.stage.runtime.tags.set(FIRE, True)
        t.page.draw()
        assert t.page.parts.legend.rows[0].value == "ON"


async def test_the_clock_of_the_axis_is_the_ships_or_utc() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        assert t.page.parts.clock.text() == "Ship's time"
        assert t.page.parts.clock.sub_text == "UTC+1"
        assert "15:00" in [mark.text for mark in t.picture.times]
        await touch(t.stage.child("trend_clock"))
        assert t.page.parts.clock.text() == "UTC"
        assert "14:00" in [mark.text for mark in t.picture.times]


async def test_a_touched_line_is_chosen() -> None:
    with trends() as t:
        t.past(PRESS, [4.0] * 60)
        t.past(PRESS_S, [6.0] * 60)
        t.page.set_tags([PRESS, PRESS_S])
        await settle()
        lane = t.lane_of(1)
        box = t.page.parts.chart._lanes[0].box.sceneBoundingRect()
        y = box.y() + (1 - lane.scale.share(6.0)) * box.height()
        QTest.mouseClick(t.page.parts.chart._view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, int(y) + 4))
        assert t.page.parts.legend.selected == 1


async def test_open_with_a_tag_shows_it_and_chooses_it() -> None:
    with trends() as t:
        t.page.set_tags([PRESS, RPM])
        t.stage.window.show_page("alarms")
        t.page.open_with({"tag": RPM})
        assert t.page.tags == (PRESS, RPM)
        assert t.page._selected == 1
        t.page.open_with({"tag": VOLT})
        assert t.page.tags == (VOLT,)
        assert t.page._selected == 0
        t.page.open_with({"tag": "no.such"})
        assert t.page.tags == ()


async def test_open_with_a_moment_shows_the_minutes_around_it_and_asks_history_for_them() -> None:
    with trends() as t:
        t.stage.window.show_page("alarms")
        then = t.stage.clock.now() - timedelta(hours=3)
        t.history.asked.clear()
        t.stage.window.context.navigate("trends", {"tag": RPM, "at": then.isoformat()})
        await settle()
        window = t.page._window
        assert not window.live
        assert (window.start_s, window.end_s) == (then.timestamp() - 300, then.timestamp() + 300)
        assert t.history.asked
        asked = t.history.asked[-1]
        assert asked.since is not None
        assert asked.since <= then
        assert asked.until is None or asked.until >= then
        t.stage.window.show_page("alarms")
        t.stage.window.context.navigate("trends", {"tag": RPM})
        assert window.live


async def test_a_hidden_page_does_no_work() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        await settle()
        t.history.hold = True
        t.page._ask()
        await settle()
        t.page._frame.start()
        t.stage.window.show_page("alarms")
        assert PRESS not in t.stage.runtime.tags.watched()
        assert not t.page._frame.isActive()
        assert not t.page._settle.isActive()
        before = t.page.parts.chart.picture
        asked = len(t.history.asked)
        t.history.waiting[-1].set_result(a_series(PRESS, [(t.stage.clock.now(), 1.0, Quality.GOOD)]))
        t.stage.clock.advance(5)
        t.stage.runtime.tags.set(PRESS, 4.4)
        t.page.draw()
        await settle()
        assert t.page.parts.chart.picture is before
        assert t.page._by_tag[PRESS].series.last_stamp is None
        t.history.hold = False
        t.stage.window.show_page("trends")
        await settle()
        assert len(t.history.asked) == asked + 1
        assert PRESS in t.stage.runtime.tags.watched()
        t.page._frame.stop()


async def test_the_picker_takes_no_more_tags_than_there_are_pens() -> None:
    with trends() as t:
        tags = [TagDef(TagId(f"t{n}")) for n in range(MOST_PENS + 1)]
        picker = TagPicker(t.page.parts.theme, tags, (), lambda _: None, t.stage.window)
        for tag in tags:
            picker.toggle(tag.id)
        assert picker.chosen == tuple(tag.id for tag in tags[:MOST_PENS])
        assert picker.heading.text() == "Choose tags: 16 of 16, no more fit"
        picker.toggle(tags[0].id)
        picker.toggle(tags[-1].id)
        assert picker.chosen[-1] == tags[-1].id
        picker.close()


async def test_texts_cannot_be_chosen() -> None:
    with trends() as t:
        tags = [TagDef(TagId("text"), kind=TagKind.TEXT), TagDef(TagId("number"))]
        picker = TagPicker(t.page.parts.theme, tags, (), lambda _: None, t.stage.window)
        assert [tag.id for tag in picker._choices.shown] == ["number"]
        picker.close()


async def test_the_picker_adds_and_removes_tags() -> None:
    with trends() as t:
        t.page.set_tags([PRESS, RPM])
        t.page.open_picker()
        (picker,) = t.stage.window.findChildren(TagPicker)
        assert picker.chosen == (PRESS, RPM)
        picker.search.setText("stbd oil")
        assert [tag.id for tag in picker._choices.shown] == [PRESS_S]
        await touch(picker.table.viewport(), QPoint(80, 20))
        assert picker.chosen == (PRESS, RPM, PRESS_S)
        picker.search.clear()
        picker.toggle(RPM)
        await touch(picker.done_button)
        await settle()
        assert t.page.tags == (PRESS, PRESS_S)
        assert t.page._picker is None


async def test_a_cancelled_picker_changes_nothing() -> None:
    with trends() as t:
        t.page.set_tags([PRESS])
        t.page.open_picker()
        (picker,) = t.stage.window.findChildren(TagPicker)
        picker.toggle(RPM)
        await touch(picker.cancel_button)
        await settle()
        assert t.page.tags == (PRESS,)


async def test_what_was_drawn_stays_while_a_tag_is_added() -> None:
    with trends() as t:
        t.past(PRESS, [4.0, 4.1])
        t.page.set_tags([PRESS])
        await settle()
        t.history.hold = True
        t.page.set_tags([RPM, PRESS])
        assert t.drawn(1)[1].tolist()[:2] == [4.0, 4.1]
        await settle()
        for held in t.history.waiting:
            held.set_result(None)
        await settle()


@pytest.mark.parametrize("palette", ["bright", "day", "dusk", "night"])
async def test_every_palette_reaches_ground_and_pens(palette: str) -> None:
    with trends() as t:
        t.past(PRESS, [4.0] * 60)
        t.page.set_tags([PRESS])
        await settle()
        t.stage.window.set_palette(palette)
        t.page.draw()
        theme = t.page.parts.theme
        image = t.page.parts.chart.grab().toImage()
        assert image.pixelColor(3, image.height() - 3) == theme.card
        colours = {image.pixelColor(300, y).name() for y in range(image.height())}
        assert pen_colour(palette, 0).name() in colours


async def test_every_button_is_large_enough_for_a_finger_at_the_smallest_screen() -> None:
    with trends() as t:
        t.page.set_tags([PRESS, RPM])
        await settle()
        buttons = [button for button in t.page.findChildren(TouchButton) if button.isVisible()]
        assert len(buttons) >= 13
        for button in buttons:
            assert min(button.width(), button.height()) >= TOUCH, button.objectName()
            assert button.width() >= button.sizeHint().width() or button.minimumWidth() <= 56, button.text()
            assert t.page.rect().contains(button.mapTo(t.page, button.rect().bottomRight())), button.objectName()
