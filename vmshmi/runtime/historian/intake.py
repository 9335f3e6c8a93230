"""The way in: batches of samples become columns of hot rows, in the runtime's loop, in under a microsecond each.

Which samples become rows is for each tag's rule (`core.recording`). A row has one time, that at which its value held.
Where it came at another time than that, the time of receipt is kept beside it.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from vmshmi.core.clock import to_micros
from vmshmi.core.recording import Recorder, RecordingRule
from vmshmi.core.values import LateValue, TagId, TagValue
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.journal import TagEntry
from vmshmi.runtime.historian.rows import Family

log = logging.getLogger(__name__)

Batch = Sequence[tuple[TagId, TagValue]]

_LATE = timedelta(seconds=2)
"""From so far on a row's time is not the time of its receipt: a source that tells whole seconds is not late, and a loop
that was held up for a moment does not make it so.
"""
_UNKNOWN_NAMED = 20  # after so many unknown tags have been named in the log the rest is only counted


class _Lists:
    """One family's part of a batch, before it goes into the columns."""

    __slots__ = ("codes", "late", "qualities", "stamps", "values")

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.stamps: list[int] = []
        self.values: list[object] = []
        self.qualities: list[int] = []
        self.late: dict[int, int] = {}
        """Place and time of receipt of rows that were not received when they held."""

    def add(self, code: int, sample: TagValue) -> None:
        if isinstance(sample, LateValue):
            self.late[len(self.codes)] = to_micros(sample.received)
        self.codes.append(code)
        self.stamps.append(to_micros(sample.timestamp))
        self.values.append(sample.value)
        self.qualities.append(sample.quality)

    def clear(self) -> None:
        self.codes.clear()
        self.stamps.clear()
        self.values.clear()
        self.qualities.clear()
        self.late.clear()


class Intake:
    """Sorts samples into the hot tables; only the loop calls it.

    Args:
        tables: where rows go.
        entries: the code of each tag.
        rules: of each tag that does not keep every sample.

    Attributes:
        taken: rows taken since start.
        dropped: samples lost: no room, or an unknown tag.
    """

    def __init__(
        self, tables: Mapping[Family, HotTable], entries: Mapping[int, TagEntry], rules: Mapping[TagId, RecordingRule]
    ) -> None:
        self._tables = tables
        self._lists = {family: _Lists() for family in tables}
        self._recorders = {tag_id: Recorder(rule) for tag_id, rule in rules.items()}
        self._slots = {
            (tag_id := TagId(entry.tag_id)): (code, self._lists[entry.family], self._recorders.get(tag_id))
            for code, entry in entries.items()
        }
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

    def take(self, batch: Batch, now: datetime) -> None:
        """Append what the rules keep of a batch; what finds no room is counted as dropped.

        Args:
            batch: samples, late ones too.
            now: when they were received.
        """
        slots = self._slots
        last_stamp: datetime | None = None
        micros, is_late = 0, False
        for tag_id, sample in batch:
            slot = slots.get(tag_id)
            if slot is None:
                self._drop_unknown(tag_id)
                continue
            stamp = sample.timestamp
            if stamp is not last_stamp:  # a poll has one stamp for all its samples
                last_stamp = stamp
                micros = to_micros(stamp)
                is_late = not -_LATE < now - stamp < _LATE
            code, lists, recorder = slot
            if recorder is not None:
                # a late one has to bear both times: the rule may hold it back until long after
                told = LateValue(sample.value, sample.quality, stamp, received=now) if is_late else sample
                kept = recorder.take(told)
                if not kept:
                    continue
                if len(kept) > 1:
                    lists.add(code, kept[0])
            if is_late:
                lists.late[len(lists.codes)] = to_micros(now)
            lists.codes.append(code)
            lists.stamps.append(micros)
            lists.values.append(sample.value)
            lists.qualities.append(sample.quality)
        self._append_all()

    def keep(self, batch: Batch) -> None:
        """Append samples whatever the rules say."""
        for tag_id, sample in batch:
            code, lists, _ = self._slots[tag_id]
            lists.add(code, sample)
        self._append_all()

    def keep_rest(self) -> None:
        """At the end: append how long each unchanged value was alive."""
        self.keep([(tag_id, sample) for tag_id, recorder in self._recorders.items() for sample in recorder.rest()])

    def _append_all(self) -> None:
        for family, lists in self._lists.items():
            if lists.codes:
                self._append(self._tables[family], lists)
                lists.clear()

    def _append(self, table: HotTable, lists: _Lists) -> None:
        count = len(lists.codes)
        taken = table.append(lists.codes, lists.stamps, lists.values, lists.qualities, lists.late)
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
