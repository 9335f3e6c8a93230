"""The window: navigation, bar, person, palette, silence, connection."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.ui_window import RESOURCES, Stage, a_window, settle, touch
from vmshmi.core.alarms.model import Priority
from vmshmi.core.errors import CommandRefused
from vmshmi.ui.pages.alarms import AlarmsPage
from vmshmi.ui.shell.alert_strip import AlertStrip
from vmshmi.ui.shell.nav_bar import NavBar
from vmshmi.ui.style.fonts import ui_font
from vmshmi.ui.style.sizes import ACK, TEXT_BODY, TEXT_LABEL, TOUCH
from vmshmi.ui.style.theme import load_themes
from vmshmi.ui.widgets.painting import WidthOf, fitting
from vmshmi.ui.widgets.touch_button import TouchButton

WARNING = "me_p.lo_press.low"


def _button(stage: Stage, name: str) -> TouchButton:
    widget = stage.child(name)
    assert isinstance(widget, TouchButton)
    return widget


async def test_a_touch_on_navigation_shows_the_page() -> None:
    with a_window(page="system") as stage:
        for page in ("tags", "alarms", "system"):
            await touch(stage.child(f"nav_{page}"))
            assert stage.window.page_id == page
            assert _button(stage, f"nav_{page}").isChecked()


async def test_an_unknown_start_page_takes_the_first_there_is() -> None:
    with a_window(page="no such page") as stage:
        assert stage.window.page_id == "alarms"


@pytest.mark.parametrize("way", ["alert_strip", "alert_counters"])
async def test_the_alarm_list_is_one_touch_away_on_every_page(way: str) -> None:
    with a_window(page="system") as stage:
        await touch(stage.child(way))
        assert stage.window.page_id == "alarms"


async def test_counters_tell_standing_from_unanswered_for_each_priority() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm("fo.day_tank.low")
        record = stage.runtime.alarms.raise_alarm(WARNING)
        counts = stage.window.context.alarms.counts()
        assert (counts[Priority.WARNING].standing, counts[Priority.WARNING].unanswered) == (1, 1)
        assert (counts[Priority.CAUTION].standing, counts[Priority.CAUTION].unanswered) == (1, 0)
        await stage.runtime.alarms.acknowledge(WARNING, record.occurrence, "Master", "ecr")
        counts = stage.window.context.alarms.counts()
        assert (counts[Priority.WARNING].standing, counts[Priority.WARNING].unanswered) == (1, 0)


async def test_the_highest_unanswered_alert_is_on_the_bar_before_a_higher_answered_one() -> None:
    with a_window() as stage:
        feed = stage.window.context.alarms
        alarm = stage.runtime.alarms.raise_alarm("gen1.volt.high")
        await stage.runtime.alarms.acknowledge(alarm.id, alarm.occurrence, "Master", "ecr")
        highest = feed.highest()
        assert highest is not None
        assert highest.id == "gen1.volt.high"
        stage.runtime.alarms.raise_alarm("fire.zone1.on")
        stage.runtime.alarms.raise_alarm(WARNING)
        highest = feed.highest()
        assert highest is not None
        assert highest.id == WARNING


async def test_silence_can_be_touched_only_while_something_may_sound_and_says_how_long_it_rests() -> None:
    with a_window() as stage:
        silence = _button(stage, "silence")
        assert not silence.isEnabled()
        stage.runtime.alarms.raise_alarm(WARNING)
        assert silence.isEnabled()
        await touch(silence)
        assert stage.runtime.alarms.silenced == [("Chief engineer", "ecr")]
        assert stage.runtime.alarms.record(WARNING).is_unanswered
        assert not silence.isEnabled()
        assert (silence.text(), silence.sub_text) == ("SILENCED", "30 s")
        stage.clock.advance(31)
        stage.window.tick()
        assert silence.isEnabled()
        assert silence.text() == "SILENCE"


async def test_silence_can_always_be_touched_while_the_runtime_does_not_answer() -> None:
    with a_window(page="alarms") as stage:
        silence = _button(stage, "silence")
        stage.runtime.system.is_connected = False
        stage.window.tick()
        assert silence.isEnabled()
        assert _button(stage, "detail_silence").isEnabled()
        await touch(silence)
        assert stage.runtime.alarms.silenced == [("Chief engineer", "ecr")]
        stage.runtime.system.is_connected = True
        stage.window.tick()
        assert not silence.isEnabled()


async def test_the_banner_can_silence_what_rests_already_while_the_runtime_does_not_answer() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm("gen1.volt.high")
        await touch(stage.child("banner_silence"))
        assert not _button(stage, "banner_silence").isEnabled()
        stage.runtime.system.is_connected = False
        stage.window.tick()
        stage.runtime.alarms.refuse_next = CommandRefused("not_connected", "the runtime does not answer")
        await touch(stage.child("banner_silence"))
        assert len(stage.runtime.alarms.silenced) == 2
        assert "this station's own sound rests" in stage.window.findChildren(NavBar)[0].notice


async def test_the_person_is_chosen_by_touch() -> None:
    with a_window(station="bridge") as stage:
        assert _button(stage, "user").text() == "Who are you?"
        await touch(stage.child("user"))
        dialog = stage.child("user_dialog")
        choice = dialog.findChild(TouchButton, "choose_Second engineer")
        assert choice is not None
        await touch(choice)
        assert stage.window.context.session.user == "Second engineer"
        assert _button(stage, "user").text() == "Second engineer"


async def test_each_palette_is_one_touch_in_the_popup() -> None:
    with a_window() as stage:
        for palette in ("night", "dusk", "bright", "day"):
            await touch(stage.child("palette"))
            popup = QApplication.activePopupWidget()
            assert popup is not None
            choice = popup.findChild(TouchButton, f"palette_{palette}")
            assert choice is not None
            await touch(choice)
            assert stage.window.palette_name == palette


async def test_a_lost_runtime_is_said_on_the_bar_and_hatched_over_every_page() -> None:
    with a_window(page="tags") as stage:
        stage.runtime.system.is_connected = False
        stage.window.tick()
        veil = stage.child("veil")
        stack = veil.geometry()
        for page in ("alarms", "tags", "system"):
            stage.window.show_page(page)
            assert veil.isVisible()
            assert veil.geometry() == stack
        assert stack.height() > 500
        await touch(stage.child("nav_tags"))  # and does not stand in the way of a finger
        assert stage.window.page_id == "tags"
        stage.runtime.system.is_connected = True
        stage.window.tick()
        assert not veil.isVisible()


async def test_no_alarms_is_never_claimed_while_the_runtime_does_not_answer() -> None:
    with a_window(page="alarms") as stage:
        strip, page = stage.child("alert_strip"), stage.window.page("alarms")
        assert isinstance(strip, AlertStrip)
        assert isinstance(page, AlarmsPage)
        assert (strip.quiet_text, page.table.rows.empty_text) == ("No alarms", "No alarms")
        calm = stage.child("alert_counters").grab().toImage()
        stage.runtime.system.is_connected = False
        stage.window.tick()
        unknown = "Not connected: alarms are not known"
        assert (strip.quiet_text, page.table.rows.empty_text) == (unknown, unknown)
        assert stage.child("alert_counters").grab().toImage() != calm


async def test_alarms_missed_while_not_connected_appear_with_the_connection() -> None:
    with a_window() as stage:
        stage.runtime.system.is_connected = False
        stage.window.tick()
        watches, stage.runtime.alarms.watches = stage.runtime.alarms.watches, []
        stage.runtime.alarms.raise_alarm("gen1.volt.high")
        stage.runtime.alarms.watches = watches
        assert stage.window.context.alarms.records() == ()
        stage.runtime.system.is_connected = True
        stage.window.tick()
        assert [record.id for record in stage.window.context.alarms.records()] == ["gen1.volt.high"]
        assert stage.window.banner is not None
        assert stage.window.banner.isVisible()


async def test_closing_asks_the_program_and_keeps_the_window() -> None:
    with a_window() as stage:
        asked: list[bool] = []
        stage.window.close_requested.connect(lambda: asked.append(True))
        stage.window.close()
        assert asked == [True]
        assert stage.window.isVisible()


async def test_nobody_at_the_screen_can_close_a_kiosk() -> None:
    with a_window(kiosk=True) as stage:
        asked: list[bool] = []
        stage.window.close_requested.connect(lambda: asked.append(True))
        stage.window.close()
        assert asked == []
        assert stage.window.isVisible()
        assert stage.window.windowFlags() & Qt.WindowType.FramelessWindowHint


async def test_nothing_is_watched_after_shutdown() -> None:
    with a_window(page="tags") as stage:
        assert stage.runtime.tags.watched()
        stage.window.shutdown()
        stage.window.hide()
        assert stage.runtime.alarms.watches == []
        assert not stage.runtime.tags.watched()


async def test_every_button_is_large_enough_for_a_glove_and_ack_larger() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm("gen1.volt.high")
        await settle()
        assert stage.window.banner is not None
        homes: list[QWidget] = [stage.window, stage.window.banner]
        for page in ("tags", "system", "alarms"):
            stage.window.show_page(page)
            await settle()
            buttons = [button for home in homes for button in home.findChildren(TouchButton) if button.isVisible()]
            small = {b.objectName() or b.text(): b.size() for b in buttons if min(b.width(), b.height()) < TOUCH}
            assert small == {}
        for name in ("ack", "detail_ack"):
            assert stage.child(name).height() >= ACK


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
async def test_nothing_on_the_bar_overlaps_and_all_of_it_is_on_the_window(size: tuple[int, int]) -> None:
    with a_window() as stage:
        stage.window.resize(*size)
        await settle()
        bar = stage.child("alert_strip").parentWidget()
        assert bar is not None
        parts = [child for child in bar.children() if isinstance(child, QWidget) and child.isVisible()]
        assert len(parts) == 7
        for number, part in enumerate(parts):
            assert bar.rect().contains(part.geometry())
            assert not any(part.geometry().intersects(other.geometry()) for other in parts[number + 1 :])
        assert stage.child("alert_strip").width() >= 300


def test_the_name_of_a_page_is_made_smaller_before_it_is_cut(qapp: QApplication) -> None:
    del qapp
    font = ui_font(TEXT_BODY + 2)
    assert fitting("System", 180.0, TEXT_BODY + 2, TEXT_LABEL) == TEXT_BODY + 2
    smaller = fitting("Commands and logins", 172.0, TEXT_BODY + 2, TEXT_LABEL)
    assert WidthOf(font)("Commands and logins") > 172.0 >= WidthOf(ui_font(smaller))("Commands and logins")
    assert fitting("M" * 80, 172.0, TEXT_BODY + 2, TEXT_LABEL) == TEXT_LABEL


def test_words_that_take_two_lines_on_a_button_are_broken_where_they_say(qapp: QApplication) -> None:
    del qapp
    button = TouchButton(load_themes(RESOURCES / "palettes" / "openbridge.json")["day"], "29 Nov 01:10 –\n30 Nov 01:10")
    assert [line for line, *_ in button._lines(150.0)] == ["29 Nov 01:10 –", "30 Nov 01:10"]
    assert [line for line, *_ in button._lines(500.0)] == ["29 Nov 01:10 – 30 Nov 01:10"]
    button.deleteLater()
