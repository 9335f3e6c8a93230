"""What people do to an alarm: the part of the state machine that knows names and reasons."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from vmshmi.core.alarms.events import (
    Acknowledge,
    PersonEvent,
    Reset,
    ReturnToService,
    Shelve,
    Silence,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Override, Priority, TransitionKind, priority_of
from vmshmi.core.alarms.steps import NOTHING, Outcome, Refusal, ending


def ordered(definition: AlarmDef, record: AlarmRecord, event: PersonEvent, now: datetime) -> Outcome:
    """What a person's action makes of a record."""
    match event:
        case Acknowledge():
            return _acknowledged(definition, record, event, now)
        case Reset():
            return _reset(definition, record, event, now)
        case Silence():
            return _silenced(definition, record, event)
        case Shelve():
            return _shelved(definition, record, event, now)
        case Unshelve():
            return _unshelved(record, event)
        case TakeOutOfService():
            return _taken_out(record, event, now)
        case ReturnToService():
            return _brought_back(record, event)
        case _:
            assert_never(event)


def sounds(definition: AlarmDef, record: AlarmRecord) -> bool:
    """True while it should be heard: announced, not silenced, and unanswered (an emergency: while it is active)."""
    if record.suppression is not None or record.silenced_until is not None:
        return False
    priority = priority_of(definition, record)
    if priority is Priority.EMERGENCY_ALARM:
        return record.active
    return priority.needs_answer and not record.acknowledged


def _acknowledged(definition: AlarmDef, record: AlarmRecord, event: Acknowledge, now: datetime) -> Outcome:
    name = _name(definition)
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
    )
    return ((TransitionKind.ACKNOWLEDGED, answered), *ending(definition, answered, now))


def _reset(definition: AlarmDef, record: AlarmRecord, event: Reset, now: datetime) -> Outcome:
    name = _name(definition)
    if not event.user.strip():
        return Refusal("no_user", f"{name}: a reset needs a name")
    if record.active and definition.latching:
        return Refusal("still_active", f"{name}: is still active, it can be reset when its cause has gone")
    if not record.latched:
        return Refusal("not_latched", f"{name}: does not wait for a reset")
    if not record.acknowledged:
        return Refusal("not_acknowledged", f"{name}: must be acknowledged before it can be reset")
    unlatched = replace(record, latched=False)
    return ((TransitionKind.RESET, unlatched), *ending(definition, unlatched, now))


def _silenced(definition: AlarmDef, record: AlarmRecord, event: Silence) -> Outcome:
    if not sounds(definition, record):
        return NOTHING
    return ((TransitionKind.SILENCED, replace(record, silenced_until=event.until)),)


def _shelved(definition: AlarmDef, record: AlarmRecord, event: Shelve, now: datetime) -> Outcome:
    """Shelve it; a second shelving replaces the first one."""
    name = _name(definition)
    if not event.user.strip():
        return Refusal("no_user", f"{name}: this needs a name")
    if not event.reason.strip():
        return Refusal("no_reason", f"{name}: this needs a reason")
    if definition.priority is Priority.EMERGENCY_ALARM:
        return Refusal("not_shelvable", f"{name}: an emergency alarm cannot be shelved")
    order = Override(event.user, event.station, event.reason, now, event.until)
    return ((TransitionKind.SHELVED, replace(record, shelved=order, silenced_until=None)),)


def _unshelved(record: AlarmRecord, event: Unshelve) -> Outcome:
    if not event.user.strip():
        return Refusal("no_user", f"{record.id}: unshelving needs a name")
    if record.shelved is None:
        return Refusal("not_shelved", f"{record.id}: is not shelved")
    return ((TransitionKind.UNSHELVED, replace(record, shelved=None)),)


def _taken_out(record: AlarmRecord, event: TakeOutOfService, now: datetime) -> Outcome:
    if not event.user.strip():
        return Refusal("no_user", f"{record.id}: taking out of service needs a name")
    if not event.reason.strip():
        return Refusal("no_reason", f"{record.id}: taking out of service needs a reason")
    if record.out_of_service is not None:
        by = record.out_of_service.user
        return Refusal("already_out_of_service", f"{record.id}: {by} has already taken it out of service")
    order = Override(event.user, event.station, event.reason, now)
    return ((TransitionKind.OUT_OF_SERVICE, replace(record, out_of_service=order, silenced_until=None)),)


def _brought_back(record: AlarmRecord, event: ReturnToService) -> Outcome:
    if not event.user.strip():
        return Refusal("no_user", f"{record.id}: bringing back into service needs a name")
    if record.out_of_service is None:
        return Refusal("not_out_of_service", f"{record.id}: is in service")
    return ((TransitionKind.IN_SERVICE, replace(record, out_of_service=None)),)


def _name(definition: AlarmDef) -> str:
    return definition.message or definition.id
