"""Commands to a Modbus server in another process that shares no code with the program: what is counted there counts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.modbus_server import ServerProcess
from tests.support.waiting import until
from vmshmi.config.loader import parse_project
from vmshmi.core.commands import CommandOutcome, CommandReport
from vmshmi.core.devices import DeviceState
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.access import Claim
from vmshmi.runtime.runtime_app import RuntimeApp, build_runtime

SPEED, START, ANYTHING = TagId("me.set"), TagId("dg.cmd"), TagId("dg.state")
CHIEF = Claim("Chief", here=True)
HELD = [(1, "holding", 0, [600, 0, 0])]


@asynccontextmanager
async def a_runtime(port: int, feedback_timeout_s: float = 20) -> AsyncIterator[RuntimeApp]:
    """A set-point at 0; a start command at 1 whose effect is the state at 2."""
    project = parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora"},
            "devices": [
                {"id": "plc", "driver": "modbus_tcp", "host": "127.0.0.1", "port": port, "poll_s": 0.05, "timeout_s": 1}
            ],
            "tags": [
                {
                    "id": SPEED,
                    "source": {"device": "plc", "table": "holding", "address": 0, "scale": 0.5},
                    "writable": True,
                    "command": {"range_min": 0, "range_max": 1000, "feedback_timeout_s": feedback_timeout_s},
                },
                {
                    "id": START,
                    "kind": "enum",
                    "source": {"device": "plc", "table": "holding", "address": 1},
                    "writable": True,
                    "command": {
                        "allowed": [1, 2],
                        "feedback_tag": "dg.state",
                        "feedback": {"1": [1, 2, 3], "2": [0]},
                        "feedback_timeout_s": feedback_timeout_s,
                    },
                },
                {"id": "dg.state", "kind": "enum", "source": {"device": "plc", "table": "holding", "address": 2}},
            ],
        }
    )
    runtime = build_runtime(project)
    await runtime.start()
    try:
        await until(lambda: runtime.devices()[0].state is DeviceState.ONLINE)
        yield runtime
    finally:
        await runtime.stop()


async def command(runtime: RuntimeApp, tag_id: TagId, value: Scalar) -> CommandReport:
    return await runtime.commands.write(tag_id, value, CHIEF, None)


async def test_a_set_point_is_confirmed_and_one_copy_arrives() -> None:
    with ServerProcess(HELD) as server:
        async with a_runtime(server.port) as runtime:
            report = await command(runtime, SPEED, 420.2)
            assert report.outcome is CommandOutcome.CONFIRMED, report
            assert (report.before, report.seen) == (300.0, 420.0)  # half a step off is what the register can hold
            assert server.writes() == [[1, "holding", 0, [840]]]


async def test_a_device_that_answers_success_and_does_nothing_times_out() -> None:
    with ServerProcess(HELD) as server:
        async with a_runtime(server.port, feedback_timeout_s=0.5) as runtime:
            report = await command(runtime, START, 1)
            assert (report.outcome, report.seen) == (CommandOutcome.TIMED_OUT, 0), report
            await server.put_async([(1, "holding", 2, [1])])  # ten seconds later it starts after all
            await until(lambda: runtime.store.get(ANYTHING).value == 1)
            assert server.writes() == [[1, "holding", 1, [1]]]
            kinds = [entry.result for entry in await runtime.audit.entries() if entry.result]
            assert kinds == ["timed_out"]


async def test_the_feedback_confirms_a_start_and_a_second_start_is_refused() -> None:
    with ServerProcess(HELD) as server:
        async with a_runtime(server.port) as runtime:
            starting = asyncio.create_task(command(runtime, START, 1))
            await until(lambda: bool(runtime.commands._effects._waiting))
            await server.put_async([(1, "holding", 2, [2])])
            report = await starting
            assert (report.outcome, report.seen) == (CommandOutcome.CONFIRMED, 2), report
            await until(lambda: runtime.store.get(START).value == 1)
            assert (await command(runtime, START, 1)).reason == "already"
            assert len(server.writes()) == 1


async def test_a_frozen_device_gets_one_copy_and_none_after_it_has_come_back() -> None:
    with ServerProcess(HELD) as server:
        async with a_runtime(server.port) as runtime:
            server.freeze()
            reports = [await command(runtime, SPEED, value) for value in (100, 101, 102)]
            server.thaw()
            await until(lambda: runtime.devices()[0].state is DeviceState.ONLINE)
            reads = server.requests()
            await until(lambda: server.requests() > reads + 2)
            sent = [one for one in reports if one.outcome is not CommandOutcome.REFUSED]
            arrived = [numbers for _, _, _, numbers in server.writes()]
            assert len(arrived) == len({str(numbers) for numbers in arrived})
            assert len(arrived) <= len(sent)
            assert all(one.outcome is CommandOutcome.UNKNOWN for one in sent)


async def test_nothing_is_replayed_after_a_reconnect() -> None:
    with ServerProcess(HELD) as server:
        port = server.port
        async with a_runtime(port) as runtime:
            server.kill()
            await until(lambda: runtime.devices()[0].state is DeviceState.BACKOFF)
            for value in (1, 2):
                report = await command(runtime, START, value)
                assert (report.outcome, report.reason) == (CommandOutcome.REFUSED, "device"), report
            with ServerProcess(HELD, port) as again:
                await until(lambda: runtime.devices()[0].state is DeviceState.ONLINE)
                reads = again.requests()
                await until(lambda: again.requests() > reads + 2)
                assert again.writes() == []
