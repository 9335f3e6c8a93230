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

from vmshmi.core.alarms.model import AlarmDef, AlarmTransition, Measure, TransitionKind
from vmshmi.core.alarms.whatif import Raising, tags_of
from vmshmi.core.clock import EPOCH, from_micros, to_micros
from vmshmi.core.history import HistorySeries
from vmshmi.core.quality import Quality, quality_of
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.alarms.watch import AlarmWatch

PAUSE_EVERY = 1_000
"""Moments between two calls of `pause`: about 2 ms of work."""


_Row = tuple[int, int, Scalar | None, Quality]
"""Microseconds, place of the tag, value, quality."""
_QUALITIES = {int(quality): quality for quality in Quality}
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
    ) -> None:
        self.rows = 0
        """How many have been taken."""
        self._definitions = definitions
        self._since = since
        self._until = until
        self._pause = pause
        self._tags = tuple(dict.fromkeys(tag for definition in definitions for tag in tags_of(definition)))
        # a row that repeats the one before it changes nothing; only a rate counts time as well
        may_skip = all(definition.measure is not Measure.RATE for definition in definitions)
        gaps = gap_s or {}
        self._streams = [_Stream(place, gaps.get(tag), may_skip) for place, tag in enumerate(self._tags)]
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

    def _play(self, watch: AlarmWatch, streams: Iterable[Iterator[_Row]]) -> None:
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


class _Stream:
    """The rows of one tag, with a bad one where the record falls silent.

    Args:
        place: of the tag.
        gap_s: how long it may be silent; None for ever.
        may_skip: leave out a row that repeats the one before it.
    """

    def __init__(self, place: int, gap_s: float | None, may_skip: bool) -> None:
        self._place = place
        self._gap_us = None if gap_s is None else round(gap_s * 1_000_000)
        self._may_skip = may_skip
        self._heard_us: int | None = None
        self._value: Scalar | None = None
        self._code = -1

    def rows(self, series: HistorySeries, end_us: int) -> Iterator[_Row]:
        """The next stretch."""
        place, may_skip, gap_us = self._place, self._may_skip, self._gap_us
        values: Sequence[Scalar | None] = series.values if series.texts is None else series.texts
        for stamp, value, code in zip(series.timestamps, values, series.qualities, strict=True):
            if gap_us is not None:
                if self._heard_us is not None and stamp - self._heard_us > gap_us:
                    yield self._silence(gap_us)
                self._heard_us = stamp
            if may_skip and code == self._code and value == self._value:
                continue
            self._value, self._code = value, code
            # a row without a value is NaN in a column of numbers
            yield stamp, place, value if value == value else None, _QUALITIES.get(code) or quality_of(code)
        if gap_us is not None and self._heard_us is not None and end_us - self._heard_us > gap_us:
            yield self._silence(gap_us)

    def _silence(self, gap_us: int) -> _Row:
        """Nothing was heard for too long; said once."""
        assert self._heard_us is not None, "asked only after a row"
        since_us, self._heard_us, self._code = self._heard_us, None, -1
        return since_us + gap_us, self._place, None, Quality.BAD_NO_COMMUNICATION
