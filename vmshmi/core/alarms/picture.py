"""What a screen keeps of the alarms: the records that stand or are not announced."""

from collections.abc import Iterable, Mapping, Sequence

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, TransitionKind, list_order


class AlarmPicture:
    """The notable records of all alarms, as far as they have been told.

    Args:
        definitions: of every alarm by id, kept up to date by the caller; a record without one is kept, not listed.
    """

    def __init__(self, definitions: Mapping[str, AlarmDef]) -> None:
        self._definitions = definitions
        self._records: dict[str, AlarmRecord] = {}
        self._keys: dict[str, tuple[int, int, float]] = {}
        """Sort keys that are worked out: in a flood thousands stand and a few have changed."""

    def begin(self, records: Iterable[AlarmRecord]) -> None:
        """Take these, and forget all others."""
        self._records = {record.id: record for record in records if _is_notable(record)}
        self._keys = {}

    def take(self, transition: AlarmTransition) -> None:
        """Take what has happened."""
        record = transition.record
        self._keys.pop(record.id, None)
        if _is_notable(record) and transition.kind is not TransitionKind.REMOVED:
            self._records[record.id] = record
        else:
            self._records.pop(record.id, None)

    def records(self) -> Mapping[str, AlarmRecord]:
        """All that are kept."""
        return self._records

    def standing(self) -> list[AlarmRecord]:
        """All that are active or want an answer, in the order of the list."""
        return self._listed(record for record in self._records.values() if record.stands)

    def suppressed(self) -> list[AlarmRecord]:
        """All that are not announced, in the order of the list."""
        return self._listed(record for record in self._records.values() if record.suppression is not None)

    def _listed(self, records: Iterable[AlarmRecord]) -> list[AlarmRecord]:
        known, keys = self._definitions, self._keys
        listed = [record for record in records if record.id in known]
        for record in listed:
            if record.id not in keys:
                keys[record.id] = list_order(known[record.id], record)
        return sorted(listed, key=lambda record: keys[record.id])


def notable(*lists: Sequence[AlarmRecord]) -> list[AlarmRecord]:
    """The records of these lists, each once."""
    return list({record.id: record for records in lists for record in records}.values())


def _is_notable(record: AlarmRecord) -> bool:
    return record.stands or record.suppression is not None
