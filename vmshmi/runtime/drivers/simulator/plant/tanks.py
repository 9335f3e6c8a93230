"""Tanks: fuel from storage to the day tank, water in and out, and the level that comes and goes with the ship's day."""

import math

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.dynamics import Thermostat, clamped

_HOUR_S = 3600.0
_TRANSFER_LPH = 3000.0
_BUNKER_LPH = 15_000.0


class Tank:
    """A tank of one liquid.

    Args:
        capacity_l: litres at 100 %.
        percent: how full it begins.
    """

    def __init__(self, capacity_l: float, percent: float) -> None:
        self.capacity_l = capacity_l
        self.litres = capacity_l * percent / 100.0

    @property
    def percent(self) -> float:
        """Level."""
        return 100.0 * self.litres / self.capacity_l

    def add(self, litres: float) -> float:
        """Fill (or with a minus draw); returns what did not fit or was not there."""
        wanted = self.litres + litres
        self.litres = clamped(wanted, 0.0, self.capacity_l)
        return wanted - self.litres

    def flow(self, lph: float, dt_s: float) -> float:
        """As `add`, for a flow in litres an hour."""
        return self.add(lph * dt_s / _HOUR_S)


class FuelSystem:
    """Storage, transfer pump, day tank, overflow. `pump_failed` and `valve_shut` are faults anybody may set.

    The ship works beside a supply vessel: at 35 % of storage she bunkers up to 82 %, so that she sails for ever.
    """

    def __init__(self) -> None:
        self.port = Tank(15_000.0, 78.0)
        self.stbd = Tank(15_000.0, 76.5)
        self.day = Tank(4_000.0, 79.0)
        self.pump_failed = False
        self.valve_shut = False
        """The quick-closing valve of the day tank: engines get nothing."""
        self.overflown_l = 0.0
        self._filling = Thermostat(68.0, 88.0)
        self._bunkering = Thermostat(35.0, 82.0)
        self.is_pumping = False
        self.is_ordered = False
        """The level control asks for the transfer pump."""

    @property
    def has_fuel(self) -> bool:
        """Engines get fuel."""
        return self.day.litres > 0.0 and not self.valve_shut

    def advance(self, dt_s: float, used_lph: float, *, powered: bool) -> None:
        """Burn and refill."""
        self.day.flow(-used_lph, dt_s)
        self.is_ordered = self._filling.advance(self.day.percent)
        self.is_pumping = self.is_ordered and powered and not self.pump_failed
        if self.is_pumping:
            source = self.port if self.port.litres >= self.stbd.litres else self.stbd
            amount = min(source.litres, _TRANSFER_LPH * dt_s / _HOUR_S)
            source.add(-amount)
            self.overflown_l += self.day.add(amount)
        for tank in (self.port, self.stbd) if self._bunkering.advance(self._storage_percent()) else ():
            self.overflown_l += tank.flow(_BUNKER_LPH, dt_s)

    def _storage_percent(self) -> float:
        return 0.5 * (self.port.percent + self.stbd.percent)

    def write(self, values: dict[TagId, float]) -> None:
        """Put the fuel tanks into the ship's values."""
        values[TagId("t_fo_p.level")] = self.port.percent
        values[TagId("t_fo_s.level")] = self.stbd.percent
        values[TagId("t_fo_day.level")] = self.day.percent
        values[TagId("t_fo_ovf.high")] = float(self.overflown_l > 20.0)
        values[TagId("fo_xfer.order")] = float(self.is_ordered)
        values[TagId("fo_xfer.pump")] = 2 if self.pump_failed else int(self.is_pumping)


class HotelTanks:
    """Fresh, grey and black water, lube oil, ballast: what people and time do to them."""

    def __init__(self) -> None:
        self._time_s = 0.0
        self.fresh = Tank(12_000.0, 74.0)
        self.grey = Tank(6_000.0, 31.0)
        self.black = Tank(4_000.0, 26.0)
        self.oil = Tank(1_500.0, 78.0)
        self._maker = Thermostat(60.0, 88.0)
        self._grey_pump = Thermostat(62.0, 15.0)
        self._black_pump = Thermostat(58.0, 15.0)
        self._oil_top_up = Thermostat(45.0, 85.0)

    def advance(self, dt_s: float, *, powered: bool) -> None:
        """Live aboard: more water by day than by night; the watermaker and the discharge pumps need the board."""
        self._time_s += dt_s
        awake = 1.0 - 0.7 * math.cos(math.tau * self._time_s / 86_400.0 + 2.2)
        used_lph = 95.0 * awake if powered else 15.0
        self.fresh.flow(-used_lph, dt_s)
        self.grey.flow(0.75 * used_lph, dt_s)
        self.black.flow(0.2 * used_lph, dt_s)
        self.oil.flow(-0.6, dt_s)
        if self._maker.advance(self.fresh.percent) and powered:
            self.fresh.flow(260.0, dt_s)
        if self._grey_pump.advance(self.grey.percent) and powered:
            self.grey.flow(-4_000.0, dt_s)
        if self._black_pump.advance(self.black.percent) and powered:
            self.black.flow(-2_500.0, dt_s)
        if self._oil_top_up.advance(self.oil.percent):
            self.oil.flow(600.0, dt_s)

    def write(self, values: dict[TagId, float]) -> None:
        """Put the hotel tanks into the ship's values."""
        values[TagId("t_fw.level")] = self.fresh.percent
        values[TagId("t_gw.level")] = self.grey.percent
        values[TagId("t_bw.level")] = self.black.percent
        values[TagId("t_lo.level")] = self.oil.percent
        values[TagId("t_wb_fp.level")] = 55.0
