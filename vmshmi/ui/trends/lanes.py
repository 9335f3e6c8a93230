"""Which pens share a scale: one lane for each unit, states in a lane of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from vmshmi.core.tags import TagDef, TagKind

MOST_SCALES = 3
"""More scales beneath each other cannot be read on a ship's screen."""
STATE_KINDS = frozenset({TagKind.DIGITAL, TagKind.ENUM})


class LaneKind(Enum):
    """How a lane measures."""

    UNIT = "unit"
    """One scale for all its pens."""
    OWN = "own"
    """Each pen over the whole height on its own scale; the axis is that of the chosen pen."""
    STATES = "states"
    """A band for each pen, its states as steps."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Pens beneath one another's lines.

    Attributes:
        kind: how it measures.
        unit: of the scale; empty for the other kinds.
        pens: positions of its pens, in order.
    """

    kind: LaneKind
    unit: str
    pens: tuple[int, ...]


def lanes_of(tags: Sequence[TagDef], *, each: bool = False) -> tuple[Lane, ...]:
    """Lanes from top to bottom; the rarest of too many units share one, each pen on its own scale; `each` gives all of
    them one of their own.
    """
    by_unit: dict[str, list[int]] = {}
    states: list[int] = []
    for position, tag in enumerate(tags):
        if tag.kind in STATE_KINDS:
            states.append(position)
        else:
            by_unit.setdefault(tag.unit, []).append(position)
    units = list(by_unit)
    if each:
        own: list[str] = []
    elif len(units) > MOST_SCALES:
        common = sorted(units, key=lambda unit: -len(by_unit[unit]))[: MOST_SCALES - 1]
        own = [unit for unit in units if unit in common]
    else:
        own = units
    lanes = [Lane(LaneKind.UNIT, unit, tuple(by_unit[unit])) for unit in own]
    rest = sorted(position for unit in units if unit not in own for position in by_unit[unit])
    if rest:
        lanes.append(Lane(LaneKind.OWN, "", tuple(rest)))
    if states:
        lanes.append(Lane(LaneKind.STATES, "", tuple(states)))
    return tuple(lanes)
