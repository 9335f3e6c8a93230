"""RTU on a serial port and behind a device server: what comes over a line, and what never does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.modbus_driver import (
    PATIENT_S,
    Received,
    TagMap,
    a_source,
    a_tag,
    an_rtu_device,
    registers,
    running,
    until,
)
from tests.support.modbus_faults import HOLE, truth
from tests.support.modbus_rtu import RtuServer
from vmshmi.config.modbus_devices import ModbusDevice
from vmshmi.core.devices import DeviceState
from vmshmi.core.tags import TagKind
from vmshmi.runtime.drivers.modbus import ModbusDriver

_COUNT = 10


@dataclass(frozen=True)
class Case:
    """A fault, the reason its tags carry, a piece of the line that tells it, and the counter it moves."""

    fault: str
    reason: str
    error: str
    counter: str

    @property
    def timeout_s(self) -> float:
        """Short where the units are silent; long enough for a busy machine where they answer something."""
        if self.reason == "BadTimeout":
            return 0.1
        return 0.3 if "noise" in self.error else PATIENT_S


_BAD = [
    Case("hang", "BadTimeout", "no answer within 0.1 s", "timeouts"),
    Case("random_bytes", "BadDecodingError", "bytes of noise or with wrong checksum", "mismatches"),
    Case("bad_crc", "BadDecodingError", "bytes of noise or with wrong checksum", "mismatches"),
    Case("truncated", "BadDecodingError", "bytes of noise or with wrong checksum", "mismatches"),
    Case("unknown_function", "BadDecodingError", "bytes of noise or with wrong checksum", "mismatches"),
    Case("foreign_unit", "BadTimeout", "no answer within 0.1 s, 1 from another unit", "stale_dropped"),
    Case("echo_only", "BadTimeout", "no answer within 0.1 s", "timeouts"),
    Case("half", "BadDecodingError", "data bytes came", "mismatches"),
    Case("three_more", "BadDecodingError", "data bytes came", "mismatches"),
    Case("other_function", "BadDecodingError", "function 4 answered, function 3 was asked", "mismatches"),
    Case("exception_of_other_function", "BadDecodingError", "function 132 answered", "mismatches"),
    Case("exception_2", "BadConfigurationError", "exception 2 (illegal data address)", "device_exceptions"),
    Case("exception_4", "BadDeviceFailure", "exception 4 (device failure)", "device_exceptions"),
    Case("exception_11", "BadNoCommunication", "exception 11 (gateway target", "device_exceptions"),
]

_HARMLESS = ["noise_before", "junk_after", "echo", "byte_by_byte", "foreign_then_good"]


@pytest.fixture(scope="module")
def units() -> Iterator[RtuServer]:
    """One process for all tests here."""
    with RtuServer() as server:
        yield server


@pytest.fixture
def server(units: RtuServer) -> RtuServer:
    """The units, honest at first."""
    units.be_honest()
    return units


@pytest.fixture(params=["serial", "over_tcp"])
def way(request: pytest.FixtureRequest, server: RtuServer) -> str | int:
    """Where the units are: a serial port, or a port of TCP."""
    return server.channel if request.param == "serial" else server.port


def _assert_only_truth(received: Received) -> None:
    wrong = [
        (tag_id, value)
        for tag_id, value in received.all
        if value.quality.is_good and value.value != truth(int(tag_id.lstrip("rq")))
    ]
    assert not wrong, wrong[:3]


def _counter(driver: ModbusDriver, name: str) -> int:
    return dict(driver.status().counters)[name]


def _all_good(received: Received, tags: TagMap) -> bool:
    return len(received.latest) == len(tags) and received.reasons() == {""}


async def test_registers_and_coils_arrive(way: str | int) -> None:
    tags = registers(3) | a_tag("run", a_source("coil", 10), TagKind.DIGITAL) | registers(1, 40, "q", unit=9)
    async with running(an_rtu_device(way, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "all tags")
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
        assert received.value("run") is False
        assert driver.status().address.endswith(" units 1, 9")
        assert {received.value(name) for name in ("r0", "r1", "r2", "q40")} == {truth(n) for n in (0, 1, 2, 40)}


@pytest.mark.parametrize("case", _BAD, ids=lambda case: case.fault)
async def test_a_fault_is_bad_with_its_reason_and_heals(case: Case, server: RtuServer, way: str | int) -> None:
    tags = registers(_COUNT)
    async with running(an_rtu_device(way, timeout_s=case.timeout_s), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        server.be(case.fault)
        await until(lambda: received.reasons() == {case.reason}, f"{case.reason} on every tag")
        await until(lambda: driver.status().state is DeviceState.BACKOFF, "the device is called lost")
        assert case.error in driver.status().last_error
        assert _counter(driver, case.counter) > 0
        server.be_honest()
        await until(lambda: _all_good(received, tags), "good values again")
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online again")
        _assert_only_truth(received)


@pytest.mark.parametrize("fault", [case.fault for case in _BAD])
async def test_a_fault_that_passes_leaves_no_wrong_value(fault: str, server: RtuServer) -> None:
    tags = registers(_COUNT)
    async with running(an_rtu_device(server.channel), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        for _ in range(2):
            server.be(fault, times=1)
            before = _counter(driver, "samples")
            await until(lambda: _counter(driver, "samples") > before + 2 * _COUNT, "some more polls")  # noqa: B023
        await until(lambda: _all_good(received, tags), "good values again")
        _assert_only_truth(received)


@pytest.mark.parametrize("fault", _HARMLESS)
@pytest.mark.parametrize("count", [3, 125])
async def test_an_odd_but_right_answer_is_taken(fault: str, count: int, server: RtuServer, way: str | int) -> None:
    tags = registers(count)
    server.be(fault)
    async with running(an_rtu_device(way, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values")
        await until(lambda: _counter(driver, "samples") >= 5 * count, "five polls")
        assert {value.quality.reason for _, value in received.all} == {""}
        _assert_only_truth(received)


async def test_a_late_answer_is_never_taken_for_another_request(server: RtuServer, way: str | int) -> None:
    tags = registers(3) | registers(3, start=100) | registers(3, start=200)
    server.be("late", address=100)
    async with running(an_rtu_device(way), tags) as (driver, received):
        await until(lambda: _counter(driver, "stale_dropped") >= 3, "late answers thrown away")
        _assert_only_truth(received)
        server.be_honest()
        await until(lambda: _all_good(received, tags), "all good again")
        assert _counter(driver, "resyncs") >= 1
        _assert_only_truth(received)


async def test_units_that_are_always_too_slow_never_give_a_wrong_value(server: RtuServer, way: str | int) -> None:
    tags = registers(3) | registers(3, start=100) | registers(3, start=200) | registers(3, prefix="q", unit=2)
    async with running(an_rtu_device(way), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        server.be("slow")
        await until(lambda: _counter(driver, "timeouts") >= 12, "many late answers")
        server.be_honest()
        await until(lambda: _all_good(received, tags), "all good again")
        _assert_only_truth(received)


async def test_one_missing_register_makes_only_its_own_tag_bad(server: RtuServer) -> None:
    server.be("hole")
    async with running(an_rtu_device(server.channel, timeout_s=PATIENT_S), registers(_COUNT)) as (driver, received):
        await until(lambda: driver.status().state is DeviceState.DEGRADED, "degraded")
        bad = {tag_id for tag_id, value in received.latest.items() if value.quality.is_bad}
        assert bad == {f"r{HOLE}"}


async def test_a_port_that_is_pulled_out_is_noticed_at_once_and_found_again(server: RtuServer) -> None:
    async with running(an_rtu_device(server.channel, poll_s=60), registers(3)) as (driver, received):
        await until(lambda: received.reasons() == {""}, "good values")
        server.plug(into=False)
        await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad long before the next poll")
        await until(lambda: driver.status().state is DeviceState.BACKOFF, "lost")
        assert driver.status().last_error.startswith(f"there is no serial port {server.channel}; there are: ")
        server.plug(into=True)
        await until(lambda: received.reasons() == {""}, "good again")


async def test_a_port_that_is_in_use_or_none_is_named(server: RtuServer, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    async with running(an_rtu_device(server.channel), registers(3)) as (_, received):
        await until(lambda: received.reasons() == {""}, "good values")
        for channel, text in (
            (server.channel, "in use by another program"),
            (str(tmp_path / "plain"), "cannot open serial port"),
            (str(tmp_path), "Is a directory"),
        ):
            async with running(an_rtu_device(channel), registers(3)) as (other, _):
                await until(lambda: other.status().state is DeviceState.BACKOFF, "lost")
                assert text in other.status().last_error
        assert received.reasons() == {""}


def _beside(device: ModbusDevice, unit: int) -> ModbusDevice:
    return device.model_copy(update={"id": f"unit{unit}", "unit": unit})


async def test_a_dead_unit_does_not_starve_the_others_on_its_line(server: RtuServer, way: str | int) -> None:
    shared: dict[str, object] = {}
    device = an_rtu_device(way, timeout_s=0.3)
    server.be("hang", unit=2)
    async with (
        running(device, registers(3), shared) as (one, first),
        running(_beside(device, 2), registers(3), shared) as (two, second),
        running(_beside(device, 3), registers(3), shared) as (three, third),
    ):
        await until(lambda: second.reasons() == {"BadTimeout"}, "the dead unit bad")
        await until(lambda: _counter(two, "timeouts") >= 4, "the dead unit asked some times")
        assert _counter(one, "responses") >= _counter(two, "timeouts")
        assert abs(_counter(one, "responses") - _counter(three, "responses")) <= _counter(one, "responses") / 2
        assert {value.quality.reason for _, value in first.all + third.all} == {""}
        assert _counter(one, "connects") == 1
        server.be_honest()
        await until(lambda: second.reasons() == {""}, "the unit good again")
        assert _counter(two, "connects") == 1
