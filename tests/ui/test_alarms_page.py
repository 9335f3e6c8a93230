"""The alarms page: order, filters, details, answers, the way to trend and tag, history."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage

from tests.support.ui_window import Stage, a_window, settle, touch
from vmshmi.core.alarms.model import Suppression
from vmshmi.ui.pages.alarms import AlarmsPage
from vmshmi.ui.pages.tags import TagsPage

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


async def test_twenty_rows_fit_on_a_full_hd_screen() -> None:
    with a_window() as stage:
        stage.window.resize(1920, 1080)
        await settle()
        assert _page(stage).table.rows.rows_that_fit() >= 20


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
