"""The device goes away in every way a device can, and comes back."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.modbus_driver import TagMap, a_device, registers, running, until
from tests.support.modbus_server import ServerProcess
from vmshmi.core.devices import DeviceState
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.modbus import ModbusDriver
from vmshmi.runtime.drivers.modbus.connect import connect_tcp
from vmshmi.runtime.drivers.modbus.errors import NotConnected
from vmshmi.runtime.drivers.resolver import Resolver

_WRITES = [(1, "holding", 0, [10, 20, 30])]


def _tags() -> TagMap:
    return registers(3)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port whose queue is full: the kernel drops every further SYN, as a dead host does."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        yield address[1]
        for one in waiting:
            one.close()


async def test_a_device_that_is_refused_at_start_is_read_as_soon_as_it_appears() -> None:
    port = _free_port()
    async with running(a_device(port), _tags()) as (driver, received):
        await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad tags")
        assert driver.status().state is DeviceState.BACKOFF
        await until(lambda: dict(driver.status().counters)["connect_failures"] >= 3, "further tries")
        with ServerProcess(_WRITES, port=port):
            await until(lambda: received.value("r2") == 30, "the values")
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")


async def test_a_frozen_device_is_bad_and_good_again_when_it_thaws() -> None:
    with ServerProcess(_WRITES) as server:
        async with running(a_device(server.port), _tags()) as (driver, received):
            await until(lambda: received.value("r0") == 10, "the first value")
            server.freeze()
            await until(lambda: received.reasons() == {"BadTimeout"}, "bad tags")
            await until(lambda: driver.status().state is DeviceState.BACKOFF, "lost")
            server.thaw()
            await until(lambda: received.value("r0") == 10, "the value again")
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")


async def test_a_killed_device_between_two_polls_is_noticed_before_the_next() -> None:
    with ServerProcess(_WRITES) as server:
        async with running(a_device(server.port, poll_s=60), _tags()) as (_, received):
            await until(lambda: received.value("r0") == 10, "the first value")
            server.kill()
            await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad tags long before the next poll")


async def test_a_host_that_drops_everything_costs_one_timeout_and_no_more(deaf_port: int) -> None:
    async with running(a_device(deaf_port), _tags()) as (driver, received):
        await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad tags")
        assert driver.status().last_error == "no connection within 0.1 s"
        await driver.stop()
        assert driver.status().state is DeviceState.STOPPED


async def test_an_unknown_host_name_is_named() -> None:
    device = a_device(502, host="no-such-ship.invalid", timeout_s=5)
    async with running(device, _tags()) as (driver, received):
        await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad tags")
        assert driver.status().last_error == "host name no-such-ship.invalid is not known"


async def test_a_hanging_name_server_takes_one_thread_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = 0
    gate = threading.Event()

    def slow(*args: object, **options: object) -> list[object]:
        nonlocal lookups
        lookups += 1
        gate.wait(10.0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    resolver = Resolver("plc1.ship")
    for _ in range(3):
        with pytest.raises(NotConnected, match=r"no connection within 0\.01 s"):
            await connect_tcp(resolver, 502, asyncio.Protocol, 0.01)
    assert lookups == 1
    gate.set()
    assert await resolver.addresses() == ["127.0.0.1"]


async def test_stop_waits_for_no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def never(*args: object, **options: object) -> list[object]:
        gate.wait(30.0)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    async with running(a_device(502, host="plc1.ship"), _tags()) as (driver, received):
        await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad tags")
        async with asyncio.timeout(10):
            await driver.stop()
        assert not gate.is_set()
        gate.set()


async def test_stop_ends_at_once_whatever_the_driver_waits_for(deaf_port: int) -> None:
    for port, wait in ((deaf_port, 0.02), (_free_port(), 0.05)):
        async with running(a_device(port, timeout_s=60, backoff_max_s=60), _tags()) as (driver, _):
            await asyncio.sleep(wait)
            async with asyncio.timeout(10):
                await driver.stop()
                await driver.stop()


async def test_probe_says_what_it_read_beside_the_running_polls() -> None:
    with ServerProcess(_WRITES) as server:
        async with running(a_device(server.port), _tags()) as (driver, received):
            await until(lambda: received.value("r0") == 10, "the first value")
            before = dict(driver.status().counters)["connects"]
            text = await driver.probe()
            assert text.startswith(f"127.0.0.1:{server.port} unit 1: unit 1 holding 0..2 read in ")
            assert dict(driver.status().counters)["connects"] == before


async def test_probe_says_why_it_failed() -> None:
    async with running(a_device(_free_port()), _tags()) as (driver, _):
        with pytest.raises(DeviceError, match=r"^connection refused$"):
            await driver.probe()


async def test_a_bug_in_the_driver_is_seen(caplog: pytest.LogCaptureFixture) -> None:
    with ServerProcess(_WRITES) as server:
        async with running(a_device(server.port), _tags()) as (driver, received):
            await until(lambda: received.value("r0") == 10, "the first value")
            _plant_a_bug(driver)
            await until(lambda: driver.status().state is DeviceState.FAULTED, "faulted")
            assert "the driver itself failed: ZeroDivisionError" in driver.status().last_error
            assert received.reasons() == {"BadNoCommunication"}
            assert [record.levelname for record in caplog.records] == ["CRITICAL"]
            await driver.stop()


def _plant_a_bug(driver: ModbusDriver) -> None:
    def broken(outcome: object) -> None:
        raise ZeroDivisionError

    driver._on_poll = broken
