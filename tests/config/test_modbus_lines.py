"""Modbus devices on a serial line: what shares a port must agree, and every driver's source is checked alike."""

import pytest

from tests.config.ship import a_ship
from vmshmi.config.loader import parse_project
from vmshmi.config.modbus_devices import ModbusRtuDevice, ModbusRtuOverTcpDevice, ModbusSource
from vmshmi.core.errors import ConfigurationError

_LINE: dict[str, object] = {"id": "dg1", "driver": "modbus_rtu", "channel": "/dev/ttyUSB0", "unit": 1}
_OTHER: dict[str, object] = {"id": "dg2", "driver": "modbus_rtu", "channel": "/dev/ttyUSB0", "unit": 2}


def _tag(**source: object) -> dict[str, object]:
    return {"id": "t", "source": {"device": "dg1", "table": "holding", "address": 0, **source}}


def _problems(devices: list[dict[str, object]], tags: list[dict[str, object]] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_project(a_ship(devices=devices, tags=tags or [], alarms=[], pages=[]))
    return list(caught.value.problems)


def test_serial_devices_and_those_behind_a_device_server_are_read() -> None:
    over_tcp = {"id": "dg3", "driver": "modbus_rtu_over_tcp", "host": "10.0.0.9", "port": 4001}
    tag3 = {"id": "t3", "source": {"device": "dg3", "table": "coil", "address": 0}}
    project = parse_project(a_ship(devices=[_LINE, _OTHER, over_tcp], tags=[_tag(), tag3], alarms=[], pages=[]))
    first, _, third = project.devices
    assert isinstance(first, ModbusRtuDevice)
    assert (first.baud, first.parity, first.stop_bits, first.resync_quiet_ms) == (19_200, "even", 1, 250)
    assert isinstance(third, ModbusRtuOverTcpDevice)
    sources = [tag.source for tag in project.tags]
    assert all(isinstance(source, ModbusSource) for source in sources)
    assert [source.driver for source in sources if source] == ["modbus_rtu", "modbus_rtu_over_tcp"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"unit": 0}, "source.unit: 0 speaks to all units of a serial line"),
        ({"table": "coil", "bit": 1}, "makes no sense for table 'coil'"),
        ({"signal": "sine"}, "source.signal: unknown key"),
        ({"driver": "modbus_tcp"}, "source.driver: device 'dg1' is a modbus_rtu, not a modbus_tcp"),
    ],
)
def test_the_source_of_a_serial_device_is_checked(source: dict[str, object], problem: str) -> None:
    assert any(problem in each for each in _problems([_LINE], [_tag(**source)]))


@pytest.mark.parametrize(
    ("device", "problem"),
    [
        ({**_OTHER, "baud": 9600}, "devices[1] dg2, baud: is 9600, but 19200 for device 'dg1' on the same port"),
        ({**_OTHER, "parity": "none"}, "dg2, parity: is 'none', but 'even' for device 'dg1' on the same port"),
        (
            {"id": "gps", "driver": "nmea0183", "interface": "serial", "channel": "/dev/ttyUSB0"},
            "gps, driver: is 'nmea0183', but 'modbus_rtu' for device 'dg1' on the same port",
        ),
        ({**_OTHER, "stop_bits": 3}, "dg2, stop_bits: must be 1 or 2, not 3"),
        ({**_OTHER, "unit": 0}, "dg2, unit: must be at least 1, not 0"),
        ({"id": "dg3", "driver": "modbus_rtu_over_tcp", "host": "h"}, "dg3, port: is missing"),
        ({"id": "dg3", "driver": "modbus_rtu"}, "dg3, channel: is missing"),
    ],
)
def test_a_line_that_cannot_work_is_named(device: dict[str, object], problem: str) -> None:
    assert any(problem in each for each in _problems([_LINE, device]))
