"""One side's propulsion: engine, gearbox, shaft, and the sea water pump on the engine. Rated 1,200 kW at 1,800 rpm."""

from dataclasses import dataclass
from random import Random

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.dynamics import Hold, Wander, clamped, lagged, ramped

STOPPED, STARTING, RUNNING, COOL_DOWN, TRIPPED, START_FAILURE = range(6)
"""States of an engine, as the tags number them."""

IDLE_RPM = 650.0
RATED_RPM = 1800.0
GEAR_RATIO = 3.25
PREHEATED_C = 58.0
"""Jacket water of a stopped engine: a preheater holds it."""
_SUMP_L = 250.0
_CRANK_S = 5.0
_COOL_DOWN_S = 180.0
_BANK_LOAD = 0.25
"""A load below this is none: a bank's deviation says nothing."""
_BEFORE_TURBINE_C = 60.0
"""How much hotter the gas is at the cylinders than behind the turbocharger."""
_CYLINDERS_C = (-7.0, 3.0, 5.0, -4.0, 6.0, -3.0)
"""How the cylinders differ from each other."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the ship does to an engine.

    Attributes:
        water_c: sea water temperature.
        room_c: engine room temperature.
        load_share: resistance of the waves, about 1.
        has_fuel: the day tank is not empty and its valve is open.
    """

    water_c: float
    room_c: float
    load_share: float
    has_fuel: bool


@dataclass(frozen=True, slots=True)
class Trim:
    """How one engine differs from its sister.

    Attributes:
        jacket_c, exhaust_c, oil_bar: added to what the engine of the book would say.
    """

    jacket_c: float
    exhaust_c: float
    oil_bar: float


class MainEngine:
    """A high-speed diesel engine with its own pumps and its own safety system.

    Its faults are attributes anybody may set: `oil_leak_per_s`, `clog_per_s`, `fuel_leak`, `dead_cylinder`.

    Args:
        side: `p` or `s`.
        rng: the plant's randomness.
        hours: since service.
    """

    def __init__(self, side: str, rng: Random, hours: float) -> None:
        self.side = side
        self.state = RUNNING
        self.rpm = 1540.0
        self.load = 0.62
        self.hours = hours
        self.oil_leak_per_s = 0.0
        """Part of the oil that a burst hose loses each second; it runs into the bilge."""
        self.clog_per_s = 0.0
        """Part of the sea water flow that is lost each second; negative cleans the strainer."""
        self.fuel_leak = False
        self.dead_cylinder = 0
        """The cylinder whose injector does not open, from 1; 0 when all fire."""
        self.clogged = 0.0
        self.first_out = ""
        """Why the safety system stopped the engine; empty when it did not."""
        self.jacket_c = 84.0
        self.oil_c = 91.0
        self.exhaust_c = 375.0
        self.charge_air_c = 48.0
        self.oil_bar = 5.5
        self.spilt_l = 0.0
        """Oil that ran into the bilge in the last step."""
        self._oil = 1.0
        self._missing_c = [0.0] * len(_CYLINDERS_C)
        self._in_state_s = 1e6
        self._bank = Wander(rng, 14.0, 240.0)
        self._jacket = Wander(rng, 1.0, 300.0)
        # the safety system waits longer than the alarms do: they come first
        self._low_oil = Hold(5.0)
        self._hot = Hold(10.0)
        self._trim = Trim(rng.uniform(-0.6, 0.6), rng.uniform(-6.0, 6.0), rng.uniform(-0.08, 0.08))

    @property
    def is_turning(self) -> bool:
        """True when it turns under its own power."""
        return self.state in (RUNNING, COOL_DOWN)

    @property
    def cooling(self) -> float:
        """Sea water flow against what the engine needs at this speed, 0 to 1."""
        return 1.0 - self.clogged

    def start(self) -> None:
        """Crank it; an engine that turns or has tripped is left alone."""
        if self.state == STOPPED:
            self._enter(STARTING)

    def stop(self) -> None:
        """Let it cool down at idle speed, then stop."""
        if self.state == RUNNING:
            self._enter(COOL_DOWN)

    def trip(self, reason: str) -> None:
        """Shut it down at once."""
        if self.state in (STARTING, RUNNING, COOL_DOWN):
            self._enter(TRIPPED)
            self.first_out = reason

    def reset(self) -> None:
        """Make a tripped engine ready again."""
        if self.state == TRIPPED:
            self._enter(STOPPED)
            self.first_out = ""

    def advance(self, dt_s: float, lever: float, *, engaged: bool, around: Surroundings) -> None:
        """Run on.

        Args:
            dt_s: seconds.
            lever: 0 to 1, what the governor is asked for.
            engaged: the clutch takes power off.
            around: the ship.
        """
        self._in_state_s += dt_s
        self._sequence(around)
        self._turn(dt_s, lever)
        self._carry(dt_s, around.load_share if engaged else None)
        self._heat(dt_s, around)
        self._lubricate(dt_s)
        self._protect(dt_s)
        if self.is_turning:
            self.hours += dt_s / 3600.0

    def _enter(self, state: int) -> None:
        self.state = state
        self._in_state_s = 0.0

    def _sequence(self, around: Surroundings) -> None:
        if not around.has_fuel and self.is_turning:
            self.trip("no fuel")
        if self.state == STARTING and self._in_state_s > _CRANK_S:
            self._enter(RUNNING)
        if self.state == COOL_DOWN and self._in_state_s > _COOL_DOWN_S:
            self._enter(STOPPED)

    def _turn(self, dt_s: float, lever: float) -> None:
        if self.state == STARTING:
            self.rpm = ramped(self.rpm, 200.0, dt_s, 150.0)
        elif self.state == RUNNING:
            wanted = IDLE_RPM + (RATED_RPM - IDLE_RPM) * clamped(lever, 0.0, 1.0)
            self.rpm = ramped(self.rpm, wanted, dt_s, 200.0 if self.rpm < IDLE_RPM else 25.0)
        elif self.state == COOL_DOWN:
            self.rpm = ramped(self.rpm, IDLE_RPM, dt_s, 40.0)
        else:
            self.rpm = 0.0 if self.rpm < 3.0 else lagged(self.rpm, -40.0, dt_s, 3.5)

    def _carry(self, dt_s: float, sea: float | None) -> None:
        """Power follows the propeller law; a declutched engine only turns itself."""
        target = 0.0
        if self.is_turning:
            propeller = 0.0 if sea is None else 0.96 * (self.rpm / RATED_RPM) ** 3 * sea
            target = clamped(0.03 + propeller, 0.0, 1.1)
        self.load = lagged(self.load, target, dt_s, 1.5)

    def _heat(self, dt_s: float, around: Surroundings) -> None:
        missing = self.clogged
        sea_c = around.water_c - 18.0
        wander = self._jacket.advance(dt_s)
        self._bank.advance(dt_s)
        for index, missing_c in enumerate(self._missing_c):
            is_dead = self.is_turning and index + 1 == self.dead_cylinder
            self._missing_c[index] = lagged(missing_c, 0.5 * self.exhaust_c if is_dead else 0.0, dt_s, 20.0)
        if self.is_turning:
            jacket = 80.0 + 6.0 * self.load + self._trim.jacket_c + wander + missing * (10.0 + 62.0 * self.load)
            oil = 82.0 + 14.0 * self.load + 0.8 * (self.jacket_c - 80.0 - 6.0 * self.load)
            air = 37.0 + 17.0 * self.load + 0.5 * sea_c + missing * (8.0 + 60.0 * self.load)
            exhaust = 185.0 + self._trim.exhaust_c + 285.0 * self.load + 0.9 * max(0.0, self.charge_air_c - 55.0)
            self.jacket_c = lagged(self.jacket_c, jacket, dt_s, 130.0)
            self.oil_c = lagged(self.oil_c, oil, dt_s, 200.0)
            self.charge_air_c = lagged(self.charge_air_c, air, dt_s, 35.0)
            self.exhaust_c = lagged(self.exhaust_c, exhaust, dt_s, 22.0)
            return
        self.jacket_c = lagged(self.jacket_c, PREHEATED_C, dt_s, 2400.0)
        self.oil_c = lagged(self.oil_c, PREHEATED_C - 8.0, dt_s, 2700.0)
        self.charge_air_c = lagged(self.charge_air_c, around.room_c, dt_s, 600.0)
        self.exhaust_c = lagged(self.exhaust_c, around.room_c, dt_s, 500.0)

    def _lubricate(self, dt_s: float) -> None:
        pumped = clamped(self.rpm / 400.0, 0.0, 1.0)
        before = self._oil
        self._oil = clamped(before - self.oil_leak_per_s * pumped * dt_s, 0.0, 1.0)
        self.spilt_l = _SUMP_L * (before - self._oil)
        thin = 0.012 * (self.oil_c - 90.0)
        target = self._oil * pumped * clamped(3.6 + self._trim.oil_bar + 2.3 * self.rpm / RATED_RPM - thin, 0.0, 6.3)
        self.oil_bar = lagged(self.oil_bar, target, dt_s, 1.2)

    def _protect(self, dt_s: float) -> None:
        armed = self.state == RUNNING and self._in_state_s > 30.0
        if self._low_oil.advance(armed and self.oil_bar < 1.8, dt_s):
            self.trip("lube oil pressure")
        if self._hot.advance(self.is_turning and self.jacket_c > 107.0, dt_s):
            self.trip("jacket water temperature")
        if self.is_turning and self.rpm > 2120.0:
            self.trip("overspeed")
        self.clogged = clamped(self.clogged + self.clog_per_s * dt_s, 0.0, 1.0)

    def write(self, values: dict[TagId, float]) -> None:
        """Put the engine's tags into the ship's values."""
        engine = f"me_{self.side}"
        turns = clamped(self.rpm / RATED_RPM, 0.0, 1.2)
        is_pumping = 1.0 if self.rpm > 100.0 else 0.0
        bank = self._bank.value * clamped(self.load / _BANK_LOAD, 0.0, 1.0)
        pressed = clamped(self.rpm / 400.0, 0.0, 1.0)
        values.update(
            {
                TagId(f"{engine}.state"): self.state,
                TagId(f"{engine}.rpm"): self.rpm,
                TagId(f"{engine}.lo_press"): self.oil_bar,
                TagId(f"{engine}.lo_temp"): self.oil_c,
                TagId(f"{engine}.lo_filter_dp"): is_pumping * (0.2 + 0.25 * turns + 0.0004 * self.hours),
                TagId(f"{engine}.ht_temp"): self.jacket_c,
                TagId(f"{engine}.ht_press"): is_pumping * pressed * (1.35 + 0.95 * turns),
                TagId(f"{engine}.exh_temp"): self.exhaust_c,
                TagId(f"{engine}.exh_dev"): bank,
                TagId(f"{engine}.ca_temp"): self.charge_air_c,
                TagId(f"{engine}.fo_press"): pressed * (4.7 + 1.8 * turns) - (1.1 if self.fuel_leak else 0.0) * pressed,
                TagId(f"{engine}.fo_leak"): float(self.fuel_leak),
                TagId(f"{engine}.load"): 100.0 * self.load,
                TagId(f"{engine}.fuel_rate"): self.fuel_lph,
                TagId(f"{engine}.hours"): self.hours,
                TagId(f"sw_{self.side}.press"): pressed * (1.0 + 0.9 * turns) * self.cooling,
            }
        )
        fired = clamped(self.load / _BANK_LOAD, 0.0, 1.0) if self.is_turning else 0.0
        for index, differs_c in enumerate(_CYLINDERS_C):
            hotter = fired * (_BEFORE_TURBINE_C + differs_c) + (0.5 if index < len(_CYLINDERS_C) / 2 else -0.5) * bank
            values[TagId(f"{engine}.exh_cyl{index + 1}")] = self.exhaust_c + hotter - self._missing_c[index]

    @property
    def fuel_lph(self) -> float:
        """Litres an hour."""
        return 6.0 + 292.0 * self.load if self.is_turning else 0.0


class DriveTrain:
    """Engine, reversing gearbox and shaft of one side; obeys one lever.

    Args:
        side: `p` or `s`.
        rng: the plant's randomness.
        hours: of the engine since service.
    """

    def __init__(self, side: str, rng: Random, hours: float) -> None:
        self.engine = MainEngine(side, rng, hours)
        self.clutch = 1
        self.shaft_rpm = 474.0
        self.gear_bar = 22.0
        self.gear_c = 57.0
        self.bearing_c = 40.0
        self._engaging = 1

    @property
    def thrust(self) -> float:
        """Share of full ahead, -1 to 1."""
        return self.shaft_rpm * GEAR_RATIO / RATED_RPM if self.clutch else 0.0

    def advance(self, dt_s: float, lever: float, ship_kn: float, around: Surroundings) -> None:
        """Obey the lever: 0 is neutral, the sign is the direction."""
        engine = self.engine
        wanted = 0 if not engine.is_turning or abs(lever) < 0.02 else (1 if lever > 0.0 else -1)
        if wanted != self._engaging and (engine.rpm < 900.0 or wanted == 0):
            self._engaging = wanted
        waits_for_clutch = wanted != self.clutch
        engine.advance(dt_s, 0.0 if waits_for_clutch else abs(lever), engaged=self.clutch != 0, around=around)
        full = 20.0 + 2.2 * clamped(engine.rpm / RATED_RPM, 0.0, 1.0)
        self.gear_bar = lagged(self.gear_bar, full if self._engaging else 1.4, dt_s, 0.5)
        # the position is the pressure switch's word: the clutch is in when its oil presses it
        self.clutch = self._engaging if self._engaging and self.gear_bar > 19.0 else 0
        self._turn(dt_s, ship_kn)
        self.gear_c = lagged(self.gear_c, self._gear_target_c(around), dt_s, 320.0)
        self.bearing_c = lagged(self.bearing_c, 28.0 + 15.0 * abs(self.shaft_rpm) / 554.0, dt_s, 420.0)

    def _turn(self, dt_s: float, ship_kn: float) -> None:
        if self.clutch:
            self.shaft_rpm = lagged(self.shaft_rpm, self.clutch * self.engine.rpm / GEAR_RATIO, dt_s, 0.8)
        else:
            self.shaft_rpm = lagged(self.shaft_rpm, 8.0 * ship_kn, dt_s, 4.0)

    def _gear_target_c(self, around: Surroundings) -> float:
        if not self.engine.is_turning:
            return max(around.room_c, 41.0)
        return 48.0 + 15.0 * self.engine.load + 28.0 * self.engine.clogged

    def write(self, values: dict[TagId, float]) -> None:
        """Put this side's tags into the ship's values."""
        self.engine.write(values)
        side = self.engine.side
        values[TagId(f"gb_{side}.clutch")] = self.clutch
        values[TagId(f"gb_{side}.lo_press")] = self.gear_bar
        values[TagId(f"gb_{side}.lo_temp")] = self.gear_c
        values[TagId(f"sh_{side}.rpm")] = self.shaft_rpm
        values[TagId(f"sh_{side}.brg_temp")] = self.bearing_c
