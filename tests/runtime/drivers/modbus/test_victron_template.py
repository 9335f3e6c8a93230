"""The template of a Victron GX device, through a real server in another process with Victron's own numbers."""

from tests.support.modbus_driver import Received, TagMap, running, until
from tests.support.modbus_server import ServerProcess
from tests.support.victron_map import UNITS, Register, registers, units, value_of, writes
from vmshmi.config.devices import ModbusSource, ModbusTcpDevice
from vmshmi.config.loader import parse_project
from vmshmi.core.values import TagId

SERVICES = {
    "system_unit": "system",
    "battery_unit": "battery",
    "inverter_unit": "vebus",
    "shore_unit": "grid",
    "solar_unit": "solarcharger",
    "genset_unit": "genset",
}


def row_of(source: ModbusSource) -> Register:
    """The row of Victron's map that a source reads."""
    service = next(service for service, unit in units().items() if unit == source.unit)
    return next(row for row in registers() if (row.service, row.address) == (service, source.address))


async def test_every_tag_of_the_template_arrives_with_victrons_value() -> None:
    """Each value is the one Victron's map gives its register, in the template's unit."""
    with ServerProcess(writes(registers())) as server:
        use = {
            "template": "victron_gx",
            "id": "gx",
            "device": {"host": "127.0.0.1", "port": server.port, "poll_s": 0.1},
            "parameters": {key: units()[service] for key, service in SERVICES.items()},
        }
        tank = {"template": "victron_tank", "device": "gx", "prefix": "t1.", "parameters": {"unit": units()["tank"]}}
        project = parse_project({"vmsproj": 1, "vessel": {"name": "X"}, "templates": [use, tank]})
        (device,) = project.devices
        assert isinstance(device, ModbusTcpDevice)
        tags: TagMap = {}
        for tag in project.tags:
            assert isinstance(tag.source, ModbusSource)
            tags[TagId(tag.id)] = (tag.to_definition(), tag.source)
        async with running(device, tags) as (_, received):
            await until(lambda: len(received.latest) == len(tags), "every tag")
            assert _differences(received, tags) == {}
    assert len(tags) > 100


def _differences(received: Received, tags: TagMap) -> dict[str, tuple[object, object]]:
    found: dict[str, tuple[object, object]] = {}
    checked_by_victron = 0
    for tag_id, (definition, source) in tags.items():
        row = row_of(source)
        value = value_of(row)
        assert isinstance(value, float)
        raw = row.words(value)
        number = int.from_bytes(b"".join(word.to_bytes(2, "big") for word in raw), "big", signed=row.is_signed)
        if number in source.sentinels:
            continue
        wanted = round(value * row.scale) / row.scale * _per_unit(row, definition.unit)
        got = received.value(tag_id)
        if not isinstance(got, int | float) or abs(got - wanted) > 1e-9 * max(1.0, abs(wanted)):
            found[tag_id] = (got, wanted)
        checked_by_victron += row.service in UNITS
    assert checked_by_victron > 50
    return found


def _per_unit(row: Register, unit: str) -> float:
    """How many of the template's units are one of Victron's."""
    return {("seconds", "h"): 1 / 3600, ("s", "h"): 1 / 3600, ("kPa", "bar"): 0.01}.get((row.remark, unit), 1.0)
