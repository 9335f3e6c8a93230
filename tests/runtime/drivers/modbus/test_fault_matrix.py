"""Every way a device can lie: no wrong value is ever good, the reason is named, and the truth comes back."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.modbus_driver import (
    PATIENT_S,
    Received,
    TagMap,
    a_device,
    a_source,
    a_tag,
    registers,
    running,
    until,
)
from tests.support.modbus_faults import HOLE, FaultServer, truth
from vmshmi.core.devices import DeviceState
from vmshmi.runtime.drivers.modbus import ModbusDriver

_COUNT = 10


@dataclass(frozen=True)
class Case:
    """What a fault must look like from outside when every answer has it."""

    fault: str
    reason: str
    error: str
    counter: str = ""
    """One of the driver's counters that must have grown."""


_BAD = [
    Case("hang", "BadTimeout", "no answer within 0.1 s", "timeouts"),
    Case("late", "BadTimeout", "no answer within 0.1 s", "timeouts"),
    Case("split_over_timeout", "BadTimeout", "only a part of one", "timeouts"),
    Case("length_high", "BadTimeout", "only a part of one", "timeouts"),
    Case("wrong_transaction", "BadTimeout", "1 under another transaction id", "stale_dropped"),
    Case("zero_transaction", "BadTimeout", "1 under another transaction id", "stale_dropped"),
    Case("fin", "BadNoCommunication", "connection", "disconnects"),
    Case("rst", "BadNoCommunication", "connection", "disconnects"),
    Case("close_at_once", "BadNoCommunication", "connection", "disconnects"),
    Case("random_bytes", "BadDecodingError", "not Modbus", "mismatches"),
    Case("wrong_protocol", "BadDecodingError", "not Modbus: protocol 7", "mismatches"),
    Case("length_huge", "BadDecodingError", "not Modbus: protocol 0, length 65535", "mismatches"),
    Case("empty_pdu", "BadDecodingError", "not Modbus: protocol 0, length 1", "mismatches"),
    Case("bare_function", "BadDecodingError", "not Modbus: protocol 0, length 2", "mismatches"),
    Case("length_low", "BadDecodingError", "16 data bytes came (20 announced), 20 were asked", "mismatches"),
    Case("wrong_unit", "BadDecodingError", "unit 2 answered, unit 1 was asked", "mismatches"),
    Case("half", "BadDecodingError", "10 data bytes came (10 announced), 20 were asked", "mismatches"),
    Case("three_more", "BadDecodingError", "26 data bytes came (26 announced), 20 were asked", "mismatches"),
    Case("other_function", "BadDecodingError", "function 4 answered, function 3 was asked", "mismatches"),
    Case("unknown_function", "BadDecodingError", "function 99 answered, function 3 was asked", "mismatches"),
    Case("byte_count_high", "BadDecodingError", "20 data bytes came (22 announced), 20 were asked", "mismatches"),
    Case("byte_count_low", "BadDecodingError", "20 data bytes came (18 announced), 20 were asked", "mismatches"),
    Case("exception_of_other_function", "BadDecodingError", "function 132 answered", "mismatches"),
    Case("long_exception", "BadDecodingError", "exception of 4 bytes", "mismatches"),
    Case("exception_1", "BadConfigurationError", "exception 1 (illegal function)", "device_exceptions"),
    Case("exception_2", "BadConfigurationError", "exception 2 (illegal data address)", "device_exceptions"),
    Case("exception_3", "BadConfigurationError", "exception 3 (illegal data value)", "device_exceptions"),
    Case("exception_4", "BadDeviceFailure", "exception 4 (device failure)", "device_exceptions"),
    Case("exception_5", "BadDeviceFailure", "exception 5 (acknowledge, still working)", "device_exceptions"),
    Case("exception_6", "BadDeviceFailure", "exception 6 (device busy)", "device_exceptions"),
    Case("exception_8", "BadDeviceFailure", "exception 8 (memory parity error)", "device_exceptions"),
    Case("exception_10", "BadNoCommunication", "exception 10 (gateway path unavailable)", "device_exceptions"),
    Case("exception_11", "BadNoCommunication", "exception 11 (gateway target does not answer)", "device_exceptions"),
    Case("exception_99", "BadDeviceFailure", "exception 99 (unknown)", "device_exceptions"),
]

_HARMLESS = ["stale_then_good", "byte_by_byte", "split", "twice", "good_then_junk"]


@pytest.fixture(scope="module")
def lying_server() -> Iterator[FaultServer]:
    """One process for all tests here."""
    with FaultServer() as server:
        yield server


@pytest.fixture
def server(lying_server: FaultServer) -> FaultServer:
    """The server, honest at first."""
    lying_server.be_honest()
    return lying_server


def _assert_only_truth(received: Received) -> None:
    wrong = [
        (tag_id, value) for tag_id, value in received.all if value.quality.is_good and value.value != _truth_of(tag_id)
    ]
    assert not wrong, wrong[:3]


def _truth_of(tag_id: str) -> int:
    return truth(int(tag_id.lstrip("rq")))


def _counter(driver: ModbusDriver, name: str) -> int:
    return dict(driver.status().counters)[name]


def _all_good(received: Received, tags: TagMap) -> bool:
    return len(received.latest) == len(tags) and received.reasons() == {""}


@pytest.mark.parametrize("case", _BAD, ids=lambda case: case.fault)
async def test_a_fault_is_bad_with_its_reason_and_heals(case: Case, server: FaultServer) -> None:
    tags = registers(_COUNT)
    async with running(a_device(server.port), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        server.be(case.fault)
        await until(lambda: received.reasons() == {case.reason}, f"{case.reason} on every tag")
        await until(lambda: driver.status().state is DeviceState.BACKOFF, "the device is called lost")
        assert case.error in driver.status().last_error
        assert _counter(driver, case.counter) > 0
        assert {value.value for value in received.latest.values()} == {None}
        server.be_honest()
        await until(lambda: _all_good(received, tags), "good values again")
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online again")
        _assert_only_truth(received)


@pytest.mark.parametrize("case", _BAD, ids=lambda case: case.fault)
async def test_a_fault_from_the_first_answer_on_is_bad_with_its_reason(case: Case, server: FaultServer) -> None:
    server.be(case.fault)
    async with running(a_device(server.port), registers(_COUNT)) as (_, received):
        await until(lambda: received.reasons() == {case.reason}, f"{case.reason} on every tag")
        _assert_only_truth(received)


@pytest.mark.parametrize("fault", [case.fault for case in _BAD])
async def test_a_fault_that_passes_leaves_no_wrong_value(fault: str, server: FaultServer) -> None:
    tags = registers(_COUNT)
    async with running(a_device(server.port), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        for _ in range(3):
            server.be(fault, times=1)
            before = _counter(driver, "samples")
            await until(lambda: _counter(driver, "samples") > before + 2 * _COUNT, "some more polls")  # noqa: B023
        await until(lambda: _all_good(received, tags), "good values again")
        _assert_only_truth(received)


@pytest.mark.parametrize("fault", _HARMLESS)
@pytest.mark.parametrize("count", [3, 125])
async def test_an_odd_but_right_answer_is_taken(fault: str, count: int, server: FaultServer) -> None:
    tags = registers(count)
    server.be(fault)
    async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values")
        await until(lambda: _counter(driver, "samples") >= 5 * count, "five polls")
        assert {value.quality.reason for _, value in received.all} == {""}
        _assert_only_truth(received)


@pytest.mark.parametrize("code", [5, 6])
async def test_a_device_that_is_busy_for_a_moment_loses_nothing(code: int, server: FaultServer) -> None:
    tags = registers(_COUNT)
    async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        server.be(f"exception_{code}", times=2)
        await until(lambda: _counter(driver, "device_exceptions") == 2, "two busy answers")
        before = _counter(driver, "samples")
        await until(lambda: _counter(driver, "samples") > before, "the next good poll")
        assert {value.quality.reason for _, value in received.all} == {""}


async def test_one_failed_read_is_repeated_and_nobody_notices(server: FaultServer) -> None:
    tags = registers(_COUNT)
    async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        for fault in ("hang", "half", "fin", "exception_4"):
            before = _counter(driver, "repeats")
            server.be(fault, times=1)
            await until(lambda: _counter(driver, "repeats") > before, f"a repetition after {fault}")  # noqa: B023
            samples = _counter(driver, "samples")
            await until(lambda: _counter(driver, "samples") > samples, f"its answer after {fault}")  # noqa: B023
        assert {value.quality.reason for _, value in received.all} == {""}


async def test_one_missing_register_makes_only_its_own_tag_bad(server: FaultServer) -> None:
    tags = registers(_COUNT)
    server.be("hole")
    async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: len(received.latest) == _COUNT, "every tag")
        bad = {tag_id for tag_id, value in received.latest.items() if value.quality.is_bad}
        assert bad == {f"r{HOLE}"}
        assert received.reason(f"r{HOLE}") == "BadConfigurationError"
        await until(lambda: driver.status().state is DeviceState.DEGRADED, "degraded")
        assert f"unit 1 holding {HOLE}: exception 2" in driver.status().last_error
        _assert_only_truth(received)


async def test_a_division_is_remembered(server: FaultServer) -> None:
    server.be("hole")
    async with running(a_device(server.port, timeout_s=PATIENT_S, backoff_max_s=3600), registers(_COUNT)) as (
        driver,
        received,
    ):
        await until(lambda: len(received.latest) == _COUNT, "every tag")
        splits = _counter(driver, "splits")
        exceptions = _counter(driver, "device_exceptions")
        samples = _counter(driver, "samples")
        await until(lambda: _counter(driver, "samples") > samples + 5 * _COUNT, "some more polls")
        assert _counter(driver, "splits") == splits
        assert _counter(driver, "device_exceptions") <= exceptions + 1


async def test_a_register_that_appears_later_becomes_good(server: FaultServer) -> None:
    tags = registers(_COUNT)
    server.be("hole")
    async with running(a_device(server.port), tags) as (driver, received):
        await until(lambda: driver.status().state is DeviceState.DEGRADED, "degraded")
        server.be_honest()
        await until(lambda: _all_good(received, tags), "all good")
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
        _assert_only_truth(received)


async def test_a_device_that_takes_one_register_a_request_is_read_all_the_same(server: FaultServer) -> None:
    tags = registers(_COUNT)
    server.be("one_at_a_time")
    async with running(a_device(server.port), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "all good")
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
        _assert_only_truth(received)


async def test_one_dumb_block_leaves_the_others_good(server: FaultServer) -> None:
    tags = registers(3) | registers(3, start=100) | registers(3, start=200)
    server.be("hang", address=100)
    async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: len(received.latest) == len(tags), "every tag")
        await until(lambda: received.reason("r0") == "" and received.reason("r200") == "", "the others good")
        assert {received.reason(f"r{n}") for n in (100, 101, 102)} == {"BadTimeout"}
        await until(lambda: driver.status().state is DeviceState.DEGRADED, "degraded")
        before = _counter(driver, "timeouts")
        await until(lambda: _counter(driver, "timeouts") >= before + 2, "the dumb block tried twice more")
        assert {value.quality.reason for name, value in received.all if not name.startswith("r1")} == {""}


async def test_a_late_answer_is_never_taken_for_another_request(server: FaultServer) -> None:
    tags = registers(3) | registers(3, start=100)
    server.be("late", address=100)
    async with running(a_device(server.port), tags) as (driver, received):
        await until(lambda: _counter(driver, "stale_dropped") >= 3, "late answers thrown away")
        assert received.reason("r0") == ""
        assert {received.reason(f"r{n}") for n in (100, 101, 102)} == {"BadTimeout"}
        _assert_only_truth(received)


async def test_two_dumb_blocks_in_front_do_not_hide_the_others(server: FaultServer) -> None:
    tags = registers(3, start=100) | registers(3, start=200) | registers(3, start=300) | registers(3, start=400)
    server.be("hang", address=100)
    async with running(a_device(server.port, max_gap=0), tags) as (_, received):
        await until(lambda: received.reason("r400") == "", "the first good block")
        server.be("hang", address=200)
        await until(lambda: received.reason("r100") == "" and received.reason("r200") == "BadTimeout", "the change")
        await until(lambda: {received.reason("r300"), received.reason("r400")} == {""}, "the others good")


async def test_a_silent_unit_leaves_the_other_units_good(server: FaultServer) -> None:
    tags = registers(3) | registers(3, prefix="q", unit=7)
    async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        server.be("hang", unit=7)
        await until(lambda: received.reason("q0") == "BadTimeout", "the silent unit bad")
        await until(lambda: driver.status().state is DeviceState.DEGRADED, "degraded")
        assert received.reason("r0") == ""
        server.be_honest()
        await until(lambda: _all_good(received, tags), "good values again")
        assert not [value for name, value in received.all if name == "r0" and value.quality.is_bad]


async def test_a_bit_block_with_a_wrong_length_is_refused(server: FaultServer) -> None:
    tags = a_tag("r0", a_source("coil", 0))
    async with running(a_device(server.port), tags) as (driver, received):
        await until(lambda: received.reasons() == {"BadDecodingError"}, "the wrong length seen")
        assert "2 data bytes came (2 announced), 1 were asked" in driver.status().last_error


async def test_a_slow_device_is_polled_less_often_and_never_twice_at_once(server: FaultServer) -> None:
    tags = registers(_COUNT)
    server.be("slow")
    before = server.counts()["requests"]
    async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: _counter(driver, "responses") >= 5, "five polls")
        assert _counter(driver, "requests") - _counter(driver, "responses") <= 1
        assert _counter(driver, "overruns") >= 4
        assert received.reasons() == {""}
        assert server.counts()["requests"] - before <= _counter(driver, "responses") + 1


async def test_each_edge_is_logged_once(caplog: pytest.LogCaptureFixture, server: FaultServer) -> None:
    caplog.set_level(logging.INFO)
    tags = registers(_COUNT)
    async with running(a_device(server.port), tags) as (driver, received):
        await until(lambda: _all_good(received, tags), "good values at first")
        server.be("hang")
        await until(lambda: _counter(driver, "timeouts") >= 6, "several tries")
        server.be_honest()
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online again")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(("vmshmi", "pymodbus"))]
    assert len(lines) == 2, lines
    assert lines[0].startswith("plc1 lost: unit 1 holding 0..9: no answer within 0.1 s (127.0.0.1:")
    assert lines[1].startswith("plc1 back after ")
