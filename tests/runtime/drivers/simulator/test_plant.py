"""The machinery hangs together."""

from dataclasses import replace
from random import Random

import pytest

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.bilge import BilgeSystem
from vmshmi.runtime.drivers.simulator.plant.emergency import EmergencySupply
from vmshmi.runtime.drivers.simulator.plant.power import CLOSED, OPEN, Switchboard
from vmshmi.runtime.drivers.simulator.plant.propulsion import (
    COOL_DOWN,
    RUNNING,
    STARTING,
    STOPPED,
    TRIPPED,
    DriveTrain,
    Surroundings,
)
from vmshmi.runtime.drivers.simulator.plant.tanks import FuelSystem
from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat

_CALM = Surroundings(water_c=18.0, room_c=36.0, load_share=1.0, has_fuel=True)


def run(train: DriveTrain, lever: float, seconds: float, around: Surroundings = _CALM) -> dict[str, float]:
    """Values of one side after this long on this lever."""
    for _ in range(int(seconds / 0.5)):
        train.advance(0.5, lever, 8.0, around)
    values: dict[TagId, float] = {}
    train.write(values)
    return {tag.partition("_p.")[0] + "." + tag.partition(".")[2]: value for tag, value in values.items()}


def train() -> DriveTrain:
    """A port side, warm and running."""
    return DriveTrain("p", Random(1), 100.0)


def test_more_lever_is_more_of_everything() -> None:
    side = train()
    slow = run(side, 0.3, 1800)
    fast = run(side, 0.9, 1800)
    rising = (
        "me.rpm", "me.load", "me.fuel_rate", "me.exh_temp", "me.ca_temp", "me.lo_temp", "me.ht_temp", "me.lo_press",
        "me.ht_press", "me.fo_press", "sw.press", "sh.rpm", "gb.lo_temp", "sh.brg_temp",
    )  # fmt: skip
    assert [name for name in rising if fast[name] <= slow[name]] == []


def test_the_exhaust_follows_the_load_late() -> None:
    side = train()
    before = run(side, 0.3, 1800)
    soon = run(side, 0.9, 30)
    later = run(side, 0.9, 300)
    load_done = (soon["me.load"] - before["me.load"]) / (later["me.load"] - before["me.load"])
    exhaust_done = (soon["me.exh_temp"] - before["me.exh_temp"]) / (later["me.exh_temp"] - before["me.exh_temp"])
    assert exhaust_done < load_done - 0.1


def test_hot_oil_is_thin() -> None:
    cool, hot = train(), train()
    hot.engine.oil_c = 120.0
    assert run(hot, 0.7, 10)["me.lo_press"] < run(cool, 0.7, 10)["me.lo_press"]


def test_the_clutch_reverses_only_at_low_speed() -> None:
    side = train()
    run(side, 0.8, 300)
    side.advance(0.5, -0.2, 8.0, _CALM)
    assert side.clutch != -1
    while side.clutch != -1:
        side.advance(0.5, -0.2, 8.0, _CALM)
        assert side.clutch != -1 or side.engine.rpm < 900.0
    assert run(side, -0.2, 60)["sh.rpm"] < -150


def test_a_clutch_that_says_engaged_has_its_pressure() -> None:
    side = train()
    for lever in (0.1, 0.0, -0.1, 0.1):
        for _ in range(200):
            side.advance(0.5, lever, 8.0, _CALM)
            assert side.clutch == 0 or side.gear_bar > 18.5


def test_an_engine_without_fuel_stops_and_declutches() -> None:
    values = run(train(), 0.8, 60, replace(_CALM, has_fuel=False))
    assert values["me.state"] == TRIPPED
    assert values["me.rpm"] == values["me.fuel_rate"] == values["me.lo_press"] == 0 or values["me.rpm"] < 5
    assert values["gb.clutch"] == 0


def test_stop_cools_down_first_and_start_cranks() -> None:
    side = train()
    side.engine.stop()
    assert run(side, 0.0, 60)["me.state"] == COOL_DOWN
    assert run(side, 0.0, 200)["me.state"] == STOPPED
    side.engine.start()
    assert run(side, 0.0, 2)["me.state"] == STARTING
    assert run(side, 0.0, 30)["me.state"] == RUNNING


def test_a_tripped_engine_does_not_start_before_its_reset() -> None:
    side = train()
    side.engine.trip("test")
    side.engine.start()
    assert run(side, 0.0, 60)["me.state"] == TRIPPED
    side.engine.reset()
    side.engine.start()
    assert run(side, 0.0, 60)["me.state"] == RUNNING


def test_the_safety_system_knows_what_came_first() -> None:
    side = train()
    side.engine.oil_leak_per_s = 0.05
    assert run(side, 0.7, 60)["me.state"] == TRIPPED
    assert side.engine.first_out == "lube oil pressure"
    hot = train()
    hot.engine.clogged = 0.9
    assert run(hot, 0.8, 300)["me.state"] == TRIPPED
    assert hot.engine.first_out == "jacket water temperature"


def test_running_hours_count_only_while_it_runs() -> None:
    side = train()
    before = side.engine.hours
    run(side, 0.5, 3600)
    assert side.engine.hours == pytest.approx(before + 1.0, abs=0.01)
    side.engine.trip("test")
    stopped = side.engine.hours
    run(side, 0.5, 3600)
    assert side.engine.hours == stopped


def board_after(board: Switchboard, seconds: float, demand_kw: float, *, wants_two: bool = False) -> Switchboard:
    """The board after this long under this demand."""
    for _ in range(int(seconds / 0.5)):
        board.advance(0.5, demand_kw, wants_two=wants_two)
    return board


def test_two_sets_share_what_the_board_takes() -> None:
    board = board_after(Switchboard(Random(1)), 60, 90.0, wants_two=True)
    assert board.dg1.power_kw == pytest.approx(45.0, abs=0.5)
    assert board.dg2.power_kw == pytest.approx(45.0, abs=0.5)


def test_what_the_sets_give_is_what_the_board_takes_at_every_moment() -> None:
    board = Switchboard(Random(1))
    for second in range(600):
        board.advance(0.5, 80.0, wants_two=100 < second < 300)
        assert board.dg1.power_kw + board.dg2.power_kw == pytest.approx(80.0)


def test_frequency_droops_with_load() -> None:
    light = board_after(Switchboard(Random(1)), 60, 30.0).hertz
    heavy = board_after(Switchboard(Random(1)), 60, 115.0).hertz
    assert 49.5 < heavy < light < 50.5


def test_a_long_overload_brings_the_second_set() -> None:
    board = board_after(Switchboard(Random(1)), 60, 140.0)
    assert board.dg2.breaker == CLOSED
    board_after(board, 600, 60.0)
    assert board.dg2.breaker == OPEN
    assert board.dg2.state == STOPPED


def test_a_dead_board_starts_the_set_that_can() -> None:
    board = Switchboard(Random(1))
    board.dg1.trip("test")
    board_after(board, 2, 60.0)
    assert not board.is_live
    assert board.hertz == 0
    board_after(board, 30, 60.0)
    assert board.is_live
    assert board.dg2.power_kw == pytest.approx(60.0)


def test_three_failed_attempts_end_in_a_start_failure() -> None:
    board = Switchboard(Random(1))
    board.dg2.start_blocked = True
    board.dg1.trip("test")
    states: list[int] = []
    for _ in range(200):
        board.advance(0.5, 60.0, wants_two=False)
        states.append(board.dg2.state)
    assert states[-1] == 5
    assert not board.is_live


def test_the_emergency_set_bridges_the_gap_and_goes_when_the_board_is_back() -> None:
    supply = EmergencySupply(Random(1))
    esb: list[bool] = []
    for half_second in range(400):
        supply.advance(0.5, board_live=not 20 <= half_second < 200, cranks_port=False, cranks_stbd=False)
        esb.append(supply.is_esb_live)
    assert esb[19]
    assert not esb[21]
    assert esb[60]
    assert all(esb[60:])
    assert not supply.is_running


def test_an_emergency_set_that_is_not_ready_stays_away() -> None:
    supply = EmergencySupply(Random(1))
    supply.is_ready = False
    for _ in range(100):
        supply.advance(0.5, board_live=False, cranks_port=False, cranks_stbd=False)
    assert not supply.is_esb_live
    assert supply.nav.volts < 27.0


def test_cranking_pulls_the_start_battery_down_for_a_moment() -> None:
    supply = EmergencySupply(Random(1))
    for _ in range(10):
        supply.advance(0.5, board_live=True, cranks_port=True, cranks_stbd=False)
    assert supply.start_port.volts < 24.0 < supply.start_stbd.volts
    for _ in range(400):
        supply.advance(0.5, board_live=True, cranks_port=False, cranks_stbd=False)
    assert supply.start_port.volts > 26.5


def test_fuel_is_neither_made_nor_lost() -> None:
    fuel = FuelSystem()
    before = fuel.port.litres + fuel.stbd.litres + fuel.day.litres
    for _ in range(3 * 3600):
        fuel.advance(1.0, 400.0, powered=True)
    after = fuel.port.litres + fuel.stbd.litres + fuel.day.litres
    assert before - after == pytest.approx(3 * 400.0, abs=0.5)


def test_the_day_tank_is_refilled_between_its_two_levels() -> None:
    fuel = FuelSystem()
    levels: list[float] = []
    pumping: set[bool] = set()
    for _ in range(12 * 3600):
        fuel.advance(1.0, 400.0, powered=True)
        levels.append(fuel.day.percent)
        pumping.add(fuel.is_pumping)
    assert 67.0 < min(levels) < 70.0
    assert 86.0 < max(levels) < 90.0
    assert pumping == {True, False}


def test_without_power_the_day_tank_runs_empty_and_the_engines_starve() -> None:
    fuel = FuelSystem()
    for _ in range(12 * 3600):
        fuel.advance(1.0, 400.0, powered=False)
    assert not fuel.has_fuel
    assert fuel.day.litres == 0


def test_bilge_water_is_pumped_into_the_holding_tank() -> None:
    bilge = BilgeSystem()
    bilge.aft_l = 19.0
    held = bilge.holding.litres
    water = bilge.water_l
    bilge.ingress_lph = 2_000.0
    for _ in range(600):
        bilge.advance(0.5, powered=True)
    bilge.ingress_lph = 0.0
    entered = 2_000.0 * 300.0 / 3600.0 + 5.0 * 300.0 / 3600.0
    assert bilge.holding.litres - held + bilge.water_l - water == pytest.approx(entered, abs=0.5)
    assert bilge.holding.litres > held


def test_the_air_compressor_cycles() -> None:
    ship = Workboat(2)
    pressures: list[float] = []
    for _ in range(3 * 3600):
        ship.advance(1.0)
        pressures.append(ship.values[TagId("air.press")])
    assert 22.0 < min(pressures) < 23.5
    assert 29.0 < max(pressures) < 30.0


def test_one_engine_alone_is_slow_and_steered_against() -> None:
    ship = Workboat(2)
    for _ in range(60):
        ship.advance(1.0)
    both = ship.values[TagId("nav.sog")]
    ship.port.engine.trip("test")
    rudder = 0.0
    for _ in range(400):
        ship.advance(1.0)
        rudder += ship.values[TagId("sg.rudder")] / 400
    assert ship.values[TagId("nav.sog")] < 0.65 * both
    assert rudder > 2.0
