"""Victron's register map: against Victron's own expectations, and through a real server in another process."""

import asyncio
from collections.abc import Sequence
from time import monotonic

import pytest

from tests.support.modbus_driver import Received, TagMap, a_device, running, until
from tests.support.modbus_server import ServerProcess
from tests.support.victron import project, tag_ids
from tests.support.victron_map import (
    Register,
    expected,
    registers,
    simulated,
    simulated_registers,
    units,
    value_of,
    writes,
)
from vmshmi.config.loader import parse_project
from vmshmi.config.modbus_devices import ModbusSource
from vmshmi.core.devices import DeviceState
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.encode import encode


def _tag_map(rows: Sequence[Register]) -> TagMap:
    tags: TagMap = {}
    for tag in parse_project(project(502, rows)).tags:
        assert isinstance(tag.source, ModbusSource)
        tags[TagId(tag.id)] = (tag.to_definition(), tag.source)
    return tags


def _differences(received: Received, rows: Sequence[Register]) -> dict[str, tuple[object, object]]:
    """Tags that are not good with exactly the value their register can tell."""
    wanted = {tag_id: row.readable(value_of(row)) for tag_id, row in tag_ids(rows).items()}
    return {
        tag_id: (received.value(tag_id), value)
        for tag_id, value in wanted.items()
        if received.reason(tag_id) != "" or received.value(tag_id) != value
    }


def test_the_server_holds_every_word_victrons_own_test_expects() -> None:
    held = {
        (unit, address + i): word
        for unit, table, address, words in writes(simulated_registers())
        if table == "holding"
        for i, word in enumerate(words)
    }
    checked = missing = 0
    for check in expected():
        for i, word in enumerate(check.words):
            if (check.unit, check.address + i) in held:
                assert held[check.unit, check.address + i] == word, check
                checked += 1
            else:
                missing += 1
    assert (checked, missing) == (186, 0)


def test_encoding_a_value_gives_victrons_words() -> None:
    tags = _tag_map(registers())
    for tag_id, row in tag_ids(registers()).items():
        value = row.readable(value_of(row))
        assert encode(tags[TagId(tag_id)][1], value) == row.words(value), tag_id


@pytest.mark.parametrize("rows", [simulated_registers(), registers()], ids=["simulated", "whole map"])
async def test_every_engineering_value_arrives_good(rows: Sequence[Register]) -> None:
    tags = _tag_map(rows)
    with ServerProcess(writes(rows)) as server:
        async with running(a_device(server.port, timeout_s=1), tags) as (driver, received):
            await until(lambda: len(received.latest) == len(tags), "every tag")
            assert _differences(received, rows) == {}
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")


def test_the_whole_map_has_every_type_and_the_simulation_has_four_units() -> None:
    assert {row.type for row in registers()} == {"uint16", "int16", "uint32", "int32", "string"}
    assert len(registers()) == 892 + 52  # numbers and texts
    assert {units()[row.service] for row in simulated_registers()} == {0, 30, 246, 247}
    assert len(simulated_registers()) > 150
    assert set(simulated().values()) > {52.0, "badbeef15bad"}


def _another(row: Register) -> float | str:
    """A value the register does not hold, as the register can tell it."""
    if row.type == "string":
        return f"new{row.address}"[: 2 * row.count]
    if row.states:
        return float(max(row.states) if value_of(row) != max(row.states) else max(row.states) + 1)
    raw = (row.address * 40_503 + 17) % (1 << 15 if row.count == 1 else 1 << 31)
    return row.readable((-raw if row.is_signed and row.address % 2 else raw) / row.scale)


async def test_every_writable_register_of_the_map_takes_a_value_and_gives_it_back() -> None:
    rows = [row for row in registers() if row.is_writable]
    wanted = {tag_id: (row, _another(row)) for tag_id, row in tag_ids(rows).items()}
    with ServerProcess(writes(rows)) as server:
        async with running(a_device(server.port, timeout_s=1, poll_s=60), _tag_map(rows)) as (driver, received):
            await until(lambda: len(received.latest) == len(rows), "every tag")
            await until(lambda: driver.status().state is DeviceState.ONLINE, "online")
            for tag_id, (_, value) in wanted.items():
                await driver.write(TagId(tag_id), value, monotonic() + 5)
            await until(
                lambda: (
                    {tag_id: received.value(tag_id) for tag_id in wanted}
                    == {tag_id: value for tag_id, (_, value) in wanted.items()}
                ),
                "every value read back",
            )
            assert received.reasons() == {""}
        held = [[units()[row.service], "holding", row.address, row.words(value)] for row, value in wanted.values()]
        assert server.writes() == held
    assert {row.type for row in rows} == {"uint16", "int16", "uint32", "int32", "string"}
    assert len(rows) == 152


async def test_values_change_when_the_registers_do() -> None:
    rows = simulated_registers()
    with ServerProcess(writes(rows)) as server:
        async with running(a_device(server.port, timeout_s=1), _tag_map(rows)) as (_, received):
            await until(lambda: received.value("gx.battery.dc.0.voltage") == 52.0, "the first voltage")
            changes = [(247, table, 259, [4650]) for table in ("holding", "input")]
            await server.put_async(changes)
            await until(lambda: received.value("gx.battery.dc.0.voltage") == 46.5, "the new voltage")
            changed = _differences(received, rows)
            assert set(changed) == {"gx.battery.dc.0.voltage"}


async def test_the_servers_death_is_seen_on_every_tag_and_healed_by_its_return() -> None:
    rows = simulated_registers()
    with ServerProcess(writes(rows)) as server:
        async with running(a_device(server.port, timeout_s=1), _tag_map(rows)) as (_, received):
            await until(lambda: len(received.latest) == len(rows) and not _differences(received, rows), "all values")
            server.kill()
            await until(lambda: received.reasons() == {"BadNoCommunication"}, "bad tags", deadline_s=3)
            with ServerProcess(writes(rows), port=server.port):
                await until(lambda: not _differences(received, rows), "all values again")
    await asyncio.sleep(0)
