"""What a person does with the chosen alarm, by finger: shelve, reset, out of service, and what is refused and why."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from tests.support.ui_window import Stage, a_window, press_key, settle, touch
from vmshmi.core.alarms.flood import FLOOD, RATE
from vmshmi.core.alarms.model import AlarmState, Category, Measure, Operator, Suppression
from vmshmi.core.errors import CommandRefused
from vmshmi.ui.alarms.order_dialog import OrderDialog, choices_of
from vmshmi.ui.pages.alarms import AlarmsPage
from vmshmi.ui.style.sizes import ACK
from vmshmi.ui.widgets.touch_button import TouchButton

WARNING, TRIP, GEN, FIRE = "me_p.lo_press.low", "me_p.lo_press.trip", "gen1.volt.high", "fire.zone1.on"


def _page(stage: Stage) -> AlarmsPage:
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    return page


async def _pick(stage: Stage, row: int = 0) -> None:
    rows = _page(stage).table.rows
    await touch(rows.viewport(), QPoint(400, row * rows.row_px + rows.row_px // 2))


def _dialog() -> OrderDialog:
    (dialog,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, OrderDialog) and one.isVisible()]
    return dialog


def _in_dialog(name: str) -> TouchButton:
    button = _dialog().findChild(TouchButton, name)
    assert isinstance(button, TouchButton)
    return button


def _words(stage: Stage) -> str:
    return " ".join(f"{field.name} {field.value}" for field in _page(stage).detail.fields.fields)


async def test_every_action_is_large_enough_for_a_glove() -> None:
    with a_window() as stage:
        alarm = stage.runtime.alarms.definitions()[WARNING]
        stage.runtime.alarms.revise(replace(alarm, latching=True), "chief", "test")
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        buttons = _page(stage).detail.findChildren(TouchButton)
        assert len([button for button in buttons if button.isVisible()]) == 9
        assert all(button.height() >= ACK and button.width() >= ACK for button in buttons if button.isVisible())


async def test_what_was_measured_when_it_was_raised_is_said_beside_a_limit_of_another_measure() -> None:
    with a_window() as stage:
        alarm = stage.runtime.alarms.definitions()[WARNING]
        raised = replace(alarm, measure=Measure.DEVIATION, operator=Operator.ABS_GREATER, limit=0.5)
        stage.runtime.alarms.revise(raised, "chief", "test")
        stage.runtime.alarms.raise_alarm(WARNING, value=-0.75)
        await _pick(stage)
        assert "Limit deviation > ±0.50 bar When raised deviation -0.75 bar" in _words(stage)


async def test_shelving_wants_a_time_and_a_reason_and_carries_both_with_the_name() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        await touch(stage.child("detail_shelve"))
        assert not _in_dialog("confirm").isEnabled()
        assert _in_dialog("confirm").sub_text == "choose how long"
        await touch(_in_dialog("minutes_30"))
        assert _in_dialog("confirm").sub_text == "a reason is wanted"
        await touch(_in_dialog("reason_1"))
        await touch(_in_dialog("confirm"))
        order = stage.runtime.alarms.record(WARNING).shelved
        assert order is not None
        assert (order.user, order.station, order.reason) == ("Chief engineer", "ecr", "Spare part ordered")
        assert order.until is not None
        assert (order.until - order.since).total_seconds() == 30 * 60
        assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, OrderDialog) and one.isVisible()]


async def test_a_reason_can_be_written_on_the_glass() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        await touch(stage.child("detail_service"))
        await touch(_in_dialog("write"))
        for key in ("key_p", "key_u", "key_m", "key_m", "key_p", "key_erase", "key_space", "key_2"):
            await touch(_in_dialog(key))
        assert _dialog().reason.text() == "Pumm 2"
        await touch(_in_dialog("confirm"))
        order = stage.runtime.alarms.record(WARNING).out_of_service
        assert order is not None
        assert order.reason == "Pumm 2"


async def test_cancel_and_escape_shelve_nothing() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        await touch(stage.child("detail_shelve"))
        await touch(_in_dialog("minutes_15"))
        await touch(_in_dialog("reason_0"))
        await touch(_in_dialog("cancel"))
        await touch(stage.child("detail_shelve"))
        await press_key(_dialog(), Qt.Key.Key_Escape)
        assert stage.runtime.alarms.record(WARNING).shelved is None


async def test_what_is_shelved_can_be_unshelved_from_the_list_of_shelved_ones() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await stage.runtime.alarms.shelve(WARNING, "Master", 30, "sensor", "bridge")
        await touch(stage.child("choice_shelved"))
        rows = _page(stage).set_aside.rows
        await touch(rows.viewport(), QPoint(400, rows.row_px // 2))
        shelve = stage.child("detail_shelve")
        assert isinstance(shelve, TouchButton)
        assert shelve.text() == "UNSHELVE"
        assert "sensor. Master, Bridge" in _words(stage)
        await touch(stage.child("detail_shelve"))
        assert stage.runtime.alarms.record(WARNING).shelved is None
        assert _page(stage).set_aside.row_count() == 0


async def test_out_of_service_ends_only_with_a_name_and_its_button_becomes_the_way_back() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        await touch(stage.child("detail_service"))
        await touch(_in_dialog("reason_2"))
        await touch(_in_dialog("confirm"))
        assert stage.runtime.alarms.record(WARNING).suppression is Suppression.OUT_OF_SERVICE
        service = stage.child("detail_service")
        assert isinstance(service, TouchButton)
        assert service.text() == "BACK IN SERVICE"
        await touch(stage.child("detail_service"))
        assert stage.runtime.alarms.record(WARNING).out_of_service is None


async def test_a_latched_alarm_is_reset_after_its_cause_has_gone_and_it_was_acknowledged() -> None:
    with a_window() as stage:
        alarm = stage.runtime.alarms.definitions()[WARNING]
        stage.runtime.alarms.revise(replace(alarm, latching=True), "chief", "test")
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        assert not stage.child("detail_reset").isEnabled()
        assert "RESET Its cause is still there." in _words(stage)
        stage.runtime.alarms.rectify(WARNING)
        assert "RESET Acknowledge it first." in _words(stage)
        await touch(stage.child("detail_ack"))
        assert "it stands until it is reset" in _words(stage)
        await touch(stage.child("detail_reset"))
        assert stage.runtime.alarms.record(WARNING).state is AlarmState.CLEARED
        assert _page(stage).table.records() == ()


async def test_an_alarm_that_does_not_latch_offers_no_reset() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        assert not _page(stage).detail.buttons.reset.isVisible()


async def test_an_emergency_alarm_cannot_be_shelved_and_the_reason_is_said() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(FIRE)
        await _pick(stage)
        assert not stage.child("detail_shelve").isEnabled()
        assert "SHELVE An emergency alarm cannot be shelved." in _words(stage)


async def test_on_the_bridge_category_c_says_where_it_is_answered_and_only_silence_is_left() -> None:
    with a_window(station="bridge", banner="non_modal", rights={"profile": "bridge"}) as stage:
        stage.window.context.session.choose("Master")
        alarm = stage.runtime.alarms.definitions()[WARNING]
        stage.runtime.alarms.revise(replace(alarm, category=Category.C), "chief", "test")
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        assert not stage.child("detail_ack").isEnabled()
        assert _page(stage).detail.buttons.ack.sub_text == "in the engine control room"
        assert "SHELVE, OUT OF SERVICE Only in the engine control room." in _words(stage)
        await touch(stage.child("detail_silence"))
        assert stage.runtime.alarms.silenced == [("Master", "bridge")]


async def test_what_the_runtime_refuses_is_said_in_a_sentence() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        stage.runtime.alarms.refuse_next = CommandRefused("category_c", "is answered in the engine room")
        await touch(stage.child("detail_ack"))
        assert "Only in the engine control room." in stage.window._nav.notice


def test_the_times_to_choose_from_never_go_beyond_what_the_ship_allows() -> None:
    assert choices_of(720) == (15, 30, 60, 240, 480)
    assert choices_of(60) == (15, 30, 60)
    assert choices_of(10) == (10,)


async def test_the_banner_comes_above_an_open_dialog_and_can_be_answered_there() -> None:
    with a_window() as stage:
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        await touch(stage.child("detail_shelve"))
        stage.runtime.alarms.raise_alarm(GEN)
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert stage.runtime.alarms.record(GEN).acknowledged
        await touch(_in_dialog("cancel"))
        await settle()


async def test_the_actions_keep_their_place_under_a_banner_in_the_window_and_an_emergency() -> None:
    with a_window(banner="non_modal", tells_floods=True) as stage:
        stage.runtime.tags.set_many({FLOOD: 1, RATE: 64})
        stage.runtime.alarms.raise_alarm(WARNING)
        await _pick(stage)
        for alarm in (GEN, FIRE):
            stage.runtime.alarms.raise_alarm(alarm)
        await settle()
        detail = _page(stage).detail
        shown = [button for button in detail.findChildren(TouchButton) if button.isVisible()]
        places = [QRect(button.mapTo(detail, QPoint(0, 0)), button.size()) for button in shown]
        assert len(places) >= 4
        assert not any(one.intersects(other) for n, one in enumerate(places) for other in places[:n])
        assert all(detail.rect().contains(place) for place in places)
