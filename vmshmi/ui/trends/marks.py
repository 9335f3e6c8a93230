"""What happened on the time line: raisings of the alarms of the drawn tags, and starts and stops of the runtime."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Priority, TransitionKind

MARK_PX = 26.0
"""Size of a mark on the screen; marks nearer than this are one."""
_ASKS = (TransitionKind.RAISED, TransitionKind.REALARMED)
_OF_RUNTIME = (TransitionKind.STARTED, TransitionKind.STOPPED, TransitionKind.CLOCK_JUMPED)


@dataclass(frozen=True, slots=True)
class EventMark:
    """One raising, or one event of the runtime.

    Attributes:
        at_s: seconds since 1970 UTC.
        line: of the journal.
        latest: the newest record of this raising that is known: when it was answered and when it returned.
        priority: of the alarm at that moment; None for the runtime's own events.
    """

    at_s: float
    line: AlarmTransition
    latest: AlarmRecord
    priority: Priority | None


@dataclass(frozen=True, slots=True)
class MarkGroup:
    """Marks that lie upon each other on the screen; the gravest of them is drawn.

    Attributes:
        at_s: where it is drawn.
        marks: in order of time.
    """

    at_s: float
    marks: tuple[EventMark, ...]

    @property
    def gravest(self) -> EventMark:
        """The one with the highest priority; events of the runtime come last."""
        return min(self.marks, key=lambda mark: 9 if mark.priority is None else mark.priority.rank)


def marks_of(
    journal: Iterable[AlarmTransition], definitions: Mapping[str, AlarmDef], tags: Collection[str]
) -> list[EventMark]:
    """Marks in order of time.

    Args:
        journal: lines in any order.
        definitions: of the alarms; an alarm that is no longer defined has no tag, and so no mark.
        tags: only alarms of these tags; the runtime's own events always.
    """
    lines = sorted(journal, key=lambda line: line.at)
    latest = {(line.record.id, line.record.occurrence): line.record for line in lines if line.kind.is_change}
    marks: list[EventMark] = []
    for line in lines:
        definition = definitions.get(line.record.id)
        if line.kind in _OF_RUNTIME:
            marks.append(EventMark(line.at.timestamp(), line, line.record, None))
        elif line.kind in _ASKS and definition is not None and definition.tag in tags:
            record = latest.get((line.record.id, line.record.occurrence), line.record)
            marks.append(EventMark(line.at.timestamp(), line, record, line.priority or definition.priority))
    return marks


def grouped(marks: Sequence[EventMark], start_s: float, end_s: float, reach_s: float) -> list[MarkGroup]:
    """Those in view; marks nearer to the first of their group than `reach_s` are one group."""
    groups: list[list[EventMark]] = []
    for mark in marks:
        if start_s <= mark.at_s <= end_s:
            if groups and mark.at_s - groups[-1][0].at_s < reach_s:
                groups[-1].append(mark)
            else:
                groups.append([mark])
    return [MarkGroup(group[0].at_s, tuple(group)) for group in groups]
