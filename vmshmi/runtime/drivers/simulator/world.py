"""One simulated world: a model of machinery, the faults of its instruments, and the story that is told with both."""

import math
from collections.abc import Callable, Mapping
from typing import Protocol

from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.faults import FaultBoard

MAX_STEP_S = 1.0
"""Longest step of a model, in its own seconds; a longer way is walked in several."""


class Model(Protocol):
    """Something that has values and a future. Same seed and same steps give the same values."""

    @property
    def faults(self) -> FaultBoard:
        """What is wrong with its instruments."""
        ...

    @property
    def values(self) -> Mapping[TagId, float]:
        """The truth now, each in the tag's unit; a dictionary that is changed in place."""
        ...

    def advance(self, dt_s: float) -> None:
        """Let `dt_s` seconds pass, at most `MAX_STEP_S`."""
        ...

    def order(self, tag: TagId, value: float) -> None:
        """Do what somebody commands; what comes of it shows in the values, sooner or later.

        Raises:
            OrderRefused: when it does not do that, or not now.
        """
        ...

    def noise(self, tag: TagId) -> float:
        """Standard deviation of this tag's instrument, in the tag's unit."""
        ...


class World:
    """A model and its time; several drivers may read one.

    Args:
        model: what happens.
        step_s: what one tick of a device brings, in the world's seconds; walked in equal steps.
        script: called with the time of the world before each step; tells what goes wrong.
    """

    def __init__(self, model: Model, step_s: float, script: Callable[[float], None] | None = None) -> None:
        self.model = model
        self._script = script
        self.time_s = 0.0
        steps = math.ceil(step_s / MAX_STEP_S)
        self._step_s = step_s / steps

    def advance_to(self, time_s: float) -> None:
        """Walk on to this moment of the world; a moment that has passed already is left alone."""
        while self.time_s + self._step_s * 0.5 < time_s:
            if self._script is not None:
                self._script(self.time_s)
            self.model.advance(self._step_s)
            self.time_s += self._step_s
