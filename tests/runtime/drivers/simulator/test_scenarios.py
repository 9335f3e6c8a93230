"""Each scenario tells its story, soon and in order."""

import pytest

from tests.runtime.drivers.simulator.sailing import Sailing, aurora, tags_of
from vmshmi.core.devices import DeviceState
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator import SCENARIOS, find_scenario


def told(scenario: str, seconds: float) -> Sailing:
    """The ship after this long under this scenario."""
    voyage = Sailing(scenario)
    voyage.sail(seconds)
    return voyage


def in_order(voyage: Sailing, *alarms: str) -> bool:
    """True when all were raised, each not before the one in front of it."""
    raised = voyage.raised()
    times = [raised.get(alarm, float("inf")) for alarm in alarms]
    return times == sorted(times) and times[-1] < float("inf")


def test_the_list_holds_what_the_issue_and_the_manual_name() -> None:
    assert set(SCENARIOS) == {
        "normal", "blackout", "lo-pressure", "flood", "genset-trip", "fire", "bilge", "overheat", "sensor-fail",
        "lost-node", "chatter", "misfire", "rudder",
    }  # fmt: skip
    assert all(SCENARIOS[name].name == name and "\n" not in SCENARIOS[name].description for name in SCENARIOS)


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "normal"])
def test_a_newcomer_sees_an_alarm_within_half_a_minute(scenario: str) -> None:
    voyage = told(scenario, 30)
    lost = [driver for driver in voyage.drivers.values() if driver.status().state is not DeviceState.ONLINE]
    assert voyage.raised() or lost, "the supervision raises the alarm of a lost device"
    assert min(step.at_s for step in SCENARIOS[scenario].steps) <= 10


def test_lo_pressure_warns_then_trips_and_the_ship_slows() -> None:
    voyage = told("lo-pressure", 60)
    assert in_order(voyage, "bilge.er_f_high.high", "me_p.lo_press.low", "me_p.lo_press.low_low", "me_p.state.trip")
    voyage.sail(240)
    speed, clutch = voyage.values[TagId("nav.sog")].value, voyage.values[TagId("gb_p.clutch")].value
    assert isinstance(speed, float)
    assert speed < 8
    assert clutch == 0


def test_blackout_brings_the_emergency_generator_and_then_the_repaired_set() -> None:
    voyage = told("blackout", 90)
    assert in_order(voyage, "dg1.state.fail", "msb.source.dead", "er.fan_fail.fail", "esb.on_emerg.active")
    assert in_order(voyage, "dg1.cb.trip", "dg2.state.fail", "fire.main_press.low")
    assert voyage.values[TagId("msb.volt")].value == 0
    voyage.sail(200)
    assert voyage.values[TagId("dg2.cb")].value == 1
    assert voyage.values[TagId("esb.on_emerg")].value is False


def test_genset_trip_leaves_no_moment_without_power() -> None:
    voyage = told("genset-trip", 100)
    assert in_order(voyage, "dg1.lo_press.low", "dg1.state.fail")
    assert voyage.values[TagId("dg2.cb")].value == 1
    assert not {"msb.source.dead", "msb.freq.low", "msb.volt.low"} & set(voyage.raised())
    power = voyage.values[TagId("dg2.power")].value
    assert isinstance(power, float)
    assert power > 40


def test_overheat_begins_at_the_strainer_and_ends_in_a_trip() -> None:
    voyage = told("overheat", 150)
    assert in_order(
        voyage, "sw_s.press.low", "me_s.ca_temp.high", "me_s.ht_temp.high", "me_s.ht_temp.high_high", "me_s.state.trip"
    )
    assert "me_p.ht_temp.high" not in voyage.raised()


def test_bilge_water_spreads_and_beats_the_pump() -> None:
    voyage = told("bilge", 340)
    assert in_order(voyage, "bilge.er_a_high.high", "bilge.er_f_high.high", "bilge.pump1.fail", "msb.insul.low")
    voyage.sail(900)
    assert voyage.values[TagId("bilge.er_a_high")].value is False


def test_fire_goes_from_a_leak_to_a_dark_ship() -> None:
    voyage = told("fire", 200)
    assert in_order(
        voyage, "me_s.fo_leak.leak", "fire.er.fire", "fire.general.active", "me_s.state.trip", "me_s.exh_temp.sensor",
        "fire.co2_pre.active", "msb.source.dead", "esb.on_emerg.active",
    )  # fmt: skip
    assert voyage.values[TagId("me_s.exh_temp")].quality is Quality.BAD_SENSOR_FAILURE


def test_sensor_fail_shows_the_broken_wire_and_hides_the_stuck_sensor() -> None:
    voyage = told("sensor-fail", 120)
    broken = voyage.values[TagId("me_p.exh_temp")]
    assert (broken.value, broken.quality) == (None, Quality.BAD_SENSOR_FAILURE)
    assert in_order(voyage, "me_p.exh_temp.sensor", "gb_s.lo_press.sensor", "dg1.cw_temp.high")
    stuck: set[object] = set()
    for _ in range(20):
        voyage.sail(0.5)
        stuck.add(voyage.values[TagId("me_s.lo_press")].value)
    assert len(stuck) == 1
    assert voyage.values[TagId("me_s.lo_press")].quality is Quality.GOOD


def test_lost_node_loses_exactly_one_devices_tags_and_heals() -> None:
    voyage = told("lost-node", 10)
    bad = {tag for tag, sample in voyage.values.items() if sample.quality is Quality.BAD_NO_COMMUNICATION}
    assert bad == set(tags_of(aurora(), "io_er"))
    assert set(voyage.raised()) == set(), "the lost device is the one alarm, and it is the supervision's"
    states = {device: driver.status().state for device, driver in voyage.drivers.items() if device == "io_er"}
    assert states == {"io_er": DeviceState.BACKOFF}
    voyage.sail(175)
    assert all(sample.quality is Quality.GOOD for sample in voyage.values.values())
    assert voyage.drivers["io_er"].status().state is DeviceState.ONLINE
    assert voyage.log == []


def test_misfire_is_the_deviation_of_one_cylinder() -> None:
    assert list(told("misfire", 120).raised()) == ["me_s.exh_cyl4.deviation"]


def test_rudder_that_runs_away_does_not_follow_its_order() -> None:
    voyage = told("rudder", 60)
    assert list(voyage.raised()) == ["sg.rudder.deviation"]
    voyage.sail(120)
    assert voyage.log[-1].raised is False


def test_chatter_raises_one_alarm_again_and_again() -> None:
    voyage = told("chatter", 300)
    assert set(voyage.raised()) == {"bilge.er_f_high.high"}
    assert sum(line.raised for line in voyage.log) >= 3 * 4


def test_flood_is_at_least_a_thousand_transitions_in_ten_minutes() -> None:
    voyage = told("flood", 600)
    assert len(voyage.log) >= 1000
    assert len(voyage.raised()) >= 50


def test_an_unknown_scenario_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigurationError, match=r"no scenario 'lo-presure'; did you mean 'lo-pressure'\?"):
        find_scenario("lo-presure")
    with pytest.raises(ConfigurationError, match="there are normal, blackout"):
        find_scenario("zzzz")
