"""Devices of a runtime elsewhere: probe and monitor over the API."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.support.api_ship import a_running_ship, served, until
from tests.support.fake_driver import FakeDriver
from vmshmi.core.devices import MonitorLine, MonitorRow
from vmshmi.core.errors import CommandRefused, DeviceError
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.desk import DriverDesk
from vmshmi.runtime.remote import RemoteRuntime

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_a_probe_comes_back_as_a_line_or_as_an_error() -> None:
    driver = FakeDriver()
    async with a_running_ship() as ship:
        ship.runtime.desk = DriverDesk([driver])
        async with served(ship) as server:
            remote = RemoteRuntime(server.url, "ecr", SystemClock())
            await remote.start()
            try:
                assert await remote.system.probe("plc1") == "10.0.0.5:502: answers"
                driver.answer = DeviceError("connection refused")
                with pytest.raises(DeviceError, match="connection refused"):
                    await remote.system.probe("plc1")
                with pytest.raises(CommandRefused) as refused:
                    await remote.system.probe("plc9")
                assert refused.value.reason == "unknown_device"
                await server.stop()
                with pytest.raises(CommandRefused) as refused:
                    await remote.system.probe("plc1")
                assert refused.value.reason == "not_connected"
            finally:
                await remote.stop()


async def test_a_monitor_brings_rows_until_it_is_closed() -> None:
    driver = FakeDriver()
    heard: list[MonitorRow] = []

    def take(rows: Sequence[MonitorRow]) -> None:
        heard.extend(rows)

    async with a_running_ship() as ship:
        ship.runtime.desk = DriverDesk([driver])
        async with served(ship) as server:
            remote = RemoteRuntime(server.url, "ecr", SystemClock())
            await remote.start()
            try:
                watch = remote.system.watch_monitor("plc1", take)
                await until(lambda: driver.monitors)
                driver.say([MonitorLine(NOON, "unit 1 holding 100", "1f40", "8000")])
                await until(lambda: heard)
                assert heard == [MonitorRow(MonitorLine(NOON, "unit 1 holding 100", "1f40", "8000"), 1, NOON)]
                watch.close()
                watch.close()
                await until(lambda: not driver.monitors)
                remote.system.watch_monitor("plc1", take)
                await until(lambda: driver.monitors)
            finally:
                await remote.stop()
            await until(lambda: not driver.monitors)
