"""What a screen keeps of the alarms: the records that stand or are not announced."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, TransitionKind, list_order

_Key = tuple[int, int, float, int]
"""Place in the list (`list_order`), then which came first."""


class AlarmPicture:
    """The notable records of all alarms, as far as they have been told.

    Args:
        definitions: of every alarm by id, kept up to date by the caller; a record without one is kept, not listed.
    """

    def __init__(self, definitions: Mapping[str, AlarmDef]) -> None:
        self._definitions = definitions
        self.begin(())

    def begin(self, records: Iterable[AlarmRecord]) -> None:
        """Take these, and forget all others."""
        self._records: dict[str, AlarmRecord] = {}
        self._numbers = count()
        self._places: dict[str, int] = {}
        """Which came first of those that are equal in the order of the list."""
        self._keys: dict[str, _Key] = {}
        self._order: list[_Key] = []
        self._standing: list[AlarmRecord] = []
        """In the order of their keys, kept sorted: in a flood thousands stand and a few have changed."""
        for record in records:
            if _is_notable(record):
                self._keep(record)

    def take(self, transition: AlarmTransition) -> None:
        """Take what has happened."""
        record = transition.record
        self._unlist(record.id)
        if _is_notable(record) and transition.kind is not TransitionKind.REMOVED:
            self._keep(record)
        else:
            self._records.pop(record.id, None)
            self._places.pop(record.id, None)

    def records(self) -> Mapping[str, AlarmRecord]:
        """All that are kept."""
        return self._records

    def standing(self) -> list[AlarmRecord]:
        """All that are active or want an answer, in the order of the list."""
        self._list_late()
        known = self._definitions
        return [record for record in self._standing if record.id in known]

    def suppressed(self) -> list[AlarmRecord]:
        """All that are not announced, in the order of the list."""
        self._list_late()
        known, keys = self._definitions, self._keys
        aside = [record for record in self._records.values() if record.suppression is not None and record.id in known]
        return sorted(aside, key=lambda record: keys[record.id])

    def _keep(self, record: AlarmRecord) -> None:
        self._records[record.id] = record
        if record.id not in self._places:
            self._places[record.id] = next(self._numbers)
        if record.id in self._definitions:
            self._list(record)

    def _list(self, record: AlarmRecord) -> None:
        key = (*list_order(self._definitions[record.id], record), self._places[record.id])
        self._keys[record.id] = key
        if record.stands:
            place = bisect_left(self._order, key)
            self._order.insert(place, key)
            self._standing.insert(place, record)

    def _unlist(self, alarm_id: str) -> None:
        key = self._keys.pop(alarm_id, None)
        if key is None:
            return
        place = bisect_left(self._order, key)
        if place < len(self._order) and self._order[place] == key:
            del self._order[place], self._standing[place]

    def _list_late(self) -> None:
        """A definition may come after its record."""
        if len(self._keys) < len(self._records):
            for alarm_id, record in self._records.items():
                if alarm_id not in self._keys and alarm_id in self._definitions:
                    self._list(record)


def notable(*lists: Sequence[AlarmRecord]) -> list[AlarmRecord]:
    """The records of these lists, each once."""
    return list({record.id: record for records in lists for record in records}.values())


def _is_notable(record: AlarmRecord) -> bool:
    return record.stands or record.suppression is not None
