"""MV Aurora as a whole: her systems, in the order in which one feeds the next, and her tags."""

import math
from collections.abc import Mapping
from dataclasses import replace
from random import Random

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.faults import FaultBoard
from vmshmi.runtime.drivers.simulator.orders import OrderRefused
from vmshmi.runtime.drivers.simulator.plant.auxiliaries import Auxiliaries
from vmshmi.runtime.drivers.simulator.plant.bilge import BilgeSystem
from vmshmi.runtime.drivers.simulator.plant.dynamics import clamped, lagged
from vmshmi.runtime.drivers.simulator.plant.emergency import EmergencySupply
from vmshmi.runtime.drivers.simulator.plant.environment import Orders, Sea, Voyage
from vmshmi.runtime.drivers.simulator.plant.noise import noise_of
from vmshmi.runtime.drivers.simulator.plant.power import Switchboard
from vmshmi.runtime.drivers.simulator.plant.propulsion import STARTING, DriveTrain, Surroundings
from vmshmi.runtime.drivers.simulator.plant.tanks import FuelSystem, HotelTanks

_FULL_KN = 13.6
MANOEUVRING, SEA = 1, 2
"""Modes of the vessel, as the tag numbers them; 0 is harbour, where the demo never lies."""

_CONTACTS: Mapping[str, float] = {
    **dict.fromkeys(
        (
            "me_p.ht_level_low", "me_p.override", "me_s.ht_level_low", "me_s.override",
            "sh_p.st_oil_low", "sh_s.st_oil_low", "t_do.high",
            "bilge.sg_high", "bilge.bt_high", "bilge.fp_high", "bilge.hold_high",
            "bilge.void_p_high", "bilge.void_s_high",
            "sg1.overload", "sg1.phase", "sg1.oil_low", "sg2.overload", "sg2.phase", "sg2.oil_low",
            "sg.ctrl_fail", "fire.er", "fire.acc", "fire.panel_fault", "fire.co2_pre", "fire.general",
            "nl.mast_fail", "nl.side_p_fail", "nl.side_s_fail", "nl.stern_fail", "nl.power_fail",
            "fo_sep.wif", "bt.overload", "bt.hyd_low", "wtd.er_open", "hatch.aft_open",
            "pers.deadman", "pers.eng_call", "bnwas.stage", "sys.watchdog",
        ),
        0.0,
    ),
    "sys.node1_online": 1.0, "sys.can_online": 1.0, "sys.time_sync": 1.0, "sys.hist_free": 71.4,
}  # fmt: skip
"""What simply is as it is until somebody sets it."""


class Workboat:
    """The plant; starts under way at sea, both engines running, DG1 on the board.

    Args:
        seed: the same seed and the same steps give the same voyage.
    """

    def __init__(self, seed: int) -> None:
        rng = Random(seed)
        self.voyage = Voyage(rng)
        self.sea = Sea(rng)
        self.port = DriveTrain("p", rng, 118.6)
        self.stbd = DriveTrain("s", rng, 121.3)
        self.board = Switchboard(rng)
        self.emergency = EmergencySupply(rng)
        self.fuel = FuelSystem()
        self.hotel = HotelTanks()
        self.bilge = BilgeSystem()
        self.auxiliaries = Auxiliaries(rng)
        self.faults = FaultBoard()
        self.speed_kn = 11.6
        self.mode = SEA
        self.contacts: dict[TagId, float] = {TagId(tag): value for tag, value in _CONTACTS.items()}
        """Contacts and settings that nothing in the plant moves; a scenario may."""
        self._values: dict[TagId, float] = {}
        self._write()

    @property
    def values(self) -> Mapping[TagId, float]:
        """The truth now."""
        return self._values

    def noise(self, tag: TagId) -> float:
        """Standard deviation of this tag's instrument."""
        return noise_of(tag)

    def order(self, tag: TagId, value: float) -> None:
        """Do what the alarm system's operator commands.

        Raises:
            OrderRefused: when the ship does not do that, or not now.
        """
        run = value >= 0.5
        match tag:
            case "dg2.order":
                self.board.run_by_hand(self.board.dg2, run=run)
            case "bilge.pump1_order":
                self.bilge.is_ordered = run
            case "sw_xover.order":
                self.auxiliaries.crossover.is_ordered_open = run
            case "frz.temp_set":
                self.auxiliaries.freezer_set_c = value
            case _:
                raise OrderRefused(f"nothing on this ship obeys {tag}")
        self._write()

    def advance(self, dt_s: float) -> None:
        """Let `dt_s` seconds pass, at most 1."""
        orders = self._steered(self.voyage.advance(dt_s))
        self.mode = MANOEUVRING if orders.is_on_station else SEA
        self.sea.advance(dt_s, is_on_station=orders.is_on_station)
        around = Surroundings(
            water_c=self.sea.water_c,
            room_c=self.auxiliaries.room_c,
            load_share=self.sea.load_share,
            has_fuel=self.fuel.has_fuel,
        )
        self.port.advance(dt_s, orders.lever_port, self.speed_kn, around)
        self.stbd.advance(dt_s, orders.lever_stbd, self.speed_kn, around)
        thrust = 0.5 * (self.port.thrust + self.stbd.thrust)
        self.speed_kn = lagged(self.speed_kn, _FULL_KN * clamped(thrust, -0.4, 1.0), dt_s, 55.0)
        self._electrics(dt_s, wants_two=orders.is_on_station)
        live = self.board.is_live
        self.auxiliaries.advance(
            dt_s,
            orders,
            powered=live,
            emergency=self.emergency.is_esb_live,
            engine_heat=0.5 * (self.port.engine.load + self.stbd.engine.load),
        )
        burnt = self.port.engine.fuel_lph + self.stbd.engine.fuel_lph + self.board.fuel_lph
        self.fuel.advance(dt_s, burnt, powered=live)
        self.hotel.advance(dt_s, powered=live)
        self.bilge.forward_l += self.port.engine.spilt_l + self.stbd.engine.spilt_l
        self.bilge.advance(dt_s, powered=live)
        self._write()

    def _steered(self, orders: Orders) -> Orders:
        """The autopilot holds the course against an engine that pushes alone."""
        return replace(orders, rudder_deg=orders.rudder_deg + 8.0 * (self.stbd.thrust - self.port.thrust))

    def _electrics(self, dt_s: float, *, wants_two: bool) -> None:
        if not self.fuel.has_fuel:
            self.board.dg1.trip("no fuel")
            self.board.dg2.trip("no fuel")
        self.board.advance(dt_s, self.auxiliaries.demand_kw, wants_two=wants_two)
        self.emergency.advance(
            dt_s,
            board_live=self.board.is_live,
            cranks_port=self.port.engine.state == STARTING,
            cranks_stbd=self.stbd.engine.state == STARTING,
        )

    def _write(self) -> None:
        values = self._values
        values.update(self.contacts)
        self.port.write(values)
        self.stbd.write(values)
        self.board.write(values)
        self.emergency.write(values)
        self.fuel.write(values)
        self.hotel.write(values)
        self.bilge.write(values)
        self.auxiliaries.write(values)
        values[TagId("vessel.mode")] = self.mode
        values[TagId("nav.sog")] = abs(self.speed_kn)
        values[TagId("nav.depth")] = self.sea.depth_m
        values[TagId("nav.roll")] = self.sea.roll_deg
        values[TagId("sw.temp")] = self.sea.water_c
        values[TagId("sys.sensor_faults")] = self.faults.broken_wires()
        self._slosh(values)

    def _slosh(self, values: dict[TagId, float]) -> None:
        """Levels move a little with the roll; a damped float shows a tenth of it."""
        heel = 0.02 * math.sin(math.radians(self.sea.roll_deg)) * 100.0
        values[TagId("t_fo_p.level")] += heel
        values[TagId("t_fo_s.level")] -= heel
