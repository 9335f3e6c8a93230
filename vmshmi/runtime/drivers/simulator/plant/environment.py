"""The sea, the weather and what the ship is doing in it: transit, slow passage, work on station, back."""

import math
from dataclasses import dataclass
from random import Random

from vmshmi.runtime.drivers.simulator.plant.dynamics import Wander, lagged

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What the bridge asks of the machinery.

    Attributes:
        lever_port, lever_stbd: -1 full astern, 0 neutral, 1 full ahead.
        rudder_deg: rudder order.
        is_on_station: confined work: both generators, both steering pumps, bow thruster and crane in use.
    """

    lever_port: float
    lever_stbd: float
    rudder_deg: float
    is_on_station: bool


@dataclass(frozen=True, slots=True)
class _Leg:
    lasts_s: float
    lever: float
    is_on_station: bool = False


_LEGS = (
    _Leg(3.0 * HOUR_S, 0.78),
    _Leg(0.5 * HOUR_S, 0.42),
    _Leg(1.5 * HOUR_S, 0.0, is_on_station=True),
    _Leg(1.0 * HOUR_S, 0.68),
)
_MANOEUVRES = ((0.08, 0.08), (0.0, 0.0), (0.12, -0.12), (-0.15, 0.1), (0.2, 0.2), (0.0, 0.15))
"""Lever positions on station, port and starboard."""
_BEGIN_S = 0.4 * HOUR_S
"""The demo begins this far into the first leg."""


class Voyage:
    """The round the ship makes for ever: out, work, back.

    Args:
        rng: the plant's randomness.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._time_s = _BEGIN_S
        self._manoeuvre = _MANOEUVRES[0]
        self._next_manoeuvre_s = 0.0
        self._helm = Wander(rng, 4.0, 25.0)
        self._port_hand = Wander(rng, 0.008, 40.0)
        self._stbd_hand = Wander(rng, 0.008, 40.0)
        self._station_rudder = 0.0

    def advance(self, dt_s: float) -> Orders:
        """Sail on; returns the orders of now."""
        self._time_s += dt_s
        leg = self._leg()
        helm = self._helm.advance(dt_s)
        if not leg.is_on_station:
            port = leg.lever + self._port_hand.advance(dt_s)
            stbd = leg.lever + self._stbd_hand.advance(dt_s)
            return Orders(port, stbd, helm, is_on_station=False)
        if self._time_s >= self._next_manoeuvre_s:
            self._manoeuvre = self._rng.choice(_MANOEUVRES)
            self._station_rudder = self._rng.uniform(-20.0, 20.0)
            self._next_manoeuvre_s = self._time_s + self._rng.uniform(120.0, 420.0)
        port, stbd = self._manoeuvre
        return Orders(port, stbd, self._station_rudder + helm, is_on_station=True)

    def _leg(self) -> _Leg:
        into = self._time_s % sum(leg.lasts_s for leg in _LEGS)
        for leg in _LEGS:
            if into < leg.lasts_s:
                return leg
            into -= leg.lasts_s
        return _LEGS[0]


class Sea:
    """Depth, waves, water and air temperature.

    Args:
        rng: the plant's randomness.
    """

    def __init__(self, rng: Random) -> None:
        self._time_s = 0.0
        self._phases = [rng.uniform(0.0, math.tau) for _ in range(3)]
        self._depth = Wander(rng, 35.0, 2400.0)
        self._bottom_m = 70.0
        self._height = Wander(rng, 0.3, 900.0)
        self._water = Wander(rng, 0.8, 7200.0)
        self.roll_deg = 0.0
        self.depth_m = 70.0
        self.water_c = 18.0
        self.load_share = 1.0
        """Resistance of the waves: multiplies the power the propellers take, about 1."""

    def advance(self, dt_s: float, *, is_on_station: bool) -> None:
        """Let the waves run on."""
        self._time_s += dt_s
        height = 1.0 + self._height.advance(dt_s)
        first, second, third = self._phases
        swell = math.sin(math.tau * self._time_s / 8.7 + first)
        chop = math.sin(math.tau * self._time_s / 6.1 + second)
        self.roll_deg = height * (3.2 * swell + 1.4 * chop)
        self.load_share = 1.0 + 0.025 * height * math.sin(math.tau * self._time_s / 11.3 + third)
        self._bottom_m = lagged(self._bottom_m, 30.0 if is_on_station else 75.0, dt_s, 900.0)
        self.depth_m = self._bottom_m * (1.0 + self._depth.advance(dt_s) / 100.0)
        self.water_c = 18.0 + self._water.advance(dt_s)
