"""The project as definitions for the rest of the program, and as data again."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.ship import Data, a_ship
from vmshmi.config.loader import load_project, parse_project, project_to_data
from vmshmi.core.alarms.model import Category, Priority
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagKind

RESOURCES = Path(__file__).parents[2] / "resources"


def optional(**keys: st.SearchStrategy[object]) -> st.SearchStrategy[Data]:
    return st.fixed_dictionaries({}, optional=keys)


seconds = st.floats(1, 1000)
numbers = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
texts = st.text(max_size=8)
modbus_sources = st.builds(
    lambda base, more: {**base, **more},
    st.fixed_dictionaries(
        {"device": st.just("plc1"), "table": st.sampled_from(["holding", "input"]), "address": st.integers(0, 65_000)}
    ),
    optional(
        type=st.sampled_from(["uint16", "int32", "float64"]),
        word_order=st.sampled_from(["big", "little"]),
        scale=st.floats(0.001, 10),
        offset=numbers,
        unit=st.integers(0, 255),
    ),
)
simulator_sources = st.builds(
    lambda more: {"device": "sim", **more},
    optional(signal=st.sampled_from(["auto", "sine"]), period_s=seconds, minimum=numbers),
)
tag_facts = optional(
    description=texts,
    unit=st.sampled_from(["bar", "°C", ""]),
    kind=st.sampled_from(["analog", "counter", "enum"]),
    range_normal_min=numbers,
    decimals=st.integers(0, 6) | st.none(),
    states=st.dictionaries(st.integers(0, 9).map(str), texts, max_size=3),
    initial=st.booleans() | numbers,
    stale_after_s=seconds,
    source=modbus_sources | simulator_sources | st.none(),
)
alarm_facts = optional(
    hysteresis=st.floats(0, 10),
    delay_s=seconds,
    priority=st.sampled_from([priority.value for priority in Priority]),
    category=st.sampled_from([category.value for category in Category]),
    message=texts,
    enable_when=st.sampled_from(["", "t0 > 1"]),
)


@st.composite
def ships(draw: st.DrawFn) -> Data:
    tags = [{"id": f"t{index}", **draw(tag_facts)} for index in range(draw(st.integers(1, 4)))]
    alarms = [
        {"id": f"a{index}", "tag": "t0", "operator": ">", "limit": draw(numbers), **draw(alarm_facts)}
        for index in range(draw(st.integers(0, 3)))
    ]
    return a_ship(tags=tags, alarms=alarms, users=draw(st.lists(texts, unique=True, max_size=2)))


@given(ships())
def test_a_project_as_data_is_the_same_project_again(data: Data) -> None:
    project = parse_project(data)
    again = json.loads(json.dumps(project_to_data(project)))
    assert parse_project(again) == project


def test_data_of_a_project_leaves_out_what_nobody_had_to_write() -> None:
    assert project_to_data(parse_project(a_ship(devices=[], alarms=[], tags=[{"id": "a", "kind": "analog"}]))) == {
        "vmsproj": 1,
        "vessel": {"name": "MV Aurora", "imo": "9074729"},
        "tags": [{"id": "a"}],
    }


@pytest.mark.parametrize("file", list(RESOURCES.rglob("*.vmsproj")), ids=lambda file: file.name)
def test_a_project_of_the_resources_is_the_same_after_a_journey_as_data(file: Path) -> None:
    project = load_project(file)
    assert parse_project(json.loads(json.dumps(project_to_data(project)))) == project


def test_a_tag_definition_carries_what_the_file_says() -> None:
    lo_press, run, mode = parse_project(a_ship()).tag_definitions()
    assert (lo_press.id, lo_press.unit, lo_press.device, lo_press.kind) == (
        "me_p.lo_press",
        "bar",
        "plc1",
        TagKind.ANALOG,
    )
    assert run.kind is TagKind.DIGITAL
    assert mode.device == ""


def test_states_are_in_the_order_of_their_numbers() -> None:
    tags = [{"id": "t", "kind": "enum", "states": {"10": "c", "9": "b", "-1": "a"}}]
    (definition,) = parse_project(a_ship(tags=tags, alarms=[])).tag_definitions()
    assert definition.states == ((-1, "a"), (9, "b"), (10, "c"))


def test_an_alarm_without_group_and_message_takes_them_from_its_tag_and_its_id() -> None:
    definition, _ = parse_project(a_ship()).alarm_definitions()
    assert definition.group == "ME"
    assert definition.message == "me_p.lo_press.low"


def test_the_alarms_on_lost_sensors_come_after_those_of_the_file() -> None:
    _, sensor = parse_project(a_ship(alarm_system={"escalate_warnings_s": 120})).alarm_definitions()
    assert (sensor.id, sensor.tag, sensor.escalate_s) == ("me_p.lo_press.sensor", "me_p.lo_press", 120)


def test_without_an_id_the_first_station_is_taken() -> None:
    project = parse_project(a_ship(stations=[{"id": "bridge", "banner": "non_modal"}, {"id": "ecr"}]))
    assert project.station("").id == "bridge"
    assert project.station("ecr").banner == "modal"


def test_a_project_without_stations_takes_any_name() -> None:
    project = parse_project(a_ship())
    assert project.station("").id == "local"
    assert project.station("cabin").id == "cabin"


def test_an_unknown_station_is_refused_with_those_there_are() -> None:
    project = parse_project(a_ship(stations=[{"id": "bridge"}]))
    with pytest.raises(ConfigurationError, match=r"cabin.*bridge"):
        project.station("cabin")
