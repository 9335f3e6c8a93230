"""Devices over the API: test the connection, listen to what one says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.api_ship import (
    PATIENCE_S,
    Ship,
    a_running_ship,
    asked,
    problem_of,
    read_to_the_end,
    said,
    served,
    until,
)
from tests.support.fake_driver import FakeDriver
from vmshmi.core.devices import MonitorLine
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.api.server import ApiServer
from vmshmi.runtime.drivers import desk
from vmshmi.runtime.drivers.desk import DriverDesk

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@asynccontextmanager
async def a_ship_with(*drivers: FakeDriver) -> AsyncIterator[Ship]:
    async with a_running_ship() as ship:
        ship.runtime.desk = DriverDesk(drivers)
        yield ship


@asynccontextmanager
async def monitoring(server: ApiServer, device: str = "plc1", query: str = "") -> AsyncIterator[ClientConnection]:
    url = server.url.replace("http", "ws", 1) + f"/ws/devices/{device}/monitor{query}"
    async with connect(url, proxy=None, compression=None, close_timeout=0.2) as client:
        yield client


async def test_a_probe_tells_what_the_device_answers_or_why_it_does_not() -> None:
    driver = FakeDriver()
    async with a_ship_with(driver) as ship, asked(ship) as client:
        answer = await client.post("/devices/plc1/probe")
        assert answer.json() == {"id": "plc1", "ok": True, "message": "10.0.0.5:502: answers"}
        driver.answer = DeviceError("connection refused")
        answer = await client.post("/devices/plc1/probe")
        assert answer.json() == {"id": "plc1", "ok": False, "message": "connection refused"}
        problem = problem_of(await client.post("/devices/plc2/probe"), 404, "unknown_device")
        assert problem["detail"].endswith("did you mean plc1?")
        assert driver.probes == 2


async def test_a_device_that_may_be_silent_for_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LONGEST_PROBE_S", 0.01)

    class Silent(FakeDriver):
        async def probe(self) -> str:
            await asyncio.Event().wait()
            return ""

    async with a_ship_with(Silent()) as ship, asked(ship) as client, asyncio.timeout(PATIENCE_S):
        answer = await client.post("/devices/plc1/probe")
        assert answer.json()["message"] == "no answer within 0.01 s"


async def test_a_monitor_tells_the_latest_of_each_key_and_costs_nothing_once_closed() -> None:
    driver = FakeDriver()
    async with a_ship_with(driver) as ship, served(ship) as server:
        assert driver.monitors == []
        async with monitoring(server) as client:
            await until(lambda: driver.monitors)
            driver.say(
                [
                    MonitorLine(NOON, "RMC GP", "$GPRMC,1", "speed 3.1"),
                    MonitorLine(NOON + timedelta(seconds=2), "RMC GP", "$GPRMC,2"),
                ]
            )
            while not (message := await said(client))["rows"]:
                pass
            assert message == {
                "type": "rows",
                "rows": [
                    {
                        "key": "RMC GP",
                        "raw": "$GPRMC,2",
                        "meaning": "",
                        "timestamp": "2026-11-22T12:00:02.000Z",
                        "count": 2,
                        "since": "2026-11-22T12:00:00.000Z",
                    }
                ],
                "left_out": 0,
            }
        await until(lambda: not driver.monitors and not ship.runtime.desk.taps)


async def test_a_monitor_of_no_device_is_refused() -> None:
    async with a_ship_with(FakeDriver()) as ship, served(ship) as server:
        for device, query, status in (("plc9", "", 404), ("plc1", "?x=1", 422)):
            with pytest.raises(InvalidStatus) as refused:
                async with monitoring(server, device, query):
                    pass
            assert refused.value.response.status_code == status


async def test_too_many_monitors_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST_TAPS", 1)
    async with a_ship_with(FakeDriver()) as ship, served(ship) as server, monitoring(server) as first:
        await said(first)
        with pytest.raises(InvalidStatus) as refused:
            async with monitoring(server):
                pass
        assert refused.value.response.status_code == 409


async def test_the_end_of_the_runtime_ends_a_monitor() -> None:
    driver = FakeDriver()
    async with a_ship_with(driver) as ship:
        async with served(ship) as server, monitoring(server) as client:
            await said(client)
            await server.stop()
            with pytest.raises(ConnectionClosed):
                await read_to_the_end(client)
        await until(lambda: not driver.monitors)
