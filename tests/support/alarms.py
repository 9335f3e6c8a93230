"""Short ways to alarms: definitions, records in a state, samples, moments."""

from datetime import datetime, timedelta
from typing import Any

from tests.support.builders import NOON
from vmshmi.core.alarms.events import Acknowledge, ConditionCame, ConditionWent, Event
from vmshmi.core.alarms.machine import Effect, Refusal, step
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmState, AlarmTransition, Operator, Priority
from vmshmi.core.alarms.tracker import Moment
from vmshmi.core.values import TagId


def an_alarm(alarm_id: str = "me_p.lo_press.low", **changes: Any) -> AlarmDef:
    """Port ME lube oil pressure below 2.5 bar, hysteresis 0.3, a warning; no delay."""
    facts: dict[str, Any] = {
        "tag": TagId("me_p.lo_press"),
        "operator": Operator.LESS,
        "limit": 2.5,
        "hysteresis": 0.3,
        "priority": Priority.WARNING,
        "message": "Port ME lube oil pressure low",
        "group": "ME",
    }
    return AlarmDef(id=alarm_id, **{**facts, **changes})


def at(seconds: float) -> datetime:
    """UTC, seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def moment(seconds: float) -> Moment:
    """Both clocks, seconds after noon; the monotonic one began at 5,000 s."""
    return Moment(at(seconds), 5_000.0 + seconds)


def after(definition: AlarmDef, *events: Event, record: AlarmRecord | None = None) -> AlarmRecord:
    """The record after these events, one a second from noon on."""
    record = record or AlarmRecord(definition.id)
    for second, event in enumerate(events):
        record, _ = step(definition, record, event, at(second))
    return record


def a_record(definition: AlarmDef, state: AlarmState) -> AlarmRecord:
    """A record in this state, reached as alarms reach it."""
    raised = after(definition, ConditionCame(2.0))
    seen = Acknowledge(raised.occurrence, "chief", "ecr")
    match state:
        case AlarmState.ACTIVE:
            return raised
        case AlarmState.ACK:
            return after(definition, seen, record=raised)
        case AlarmState.RECTIFIED:
            return after(definition, ConditionWent(3.0), record=raised)
        case AlarmState.CLEARED:
            return after(definition, seen, ConditionWent(3.0), record=raised)


def kinds(effects: tuple[Effect, ...]) -> list[str]:
    """What happened, in words; a refusal by its reason."""
    return [f"refused: {e.reason}" if isinstance(e, Refusal) else e.kind.value for e in effects]


def transitions(effects: tuple[Effect, ...]) -> list[AlarmTransition]:
    """The effects that are no refusals."""
    return [effect for effect in effects if isinstance(effect, AlarmTransition)]
