"""Writing: what goes over the wire, how often, and what is said when it is not known."""

import asyncio
from collections.abc import Iterator
from time import monotonic

import pytest

from tests.support.modbus_driver import (
    PATIENT_S,
    TagMap,
    a_device,
    a_source,
    a_tag,
    an_rtu_device,
    registers,
    running,
    until,
)
from tests.support.modbus_faults import truth
from tests.support.modbus_rtu import RtuServer
from tests.support.modbus_server import ServerProcess
from vmshmi.core.devices import DeviceState
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.drivers.driver import WriteFailed, WriteRefused, WriteUnknown
from vmshmi.runtime.drivers.modbus import ModbusDriver
from vmshmi.runtime.drivers.modbus.plan import Binding
from vmshmi.runtime.drivers.modbus.write import write_request

_MEMORY = [
    (1, "holding", 0, [1] * 20),
    (1, "coil", 0, [False] * 20),
    (1, "input", 0, [5]),
    (1, "discrete", 0, [True]),
]


def _tags() -> TagMap:
    return (
        a_tag("run", a_source("coil", 3), TagKind.DIGITAL)
        | a_tag("speed", a_source(address=0, scale=0.1))
        | a_tag("energy", a_source(address=2, type="uint32", word_order="little"), TagKind.COUNTER)
        | a_tag("power", a_source(address=4, type="float32"))
        | a_tag("mode", a_source(address=8), TagKind.ENUM)
        | a_tag("valve", a_source(address=9), TagKind.DIGITAL)
        | a_tag("name", a_source(address=10, type="string", length=4), TagKind.TEXT)
        | a_tag("bit", a_source(address=15, bit=5), TagKind.DIGITAL)
        | a_tag("limit", a_source(address=16, type="int16", sentinels=(-1,)))
    )


def _soon() -> float:
    return monotonic() + 5.0


def _counter(driver: ModbusDriver, name: str) -> int:
    return dict(driver.status().counters)[name]


@pytest.mark.parametrize(
    ("source", "kind", "value", "multiple", "pdu"),
    [
        ({"table": "coil", "address": 3}, TagKind.DIGITAL, True, False, "05 0003 ff00"),
        ({"table": "coil", "address": 3}, TagKind.DIGITAL, False, False, "05 0003 0000"),
        ({"table": "coil", "address": 3}, TagKind.DIGITAL, True, True, "0f 0003 0001 01 01"),
        ({"address": 7, "scale": 0.1}, TagKind.ANALOG, 12.34, False, "06 0007 007b"),
        ({"address": 7, "type": "int16"}, TagKind.ANALOG, -2.6, False, "06 0007 fffd"),
        ({"address": 7}, TagKind.ENUM, 3, True, "10 0007 0001 02 0003"),
        ({"address": 7, "type": "uint32"}, TagKind.COUNTER, 65538, False, "10 0007 0002 04 0001 0002"),
        (
            {"address": 7, "type": "uint32", "word_order": "little"},
            TagKind.COUNTER,
            65538,
            False,
            "10 0007 0002 04 0002 0001",
        ),
        ({"address": 7, "type": "float32"}, TagKind.ANALOG, 1.0, False, "10 0007 0002 04 3f80 0000"),
        ({"address": 7, "type": "string", "length": 2}, TagKind.TEXT, "abc", False, "10 0007 0002 04 6162 6300"),
        ({"address": 7, "bit": 5}, TagKind.DIGITAL, True, False, "16 0007 ffdf 0020"),
        ({"address": 7, "bit": 15}, TagKind.DIGITAL, False, True, "16 0007 7fff 0000"),
        ({"address": 7, "scale": 0.1}, TagKind.DIGITAL, True, False, "06 0007 0001"),
    ],
)
def test_a_write_is_what_the_standard_says(
    source: dict[str, object], kind: TagKind, value: Scalar, multiple: bool, pdu: str
) -> None:
    binding = Binding(TagDef(TagId("t"), kind=kind), a_source(**source), 1)
    assert write_request(binding, value, multiple=multiple).pdu == bytes.fromhex(pdu)


async def test_every_kind_of_value_is_written_once_and_read_back_at_once() -> None:
    wanted: dict[str, Scalar] = {
        "run": True,
        "speed": 12.3,
        "energy": 70_000,
        "power": 55.5,
        "mode": 4,
        "valve": False,
        "name": "DG1",
        "limit": -300.0,
    }
    with ServerProcess(_MEMORY) as server:
        async with running(a_device(server.port, timeout_s=PATIENT_S, poll_s=60), _tags()) as (driver, received):
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
            for name, value in wanted.items():
                await driver.write(TagId(name), value, _soon())
                await until(lambda: received.value(name) == value, f"{name} read back")  # noqa: B023
            assert received.value("bit") is False
            assert _counter(driver, "writes") == len(wanted)
        assert server.writes() == [
            [1, "coil", 3, [True]],
            [1, "holding", 0, [123]],
            [1, "holding", 2, [4464, 1]],
            [1, "holding", 4, [0x425E, 0]],
            [1, "holding", 8, [4]],
            [1, "holding", 9, [0]],
            [1, "holding", 10, [0x4447, 0x3100, 0, 0]],
            [1, "holding", 16, [0xFED4]],
        ]


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        ("run", 2, "2 is neither 0 nor 1"),
        ("speed", 6553.6, "6553.6 does not fit uint16 with scale 0.1"),
        ("speed", "fast", "'fast' is not a finite number"),
        ("name", "too long a name", "takes 15 bytes, 8 fit"),
        ("limit", -1, "-1 is written as what means 'not available'"),
        ("temp", 1, "input registers cannot be written"),
        ("door", True, "discrete inputs cannot be written"),
    ],
)
async def test_what_cannot_be_written_is_refused_and_nothing_is_sent(tag: str, value: Scalar, text: str) -> None:
    tags = _tags() | a_tag("temp", a_source("input", 0)) | a_tag("door", a_source("discrete", 0), TagKind.DIGITAL)
    with ServerProcess(_MEMORY) as server:
        async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, _):
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
            with pytest.raises(WriteRefused, match=text):
                await driver.write(TagId(tag), value, _soon())
            assert _counter(driver, "writes_refused") == 1
        assert server.writes() == []


async def test_nothing_is_sent_when_it_is_too_late_or_the_device_is_lost() -> None:
    with ServerProcess(_MEMORY) as server:
        async with running(a_device(server.port, timeout_s=PATIENT_S), _tags()) as (driver, _):
            with pytest.raises(WriteRefused, match="plc1 is connecting, nothing was sent"):
                await driver.write(TagId("run"), True, _soon())
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
            with pytest.raises(WriteRefused, match="too late"):
                await driver.write(TagId("run"), True, monotonic())
            assert server.writes() == []
            server.kill()
            await until(lambda: driver.status().state is DeviceState.BACKOFF, "lost")
            with pytest.raises(WriteRefused, match="plc1 is backoff, nothing was sent"):
                await driver.write(TagId("run"), True, _soon())
            with ServerProcess(_MEMORY, port=server.port) as again:
                await until(lambda: driver.status().state is DeviceState.ONLINE, "online again")
                assert again.writes() == []


async def test_a_frozen_device_leaves_it_open_and_gets_one_copy_in_all() -> None:
    with ServerProcess(_MEMORY) as server:
        async with running(a_device(server.port, timeout_s=0.3, poll_s=60), _tags()) as (driver, received):
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
            server.freeze()
            with pytest.raises(WriteUnknown, match=r"plc1: no answer within 0\.3 s"):
                await driver.write(TagId("run"), True, _soon())
            assert _counter(driver, "writes_unknown") == 1
            server.thaw()
            await until(lambda: received.value("run") is True, "the effect of the one copy")
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
        assert server.writes() == [[1, "coil", 3, [True]]]


async def test_a_device_that_refuses_is_named_with_its_reason() -> None:
    tags = _tags() | a_tag("hole", a_source(address=500))
    with ServerProcess(_MEMORY) as server:
        async with running(a_device(server.port, timeout_s=PATIENT_S), tags) as (driver, _):
            await until(lambda: driver.status().state is DeviceState.DEGRADED, "degraded by the hole")
            with pytest.raises(WriteFailed, match=r"refused: exception 1 .* sets no single bits"):
                await driver.write(TagId("bit"), True, _soon())
            await driver.write(TagId("run"), True, _soon())
        assert server.writes() == [[1, "coil", 3, [True]]]


@pytest.fixture(scope="module")
def units() -> Iterator[RtuServer]:
    """One process for all tests here."""
    with RtuServer() as server:
        yield server


@pytest.fixture(params=["serial", "over_tcp"])
def way(request: pytest.FixtureRequest, units: RtuServer) -> str | int:
    """Where the units are."""
    units.be_honest()
    return units.channel if request.param == "serial" else units.port


async def test_a_serial_line_takes_each_write_once(units: RtuServer, way: str | int) -> None:
    before = len(units.writes())
    tags = _tags()
    async with running(an_rtu_device(way, timeout_s=PATIENT_S, poll_s=60), tags) as (driver, received):
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
        for name, value in (("run", True), ("speed", 12.3), ("energy", 70_000), ("bit", True), ("bit", False)):
            await driver.write(TagId(name), value, _soon())
            await until(lambda: received.value(name) == value, f"{name} read back")  # noqa: B023
    assert [pdu for _, pdu in units.writes()[before:]] == [
        "050003ff00",
        "060000007b",
        "10000200020411700001",
        "16000fffdf0020",
        "16000fffdf0000",
    ]


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        ("hang", WriteUnknown, "no answer within 0.1 s"),
        ("deaf_after", WriteUnknown, "no answer within 0.1 s"),
        ("bad_crc", WriteUnknown, "noise or with wrong checksum"),
        ("wrong_echo", WriteUnknown, "answered to a write"),
        ("exception_2", WriteFailed, "exception 2 .illegal data address"),
        ("exception_6", WriteFailed, "exception 6 .device busy"),
        ("exception_4", WriteUnknown, "exception 4 .device failure"),
        ("exception_5", WriteUnknown, "exception 5 .acknowledge"),
        ("exception_11", WriteUnknown, "exception 11 .gateway target"),
    ],
)
async def test_a_write_that_goes_wrong_is_never_repeated(
    fault: str, error: type[WriteRefused | WriteUnknown], text: str, units: RtuServer, way: str | int
) -> None:
    before = len(units.writes())
    units.be(fault, write=True)
    timeout_s = {"hang": 0.1, "deaf_after": 0.1, "bad_crc": 0.3}.get(fault, PATIENT_S)
    async with running(an_rtu_device(way, timeout_s=timeout_s), registers(3)) as (driver, received):
        await until(lambda: received.reasons() == {""}, "good values")
        with pytest.raises(error, match=text):
            await driver.write(TagId("r1"), 77, _soon())
        samples = _counter(driver, "samples")
        await until(lambda: _counter(driver, "samples") >= samples + 9, "some polls more")
        await until(lambda: received.reasons() == {""}, "good values")
    assert len(units.writes()) == before + 1
    units.be_honest()


async def test_an_echoing_adapter_is_not_taken_for_the_units_answer(units: RtuServer, way: str | int) -> None:
    units.be("echo")
    async with running(an_rtu_device(way, timeout_s=0.3), registers(3)) as (driver, received):
        await until(lambda: received.reasons() == {""}, "good values")
        await driver.write(TagId("r0"), 5, _soon())
        await until(lambda: received.value("r0") == 5, "read back")
        units.be("echo_only")
        with pytest.raises(WriteUnknown, match="no answer"):
            await driver.write(TagId("r0"), 6, _soon())
    units.be_honest()


async def test_the_same_write_is_not_sent_while_the_answer_to_the_first_may_still_come(
    units: RtuServer, way: str | int
) -> None:
    units.be("hang", write=True, times=1)
    async with running(an_rtu_device(way, timeout_s=0.3, poll_s=60), registers(3)) as (driver, received):
        await until(lambda: received.reasons() == {""}, "good values")
        with pytest.raises(WriteUnknown):
            await driver.write(TagId("r1"), 78, _soon())
        with pytest.raises(WriteRefused, match="the answer to the same write is still missing"):
            await driver.write(TagId("r1"), 78, _soon())
        before = _counter(driver, "samples")
        await until(lambda: _counter(driver, "samples") > before, "the device read")
        await driver.write(TagId("r1"), 78, _soon())
        await until(lambda: received.value("r1") == 78, "read back")


async def test_a_write_goes_before_what_is_to_be_read(units: RtuServer) -> None:
    units.be_honest()
    tags: TagMap = {}
    for block in range(30):
        tags |= registers(3, start=1000 + 100 * block)
    async with running(an_rtu_device(units.channel, timeout_s=PATIENT_S), tags) as (driver, received):
        await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
        before = _counter(driver, "requests")
        await driver.write(TagId("r1001"), 9, _soon())
        assert _counter(driver, "requests") - before <= 2
        await until(lambda: received.value("r1001") == 9, "read back")
        assert _counter(driver, "requests") - before <= 40
        assert received.value("r1000") == truth(1000)
        await asyncio.sleep(0)
