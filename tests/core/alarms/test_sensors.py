"""Which tags get an alarm on their lost sensor, and what it says."""

from typing import Any

import pytest

from tests.support.alarms import an_alarm
from tests.support.builders import a_tag
from vmshmi.core.alarms.model import AlarmDef, BadInput, Category, Measure, Operator, Priority
from vmshmi.core.alarms.sensors import sensor_alarms
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId

OIL = TagId("me_p.lo_press")


def made_for(*definitions: AlarmDef, tags: tuple[TagDef, ...] = (a_tag(),)) -> list[str]:
    return [definition.id for definition in sensor_alarms(definitions, tags)]


def bad_quality(**changes: Any) -> AlarmDef:
    return an_alarm("own", measure=Measure.BAD_QUALITY, operator=Operator.EQUAL, limit=1.0, **changes)


def test_a_tag_with_several_alarms_has_one_sensor_alarm() -> None:
    assert made_for(an_alarm("low"), an_alarm("low_low")) == ["me_p.lo_press.sensor"]


def test_a_tag_without_an_alarm_has_none() -> None:
    assert made_for(an_alarm(), tags=(a_tag(), a_tag("me_p.hours"))) == ["me_p.lo_press.sensor"]


@pytest.mark.parametrize("on_bad", [BadInput.HOLD, BadInput.BLOCK])
def test_an_alarm_that_is_told_to_hold_or_to_block_wants_none(on_bad: BadInput) -> None:
    assert made_for(an_alarm(on_bad=on_bad)) == []
    assert made_for(an_alarm("a", on_bad=on_bad), an_alarm("b")) == ["me_p.lo_press.sensor"]


def test_every_input_of_a_deviation_has_one() -> None:
    exhaust = tuple(TagId(f"exh{number}") for number in (1, 2, 3))
    definition = an_alarm(tag=exhaust[0], others=exhaust, measure=Measure.DEVIATION)
    assert made_for(definition, tags=tuple(map(a_tag, exhaust))) == ["exh1.sensor", "exh2.sensor", "exh3.sensor"]


def test_an_own_alarm_on_bad_quality_takes_its_place() -> None:
    assert made_for(an_alarm(), bad_quality()) == []
    assert made_for(an_alarm(), bad_quality(tag=TagId("other"))) == ["me_p.lo_press.sensor"]


def test_a_tag_without_a_device_has_no_sensor() -> None:
    assert made_for(an_alarm(), tags=(a_tag(device=""),)) == []


def test_it_is_a_warning_that_waits_until_its_device_answers() -> None:
    (made,) = sensor_alarms([an_alarm()], [a_tag()], escalate_s=300.0)
    assert (made.tag, made.measure, made.operator, made.limit) == (OIL, Measure.BAD_QUALITY, Operator.EQUAL, 1)
    assert (made.priority, made.escalate_s, made.group) == (Priority.WARNING, 300, "ME")
    assert made.message == "Port ME lube oil pressure: sensor failure"
    assert (made.enable_when, made.enable_delay_s) == ("system.device.plc1.online == 1", 5)
    assert made.delay_s == 3
    assert made.consequence_of == ("system.device.plc1.lost",)
    assert made.cause
    assert made.consequence
    assert made.action


@pytest.mark.parametrize(("categories", "category"), [("CC", Category.C), ("CB", Category.B), ("A", Category.B)])
def test_it_can_be_answered_on_the_bridge_when_one_of_the_tags_alarms_can(categories: str, category: Category) -> None:
    (made,) = sensor_alarms([an_alarm(letter, category=Category(letter)) for letter in categories], [a_tag()])
    assert made.category is category
