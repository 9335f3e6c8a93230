"""The way in: batches of samples become columns of hot rows, in the runtime's loop, in under a microsecond each."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from vmshmi.core.clock import to_micros
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.journal import TagEntry
from vmshmi.runtime.historian.rows import Family

log = logging.getLogger(__name__)

_UNKNOWN_NAMED = 20  # after so many unknown tags have been named in the log the rest is only counted


class _Lists:
    """One family's part of a batch, before it goes into the columns."""

    __slots__ = ("codes", "qualities", "stamps", "values")

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.stamps: list[int] = []
        self.values: list[object] = []
        self.qualities: list[int] = []

    def clear(self) -> None:
        self.codes.clear()
        self.stamps.clear()
        self.values.clear()
        self.qualities.clear()


class Intake:
    """Sorts samples into the hot tables; only the loop calls it.

    Args:
        tables: where rows go.
        entries: the code of each tag.

    Attributes:
        taken: rows taken since start.
        dropped: samples lost: no room, or an unknown tag.
    """

    def __init__(self, tables: Mapping[Family, HotTable], entries: Mapping[int, TagEntry]) -> None:
        self._tables = tables
        self._lists = {family: _Lists() for family in tables}
        self._slots = {TagId(entry.tag_id): (code, self._lists[entry.family]) for code, entry in entries.items()}
        self._unknown: set[TagId] = set()
        self._full = False
        self.taken = 0
        self.dropped = 0

    def code_of(self, tag_id: TagId) -> int:
        """The number of a tag in the hot rows.

        Raises:
            KeyError: if there is no such tag.
        """
        return self._slots[tag_id][0]

    def take(self, batch: Sequence[tuple[TagId, TagValue]]) -> None:
        """Append a batch; what finds no room is counted as dropped."""
        slots = self._slots
        last_stamp: datetime | None = None
        micros = 0
        for tag_id, sample in batch:
            slot = slots.get(tag_id)
            if slot is None:
                self._drop_unknown(tag_id)
                continue
            stamp = sample.timestamp
            if stamp is not last_stamp:  # a poll has one stamp for all its samples
                last_stamp = stamp
                micros = to_micros(stamp)
            code, lists = slot
            lists.codes.append(code)
            lists.stamps.append(micros)
            lists.values.append(sample.value)
            lists.qualities.append(sample.quality)
        for family, lists in self._lists.items():
            if lists.codes:
                self._append(self._tables[family], lists)
                lists.clear()

    def _append(self, table: HotTable, lists: _Lists) -> None:
        count = len(lists.codes)
        taken = table.append(lists.codes, lists.stamps, lists.values, lists.qualities)
        self.taken += taken
        if taken < count:
            self.dropped += count - taken
            if not self._full:
                log.error("history: no room in memory for %s, samples are dropped", table.family.value)
        self._full = taken < count

    def _drop_unknown(self, tag_id: TagId) -> None:
        self.dropped += 1
        if tag_id not in self._unknown and len(self._unknown) < _UNKNOWN_NAMED:
            self._unknown.add(tag_id)
            log.warning("history: sample of unknown tag %s dropped", tag_id)
