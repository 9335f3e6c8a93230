"""What a project leaves out and a protocol knows: units and the texts of states."""

from pathlib import Path

import pytest

from tests.support.can_dbc import SHIP
from vmshmi.app.compose import read_project
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project, TagConfig
from vmshmi.runtime.drivers.table import described, unit_notes


def project(dbc: Path, *tags: dict[str, object]) -> Project:
    devices = [
        {"id": "plc", "driver": "can", "interface": "virtual", "channel": "x", "dbc": str(dbc)},
        {"id": "eng", "driver": "j1939", "interface": "virtual", "channel": "x"},
        {"id": "n2k", "driver": "nmea2000", "interface": "virtual", "channel": "x"},
        {"id": "line", "driver": "nmea0183", "interface": "tcp", "host": "h"},
        {"id": "sim", "driver": "simulator"},
    ]
    return parse_project({"vmsproj": 1, "vessel": {"name": "A"}, "devices": devices, "tags": list(tags)})


def shown(project: Project) -> tuple[str, dict[int, str]]:
    (tag,) = described(project).tags
    assert isinstance(tag, TagConfig)
    return tag.unit, tag.states


@pytest.mark.parametrize(
    ("keys", "source", "unit", "states"),
    [
        ({}, {"device": "plc", "message": "Pump", "signal": "Speed"}, "rpm", {}),
        ({"unit": "1/min"}, {"device": "plc", "message": "Pump", "signal": "Speed"}, "1/min", {}),
        ({}, {"device": "plc", "message": "Pump", "signal": "Speed", "scale": 0.001}, "", {}),
        (
            {"kind": "enum"},
            {"device": "plc", "message": "Pump", "signal": "State"},
            "",
            {0: "Stopped", 1: "Starting", 2: "Running", 7: "Fault"},
        ),
        (
            {"kind": "enum", "states": {"0": "Parado"}},
            {"device": "plc", "message": "Pump", "signal": "State"},
            "",
            {0: "Parado"},
        ),
        ({}, {"device": "plc", "message": "Pump", "signal": "Wrong"}, "", {}),
        ({}, {"device": "eng", "pgn": 65263, "spn": 100}, "kPa", {}),
        ({"unit": "bar"}, {"device": "eng", "pgn": 65263, "spn": 100, "scale": 0.01}, "bar", {}),
        ({"kind": "digital"}, {"device": "eng", "pgn": 65279, "spn": 97}, "", {0: "no", 1: "yes"}),
        ({"kind": "digital"}, {"device": "eng", "pgn": 65226, "field": "red_stop"}, "", {0: "off", 1: "on"}),
        ({}, {"device": "eng", "pgn": 65226, "field": "count"}, "", {}),
        ({}, {"device": "n2k", "pgn": 127489, "field": "oilPressure"}, "Pa", {}),
        ({}, {"device": "n2k", "pgn": 127489, "field": "temperature", "offset": -273.15}, "", {}),
        ({"kind": "text"}, {"device": "n2k", "pgn": 126992, "field": "time"}, "", {}),
        ({}, {"device": "n2k", "pgn": 127489, "field": "wrong"}, "", {}),
        ({}, {"device": "line", "sentence": "MTW", "field": "temperature"}, "°C", {}),
        ({}, {"device": "line", "sentence": "MTW", "field": 1}, "", {}),
        ({}, {"device": "line", "sentence": "MTW", "field": "temperature", "scale": 1.8, "offset": 32}, "", {}),
        ({}, {"device": "sim"}, "", {}),
    ],
)
def test_what_is_left_out_is_filled_in(
    tmp_path: Path, keys: dict[str, object], source: dict[str, object], unit: str, states: dict[int, str]
) -> None:
    dbc = tmp_path / "ship.dbc"
    dbc.write_text(SHIP)
    assert shown(project(dbc, {"id": "t", "source": source, **keys})) == (unit, states)


def test_a_file_that_is_not_there_fills_in_nothing(tmp_path: Path) -> None:
    tag: dict[str, object] = {"id": "t", "source": {"device": "plc", "message": "Pump", "signal": "Speed"}}
    assert shown(project(tmp_path / "none.dbc", tag)) == ("", {})


def test_the_program_reads_its_project_so(tmp_path: Path) -> None:
    (tmp_path / "ship.dbc").write_text(SHIP)
    file = tmp_path / "ship.vmsproj"
    file.write_text(
        '{"vmsproj": 1, "vessel": {"name": "A"}, "devices": [{"id": "plc", "driver": "can", "interface": "virtual",'
        ' "channel": "x", "dbc": "ship.dbc"}], "tags": [{"id": "t", "source": {"device": "plc", "message": "Pump",'
        ' "signal": "Speed"}}]}'
    )
    (tag,) = read_project(file, "").tags
    assert tag.unit == "rpm"


@pytest.mark.parametrize(
    ("unit", "source", "note"),
    [
        (
            "bar",
            {"device": "n2k", "pgn": 127489, "field": "oilPressure"},
            "comes in Pa and is shown as bar: is scale 1e-5",
        ),
        ("°C", {"device": "n2k", "pgn": 127489, "field": "temperature"}, "is offset -273.15 missing in its source?"),
        ("kn", {"device": "n2k", "pgn": 130306, "field": "windSpeed"}, "is scale 1.943844 missing"),
        ("km/h", {"device": "line", "sentence": "VTG", "field": "speed"}, "comes in kn and is shown as km/h"),
        ("bar", {"device": "n2k", "pgn": 127489, "field": "oilPressure", "scale": 1e-5}, ""),
        ("Pa", {"device": "n2k", "pgn": 127489, "field": "oilPressure"}, ""),
        ("", {"device": "n2k", "pgn": 127489, "field": "oilPressure"}, ""),
        ("bar", {"device": "sim", "signal": "constant", "minimum": 1, "maximum": 1}, ""),
    ],
)
def test_a_number_under_another_unit_is_a_note(tmp_path: Path, unit: str, source: dict[str, object], note: str) -> None:
    notes = unit_notes(project(tmp_path, {"id": "t", "unit": unit, "source": source}))
    assert [note in found.message for found in notes] == ([True] if note else [])
