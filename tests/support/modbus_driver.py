"""Build a Modbus driver for a test and wait for what it brings."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic

from vmshmi.config.modbus_devices import (
    ModbusDevice,
    ModbusRtuDevice,
    ModbusRtuOverTcpDevice,
    ModbusSource,
    ModbusTcpDevice,
)
from vmshmi.core.devices import DeviceState
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.driver import DriverContext, SampleBatch
from vmshmi.runtime.drivers.modbus import ModbusDriver

DEADLINE_S = 30.0

TagMap = dict[TagId, tuple[TagDef, ModbusSource]]


class RealClock:
    """The machine's clocks: these tests talk to real sockets."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()


def a_source(table: object = "holding", address: object = 0, **fields: object) -> ModbusSource:
    """A source of device `plc1`; the model checks what it is given."""
    return ModbusSource.model_validate({"device": "plc1", "table": table, "address": address, **fields})


def a_tag(tag_id: str, source: ModbusSource, kind: TagKind = TagKind.ANALOG, **fields: object) -> TagMap:
    """One tag as an entry of the map a driver takes."""
    definition = TagDef(TagId(tag_id), kind=kind, device="plc1", **fields)  # type: ignore[arg-type]  # names of TagDef
    return {definition.id: (definition, source)}


PATIENT_S = 1.0
"""A time-out for tests in which no answer may be called late because the machine is busy."""


def registers(count: int, start: int = 0, prefix: str = "r", **fields: object) -> TagMap:
    """Neighbouring 16-bit holding registers `r0`, `r1`, ..."""
    tags: TagMap = {}
    for address in range(start, start + count):
        tags |= a_tag(f"{prefix}{address}", a_source(address=address, **fields))
    return tags


def a_device(port: int, **fields: object) -> ModbusTcpDevice:
    """A quick device on loopback."""
    base: dict[str, object] = {"id": "plc1", "driver": "modbus_tcp", "host": "127.0.0.1", "port": port}
    quick: dict[str, object] = {"poll_s": 0.02, "timeout_s": 0.1, "backoff_max_s": 0.1}
    return ModbusTcpDevice.model_validate(base | quick | fields)


def an_rtu_device(where: str | int, **fields: object) -> ModbusDevice:
    """A quick device on a serial port, or behind a port of TCP on loopback."""
    quick: dict[str, object] = {
        "id": "plc1",
        "poll_s": 0.02,
        "timeout_s": 0.1,
        "backoff_max_s": 0.1,
        "resync_quiet_ms": 20,
    }
    if isinstance(where, str):
        return ModbusRtuDevice.model_validate(
            {"driver": "modbus_rtu", "channel": where, "baud": 115_200, "parity": "none"} | quick | fields
        )
    return ModbusRtuOverTcpDevice.model_validate(
        {"driver": "modbus_rtu_over_tcp", "host": "127.0.0.1", "port": where} | quick | fields
    )


class Received:
    """A sink that keeps the latest value of each tag and every value that ever came."""

    def __init__(self) -> None:
        self.latest: dict[TagId, TagValue] = {}
        self.all: list[tuple[TagId, TagValue]] = []

    def __call__(self, batch: SampleBatch) -> None:
        self.all.extend(batch)
        self.latest.update(batch)

    def value(self, tag_id: str) -> object:
        """The latest value; None before the first and when bad."""
        held = self.latest.get(TagId(tag_id))
        return None if held is None else held.value

    def reason(self, tag_id: str) -> str:
        """Why the latest value is not plain good; `never` before the first."""
        held = self.latest.get(TagId(tag_id))
        return "never" if held is None else held.quality.reason

    def reasons(self) -> set[str]:
        """The reasons of all tags."""
        return {held.quality.reason for held in self.latest.values()}

    def good_values(self, tag_id: str) -> set[object]:
        """Every value that was ever good."""
        return {held.value for name, held in self.all if name == tag_id and held.quality.is_good}


async def until(condition: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> float:
    """Wait for a condition and say how long it took.

    Raises:
        AssertionError: naming what was waited for.
    """
    started = monotonic()
    while not condition():
        assert monotonic() - started < deadline_s, f"not within {deadline_s} s: {what}"
        await asyncio.sleep(0.005)
    return monotonic() - started


@asynccontextmanager
async def running(
    device: ModbusDevice, tags: TagMap, shared: dict[str, object] | None = None
) -> AsyncIterator[tuple[ModbusDriver, Received]]:
    """A started driver and what it brings; no exception may have escaped into the loop meanwhile."""
    escaped: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: escaped.append(context))
    driver = ModbusDriver(
        device, tags, DriverContext(RealClock(), {} if shared is None else shared), chance=lambda: 0.5
    )
    received = Received()
    await driver.start(received)
    try:
        yield driver, received
    finally:
        faulted = driver.status().state is DeviceState.FAULTED
        await driver.stop()
        await asyncio.sleep(0)  # the transport closes its socket one turn later
        loop.set_exception_handler(None)
    assert not escaped, escaped
    assert not faulted, driver.status().last_error
