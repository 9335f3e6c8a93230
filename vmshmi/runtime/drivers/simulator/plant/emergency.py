"""What lives on when the board is dead: emergency generator, batteries, and the alarm system's own supply."""

from random import Random

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.dynamics import Hold, Wander, clamped, lagged, ramped

_TANK_L = 400.0
_FLOAT_V = 27.2


class Battery:
    """A 24 V bank with its charger.

    Args:
        capacity_s: how long it lasts without the charger.
    """

    def __init__(self, capacity_s: float) -> None:
        self._capacity_s = capacity_s
        self.charge = 1.0
        self.volts = _FLOAT_V

    def advance(self, dt_s: float, *, charging: bool, cranking: bool = False) -> None:
        """Charge or give."""
        rate = 0.3 if charging else -1.0
        self.charge = clamped(self.charge + rate * dt_s / self._capacity_s, 0.0, 1.0)
        rest = 21.0 + 4.6 * self.charge**0.4
        target = (_FLOAT_V if charging else rest) - (4.6 if cranking else 0.0)
        self.volts = lagged(self.volts, target, dt_s, 1.0 if cranking else 25.0)


class EmergencySupply:
    """Emergency generator and switchboard, batteries, and the UPS of the alarm system.

    Args:
        rng: the plant's randomness.
    """

    def __init__(self, rng: Random) -> None:
        self.is_running = False
        self.is_ready = True
        """Its selector is on auto and its battery is charged."""
        self.fuel_l = 0.88 * _TANK_L
        self.nav = Battery(6.0 * 3600.0)
        self.gmdss = Battery(8.0 * 3600.0)
        self.start_port = Battery(40.0 * 3600.0)
        self.start_stbd = Battery(40.0 * 3600.0)
        self.ups_percent = 100.0
        self._is_esb_live = True
        self._dead = Hold(9.0)
        self._back = Hold(15.0)
        self._battery_c = Wander(rng, 1.5, 3600.0)

    @property
    def is_esb_live(self) -> bool:
        """The emergency board has voltage from either side."""
        return self._is_esb_live

    def advance(self, dt_s: float, *, board_live: bool, cranks_port: bool, cranks_stbd: bool) -> None:
        """Start when the board has been dead for nine seconds, hand back when it is safely live again."""
        if self._dead.advance(not board_live and self.is_ready and self.fuel_l > 0.0, dt_s):
            self.is_running = True
        if self._back.advance(board_live, dt_s) or self.fuel_l <= 0.0:
            self.is_running = False
        self._is_esb_live = board_live or self.is_running
        if self.is_running:
            self.fuel_l = max(0.0, self.fuel_l - 12.0 * dt_s / 3600.0)
        self.nav.advance(dt_s, charging=self._is_esb_live)
        self.gmdss.advance(dt_s, charging=self._is_esb_live)
        self.start_port.advance(dt_s, charging=board_live, cranking=cranks_port)
        self.start_stbd.advance(dt_s, charging=board_live, cranking=cranks_stbd)
        full = 100.0 if self._is_esb_live else 0.0
        self.ups_percent = ramped(self.ups_percent, full, dt_s, 100.0 / 1800.0)
        self._battery_c.advance(dt_s)

    def write(self, values: dict[TagId, float]) -> None:
        """Put the emergency tags into the ship's values."""
        values.update(
            {
                TagId("edg.ready"): float(self.is_ready),
                TagId("edg.fo_level"): 100.0 * self.fuel_l / _TANK_L,
                TagId("esb.on_emerg"): float(self.is_running),
                TagId("bat_nav.volt"): self.nav.volts,
                TagId("bat_gmdss.volt"): self.gmdss.volts,
                TagId("bat_start_p.volt"): self.start_port.volts,
                TagId("bat_start_s.volt"): self.start_stbd.volts,
                TagId("chg_nav.fail"): float(not self._is_esb_live),
                TagId("bat_nav.temp"): 23.5 + self._battery_c.value,
                TagId("sys.ups_on_batt"): float(not self._is_esb_live),
                TagId("sys.ups_soc"): self.ups_percent,
            }
        )
