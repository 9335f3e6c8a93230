"""Bilge wells of the engine room, the pump that empties them, and water where it should not be."""

from collections import deque

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.plant.dynamics import Hold, Thermostat, clamped
from vmshmi.runtime.drivers.simulator.plant.tanks import Tank

_SEEPAGE_LPH = 5.0
_PUMP_LPH = 6_000.0
_CONTACTOR_S = 2.0
"""From an order by hand until the pump turns."""
_WELL_L = 45.0
"""A well's float says high here; the pump starts well below."""
_DRY_L = 38.0
"""With some sloshing between, it lets go here."""
_SPILL_L = 150.0
"""Above this the water runs on to the other well."""


class BilgeSystem:
    """Two wells, one automatic pump, one holding tank.

    `ingress_lph` is the sea coming in at the aft well; `pump_failed` stops the pump; `is_ordered` runs it by hand.
    """

    def __init__(self) -> None:
        self._time_s = 0.0
        self.forward_l = 6.0
        self.aft_l = 9.0
        self.holding = Tank(3_000.0, 22.0)
        self.ingress_lph = 0.0
        self.pump_failed = False
        self.is_pumping = False
        self.is_ordered = False
        self._by_hand = Hold(_CONTACTOR_S)
        self._auto = Thermostat(20.0, 4.0)
        self._discharge = Thermostat(60.0, 20.0)
        self._starts: deque[float] = deque()
        self._forward_high = False
        self._aft_high = False

    @property
    def water_l(self) -> float:
        """All the water in the engine room."""
        return self.forward_l + self.aft_l

    def advance(self, dt_s: float, *, powered: bool) -> None:
        """Seep, leak, pump, spread."""
        self._time_s += dt_s
        self.forward_l += 0.3 * _SEEPAGE_LPH * dt_s / 3600.0
        self.aft_l += (0.7 * _SEEPAGE_LPH + self.ingress_lph) * dt_s / 3600.0
        spill = clamped(self.aft_l - _SPILL_L - self.forward_l, 0.0, 4.0 * dt_s)
        self.aft_l -= spill
        self.forward_l += spill
        by_hand = self._by_hand.advance(self.is_ordered, dt_s)
        wants = self._auto.advance(max(self.forward_l, self.aft_l)) or by_hand
        was_pumping = self.is_pumping
        self.is_pumping = wants and powered and not self.pump_failed and self.holding.percent < 98.0
        if self.is_pumping:
            self._pump(_PUMP_LPH * dt_s / 3600.0)
        if self.is_pumping and not was_pumping:
            self._starts.append(self._time_s)
        while self._starts and self._starts[0] < self._time_s - 3600.0:
            self._starts.popleft()
        # the oily water separator empties the holding tank under way
        if self._discharge.advance(self.holding.percent) and powered:
            self.holding.flow(-400.0, dt_s)
        self._forward_high = self.forward_l > (_DRY_L if self._forward_high else _WELL_L)
        self._aft_high = self.aft_l > (_DRY_L if self._aft_high else _WELL_L)

    def _pump(self, litres: float) -> None:
        """From the fuller well into the holding tank."""
        from_aft = min(self.aft_l, litres) if self.aft_l >= self.forward_l else 0.0
        from_forward = min(self.forward_l, litres - from_aft)
        self.aft_l -= from_aft
        self.forward_l -= from_forward
        self.holding.add(from_aft + from_forward)

    def write(self, values: dict[TagId, float]) -> None:
        """Put the bilge tags into the ship's values."""
        values[TagId("bilge.er_f_high")] = float(self._forward_high)
        values[TagId("bilge.er_a_high")] = float(self._aft_high)
        values[TagId("bilge.pump1")] = 2 if self.pump_failed else int(self.is_pumping)
        values[TagId("bilge.pump1_order")] = float(self.is_ordered)
        values[TagId("bilge.pump1_starts")] = len(self._starts)
        values[TagId("t_bilge.level")] = self.holding.percent
