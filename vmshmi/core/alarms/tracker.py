"""What stands between a sample and the state machine: delays, `enable_when`, and when the sound comes back.

All of it is working state: pure, never journalled, made anew after a restart. Durations run on the monotonic clock, so
that a jump of the wall clock neither raises nor silences anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from vmshmi.core.alarms.conditions import Verdict
from vmshmi.core.alarms.events import (
    ConditionCame,
    ConditionWent,
    Disable,
    Enable,
    Event,
    InputBack,
    InputLost,
    PersonEvent,
    Restore,
    ShelvingOver,
    SilenceOver,
)
from vmshmi.core.alarms.machine import Effect, step
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord
from vmshmi.core.values import Scalar


@dataclass(frozen=True, slots=True)
class Moment:
    """Both clocks at once: UTC for stamps, monotonic seconds for durations."""

    wall: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class Observed:
    """A sample was judged; `value` is the sample's."""

    verdict: Verdict
    value: Scalar | None


@dataclass(frozen=True, slots=True)
class EnableJudged:
    """`enable_when` was worked out; None when its inputs do not say."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class TimePassed:
    """It is now later; `value` is the tag's present one, for what a delay raises."""

    value: Scalar | None


TrackerEvent = Observed | EnableJudged | TimePassed | PersonEvent


@dataclass(frozen=True, slots=True)
class AlarmTracker:
    """One alarm at work: its facts and its running times.

    Attributes:
        record: the facts.
        enabled: what `enable_when` said last; None before it first said something. True for an alarm without one.
        lost: the input says nothing now (nor before its first sample).
        watched_before: it was watched when the runtime last ran; until `enable_when` has spoken for the first time.
        raise_due, enable_due, sound_due, shelf_due: monotonic seconds at which the delay, the enable delay, the silence
            and the shelving end; None when they do not run.
    """

    record: AlarmRecord
    enabled: bool | None = True
    lost: bool = True
    watched_before: bool = False
    raise_due: float | None = None
    enable_due: float | None = None
    sound_due: float | None = None
    shelf_due: float | None = None

    @property
    def watches(self) -> bool:
        """True while samples are judged: `enable_when` is known and has held for its delay."""
        return self.enabled is not None and not self.record.by_design

    @property
    def next_due(self) -> float | None:
        """When `TimePassed` is wanted next, monotonic seconds."""
        dues = [due for due in (self.raise_due, self.enable_due, self.sound_due, self.shelf_due) if due is not None]
        return min(dues, default=None)


_Result = tuple[AlarmTracker, tuple[Effect, ...]]


def begin(definition: AlarmDef, now: Moment, restored: AlarmRecord | None = None) -> _Result:
    """A tracker at the start of the runtime.

    Args:
        definition: of the alarm.
        now: both clocks.
        restored: the facts from before; None when the alarm is new.
    """
    enabled = None if definition.enable_when else True
    if restored is None:
        return AlarmTracker(AlarmRecord(definition.id), enabled), ()
    tracker = AlarmTracker(
        restored,
        enabled,
        watched_before=not restored.by_design,
        shelf_due=_due(restored.shelved.until if restored.shelved else None, now),
    )
    return _stepped(definition, tracker, Restore(), now)


def advance(definition: AlarmDef, tracker: AlarmTracker, event: TrackerEvent, now: Moment) -> _Result:
    """What an event makes of an alarm at work.

    Args:
        definition: of the alarm.
        tracker: before.
        event: what happened.
        now: both clocks.

    Returns:
        The tracker after, and the effects in order.
    """
    match event:
        case Observed():
            return _observed(definition, tracker, event, now)
        case EnableJudged():
            return _enable_judged(definition, tracker, event.verdict, now)
        case TimePassed():
            return _time_passed(definition, tracker, event.value, now)
        case _:
            return _stepped(definition, tracker, event, now)


def _observed(definition: AlarmDef, tracker: AlarmTracker, event: Observed, now: Moment) -> _Result:
    if not tracker.watches:
        return tracker, ()
    if event.verdict is None:
        # a delay must run without a break, and nobody knows what a lost sensor would have said
        return _stepped(definition, replace(tracker, lost=True, raise_due=None), InputLost(), now)
    effects: tuple[Effect, ...] = ()
    if tracker.lost or tracker.record.held:
        tracker, effects = _stepped(definition, replace(tracker, lost=False), InputBack(), now)
    if not event.verdict:
        if tracker.raise_due is not None:
            tracker = replace(tracker, raise_due=None)
        tracker, more = _stepped(definition, tracker, ConditionWent(event.value), now)
    elif definition.delay_s <= 0:
        tracker, more = _stepped(definition, tracker, ConditionCame(event.value), now)
    else:
        if tracker.raise_due is None and not tracker.record.active:
            tracker = replace(tracker, raise_due=now.monotonic + definition.delay_s)
        more = ()
    return tracker, effects + more


def _enable_judged(definition: AlarmDef, tracker: AlarmTracker, verdict: Verdict, now: Moment) -> _Result:
    """Unknown leaves everything as it is, a running enable delay too."""
    if verdict is None or verdict is tracker.enabled:
        return tracker, ()
    watched_before = tracker.watched_before
    tracker = replace(tracker, enabled=verdict, watched_before=False, raise_due=None, enable_due=None)
    if not verdict:
        return _stepped(definition, tracker, Disable(), now)
    if watched_before:
        return tracker, ()  # a restart of ours must not blind it for the enable delay
    if definition.enable_delay_s <= 0:
        return _stepped(definition, tracker, Enable(), now)
    tracker = replace(tracker, enable_due=now.monotonic + definition.enable_delay_s)
    return _stepped(definition, tracker, Disable("enable_when has not held for its delay yet"), now)


def _time_passed(definition: AlarmDef, tracker: AlarmTracker, value: Scalar | None, now: Moment) -> _Result:
    effects: tuple[Effect, ...] = ()
    if _over(tracker.shelf_due, now):
        tracker, more = _stepped(definition, replace(tracker, shelf_due=None), ShelvingOver(), now)
        effects += more
    if _over(tracker.sound_due, now):
        tracker, more = _stepped(definition, replace(tracker, sound_due=None), SilenceOver(), now)
        effects += more
    if _over(tracker.enable_due, now):
        tracker, more = _stepped(definition, replace(tracker, enable_due=None), Enable(), now)
        effects += more
    if _over(tracker.raise_due, now):
        tracker, more = _stepped(definition, replace(tracker, raise_due=None), ConditionCame(value), now)
        effects += more
    return tracker, effects


def _over(due: float | None, now: Moment) -> bool:
    return due is not None and due <= now.monotonic


def _stepped(definition: AlarmDef, tracker: AlarmTracker, event: Event, now: Moment) -> _Result:
    """Let the machine take a step, and the times follow the facts."""
    before = tracker.record
    after, effects = step(definition, before, event, now.wall)
    if after is before:
        return tracker, effects
    sound_due, shelf_due = tracker.sound_due, tracker.shelf_due
    if after.silenced_until != before.silenced_until:
        sound_due = _due(after.silenced_until, now)
    if after.shelved != before.shelved:
        shelf_due = _due(after.shelved.until if after.shelved else None, now)
    return replace(tracker, record=after, sound_due=sound_due, shelf_due=shelf_due), effects


def _due(until: datetime | None, now: Moment) -> float | None:
    return None if until is None else now.monotonic + (until - now.wall).total_seconds()
