"""J1939 on live buses and in logs, through the whole driver."""

import logging
from pathlib import Path
from typing import Any

import can
import pytest

from tests.support.can_ends import SlcanAdapter, Socketcand, free_udp_port, multicast_sender
from tests.support.j1939 import LOG, frame, tag, truth
from tests.support.running_driver import running
from tests.support.waiting import until
from vmshmi.config.j1939_devices import J1939Device
from vmshmi.core.devices import DeviceState
from vmshmi.core.quality import Quality
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import Driver, DriverContext, WriteRefused
from vmshmi.runtime.drivers.j1939 import build_driver
from vmshmi.runtime.drivers.j1939.binding import Tags

RPM = tag("rpm", pgn=61444, spn=190)
SPEED = "FFFFFF6814FFFFFF"


def driver(tags: Tags = RPM, **keys: object) -> Driver:
    device = J1939Device.model_validate({"id": "eng", "driver": "j1939", "backoff_max_s": 0.1, **keys})
    return build_driver(device, tags, DriverContext(SystemClock()))


def sending(channel: str) -> can.BusABC:
    return can.Bus(interface="virtual", channel=channel, ignore_config=True)


def message(pgn: int, data: str) -> can.Message:
    each = frame(pgn, data)
    return can.Message(arbitration_id=each.id, is_extended_id=True, data=each.data)


async def test_a_virtual_bus_is_read_lost_in_silence_and_read_again() -> None:
    it = driver(interface="virtual", channel="silence", silent_after_s=0.3)
    with sending("silence") as sender:
        async with running(it) as kept:
            await until(
                lambda: it.status().state is not DeviceState.CONNECTING,
                between=lambda: sender.send(message(61444, SPEED)),
            )
            assert it.status().state is DeviceState.ONLINE
            assert kept.good("rpm")[0] == 653.0
            await until(lambda: it.status().state is DeviceState.BACKOFF)
            assert it.status().last_error == "nothing heard for 0.3 s"
            last = kept.last("rpm")
            assert last is not None
            assert last.quality is Quality.BAD_NO_COMMUNICATION
            await until(
                lambda: it.status().state is DeviceState.ONLINE, between=lambda: sender.send(message(61444, SPEED))
            )
    assert dict(it.status().counters)["silences"] >= 1


async def test_another_process_is_read_by_multicast() -> None:
    port = free_udp_port()
    it = driver(interface="udp_multicast", channel="239.74.163.9", port=port)
    with multicast_sender("239.74.163.9", port):
        async with running(it) as kept:
            await until(lambda: len(kept.of("rpm")) > 5)
    assert it.status().address == f"udp_multicast 239.74.163.9:{port}"


async def test_a_serial_adapter_is_read_whatever_it_stammers() -> None:
    adapter = SlcanAdapter()
    it = driver(interface="slcan", channel=adapter.port)
    try:
        async with running(it) as kept:
            await until(
                lambda: bool(kept.good("rpm")),
                between=lambda: adapter.say(b"T0CF004008FFFF\rTx\rT0CF004008FFFFFF6814FFFFFF\r"),
            )
            counters = dict(it.status().counters)
    finally:
        adapter.unplug()
    assert counters["length_mismatches"] > 0
    assert counters["unreadable"] > 0
    assert set(kept.good("rpm")) == {653.0}


async def test_a_daemon_that_goes_and_comes_back() -> None:
    async with Socketcand() as daemon:
        it = driver(interface="socketcand", channel="can0", host="127.0.0.1", port=daemon.port)
        async with running(it) as kept:
            say = f"< frame 0CF00400 1.0 {SPEED} >"
            await until(lambda: bool(kept.good("rpm")), between=lambda: daemon.send(say))
            await daemon.stop()
            await until(lambda: it.status().state is DeviceState.BACKOFF)
            last = kept.last("rpm")
            assert last is not None
            assert last.quality is Quality.BAD_NO_COMMUNICATION
            await until(lambda: "refused" in it.status().last_error)
            await daemon.start()
            before = len(kept.good("rpm"))
            await until(lambda: len(kept.good("rpm")) > before, between=lambda: daemon.send(say))
            assert it.status().state is DeviceState.ONLINE


async def test_a_listener_that_fails_ends_the_driver_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    it = driver(interface="logfile", file=str(LOG), speed=0)

    def failing(batch: object) -> None:
        if any(value.value is not None for _, value in batch):  # pyright: ignore[reportGeneralTypeIssues]  # a batch
            raise RuntimeError("a bug of ours")

    caplog.set_level(logging.CRITICAL)
    await it.start(failing)
    await until(lambda: it.status().state is DeviceState.FAULTED)
    assert it.status().last_error == "the driver itself failed: RuntimeError('a bug of ours')"
    await it.stop()


async def test_a_log_is_replayed_value_by_value() -> None:
    it = driver(interface="logfile", file=str(LOG), speed=0)
    async with running(it) as kept:
        await until(lambda: it.status().state is DeviceState.STOPPED, 20)
        assert it.status().last_error == "the log is at its end"
    assert kept.good("rpm") == truth("EngineSpeed")
    assert len({value.timestamp for value in kept.of("rpm")[:1000]}) == 1000


async def test_a_damaged_log_is_replayed_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    damaged = tmp_path / "engine.log"
    damaged.write_text(f"(1.0) can0 0CF00400#{SPEED}\nnoise\n(1.1) can0 0CF00400#{SPEED}\n(1.2) can0 0CF0")
    it = driver(interface="logfile", file=str(damaged), speed=0)
    async with running(it) as kept:
        await until(lambda: it.status().state is DeviceState.STOPPED)
        status = it.status()
    assert kept.good("rpm") == [653.0, 653.0]
    assert status.last_error == "the log is at its end; 2 of its entries cannot be read, the first: line 2"
    assert dict(status.counters)["unreadable"] == 2


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"interface": "logfile", "file": "/no/such.log"}, "there is no file /no/such.log"),
        ({"interface": "virtual", "channel": "x", "dbc": "/no/such.dbc"}, "there is no file /no/such.dbc"),
    ],
)
async def test_what_needs_a_person_is_said_in_one_line(keys: dict[str, Any], said: str) -> None:
    it = driver(**keys)
    async with running(it) as kept:
        await until(lambda: it.status().state is DeviceState.FAULTED)
        assert it.status().last_error == said
        last = kept.last("rpm")
        assert last is not None
        assert last.quality is Quality.BAD_CONFIGURATION_ERROR


async def test_a_tag_that_cannot_be_read_costs_no_other() -> None:
    it = driver({**RPM, **tag("wrong", pgn=61444, spn=191)}, interface="logfile", file=str(LOG))
    async with running(it) as kept:
        await until(lambda: bool(kept.good("rpm")))
        status = it.status()
    assert status.state is DeviceState.DEGRADED
    assert status.last_error.startswith("tag wrong: spn 191 (Transmission Output Shaft Speed) is not in pgn 61444 EEC1")
    assert [value.quality for value in kept.of("wrong")] == [Quality.BAD_CONFIGURATION_ERROR]


async def test_nothing_is_ever_sent() -> None:
    it = driver(interface="virtual", channel="quiet", listen_only=False)
    with sending("quiet") as other:
        async with running(it):
            await until(
                lambda: it.status().state is DeviceState.ONLINE, between=lambda: other.send(message(61444, SPEED))
            )
            with pytest.raises(WriteRefused, match="only listened to"):
                await it.write(next(iter(RPM)), 1.0, 0.0)
        assert other.recv(0) is None
