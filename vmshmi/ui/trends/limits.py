"""The limits an alarm holds its tag against, as marks on a scale."""

from collections.abc import Iterable
from dataclasses import dataclass

from vmshmi.core.alarms.model import AlarmDef, Measure, Operator, Priority
from vmshmi.core.tags import TagDef
from vmshmi.ui.alarms.words import limit_text, priority_text

_ABOVE = frozenset({Operator.GREATER, Operator.GREATER_EQUAL})
_BELOW = frozenset({Operator.LESS, Operator.LESS_EQUAL})


@dataclass(frozen=True, slots=True)
class LimitMark:
    """One limit.

    Attributes:
        value: in the tag's unit.
        above: True where the alarm is above it, False where it is below.
        text: `ALARM < 1.80 bar`.
        priority: of the alarm.
    """

    value: float
    above: bool
    text: str
    priority: Priority


def limits_of(tag: TagDef, alarms: Iterable[AlarmDef]) -> tuple[LimitMark, ...]:
    """Every limit of a tag that lies on its scale, highest first; limits at one value give one mark, the gravest."""
    marks: dict[tuple[float, bool], LimitMark] = {}
    for alarm in sorted(alarms, key=lambda alarm: alarm.priority.rank):
        if alarm.tag != tag.id or alarm.measure is not Measure.VALUE:
            continue  # the limit of a deviation or a rate has no place among the values
        text = f"{priority_text(alarm.priority)} {limit_text(alarm, tag)}"
        places: list[tuple[float, bool]] = []
        if alarm.operator in _ABOVE:
            places = [(alarm.limit, True)]
        elif alarm.operator in _BELOW:
            places = [(alarm.limit, False)]
        elif alarm.operator is Operator.ABS_GREATER:
            places = [(alarm.limit, True), (-alarm.limit, False)]
        for place in places:
            marks.setdefault(place, LimitMark(*place, text, alarm.priority))
    return tuple(sorted(marks.values(), key=lambda mark: -mark.value))
