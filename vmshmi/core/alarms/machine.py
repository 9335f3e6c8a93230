"""The alarm state machine: facts in, facts out. Durations and `enable_when` are not here: see `tracker`.

Alarm and warning (a person must answer):

    CLEARED --condition--> ACTIVE --acknowledge--> ACK --return--> CLEARED
                              |                     ^
                            return                (no way back but by a new condition)
                              v
                          RECTIFIED --acknowledge--> CLEARED
                              |
                              +--condition--> ACTIVE, a new occurrence that sounds again

Emergency alarm and caution (nobody has to answer): CLEARED --condition--> ACK --return--> CLEARED.

Every change of the facts is one transition, and the record after a step is the record of its last transition.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from vmshmi.core.alarms.events import (
    Acknowledge,
    ConditionCame,
    ConditionWent,
    Disable,
    Enable,
    Event,
    InputBack,
    InputLost,
    Reset,
    Restore,
    ReturnToService,
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
    Override,
    Priority,
    TransitionKind,
    priority_of,
    suppression_of,
)
from vmshmi.core.clock import to_micros
from vmshmi.core.values import Scalar


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person's action was refused; nothing changed.

    Attributes:
        reason: machine-readable key: `not_acknowledgeable`, `not_raised`, `stale_occurrence`, `already_acknowledged`,
            `still_active`, `not_acknowledged`, `not_latched`, `no_user`, `no_reason`, `not_shelvable`, `not_shelved`,
            `already_out_of_service`, `not_out_of_service`; `category_c` comes from `policy`.
        message: the same for a person.
    """

    reason: str
    message: str


Effect = AlarmTransition | Refusal

_Step = tuple[TransitionKind, AlarmRecord]
_Outcome = tuple[_Step, ...] | Refusal
_NOTHING: tuple[_Step, ...] = ()


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
    told: list[AlarmTransition] = []
    for kind, after in outcome:
        suppression = suppression_of(after)
        record = after if after.suppression is suppression else replace(after, suppression=suppression)
        told.append(
            AlarmTransition(
                kind, now, record, user, station, reason, priority_of(definition, record), definition.message
            )
        )
    return record, tuple(told)


def removed(record: AlarmRecord, now: datetime) -> AlarmTransition:
    """The last line of an alarm that the project no longer defines; what was unanswered is told as unanswered."""
    ended = _ended(record, now) if record.active else record
    return AlarmTransition(TransitionKind.REMOVED, now, ended, reason="no longer defined in the project")


def sounds(definition: AlarmDef, record: AlarmRecord) -> bool:
    """True while it should be heard: announced, not silenced, and unanswered (an emergency: while it is active)."""
    if record.suppression is not None or record.silenced_until is not None:
        return False
    priority = priority_of(definition, record)
    if priority is Priority.EMERGENCY_ALARM:
        return record.active
    return priority.needs_answer and not record.acknowledged


def _outcome(definition: AlarmDef, record: AlarmRecord, event: Event, now: datetime) -> _Outcome:
    match event:
        case ConditionCame():
            return _came(definition, record, event.value, now)
        case ConditionWent():
            return _went(record, event.value, now)
        case InputLost() | InputBack():
            return _heard(record, isinstance(event, InputLost))
        case Disable() | Enable():
            return _by_design(record, isinstance(event, Disable), now)
        case Acknowledge():
            return _acknowledged(definition, record, event, now)
        case Reset():
            return _reset(definition, record, event, now)
        case Silence():
            return _silenced(definition, record, event)
        case SilenceOver():
            return _sound_back(record)
        case Shelve():
            return _shelved(definition, record, event, now)
        case Unshelve() | ShelvingOver():
            return _unshelved(record, event)
        case TakeOutOfService():
            return _taken_out(record, event, now)
        case ReturnToService():
            return _brought_back(record, event)
        case Restore():
            return _restored(definition, record, now)
        case _:
            assert_never(event)


def _came(definition: AlarmDef, record: AlarmRecord, value: Scalar | None, now: datetime) -> _Outcome:
    """Raise it: a new occurrence, whatever became of the one before."""
    if record.active or record.by_design:
        return _NOTHING
    raised = AlarmRecord(
        id=record.id,
        occurrence=max(record.occurrence + 1, to_micros(now)),
        active=True,
        acknowledged=not definition.priority.needs_answer,
        value=value,
        raised_at=now,
        shelved=record.shelved,
        out_of_service=record.out_of_service,
    )
    return ((TransitionKind.RAISED, raised),)


def _went(record: AlarmRecord, value: Scalar | None, now: datetime) -> _Outcome:
    """End the condition; the question, if one is open, stays."""
    if not record.active:
        return _NOTHING
    ended = replace(_ended(record, now), value=value)
    return ((TransitionKind.CLEARED if ended.acknowledged else TransitionKind.RECTIFIED, ended),)


def _ended(record: AlarmRecord, now: datetime) -> AlarmRecord:
    if not record.acknowledged:
        return replace(record, active=False, rectified_at=now)
    return replace(record, active=False, rectified_at=now, cleared_at=now, silenced_until=None, held=False)


def _heard(record: AlarmRecord, lost: bool) -> _Outcome:
    """Mark what stands on a lost input; what does not stand needs no mark, the lost sensor is an alarm of its own."""
    held = lost and record.stands
    if record.held == held:
        return _NOTHING
    return ((TransitionKind.HELD if held else TransitionKind.RELEASED, replace(record, held=held)),)


def _by_design(record: AlarmRecord, disabled: bool, now: datetime) -> _Outcome:
    """End watching or begin it. An open question outlives it: why the engine tripped must still be asked."""
    if record.by_design == disabled:
        return _NOTHING
    if not disabled:
        return ((TransitionKind.UNSUPPRESSED, replace(record, by_design=False)),)
    steps: list[_Step] = []
    if record.active:
        record = _ended(record, now)
        steps.append((TransitionKind.CLEARED if record.acknowledged else TransitionKind.RECTIFIED, record))
    steps.append((TransitionKind.SUPPRESSED, replace(record, by_design=True, held=False)))
    return tuple(steps)


def _acknowledged(definition: AlarmDef, record: AlarmRecord, event: Acknowledge, now: datetime) -> _Outcome:
    name = definition.message or definition.id
    if not event.user.strip():
        return Refusal("no_user", f"{name}: an acknowledgement needs a name")
    if not definition.priority.needs_answer:
        kind = definition.priority.value.replace("_", " ")
        return Refusal("not_acknowledgeable", f"{name}: {kind}s need no acknowledgement, they end with their cause")
    if record.occurrence == 0:
        return Refusal("not_raised", f"{name}: has not been raised")
    if event.occurrence != record.occurrence:
        return Refusal("stale_occurrence", f"{name}: has been raised again since it was shown, look at it again")
    if record.acknowledged:
        by = f" by {record.acked_by}" if record.acked_by else ""
        return Refusal("already_acknowledged", f"{name}: is already acknowledged{by}")
    answered = replace(
        record,
        acknowledged=True,
        acked_at=now,
        acked_by=event.user,
        acked_station=event.station,
        silenced_until=None,
        held=record.held and record.active,
    )
    if answered.active:
        return ((TransitionKind.ACKNOWLEDGED, answered),)
    return ((TransitionKind.ACKNOWLEDGED, answered), (TransitionKind.CLEARED, replace(answered, cleared_at=now)))


def _reset(definition: AlarmDef, record: AlarmRecord, event: Reset, now: datetime) -> _Outcome:
    name = definition.message or definition.id
    if not event.user.strip():
        return Refusal("no_user", f"{name}: a reset needs a name")
    if record.active and definition.latching:
        return Refusal("still_active", f"{name}: is still active, it can be reset when its cause has gone")
    if not record.latched:
        return Refusal("not_latched", f"{name}: does not wait for a reset")
    if not record.acknowledged:
        return Refusal("not_acknowledged", f"{name}: must be acknowledged before it can be reset")
    return ((TransitionKind.RESET, replace(record, latched=False, cleared_at=now, held=False)),)


def _silenced(definition: AlarmDef, record: AlarmRecord, event: Silence) -> _Outcome:
    if not sounds(definition, record):
        return _NOTHING
    return ((TransitionKind.SILENCED, replace(record, silenced_until=event.until)),)


def _sound_back(record: AlarmRecord) -> _Outcome:
    if record.silenced_until is None:
        return _NOTHING
    return ((TransitionKind.UNSILENCED, replace(record, silenced_until=None)),)


def _shelved(definition: AlarmDef, record: AlarmRecord, event: Shelve, now: datetime) -> _Outcome:
    """Shelve it; a second shelving replaces the first one."""
    refusal = _needs_name_and_reason(definition, event.user, event.reason)
    if refusal is not None:
        return refusal
    if definition.priority is Priority.EMERGENCY_ALARM:
        return Refusal("not_shelvable", f"{definition.message or definition.id}: an emergency alarm cannot be shelved")
    order = Override(event.user, event.station, event.reason, now, event.until)
    return ((TransitionKind.SHELVED, replace(record, shelved=order, silenced_until=None)),)


def _unshelved(record: AlarmRecord, event: Unshelve | ShelvingOver) -> _Outcome:
    if isinstance(event, Unshelve) and not event.user.strip():
        return Refusal("no_user", f"{record.id}: unshelving needs a name")
    if record.shelved is None:
        return Refusal("not_shelved", f"{record.id}: is not shelved") if isinstance(event, Unshelve) else _NOTHING
    return ((TransitionKind.UNSHELVED, replace(record, shelved=None)),)


def _taken_out(record: AlarmRecord, event: TakeOutOfService, now: datetime) -> _Outcome:
    if not event.user.strip():
        return Refusal("no_user", f"{record.id}: taking out of service needs a name")
    if not event.reason.strip():
        return Refusal("no_reason", f"{record.id}: taking out of service needs a reason")
    if record.out_of_service is not None:
        by = record.out_of_service.user
        return Refusal("already_out_of_service", f"{record.id}: {by} has already taken it out of service")
    order = Override(event.user, event.station, event.reason, now)
    return ((TransitionKind.OUT_OF_SERVICE, replace(record, out_of_service=order, silenced_until=None)),)


def _brought_back(record: AlarmRecord, event: ReturnToService) -> _Outcome:
    if not event.user.strip():
        return Refusal("no_user", f"{record.id}: bringing back into service needs a name")
    if record.out_of_service is None:
        return Refusal("not_out_of_service", f"{record.id}: is in service")
    return ((TransitionKind.IN_SERVICE, replace(record, out_of_service=None)),)


def _needs_name_and_reason(definition: AlarmDef, user: str, reason: str) -> Refusal | None:
    name = definition.message or definition.id
    if not user.strip():
        return Refusal("no_user", f"{name}: this needs a name")
    return None if reason.strip() else Refusal("no_reason", f"{name}: this needs a reason")


def _restored(definition: AlarmDef, record: AlarmRecord, now: datetime) -> _Outcome:
    """Stand again as before the restart: held until the input has spoken, sounding if unanswered.

    The definition may have changed meanwhile: what has become a caution asks no more, what has become an alarm and
    still stands asks now.
    """
    asks = definition.priority.needs_answer and (not record.acknowledged or (record.active and record.acked_by is None))
    by_design = record.by_design and bool(definition.enable_when)
    back = replace(record, acknowledged=not asks, silenced_until=None, by_design=by_design)
    steps: list[_Step] = []
    if by_design != record.by_design:
        steps.append((TransitionKind.UNSUPPRESSED, back))
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
        case ShelvingOver():
            return None, None, "its time is over"
        case Disable():
            return None, None, event.why
        case _:
            return None, None, ""
