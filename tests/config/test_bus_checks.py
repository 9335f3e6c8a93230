"""Devices that are listened to: what their interface needs, and what says nothing about it."""

from typing import Any

import pytest

from vmshmi.config.loader import parse_project
from vmshmi.core.errors import ConfigurationError


def _problems(**device: Any) -> list[str]:
    keys = {"id": "d", "driver": "nmea0183", **device}
    try:
        parse_project({"vmsproj": 1, "vessel": {"name": "MV"}, "devices": [keys]})
    except ConfigurationError as error:
        return [problem.removeprefix("devices[0] d") for problem in error.problems]
    return []


@pytest.mark.parametrize("device", [
    {"interface": "serial", "channel": "/dev/ttyUSB0", "baud": 38_400},
    {"interface": "tcp", "host": "10.0.0.30"},
    {"interface": "udp"},
    {"interface": "udp", "port": 60_001, "group": "239.192.0.1", "bind": "10.0.0.5"},
    {"interface": "logfile", "file": "a.log", "speed": 0, "loop": True, "timestamps": "log", "baud": 38_400},
    {"driver": "nmea2000", "interface": "tcp", "host": "10.0.0.30", "port": 1457},
    {"driver": "j1939", "interface": "logfile", "file": "a.log", "channel": "can1"},
    {"driver": "can", "dbc": "a.dbc", "interface": "logfile", "file": "a.log", "channel": "can1"},
])  # fmt: skip
def test_what_an_interface_needs_is_enough(device: dict[str, Any]) -> None:
    assert _problems(**device) == []


@pytest.mark.parametrize(("device", "problem"), [
    ({"interface": "serial"}, ", channel: is missing: interface 'serial' needs it"),
    ({"interface": "tcp", "host": ""}, ", host: is missing: interface 'tcp' needs it"),
    ({"interface": "logfile"}, ", file: is missing: interface 'logfile' needs it"),
    ({"driver": "nmea2000", "interface": "udp"}, ", port: is missing: interface 'udp' needs it"),
    ({"interface": "udp", "baud": 4_800}, ", baud: says nothing about interface 'udp'"),
    ({"interface": "udp", "file": "a.log"}, ", file: says nothing about interface 'udp'"),
    ({"interface": "logfile", "file": "a.log", "channel": "1"}, ", channel: says nothing about interface 'logfile'"),
    (
        {"interface": "udp", "group": "10.0.0.1"},
        ", group: must be a multicast group, 224.0.0.0 to 239.255.255.255, not '10.0.0.1'",
    ),
    (
        {"interface": "udp", "bind": "eth0"},
        ", bind: must be the address of a network card, as '10.0.0.5', not 'eth0'",
    ),
])  # fmt: skip
def test_what_is_missing_or_says_nothing_is_named(device: dict[str, Any], problem: str) -> None:
    assert _problems(**device) == [problem]
