"""The project of the demo vessel is complete and agrees with itself."""

import importlib.util
import json
from collections import Counter

from tests.runtime.drivers.simulator.sailing import aurora
from tests.support.sources import ROOT
from vmshmi.core.alarms.model import Category, Operator
from vmshmi.core.expression import parse
from vmshmi.core.tags import TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat

_FILE = ROOT / "resources" / "demo" / "aurora.vmsproj"


def test_it_has_the_whole_tag_list_and_all_its_alarms() -> None:
    assert len(aurora().tags) == 156
    assert len(aurora().alarms) == 156


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


def test_engine_alarms_can_be_answered_wherever_the_demo_is_shown() -> None:
    """Category C would lock the newcomer out on the bridge; only the depth needs the chart beside it."""
    assert [alarm.id for alarm in aurora().alarms if alarm.category is not Category.B] == ["nav.depth.low"]


def test_the_file_is_in_its_stable_form() -> None:
    tool = ROOT / "packaging" / "tools" / "format_vmsproj.py"
    spec = importlib.util.spec_from_file_location("format_vmsproj", tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = _FILE.read_text(encoding="utf-8")
    assert module.format_project(json.loads(text)) == text, f"run {tool.name} on {_FILE.name}"
    assert text.count('\n  {"id": ') >= 312  # a tag or an alarm a line
