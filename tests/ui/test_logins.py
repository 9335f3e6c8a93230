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


def user_button(stage: Stage) -> TouchButton:
    button = stage.child("user")
    assert isinstance(button, TouchButton)
    return button


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
        assert asked.signs.text() == "•"
        assert not asked.confirm.isEnabled()  # too short to be one
        asked.reject()


async def test_a_wrong_pin_says_so_and_leaves_everything_as_it_was() -> None:
    with a_station() as stage:
        asked = await log_in(stage, "1111")
        assert asked.isVisible()
        assert asked.note.text() == "The name or the PIN is wrong."
        assert asked.signs.text() == "_"
        assert stage.window.context.session.user == "Chief engineer"
        asked.reject()


async def test_without_login_the_name_answers_alarms_and_commands_nothing() -> None:
    with a_station() as stage:
        await choose(stage, SECOND)
        await touch(stage.child("pin_without"))
        stage.window.tick()
        await settle()
        assert stage.window.context.session.user == SECOND
        assert user_button(stage).sub_text == "not logged in"


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
