"""Templates of devices: what a project gets from them, and that every mistake is told where it was written."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.ship import a_ship, problems_of, with_more, write
from vmshmi.config.check import check_file
from vmshmi.config.devices import ModbusSource, ModbusTcpDevice
from vmshmi.config.loader import load_project, parse_project, problems_in, project_to_data
from vmshmi.config.problems import Suggester
from vmshmi.config.project import Project
from vmshmi.config.templates import TemplateFile, TemplateUse, read_template, shipped_templates, used_parameters
from vmshmi.core.errors import ConfigurationError

PUMP = {
    "template": 1,
    "title": "Pump",
    "description": "A pump.",
    "source": "this test",
    "licence": "Apache-2.0",
    "parameters": {
        "unit": {"description": "Unit id", "required": True},
        "high": {"description": "High pressure", "default": 8},
        "tank_unit": {"description": "Unit id of its tank"},
        "side": {"description": "Where it is", "default": "port"},
    },
    "device": {"driver": "modbus_tcp", "poll_s": 1, "unit": "${unit}"},
    "needs": ["host"],
    "tags": [
        {"id": "run", "kind": "digital", "source": {"table": "coil", "address": 1}},
        {
            "id": "press",
            "description": "Delivery pressure, ${side}",
            "unit": "bar",
            "group": "PUMPS",
            "normal_when": "${prefix}run == 1",
            "source": {"table": "holding", "address": 2, "scale": 0.1},
        },
        {"id": "tank.level", "source": {"table": "holding", "address": 3, "unit": "${tank_unit}"}},
        {"id": "tank.temp", "source": {"table": "holding", "address": 4, "unit": "${tank_unit}"}},
    ],
    "alarms": [
        {
            "id": "press.high",
            "tag": "press",
            "operator": ">",
            "limit": "${high}",
            "message": "Delivery pressure high",
            "enable_when": "${prefix}run == 1",
        },
        {"id": "press.low", "tag": "press", "operator": "<", "limit": 1, "consequence_of": ["tank.low"]},
        {"id": "tank.low", "tag": "tank.level", "operator": "<", "limit": 5},
    ],
}


def a_use(**keys: object) -> dict[str, object]:
    return {
        "template": "./pump.json",
        "id": "p1",
        "device": {"host": "10.0.0.7"},
        "parameters": {"unit": 3, "tank_unit": 4},
    } | keys


def file_of(folder: Path, *uses: object, **sections: object) -> Path:
    write(folder / "pump.json", json.dumps(PUMP))
    return write(folder / "ship.vmsproj", json.dumps(a_ship(templates=list(uses), **sections), indent=1))


def ship_of(folder: Path, *uses: object, **sections: object) -> Project:
    return load_project(file_of(folder, *uses, **sections))


def told(folder: Path, *uses: object) -> list[str]:
    """The problems, without the file's name and the line."""
    lines = check_file(file_of(folder, *uses))
    return [line.split(": ", 1)[1].split(", ", 1)[1] for line in lines]


def test_a_template_becomes_a_device_with_its_tags_and_alarms(tmp_path: Path) -> None:
    ship = ship_of(tmp_path, a_use())
    device = next(device for device in ship.devices if device.id == "p1")
    assert isinstance(device, ModbusTcpDevice)
    assert (device.host, device.unit, device.poll_s) == ("10.0.0.7", 3, 1)
    tags = {tag.id: tag for tag in ship.tags if tag.id.startswith("p1.")}
    assert list(tags) == ["p1.run", "p1.press", "p1.tank.level", "p1.tank.temp"]
    press, level = tags["p1.press"], tags["p1.tank.level"]
    assert (press.description, press.group, press.normal_when) == ("Delivery pressure, port", "PUMPS", "p1.run == 1")
    assert isinstance(level.source, ModbusSource)
    assert (level.source.device, level.source.unit) == ("p1", 4)
    alarms = {alarm.id: alarm for alarm in ship.alarms}
    high = alarms["p1.press.high"]
    assert (high.tag, high.limit, high.enable_when) == ("p1.press", 8, "p1.run == 1")
    assert alarms["p1.press.low"].consequence_of == ("p1.tank.low",)


def test_a_loaded_project_has_no_templates_left_and_loads_again(tmp_path: Path) -> None:
    ship = ship_of(tmp_path, a_use())
    assert ship.templates == ()
    assert parse_project(project_to_data(ship)) == ship


def test_prefix_name_and_group_are_the_uses_own(tmp_path: Path) -> None:
    ship = ship_of(tmp_path, a_use(prefix="fire_", name="Fire pump", group="SAFETY"))
    press = next(tag for tag in ship.tags if tag.id == "fire_press")
    assert (press.description, press.group) == ("Fire pump delivery pressure, port", "SAFETY")
    high = next(alarm for alarm in ship.alarms if alarm.id == "fire_press.high")
    assert high.message == "Fire pump delivery pressure high"
    meter = {"template": "victron_tank", "id": "gx", "name": "Aft", "device": {"host": "h"}, "parameters": {"unit": 1}}
    use: dict[str, object] = {"tags": [{"id": "level", "description": "DC level"}]}
    level = next(tag for tag in parse_project(a_ship(templates=[meter | use])).tags if tag.id == "gx.level")
    assert level.description == "Aft DC level"


def test_two_uses_may_share_a_device_of_the_project(tmp_path: Path) -> None:
    second = {"template": "./pump.json", "device": "p1", "prefix": "p2.", "parameters": {"unit": 9}}
    ship = ship_of(tmp_path, a_use(), second)
    assert [device.id for device in ship.devices] == ["plc1", "sim", "p1"]
    assert {tag.source.device for tag in ship.tags if tag.id.startswith("p2.") and tag.source} == {"p1"}


def test_what_uses_a_parameter_that_is_not_given_is_left_out(tmp_path: Path) -> None:
    ship = ship_of(tmp_path, a_use(parameters={"unit": 3}))
    assert [tag.id for tag in ship.tags if tag.id.startswith("p1.")] == ["p1.run", "p1.press"]
    alarms = {alarm.id: alarm for alarm in ship.alarms}
    assert "p1.tank.low" not in alarms
    assert alarms["p1.press.low"].consequence_of == ()


def test_tags_and_alarms_can_be_left_out_one_by_one_and_by_their_beginning(tmp_path: Path) -> None:
    ship = ship_of(tmp_path, a_use(without=["press.high", "tank.*", "press.low"]))
    assert [tag.id for tag in ship.tags if tag.id.startswith("p1.")] == ["p1.run", "p1.press"]
    assert not [alarm for alarm in ship.alarms if alarm.id.startswith("p1.")]


def test_tags_and_alarms_can_be_changed(tmp_path: Path) -> None:
    changed = a_use(
        tags=[{"id": "press", "range_normal_max": 7, "source": {"scale": 0.01}}],
        alarms=[{"id": "press.high", "limit": 9, "delay_s": 5}],
    )
    ship = ship_of(tmp_path, changed)
    press = next(tag for tag in ship.tags if tag.id == "p1.press")
    assert isinstance(press.source, ModbusSource)
    assert (press.range_normal_max, press.source.scale, press.source.address) == (7, 0.01, 2)
    high = next(alarm for alarm in ship.alarms if alarm.id == "p1.press.high")
    assert (high.limit, high.delay_s, high.message) == (9, 5, "Delivery pressure high")


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        (
            a_use(template="victron_gxx"),
            "templates[0] p1, template: there is no template 'victron_gxx'; did you mean 'victron_gx'?",
        ),
        (a_use(device={}), "templates[0] p1, device.host: is missing"),
        (a_use(device={"host": "h", "prt": 5}), "templates[0] p1, device.prt: unknown key; did you mean 'port'?"),
        (a_use(device={"host": "h", "driver": "can"}), "templates[0] p1, device.driver: is the template's"),
        (a_use(device="p9"), "templates[0] p1, id: is for a new device; this one is 'p9'"),
        (
            {"template": "./pump.json", "device": "plc9", "parameters": {"unit": 1, "tank_unit": 2}},
            "templates[0], device: there is no device 'plc9'; did you mean 'plc1'?",
        ),
        (a_use(parameters={"tank_unit": 1}), "templates[0] p1, parameters.unit: is missing: Unit id"),
        (
            a_use(parameters={"unit": 1, "tank_unit": 300}),
            "templates[0] p1, parameters.tank_unit: must be at most 255, not 300",
        ),
        (
            a_use(parameters={"unit": 1, "tank_unit": 2, "hihg": 9}),
            "templates[0] p1, parameters.hihg: template './pump.json' has no such parameter; did you mean 'high'?",
        ),
        (
            a_use(without=["pres"]),
            "templates[0] p1, without[0]: template './pump.json' has no tag or alarm 'pres'; did you mean 'press'?",
        ),
        (
            a_use(tags=[{"id": "pres"}]),
            "templates[0] p1, tags[0].id: template './pump.json' has no tag 'pres'; did you mean 'press'?",
        ),
        (
            a_use(tags=[{"id": "press", "decimels": 1}]),
            "templates[0] p1, tags[0].decimels: unknown key; did you mean 'decimals'?",
        ),
        (
            a_use(tags=[{"id": "press", "source": {"address": 70000}}]),
            "templates[0] p1, tags[0].source.address: must be at most 65535, not 70000",
        ),
        (
            a_use(alarms=[{"id": "press.high", "limit": "9"}]),
            "templates[0] p1, alarms[0].limit: must be a number, not '9'",
        ),
        (
            a_use(without=["run"]),
            "templates[0] p1: tag 'press' of template './pump.json', normal_when: there is no tag 'p1.run'",
        ),
        (a_use(prefix="me_p."), "templates[0] p1: tag 'run' of template './pump.json', id: the id 'me_p.run' is used"),
        (a_use(prefixx=""), "templates[0] p1, prefixx: unknown key; did you mean 'prefix'?"),
        (a_use(template="./no.json"), "no.json: file: there is no such file"),
    ],
)
def test_a_mistake_is_told_where_it_was_written(tmp_path: Path, use: object, problem: str) -> None:
    lines = told(tmp_path, use)
    assert any(problem in line for line in lines), lines


def test_a_mistake_of_a_parameter_is_told_once(tmp_path: Path) -> None:
    assert len(told(tmp_path, a_use(parameters={"unit": 1, "tank_unit": 300}))) == 1


def test_the_line_is_the_one_in_the_project(tmp_path: Path) -> None:
    file = file_of(tmp_path, a_use(alarms=[{"id": "press.high", "limit": "9"}]))
    (line,) = check_file(file)
    number = int(line.split("line ")[1].split(",")[0])
    assert '"limit": "9"' in file.read_text().splitlines()[number - 1]


def test_a_template_that_is_wrong_in_itself_is_told_with_its_own_place(tmp_path: Path) -> None:
    file = file_of(tmp_path, a_use())
    write(tmp_path / "pump.json", json.dumps(PUMP | {"tittle": "x", "title": 5}, indent=1))
    lines = check_file(file)
    assert any("pump.json: line " in line and "tittle: unknown key; did you mean 'title'?" in line for line in lines)
    write(tmp_path / "pump.json", json.dumps(PUMP | {"device": {"driver": "modbus_tcp", "unit": "${unti}"}}))
    (line,) = check_file(file)
    assert "${unti} is no parameter of it" in line


def test_a_project_that_is_no_file_has_no_templates_of_its_own() -> None:
    (problem,) = problems_of(with_more("templates", a_use()))
    assert problem.endswith("'./pump.json' is a file beside the project file, and this project is no file")


def minimal_use(name: str, file: TemplateFile) -> dict[str, object]:
    """A use with everything the template can bring."""
    addresses = {"host": "10.0.0.5", "channel": "can0", "interface": "socketcan"}
    if file.device["driver"] == "nmea0183":
        addresses |= {"interface": "serial"}
    parameters = {key: 1 for key, parameter in file.parameters.items() if parameter.default is None}
    return {
        "template": name,
        "id": "dev",
        "device": {key: addresses[key] for key in file.needs},
        "parameters": parameters,
    }


@pytest.mark.parametrize("name", list(shipped_templates()))
def test_a_shipped_template_brings_all_its_tags_without_a_mistake(name: str) -> None:
    file = read_template(name, None, Suggester()).file
    project = parse_project(a_ship(templates=[minimal_use(name, file)], alarms=[], tags=[]))
    assert len({tag.id for tag in project.tags}) == len(file.tags) == len(project.tags)
    assert len(project.alarms) == len(file.alarms)
    assert all(tag.description and tag.group for tag in project.tags)
    assert all(alarm.message != alarm.id for alarm in project.alarms)
    assert used_parameters([file.device, file.tags, file.alarms]) - {"prefix"} == set(file.parameters)


@pytest.mark.parametrize("name", list(shipped_templates()))
def test_a_shipped_template_works_with_its_defaults_alone(name: str) -> None:
    file = read_template(name, None, Suggester()).file
    use = minimal_use(name, file)
    use["parameters"] = {key: 1 for key, parameter in file.parameters.items() if parameter.required}
    project = parse_project(a_ship(templates=[use], alarms=[], tags=[]))
    assert project.tags


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="there is no template 'zzz'"):
        read_template("zzz", None, Suggester())


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "gx", "soc", "*", "${x}", "victron_tank"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "source", "host", "unit", "limit", "tag"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_USES = st.dictionaries(st.sampled_from(["id", *TemplateUse.model_fields]), _ANYTHING, max_size=8)


@given(_USES, st.sampled_from(["victron_tank", "nmea2000_tank", "genset_gencomm"]), st.booleans())
def test_whatever_a_use_says_is_told_and_never_an_error_of_the_program(
    use: dict[str, object], name: str, named: bool
) -> None:
    uses = [use | {"template": name} if named else use]
    found = problems_in(a_ship(templates=uses))
    assert all(problem.message for problem in found)
    if not found:
        assert parse_project(a_ship(templates=uses)).templates == ()
