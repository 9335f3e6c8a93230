"""Alarms, their journal and their definitions as JSON with the promised field names."""

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Override, Suppression, priority_of
from vmshmi.core.alarms.projections import iec_letter, isa_state
from vmshmi.core.clock import to_iso
from vmshmi.core.values import Scalar
from vmshmi.runtime.api.encode import Json, moment, number


def alarm_json(definition: AlarmDef | None, record: AlarmRecord) -> dict[str, Json]:
    """One alarm: facts of the record, names of its definition; null where the journal knows one that is gone."""
    return {
        "id": record.id,
        "occurrence": record.occurrence,
        "tag": definition and definition.tag,
        "state": record.state.value,
        "priority": definition and priority_of(definition, record).value,
        "category": definition and definition.category.value,
        "message": definition and definition.message,
        "group": definition and definition.group,
        "value": _scalar(record.value),
        "limit": definition and number(definition.limit),
        "raised_at": moment(record.raised_at),
        "acked_at": moment(record.acked_at),
        "acked_by": record.acked_by,
        "acked_station": record.acked_station,
        "rectified_at": moment(record.rectified_at),
        "cleared_at": moment(record.cleared_at),
        "suppression": None if record.suppression is None else record.suppression.value,
        "silenced_until": moment(record.silenced_until),
        "held": record.held,
        "by_design": record.by_design,
        "shelved": _override_json(record.shelved),
        "out_of_service": _override_json(record.out_of_service),
        "active": record.active,
        "latched": record.latched,
        "escalations": record.escalations,
        "repeats": record.repeats,
        "first_out": record.first_out,
        "blocked": record.blocked,
        "isa_state": isa_state(record).name.lower(),
        "iec_state": definition and iec_letter(definition, record).value,
    }


def suppressed_json(definition: AlarmDef, record: AlarmRecord) -> dict[str, Json]:
    """One alarm that is not announced: beside the alarm itself `why`, `by`, `since` and `until`."""
    order = record.out_of_service if record.suppression is Suppression.OUT_OF_SERVICE else record.shelved
    if record.suppression is Suppression.SUPPRESSED_BY_DESIGN or order is None:
        why = "its input is lost" if record.blocked else f"not watched unless {definition.enable_when}"
        return alarm_json(definition, record) | {"why": why, "by": None, "since": None, "until": None}
    return alarm_json(definition, record) | {
        "why": order.reason,
        "by": order.user,
        "since": to_iso(order.since),
        "until": moment(order.until),
    }


def transition_json(definition: AlarmDef | None, transition: AlarmTransition) -> dict[str, Json]:
    """One line of the journal; priority and message as they were at that moment."""
    alarm = alarm_json(definition, transition.record)
    if transition.priority is not None:
        alarm |= {"priority": transition.priority.value, "message": transition.message}
    return {
        "kind": transition.kind.value,
        "at": to_iso(transition.at),
        "user": transition.user,
        "station": transition.station,
        "reason": transition.reason,
        "alarm": alarm,
    }


def alarm_definition_json(alarm: AlarmDef) -> dict[str, Json]:
    """What an alarm is, all of it."""
    return {
        "id": alarm.id,
        "tag": alarm.tag,
        "operator": alarm.operator.value,
        "limit": number(alarm.limit),
        "hysteresis": number(alarm.hysteresis),
        "delay_s": number(alarm.delay_s),
        "priority": alarm.priority.value,
        "category": alarm.category.value,
        "message": alarm.message,
        "group": alarm.group,
        "enable_when": alarm.enable_when,
        "enable_delay_s": number(alarm.enable_delay_s),
        "cause": alarm.cause,
        "consequence": alarm.consequence,
        "action": alarm.action,
        "measure": alarm.measure.value,
        "others": list(alarm.others),
        "window_s": number(alarm.window_s),
        "off_delay_s": number(alarm.off_delay_s),
        "on_bad": alarm.on_bad.value,
        "latching": alarm.latching,
        "escalate_s": number(alarm.escalate_s),
        "realarm_s": number(alarm.realarm_s),
        "first_out": alarm.first_out,
        "consequence_of": list(alarm.consequence_of),
        "revision": alarm.revision,
    }


def _scalar(value: Scalar | None) -> Json:
    return number(value) if isinstance(value, float) else value


def _override_json(order: Override | None) -> Json:
    if order is None:
        return None
    return {
        "user": order.user,
        "station": order.station,
        "reason": order.reason,
        "since": to_iso(order.since),
        "until": moment(order.until),
    }
