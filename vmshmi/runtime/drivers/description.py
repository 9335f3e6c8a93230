"""What a protocol knows of a tag that its project need not write again."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TagDescription:
    """Of one tag.

    Attributes:
        unit: of the values as they come; empty where there is none, or the tag's own scale changes it.
        states: texts of the numbers, of a state.
    """

    unit: str = ""
    states: Mapping[int, str] = field(default_factory=dict[int, str])
