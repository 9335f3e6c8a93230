"""The tags page: search, group, quality with its reason, details; only what is visible is watched."""

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.fake_clock import FakeClock
from tests.support.ui_window import Stage, a_window, finger, settle, touch
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.pages.tags import TagsPage
from vmshmi.ui.tags.words import quality_text
from vmshmi.ui.widgets.touch_button import TouchButton


def _page(stage: Stage) -> TagsPage:
    page = stage.window.page("tags")
    assert isinstance(page, TagsPage)
    return page


def _ids(stage: Stage) -> list[str]:
    return [tag.id for tag in _page(stage).table.shown()]


async def test_search_finds_words_in_id_and_description_in_any_order() -> None:
    with a_window(page="tags") as stage:
        assert len(_ids(stage)) == 6
        QTest.keyClicks(stage.child("tag_search"), "oil port")
        assert _ids(stage) == ["me_p.lo_press"]
        QTest.keyClicks(stage.child("tag_search"), " nonsense")
        assert _ids(stage) == []


async def test_a_group_is_chosen_by_touch() -> None:
    with a_window(page="tags") as stage:
        await touch(stage.child("group_filter"))
        popup = QApplication.activePopupWidget()
        assert popup is not None
        choice = popup.findChild(TouchButton, "choice_GEN")
        assert choice is not None
        await touch(choice)
        assert _ids(stage) == ["gen1.volt"]


async def test_not_good_shows_exactly_those_and_follows_them() -> None:
    with a_window(page="tags") as stage:
        for tag in ("fire.zone1", "fo.day_tank"):
            stage.runtime.tags.set(tag, 1.0)
        await touch(stage.child("only_bad"))
        assert _ids(stage) == []
        stage.runtime.tags.set("gen1.volt", None, Quality.BAD_SENSOR_FAILURE)
        stage.runtime.tags.set("me_p.rpm", 2500.0, Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
        stage.window.tick()
        assert _ids(stage) == ["gen1.volt", "me_p.rpm"]


async def test_a_bad_value_is_dashes_with_its_reason_and_the_last_good_value_marked_as_such() -> None:
    with a_window(page="tags") as stage:
        stage.clock.advance(75)
        stage.runtime.tags.set("gen1.volt", None, Quality.BAD_NO_COMMUNICATION)
        page = _page(stage)
        row = _ids(stage).index("gen1.volt")
        assert "---" in page.table.row_text(row)
        assert "Bad: no communication" in page.table.row_text(row)
        page.detail.show_tag("gen1.volt")
        fields = {field.name: field for field in page.detail.fields.fields}
        assert fields["Value"].value == "---"
        assert fields["Value"].marked
        assert fields["Last good"].value == "400 V, 1 min ago"


async def test_while_not_connected_no_value_is_shown_as_if_it_were_true() -> None:
    with a_window(page="tags") as stage:
        page = _page(stage)
        page.detail.show_tag("gen1.volt")
        assert {f.name: f.value for f in page.detail.fields.fields}["Value"] == "400 V"
        stage.runtime.system.is_connected = False
        stage.window.tick()
        fields = {f.name: f.value for f in page.detail.fields.fields}
        assert (fields["Value"], fields["Quality"]) == ("---", "not connected")
        row = _ids(stage).index("gen1.volt")
        assert page.table.row_text(row) == "gen1.volt Genset 1 voltage --- not connected"


async def test_only_the_rows_that_can_be_seen_are_watched_and_none_when_hidden() -> None:
    with a_window(page="tags") as stage:
        many = {TagId(f"x{number:05}"): TagDef(TagId(f"x{number:05}")) for number in range(20_000)}
        sample = TagValue(1.0, Quality.GOOD, stage.clock.now())
        stage.runtime.tags._definitions.update(many)
        stage.runtime.tags._values.update(dict.fromkeys(many, sample))
        page = _page(stage)
        page.on_shown()
        page.search.setText("x")
        await settle()
        seen = stage.runtime.tags.watched()
        assert 10 <= len(seen) <= 20
        assert TagId("x00000") in seen
        bar = page.table.rows.verticalScrollBar()
        bar.setValue(bar.maximum())
        assert TagId("x19999") in stage.runtime.tags.watched()
        assert TagId("x00000") not in stage.runtime.tags.watched()
        assert len(stage.runtime.tags.watched()) <= 20
        stage.window.show_page("system")
        assert stage.runtime.tags.watched() == frozenset()
        stage.window.show_page("tags")
        assert stage.runtime.tags.watched()


async def test_a_finger_chooses_a_row_by_a_tap_and_moves_the_list_by_a_drag() -> None:
    with a_window(page="tags") as stage:
        many = {TagId(f"x{number:05}"): TagDef(TagId(f"x{number:05}")) for number in range(200)}
        stage.runtime.tags._definitions.update(many)
        stage.runtime.tags._values.update(dict.fromkeys(many, TagValue(1.0, Quality.GOOD, stage.clock.now())))
        page = _page(stage)
        page.on_shown()
        page.search.setText("x")
        await settle()
        rows = page.table.rows
        await finger(rows.viewport(), QPoint(100, 60))
        assert rows.selected_key == "x00001"
        before = rows.verticalScrollBar().value()
        await finger(rows.viewport(), QPoint(100, 400), *(QPoint(100, 400 - 40 * step) for step in range(1, 8)))
        assert rows.verticalScrollBar().value() > before
        assert rows.selected_key == "x00001"


async def test_a_change_of_a_tag_that_cannot_be_seen_draws_nothing() -> None:
    with a_window(page="tags") as stage:
        page = _page(stage)
        page.search.setText("gen1")
        await settle()
        drawn: list[str] = []
        plain = page.table.paint_cell
        page.table.paint_cell = lambda *args: (drawn.append("cell"), plain(*args))[0]  # type: ignore[method-assign]
        stage.runtime.tags.set("me_p.rpm", 1400.0)
        page.table.rows.viewport().repaint(0, 0, 0, 0)
        await settle()
        assert drawn == []
        stage.runtime.tags.set("gen1.volt", 401.0)
        await settle(50)
        assert drawn


def test_quality_reads_as_words() -> None:
    def sample(quality: Quality) -> TagValue:
        return TagValue(None, quality, FakeClock().now())

    assert quality_text(sample(Quality.GOOD)) == "Good"
    assert quality_text(sample(Quality.BAD)) == "Bad"
    assert quality_text(sample(Quality.BAD_NO_COMMUNICATION)) == "Bad: no communication"
    assert quality_text(sample(Quality.UNCERTAIN_LAST_USABLE_VALUE)) == "Uncertain: last usable value"
    assert quality_text(sample(Quality.GOOD_LOCAL_OVERRIDE)) == "Good: local override"
