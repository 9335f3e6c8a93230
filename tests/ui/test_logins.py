"""Who is logged in at a screen: the PIN where people have accounts, the role in the bar, the end of a login."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from tests.support.ui_commands import FakeCommands
from tests.support.ui_window import Stage, a_window, press_key, settle, touch
from vmshmi.core.access import Role
from vmshmi.ui.commands.pin_dialog import PinDialog
from vmshmi.ui.shell.main_window import MainWindow
from vmshmi.ui.shell.user_dialog import UserDialog
from vmshmi.ui.widgets.touch_button import TouchButton

SECOND = "Second engineer"
TRIP = "me_p.lo_press.trip"
Kind = TypeVar("Kind", bound=QDialog)


@contextmanager
def a_station(*, accounts: bool = True) -> Iterator[Stage]:
    with a_window() as stage:
        commands: FakeCommands = stage.runtime.commands
        commands.role = Role.ENGINEER
        commands.pins = {SECOND: "4711", "Chief engineer": "1234"} if accounts else {}
        yield stage


def dialog(window: MainWindow, kind: type[Kind]) -> Kind | None:
    return next((found for found in window.findChildren(kind) if found.isVisible()), None)


def button(stage: Stage, name: str) -> TouchButton:
    found = stage.child(name)
    assert isinstance(found, TouchButton)
    return found


def user_button(stage: Stage) -> TouchButton:
    return button(stage, "user")


async def ask_on_banner(stage: Stage) -> None:
    """An alarm stands, and somebody else says on its banner that it is he."""
    stage.window.tick()
    await settle()  # who may what is known
    stage.runtime.alarms.raise_alarm(TRIP)
    stage.wait_guard()
    await touch(stage.child("banner_user"))
    await touch(stage.child(f"choose_{SECOND}"))


async def choose(stage: Stage, name: str) -> PinDialog | None:
    await touch(user_button(stage))
    await touch(stage.child(f"choose_{name}"))
    await settle()
    return dialog(stage.window, PinDialog)


async def log_in(stage: Stage, pin: str = "4711") -> PinDialog:
    asked = await choose(stage, SECOND)
    assert asked is not None
    for digit in pin:
        await touch(stage.child(f"pin_{digit}"))
    await touch(stage.child("confirm"))
    await settle()
    return asked


async def test_with_accounts_the_pin_is_asked_for_and_the_role_is_in_the_bar() -> None:
    with a_station() as stage:
        await log_in(stage)
        assert dialog(stage.window, PinDialog) is None
        assert stage.window.context.session.user == SECOND
        assert user_button(stage).text() == SECOND
        assert user_button(stage).sub_text == "Engineer"


async def test_the_signs_of_a_pin_are_never_shown() -> None:
    with a_station() as stage:
        asked = await choose(stage, SECOND)
        assert asked is not None
        await press_key(asked, Qt.Key.Key_4)
        assert asked.pad.signs.text() == "•"
        assert not asked.pad.confirm.isEnabled()  # too short to be one
        asked.reject()


async def test_a_wrong_pin_says_so_and_leaves_everything_as_it_was() -> None:
    with a_station() as stage:
        asked = await log_in(stage, "1111")
        assert asked.isVisible()
        assert asked.pad.note.text() == "The name or the PIN is wrong."
        assert asked.pad.signs.text() == "_"
        assert stage.window.context.session.user == "Chief engineer"
        asked.reject()


async def test_without_login_the_station_answers_alarms_and_the_name_commands_nothing() -> None:
    with a_station() as stage:
        asked = await choose(stage, SECOND)
        assert asked is not None
        assert asked.pad.note.text() == "Without a login alarms are answered in the name of: Control room"
        await touch(stage.child("pin_without"))
        stage.window.tick()
        await settle()
        assert dialog(stage.window, PinDialog) is None
        assert stage.window.context.session.user == SECOND
        assert user_button(stage).sub_text == "not logged in"
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        assert button(stage, "ack").sub_text == "as Control room"
        await touch(stage.child("ack"))
        assert [(who, where) for *_, who, where in stage.runtime.alarms.acknowledged] == [("Control room", "ecr")]


async def test_a_touch_logs_out() -> None:
    with a_station() as stage:
        await log_in(stage)
        await touch(user_button(stage))
        await touch(stage.child("log_out"))
        await settle()
        assert dialog(stage.window, UserDialog) is None
        assert not stage.window.context.session.logged_in
        assert stage.runtime.commands.logged_in is None


async def test_who_has_gone_away_is_logged_out_and_who_touches_is_not() -> None:
    with a_station() as stage:
        await log_in(stage)
        stage.clock.advance(9 * 60)
        await touch(stage.child("alarm_rows"))
        stage.clock.advance(9 * 60)
        stage.window.tick()
        await settle()
        assert stage.window.context.session.logged_in
        stage.clock.advance(61)
        stage.window.tick()
        await settle()
        assert not stage.window.context.session.logged_in
        assert stage.runtime.commands.logged_in is None


async def test_a_login_that_the_runtime_has_ended_is_seen_within_ten_seconds() -> None:
    with a_station() as stage:
        await log_in(stage)
        stage.runtime.commands.logged_in = None
        stage.clock.advance(10.5)
        stage.window.tick()
        await settle()
        assert user_button(stage).sub_text == "not logged in"


async def test_without_accounts_a_name_is_enough() -> None:
    with a_station(accounts=False) as stage:
        assert await choose(stage, SECOND) is None
        assert stage.window.context.session.user == SECOND
        assert user_button(stage).sub_text == "Control room"


async def test_on_the_banner_too_another_name_wants_its_pin_and_the_answer_carries_it() -> None:
    with a_station() as stage:
        await ask_on_banner(stage)
        assert dialog(stage.window, PinDialog) is None  # it would lie over ACK
        assert stage.window.context.session.user == "Chief engineer"
        for digit in "1111":
            await touch(stage.child(f"pin_{digit}"))
        await touch(stage.child("confirm"))
        assert stage.window.context.session.user == "Chief engineer"
        for digit in "4711":
            await press_key(stage.child("pin_pad"), Qt.Key(ord(digit)))
        await press_key(stage.child("pin_pad"), Qt.Key.Key_Return)
        assert stage.window.context.session.user == SECOND
        assert stage.window.banner is not None
        assert not stage.window.banner.expanded
        await touch(stage.child("ack"))
        assert [(who, where) for *_, who, where in stage.runtime.alarms.acknowledged] == [(SECOND, "ecr")]


async def test_while_a_pin_is_asked_for_the_station_can_acknowledge() -> None:
    with a_station() as stage:
        await ask_on_banner(stage)
        assert stage.child("pin_pad").isVisible()
        assert button(stage, "ack").sub_text == "as Control room"
        await touch(stage.child("ack"))
        assert [(who, where) for *_, who, where in stage.runtime.alarms.acknowledged] == [("Control room", "ecr")]
        assert stage.window.banner is not None
        assert not stage.window.banner.isVisible()
        stage.runtime.alarms.raise_alarm("gen1.volt.high")
        assert not stage.window.banner.expanded  # the keys have gone with the first


async def test_asking_on_the_banner_can_be_given_up() -> None:
    with a_station() as stage:
        await ask_on_banner(stage)
        await touch(stage.child("cancel"))
        assert stage.window.context.session.user == "Chief engineer"
        assert stage.window.banner is not None
        assert not stage.window.banner.expanded
        await touch(stage.child("banner_user"))
        assert button(stage, "choose_Chief engineer").isChecked()
        assert not button(stage, f"choose_{SECOND}").isChecked()


async def test_at_a_station_of_nobody_the_first_touch_acknowledges_where_people_have_accounts() -> None:
    with a_window(station="bridge") as stage:
        commands: FakeCommands = stage.runtime.commands
        commands.pins = {SECOND: "4711"}
        stage.window.tick()
        await settle()
        stage.runtime.alarms.raise_alarm(TRIP)
        stage.wait_guard()
        await touch(stage.child("ack"))
        assert [(who, where) for *_, who, where in stage.runtime.alarms.acknowledged] == [("Bridge", "bridge")]


async def test_a_runtime_elsewhere_without_accounts_asks_for_no_pin() -> None:
    with a_station(accounts=False) as stage:
        stage.runtime.commands.elsewhere = True
        assert await choose(stage, SECOND) is None
        assert stage.window.context.session.user == SECOND
        assert stage.window.context.session.answering_as == SECOND
