"""The alarm banner on the real window: what a touch does, and what nothing can take away."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.support.ui_runtime import Gate
from tests.support.ui_window import Stage, a_window, finger, press_key, settle, touch
from vmshmi.core.alarms.model import AlarmDef, AlarmState, Category, Measure, Operator, Priority, TransitionKind
from vmshmi.core.errors import CommandRefused
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.ui.shell.banner_dialog import ModalBanner
from vmshmi.ui.shell.banner_panel import STRIP_HEIGHT

TRIP = "me_p.lo_press.trip"
OTHER = "me_s.lo_press.trip"
GEN = "gen1.volt.high"
WARNING = "me_p.lo_press.low"
FIRE = "fire.zone1.on"


def _banner(stage: Stage) -> ModalBanner:
    assert stage.window.banner is not None
    return stage.window.banner


def _shown(stage: Stage) -> str:
    return stage.window.banner_panel.facts.accessibleName()


async def test_an_alarm_brings_the_banner_up_and_a_touch_on_ack_answers_exactly_it() -> None:
    with a_window() as stage:
        assert not _banner(stage).isVisible()
        record = stage.runtime.alarms.raise_alarm(TRIP, 1.7)
        assert _banner(stage).isVisible()
        assert _shown(stage) == "Port ME lube oil pressure very low"
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert stage.runtime.alarms.acknowledged == [(TRIP, record.occurrence, "Chief engineer", "ecr")]
        assert not _banner(stage).isVisible()
        assert stage.runtime.alarms.record(TRIP).state is AlarmState.ACK


async def test_ack_goes_on_to_the_next_alarm_and_says_how_many_more() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.clock.advance(1)
        stage.runtime.alarms.raise_alarm(GEN)
        stage.wait_guard()
        assert stage.window.banner_panel.facts.text.more == "1 more unanswered"
        await touch(stage.child("ack"))
        assert _shown(stage) == "Genset 1 voltage high"
        assert _banner(stage).isVisible()
        assert stage.window.banner_panel.facts.text.more == ""


async def test_a_second_touch_right_after_the_first_does_not_answer_the_next_alarm_unseen() -> None:
    with a_window() as stage:
        for alarm in (TRIP, GEN):
            stage.runtime.alarms.raise_alarm(alarm)
            stage.clock.advance(1)
        stage.wait_guard()
        await touch(stage.child("ack"))
        await touch(stage.child("ack"))
        assert len(stage.runtime.alarms.acknowledged) == 1
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert [alarm for alarm, *_ in stage.runtime.alarms.acknowledged] == [TRIP, GEN]


async def test_the_page_beneath_gets_no_touch_and_no_key_while_the_banner_is_up() -> None:
    with a_window(page="system") as stage:
        await touch(stage.child("nav_tags"))
        assert stage.window.page_id == "tags"  # the same touch works without the banner
        stage.runtime.alarms.raise_alarm(TRIP)
        assert QApplication.activeModalWidget() is _banner(stage)
        await touch(stage.child("nav_system"))
        await touch(stage.child("silence"))
        await press_key(stage.window, Qt.Key.Key_Tab)
        await press_key(stage.window, Qt.Key.Key_Space)
        assert stage.window.page_id == "tags"
        assert stage.runtime.alarms.silenced == []


async def test_a_finger_answers_on_the_glass_and_does_not_reach_the_page_beneath() -> None:
    with a_window(page="tags") as stage:
        nav = stage.child("nav_system")
        await finger(nav, nav.rect().center())
        assert stage.window.page_id == "system"
        nav = stage.child("nav_tags")
        stage.runtime.alarms.raise_alarm(TRIP)
        await finger(nav, nav.rect().center())
        assert stage.window.page_id == "system"
        stage.wait_guard()
        ack = stage.child("ack")
        await finger(ack, ack.rect().center())
        assert [alarm for alarm, *_ in stage.runtime.alarms.acknowledged] == [TRIP]


async def test_touches_under_the_strip_do_not_go_through_it() -> None:
    with a_window(page="tags") as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        await touch(_banner(stage), QPoint(400, 100))
        assert stage.window.page_id == "tags"
        assert stage.runtime.alarms.acknowledged == []


async def test_neither_escape_nor_close_takes_the_banner_away() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        await press_key(_banner(stage), Qt.Key.Key_Escape)
        assert _banner(stage).isVisible()
        _banner(stage).close()
        QApplication.sendEvent(_banner(stage), QCloseEvent())
        _banner(stage).reject()
        assert _banner(stage).isVisible()


async def test_the_banner_is_answerable_above_the_user_dialog() -> None:
    with a_window() as stage:
        await touch(stage.child("user"))
        dialog = stage.window.findChild(QDialog, "user_dialog")
        assert dialog is not None
        assert dialog.isVisible()
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        blocked = dialog.findChild(type(stage.child("ack")), "choose_Master")
        assert blocked is not None
        await touch(blocked)
        assert stage.window.context.session.user == "Chief engineer"
        await touch(stage.child("ack"))
        assert [alarm for alarm, *_ in stage.runtime.alarms.acknowledged] == [TRIP]
        await touch(blocked)  # and the dialog is there again afterwards
        assert stage.window.context.session.user == "Master"


async def test_an_open_popup_does_not_take_the_first_touch() -> None:
    with a_window() as stage:
        await touch(stage.child("palette"))
        assert QApplication.activePopupWidget() is not None
        stage.runtime.alarms.raise_alarm(TRIP)
        assert QApplication.activePopupWidget() is None
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert len(stage.runtime.alarms.acknowledged) == 1


async def test_what_stands_under_a_finger_does_not_change_and_ack_means_what_was_shown() -> None:
    with a_window() as stage:
        first = stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        ack = stage.child("ack")
        QTest.mousePress(ack, Qt.MouseButton.LeftButton)
        stage.runtime.alarms.rectify(TRIP)
        stage.clock.advance(1)
        again = stage.runtime.alarms.raise_alarm(TRIP)
        QTest.mouseRelease(ack, Qt.MouseButton.LeftButton)
        await settle()
        assert stage.runtime.alarms.acknowledged == [(TRIP, first.occurrence, "Chief engineer", "ecr")]
        assert stage.runtime.alarms.record(TRIP).occurrence == again.occurrence
        assert not stage.runtime.alarms.record(TRIP).acknowledged
        # refused: it says why and shows the present occurrence
        assert "has been raised again" in stage.window.banner_panel.facts.text.warning
        stage.wait_guard()
        await touch(ack)
        assert stage.runtime.alarms.acknowledged[-1][1] == again.occurrence
        assert not _banner(stage).isVisible()


async def test_an_alarm_answered_elsewhere_stays_under_the_finger_until_it_is_lifted() -> None:
    with a_window() as stage:
        first = stage.runtime.alarms.raise_alarm(TRIP)
        stage.clock.advance(1)
        stage.runtime.alarms.raise_alarm(GEN)
        stage.wait_guard()
        ack = stage.child("ack")
        QTest.mousePress(ack, Qt.MouseButton.LeftButton)
        await stage.runtime.alarms.acknowledge(TRIP, first.occurrence, "Master", "bridge")
        assert _shown(stage) == "Port ME lube oil pressure very low"
        QTest.mouseRelease(ack, Qt.MouseButton.LeftButton)
        await settle()
        assert _shown(stage) == "Genset 1 voltage high"
        assert stage.runtime.alarms.record(GEN).is_unanswered


async def test_an_alarm_that_stood_before_the_window_has_its_banner_over_it() -> None:
    with a_window(raised=TRIP) as stage:
        await settle()
        assert _banner(stage).isVisible()
        assert _banner(stage).width() == 1280
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert len(stage.runtime.alarms.acknowledged) == 1


async def test_a_finger_that_slides_off_ack_answers_nothing() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        ack = stage.child("ack")
        QTest.mousePress(ack, Qt.MouseButton.LeftButton)
        QTest.mouseMove(ack, QPoint(-300, 10))
        QTest.mouseRelease(ack, Qt.MouseButton.LeftButton, pos=QPoint(-300, 10))
        await settle()
        assert stage.runtime.alarms.acknowledged == []


async def test_a_refusal_is_said_on_the_banner_and_nothing_is_answered() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.runtime.alarms.refuse_next = CommandRefused("not_here", "category C is not answered on the bridge")
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert "category C" in stage.window.banner_panel.facts.text.warning
        assert _banner(stage).isVisible()
        stage.clock.advance(11)
        stage.window.tick()
        assert stage.window.banner_panel.facts.text.warning == ""


async def test_ack_rests_while_its_answer_is_under_way() -> None:
    with a_window() as stage:
        gate = stage.runtime.alarms.gate = Gate()
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert not stage.child("ack").isEnabled()
        await touch(stage.child("ack"))
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert len(stage.runtime.alarms.acknowledged) == 1
        gate.open()
        await settle()
        assert not _banner(stage).isVisible()


async def test_a_rectified_unanswered_alarm_stays_on_the_banner_and_says_so() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.clock.advance(65)
        stage.runtime.alarms.rectify(TRIP)
        assert _banner(stage).isVisible()
        assert stage.window.banner_panel.facts.text.state == "Returned to normal at 14:07:05 UTC"
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert stage.runtime.alarms.record(TRIP).state is AlarmState.CLEARED
        assert not _banner(stage).isVisible()


async def test_the_banner_shows_value_limit_time_and_age_live() -> None:
    with a_window() as stage:
        stage.runtime.tags.set("me_p.lo_press", 1.71)
        stage.runtime.alarms.raise_alarm(TRIP)
        text = stage.window.banner_panel.facts.text
        assert (text.value, text.limit) == ("1.71 bar", "limit < 1.80 bar")
        assert text.tag == "me_p.lo_press  ·  Port ME lube oil pressure"
        stage.runtime.tags.set("me_p.lo_press", 1.6)
        assert stage.window.banner_panel.facts.text.value == "1.60 bar"
        stage.clock.advance(12)
        stage.window.tick()
        assert stage.window.banner_panel.facts.text.raised == "Raised 14:06:00 UTC (15:06:00 ship), 12 s ago"
        stage.runtime.tags.set("me_p.lo_press", None, Quality.BAD_NO_COMMUNICATION)
        text = stage.window.banner_panel.facts.text
        assert (text.value, text.value_note) == ("---", "BadNoCommunication")


async def test_an_unanswered_warning_alone_brings_no_banner() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        assert not _banner(stage).isVisible()
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert not _banner(stage).isVisible()
        assert stage.runtime.alarms.record(WARNING).is_unanswered


async def test_an_active_emergency_alarm_is_shown_without_blocking_and_can_be_silenced() -> None:
    with a_window(page="tags") as stage:
        stage.runtime.alarms.raise_alarm(FIRE)
        assert not _banner(stage).isVisible()
        assert stage.child("emergency_strip").isVisible()
        await touch(stage.child("nav_system"))
        assert stage.window.page_id == "system"
        await touch(stage.child("silence"))
        assert stage.runtime.alarms.silenced == [("Chief engineer", "ecr")]
        stage.runtime.alarms.rectify(FIRE)
        strip = stage.window.findChild(QWidget, "emergency_strip")
        assert strip is not None
        assert not strip.isVisible()


async def test_silence_and_the_list_are_one_touch_away_on_the_banner() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        for alarm in (TRIP, GEN):
            stage.runtime.alarms.raise_alarm(alarm)
            stage.clock.advance(1)
        await touch(stage.child("banner_silence"))
        assert stage.runtime.alarms.silenced == [("Chief engineer", "ecr")]
        assert stage.runtime.alarms.acknowledged == []
        banner = _banner(stage)
        lower_edge = banner.geometry().bottom()
        await touch(stage.child("alarm_list"))
        assert banner.expanded
        assert [record.id for record in banner.table.records()] == [GEN, TRIP, WARNING]
        # another one of the list, a warning even, can be chosen and answered
        await touch(banner.table.rows.viewport(), QPoint(300, 2 * 40 + 20))
        assert _shown(stage) == "Port ME lube oil pressure low"
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert [alarm for alarm, *_ in stage.runtime.alarms.acknowledged] == [WARNING]
        await touch(stage.child("close_list"))
        assert not banner.expanded
        assert banner.isVisible()
        assert banner.height() == STRIP_HEIGHT
        assert banner.geometry().bottom() == lower_edge


async def test_the_person_can_be_changed_on_the_banner_and_the_answer_carries_the_name() -> None:
    with a_window(station="bridge") as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        await touch(stage.child("ack"))  # nobody has said who stands here
        assert stage.runtime.alarms.acknowledged == []
        await touch(stage.child("choose_Master"))
        await touch(stage.child("ack"))
        assert [(who, where) for *_, who, where in stage.runtime.alarms.acknowledged] == [("Master", "bridge")]


async def test_what_has_no_limit_says_when_it_is_an_alarm() -> None:
    with a_window() as stage:
        panel = stage.window.banner_panel
        lost = AlarmDef("lost", TagId("device"), Operator.EQUAL, 0.0, message="Device lost")
        device = TagDef(TagId("device"), kind=TagKind.DIGITAL, states=((0, "Lost"), (1, "Online")))
        assert panel._limit(lost, device) == "alarm when Lost"
        sensor = replace(lost, measure=Measure.BAD_QUALITY)
        assert panel._limit(sensor, device) == "alarm when no valid value"


async def test_the_banner_says_when_the_runtime_does_not_answer() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        stage.runtime.system.is_connected = False
        stage.window.tick()
        assert "Not connected" in stage.window.banner_panel.facts.text.warning
        assert stage.window.banner_panel.facts.text.value == "---"
        assert not stage.child("ack").isEnabled()
        stage.runtime.system.is_connected = True
        stage.window.tick()
        assert stage.child("ack").isEnabled()


async def test_the_banner_lies_over_the_lower_edge_and_follows_the_window() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        banner, window = _banner(stage), stage.window

        def edges() -> tuple[int, int, int]:
            left = banner.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
            return left.x(), window.height() - left.y() - banner.height(), window.width() - banner.width()

        window.resize(1280, 700)  # the screen of the offscreen platform is 800 by 800
        await settle()
        assert edges() == (0, 0, 0)
        assert banner.height() <= 240
        window.move(40, 90)
        window.resize(1500, 660)
        await settle()
        assert edges() == (0, 0, 0)


async def test_a_banner_that_was_dragged_away_resized_or_minimised_comes_back() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        banner = _banner(stage)
        place = banner.geometry()
        banner.setGeometry(10, 10, 900, 400)
        stage.window.tick()
        assert banner.geometry() == place
        banner.showMinimized()
        stage.window.tick()
        assert not banner.isMinimized()
        assert banner.geometry() == place


async def test_the_banner_of_a_window_partly_below_the_screen_can_still_be_touched() -> None:
    with a_window() as stage:
        stage.window.move(0, 400)
        stage.runtime.alarms.raise_alarm(TRIP)
        assert _banner(stage).geometry().bottom() == stage.window.screen().virtualGeometry().bottom()


async def test_enter_answers_once_however_long_it_is_held() -> None:
    with a_window() as stage:
        for alarm in (TRIP, GEN, OTHER):
            stage.runtime.alarms.raise_alarm(alarm)
            stage.clock.advance(1)
        stage.wait_guard()
        ack = stage.child("ack")
        assert _banner(stage).focusWidget() is ack
        await press_key(_banner(stage), Qt.Key.Key_Return)
        assert len(stage.runtime.alarms.acknowledged) == 1
        for _ in range(5):
            stage.wait_guard()
            none = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(ack, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none, "\r", True))
            await settle()
        assert len(stage.runtime.alarms.acknowledged) == 1


async def test_a_non_modal_station_has_the_banner_in_the_window_and_the_page_stays_usable() -> None:
    with a_window(banner="non_modal", page="tags") as stage:
        assert stage.window.banner is None
        stage.runtime.alarms.raise_alarm(TRIP)
        assert stage.window.banner_panel.isVisible()
        assert QApplication.activeModalWidget() is None
        await touch(stage.child("alarm_list"))
        assert stage.window.page_id == "alarms"
        await touch(stage.child("nav_system"))
        assert stage.window.page_id == "system"
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert len(stage.runtime.alarms.acknowledged) == 1
        assert not stage.window.banner_panel.isVisible()


async def test_the_loop_goes_on_while_the_banner_is_up() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        turns = 0
        for _ in range(50):
            await settle(1)
            turns += 1
        assert turns == 50
        assert _banner(stage).result() == 0  # never executed as a dialog of its own


def _make_category_c(stage: Stage, *alarms: str) -> None:
    for alarm in alarms:
        definition = stage.runtime.alarms.definitions()[alarm]
        stage.runtime.alarms.revise(replace(definition, category=Category.C), "chief", "test")


async def test_category_c_on_the_bridge_has_no_ack_says_where_it_is_answered_and_keeps_silence() -> None:
    with a_window(station="bridge", banner="non_modal", page="tags", rights={"profile": "bridge"}) as stage:
        stage.window.context.session.choose("Master")
        _make_category_c(stage, TRIP)
        record = stage.runtime.alarms.raise_alarm(TRIP)
        panel = stage.window.banner_panel
        assert panel.isVisible()
        assert not panel.ack_button.isVisible()
        assert panel.elsewhere.isVisible()
        assert "engine control room only" in panel.elsewhere.text()
        await press_key(stage.window, Qt.Key.Key_Return)
        await touch(stage.child("banner_silence"))
        assert stage.runtime.alarms.silenced == [("Master", "bridge")]
        assert stage.runtime.alarms.acknowledged == []
        await touch(stage.child("nav_system"))  # the page stays in reach
        assert stage.window.page_id == "system"
        await stage.runtime.alarms.acknowledge(TRIP, record.occurrence, "Chief engineer", "ecr")
        assert not panel.isVisible()


async def test_what_can_be_answered_on_the_bridge_comes_before_category_c_and_more_is_said() -> None:
    with a_window(station="bridge", banner="non_modal", rights={"profile": "bridge"}) as stage:
        stage.window.context.session.choose("Master")
        _make_category_c(stage, TRIP)
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.clock.advance(1)
        stage.runtime.alarms.raise_alarm(GEN)
        panel = stage.window.banner_panel
        assert _shown(stage) == "Genset 1 voltage high"
        assert panel.facts.text.more == "1 more unanswered"
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert stage.runtime.alarms.record(GEN).acknowledged
        assert _shown(stage) == "Port ME lube oil pressure very low"
        assert not panel.ack_button.isVisible()


async def test_the_banner_says_what_else_is_known_of_the_alarm() -> None:
    with a_window() as stage:
        record = stage.runtime.alarms.raise_alarm(WARNING, escalations=1, repeats=18, first_out=True)
        stage.runtime.alarms.change(TransitionKind.HELD, replace(record, held=True))
        panel = stage.window.banner_panel
        words = [mark.word for mark in panel.facts.text.marks]
        assert words == ["FIRST", "input lost", "18 times in 5 h", "escalated"]
        assert panel.facts._priority is Priority.ALARM
        assert "now an alarm" in panel.facts.accessibleDescription()


async def test_an_alarm_that_escalates_under_the_finger_is_not_answered_by_it() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(TRIP)
        warning = stage.runtime.alarms.raise_alarm(WARNING)
        await touch(stage.child("alarm_list"))
        banner = _banner(stage)
        await touch(banner.table.rows.viewport(), QPoint(300, banner.table.rows.row_px + 20))
        assert _shown(stage) == "Port ME lube oil pressure low"
        stage.wait_guard()
        ack = stage.child("ack")
        QTest.mousePress(ack, Qt.MouseButton.LeftButton)
        stage.clock.advance(1)
        stage.runtime.alarms.change(TransitionKind.ESCALATED, replace(warning, active=False, acknowledged=True))
        stage.runtime.alarms.raise_alarm(WARNING, escalations=1)
        QTest.mouseRelease(ack, Qt.MouseButton.LeftButton)
        await settle()
        assert stage.runtime.alarms.record(WARNING).is_unanswered
        assert "has been raised again" in stage.window.banner_panel.facts.text.warning


async def test_a_test_alarm_says_plainly_that_it_is_one() -> None:
    with a_window() as stage:
        definition = stage.runtime.alarms.definitions()[TRIP]
        stage.runtime.alarms.revise(replace(definition, tag=TagId("system.test")), "chief", "test")
        stage.runtime.alarms.raise_alarm(TRIP)
        assert [mark.word for mark in stage.window.banner_panel.facts.text.marks] == ["TEST"]


async def test_a_latched_alarm_on_the_banner_goes_away_with_its_answer_and_waits_in_the_list() -> None:
    with a_window() as stage:
        definition = stage.runtime.alarms.definitions()[TRIP]
        stage.runtime.alarms.revise(replace(definition, latching=True), "chief", "test")
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.runtime.alarms.rectify(TRIP)
        assert [mark.word for mark in stage.window.banner_panel.facts.text.marks] == ["reset wanted"]
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert not _banner(stage).isVisible()
        assert stage.runtime.alarms.record(TRIP).stands
