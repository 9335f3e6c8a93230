"""How the alarm system did over a time: numbers, the worst offenders, and what the guides say of them.

Only what was announced counts: raisings of alarms that were shelved or out of service do not, nor does the alarm test.
The targets are in `kpi_targets`, the pass over the rows in `kpi_counting`.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from vmshmi.core.alarms.journal_event import JournalEvent
from vmshmi.core.alarms.kpi_counting import (
    MINUTE_US,
    SECOND_US,
    Counted,
    Kept,
    Opening,
    StaleSpan,
    count,
    in_buckets,
    most_at_once,
    most_within,
)
from vmshmi.core.alarms.kpi_targets import TARGETS, KpiKey, Target, Verdict
from vmshmi.core.alarms.model import Priority
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import from_micros, to_micros

TEN_MINUTES_S = 600
BUSY_10_MIN = 10
"""Ten minutes with more raisings than this are too busy."""
BUSY_HOUR = 30
"""An hour with more raisings than this is too busy."""
TOP = 10
ENOUGH = 50
"""Raisings below which their shares are not judged: ten alarms that came once each are no ten bad actors."""
ENOUGH_S = 3600.0
"""A shorter time watched is not judged good."""

_TEN_MINUTES_US = TEN_MINUTES_S * SECOND_US
_HOUR_US = 3600 * SECOND_US


@dataclass(frozen=True, slots=True)
class KpiMeasure:
    """One line of the table.

    Attributes:
        key: what is measured.
        value: shares are 0 to 1; None when there is nothing to measure.
        target: what it is held against.
        verdict: how it compares.
    """

    key: KpiKey
    value: float | None
    target: Target
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Peak:
    """The most raisings within a moving window, and the first of them (UTC); None when there were none."""

    count: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FloodTime:
    """One flood, cut to the period.

    Attributes:
        begin, end: UTC.
        raisings: from the first of those that made it one to its end.
        is_on: it was still on at the end of the period.
    """

    begin: datetime
    end: datetime
    raisings: int
    is_on: bool = False

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return (self.end - self.begin).total_seconds()


@dataclass(frozen=True, slots=True)
class BadActor:
    """One of those that were raised most often; `share` of all raisings, 0 to 1."""

    alarm: str
    raised: int
    share: float


@dataclass(frozen=True, slots=True)
class Chattering:
    """An alarm that came three times or more within a minute.

    Attributes:
        alarm: its id.
        raised: all its raisings in the period.
        bursts: how often it began to chatter.
        most: most raisings within one minute.
    """

    alarm: str
    raised: int
    bursts: int
    most: int


@dataclass(frozen=True, slots=True)
class Stale:
    """An alarm whose condition held for longer than a day, and that was announced then.

    Attributes:
        alarm: its id.
        raised_at: UTC; may be before the period.
        ended_at: when it ended or was shelved or taken out of service; None when it stood at the end of the period.
        standing_s: from its raising until then, or until the end of the period.
    """

    alarm: str
    raised_at: datetime
    ended_at: datetime | None
    standing_s: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of the raisings that want an answer: `answered` + `waiting` + `never` = `wanted`.

    Attributes:
        wanted: raisings of alarms and warnings.
        answered: acknowledged within the period.
        waiting: unanswered at the end of the period.
        never: ended without an answer: escalated, or raised again meanwhile.
        median_s, p95_s: from raising to acknowledgement; None when nothing was answered.
    """

    wanted: int = 0
    answered: int = 0
    waiting: int = 0
    never: int = 0
    median_s: float | None = None
    p95_s: float | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """Alarms that people kept from being announced: at the end of the period, ever in it, and how often it began."""

    at_end: int = 0
    ever: int = 0
    times: int = 0


@dataclass(frozen=True, slots=True)
class AlarmKpi:
    """The alarm system over a time.

    Attributes:
        since, until: the period, UTC, its end excluded.
        known_since: from when on the journal knows; later than `since` where it is younger. None when it knows nothing.
        watched_s: seconds of the period in which the journal knows and the runtime ran; averages are over these.
        raised: announced raisings.
        measures: what has a target, in the order of the table.
        per_10_min: raisings in each ten minutes from `since` on; the last one may be cut.
        peak_minute, peak_10_min, peak_hour: the worst of each.
        floods: oldest first.
        top: the ten raised most often.
        chattering, stale: worst first.
        split: raisings by priority, highest first.
        answers: what became of those that want one.
        shelved, out_of_service: what people kept from being announced.
    """

    since: datetime
    until: datetime
    known_since: datetime | None = None
    watched_s: float = 0.0
    raised: int = 0
    measures: tuple[KpiMeasure, ...] = ()
    per_10_min: tuple[int, ...] = ()
    peak_minute: Peak = field(default_factory=Peak)
    peak_10_min: Peak = field(default_factory=Peak)
    peak_hour: Peak = field(default_factory=Peak)
    floods: tuple[FloodTime, ...] = ()
    top: tuple[BadActor, ...] = ()
    chattering: tuple[Chattering, ...] = ()
    stale: tuple[Stale, ...] = ()
    split: tuple[tuple[Priority, int], ...] = ()
    answers: Answers = field(default_factory=Answers)
    shelved: Withheld = field(default_factory=Withheld)
    out_of_service: Withheld = field(default_factory=Withheld)

    @property
    def flood_s(self) -> float:
        """Seconds of the period in floods."""
        return sum(flood.duration_s for flood in self.floods)

    def measure(self, key: KpiKey) -> KpiMeasure:
        """One of the measures.

        Raises:
            KeyError: if it is not among them.
        """
        for measure in self.measures:
            if measure.key is key:
                return measure
        raise KeyError(key)


def reads_from(since: datetime, rules: AlarmRules) -> datetime:
    """From when on rows are needed: a flood and a chattering alarm look back."""
    return since - timedelta(seconds=max(rules.flood_window_s, MINUTE_US / SECOND_US))


def work_out(
    since: datetime,
    until: datetime,
    opening: Opening,
    blocks: Iterable[Sequence[JournalEvent]],
    rules: AlarmRules,
) -> AlarmKpi:
    """Work everything out in one pass over the rows.

    Args:
        since, until: the period, UTC, `since` before `until`, and that not after now.
        opening: how everything stood just before the first row.
        blocks: rows from `reads_from(since)` to `until`, oldest first; those outside the period are not counted.
        rules: what a flood is.
    """
    first, last = to_micros(since), to_micros(until)
    known = last if opening.known_since is None else min(last, max(first, opening.known_since))
    found = count(first, last, opening, blocks, rules)
    kpi = AlarmKpi(
        since=since,
        until=until,
        known_since=from_micros(known) if known < last else None,
        watched_s=max(0, last - known - found.stopped_us) / SECOND_US,
        raised=len(found.raised_at),
        per_10_min=tuple(in_buckets(found.raised_at, first, last, _TEN_MINUTES_US)),
        peak_minute=_peak(found.raised_at, MINUTE_US),
        peak_10_min=_peak(found.raised_at, _TEN_MINUTES_US),
        peak_hour=_peak(found.raised_at, _HOUR_US),
        floods=tuple(FloodTime(from_micros(f.begin), from_micros(f.end), f.raisings, f.is_on) for f in found.floods),
        top=tuple(
            BadActor(alarm, number, number / len(found.raised_at))
            for alarm, number in sorted(found.by_alarm.items(), key=lambda item: (-item[1], item[0]))[:TOP]
        ),
        chattering=_chattering(found),
        stale=_stale(found.stale),
        split=tuple((priority, found.by_priority[priority.value]) for priority in Priority),
        answers=_answers(found),
        shelved=_withheld(found.shelved),
        out_of_service=_withheld(found.out_of_service),
    )
    return replace(kpi, measures=_measures(kpi, found, known))


def _peak(moments: Sequence[int], window: int) -> Peak:
    most, at = most_within(moments, window)
    return Peak(most, None if at is None else from_micros(at))


def _chattering(found: Counted) -> tuple[Chattering, ...]:
    bad = [Chattering(alarm, found.by_alarm[alarm], b.times, b.most) for alarm, b in found.bursts.items()]
    return tuple(sorted(bad, key=lambda one: (-one.bursts, -one.most, one.alarm)))


def _stale(spans: Iterable[StaleSpan]) -> tuple[Stale, ...]:
    """One for each raising: an alarm that was shelved for a while has several spans of it."""
    last: dict[tuple[str, int], StaleSpan] = {}
    for span in spans:
        before = last.get((span.alarm, span.raised_at))
        if before is None or before.end <= span.end:
            last[span.alarm, span.raised_at] = span
    found = [
        Stale(
            span.alarm,
            from_micros(span.raised_at),
            None if span.is_on else from_micros(span.end),
            (span.end - span.raised_at) / SECOND_US,
        )
        for span in last.values()
    ]
    return tuple(sorted(found, key=lambda one: (-one.standing_s, one.alarm)))


def _answers(found: Counted) -> Answers:
    took = sorted(found.answer_us)
    return Answers(
        wanted=found.wanted,
        answered=len(took),
        waiting=found.wanted - len(took) - found.never,
        never=found.never,
        median_s=statistics.median(took) / SECOND_US if took else None,
        p95_s=took[math.ceil(0.95 * len(took)) - 1] / SECOND_US if took else None,
    )


def _withheld(kept: Kept) -> Withheld:
    return Withheld(len(kept.at_end), len(kept.ever), kept.times)


def _measures(kpi: AlarmKpi, found: Counted, known: int) -> tuple[KpiMeasure, ...]:
    values = {**_rates(kpi), **_shares_of_time(kpi, found, known), **_shares_of_raisings(kpi)}
    values[KpiKey.CHATTERING] = float(len(kpi.chattering)) if kpi.watched_s else None
    values[KpiKey.STALE] = float(most_at_once(found.stale)) if kpi.watched_s else None
    return tuple(
        KpiMeasure(key, values[key], target, _judged(kpi, key, target.verdict(values[key])))
        for key, target in TARGETS.items()
    )


_OF_RAISINGS = (KpiKey.TOP_TEN, KpiKey.HIGH, KpiKey.MEDIUM, KpiKey.LOW)
_COUNTED = (KpiKey.PEAK_MINUTE, KpiKey.PEAK_10_MIN, KpiKey.PEAK_HOUR, KpiKey.CHATTERING, KpiKey.STALE)
"""More watching can only make these worse: too many is too many at once."""


def _judged(kpi: AlarmKpi, key: KpiKey, verdict: Verdict) -> Verdict:
    """Nobody is praised, and no average is made, for the first minutes; nor a share of a few raisings."""
    if key in _OF_RAISINGS:
        return Verdict.NONE if kpi.raised < ENOUGH else verdict
    if kpi.watched_s < ENOUGH_S and not (key in _COUNTED and verdict in (Verdict.WATCH, Verdict.BAD)):
        return Verdict.NONE
    return verdict


def _rates(kpi: AlarmKpi) -> dict[KpiKey, float | None]:
    watched = kpi.watched_s
    averages = {KpiKey.PER_DAY: 86_400, KpiKey.PER_HOUR: 3_600, KpiKey.PER_10_MIN: TEN_MINUTES_S}
    peaks = {
        KpiKey.PEAK_MINUTE: kpi.peak_minute,
        KpiKey.PEAK_10_MIN: kpi.peak_10_min,
        KpiKey.PEAK_HOUR: kpi.peak_hour,
    }
    return {
        **{key: kpi.raised * seconds / watched if watched else None for key, seconds in averages.items()},
        **{key: float(peak.count) if watched else None for key, peak in peaks.items()},
    }


def _shares_of_time(kpi: AlarmKpi, found: Counted, known: int) -> dict[KpiKey, float | None]:
    last = to_micros(kpi.until)

    def busy(width: int, limit: int) -> float | None:
        begin = min([known, *found.raised_at[:1]])
        counts = in_buckets(found.raised_at, begin, last, width) if begin < last else []
        return sum(number > limit for number in counts) / len(counts) if counts else None

    return {
        KpiKey.BUSY_10_MIN: busy(_TEN_MINUTES_US, BUSY_10_MIN),
        KpiKey.BUSY_HOURS: busy(_HOUR_US, BUSY_HOUR),
        KpiKey.FLOOD_TIME: min(1.0, kpi.flood_s / kpi.watched_s) if kpi.watched_s else None,
    }


def _shares_of_raisings(kpi: AlarmKpi) -> dict[KpiKey, float | None]:
    by = dict(kpi.split)
    numbers = {
        KpiKey.TOP_TEN: sum(actor.raised for actor in kpi.top),
        KpiKey.HIGH: by[Priority.EMERGENCY_ALARM] + by[Priority.ALARM],
        KpiKey.MEDIUM: by[Priority.WARNING],
        KpiKey.LOW: by[Priority.CAUTION],
    }
    return {key: number / kpi.raised if kpi.raised else None for key, number in numbers.items()}
