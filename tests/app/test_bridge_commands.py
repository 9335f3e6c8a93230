"""Commands and logins of the screens in the runtime's own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.runtime.api.test_commands import a_project, an_account
from vmshmi.app.bridge import Bridge
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.access import Role
from vmshmi.core.alarms.model import Priority
from vmshmi.core.commands import CommandOutcome
from vmshmi.core.errors import CommandRefused
from vmshmi.core.ports import CommandsPort, RuntimePort
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

pytestmark = pytest.mark.usefixtures("qapp")
SET = TagId("me.rpm_set")


@asynccontextmanager
async def a_port(folder: Path | None = None) -> AsyncIterator[tuple[CommandsPort, RuntimeApp]]:
    """Over a runtime in its thread."""
    async with a_bridge(folder) as (bridge, runtime):
        yield bridge.commands, runtime


@asynccontextmanager
async def a_bridge(folder: Path | None = None) -> AsyncIterator[tuple[RuntimePort, RuntimeApp]]:
    """All of it."""
    thread, runtime = LoopThread("runtime"), build_runtime(a_project(), RuntimeOptions(database=folder))
    thread.start()
    await thread.run(runtime.start())
    bridge = Bridge(runtime, thread, SystemClock())
    await bridge.open()
    try:
        yield bridge, runtime
    finally:
        await bridge.close()
        await thread.run(runtime.stop())
        assert thread.close()


async def test_a_command_by_name_and_its_refusals() -> None:
    async with a_port() as (commands, _):
        assert (await commands.person("Chief")).role is Role.OPERATOR
        assert await commands.may(SET, "Chief", "ecr") is None
        await commands.select(SET, "Chief", "ecr")
        with pytest.raises(CommandRefused, match="is selected by Chief at ecr"):
            await commands.select(SET, "Second", "ecr")
        report = await commands.write(SET, 750.0, "Chief", "ecr")
        assert report.outcome is CommandOutcome.CONFIRMED, report
        refusal = await commands.may(SET, "Chief", "bridge")
        assert refusal is not None
        assert refusal.reason == "station"
        assert (await commands.write(SET, -1.0, "Chief", "ecr")).reason == "out_of_range"


async def test_with_accounts_the_login_of_the_screen_counts(tmp_path: Path) -> None:
    an_account(tmp_path)
    async with a_port(tmp_path) as (commands, runtime):
        assert (await commands.write(SET, 5.0, "Chief", "ecr")).reason == "login_required"
        with pytest.raises(CommandRefused, match="the name or the PIN is wrong"):
            await commands.login("Chief", "0000", "ecr")
        runtime.access._failures.clear()
        assert (await commands.login("chief", "2468", "ecr")).name == "Chief"
        assert (await commands.write(SET, 5.0, "Second", "ecr")).reason == "login_required"
        assert (await commands.write(SET, 5.0, "Chief", "ecr")).outcome is CommandOutcome.CONFIRMED
        runtime.access._sessions.clear()
        with pytest.raises(CommandRefused, match="the login has ended"):
            await commands.person("Chief")
        assert (await commands.person("Chief")).role is Role.VIEWER
        await commands.logout("ecr")


async def test_with_accounts_an_alarm_test_stands_in_the_name_of_the_login_or_the_station(tmp_path: Path) -> None:
    an_account(tmp_path)
    async with a_bridge(tmp_path) as (bridge, _):
        await bridge.alarms.test(Priority.CAUTION, "Chief", "ecr")
        await bridge.commands.login("Chief", "2468", "ecr")
        await bridge.alarms.test(Priority.ALARM, "Chief", "ecr")
        rows = await bridge.alarms.history()
        tests = [(row.record.id, row.user) for row in rows if row.user]
        assert tests == [("system.test.alarm", "Chief"), ("system.test.caution", "ecr")]
