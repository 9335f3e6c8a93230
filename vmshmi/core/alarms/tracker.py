"""What stands between a sample and the state machine: delays, `enable_when`, and when something comes back by itself.

All of it is working state: pure, never journalled, made anew after a restart. Durations run on the monotonic clock, so
that a jump of the wall clock neither raises nor silences anything; only across a restart the wall clock must say how
much of them is over, and never more than the whole is left.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from vmshmi.core.alarms.conditions import Verdict
from vmshmi.core.alarms.events import (
    Calm,
    ConditionCame,
    ConditionWent,
    Disable,
    Enable,
    EscalationDue,
    Event,
    InputBack,
    InputLost,
    PersonEvent,
    RealarmDue,
    Restore,
    Revise,
    ShelvingOver,
    SilenceOver,
)
from vmshmi.core.alarms.fleeting import MOST, NO_MEMORY, FleetingMemory
from vmshmi.core.alarms.machine import Effect, escalates, realarms, step
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, BadInput
from vmshmi.core.values import Scalar


@dataclass(frozen=True, slots=True)
class Moment:
    """Both clocks at once: UTC for stamps, monotonic seconds for durations.

    Attributes:
        wall, monotonic: the clocks.
        first: nothing else of the alarm's first-out group hides that this one is the first (`hides_the_first`).
    """

    wall: datetime
    monotonic: float
    first: bool = False


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


TrackerEvent = Observed | EnableJudged | TimePassed | PersonEvent | Revise


@dataclass(frozen=True, slots=True)
class AlarmTracker:
    """One alarm at work: its facts and its running times.

    Attributes:
        record: the facts.
        enabled: what `enable_when` said last; None before it first said something. True for an alarm without one.
        lost: the input says nothing now (nor before its first sample, except where that has to be said: blocked).
        watched_before: it was watched when the runtime last ran; until `enable_when` has spoken for the first time.
        memory: its last raisings.
        raise_due, clear_due, enable_due, sound_due, shelf_due: monotonic seconds at which the delay, the off-delay, the
            enable delay, the silence and the shelving end; None when they do not run.
        ask_due: when it asks anew: unanswered, as an alarm; answered, once more.
        calm_due: when it is no longer repeating.
    """

    record: AlarmRecord
    enabled: bool | None = True
    lost: bool = True
    watched_before: bool = False
    memory: FleetingMemory = NO_MEMORY
    raise_due: float | None = None
    clear_due: float | None = None
    enable_due: float | None = None
    sound_due: float | None = None
    shelf_due: float | None = None
    ask_due: float | None = None
    calm_due: float | None = None

    @property
    def watches(self) -> bool:
        """True while samples are judged: `enable_when` is known and has held for its delay."""
        return self.enabled is not None and not self.record.by_design

    @property
    def settled(self) -> Verdict:
        """The verdict that changes nothing."""
        if self.lost:
            return None
        return self.clear_due is None if self.record.active else self.raise_due is not None

    @property
    def next_due(self) -> float | None:
        """When `TimePassed` is wanted next, monotonic seconds."""
        dues = (
            self.raise_due,
            self.clear_due,
            self.enable_due,
            self.sound_due,
            self.shelf_due,
            self.ask_due,
            self.calm_due,
        )
        return min((due for due in dues if due is not None), default=None)


_Result = tuple[AlarmTracker, tuple[Effect, ...]]


def begin(
    definition: AlarmDef,
    now: Moment,
    restored: AlarmRecord | None = None,
    memory: FleetingMemory = NO_MEMORY,
    raisings: Iterable[datetime] = (),
) -> _Result:
    """A tracker at the start of the runtime.

    Args:
        definition: of the alarm.
        now: both clocks.
        restored: the facts from before; None when the alarm is new.
        memory: the project's fleeting memory, empty.
        raisings: of this alarm before, UTC, oldest first.
    """
    enabled = None if definition.enable_when else True
    memory = _remembering(memory, raisings, restored, now)
    unsaid = definition.on_bad is not BadInput.BLOCK
    if restored is None:
        return AlarmTracker(AlarmRecord(definition.id), enabled, unsaid, memory=memory), ()
    tracker = AlarmTracker(restored, enabled, memory=memory, watched_before=not restored.by_design)
    tracker, effects = _stepped(definition, tracker, Restore(), now)
    record = tracker.record
    shelf = record.shelved
    return replace(
        tracker,
        lost=unsaid or record.held or record.blocked,
        shelf_due=None if shelf is None or shelf.until is None else _left(shelf.since, shelf.until, now),
        ask_due=_asks_again(definition, record, now),
    ), effects


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
        case Revise():
            # nobody has held the value against the new limit yet: delays begin anew with the next verdict
            return _stepped(definition, replace(tracker, raise_due=None, clear_due=None), event, now)
        case _:
            return _stepped(definition, tracker, event, now)


def _observed(definition: AlarmDef, tracker: AlarmTracker, event: Observed, now: Moment) -> _Result:
    if not tracker.watches:
        return tracker, ()
    if event.verdict is None:
        # a delay must run without a break, and nobody knows what a lost sensor would have said
        return _stepped(definition, replace(tracker, lost=True, raise_due=None, clear_due=None), InputLost(), now)
    effects: tuple[Effect, ...] = ()
    if tracker.lost or tracker.record.held or tracker.record.blocked:
        tracker, effects = _stepped(definition, replace(tracker, lost=False), InputBack(), now)
    judge = _judged_active if tracker.record.active else _judged_inactive
    tracker, more = judge(definition, tracker, event, now)
    return tracker, effects + more


def _judged_inactive(definition: AlarmDef, tracker: AlarmTracker, event: Observed, now: Moment) -> _Result:
    if not event.verdict:
        return (tracker if tracker.raise_due is None else replace(tracker, raise_due=None)), ()
    if definition.delay_s <= 0:
        return _raised(definition, tracker, event.value, now)
    if tracker.raise_due is None:
        tracker = replace(tracker, raise_due=now.monotonic + definition.delay_s)
    return tracker, ()


def _judged_active(definition: AlarmDef, tracker: AlarmTracker, event: Observed, now: Moment) -> _Result:
    if event.verdict:
        return (tracker if tracker.clear_due is None else replace(tracker, clear_due=None)), ()
    if definition.off_delay_s <= 0:
        return _stepped(definition, tracker, ConditionWent(event.value), now)
    if tracker.clear_due is None:
        tracker = replace(tracker, clear_due=now.monotonic + definition.off_delay_s)
    return tracker, ()


def _raised(definition: AlarmDef, tracker: AlarmTracker, value: Scalar | None, now: Moment) -> _Result:
    memory = tracker.memory.raised(now.monotonic)
    if tracker.raise_due is not None:
        tracker = replace(tracker, raise_due=None)
    return _stepped(definition, tracker, ConditionCame(value, now.first, memory.repeats), now, memory)


def _enable_judged(definition: AlarmDef, tracker: AlarmTracker, verdict: Verdict, now: Moment) -> _Result:
    """Unknown leaves everything as it is, a running enable delay too."""
    if verdict is None or verdict is tracker.enabled:
        return tracker, ()
    watched_before = tracker.watched_before
    tracker = replace(tracker, enabled=verdict, watched_before=False, raise_due=None, clear_due=None, enable_due=None)
    if not verdict:
        return _unwatched(definition, tracker, Disable(), now)
    if watched_before:
        return tracker, ()  # a restart of ours must not blind it for the enable delay
    if definition.enable_delay_s <= 0:
        return _stepped(definition, tracker, Enable(), now)
    tracker = replace(tracker, enable_due=now.monotonic + definition.enable_delay_s)
    return _unwatched(definition, tracker, Disable("enable_when has not held for its delay yet"), now)


def _unwatched(definition: AlarmDef, tracker: AlarmTracker, event: Disable, now: Moment) -> _Result:
    """What was said of the input is not known any more when it is watched again: a lost one is told again then."""
    return _stepped(definition, replace(tracker, lost=False), event, now)


def _time_passed(definition: AlarmDef, tracker: AlarmTracker, value: Scalar | None, now: Moment) -> _Result:
    """End what is over. What raises or ends the condition comes before what asks about it."""
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
        tracker, more = _raised(definition, tracker, value, now)
        effects += more
    if _over(tracker.clear_due, now):
        tracker, more = _stepped(definition, replace(tracker, clear_due=None), ConditionWent(value), now)
        effects += more
    if _over(tracker.ask_due, now):
        asks = RealarmDue(value) if tracker.record.acknowledged else EscalationDue(value)
        tracker, more = _stepped(definition, replace(tracker, ask_due=None), asks, now)
        effects += more
    if _over(tracker.calm_due, now):
        tracker, more = _stepped(definition, replace(tracker, calm_due=None), Calm(), now)
        effects += more
    return tracker, effects


def _over(due: float | None, now: Moment) -> bool:
    return due is not None and due <= now.monotonic


def _stepped(
    definition: AlarmDef, tracker: AlarmTracker, event: Event, now: Moment, memory: FleetingMemory | None = None
) -> _Result:
    """Let the machine take a step, and the times follow the facts; `memory` is the new one, where it changes."""
    before, memory = tracker.record, memory or tracker.memory
    after, effects = step(definition, before, event, now.wall)
    if after is before:
        return tracker, effects
    sound_due, shelf_due = tracker.sound_due, tracker.shelf_due
    if after.silenced_until != before.silenced_until:
        sound_due = _due(after.silenced_until, now)
    if after.shelved != before.shelved:
        shelf_due = _due(after.shelved.until if after.shelved else None, now)
    same_question = (after.occurrence, after.acknowledged) == (before.occurrence, before.acknowledged)
    period = _asks_after(definition, after)
    if period is None:
        ask_due = None
    elif same_question and tracker.ask_due is not None:
        ask_due = tracker.ask_due
    else:
        ask_due = now.monotonic + period
    return replace(
        tracker,
        record=after,
        sound_due=sound_due,
        shelf_due=shelf_due,
        ask_due=ask_due,
        memory=memory,
        calm_due=memory.calm_at if after.repeats else None,
    ), effects


def _asks_after(definition: AlarmDef, record: AlarmRecord) -> float | None:
    """After how many seconds it asks anew; None while that time does not run."""
    if escalates(definition, record):
        return definition.escalate_s
    return definition.realarm_s if realarms(definition, record) else None


def _asks_again(definition: AlarmDef, record: AlarmRecord, now: Moment) -> float | None:
    """The same as a moment after a restart: counted from the raising, or from the answer."""
    period = _asks_after(definition, record)
    began = record.acked_at if record.acknowledged else record.raised_at
    if period is None:
        return None
    passed = 0.0 if began is None else max(0.0, (now.wall - began).total_seconds())
    return now.monotonic + period - passed


def _due(until: datetime | None, now: Moment) -> float | None:
    return None if until is None else now.monotonic + (until - now.wall).total_seconds()


def _left(since: datetime, until: datetime, now: Moment) -> float:
    """When a time that began before the restart ends; a clock that was set back does not make it longer."""
    return now.monotonic + (until - max(now.wall, since)).total_seconds()


def _remembering(
    memory: FleetingMemory, raisings: Iterable[datetime], restored: AlarmRecord | None, now: Moment
) -> FleetingMemory:
    """The memory as it was before the restart; a repeating alarm whose raisings are not to be had loses none."""
    if memory.more_than <= 0:
        return memory
    moments = list(raisings)
    if not moments and restored is not None and restored.repeats and restored.raised_at is not None:
        moments = [restored.raised_at] * restored.repeats
    ago = (max(0.0, (now.wall - moment).total_seconds()) for moment in moments[-MOST:])
    return replace(memory, raisings=tuple(now.monotonic - seconds for seconds in ago))
