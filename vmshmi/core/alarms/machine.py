"""The alarm state machine: facts in, facts out. Durations and `enable_when` are not here: see `tracker`.

Alarm and warning (a person must answer):

    CLEARED --condition--> ACTIVE --acknowledge--> ACK --return--> CLEARED
                              |                     ^
                            return                (no way back but by a new condition, or by asking again)
                              v
                          RECTIFIED --acknowledge--> CLEARED
                              |
                              +--condition--> ACTIVE, a new occurrence that sounds again

Emergency alarm and caution (nobody has to answer): CLEARED --condition--> ACK --return--> CLEARED.

What is latched waits for a reset before it is CLEARED, what is repeating until it has been calm: both stand as ACK once
they are answered.

Every change of the facts is one transition, and the record after a step is the record of its last transition. The end
of an occurrence is a line CLEARED, but for one that is raised anew before it was answered.
"""

from dataclasses import replace
from datetime import datetime

from vmshmi.core.alarms.events import (
    Acknowledge,
    Calm,
    ConditionCame,
    ConditionWent,
    Disable,
    Enable,
    EscalationDue,
    Event,
    InputBack,
    InputLost,
    RealarmDue,
    Reset,
    Restore,
    ReturnToService,
    Revise,
    Shelve,
    ShelvingOver,
    Silence,
    SilenceOver,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmTransition,
    BadInput,
    Priority,
    TransitionKind,
    priority_of,
    suppression_of,
)
from vmshmi.core.alarms.orders import ordered, sounds
from vmshmi.core.alarms.steps import NOTHING, Effect, Outcome, Refusal, Step, ending
from vmshmi.core.clock import to_micros
from vmshmi.core.values import Scalar

__all__ = ["Effect", "Refusal", "escalates", "hides_the_first", "realarms", "removed", "sounds", "step"]


def step(
    definition: AlarmDef, record: AlarmRecord, event: Event, now: datetime
) -> tuple[AlarmRecord, tuple[Effect, ...]]:
    """What an event makes of a record.

    Args:
        definition: of the same alarm.
        record: the facts before.
        event: what happened.
        now: UTC; the stamp of what follows.

    Returns:
        The facts after, and what must be made durable and told, in order. No effects: nothing changed.
    """
    outcome = _outcome(definition, record, event, now)
    if isinstance(outcome, Refusal):
        return record, (outcome,)
    user, station, reason = _who_and_why(event)
    revision = event.revision if isinstance(event, Revise) else None
    told: list[AlarmTransition] = []
    for kind, after in outcome:
        suppression = suppression_of(after)
        record = after if after.suppression is suppression else replace(after, suppression=suppression)
        priority = priority_of(definition, record)
        message = definition.message
        told.append(AlarmTransition(kind, now, record, user, station, reason, priority, message, revision))
    return record, tuple(told)


def removed(record: AlarmRecord, now: datetime) -> AlarmTransition:
    """The last line of an alarm that the project no longer defines; what was unanswered is told as unanswered."""
    ended = replace(record, active=False, rectified_at=now) if record.active else record
    if ended.acknowledged:
        ended = replace(ended, latched=False, repeats=0, held=False, cleared_at=now)
    return AlarmTransition(TransitionKind.REMOVED, now, ended, reason="no longer defined in the project")


def escalates(definition: AlarmDef, record: AlarmRecord) -> bool:
    """True while the time runs after which it ends unanswered and is raised as an alarm."""
    return (
        definition.escalate_s is not None
        and record.active
        and not record.acknowledged
        and record.suppression is None
        and priority_of(definition, record) is Priority.WARNING
    )


def realarms(definition: AlarmDef, record: AlarmRecord) -> bool:
    """True while the time runs after which it asks again although it was answered."""
    return (
        definition.realarm_s is not None
        and record.active
        and record.acknowledged
        and record.suppression is None
        and definition.priority.needs_answer
    )


def hides_the_first(record: AlarmRecord) -> bool:
    """True while another alarm of its first-out group would not be the first.

    What is not announced is not the first that anybody sees, perhaps for months; what is only repeating is over.
    """
    return record.suppression is None and (record.active or not record.acknowledged or record.latched)


def _outcome(definition: AlarmDef, record: AlarmRecord, event: Event, now: datetime) -> Outcome:
    match event:
        case ConditionCame():
            return _came(definition, record, event, now)
        case ConditionWent():
            return _over(definition, record, event.value, now) if record.active else NOTHING
        case InputLost() | InputBack():
            return _heard(definition, record, isinstance(event, InputLost))
        case Disable() | Enable():
            return _by_design(definition, record, isinstance(event, Disable), now)
        case SilenceOver():
            return _sound_back(record)
        case ShelvingOver():
            return ((TransitionKind.UNSHELVED, replace(record, shelved=None)),) if record.shelved else NOTHING
        case EscalationDue():
            return _escalated(definition, record, event.value, now)
        case RealarmDue():
            return _realarmed(definition, record, event.value, now)
        case Calm():
            return _calmed(definition, record, now)
        case Revise():
            return ((TransitionKind.REVISED, record),)
        case Restore():
            return _restored(definition, record, now)
        case _:
            return ordered(definition, record, event, now)


def _came(definition: AlarmDef, record: AlarmRecord, event: ConditionCame, now: datetime) -> Outcome:
    """Raise it: a new occurrence, whatever became of the one before."""
    if record.active or record.by_design or record.blocked:
        return NOTHING
    raised = _anew(
        record,
        definition.priority.needs_answer,
        event.value,
        now,
        escalations=record.escalations if record.stands else 0,
        repeats=event.repeats if definition.priority.needs_answer else 0,
        first_out=event.first_out,
    )
    return ((TransitionKind.RAISED, raised),)


def _anew(
    record: AlarmRecord,
    asks: bool,
    value: Scalar | None,
    now: datetime,
    *,
    escalations: int,
    repeats: int,
    first_out: bool,
    held: bool = False,
) -> AlarmRecord:
    """The next occurrence, active; what people have ordered is kept."""
    return AlarmRecord(
        id=record.id,
        occurrence=max(record.occurrence + 1, to_micros(now)),
        active=True,
        acknowledged=not asks,
        value=value,
        raised_at=now,
        held=held,
        shelved=record.shelved,
        out_of_service=record.out_of_service,
        escalations=escalations,
        repeats=repeats,
        first_out=first_out,
    )


def _asking_anew(record: AlarmRecord, value: Scalar | None, now: datetime, escalations: int) -> AlarmRecord:
    """The next occurrence of the same trouble; a lost input has no better value than the last known one."""
    repeats, first_out, held = record.repeats, record.first_out, record.held
    value = record.value if held else value
    return _anew(record, True, value, now, escalations=escalations, repeats=repeats, first_out=first_out, held=held)


def _over(definition: AlarmDef, record: AlarmRecord, value: Scalar | None, now: datetime) -> tuple[Step, ...]:
    """End the condition; the question, if one is open, stays, and so does what is latched or repeating."""
    silenced_until = None if record.acknowledged else record.silenced_until
    over = replace(
        record,
        active=False,
        value=value,
        rectified_at=now,
        latched=definition.latching,
        silenced_until=silenced_until,
    )
    if not over.stands:
        return ending(definition, over, now)
    latched = over.latched and over.acknowledged
    return ((TransitionKind.LATCHED if latched else TransitionKind.RECTIFIED, over),)


def _heard(definition: AlarmDef, record: AlarmRecord, lost: bool) -> Outcome:
    """Mark what stands on a lost input; block what does not, where the definition says so."""
    held = lost and record.stands
    blocked = lost and not record.stands and not record.by_design and definition.on_bad is BadInput.BLOCK
    if record.blocked != blocked:
        kind = TransitionKind.BLOCKED if blocked else TransitionKind.UNBLOCKED
        return ((kind, replace(record, blocked=blocked)),)
    if record.held != held:
        return ((TransitionKind.HELD if held else TransitionKind.RELEASED, replace(record, held=held)),)
    return NOTHING


def _by_design(definition: AlarmDef, record: AlarmRecord, disabled: bool, now: datetime) -> Outcome:
    """End watching or begin it. An open question outlives it: why the engine tripped must still be asked."""
    if record.by_design == disabled:
        return NOTHING
    if not disabled:
        return ((TransitionKind.UNSUPPRESSED, replace(record, by_design=False)),)
    watched_no_more = replace(record, held=False, blocked=False)
    over = _over(definition, watched_no_more, record.value, now) if record.active else NOTHING
    last = over[-1][1] if over else watched_no_more
    return (*over, (TransitionKind.SUPPRESSED, replace(last, by_design=True)))


def _sound_back(record: AlarmRecord) -> Outcome:
    if record.silenced_until is None:
        return NOTHING
    return ((TransitionKind.UNSILENCED, replace(record, silenced_until=None)),)


def _escalated(definition: AlarmDef, record: AlarmRecord, value: Scalar | None, now: datetime) -> Outcome:
    """End the warning, answered by nobody, and raise it as an alarm."""
    if not escalates(definition, record):
        return NOTHING
    ended = replace(record, active=False, held=False, silenced_until=None, cleared_at=now)
    raised = _asking_anew(record, value, now, record.escalations + 1)
    return ((TransitionKind.ESCALATED, ended), (TransitionKind.RAISED, raised))


def _realarmed(definition: AlarmDef, record: AlarmRecord, value: Scalar | None, now: datetime) -> Outcome:
    if not realarms(definition, record):
        return NOTHING
    return ((TransitionKind.REALARMED, _asking_anew(record, value, now, record.escalations)),)


def _calmed(definition: AlarmDef, record: AlarmRecord, now: datetime) -> Outcome:
    if not record.repeats:
        return NOTHING
    calm = replace(record, repeats=0)
    return ((TransitionKind.CALMED, calm), *ending(definition, calm, now))


def _restored(definition: AlarmDef, record: AlarmRecord, now: datetime) -> Outcome:
    """Stand again as before the restart: held until the input has spoken, sounding if unanswered.

    The definition may have changed meanwhile: what has become a caution asks no more and is not repeating, what has
    become an alarm and still stands asks now, what no longer latches needs no reset, and an emergency alarm is not
    shelved.
    """
    answerable = definition.priority.needs_answer
    asks = answerable and (not record.acknowledged or (record.active and record.acked_by is None))
    by_design = record.by_design and bool(definition.enable_when)
    blocked = record.blocked and definition.on_bad is BadInput.BLOCK
    back = replace(
        record,
        acknowledged=not asks,
        silenced_until=None,
        by_design=by_design,
        blocked=blocked,
        shelved=None if definition.priority is Priority.EMERGENCY_ALARM else record.shelved,
        latched=record.latched and definition.latching,
        repeats=record.repeats if answerable else 0,
    )
    steps: list[Step] = []
    if by_design != record.by_design:
        steps.append((TransitionKind.UNSUPPRESSED, back))
    if blocked != record.blocked:
        steps.append((TransitionKind.UNBLOCKED, back))
    if back.shelved is not record.shelved:
        steps.append((TransitionKind.UNSHELVED, back))
    if back.stands:
        steps.append((TransitionKind.RESTORED, replace(back, held=not by_design)))
    elif record.stands:
        steps.append((TransitionKind.CLEARED, replace(back, held=False, cleared_at=now)))
    return tuple(steps)


def _who_and_why(event: Event) -> tuple[str | None, str | None, str]:
    match event:
        case Acknowledge() | Reset() | Silence() | Unshelve() | ReturnToService():
            return event.user, event.station, ""
        case Shelve() | TakeOutOfService():
            return event.user, event.station, event.reason
        case Revise():
            return event.user or None, event.station, event.reason
        case ShelvingOver():
            return None, None, "its time is over"
        case Disable():
            return None, None, event.why
        case _:
            return None, None, ""
