"""The stories behind the scenarios. Each begins within ten seconds, and what follows, follows from the plant.

A story only breaks things: which alarms come, and in which order, is the machinery's own doing.
"""

from collections.abc import Iterable, Mapping

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.faults import BrokenWire, Chatter, Drift, Noise, Stuck
from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat
from vmshmi.runtime.drivers.simulator.script import Action, Step


def _contact(tag: str, value: float) -> Action:
    def switch(ship: Workboat) -> None:
        ship.contacts[TagId(tag)] = value

    return switch


def _dg1_loses_its_fuel(ship: Workboat) -> None:
    ship.board.dg2.start_blocked = True
    ship.board.dg1.trip("fuel")


def _dg2_is_repaired(ship: Workboat) -> None:
    ship.board.dg2.reset()


BLACKOUT = (
    Step(5, _dg1_loses_its_fuel),
    Step(240, _dg2_is_repaired),  # the automation starts it at once: the board is dead
    Step(330, lambda ship: ship.board.dg1.reset()),
)


def _dg1_leaks(part_per_s: float) -> Action:
    def leak(ship: Workboat) -> None:
        ship.board.dg1.oil_leak_per_s = part_per_s

    return leak


GENSET_TRIP = (
    Step(4, _dg1_leaks(0.055)),
    Step(15, _dg1_leaks(0.003)),
    Step(300, lambda ship: ship.board.dg1.reset()),
)


def _port_oil_leaks(part_per_s: float) -> Action:
    def leak(ship: Workboat) -> None:
        ship.port.engine.oil_leak_per_s = part_per_s

    return leak


LO_PRESSURE = (
    Step(4, _port_oil_leaks(0.024)),  # a hose of the oil cooler bursts: the oil shows in the bilge first
    Step(28, _port_oil_leaks(0.006)),
)


def _stbd_strainer(part_per_s: float) -> Action:
    def clog(ship: Workboat) -> None:
        ship.stbd.engine.clog_per_s = part_per_s

    return clog


def _stbd_starts_again(ship: Workboat) -> None:
    ship.stbd.engine.reset()
    ship.stbd.engine.start()


OVERHEAT = (
    Step(3, _stbd_strainer(0.12)),
    Step(10, _stbd_strainer(0.0)),
    Step(420, _stbd_strainer(-0.1)),  # cleaned
    Step(900, _stbd_starts_again),
)


def _leak_into_engine_room(litres_per_hour: float) -> Action:
    def leak(ship: Workboat) -> None:
        ship.bilge.ingress_lph = litres_per_hour

    return leak


def _bilge_pump_fails(*, failed: bool) -> Action:
    def fail(ship: Workboat) -> None:
        ship.bilge.pump_failed = failed

    return fail


def _wet_switchgear(wetness: float) -> Action:
    def wet(ship: Workboat) -> None:
        ship.board.wetness = wetness

    return wet


BILGE = (
    Step(4, _leak_into_engine_room(18_000.0)),
    Step(150, _wet_switchgear(1.0)),
    Step(200, _bilge_pump_fails(failed=True)),  # rags in the suction
    Step(300, _leak_into_engine_room(0.0)),  # the sea valve is found and shut
    Step(330, _bilge_pump_fails(failed=False)),
    Step(600, _wet_switchgear(0.2)),
)


def _fuel_line_bursts(ship: Workboat) -> None:
    ship.stbd.engine.fuel_leak = True


def _fire_is_detected(ship: Workboat) -> None:
    ship.contacts[TagId("fire.er")] = 1.0
    ship.auxiliaries.fire_kw = 200.0


def _emergency_stops(ship: Workboat) -> None:
    ship.auxiliaries.fans_stopped = True
    ship.stbd.engine.trip("emergency stop")
    ship.stbd.engine.fuel_leak = False


def _hoses_are_run_out(ship: Workboat) -> None:
    ship.auxiliaries.hydrants_open = True


def _cables_burn(tags: Iterable[str]) -> Action:
    def burn(ship: Workboat) -> None:
        for tag in tags:
            ship.faults.add(BrokenWire(TagId(tag)))

    return burn


def _engine_room_is_closed_down(ship: Workboat) -> None:
    """Pre-discharge: everybody out, fuel shut off; what runs on the day tank stops."""
    ship.contacts[TagId("fire.co2_pre")] = 1.0
    ship.fuel.valve_shut = True


def _fire_is_out(ship: Workboat) -> None:
    ship.auxiliaries.fire_kw = 0.0
    ship.contacts[TagId("fire.co2_pre")] = 0.0


FIRE = (
    Step(4, _fuel_line_bursts),
    Step(14, _fire_is_detected),
    Step(35, _contact("fire.general", 1.0)),
    Step(45, _emergency_stops),
    Step(60, _hoses_are_run_out),
    Step(65, _contact("fire.panel_fault", 1.0)),  # the loop burns
    Step(75, _cables_burn(("me_s.exh_temp", "me_s.fo_press"))),
    Step(90, _cables_burn(("me_s.ht_temp", "gb_s.lo_temp"))),
    Step(150, _engine_room_is_closed_down),
    Step(210, _fire_is_out),
    Step(420, _contact("fire.er", 0.0)),
    Step(480, _contact("fire.general", 0.0)),
)

SENSOR_FAIL = (
    Step(5, _cables_burn(("me_p.exh_temp",))),
    Step(15, lambda ship: ship.faults.add(Stuck(TagId("me_s.lo_press")))),
    Step(20, lambda ship: ship.faults.add(Drift(TagId("dg1.cw_temp"), per_s=0.25, limit=40.0))),
    Step(30, lambda ship: ship.faults.add(Noise(TagId("t_fo_day.level"), amplitude=6.0))),
    Step(60, _cables_burn(("gb_s.lo_press",))),
)


def _stbd_cylinder_fails(number: int) -> Action:
    def fail(ship: Workboat) -> None:
        ship.stbd.engine.dead_cylinder = number

    return fail


MISFIRE = (
    Step(4, _stbd_cylinder_fails(4)),  # its injector sticks
    Step(600, _stbd_cylinder_fails(0)),
)


def _rudder_runs_to(degrees: float | None) -> Action:
    def run(ship: Workboat) -> None:
        ship.auxiliaries.runaway_deg = degrees

    return run


RUDDER = (
    Step(4, _rudder_runs_to(22.0)),  # a valve of the steering gear sticks open
    Step(120, _rudder_runs_to(None)),
)


_NODE_READS = TagId("me_p.rpm")
"""The node that is lost is the one that reads this tag."""


def _node_is_lost(ship: Workboat) -> None:
    ship.faults.lose_node(_NODE_READS, "no answer to three requests")
    ship.contacts[TagId("sys.node1_online")] = 0.0


def _node_is_back(ship: Workboat) -> None:
    ship.faults.restore_node(_NODE_READS)
    ship.contacts[TagId("sys.node1_online")] = 1.0


LOST_NODE = (Step(5, _node_is_lost), Step(180, _node_is_back))

CHATTER = (
    Step(0, lambda ship: ship.faults.add(Chatter(TagId("bilge.er_f_high"), 1.0, on_s=12.0, off_s=8.0, phase_s=4.0))),
)

_FLOODED: Mapping[str, float] = {
    **dict.fromkeys(
        (
            "me_p.ht_level_low", "me_p.fo_leak", "me_p.override", "me_s.ht_level_low", "me_s.fo_leak", "me_s.override",
            "sh_p.st_oil_low", "sh_s.st_oil_low", "chg_nav.fail", "t_fo_ovf.high",
            "bilge.er_f_high", "bilge.er_a_high", "bilge.sg_high", "bilge.bt_high", "bilge.hold_high",
            "sg1.no_volt", "sg1.overload", "sg1.phase", "sg1.oil_low",
            "sg2.no_volt", "sg2.overload", "sg2.phase", "sg2.oil_low", "sg.ctrl_fail",
            "fire.panel_fault", "nl.mast_fail", "nl.side_p_fail", "nl.side_s_fail", "nl.stern_fail", "nl.power_fail",
            "er.fan_fail", "ac.fault", "fo_sep.fault", "fo_sep.wif", "bt.overload", "bt.hyd_low",
            "pers.deadman", "pers.eng_call", "sys.ups_on_batt",
        ),
        1.0,
    ),
    "edg.ready": 0.0, "sys.can_online": 0.0, "bilge.pump1": 2.0, "fo_xfer.pump": 2.0,
    "me_p.lo_press": 0.3, "me_p.ht_press": 0.1, "me_p.fo_press": 0.4, "me_p.ht_temp": 118.0,
    "me_s.lo_press": 0.3, "me_s.ht_press": 0.1, "me_s.fo_press": 0.4, "me_s.ht_temp": 118.0,
    "gb_p.lo_press": 0.5, "gb_s.lo_press": 0.5, "sw_p.press": 0.0, "sw_s.press": 0.0,
    "dg1.lo_press": 0.2, "dg1.cw_temp": 115.0, "msb.volt": 120.0, "msb.freq": 44.0, "air.press": 3.0,
}  # fmt: skip
"""Inputs of the wet junction box, and what each says while its terminals are bridged."""


def _junction_box_gets_wet(ship: Workboat) -> None:
    """Sixty inputs, each on a rhythm of its own, so that no two minutes are alike."""
    for number, (tag, value) in enumerate(_FLOODED.items()):
        phase_s = 4.0 + number * 0.45
        on_s = 22.0 + number % 5
        off_s = 9.0 + number % 7
        ship.faults.add(Chatter(TagId(tag), value, on_s, off_s, phase_s))


FLOOD = (Step(0, _junction_box_gets_wet),)
