"""Screens command through the wire, and get the outcome the runtime would have told them."""

from pathlib import Path

import pytest

from tests.runtime.api.test_commands import a_project, a_ship, an_account
from tests.support.api_ship import served
from vmshmi.core.access import Role
from vmshmi.core.alarms.model import Priority
from vmshmi.core.commands import CommandOutcome, Stage
from vmshmi.core.errors import CommandRefused
from vmshmi.core.ports import CommandsPort
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.remote.remote_runtime import RemoteRuntime

SET = TagId("me.rpm_set")


def as_port(remote: RemoteRuntime) -> CommandsPort:
    """The protocol, checked by the type checker."""
    return remote.commands


async def test_a_command_and_its_refusals_over_the_wire() -> None:
    async with a_ship() as ship, served(ship) as server:
        remote = RemoteRuntime(server.url, "ecr", SystemClock())
        await remote.start()
        try:
            commands = as_port(remote)
            assert remote.tags.definitions()[SET].command == ship.runtime.store.definitions()[SET].command
            assert (await commands.person("Chief")).role is Role.OPERATOR
            assert await commands.may(SET, "Chief", "ecr") is None
            report = await commands.write(SET, 750.0, "Chief", "ecr", "slow down")
            assert report.outcome is CommandOutcome.CONFIRMED, report
            assert (report.before, report.seen, report.command.value) == (50.0, 750.0, 750.0)
            assert [stage for stage, _ in report.stages] == [Stage.INTENT, Stage.TAKEN, Stage.ENDED]
            refused = await commands.write(SET, 9999.0, "Chief", "ecr")
            assert (refused.outcome, refused.reason) == (CommandOutcome.REFUSED, "out_of_range")
            refusal = await commands.may(SET, "Chief", "bridge")
            assert refusal is not None
            assert refusal.reason == "station"
            until = await commands.select(SET, "Chief", "ecr")
            assert until.tzinfo is not None
            with pytest.raises(CommandRefused) as selected:
                await commands.select(SET, "Second", "ecr")
            assert selected.value.reason == "selected_by_other"
            assert (await commands.write(TagId("no.such"), 1.0, "Chief", "ecr")).reason == "unknown_tag"
        finally:
            await remote.stop()


async def test_a_login_over_the_wire_is_this_persons_only(tmp_path: Path) -> None:
    an_account(tmp_path, role=Role.ENGINEER)
    async with a_ship(folder=tmp_path) as ship, served(ship) as server:
        remote = RemoteRuntime(server.url, "ecr", SystemClock())
        await remote.start()
        try:
            commands = as_port(remote)
            refusal = await commands.may(SET, "Chief", "ecr")
            assert refusal is not None
            assert refusal.reason == "login_required"
            with pytest.raises(CommandRefused) as wrong:
                await commands.login("Chief", "0000", "ecr")
            assert wrong.value.reason == "wrong_pin"
            ship.runtime.access._failures.clear()
            person = await commands.login("Chief", "2468", "ecr")
            assert (person.name, person.role) == ("Chief", Role.ENGINEER)
            assert await commands.may(SET, "Chief", "ecr") is None
            assert (await commands.write(SET, 5.0, "Second", "ecr")).reason == "login_required"
            assert (await commands.write(SET, 5.0, "Chief", "ecr")).outcome is CommandOutcome.CONFIRMED
            await commands.logout("ecr")
            assert (await commands.person("Chief")).role is Role.VIEWER
            assert ship.runtime.access._sessions == {}
        finally:
            await remote.stop()


async def test_a_login_that_has_ended_is_forgotten(tmp_path: Path) -> None:
    an_account(tmp_path)
    async with a_ship(folder=tmp_path) as ship, served(ship) as server:
        remote = RemoteRuntime(server.url, "ecr", SystemClock())
        await remote.start()
        try:
            await remote.commands.login("Chief", "2468", "ecr")
            ship.runtime.access._sessions.clear()
            assert (await remote.commands.write(SET, 5.0, "Chief", "ecr")).reason == "session_ended"
            assert (await remote.commands.write(SET, 5.0, "Chief", "ecr")).reason == "login_required"
        finally:
            await remote.stop()


async def test_a_runtime_that_does_not_answer() -> None:
    project = a_project(feedback_timeout_s=600)
    async with a_ship(project) as ship:
        async with served(ship) as server:
            remote = RemoteRuntime(server.url, "ecr", SystemClock())
            await remote.start()
        try:
            report = await remote.commands.write(SET, 5.0, "Chief", "ecr")
            assert (report.outcome, report.reason) == (CommandOutcome.REFUSED, "not_connected")
            with pytest.raises(CommandRefused):
                await remote.commands.person("Chief")
            refusal = await remote.commands.may(SET, "Chief", "ecr")
            assert refusal is not None
            assert refusal.reason == "not_connected"
        finally:
            await remote.stop()


async def test_an_answer_to_an_alarm_carries_the_login_over_the_wire(tmp_path: Path) -> None:
    an_account(tmp_path)
    async with a_ship(folder=tmp_path) as ship, served(ship) as server:
        remote = RemoteRuntime(server.url, "ecr", SystemClock())
        await remote.start()
        try:
            assert (await remote.commands.person("Chief")).accounts
            await remote.alarms.test(Priority.CAUTION, "Chief", "ecr")
            await remote.commands.login("Chief", "2468", "ecr")
            await remote.alarms.test(Priority.ALARM, "Chief", "ecr")
            tests = [(row.record.id, row.user) for row in await remote.alarms.history() if row.user]
            assert tests == [("system.test.alarm", "Chief"), ("system.test.caution", "ecr")]
        finally:
            await remote.stop()
