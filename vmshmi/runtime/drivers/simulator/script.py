"""How a story is told: steps in order of time, played on a ship."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat

Action = Callable[[Workboat], None]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens once.

    Attributes:
        at_s: seconds of the world since its beginning.
        action: what it does to the ship.
    """

    at_s: float
    action: Action


class Script:
    """A story being told.

    Args:
        steps: in any order.
        ship: on whom it is played.
    """

    def __init__(self, steps: Sequence[Step], ship: Workboat) -> None:
        self._steps = sorted(steps, key=lambda step: step.at_s)
        self._ship = ship
        self._played = 0

    def play(self, time_s: float) -> None:
        """Do what is due by this moment of the world."""
        while self._played < len(self._steps) and self._steps[self._played].at_s <= time_s:
            self._steps[self._played].action(self._ship)
            self._played += 1
