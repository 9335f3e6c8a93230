"""The past once more: recorded samples drive the same rules that judge them live.

Nothing of an alarm is decided here. `conditions` and `tracker` are the ones the runtime uses; this module feeds them
with rows in order of time, lets their timers fire in between at the moment they are due, and keeps what was raised.

People are not replayed: nobody answers, shelves or resets, so escalation and re-alarm, which wait for people, are off.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vmshmi.core.alarms.conditions import Verdict, compile_condition, usable
from vmshmi.core.alarms.model import AlarmDef, Measure
from vmshmi.core.alarms.tracker import (
    AlarmTracker,
    EnableJudged,
    Moment,
    Observed,
    TimePassed,
    TrackerEvent,
    advance,
    begin,
)
from vmshmi.core.alarms.whatif import Raising
from vmshmi.core.clock import EPOCH, from_micros, to_micros
from vmshmi.core.expression import Expression, parse
from vmshmi.core.history import HistorySeries
from vmshmi.core.quality import Quality, quality_of
from vmshmi.core.values import Scalar, TagId, TagValue

PAUSE_EVERY = 1_000
"""Moments between two calls of `pause`: about 2 ms of work."""


def tags_of(definition: AlarmDef) -> tuple[TagId, ...]:
    """Every tag a replay needs: the inputs and those of `enable_when`, none twice.

    Raises:
        ExpressionError: when `enable_when` cannot be read.
    """
    enabling = sorted(parse(definition.enable_when).tags) if definition.enable_when else ()
    return tuple(dict.fromkeys((*definition.inputs, *enabling)))


def lead_in_s(definition: AlarmDef) -> float:
    """How much earlier than the period the rows must begin, so that every delay that runs at its start has begun."""
    return definition.delay_s + definition.off_delay_s + definition.enable_delay_s + definition.window_s + _SETTLE_S


_SETTLE_S = 600.0


_Row = tuple[int, int, Scalar | None, Quality]
"""Microseconds, place of the tag, value, quality."""
_QUALITIES = {int(quality): quality for quality in Quality}


class Replay:
    """Definitions of one alarm judge the same recorded samples, one stretch of time after the other.

    Args:
        definitions: differing in their numbers only: all must look at the same tags.
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
        self._players: list[_Player] = []

    def feed(self, series: Mapping[TagId, HistorySeries], end: datetime) -> None:
        """Take the next stretch.

        Args:
            series: all rows of each tag after the stretch before and up to `end`, in order of time.
            end: UTC.
        """
        nothing = HistorySeries(TagId(""))
        chosen = [series.get(tag, nothing) for tag in self._tags]
        if not self._players:
            first = min((rows.timestamps[0] for rows in chosen if len(rows)), default=None)
            if first is None:
                return
            self._players = [_Player(definition, self._since, self._until, first) for definition in self._definitions]
        self.rows += sum(map(len, chosen))
        end_us = to_micros(end)
        self._play(stream.rows(rows, end_us) for stream, rows in zip(self._streams, chosen, strict=True))

    def _play(self, streams: Iterable[Iterator[_Row]]) -> None:
        tags, players = self._tags, self._players
        countdown = PAUSE_EVERY
        batch: list[tuple[TagId, TagValue]] = []
        at_us, at = 0, EPOCH
        for stamp, place, value, quality in heapq.merge(*streams):
            if stamp != at_us:
                if batch:
                    for player in players:
                        player.take(at_us, at, batch)
                at_us, at, batch = stamp, from_micros(stamp), []
                countdown -= 1
                if countdown <= 0:
                    countdown = PAUSE_EVERY
                    if self._pause is not None:
                        self._pause()
            batch.append((tags[place], TagValue(value, quality, at)))
        if batch:
            for player in players:
                player.take(at_us, at, batch)

    def finish(self) -> tuple[tuple[Raising, ...], ...]:
        """End it; for each definition its raisings that stood within the period, in order of time."""
        for player in self._players:
            player.finish()
        return tuple(player.raisings() for player in self._players) or tuple(() for _ in self._definitions)


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


class _Player:
    """One definition at work in the past.

    Args:
        definition: what people do is taken out of it.
        since, until: the period.
        first_us: moment of the first row.
    """

    def __init__(self, definition: AlarmDef, since: datetime, until: datetime, first_us: int) -> None:
        self._definition = replace(definition, escalate_s=None, realarm_s=None)
        self._since = since
        self._until = until
        self._first_us = first_us
        self._first = from_micros(first_us)
        self._condition = compile_condition(definition)
        self._enabling: Expression | None = parse(definition.enable_when) if definition.enable_when else None
        self._values: dict[TagId, Scalar | None] = {}
        self._verdict: Verdict = None
        self._sample: TagValue | None = None
        self._found: list[Raising] = []
        self._settle(begin(self._definition, Moment(self._first, 0.0))[0])
        if self._enabling is not None:
            self._judge_enabling()

    def _settle(self, tracker: AlarmTracker) -> None:
        """Take what has become of it, and what makes the samples that change nothing cheap."""
        active = tracker.record.active
        self._tracker = tracker
        self._due = tracker.next_due
        self._asleep = not tracker.watches
        self._judge = self._condition.leaving if active else self._condition.entering
        self._settled: Verdict = None if tracker.lost else active or tracker.raise_due is not None

    def take(self, at_us: int, at: datetime, batch: Sequence[tuple[TagId, TagValue]]) -> None:
        """Judge the samples of one moment, after what was due before it and before what is due with it."""
        seconds = (at_us - self._first_us) / 1_000_000
        if self._due is not None and self._due < seconds:
            self._let_time_pass(seconds, including=False)
        own = self._definition.tag
        if self._enabling is not None and self._take_enabling(batch):
            # as in the runtime: a sample of this moment is the one that a waking alarm judges
            for tag_id, sample in batch:
                if tag_id == own:
                    self._sample = sample
            self._judge_enabling(Moment(at, seconds))
        for tag_id, sample in batch:
            if tag_id == own:
                self._sample = sample
                if not self._asleep:
                    verdict = self._judge(sample)
                    if verdict is not self._settled:
                        self._advance(Observed(verdict, sample.value), Moment(at, seconds))
        if self._due is not None and self._due <= seconds:
            self._let_time_pass(seconds, including=True)

    def finish(self) -> None:
        """Let pass what time is left of the period."""
        seconds = (to_micros(self._until) - self._first_us) / 1_000_000
        self._let_time_pass(seconds, including=True)

    def raisings(self) -> tuple[Raising, ...]:
        """Those that stood within the period; what stood before it begins with it."""
        return tuple(
            replace(raising, raised_at=max(raising.raised_at, self._since))
            for raising in self._found
            if raising.raised_at <= self._until and (raising.ended_at is None or raising.ended_at >= self._since)
        )

    def _take_enabling(self, batch: Sequence[tuple[TagId, TagValue]]) -> bool:
        """Remember what a moment says of the tags in `enable_when`; True when its answer may be another now."""
        assert self._enabling is not None, "asked only where there is one"
        is_changed = False
        for tag_id, sample in batch:
            if tag_id in self._enabling.tags:
                value = sample.value if usable(sample) else None
                if value != self._values.get(tag_id):
                    self._values[tag_id] = value
                    is_changed = True
        return is_changed

    def _judge_enabling(self, now: Moment | None = None) -> None:
        assert self._enabling is not None, "asked only where there is one"
        verdict = self._enabling.evaluate(self._values.get)
        if verdict is not self._verdict:
            self._verdict = verdict
            self._advance(EnableJudged(verdict), now or Moment(self._first, 0.0))

    def _let_time_pass(self, until_s: float, *, including: bool) -> None:
        """Let the timers fire, each at the moment it is due."""
        while self._due is not None and (self._due < until_s or (including and self._due == until_s)):
            due = self._due
            value = None if self._sample is None else self._sample.value
            self._advance(TimePassed(value), Moment(self._first + timedelta(seconds=due), due))
            if self._due == due:
                break  # nothing came of it: it would be asked for ever

    def _advance(self, event: TrackerEvent, now: Moment) -> None:
        was_active, was_asleep = self._tracker.record.active, self._asleep
        tracker, _ = advance(self._definition, self._tracker, event, now)
        self._settle(tracker)
        record = tracker.record
        if record.active and not was_active:
            self._found.append(Raising(now.wall, None, record.value))
        elif was_active and not record.active:
            self._found[-1] = replace(self._found[-1], ended_at=now.wall)
        if was_asleep and not self._asleep and self._sample is not None:
            self._advance(Observed(self._judge(self._sample), self._sample.value), now)
