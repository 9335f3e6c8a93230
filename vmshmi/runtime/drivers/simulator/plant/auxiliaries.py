"""Air, steering, ventilation, fire main, freezer, crane, bow thruster: what takes power and serves the rest."""

import math
from random import Random

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.dynamics import Thermostat, Wander, clamped, lagged, ramped
from vmshmi.runtime.drivers.simulator.plant.environment import Orders

FREEZER_SET_C = -20.0
_FREEZER_BAND_K = 1.6
_VALVE_TRAVEL_S = 6.0


class MotorValve:
    """A valve that takes some seconds to go where it is ordered, and stays where it is without current."""

    CLOSED, OPEN, TRAVELLING = range(3)
    """As its tag numbers them."""

    def __init__(self) -> None:
        self.is_ordered_open = False
        self._opening = 0.0

    @property
    def state(self) -> int:
        """What its limit switches say."""
        return {0.0: self.CLOSED, 1.0: self.OPEN}.get(self._opening, self.TRAVELLING)

    def advance(self, dt_s: float, *, powered: bool) -> None:
        """Travel on."""
        if powered:
            self._opening = ramped(self._opening, float(self.is_ordered_open), dt_s, 1.0 / _VALVE_TRAVEL_S)


class Auxiliaries:
    """The small machines. Faults anybody may set: `fans_stopped`, `fire_kw`, `hydrants_open`, `runaway_deg`.

    Args:
        rng: the plant's randomness.
    """

    def __init__(self, rng: Random) -> None:
        self._time_s = 0.0
        self._rng = rng
        self.fans_stopped = False
        self.fire_kw = 0.0
        """Heat of a fire in the engine room."""
        self.hydrants_open = False
        self.runaway_deg: float | None = None
        """Where a stuck valve lets the rudder run, whatever is ordered."""
        self.air_bar = 26.4
        self.room_c = 37.0
        self.freezer_c = -20.2
        self.fire_main_bar = 6.4
        self.freezer_set_c = FREEZER_SET_C
        """Set-point of the freezer; anybody may set it."""
        self.crossover = MotorValve()
        """Between the two sea water mains."""
        self.crane_c = 22.0
        self.rudder_deg = 0.0
        self.rudder_order_deg = 0.0
        self.thruster_kw = 0.0
        self.filter_bar = 0.16
        self.processor_c = 51.0
        self.write_lag_s = 0.2
        self._compressor = Thermostat(23.2, 29.2)
        self._freezer = Thermostat(_FREEZER_BAND_K, -_FREEZER_BAND_K)
        self._hotel = Wander(rng, 6.0, 300.0)
        self._galley = Wander(rng, 5.0, 1200.0)
        self._fire_main = Wander(rng, 0.3, 120.0)
        self._processor = Wander(rng, 6.0, 200.0)
        self._writing = Wander(rng, 0.12, 20.0)
        self._powered = True
        self._pump_two = False
        self._emergency = True

    @property
    def demand_kw(self) -> float:
        """What all consumers together ask of the board."""
        base = 49.0 + self._hotel.value + self._galley.value
        machines = 7.0 * self._compressor.running + 2.5 * self._freezer.running + 5.0 * (1 + self._pump_two)
        return base + machines + self.thruster_kw + (11.0 if self.hydrants_open else 0.0)

    def advance(self, dt_s: float, orders: Orders, *, powered: bool, emergency: bool, engine_heat: float) -> None:
        """Run on.

        Args:
            dt_s: seconds.
            orders: of the bridge.
            powered: the main board is live.
            emergency: the emergency board is live.
            engine_heat: mean load of the engines, 0 to 1.
        """
        self._time_s += dt_s
        self._powered = powered
        self._pump_two = orders.is_on_station or not powered
        self._hotel.advance(dt_s)
        self._galley.advance(dt_s)
        self._air(dt_s, powered=powered)
        self._steer(dt_s, orders, hydraulic=powered or emergency)
        self._climate(dt_s, powered=powered, engine_heat=engine_heat)
        self._deck(dt_s, orders, powered=powered)
        self.crossover.advance(dt_s, powered=powered)
        self.processor_c = 51.0 + self._processor.advance(dt_s)
        self.write_lag_s = 0.2 + self._writing.advance(dt_s)
        self.filter_bar = 0.12 + 0.10 * ((self._time_s % 172_800.0) / 172_800.0) + 0.06 * engine_heat

    def _air(self, dt_s: float, *, powered: bool) -> None:
        filling = self._compressor.advance(self.air_bar) and powered
        self.air_bar = max(0.0, self.air_bar + (0.016 if filling else -0.0026) * dt_s)

    def _steer(self, dt_s: float, orders: Orders, *, hydraulic: bool) -> None:
        self._emergency = hydraulic
        self.rudder_order_deg = clamped(orders.rudder_deg, -35.0, 35.0)
        if hydraulic:
            rate = 4.6 if self._pump_two and self._powered else 2.6
            target = self.rudder_order_deg if self.runaway_deg is None else self.runaway_deg
            self.rudder_deg = ramped(self.rudder_deg, target, dt_s, rate)

    def _climate(self, dt_s: float, *, powered: bool, engine_heat: float) -> None:
        ventilated = powered and not self.fans_stopped
        still = 0.0 if ventilated else 24.0
        target = 31.0 + 9.0 * engine_heat + still + 0.55 * self.fire_kw
        self.room_c = lagged(self.room_c, target, dt_s, 420.0)
        cooling = self._freezer.advance(self.freezer_c - self.freezer_set_c) and powered
        self.freezer_c = lagged(self.freezer_c, -30.0 if cooling else 5.0, dt_s, 9_000.0 if cooling else 28_000.0)

    def _deck(self, dt_s: float, orders: Orders, *, powered: bool) -> None:
        works = orders.is_on_station and powered
        self.crane_c = lagged(self.crane_c, 47.0 if works else 21.0, dt_s, 2400.0)
        pulse = 0.5 + 0.5 * math.sin(math.tau * self._time_s / 210.0)
        self.thruster_kw = ramped(self.thruster_kw, 55.0 * pulse if works else 0.0, dt_s, 9.0 if powered else 1e3)
        pumped = 6.4 + self._fire_main.advance(dt_s) - (1.4 if self.hydrants_open else 0.0)
        self.fire_main_bar = lagged(self.fire_main_bar, pumped if powered else 0.4, dt_s, 6.0 if powered else 70.0)

    def write(self, values: dict[TagId, float]) -> None:
        """Put the auxiliaries' tags into the ship's values."""
        values.update(
            {
                TagId("air.press"): self.air_bar,
                TagId("er.temp"): self.room_c,
                TagId("er.fan_fail"): float(self.fans_stopped or not self._powered),
                TagId("ac.fault"): float(not self._powered),
                TagId("frz.temp"): self.freezer_c,
                TagId("frz.temp_set"): self.freezer_set_c,
                TagId("sw_xover.order"): float(self.crossover.is_ordered_open),
                TagId("sw_xover.valve"): self.crossover.state,
                TagId("fo_filt.dp"): self.filter_bar,
                TagId("fo_sep.fault"): float(not self._powered),
                TagId("crane.hyd_temp"): self.crane_c,
                TagId("fire.main_press"): self.fire_main_bar,
                TagId("sg1.run"): float(self._powered),
                TagId("sg1.no_volt"): float(not self._powered),
                TagId("sg2.run"): float(self._pump_two and self._emergency),
                TagId("sg2.no_volt"): float(not self._emergency),
                TagId("sg.rudder"): self.rudder_deg,
                TagId("sg.order"): self.rudder_order_deg,
                TagId("stp.fault"): float(not self._powered),
                TagId("sys.cpu_temp"): self.processor_c,
                TagId("sys.hist_lag"): self.write_lag_s,
            }
        )
