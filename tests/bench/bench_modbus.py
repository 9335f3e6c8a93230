"""Forty Modbus devices with the numbers of Victron's register map at 1 Hz, from the wire to the tag store.

`python -m tests.bench.bench_modbus [seconds] [devices]`. Beside it in the same run, against the same server in another
process: the bare pymodbus client doing the same reads, once throwing the registers away and once converting them with
its own `convert_from_registers`. The driver runs twice: no register changes, and every register changes in every poll.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable

from pymodbus.client import AsyncModbusTcpClient

from tests.bench.measure import LagMeter, percentile, print_table
from tests.support.modbus_server import ServerProcess, Write
from tests.support.victron import project
from tests.support.victron_map import Register, registers, value_of
from vmshmi.config.loader import parse_project
from vmshmi.config.modbus_devices import ModbusSource, ModbusTcpDevice
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.modbus import ModbusDriver
from vmshmi.runtime.drivers.modbus.plan import Binding, Block, plan_blocks
from vmshmi.runtime.tag_store import TagStore

MAX_GAP = 8
UNIT = 1
"""All services behind one unit id and the holes filled with zeros: a bare client knows no way round a hole."""
HIGHEST_REGISTER = 8000
WARM_UP_S = 3.0
BUDGET = 20.0
"""Percent of a core that 40 such devices at 1 Hz may take."""

Row = tuple[str, float, float, float, float, int]


def _tags(device_id: str) -> dict[TagId, tuple[TagDef, ModbusSource]]:
    tags: dict[TagId, tuple[TagDef, ModbusSource]] = {}
    for tag in parse_project(project(502, _numbers())).tags:
        assert isinstance(tag.source, ModbusSource)
        name = TagId(f"{device_id}.{tag.id}")
        source = tag.source.model_copy(update={"unit": UNIT, "table": "holding"})
        tags[name] = (TagDef(name, kind=tag.kind, device=device_id), source)
    return tags


def _numbers() -> list[Register]:
    return [row for row in registers() if row.type != "string"]


def _memory() -> list[Write]:
    values: list[Write] = [(UNIT, "holding", row.address, row.words(value_of(row))) for row in _numbers()]
    return [(UNIT, "holding", 0, [0] * HIGHEST_REGISTER), *values]


def _blocks() -> tuple[Block, ...]:
    return plan_blocks([Binding(tag, source, UNIT) for tag, source in _tags("gx").values()], MAX_GAP, 125)


async def _measured(seconds: float, count: Callable[[], int]) -> tuple[float, int, float]:
    """CPU seconds, things done, and p99 of the loop's lag over some seconds."""
    async with asyncio.timeout(seconds + 30):
        await asyncio.sleep(WARM_UP_S)
        lags = LagMeter()
        meter = asyncio.create_task(lags.run())
        before, done = time.process_time(), count()
        await asyncio.sleep(seconds)
        spent = time.process_time() - before
        meter.cancel()
        return spent, count() - done, percentile(lags.lags_ms, 0.99)


async def _ours(port: int, devices: int, seconds: float, name: str) -> Row:
    store = TagStore(SystemClock())
    drivers: list[ModbusDriver] = []
    for i in range(devices):
        device_id = f"gx{i}"
        tags = _tags(device_id)
        store.register_many(definition for definition, _ in tags.values())
        device = ModbusTcpDevice(
            id=device_id, driver="modbus_tcp", host="127.0.0.1", port=port, poll_s=1, timeout_s=2, max_gap=MAX_GAP
        )
        driver = ModbusDriver(device, tags, DriverContext(SystemClock()))
        drivers.append(driver)
        await driver.start(store.claim(device_id, tags))
        await asyncio.sleep(1 / devices)
    spent, samples, lag = await _measured(seconds, lambda: store.stats().updates)
    counters = [dict(driver.status().counters) for driver in drivers]
    for driver in drivers:
        await driver.stop()
    overruns = sum(each["overruns"] for each in counters)
    assert store.stats().good == devices * len(_numbers()), store.stats()
    return name, spent / seconds * 100, samples / seconds, spent / samples * 1e6, lag, overruns


async def _bare(port: int, devices: int, seconds: float, name: str, convert: bool) -> Row:
    blocks = _blocks()
    taken = overruns = 0
    going = True

    async def poll(client: AsyncModbusTcpClient) -> None:
        nonlocal taken, overruns
        due = asyncio.get_running_loop().time()
        while going:
            for block in blocks:
                answer = await client.read_holding_registers(block.address, count=block.count, device_id=block.unit)
                if convert:
                    _convert(client, block, list(answer.registers))
                taken += len(block.bindings)
            due += 1
            late = asyncio.get_running_loop().time() - due
            overruns += late > 0
            await asyncio.sleep(max(0.0, -late))

    clients = [AsyncModbusTcpClient("127.0.0.1", port=port, retries=0, timeout=2) for _ in range(devices)]
    tasks: list[asyncio.Task[None]] = []
    for client in clients:
        assert await client.connect()
        tasks.append(asyncio.create_task(poll(client)))
        await asyncio.sleep(1 / devices)
    spent, samples, lag = await _measured(seconds, lambda: taken)
    going = False  # not by cancelling: under Python 3.11 a request of pymodbus sometimes swallows it
    await asyncio.gather(*tasks)
    for client in clients:
        client.close()
    return name, spent / seconds * 100, samples / seconds, spent / samples * 1e6, lag, overruns


def _convert(client: AsyncModbusTcpClient, block: Block, words: list[int]) -> None:
    for binding in block.bindings:
        own = words[binding.address - block.address : binding.end - block.address]
        client.convert_from_registers(own, client.DATATYPE[binding.source.type.upper()])


async def _run(seconds: float, devices: int) -> None:
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    with ServerProcess(_memory()) as server:
        runs: list[Callable[[], Awaitable[Row]]] = [
            lambda: _bare(server.port, devices, seconds, "bare pymodbus, registers thrown away", convert=False),
            lambda: _bare(server.port, devices, seconds, "bare pymodbus, own conversion", convert=True),
            lambda: _ours(server.port, devices, seconds, "driver, wire to store, nothing changes"),
        ]
        rows = [await run() for run in runs]
        server.drift()
        rows.append(await _ours(server.port, devices, seconds, "driver, wire to store, all change"))
    bare = rows[0][3]
    print_table(
        f"{devices} Modbus devices x {len(_numbers())} tags in {len(_blocks())} blocks at 1 Hz",
        ("way", "CPU %", f"of {BUDGET:g} %", "tags/s", "us/tag", "ratio", "loop lag p99 ms", "overruns"),
        [
            (
                name,
                f"{cpu:.1f}",
                f"{cpu / BUDGET:.2f}",
                f"{tags:.0f}",
                f"{each:.2f}",
                f"{each / bare:.2f}",
                f"{lag:.1f}",
                str(overruns),
            )
            for name, cpu, tags, each, lag, overruns in rows
        ],
    )


if __name__ == "__main__":
    arguments = [float(argument) for argument in sys.argv[1:]]
    asyncio.run(_run(arguments[0] if arguments else 10.0, int(arguments[1]) if len(arguments) > 1 else 40))
