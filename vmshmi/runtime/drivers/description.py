"""What a protocol knows of a tag that its project need not write again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmshmi.config.bus_devices import ScaledSource


@dataclass(frozen=True, slots=True)
class TagDescription:
    """Of one tag.

    Attributes:
        unit: of the values as they come; empty where there is none, or the tag's own scale changes it.
        states: texts of the numbers, of a state.
    """

    unit: str = ""
    states: Mapping[int, str] = field(default_factory=dict[int, str])


def is_as_it_comes(source: ScaledSource) -> bool:
    """Whether a tag's numbers stay in the unit in which its protocol brings them."""
    return source.scale == 1 and source.offset == 0
