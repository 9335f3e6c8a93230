"""The alarms page: order, filters, details, answers, the way to trend and tag, history."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.ui_mimic import a_mimic, a_mimic_ship
from tests.support.ui_window import RESOURCES, Stage, a_window, settle, touch
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.flood import FLOOD, RATE
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, Priority, Suppression, TransitionKind
from vmshmi.core.errors import StorageError
from vmshmi.ui.alarms.arrangement import SEEN_AFTER_S
from vmshmi.ui.alarms.banner_queue import GUARD_S
from vmshmi.ui.alarms.history_table import MOST_ROWS
from vmshmi.ui.alarms.ways import Ways
from vmshmi.ui.mimic.elements import page_showing
from vmshmi.ui.pages.alarms import AlarmsPage
from vmshmi.ui.pages.tags import TagsPage
from vmshmi.ui.style.sizes import HEADER, ROW_LOW
from vmshmi.ui.trends.trend_page import TrendPage
from vmshmi.ui.widgets.touch_button import TouchButton

WARNING = "me_p.lo_press.low"
CAUTION = "fo.day_tank.low"
FIRE = "fire.zone1.on"
GEN = "gen1.volt.high"


def _page(stage: Stage) -> AlarmsPage:
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    return page


async def _touch_row(stage: Stage, row: int) -> None:
    rows = _page(stage).table.rows
    await touch(rows.viewport(), QPoint(400, row * rows.row_px + rows.row_px // 2))


async def test_the_list_is_in_the_order_of_the_rules_and_says_when_it_is_empty() -> None:
    with a_window() as stage:
        assert _page(stage).table.records() == ()
        for alarm in (CAUTION, WARNING, FIRE):
            stage.runtime.alarms.raise_alarm(alarm)
            stage.clock.advance(1)
        assert [record.id for record in _page(stage).table.records()] == [FIRE, WARNING, CAUTION]


async def test_a_touched_row_is_explained_and_acknowledged_beside_the_list() -> None:
    with a_window() as stage:
        record = stage.runtime.alarms.raise_alarm(WARNING, 2.1)
        await _touch_row(stage, 0)
        detail = _page(stage).detail
        words = " ".join(field.value for field in detail.fields.fields)
        for expected in ("Pump worn", "Bearing damage", "Reduce load", "< 2.50 bar", "Active, unack."):
            assert expected in words
        await touch(stage.child("detail_ack"))
        assert stage.runtime.alarms.acknowledged == [(WARNING, record.occurrence, "Chief engineer", "ecr")]
        assert not detail.buttons.ack.isEnabled()
        assert detail.buttons.ack.sub_text == "nothing to acknowledge"


async def test_without_a_person_the_detail_says_why_it_cannot_be_acknowledged() -> None:
    with a_window(station="bridge") as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _touch_row(stage, 0)
        assert not _page(stage).detail.buttons.ack.isEnabled()
        assert _page(stage).detail.buttons.ack.sub_text == "who are you?"


async def test_the_unacknowledged_filter_keeps_what_has_returned_unanswered() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(CAUTION)
        stage.runtime.alarms.raise_alarm(WARNING)
        stage.runtime.alarms.rectify(WARNING)
        await touch(stage.child("choice_unanswered"))
        assert [record.id for record in _page(stage).table.records()] == [WARNING]


async def test_the_selection_stays_with_its_alarm_when_others_come_above_it() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _touch_row(stage, 0)
        stage.runtime.alarms.raise_alarm(FIRE)
        selected = _page(stage).table.selected()
        assert selected is not None
        assert selected.id == WARNING
        assert _page(stage).table.rows.selected_row() == 1


async def test_the_detail_leads_to_the_tag_of_the_alarm() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _touch_row(stage, 0)
        await touch(_page(stage).detail.ways.tag)
        assert stage.window.page_id == "tags"
        tags = stage.window.page("tags")
        assert isinstance(tags, TagsPage)
        assert tags.detail.tag is not None
        assert tags.detail.tag.id == "me_p.lo_press"


async def test_the_detail_leads_to_the_trend_of_the_alarm() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _touch_row(stage, 0)
        await touch(_page(stage).detail.ways.trend)
        assert stage.window.page_id == "trends"
        assert "me_p.lo_press" in stage.runtime.tags.watched()
        await settle(50)


async def test_history_is_read_when_it_is_opened_and_goes_on_live() -> None:
    with a_window() as stage:
        record = stage.runtime.alarms.raise_alarm(WARNING)
        await touch(stage.child("choice_history"))
        page = _page(stage)
        assert page.past.row_count() == 1
        await stage.runtime.alarms.acknowledge(WARNING, record.occurrence, "Master", "bridge")
        assert page.past.row_count() == 2
        assert page.past.row_text(0).startswith("Acknowledged")


async def test_the_value_in_the_list_is_live_and_only_visible_rows_are_watched() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await settle()
        assert "me_p.lo_press" in stage.runtime.tags.watched()
        table = _page(stage).table
        assert table._cell_text(table.records()[0], "value") == "4.80 bar"
        stage.runtime.tags.set("me_p.lo_press", 2.2)
        assert table._cell_text(table.records()[0], "value") == "2.20 bar"
        stage.window.show_page("system")
        assert stage.runtime.tags.watched() == frozenset()


async def test_an_unanswered_row_stands_on_its_colour_and_flashes_an_acknowledged_one_does_neither() -> None:
    with a_window() as stage:
        record = stage.runtime.alarms.raise_alarm(WARNING)
        await settle()
        rows, flash = _page(stage).table.rows.viewport(), stage.window.context.flash
        theme = stage.window.context.theme

        def look(beyond_second: float) -> QImage:
            stage.clock.advance(1.0 - stage.clock.monotonic() % 1.0 + beyond_second)
            flash.tick()
            return rows.grab(QRect(0, 0, 60, _page(stage).table.rows.row_px)).toImage()

        lit, dark = look(0.1), look(0.8)
        assert lit != dark
        assert lit.pixelColor(1, 2) == theme.warning_container
        await stage.runtime.alarms.acknowledge(WARNING, record.occurrence, "Master", "ecr")
        calm = look(0.1)
        assert calm == look(0.8)
        assert calm.pixelColor(1, 2) == theme.background


async def test_twenty_rows_fit_on_a_full_hd_screen_also_in_a_flood() -> None:
    with a_window(tells_floods=True) as stage:
        stage.window.resize(1920, 1080)
        await settle()
        rows = _page(stage).table.rows
        assert rows.rows_that_fit() >= 20
        assert rows.row_px == 38
        stage.runtime.tags.set_many({FLOOD: 1, RATE: 64})
        await settle()
        assert _page(stage).flood.isVisible()
        assert rows.rows_that_fit() >= 20
        assert rows.row_px >= ROW_LOW


async def test_the_page_of_a_tag_that_is_on_none_is_said_to_be_none() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _touch_row(stage, 0)
        ways = _page(stage).detail.ways
        assert not ways.page.isEnabled()
        assert ways.page.toolTip() == "No page shows this tag."


def test_an_alarm_leads_to_the_page_that_shows_its_tag_with_its_element_open(qtbot: QtBot) -> None:
    with a_mimic() as stage:
        home = QWidget()
        qtbot.addWidget(home)
        ways = Ways(stage.context, home)
        home.show()
        ways.lead_to("state")
        QTest.mouseClick(ways.page, Qt.MouseButton.LeftButton)
        assert stage.navigated == [("main", {"tag": "state"})]
        assert page_showing(a_mimic_ship().pages, "no.such") is None
    demo = load_project(RESOURCES / "demo" / "aurora.vmsproj")
    with a_mimic(demo) as stage:
        stage.page.open_with({"tag": "me_p.rpm"})
        assert stage.page.faceplate.isVisible()
        assert set(stage.page.canvas._chosen) > {"me_p.rpm", "me_p.state"}
        assert stage.page.faceplate.detail.tag is not None
        assert stage.page.faceplate.detail.tag.id == "me_p.rpm"


async def test_a_line_of_history_leads_to_the_trend_of_that_minute() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING, 2.1)
        then = stage.clock.now()
        stage.clock.advance(7200)
        await touch(stage.child("choice_history"))
        page = _page(stage)
        await touch(page.past.rows.viewport(), QPoint(400, 10))
        words = " ".join(field.value for field in page.past_detail.fields.fields)
        assert "Raised" in words
        assert "2.10 bar" in words
        await touch(stage.child("way_trend"))
        assert stage.window.page_id == "trends"
        trend = stage.window.page("trends")
        assert isinstance(trend, TrendPage)
        assert trend._window.start_s < then.timestamp() < trend._window.end_s
        assert not trend._window.live
        await settle(50)


async def test_history_is_filtered_by_group_and_shows_what_belongs_to_no_alarm() -> None:
    with a_window(banner="non_modal") as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        stage.runtime.alarms.raise_alarm(GEN)
        started = AlarmTransition(TransitionKind.STARTED, stage.clock.now(), AlarmRecord(""), reason="0.1.0")
        stage.runtime.alarms._journal.append(started)
        await touch(stage.child("choice_history"))
        past = _page(stage).past
        assert [past.row_text(row).split(" ")[0] for row in range(past.row_count())] == ["Alarm", "Raised", "Raised"]
        past.grab()
        await touch(stage.child("group_GEN"))
        assert past.row_count() == 1


async def test_one_action_shows_everything_that_is_not_announced_why_by_whom_since_and_until() -> None:
    with a_window() as stage:
        alarms = stage.runtime.alarms
        alarms.revise(replace(alarms.definitions()[CAUTION], enable_when="me_p.rpm > 0"), "chief", "test")
        alarms.change(TransitionKind.SUPPRESSED, AlarmRecord(CAUTION, by_design=True))
        stage.clock.advance(60)
        await alarms.shelve(WARNING, "Chief engineer", 30, "Spare part ordered", "ecr")
        await alarms.out_of_service(GEN, "Master", "Overhaul", "bridge")
        page = _page(stage)
        await touch(stage.child("set_aside"))  # from the bar
        assert page.filter.current == "not_announced"
        texts = [page.set_aside.row_text(row) for row in range(3)]
        assert texts[0].startswith("Out of service, Genset 1 voltage high, Overhaul, Master, Bridge, since 14:07:00")
        assert "until somebody ends it" in texts[0]
        assert "Shelved, Port ME lube oil pressure low, Spare part ordered, Chief engineer, Control room" in texts[1]
        assert "until 14:37:00, 30 min 00 s" in texts[1]
        assert "watched only while me_p.rpm > 0, the ship's project, since 14:06:00" in texts[2]
        assert page.filter._buttons["not_announced"].text() == "Not announced  2 + 1"
        for which, alarm in (("shelved", WARNING), ("suppressed_by_design", CAUTION), ("out_of_service", GEN)):
            await touch(stage.child(f"choice_{which}"))
            assert [record.id for record in page.set_aside.records()] == [alarm]


async def test_the_bar_says_how_many_people_have_set_aside_and_nothing_when_there_are_none() -> None:
    with a_window() as stage:
        mark = stage.window.findChild(TouchButton, "set_aside")
        assert mark is not None
        stage.runtime.alarms.change(TransitionKind.SUPPRESSED, AlarmRecord(CAUTION, by_design=True))
        assert not mark.isVisible()  # the design, not a person
        await stage.runtime.alarms.shelve(WARNING, "Master", 30, "sensor", "ecr")
        assert mark.isVisible()
        assert mark.text() == "1 not announced"
        await stage.runtime.alarms.unshelve(WARNING, "Master", "ecr")
        assert not mark.isVisible()


async def test_a_flood_folds_what_a_first_out_explains_and_a_touch_opens_it() -> None:
    with a_window(banner="non_modal", tells_floods=True) as stage:
        alarms = stage.runtime.alarms
        for alarm in (WARNING, "me_p.lo_press.trip", "me_s.lo_press.trip"):
            alarms.revise(replace(alarms.definitions()[alarm], first_out="me"), "chief", "test")
        alarms.raise_alarm("me_p.lo_press.trip", first_out=True)
        for alarm in (WARNING, "me_s.lo_press.trip"):
            stage.clock.advance(1)
            alarms.raise_alarm(alarm)
        page = _page(stage)
        stage.runtime.tags.set_many({FLOOD: 1, RATE: 64})
        await settle()
        assert page.flood.text == "Alarm flood: 64 alarms in 10 min. Consequences are folded; nothing is hidden."
        assert len(page.table.records()) == 3  # nobody has seen them yet
        page.tick()
        stage.clock.advance(SEEN_AFTER_S)
        page.tick()
        assert [record.id for record in page.table.records()] == ["me_p.lo_press.trip"]
        assert "2 alarms" in page.table.row_text(0)
        rows = page.table.rows
        await touch(rows.viewport(), QPoint(20, rows.row_px // 2))
        assert len(page.table.records()) == 3
        await touch(rows.viewport(), QPoint(20, rows.row_px // 2))
        assert len(page.table.records()) == 1
        await touch(stage.child("unfold_all"))
        assert len(page.table.records()) == 3
        assert "Everything is unfolded." in page.flood.text
        stage.runtime.tags.set_many({FLOOD: 0, RATE: 3})
        await settle()
        assert not page.flood.isVisible()
        assert len(page.table.records()) == 3
        stage.runtime.tags.set_many({FLOOD: 1, RATE: 12})
        await settle()
        assert len(page.table.records()) == 1  # the next flood begins folded


async def test_a_folded_row_flashes_for_the_unanswered_it_hides_and_is_still_when_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_window(banner="non_modal", tells_floods=True) as stage:
        alarms = stage.runtime.alarms
        for alarm in (WARNING, "me_p.lo_press.trip"):
            alarms.revise(replace(alarms.definitions()[alarm], first_out="me"), "chief", "test")
        first = alarms.raise_alarm("me_p.lo_press.trip", first_out=True)
        await alarms.acknowledge(first.id, first.occurrence, "Master", "bridge")
        alarms.raise_alarm(WARNING)
        page, flash = _page(stage), stage.window.context.flash
        stage.runtime.tags.set_many({FLOOD: 1, RATE: 64})
        page.tick()
        stage.clock.advance(SEEN_AFTER_S)
        page.tick()
        await settle()

        def look(beyond_second: float) -> QImage:
            stage.clock.advance(1.0 - stage.clock.monotonic() % 1.0 + beyond_second)
            flash.tick()
            return page.table.rows.viewport().grab(QRect(0, 0, 52, page.table.rows.row_px)).toImage()

        assert len(page.table.records()) == 1
        assert look(0.1) != look(0.8)
        anew: list[int] = []
        monkeypatch.setattr(page.table.rows, "update_row", anew.append)
        flash.phase_changed.emit(False)
        assert anew == [0]
        page._on_opened(first.id)
        assert look(0.1) == look(0.8)


async def test_acknowledge_visible_is_offered_only_where_the_station_may() -> None:
    for rights, offered in (({}, False), ({"acknowledge_visible": True}, True)):
        with a_window(banner="non_modal", rights=rights) as stage:
            stage.runtime.alarms.raise_alarm(WARNING)
            assert _page(stage).ack_visible.isVisible() is offered
            await touch(stage.child("choice_history"))
            assert not _page(stage).ack_visible.isVisible()


async def test_acknowledge_visible_answers_exactly_what_can_be_seen_whole() -> None:
    with a_window(banner="non_modal", rights={"acknowledge_visible": True}) as stage:
        alarms = (WARNING, "me_p.lo_press.trip", "me_s.lo_press.trip", GEN)
        for alarm in alarms:
            stage.runtime.alarms.raise_alarm(alarm)
        page = _page(stage)
        rows = page.table.rows
        page.ack_visible.setParent(None)  # a list of two rows and a half, with the button outside
        page.ack_visible.show()
        rows.setFixedHeight(HEADER + 2 * rows.row_px + rows.row_px // 2)
        await settle()
        assert len(rows.whole_rows()) == 2
        seen = [record.id for record in page.table.in_sight()]
        stage.clock.advance(GUARD_S)
        assert page.ack_visible.text() == "ACK VISIBLE  2"
        QTest.mouseClick(page.ack_visible, Qt.MouseButton.LeftButton)
        await settle()
        assert [alarm for alarm, *_ in stage.runtime.alarms.acknowledged] == seen
        page.ack_visible.hide()
        page.ack_visible.deleteLater()


async def test_acknowledge_visible_leaves_what_appeared_under_the_finger() -> None:
    with a_window(banner="non_modal", rights={"acknowledge_visible": True}) as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        button = _page(stage).ack_visible
        stage.clock.advance(GUARD_S)
        stage.runtime.alarms.raise_alarm(GEN)
        await touch(button)
        assert [alarm for alarm, *_ in stage.runtime.alarms.acknowledged] == [WARNING]
        stage.clock.advance(GUARD_S)
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
        stage.runtime.alarms.raise_alarm("me_s.lo_press.trip")
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
        await settle()
        assert [alarm for alarm, *_ in stage.runtime.alarms.acknowledged] == [WARNING, GEN]


async def test_an_escalated_warning_is_listed_counted_and_announced_as_an_alarm() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING, escalations=1)
        counts = stage.window.context.alarms.counts()
        assert (counts[Priority.ALARM].unanswered, counts[Priority.WARNING].unanswered) == (1, 0)
        assert "now an alarm" in _page(stage).table.row_text(0)
        assert stage.window.banner is not None
        assert stage.window.banner.isVisible()


async def test_what_is_suppressed_is_listed_as_such_and_not_counted() -> None:
    with a_window() as stage:
        record = stage.runtime.alarms.raise_alarm(GEN)
        shelved = replace(record, suppression=Suppression.SHELVED)
        stage.runtime.alarms._records[GEN] = shelved
        stage.window.context.alarms.refresh()
        assert stage.window.banner is not None
        assert not stage.window.banner.isVisible()
        assert _page(stage).table.row_text(0).endswith("Shelved")
        stage.runtime.alarms._records[FIRE] = replace(
            stage.runtime.alarms.raise_alarm(FIRE), suppression=Suppression.OUT_OF_SERVICE
        )
        stage.window.context.alarms.refresh()
        assert not stage.window.context.alarms.may_sound(stage.clock.now())
        assert stage.window.context.alarms.emergencies() == ()
        assert all(count.standing == 0 for count in stage.window.context.alarms.counts().values())


async def test_earlier_lines_of_the_journal_can_be_reached_and_the_present_again() -> None:
    with a_window() as stage:
        alarms, page = stage.runtime.alarms, _page(stage)
        begin = stage.clock.now()
        for number in range(MOST_ROWS + 500):
            line = AlarmTransition(TransitionKind.STARTED, begin + timedelta(seconds=number), AlarmRecord(""))
            alarms._journal.append(line)
        stage.clock.advance(MOST_ROWS + 500)
        await touch(stage.child("choice_history"))
        assert not page.past_view.newest.isEnabled()
        assert page.past.transitions()[0].at == begin + timedelta(seconds=MOST_ROWS + 499)
        await touch(stage.child("past_earlier"))
        lines = list(page.past.transitions())
        assert (lines[0].at, lines[-1].at) == (begin + timedelta(seconds=500), begin)
        assert not page.past_view.earlier.isEnabled()
        alarms.raise_alarm(WARNING)
        assert page.past.transitions() == lines  # the past does not move
        await touch(stage.child("past_newest"))
        assert page.past.row_text(0) == "Raised Port ME lube oil pressure low"


async def test_a_journal_that_cannot_be_read_says_so() -> None:
    with a_window() as stage:
        page = _page(stage)

        async def history(**_: object) -> list[AlarmTransition]:
            raise StorageError("the disk is gone")

        stage.runtime.alarms.history = history  # type: ignore[method-assign]
        await touch(stage.child("choice_history"))
        assert page.past.rows.empty_text == "History cannot be read: the disk is gone"
