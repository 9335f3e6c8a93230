"""A lost sensor is one alarm, a lost device is one alarm, a start is none: real devices, staleness and engine."""

from pathlib import Path

import pytest

from tests.support.demo_at_sea import AtSea, at_sea
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmState, Suppression
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue

OIL, EXHAUST, ROOM = (TagId(name) for name in ("me_p.lo_press", "me_p.exh_temp", "er.temp"))


def a_ship() -> Project:
    """Two devices of the workboat; three alarms on one tag."""
    oil = {"tag": OIL, "operator": "<", "hysteresis": 0.2}
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Test"},
            "devices": [{"id": name, "driver": "simulator", "model": "workboat"} for name in ("er", "deck")],
            "tags": [
                {"id": OIL, "description": "Port oil pressure", "source": {"device": "er"}},
                {"id": EXHAUST, "source": {"device": "er"}},
                {"id": ROOM, "source": {"device": "deck"}},
            ],
            "alarms": [
                {"id": "low", "limit": 2.5, **oil},
                {"id": "low_low", "limit": 1.8, "priority": "alarm", **oil},
                {"id": "leaking", "limit": 0.1, "on_bad": "block", **oil},
                {"id": "hot", "tag": EXHAUST, "operator": ">", "limit": 580, "on_bad": "hold"},
                {"id": "fire", "tag": ROOM, "operator": ">", "limit": 90, "on_bad": "block"},
            ],
        }
    )


async def test_a_start_raises_nothing() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(30)
        assert ship.raised() == {}


async def test_a_device_that_needs_a_while_to_read_every_tag_is_no_lost_sensor() -> None:
    """All tags but one have come when the device is said to answer; that one comes seven seconds later."""
    async with at_sea(a_ship()) as ship:
        ship.late = {OIL: 7.0}
        await ship.sail(30)
        assert ship.raised() == {}


async def test_a_broken_wire_is_exactly_one_alarm_within_five_seconds() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(20)
        ship.break_wire(OIL)
        await ship.sail(60)
        assert list(ship.raised()) == ["me_p.lo_press.sensor"]
        assert ship.raised()["me_p.lo_press.sensor"] <= 25
        assert ship.engine.record("leaking").suppression is Suppression.SUPPRESSED_BY_DESIGN
        assert ship.engine.record("low").suppression is None
        ship.faults.clear(OIL)
        await ship.sail(5)
        assert ship.engine.record("me_p.lo_press.sensor").state is AlarmState.RECTIFIED
        assert ship.engine.record("leaking").suppression is None


async def test_a_tag_that_goes_stale_while_its_device_lives_is_a_lost_sensor() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(20)
        ship.late = {OIL: 1e9}
        await ship.sail(7)
        assert list(ship.raised()) == ["me_p.lo_press.sensor"]


async def test_the_lost_sensor_of_an_alarm_that_only_holds_is_told_by_nobody() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(20)
        ship.break_wire(EXHAUST)
        await ship.sail(20)
        assert ship.raised() == {}


async def test_a_lost_device_is_exactly_one_alarm_and_none_when_it_is_back() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(20)
        ship.faults.lose_node(OIL, "no answer")
        await ship.sail(60)
        assert list(ship.raised()) == ["system.device.er.lost"]
        assert ship.engine.record("me_p.lo_press.sensor").suppression is Suppression.SUPPRESSED_BY_DESIGN
        ship.faults.restore_node(OIL)
        await ship.sail(60)
        assert list(ship.raised()) == ["system.device.er.lost"]
        assert ship.engine.record("me_p.lo_press.sensor").suppression is None


async def test_a_device_that_comes_and_goes_raises_no_sensor_alarm() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(20)
        for _ in range(10):
            ship.faults.lose_node(OIL, "no answer")
            await ship.sail(3)
            ship.faults.restore_node(OIL)
            await ship.sail(4)
        assert set(ship.raised()) == {"system.device.er.lost"}


async def test_a_sensor_that_broke_while_its_device_was_lost_is_an_alarm_when_the_device_is_back() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(20)
        ship.faults.lose_node(OIL, "no answer")
        ship.break_wire(OIL)
        await ship.sail(20)
        ship.faults.restore_node(OIL)
        await ship.sail(10)
        assert list(ship.raised()) == ["system.device.er.lost", "me_p.lo_press.sensor"]


async def test_a_lost_sensor_that_was_told_stays_asked_when_its_device_is_lost_too() -> None:
    async with at_sea(a_ship()) as ship:
        await ship.sail(20)
        ship.break_wire(OIL)
        await ship.sail(10)
        ship.faults.lose_node(OIL, "no answer")
        await ship.sail(10)
        record = ship.engine.record("me_p.lo_press.sensor")
        assert (record.state, record.suppression) == (AlarmState.RECTIFIED, None)


@pytest.mark.parametrize("was_lost", [False, True])
async def test_a_restart_raises_no_sensor_alarm_that_did_not_stand(tmp_path: Path, *, was_lost: bool) -> None:
    file = tmp_path / "journal.sqlite"
    async with at_sea(a_ship(), file) as ship:
        await ship.sail(20)
        if was_lost:
            ship.break_wire(OIL)
            await ship.sail(10)
        before = ship.engine.record("me_p.lo_press.sensor").occurrence
    async with at_sea(a_ship(), file) as ship:
        ship.late = {OIL: 2.0}
        if was_lost:
            ship.break_wire(OIL)
        await ship.sail(30)
        assert ship.raised() == {}
        record = ship.engine.record("me_p.lo_press.sensor")
        assert (record.active, record.occurrence) == (was_lost, before)


def test_bad_is_bad() -> None:
    """What the wire says is what the alarm looks at: the simulator's broken wire is an OPC UA sensor failure."""
    ship = AtSea(a_ship())
    ship.break_wire(OIL)
    values: dict[TagId, TagValue] = dict(ship.drivers[0].tick_once())
    assert values[OIL].quality is Quality.BAD_SENSOR_FAILURE
