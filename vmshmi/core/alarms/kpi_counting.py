"""One pass over the rows of the journal: what is counted for the numbers of `kpi`.

300,000 rows are counted here on board while the runtime works, so rows are plain tuples and moments are whole
microseconds since 1970.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from vmshmi.core.alarms.flood import FloodMeter, is_counted
from vmshmi.core.alarms.journal_event import JournalEvent
from vmshmi.core.alarms.model import AlarmRecord, Priority, TransitionKind
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import to_micros

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
STALE_US = 24 * 3600 * SECOND_US
CHATTER = 3
"""Raisings of one alarm within a minute that are called chattering."""

_WANTS_ANSWER = frozenset(priority.value for priority in Priority if priority.needs_answer)


@dataclass(frozen=True, slots=True)
class Opening:
    """How everything stood just before the first row that is counted.

    Attributes:
        records: the last record of each alarm until then.
        known_since: when the journal begins, microseconds; None when it is empty.
        stopped_at: when the runtime had stopped, if it was not running; microseconds.
    """

    records: Sequence[AlarmRecord] = ()
    known_since: int | None = None
    stopped_at: int | None = None


@dataclass(frozen=True, slots=True)
class FloodSpan:
    """A flood cut to the period, microseconds."""

    begin: int
    end: int
    raisings: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class StaleSpan:
    """A time in which an alarm stood announced that had been active for a day; `begin` and `end` cut to the period."""

    alarm: str
    raised_at: int
    begin: int
    end: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class Burst:
    """How one alarm chattered: how often it began to, and its most raisings within a minute."""

    times: int = 0
    most: int = 0


@dataclass(slots=True)
class Kept:
    """What people kept from being announced in one way: ids at the end and ever, and how often it began."""

    at_end: set[str] = field(default_factory=set[str])
    ever: set[str] = field(default_factory=set[str])
    times: int = 0


@dataclass(slots=True)
class Counted:
    """What one pass found."""

    raised_at: list[int] = field(default_factory=list[int])
    """Of every announced raising of the period, in order."""
    by_alarm: Counter[str] = field(default_factory=Counter[str])
    by_priority: Counter[str] = field(default_factory=Counter[str])
    floods: list[FloodSpan] = field(default_factory=list[FloodSpan])
    bursts: dict[str, Burst] = field(default_factory=dict[str, Burst])
    stale: list[StaleSpan] = field(default_factory=list[StaleSpan])
    wanted: int = 0
    never: int = 0
    answer_us: list[int] = field(default_factory=list[int])
    shelved: Kept = field(default_factory=Kept)
    out_of_service: Kept = field(default_factory=Kept)
    stopped_us: int = 0


class _Alarm:
    """What has to be known of one alarm on the way."""

    __slots__ = ("active_since", "asked", "asked_at", "bursting", "hidden", "id", "recent", "visible_since")

    def __init__(self, alarm_id: str) -> None:
        self.id = alarm_id
        self.active_since: int | None = None
        self.visible_since = 0
        self.hidden = 0
        """Of shelved and out of service, how many hold."""
        self.asked: int | None = None
        """The occurrence of the period that waits for its answer."""
        self.asked_at = 0
        self.recent: list[int] = []
        self.bursting = False


class Counting:
    """Takes the rows in order; `finish` closes what is open at the end.

    Args:
        first, last: the period in microseconds, `last` excluded.
        opening: how everything stood before the first row.
        rules: what a flood is.
    """

    def __init__(self, first: int, last: int, opening: Opening, rules: AlarmRules) -> None:
        self._first, self._last = first, last
        self._found = Counted()
        self._alarms: dict[str, _Alarm] = {}
        self._meter = FloodMeter(rules.flood_start, rules.flood_end, rules.flood_window_s * SECOND_US)
        self._stopped_at = opening.stopped_at
        for record in opening.records:
            self._begin(record)
        self._take: dict[str, Callable[[int, str, int, str | None], None]] = {
            TransitionKind.RAISED.value: self._raised,
            TransitionKind.REALARMED.value: self._raised,
            TransitionKind.ACKNOWLEDGED.value: self._acknowledged,
            TransitionKind.ESCALATED.value: self._escalated,
            TransitionKind.RECTIFIED.value: self._returned,
            TransitionKind.LATCHED.value: self._returned,
            TransitionKind.CLEARED.value: self._ended,
            TransitionKind.REMOVED.value: self._ended,
            TransitionKind.SHELVED.value: self._shelved,
            TransitionKind.UNSHELVED.value: self._unshelved,
            TransitionKind.OUT_OF_SERVICE.value: self._taken_out,
            TransitionKind.IN_SERVICE.value: self._brought_back,
            TransitionKind.STARTED.value: self._started,
            TransitionKind.STOPPED.value: self._stopped,
        }

    def _begin(self, record: AlarmRecord) -> None:
        alarm = self._of(record.id)
        if alarm is None:
            return
        for kept, order in ((self._found.shelved, record.shelved), (self._found.out_of_service, record.out_of_service)):
            if order is not None:
                kept.at_end.add(record.id)
                kept.ever.add(record.id)
                alarm.hidden += 1
        if record.active and record.raised_at is not None:
            alarm.active_since = alarm.visible_since = to_micros(record.raised_at)

    def take(self, rows: Sequence[JournalEvent]) -> None:
        """Count rows; those at or after the end are left out."""
        take, last = self._take, self._last
        for at, kind, alarm_id, occurrence, priority in rows:
            work = take.get(kind)
            if work is not None and at < last:
                work(at, alarm_id, occurrence, priority)

    def finish(self) -> Counted:
        """Close what is open at the end of the period."""
        found = self._found
        for alarm in self._alarms.values():
            if alarm.active_since is not None and not alarm.hidden:
                self._stood(alarm, self._last, is_on=True)
        if self._stopped_at is not None:
            self._off(self._stopped_at, self._last)
        self._finish_floods()
        found.stale.sort(key=lambda span: (span.raised_at, span.alarm))
        return found

    def _finish_floods(self) -> None:
        self._meter.passed(self._last)
        floods = [*self._meter.ended, *([self._meter.flood] if self._meter.flood else [])]
        for flood in floods:
            begin = max(self._first, int(flood.begin))
            end = self._last if flood.end is None else min(self._last, int(flood.end))
            if begin < end:
                self._found.floods.append(FloodSpan(begin, end, flood.raisings, flood.end is None))

    def _of(self, alarm_id: str) -> _Alarm | None:
        """What is known of it; None for those that are not measured."""
        alarm = self._alarms.get(alarm_id)
        if alarm is None and is_counted(alarm_id):
            alarm = self._alarms[alarm_id] = _Alarm(alarm_id)
        return alarm

    def _raised(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        alarm = self._of(alarm_id)
        if alarm is None:
            return
        self._unanswered(alarm)
        if alarm.active_since is None:
            alarm.active_since = alarm.visible_since = at
        if alarm.hidden:
            return
        self._meter.raised(at)
        recent = alarm.recent
        while recent and recent[0] <= at - MINUTE_US:
            recent.pop(0)
        recent.append(at)
        if at >= self._first:
            self._announced(alarm, at, occurrence, priority)

    def _announced(self, alarm: _Alarm, at: int, occurrence: int, priority: str | None) -> None:
        found = self._found
        found.raised_at.append(at)
        found.by_alarm[alarm.id] += 1
        found.by_priority[priority or ""] += 1
        if priority in _WANTS_ANSWER:
            found.wanted += 1
            alarm.asked, alarm.asked_at = occurrence, at
        if len(alarm.recent) < CHATTER:
            alarm.bursting = False
            return
        before = found.bursts.get(alarm.id, Burst())
        found.bursts[alarm.id] = Burst(before.times + (not alarm.bursting), max(before.most, len(alarm.recent)))
        alarm.bursting = True

    def _unanswered(self, alarm: _Alarm) -> None:
        if alarm.asked is not None:
            self._found.never += 1
            alarm.asked = None

    def _acknowledged(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del priority
        alarm = self._alarms.get(alarm_id)
        if alarm is not None and alarm.asked == occurrence:
            self._found.answer_us.append(max(0, at - alarm.asked_at))
            alarm.asked = None

    def _escalated(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del at, occurrence, priority
        alarm = self._alarms.get(alarm_id)
        if alarm is not None:
            self._unanswered(alarm)

    def _returned(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del occurrence, priority
        alarm = self._alarms.get(alarm_id)
        if alarm is None or alarm.active_since is None:
            return
        if not alarm.hidden:
            self._stood(alarm, at, is_on=False)
        alarm.active_since = None

    def _ended(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        self._returned(at, alarm_id, occurrence, priority)
        alarm = self._alarms.get(alarm_id)
        if alarm is not None:
            self._unanswered(alarm)

    def _stood(self, alarm: _Alarm, until: int, *, is_on: bool) -> None:
        """It was announced and active from `visible_since` until now: what of that was stale."""
        if alarm.active_since is None:
            return
        begin = max(alarm.active_since + STALE_US, alarm.visible_since, self._first)
        if begin < until:
            self._found.stale.append(StaleSpan(alarm.id, alarm.active_since, begin, until, is_on))

    def _shelved(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del occurrence, priority
        self._hide(self._found.shelved, at, alarm_id)

    def _taken_out(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del occurrence, priority
        self._hide(self._found.out_of_service, at, alarm_id)

    def _unshelved(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del occurrence, priority
        self._show(self._found.shelved, at, alarm_id)

    def _brought_back(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del occurrence, priority
        self._show(self._found.out_of_service, at, alarm_id)

    def _hide(self, kept: Kept, at: int, alarm_id: str) -> None:
        alarm = self._of(alarm_id)
        if alarm is None:
            return
        kept.times += at >= self._first
        if alarm_id in kept.at_end:
            return
        kept.at_end.add(alarm_id)
        kept.ever.add(alarm_id)
        if not alarm.hidden:
            self._stood(alarm, at, is_on=False)
        alarm.hidden += 1

    def _show(self, kept: Kept, at: int, alarm_id: str) -> None:
        alarm = self._alarms.get(alarm_id)
        if alarm is None or alarm_id not in kept.at_end:
            return
        kept.at_end.discard(alarm_id)
        if at < self._first:
            kept.ever.discard(alarm_id)
        alarm.hidden -= 1
        if not alarm.hidden:
            alarm.visible_since = at

    def _stopped(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del alarm_id, occurrence, priority
        self._stopped_at = at

    def _started(self, at: int, alarm_id: str, occurrence: int, priority: str | None) -> None:
        del alarm_id, occurrence, priority
        if self._stopped_at is not None:
            self._off(self._stopped_at, at)
            self._stopped_at = None

    def _off(self, begin: int, end: int) -> None:
        self._found.stopped_us += max(0, end - max(begin, self._first))


def count(
    first: int, last: int, opening: Opening, blocks: Iterable[Sequence[JournalEvent]], rules: AlarmRules
) -> Counted:
    """Count the rows of the period [first, last), microseconds; rows before it only say how it began."""
    counting = Counting(first, last, opening, rules)
    for block in blocks:
        counting.take(block)
    return counting.finish()


def most_within(moments: Sequence[int], window: int) -> tuple[int, int | None]:
    """The most of these ascending moments within a window, and the first moment of that window (the earliest such)."""
    most, at, tail = 0, None, 0
    for head, moment in enumerate(moments):
        while moments[tail] <= moment - window:
            tail += 1
        if head - tail + 1 > most:
            most, at = head - tail + 1, moments[tail]
    return most, at


def in_buckets(moments: Sequence[int], first: int, last: int, width: int) -> list[int]:
    """How many of these ascending moments fall in each stretch of `width` from `first` on; the last may be cut."""
    counts = [0] * -(-(last - first) // width)
    for moment in moments:
        counts[(moment - first) // width] += 1
    return counts


def most_at_once(spans: Iterable[StaleSpan]) -> int:
    """The most of these that overlap."""
    edges = sorted(edge for span in spans for edge in ((span.begin, 1), (span.end, -1)))
    most = present = 0
    for _, step in edges:
        present += step
        most = max(most, present)
    return most
