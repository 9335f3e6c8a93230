"""The project of the demo vessel is complete and agrees with itself."""

import importlib.util
import json
from collections import Counter

from tests.runtime.drivers.simulator.sailing import aurora
from tests.support.sources import ROOT
from vmshmi.core.alarms.model import BadInput, Category, Measure, Operator
from vmshmi.core.expression import parse
from vmshmi.core.tags import TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat

_FILE = ROOT / "resources" / "demo" / "aurora.vmsproj"


def test_it_has_the_whole_tag_list_and_all_its_alarms() -> None:
    assert len(aurora().tags) == 176
    assert len(aurora().alarms) == 172


def test_every_tag_is_one_of_the_plants_and_the_plant_has_no_other() -> None:
    assert {TagId(tag.id) for tag in aurora().tags} == set(Workboat(1).values)


def test_every_alarm_watches_a_tag_and_asks_only_for_tags() -> None:
    tags = {tag.id for tag in aurora().tags}
    for alarm in aurora().alarms:
        assert alarm.tag in tags
        assert alarm.id.startswith(f"{alarm.tag}.")
        if alarm.enable_when:
            assert set(parse(alarm.enable_when).tags) <= tags


def test_no_alarm_stands_within_the_normal_range() -> None:
    """Raised outside it, and gone before a value is back in the middle of it."""
    tags = {tag.id: tag for tag in aurora().tags}
    for alarm in aurora().alarms:
        if alarm.measure is not Measure.VALUE:
            continue  # what is held against its limit is not the value
        assert alarm.limit is not None
        low, high = tags[alarm.tag].range_normal_min, tags[alarm.tag].range_normal_max
        assert low is not None
        assert high is not None
        match alarm.operator:
            case Operator.GREATER:
                assert alarm.limit - alarm.hysteresis >= high
            case Operator.GREATER_EQUAL:
                assert alarm.limit >= high
            case Operator.LESS:
                assert alarm.limit + alarm.hysteresis <= low
            case Operator.EQUAL:
                assert not low <= alarm.limit <= high
            case _:
                assert alarm.limit - alarm.hysteresis >= high


def test_every_analog_has_a_unit_a_sensor_range_and_decimals() -> None:
    for tag in aurora().tags:
        if tag.kind is TagKind.ANALOG:
            assert tag.unit, tag.id
            ends = (tag.range_min, tag.range_normal_min, tag.range_normal_max, tag.range_max)
            assert None not in ends, tag.id
            assert list(ends) == sorted(end for end in ends if end is not None), tag.id
            assert tag.decimals is not None, tag.id


def test_every_state_has_a_word() -> None:
    for tag in aurora().tags:
        if tag.kind in (TagKind.DIGITAL, TagKind.ENUM):
            assert len(tag.states) >= 2, tag.id
            assert len(set(tag.states.values())) == len(tag.states), tag.id


def test_no_two_alarms_and_no_two_tags_read_alike() -> None:
    messages = Counter(alarm.message for alarm in aurora().alarms)
    descriptions = Counter(tag.description for tag in aurora().tags)
    assert all([*messages, *descriptions])
    assert [text for text, count in messages.items() if count > 1] == []
    assert [text for text, count in descriptions.items() if count > 1] == []


def test_the_important_alarms_explain_themselves() -> None:
    """An explanation is whole or not there, and every alarm a person must act on at once has one."""
    explained = [alarm for alarm in aurora().alarms if alarm.cause or alarm.consequence or alarm.action]
    assert len(explained) >= 40
    assert all(alarm.cause and alarm.consequence and alarm.action for alarm in explained)


def test_the_bridge_answers_what_it_must_act_on_and_only_follows_the_machinery() -> None:
    category = {alarm.id: alarm.category for alarm in aurora().alarms}
    assert category["nav.depth.low"] is Category.A, "judging it needs the chart beside it"
    for alarm in ("me_p.state.trip", "sg.ctrl_fail.fail", "fire.er.fire", "bilge.er_a_high.high", "msb.source.dead"):
        assert category[alarm] is Category.B
    for alarm in ("me_p.lo_press.low_low", "dg1.lo_press.low", "t_lo.level.low", "me_s.exh_cyl4.deviation"):
        assert category[alarm] is Category.C
    rules = aurora().alarm_rules()
    assert rules.rights("bridge").bridge
    assert rules.rights("ecr").acknowledge_visible


def test_the_alarms_of_the_full_system_are_all_in_use() -> None:
    alarms = aurora().alarms
    assert {alarm.measure for alarm in alarms} == set(Measure) - {Measure.BAD_QUALITY}
    assert {alarm.on_bad for alarm in alarms} == set(BadInput)
    assert all(alarm.latching for alarm in alarms if alarm.id.endswith((".trip", "state.fail")))
    assert all(alarm.realarm_s for alarm in alarms if alarm.id.startswith("bilge.") and "_high" in alarm.id)
    assert {alarm.first_out for alarm in alarms} == {"", "me_p trip", "me_s trip", "dg1 trip", "dg2 trip"}
    assert sum("msb.source.dead" in alarm.consequence_of for alarm in alarms) >= 10
    assert sum("vessel.mode" in alarm.enable_when for alarm in alarms) >= 2


def test_every_tag_with_an_alarm_that_needs_it_has_a_sensor_alarm() -> None:
    definitions = {definition.id: definition for definition in aurora().alarm_definitions()}
    made = [definition for definition in definitions.values() if definition.measure is Measure.BAD_QUALITY]
    assert "me_p.exh_cyl1.sensor" in definitions
    assert "me_p.hours.sensor" not in definitions, "nobody acts on a lost counter of hours"
    assert "sw.temp.sensor" not in definitions
    assert len({definition.tag for definition in made}) == len(made) > 100


def test_the_file_is_in_its_stable_form() -> None:
    tool = ROOT / "packaging" / "tools" / "format_vmsproj.py"
    spec = importlib.util.spec_from_file_location("format_vmsproj", tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = _FILE.read_text(encoding="utf-8")
    assert module.format_project(json.loads(text)) == text, f"run {tool.name} on {_FILE.name}"
    assert text.count('\n  {"id": ') >= 343  # a tag or an alarm a line
