"""A small ship without a mistake, as data, for tests that put one in."""

import copy
from pathlib import Path

import pytest

from vmshmi.config.loader import parse_project
from vmshmi.core.errors import ConfigurationError

Data = dict[str, object]

_SHIP: Data = {
    "vmsproj": 1,
    "vessel": {"name": "MV Aurora", "imo": "9074729"},
    "devices": [
        {"id": "plc1", "driver": "modbus_tcp", "host": "127.0.0.1", "poll_s": 0.5},
        {"id": "sim", "driver": "simulator", "tick_s": 0.5},
    ],
    "tags": [
        {
            "id": "me_p.lo_press",
            "unit": "bar",
            "group": "ME",
            "source": {"device": "plc1", "table": "holding", "address": 0, "scale": 0.01},
        },
        {"id": "me_p.run", "kind": "digital", "source": {"device": "plc1", "table": "coil", "address": 10}},
        {"id": "me_p.mode", "kind": "text", "initial": "off"},
    ],
    "alarms": [
        {
            "id": "me_p.lo_press.low",
            "tag": "me_p.lo_press",
            "operator": "<",
            "limit": 2.5,
            "enable_when": "me_p.run == 1",
        }
    ],
}


def a_ship(**sections: object) -> Data:
    """The ship, with these top-level keys replaced."""
    return {**copy.deepcopy(_SHIP), **sections}


def with_more(section: str, *items: object) -> Data:
    """The ship with more devices, tags, alarms, pages or stations."""
    ship = a_ship()
    known = ship.get(section, [])
    assert isinstance(known, list)
    return {**ship, section: [*known, *items]}


def with_source(**source: object) -> Data:
    """The ship with one more tag `t`, fed from plc1; `kind`, `writable`, `stale_after_s` go to the tag."""
    tag = {key: source.pop(key) for key in ("kind", "writable", "stale_after_s") if key in source}
    return with_more("tags", {"id": "t", **tag, "source": {"device": "plc1", **source}})


def with_alarm(**alarm: object) -> Data:
    """The ship with one more alarm `a`."""
    return with_more("alarms", {"id": "a", "tag": "me_p.lo_press", "operator": ">", "limit": 5, **alarm})


def problems_of(data: object) -> list[str]:
    """What the loader says of data without lines."""
    with pytest.raises(ConfigurationError) as caught:
        parse_project(data)
    return list(caught.value.problems)


def write(path: Path, text: str) -> Path:
    """Write a project file."""
    path.write_text(text, encoding="utf-8")
    return path
