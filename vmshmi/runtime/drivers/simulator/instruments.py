"""What the instruments make of the truth: noise, resolution, range, faults, and the type each kind of tag has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from vmshmi.core.display import decimals_of
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.drivers.simulator.faults import Reading
from vmshmi.runtime.drivers.simulator.world import World

NOISE_LIMIT = 3.0
"""Largest error of a healthy instrument, in standard deviations."""


@dataclass(frozen=True, slots=True)
class _Instrument:
    tag: TagId
    kind: TagKind
    sigma: float
    decimals: int
    lowest: float
    highest: float


class Instruments:
    """Reads a world for one device.

    Args:
        tags: what this device feeds.
        world: what is read.
        rng: for the noise; the same one gives the same readings.
    """

    def __init__(self, tags: Iterable[TagDef], world: World, rng: Random) -> None:
        self._world = world
        self._rng = rng
        self._instruments = [
            _Instrument(
                tag=tag.id,
                kind=tag.kind,
                sigma=world.model.noise(tag.id),
                decimals=decimals_of(tag),
                lowest=float("-inf") if tag.range_min is None else tag.range_min,
                highest=float("inf") if tag.range_max is None else tag.range_max,
            )
            for tag in tags
        ]

    def sample(self, now: datetime) -> list[tuple[TagId, TagValue]]:
        """Read every instrument once; one stamp for all of it."""
        return [(instrument.tag, self._read(instrument, now)) for instrument in self._instruments]

    def _read(self, instrument: _Instrument, now: datetime) -> TagValue:
        world = self._world
        truth = world.model.values[instrument.tag]
        reading = Reading(self._noisy(instrument, truth))
        for fault in world.model.faults.on(instrument.tag):
            reading = fault.apply(reading, world.time_s, self._rng)
        value, quality = reading.value, reading.quality
        if value is None:
            return TagValue(None, quality, now)
        if quality is Quality.GOOD and not instrument.lowest <= value <= instrument.highest:
            quality = Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED
        said = _as_kind(instrument, value)
        return TagValue(said, quality, now, said)

    def _noisy(self, instrument: _Instrument, truth: float) -> float:
        """What a healthy instrument says: quiet where there is nothing to measure, and never beyond its own ends."""
        if not instrument.sigma or abs(truth) <= instrument.sigma:
            return truth
        if not instrument.lowest <= truth <= instrument.highest:
            return truth
        error = instrument.sigma * max(-NOISE_LIMIT, min(NOISE_LIMIT, self._rng.gauss(0.0, 1.0)))
        return max(instrument.lowest, min(instrument.highest, truth + error))


def _as_kind(instrument: _Instrument, value: float) -> Scalar:
    """The value in the instrument's resolution and in the type of its kind."""
    if instrument.kind is TagKind.DIGITAL:
        return value >= 0.5
    if instrument.kind is TagKind.TEXT:
        return f"{value:g}"
    if instrument.kind is TagKind.ENUM or (instrument.kind is TagKind.COUNTER and instrument.decimals == 0):
        return round(value)
    return round(value, instrument.decimals) + 0.0  # + 0.0: no instrument shows -0.0
