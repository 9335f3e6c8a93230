"""The 400 V board: two generating sets of 150 kW, and the automation that starts, shares and stops them."""

from random import Random

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.orders import OrderRefused
from vmshmi.runtime.drivers.simulator.plant.dynamics import Hold, Wander, clamped, lagged, ramped
from vmshmi.runtime.drivers.simulator.plant.propulsion import (
    COOL_DOWN,
    PREHEATED_C,
    RUNNING,
    START_FAILURE,
    STARTING,
    STOPPED,
    TRIPPED,
)

OPEN, CLOSED, BREAKER_TRIPPED = range(3)
"""States of a breaker, as the tags number them."""
DEAD, GENERATORS = 0, 1
"""What feeds the board, as the tag numbers it; 2 is shore, which a ship at sea does not have."""

RATED_KW = 150.0
_CRANK_S = 4.0
_PAUSE_S = 4.0
_ATTEMPTS = 3
_COOL_DOWN_S = 120.0
_NO_LOAD_RPM = 1510.5
_DROOP_RPM = 18.0
"""Speed lost from no load to full load: 50.35 to 49.75 Hz."""
_SHARE_KW_PER_S = 6.0


class Genset:
    """A generating set with its own safety system. Its faults are attributes anybody may set.

    Args:
        number: 1 or 2.
        rng: the plant's randomness.
        hours: since service.
        running: begins on the board, warm.
    """

    def __init__(self, number: int, rng: Random, hours: float, *, running: bool) -> None:
        self.number = number
        self.state = RUNNING if running else STOPPED
        self.breaker = CLOSED if running else OPEN
        self.rpm = 1502.0 if running else 0.0
        self.volts = 398.5 if running else 0.0
        self.power_kw = 68.0 if running else 0.0
        self.water_c = 83.0 if running else PREHEATED_C
        self.hours = hours
        self.oil_bar = 4.3 if running else 0.0
        self.oil_leak_per_s = 0.0
        """Part of the oil that is lost each second."""
        self.start_blocked = False
        """It cranks but does not fire."""
        self.first_out = ""
        """Why the safety system stopped it; empty when it did not."""
        self._oil = 1.0
        self._attempt = 0
        self._in_state_s = 1e6 if running else 0.0
        self._water = Wander(rng, 1.0, 400.0)
        self._regulator = Wander(rng, 1.5, 60.0)
        self._low_oil = Hold(2.0)
        self._heat_trim_c = rng.uniform(-0.8, 0.8)

    @property
    def is_ready_for_board(self) -> bool:
        """Speed and voltage are there."""
        return self.state == RUNNING and self.rpm > 1470.0 and self.volts > 380.0

    @property
    def is_on_board(self) -> bool:
        """It feeds the board."""
        return self.state == RUNNING and self.breaker == CLOSED

    @property
    def is_available(self) -> bool:
        """It would start if asked."""
        return self.state == STOPPED or (self.state == COOL_DOWN and self.breaker == OPEN)

    @property
    def needs_relief(self) -> bool:
        """Oil pressure or temperature say that it will not last."""
        return self.is_on_board and (self.oil_bar < 2.2 or self.water_c > 96.0)

    @property
    def fuel_lph(self) -> float:
        """Litres an hour."""
        return 4.0 + 0.24 * self.power_kw if self.state in (RUNNING, COOL_DOWN) else 0.0

    def start(self) -> None:
        """Crank it, or take it back from cooling down; one that has tripped is left alone."""
        if self.state == STOPPED:
            self._attempt = 1
            self._enter(STARTING)
        elif self.state == COOL_DOWN:
            self._enter(RUNNING)

    def stop(self) -> None:
        """Off the board and cool down."""
        if self.state == RUNNING:
            self.breaker = OPEN
            self._enter(COOL_DOWN)

    def trip(self, reason: str) -> None:
        """Shut it down at once; its breaker goes with it."""
        if self.state in (STARTING, RUNNING, COOL_DOWN):
            self._enter(TRIPPED)
            self.first_out = reason
            if self.breaker == CLOSED:
                self.breaker = BREAKER_TRIPPED

    def reset(self) -> None:
        """Make a tripped set ready again, repaired."""
        if self.state in (TRIPPED, START_FAILURE):
            self._enter(STOPPED)
            self.breaker = OPEN
            self.first_out = ""
            self._oil = 1.0
            self.oil_leak_per_s = 0.0
            self.start_blocked = False

    def advance(self, dt_s: float, power_kw: float) -> None:
        """Run on, carrying this much."""
        self._in_state_s += dt_s
        self._sequence()
        step_kw = power_kw - self.power_kw
        self.power_kw = power_kw
        self._turn(dt_s, step_kw)
        self._heat(dt_s)
        if self._low_oil.advance(self.state == RUNNING and self._in_state_s > 10.0 and self.oil_bar < 1.2, dt_s):
            self.trip("lube oil pressure")
        if self.state == RUNNING and self.rpm > 1650.0:
            self.trip("overspeed")
        if self.state in (RUNNING, COOL_DOWN):
            self.hours += dt_s / 3600.0

    def _enter(self, state: int) -> None:
        self.state = state
        self._in_state_s = 0.0

    def _sequence(self) -> None:
        if self.state == STARTING:
            if self._in_state_s > _CRANK_S and not self.start_blocked:
                self._enter(RUNNING)
            elif self._in_state_s > _CRANK_S + _PAUSE_S:
                self._attempt += 1
                self._enter(START_FAILURE if self._attempt > _ATTEMPTS else STARTING)
        if self.state == COOL_DOWN and self._in_state_s > _COOL_DOWN_S:
            self._enter(STOPPED)

    def _turn(self, dt_s: float, step_kw: float) -> None:
        if self.state in (RUNNING, COOL_DOWN):
            wanted = _NO_LOAD_RPM - _DROOP_RPM * self.power_kw / RATED_KW
            if self.rpm < 1400.0:
                self.rpm = ramped(self.rpm, wanted, dt_s, 320.0)
            else:
                self.rpm = lagged(self.rpm, wanted, dt_s, 0.7) - 0.25 * step_kw
            excited = 400.0 - 3.0 * self.power_kw / RATED_KW + self._regulator.advance(dt_s)
            self.volts = lagged(self.volts, excited if self.rpm > 1350.0 else 0.0, dt_s, 0.4)
            return
        is_cranking = self.state == STARTING and self._in_state_s <= _CRANK_S
        self.rpm = ramped(self.rpm, 180.0, dt_s, 200.0) if is_cranking else lagged(self.rpm, -30.0, dt_s, 2.5)
        self.rpm = max(0.0, self.rpm)
        self.volts = 0.0 if self.volts < 1.0 else lagged(self.volts, 0.0, dt_s, 0.4)

    def _heat(self, dt_s: float) -> None:
        self._oil = clamped(self._oil - self.oil_leak_per_s * dt_s, 0.0, 1.0)
        is_turning = self.state in (RUNNING, COOL_DOWN)
        oil = self._oil * clamped(self.rpm / 900.0, 0.0, 1.0) * (4.4 - 0.015 * (self.water_c - 80.0))
        self.oil_bar = lagged(self.oil_bar, oil, dt_s, 1.0)
        warm = 79.5 + self._heat_trim_c + 7.0 * self.power_kw / RATED_KW + self._water.advance(dt_s)
        target, time_constant_s = (warm, 150.0) if is_turning else (PREHEATED_C, 2400.0)
        self.water_c = lagged(self.water_c, target, dt_s, time_constant_s)

    def write(self, values: dict[TagId, float]) -> None:
        """Put the set's tags into the ship's values."""
        name = f"dg{self.number}"
        values.update(
            {
                TagId(f"{name}.state"): self.state,
                TagId(f"{name}.rpm"): self.rpm,
                TagId(f"{name}.lo_press"): self.oil_bar,
                TagId(f"{name}.cw_temp"): self.water_c,
                TagId(f"{name}.volt"): self.volts,
                TagId(f"{name}.freq"): self.rpm / 30.0 if self.volts > 50.0 else 0.0,
                TagId(f"{name}.power"): self.power_kw,
                TagId(f"{name}.cb"): self.breaker,
                TagId(f"{name}.hours"): self.hours,
            }
        )


class Switchboard:
    """The board and its power management.

    The first set in `order` is the last to leave the board. `wetness` (0 to 1) takes the insulation down.

    Args:
        rng: the plant's randomness.
    """

    def __init__(self, rng: Random) -> None:
        self.dg1 = Genset(1, rng, 212.4, running=True)
        self.dg2 = Genset(2, rng, 188.9, running=False)
        self.order = [self.dg1, self.dg2]
        self.wetness = 0.0
        self.volts = 398.5
        self.hertz = 50.0
        self.insulation_kohm = 2400.0
        self._insulation = Wander(rng, 450.0, 1800.0)
        self._synchronised = {1: Hold(4.0), 2: Hold(4.0)}
        self._ready = {1: Hold(1.0), 2: Hold(1.0)}
        self._overloaded = Hold(10.0)
        self._spare = Hold(90.0)
        self._leaving: Genset | None = None
        self._wants_two = False

    @property
    def is_live(self) -> bool:
        """At least one set feeds it."""
        return self.dg1.is_on_board or self.dg2.is_on_board

    @property
    def fuel_lph(self) -> float:
        """Litres an hour of both sets."""
        return self.dg1.fuel_lph + self.dg2.fuel_lph

    def run_by_hand(self, genset: Genset, *, run: bool) -> None:
        """Start a set by hand, or take its load away and stop it.

        Raises:
            OrderRefused: when it cannot run, or the board needs it.
        """
        if run:
            if genset.state in (TRIPPED, START_FAILURE):
                raise OrderRefused(f"DG{genset.number} has tripped: reset it at the engine")
            genset.start()
            self._leaving = None if self._leaving is genset else self._leaving
            return
        if not genset.is_on_board:
            genset.stop()
            return
        if not all(other.is_on_board for other in self.order):
            raise OrderRefused(f"DG{genset.number} alone feeds the board")
        if self._wants_two:
            raise OrderRefused("the bridge has asked for both sets")
        if self.order[0] is genset:
            self.order.reverse()
        self._leaving = genset

    def is_ordered(self, genset: Genset) -> bool:
        """Somebody wants it to run: a person, or the power management."""
        return genset.state in (STARTING, RUNNING) and self._leaving is not genset

    def advance(self, dt_s: float, demand_kw: float, *, wants_two: bool) -> None:
        """Run on: start, close, share, stop.

        Args:
            dt_s: seconds.
            demand_kw: what all consumers take when there is voltage.
            wants_two: the bridge has asked for both sets.
        """
        self._wants_two = wants_two
        self._manage(dt_s, demand_kw, wants_two=wants_two)
        self._close_breakers(dt_s)
        for genset, power_kw in self._shares(dt_s, demand_kw).items():
            genset.advance(dt_s, power_kw)
        on_board = [genset for genset in self.order if genset.is_on_board]
        self.volts = lagged(self.volts, on_board[0].volts if on_board else 0.0, dt_s, 0.3)
        self.hertz = on_board[0].rpm / 30.0 if on_board else 0.0
        dry = 2400.0 + self._insulation.advance(dt_s)
        self.insulation_kohm = lagged(self.insulation_kohm, dry * (1.0 - 0.985 * self.wetness), dt_s, 30.0)

    def _manage(self, dt_s: float, demand_kw: float, *, wants_two: bool) -> None:
        """Decide which set has to come and which may go."""
        on_board = [genset for genset in self.order if genset.is_on_board]
        too_much = bool(on_board) and demand_kw / len(on_board) > 0.8 * RATED_KW
        relief = any(genset.needs_relief for genset in on_board)
        if not on_board or self._overloaded.advance(too_much, dt_s) or relief or wants_two:
            for genset in self.order:
                if genset.is_available:
                    genset.start()
        for genset in on_board:
            if genset.needs_relief and self.order[0] is genset and len(on_board) > 1:
                self.order.reverse()
        spare = len(on_board) > 1 and not wants_two and demand_kw < 0.65 * RATED_KW
        if self._spare.advance(spare, dt_s) and self._leaving is None:
            self._leaving = on_board[-1]
        if self._leaving is not None and (wants_two or len(on_board) < 2):
            self._leaving = None

    def _close_breakers(self, dt_s: float) -> None:
        for genset in self.order:
            ready = genset.is_ready_for_board and genset.breaker == OPEN
            on_live = self._synchronised[genset.number].advance(ready and self.is_live, dt_s)
            on_dead = self._ready[genset.number].advance(ready and not self.is_live, dt_s)
            if on_live or on_dead:
                genset.breaker = CLOSED

    def _shares(self, dt_s: float, demand_kw: float) -> dict[Genset, float]:
        """The lead set takes what the others do not carry; a set that leaves gives its load away first."""
        shares = dict.fromkeys(self.order, 0.0)
        on_board = [genset for genset in self.order if genset.is_on_board]
        rest = demand_kw
        for genset in on_board[1:]:
            target = 0.0 if genset is self._leaving else demand_kw / len(on_board)
            share = ramped(genset.power_kw, target, dt_s, _SHARE_KW_PER_S)
            if genset is self._leaving and share < 3.0:
                genset.stop()
                share = 0.0
            shares[genset] = share
            rest -= share
        if on_board:
            shares[on_board[0]] = rest
        return shares

    def write(self, values: dict[TagId, float]) -> None:
        """Put the board's tags into the ship's values."""
        self.dg1.write(values)
        self.dg2.write(values)
        values[TagId("dg2.order")] = float(self.is_ordered(self.dg2))
        values[TagId("msb.volt")] = self.volts if self.volts > 1.0 else 0.0
        values[TagId("msb.freq")] = self.hertz
        values[TagId("msb.source")] = GENERATORS if self.is_live else DEAD
        values[TagId("msb.insul")] = self.insulation_kohm
        values[TagId("shore.power")] = 0.0
