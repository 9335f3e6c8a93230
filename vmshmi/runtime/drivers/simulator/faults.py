"""What can go wrong between a machine and the reader: instruments, wires, I/O nodes. Machines fail in the plant.

Faults are objects that change a reading; several on one tag act one after the other, in the order they were added.
"""

import math
from collections.abc import Container
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol

from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId


@dataclass(frozen=True, slots=True)
class Reading:
    """What an instrument says.

    Attributes:
        value: in the tag's unit; None when there is nothing to read.
        quality: why, when it is not good.
    """

    value: float | None
    quality: Quality = Quality.GOOD


class Fault(Protocol):
    """Something wrong with one tag's instrument."""

    @property
    def tag(self) -> TagId:
        """The tag it sits on."""
        ...

    def apply(self, reading: Reading, time_s: float, rng: Random) -> Reading:
        """The reading as it comes out of the fault; `time_s` is the plant's time."""
        ...


class Stuck:
    """The instrument goes on saying what it said first; its quality stays good, which is what makes it dangerous."""

    def __init__(self, tag: TagId) -> None:
        self.tag = tag
        self._held: Reading | None = None

    def apply(self, reading: Reading, time_s: float, rng: Random) -> Reading:
        """The first reading since the fault began."""
        del time_s, rng
        if self._held is None:
            self._held = reading
        return self._held


class Drift:
    """The instrument wanders away from the truth.

    Args:
        tag: the tag it sits on.
        per_s: error that is added each second, in the tag's unit.
        limit: largest error, either way.
    """

    def __init__(self, tag: TagId, per_s: float, limit: float = math.inf) -> None:
        self.tag = tag
        self._per_s = per_s
        self._limit = abs(limit)
        self._since: float | None = None

    def apply(self, reading: Reading, time_s: float, rng: Random) -> Reading:
        """The reading with the error so far."""
        del rng
        if self._since is None:
            self._since = time_s
        if reading.value is None:
            return reading
        error = self._per_s * (time_s - self._since)
        return replace(reading, value=reading.value + max(-self._limit, min(self._limit, error)))


@dataclass(frozen=True, slots=True)
class Noise:
    """A loose terminal or a bad screen: the reading jumps by up to `amplitude`, in the tag's unit."""

    tag: TagId
    amplitude: float

    def apply(self, reading: Reading, time_s: float, rng: Random) -> Reading:
        """The reading with a random error."""
        del time_s
        if reading.value is None:
            return reading
        return replace(reading, value=reading.value + rng.uniform(-self.amplitude, self.amplitude))


@dataclass(frozen=True, slots=True)
class BrokenWire:
    """No current in the loop: there is no value, and the reader knows why."""

    tag: TagId

    def apply(self, reading: Reading, time_s: float, rng: Random) -> Reading:
        """Nothing, with the reason."""
        del reading, time_s, rng
        return Reading(None, Quality.BAD_SENSOR_FAILURE)


@dataclass(frozen=True, slots=True)
class Forced:
    """A short circuit or a bridged terminal: the reading is what the wire says, whatever the machine does."""

    tag: TagId
    value: float

    def apply(self, reading: Reading, time_s: float, rng: Random) -> Reading:
        """The forced value, of good quality."""
        del reading, time_s, rng
        return Reading(self.value)


@dataclass(frozen=True, slots=True)
class Chatter:
    """A contact or a level that comes and goes.

    Attributes:
        tag: the tag it sits on.
        value: what it says while it is away from the truth, in the tag's unit.
        on_s, off_s: how long it is away, and how long it tells the truth after that.
        phase_s: how much later it begins than the plant's time 0.
    """

    tag: TagId
    value: float
    on_s: float
    off_s: float
    phase_s: float = 0.0

    def apply(self, reading: Reading, time_s: float, rng: Random) -> Reading:
        """The value while it is away, the reading while it is not."""
        del rng
        elapsed = time_s - self.phase_s
        is_away = elapsed >= 0 and elapsed % (self.on_s + self.off_s) < self.on_s
        return Reading(self.value) if is_away else reading


class FaultBoard:
    """All faults that are in force, by tag, and the I/O nodes that do not answer."""

    def __init__(self) -> None:
        self._faults: dict[TagId, list[Fault]] = {}
        self._lost: dict[TagId, str] = {}

    def add(self, fault: Fault) -> None:
        """Put a fault into force."""
        self._faults.setdefault(fault.tag, []).append(fault)

    def clear(self, tag: TagId) -> None:
        """Repair everything on this tag; nothing to repair is fine."""
        self._faults.pop(tag, None)

    def lose_node(self, reads: TagId, reason: str) -> None:
        """Let the I/O node that reads this tag fall silent; the reason is one line for a person."""
        self._lost[reads] = reason

    def restore_node(self, reads: TagId) -> None:
        """Let it answer again; one that does already is left alone."""
        self._lost.pop(reads, None)

    def silence(self, tags: Container[TagId]) -> str | None:
        """Why the node that reads these tags does not answer; None when it does."""
        return next((reason for reads, reason in self._lost.items() if reads in tags), None)

    def on(self, tag: TagId) -> list[Fault]:
        """The faults of a tag, in the order they were added."""
        return self._faults.get(tag, [])

    def broken_wires(self) -> int:
        """How many instruments are known to have failed."""
        return sum(any(isinstance(fault, BrokenWire) for fault in faults) for faults in self._faults.values())
