"""The demo vessel on the whole alarm system: quiet when nothing is wrong, and each story told in few alarms."""

import pytest

from tests.support.demo_at_sea import at_sea, the_demo
from vmshmi.core.alarms.model import AlarmState, Suppression
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId


async def test_ten_minutes_with_nothing_wrong_raise_no_alarm() -> None:
    async with at_sea(the_demo()) as ship:
        await ship.sail(600)
        assert ship.raised() == {}
        assert ship.engine.counts().standing == 0


async def test_the_lost_node_is_exactly_one_alarm_and_heals_without_another() -> None:
    async with at_sea(the_demo("lost-node")) as ship:
        await ship.sail(240)
        assert list(ship.raised()) == ["system.device.io_er.lost"]


async def test_broken_wires_are_one_alarm_each_within_five_seconds() -> None:
    async with at_sea(the_demo("sensor-fail")) as ship:
        await ship.sail(80)
        raised = ship.raised()
        assert list(raised) == ["me_p.exh_temp.sensor", "gb_s.lo_press.sensor"]
        assert raised["me_p.exh_temp.sensor"] <= 5 + 5
        assert raised["gb_s.lo_press.sensor"] <= 60 + 5


async def test_what_stopped_the_engine_is_marked_as_the_first_and_its_trip_waits_for_a_reset() -> None:
    async with at_sea(the_demo("lo-pressure")) as ship:
        await ship.sail(90)
        low, trip = ship.engine.record("me_p.lo_press.low_low"), ship.engine.record("me_p.state.trip")
        assert low.first_out
        assert trip.active
        assert not trip.first_out
        assert ship.engine.definitions()["me_p.state.trip"].latching


async def test_a_lost_thermocouple_of_the_mean_raises_no_deviation() -> None:
    async with at_sea(the_demo()) as ship:
        await ship.sail(60)
        for number in (2, 3):
            ship.break_wire(f"me_p.exh_cyl{number}")
        await ship.sail(60)
        assert list(ship.raised()) == ["me_p.exh_cyl2.sensor", "me_p.exh_cyl3.sensor"]


@pytest.mark.parametrize("tag", ["sw.temp", "sys.cpu_temp"])
async def test_a_comfort_alarm_whose_sensor_is_lost_is_blocked_and_says_so(tag: str) -> None:
    async with at_sea(the_demo()) as ship:
        await ship.sail(20)
        ship.break_wire(tag)
        await ship.sail(10)
        record = ship.engine.record(f"{tag}.high")
        assert (record.state, record.suppression) == (AlarmState.CLEARED, Suppression.SUPPRESSED_BY_DESIGN)
        assert ship.raised() == {}


async def test_a_drift_ends_in_a_false_alarm_and_a_stuck_or_noisy_sensor_in_none() -> None:
    async with at_sea(the_demo("sensor-fail")) as ship:
        stuck: set[object] = set()
        noisy: set[object] = set()
        await ship.sail(45)
        for _ in range(240):
            await ship.sail(0.5)
            stuck.add(ship.store.get(TagId("me_s.lo_press")).value)
            noisy.add(ship.store.get(TagId("t_fo_day.level")).value)
        assert len(stuck) == 1
        assert len(noisy) > 100
        drifted = ship.store.get(TagId("dg1.cw_temp"))
        assert drifted.quality is Quality.GOOD
        assert "dg1.cw_temp.high" in ship.raised()
        assert not [alarm for alarm in ship.raised() if alarm.startswith(("me_s.lo_press", "t_fo_day"))]
