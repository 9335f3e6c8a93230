"""The past once more: recorded samples go through the very watch that judges them live.

Nothing of an alarm is decided here, not even how its tags, delays and timers play together: `AlarmWatch` gets the rows
in order of time and a clock that stands at the moment they were recorded; between two moments its timers fire when they
are due. What it tells is what would have been told.

People are not replayed: nobody answers, shelves or resets, so escalation and re-alarm, which wait for people, are off.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vmshmi.core.alarms.model import AlarmDef, AlarmTransition, TransitionKind
from vmshmi.core.alarms.whatif import Raising, enabling_tags, tags_of
from vmshmi.core.clock import EPOCH, from_micros, to_micros
from vmshmi.core.history import HistorySeries
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarms.replay_rows import BLOCK, Row, RowStream, economy_of
from vmshmi.runtime.alarms.watch import AlarmWatch

PAUSE_EVERY = 200
"""Moments between two calls of `pause`: about a millisecond of work."""


_NAMES = ("before", "after")
"""Of the definitions in the replay: they share their own id."""


def _unattended(definition: AlarmDef, name: str) -> AlarmDef:
    """The definition without what waits for people and for other alarms."""
    return replace(definition, id=name, escalate_s=None, realarm_s=None, first_out="")


class _PastClock:
    """Both clocks of `core.clock.Clock`, at the moment that is replayed."""

    def __init__(self) -> None:
        self._first_us = 0
        self._first = self._now = EPOCH
        self._seconds = 0.0

    def begin(self, first_us: int) -> None:
        """Stand at the first row."""
        self._first_us = first_us
        self._first = self._now = from_micros(first_us)

    def seconds(self, at_us: int) -> float:
        """The monotonic clock at a moment: since the first row, so that fractions stay exact over years."""
        return (at_us - self._first_us) / 1_000_000

    def set(self, at: datetime, seconds: float) -> None:
        """Stand at a moment."""
        self._now = at
        self._seconds = seconds

    def run_to(self, seconds: float) -> None:
        """Stand where the monotonic clock says this."""
        self.set(self._first + timedelta(seconds=seconds), seconds)

    def now(self) -> datetime:
        """UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds."""
        return self._seconds


class Replay:
    """Definitions of one alarm judge the same recorded samples, one stretch of time after the other.

    Args:
        definitions: one or two, differing in their numbers only: all must look at the same tags.
        since, until: UTC; the period asked for. Rows from before it let the alarm come to it in the state it had.
        gap_s: for a tag that is sampled all the time, how long it may be silent before it counts as lost (its
            `stale_after_s`): the runtime was not running then, or the record is damaged. Tags that are not named keep
            their last value.
        pause: called every `PAUSE_EVERY` moments; may raise to give up.
        block: see `replay_rows`.

    Raises:
        ExpressionError: when `enable_when` cannot be read.
    """

    def __init__(
        self,
        definitions: Sequence[AlarmDef],
        since: datetime,
        until: datetime,
        gap_s: Mapping[TagId, float] | None = None,
        pause: Callable[[], None] | None = None,
        block: int = BLOCK,
    ) -> None:
        self.rows = 0
        """How many have been taken."""
        self._definitions = definitions
        self._since = since
        self._until = until
        self._pause = pause
        self._tags = tuple(dict.fromkeys(tag for definition in definitions for tag in tags_of(definition)))
        gaps, enabling = gap_s or {}, frozenset(tag for one in definitions for tag in enabling_tags(one))
        self._streams = [
            RowStream(place, gaps.get(tag), economy_of(tag, definitions, enabling, block))
            for place, tag in enumerate(self._tags)
        ]
        self._clock = _PastClock()
        self._watch: AlarmWatch | None = None
        self._told: list[AlarmTransition] = []

    def feed(self, series: Mapping[TagId, HistorySeries], end: datetime) -> None:
        """Take the next stretch.

        Args:
            series: all rows of each tag after the stretch before and up to `end`, in order of time.
            end: UTC.
        """
        nothing = HistorySeries(TagId(""))
        chosen = [series.get(tag, nothing) for tag in self._tags]
        if self._watch is None:
            first = min((rows.timestamps[0] for rows in chosen if len(rows)), default=None)
            if first is None:
                return
            self._clock.begin(first)
            self._watch = AlarmWatch(map(_unattended, self._definitions, _NAMES), {}, self._clock, self._told.extend)
        self.rows += sum(map(len, chosen))
        end_us = to_micros(end)
        streams = [stream.rows(rows, end_us) for stream, rows in zip(self._streams, chosen, strict=True)]
        self._play(self._watch, streams)

    def _play(self, watch: AlarmWatch, streams: Iterable[Iterator[Row]]) -> None:
        tags = self._tags
        countdown = PAUSE_EVERY
        batch: list[tuple[TagId, TagValue]] = []
        at_us, at = 0, EPOCH
        for stamp, place, value, quality in heapq.merge(*streams):
            if stamp != at_us:
                if batch:
                    self._take(watch, at_us, at, batch)
                at_us, at, batch = stamp, from_micros(stamp), []
                countdown -= 1
                if countdown <= 0:
                    countdown = PAUSE_EVERY
                    if self._pause is not None:
                        self._pause()
            batch.append((tags[place], TagValue(value, quality, at)))
        if batch:
            self._take(watch, at_us, at, batch)

    def _take(self, watch: AlarmWatch, at_us: int, at: datetime, batch: Sequence[tuple[TagId, TagValue]]) -> None:
        """Let a moment be judged, after what was due before it and before what is due with it."""
        clock = self._clock
        seconds = clock.seconds(at_us)
        due = watch.next_due
        if due is not None and due < seconds:
            self._fire(watch, due, seconds)
        clock.set(at, seconds)
        watch.on_samples(batch)
        if watch.next_due is not None:
            watch.tick()

    def _fire(self, watch: AlarmWatch, due: float | None, before: float) -> None:
        """Let timers fire, each at the moment it is due."""
        while due is not None and due < before:
            self._clock.run_to(due)
            watch.tick()
            due = watch.next_due

    def finish(self) -> tuple[tuple[Raising, ...], ...]:
        """End it; for each definition its raisings that stood within the period, in order of time."""
        if self._watch is not None:
            seconds = self._clock.seconds(to_micros(self._until))
            self._fire(self._watch, self._watch.next_due, seconds)
            self._clock.set(self._until, seconds)
            self._watch.tick()
        return tuple(self._raisings(name) for name in _NAMES[: len(self._definitions)])

    def _raisings(self, name: str) -> tuple[Raising, ...]:
        """Of one definition; what stood before the period begins with it."""
        found: list[Raising] = []
        for line in self._told:
            if line.record.id != name:
                continue
            if line.kind is TransitionKind.RAISED:
                found.append(Raising(line.at, None, line.record.value))
            elif found and found[-1].ended_at is None and not line.record.active:
                found[-1] = replace(found[-1], ended_at=line.at)
        return tuple(
            replace(raising, raised_at=max(raising.raised_at, self._since))
            for raising in found
            if raising.raised_at <= self._until and (raising.ended_at is None or raising.ended_at >= self._since)
        )


def replay(
    definition: AlarmDef,
    series: Mapping[TagId, HistorySeries],
    since: datetime,
    until: datetime,
    gap_s: Mapping[TagId, float] | None = None,
) -> tuple[Raising, ...]:
    """The raisings of one definition over rows that are all at hand; see `Replay`."""
    work = Replay([definition], since, until, gap_s)
    work.feed(series, until)
    return work.finish()[0]
