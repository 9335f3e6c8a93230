"""The API's port: one clear line when it cannot be had, a clean end."""

import asyncio
import logging
import signal

import httpx
import pytest

from tests.support.api_ship import (
    Ship,
    a_project,
    a_running_ship,
    flood,
    listening,
    said,
    said_of,
    served,
    stubborn,
    until,
)
from vmshmi.core.errors import StartError
from vmshmi.runtime.api.outbox import RealtimeSettings
from vmshmi.runtime.api.server import ApiServer
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime


async def test_port_zero_takes_a_free_one_and_says_which(ship: Ship) -> None:
    async with served(ship) as server, httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert server.port > 0
        assert (await client.get("/health")).json()["status"] == "ok"


async def test_only_loopback_hears_it_by_default() -> None:
    import inspect

    assert inspect.signature(ApiServer).parameters["host"].default == "127.0.0.1"


async def test_a_port_in_use_is_one_line(ship: Ship) -> None:
    async with served(ship) as first:
        second = ApiServer(ship.runtime, "127.0.0.1", first.port)
        with pytest.raises(StartError) as refused:
            await second.start()
        assert str(refused.value) == (
            f"port {first.port} on 127.0.0.1 is in use by another program: choose another with --port"
        )
        await second.stop()


@pytest.mark.parametrize(
    ("host", "port", "line"),
    [
        ("192.0.2.1", 0, "192.0.2.1 is not an address of this machine: choose another with --host"),
        ("no.such.host.invalid", 0, "--host no.such.host.invalid: no such address"),
        ("a" * 300, 0, "no such address"),
        ("127.0.0.1", 70_000, "--port 70000: a port is a number from 1 to 65535"),
        ("127.0.0.1", -1, "--port -1: a port is a number from 1 to 65535"),
    ],
)
async def test_an_address_that_cannot_be_had_is_one_line(ship: Ship, host: str, port: int, line: str) -> None:
    with pytest.raises(StartError) as refused:
        await ApiServer(ship.runtime, host, port).start()
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_anything_but_loopback_is_warned_about(ship: Ship, caplog: pytest.LogCaptureFixture) -> None:
    async with served(ship):
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    server = ApiServer(ship.runtime, "0.0.0.0", 0)
    await server.start()
    await server.stop()
    assert "commands need a login" in caplog.text


async def test_the_port_is_free_again_after_the_stop(ship: Ship) -> None:
    async with served(ship) as first, listening(first) as client:
        await said(client)
        port = first.port
        await first.stop()
        async with served(ship, port=port) as second, listening(second) as again:
            assert (await said(again))["type"] == "snapshot"


async def test_stopping_does_not_wait_for_a_client_that_takes_nothing() -> None:
    async with (
        a_running_ship(a_project(300)) as ship,
        served(ship, RealtimeSettings(frame_s=0.0)) as server,
        listening(server, sock=stubborn(server), max_queue=1),
    ):
        await until(lambda: server.clients == 1)
        await flood(ship, 300, 60_000)
        assert server._server is not None
        connections = server._server.server_state.connections
        async with asyncio.timeout(10):  # not the 15 s after which a client that takes nothing is given up
            await server.stop()
        await asyncio.sleep(0)
        assert not connections, "nothing is left behind"


async def test_stop_without_start_and_twice_does_nothing(ship: Ship) -> None:
    server = ApiServer(ship.runtime, "127.0.0.1", 0)
    await server.stop()
    await server.start()
    await server.stop()
    await server.stop()


async def test_signals_are_left_to_the_program(ship: Ship) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with served(ship):
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_a_server_that_ends_by_itself_is_told(ship: Ship) -> None:
    deaths: list[tuple[str, str]] = []
    server = ApiServer(ship.runtime, "127.0.0.1", 0, on_death=lambda name, error: deaths.append((name, str(error))))
    await server.start()
    assert server._server is not None
    server._server.should_exit = True
    await until(lambda: deaths)
    assert deaths == [("api", "the server ended by itself")]
    await server.stop()


async def test_a_dead_api_is_a_system_alarm() -> None:
    runtime = build_runtime(a_project(), RuntimeOptions(api_port=0))
    await runtime.start()
    assert runtime.api is not None
    assert runtime.api._server is not None
    runtime.api._server.should_exit = True
    await until(lambda: runtime.alarms.record("system.tasks.failed").active)
    assert any(line.startswith("stopped: api") for line in runtime.health().messages)
    await runtime.stop()


async def test_a_broken_pump_ends_its_clients_and_is_told(ship: Ship, monkeypatch: pytest.MonkeyPatch) -> None:
    deaths: list[str] = []
    server = ApiServer(ship.runtime, "127.0.0.1", 0, on_death=lambda name, error: deaths.append(name))
    await server.start()
    async with listening(server) as client:
        await said(client)
        assert server._hub is not None

        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(server._hub, "_carry", broken)
        ship.put(1.5)
        await until(lambda: deaths)
        await client.wait_closed()
        assert client.close_code == 1011
    monkeypatch.undo()
    async with listening(server) as client:
        await said(client)
        ship.put(2.6)
        assert await said_of(client, "tags")
    await server.stop()
    assert deaths == ["realtime"]
