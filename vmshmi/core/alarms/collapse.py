"""Which standing alarms are explained by others: the list shows them nested below what explains them.

Nothing is hidden: every record that is put in comes out once, and each row says how many stand below it. Nothing here
changes an alarm; what is folded sounds, asks and is journalled as before.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Measure, Priority, priority_of
from vmshmi.core.values import TagId

Seen = Collection[tuple[str, int]]
"""(alarm id, occurrence) of each raising that a person has had before the eyes."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def lost_alarm(device_id: str) -> str:
    """The id of the alarm that says that a device is lost."""
    return f"system.device.{device_id}.lost"


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One row of the list.

    Attributes:
        record: the alarm.
        depth: 0 for a root, 1 for its consequences, 2 for theirs.
        below: how many stand below it, however deep; 0 when it has no consequences.
        unanswered: how many of those want an answer and are announced.
        worst: the highest priority among those; None when there are none.
    """

    record: AlarmRecord
    depth: int = 0
    below: int = 0
    unanswered: int = 0
    worst: Priority | None = None


def arrange(
    standing: Sequence[AlarmRecord],
    definitions: Mapping[str, AlarmDef],
    devices: Mapping[TagId, str],
    *,
    flood: bool,
    seen: Seen = (),
    before: Sequence[AlarmRow] = (),
) -> tuple[AlarmRow, ...]:
    """Put each alarm below the standing one that explains it.

    A lost device explains the alarms of its tags always. `consequence_of` and first-out groups explain in a flood only.
    Emergency alarms and first-outs are never folded, and nothing that wants an answer and has not been seen, except the
    sensor alarms of a lost device. In a flood those come first.

    Args:
        standing: the records to show, each id once, in the order of the list.
        definitions: by alarm id; a record without one is a root.
        devices: the device of each tag.
        flood: a flood is on.
        seen: raisings that have been before the person's eyes; best a set.
        before: what was answered last time; rows that still hold are taken from it instead of made.

    Returns:
        Every record once: the roots in the given order, each followed by what is below it, depth first.
    """
    parents = _Explanations(standing, definitions, devices, flood=flood, seen=seen).parents()
    children: dict[int, list[int]] = {}
    for index in sorted(parents):
        children.setdefault(parents[index], []).append(index)
    roots = [index for index in range(len(standing)) if index not in parents]
    if flood:
        roots.sort(key=lambda index: not _is_kept_on_top(standing[index], definitions.get(standing[index].id), seen))
    alone = {row.record.id: row for row in before if not row.depth and not row.below}
    rows: list[AlarmRow] = []
    for root in roots:
        if root in children:
            rows += _counted(standing, definitions, parents, _depth_first(root, children))
            continue
        record = standing[root]
        row = alone.get(record.id)
        rows.append(row if row is not None and row.record is record else AlarmRow(record))
    return tuple(rows)


def _depth_first(root: int, children: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """Index and depth of the root and of all below it."""
    order: list[tuple[int, int]] = []
    waiting = [(root, 0)]
    while waiting:
        index, depth = waiting.pop()
        order.append((index, depth))
        waiting.extend((child, depth + 1) for child in reversed(children.get(index, ())))
    return order


def visible(rows: Sequence[AlarmRow], opened: Collection[str]) -> Iterator[AlarmRow]:
    """The rows that are to be drawn while the folds of these alarm ids are open and all others closed."""
    closed_at: int | None = None
    for row in rows:
        if closed_at is not None and row.depth > closed_at:
            continue
        closed_at = row.depth if row.below and row.record.id not in opened else None
        yield row


def _counted(
    standing: Sequence[AlarmRecord],
    definitions: Mapping[str, AlarmDef],
    parents: Mapping[int, int],
    order: Sequence[tuple[int, int]],
) -> Iterator[AlarmRow]:
    """The rows of a root and of all below it."""
    below = dict.fromkeys((index for index, _ in order), 0)
    unanswered = dict.fromkeys(below, 0)
    worst: dict[int, Priority | None] = dict.fromkeys(below)
    for index, _ in reversed(order):  # children before their parents
        parent = parents.get(index)
        if parent is None:
            continue
        record = standing[index]
        definition = definitions.get(record.id)
        below[parent] += 1 + below[index]
        unanswered[parent] += record.is_unanswered + unanswered[index]
        own = None if definition is None else priority_of(definition, record)
        ranked = [priority for priority in (worst[parent], worst[index], own) if priority is not None]
        worst[parent] = min(ranked, key=lambda priority: priority.rank, default=None)
    for index, depth in order:
        yield AlarmRow(standing[index], depth, below[index], unanswered[index], worst[index])


def _is_kept_on_top(record: AlarmRecord, definition: AlarmDef | None, seen: Seen) -> bool:
    return _is_new(record, seen) or _is_never_folded(record, definition)


def _is_never_folded(record: AlarmRecord, definition: AlarmDef | None) -> bool:
    if definition is None:
        return True
    return record.first_out or priority_of(definition, record) is Priority.EMERGENCY_ALARM


def _is_new(record: AlarmRecord, seen: Seen) -> bool:
    return record.is_unanswered and (record.id, record.occurrence) not in seen


class _Explanations:
    """Finds for each record the one that explains it."""

    def __init__(
        self,
        standing: Sequence[AlarmRecord],
        definitions: Mapping[str, AlarmDef],
        devices: Mapping[TagId, str],
        *,
        flood: bool,
        seen: Seen,
    ) -> None:
        self._standing = standing
        self._definitions = definitions
        self._devices = devices
        self._flood = flood
        self._seen = seen
        self._index = {record.id: index for index, record in enumerate(standing) if record.stands}
        self._first_outs: dict[str, list[int]] = {}
        for index, record in enumerate(standing):
            if not record.first_out:
                continue
            definition = definitions.get(record.id)
            if record.stands and definition is not None and definition.first_out:
                self._first_outs.setdefault(definition.first_out, []).append(index)

    def parents(self) -> dict[int, int]:
        """Index of what explains it, by index; roots are left out. No circles: of those in one the oldest is a root."""
        found: dict[int, int] = {}
        newest_first = sorted(
            self._perhaps(), key=lambda index: self._standing[index].raised_at or _LONG_AGO, reverse=True
        )
        for index in newest_first:
            for parent in self._candidates(index):
                if not _leads_to(found, parent, index):
                    found[index] = parent
                    break
        return found

    def _perhaps(self) -> Iterator[int]:
        """Those that anything here could explain: in most floods a few of thousands."""
        lost = {device for device in set(self._devices.values()) if lost_alarm(device) in self._index}
        for index, record in enumerate(self._standing):
            definition = self._definitions.get(record.id)
            if definition is None:
                continue
            named = self._flood and (definition.consequence_of or definition.first_out in self._first_outs)
            if named or (lost and any(self._devices.get(tag) in lost for tag in (definition.tag, *definition.inputs))):
                yield index

    def _candidates(self, index: int) -> Iterator[int]:
        record = self._standing[index]
        definition = self._definitions.get(record.id)
        if definition is None or _is_never_folded(record, definition):
            return
        new = _is_new(record, self._seen)
        if not new or definition.measure is Measure.BAD_QUALITY:
            yield from self._explaining(record, self._lost_devices(record, definition))
        if self._flood and not new:
            named = (self._index.get(parent) for parent in definition.consequence_of)
            yield from self._explaining(record, named)
            yield from self._explaining(record, self._first_outs.get(definition.first_out, ()))

    def _lost_devices(self, record: AlarmRecord, definition: AlarmDef) -> Iterator[int | None]:
        silent = record.held or record.blocked
        for tag in definition.inputs if silent else (definition.tag,):
            device = self._devices.get(tag)
            if device:
                yield self._index.get(lost_alarm(device))

    def _explaining(self, record: AlarmRecord, candidates: Iterable[int | None]) -> Iterator[int]:
        for candidate in candidates:
            if candidate is None or self._standing[candidate].id == record.id:
                continue
            if _explains(self._standing[candidate], record):
                yield candidate


def _explains(parent: AlarmRecord, record: AlarmRecord) -> bool:
    """While it is active it explains all; once it is over, only what came meanwhile and is over too."""
    if parent.active:
        return True
    if record.active or parent.raised_at is None or parent.rectified_at is None or record.raised_at is None:
        return False
    return parent.raised_at <= record.raised_at <= parent.rectified_at


def _leads_to(parents: Mapping[int, int], start: int, wanted: int) -> bool:
    step: int | None = start
    while step is not None:
        if step == wanted:
            return True
        step = parents.get(step)
    return False
