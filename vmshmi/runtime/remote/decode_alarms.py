"""Alarms, their journal and their definitions as the API says them; see `decode`."""

from typing import cast

from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    AlarmTransition,
    BadInput,
    Category,
    Measure,
    Operator,
    Override,
    Priority,
    Suppression,
    TransitionKind,
)
from vmshmi.core.clock import from_iso
from vmshmi.core.values import TagId
from vmshmi.runtime.remote.decode import (
    Row,
    moment,
    real,
    real_or_none,
    row_of,
    scalar,
    text,
    text_or_none,
    whole,
)


def alarm_record(row: Row) -> AlarmRecord:
    """The facts of one alarm."""
    state = AlarmState(row["state"])
    suppression = row["suppression"]
    return AlarmRecord(
        id=text(row["id"]),
        occurrence=whole(row["occurrence"]),
        active=bool(row["active"]),
        acknowledged=state in (AlarmState.ACK, AlarmState.CLEARED),
        value=scalar(row["value"]),
        raised_at=moment(row["raised_at"]),
        acked_at=moment(row["acked_at"]),
        acked_by=text_or_none(row["acked_by"]),
        acked_station=text_or_none(row["acked_station"]),
        rectified_at=moment(row["rectified_at"]),
        cleared_at=moment(row["cleared_at"]),
        suppression=None if suppression is None else Suppression(suppression),
        silenced_until=moment(row["silenced_until"]),
        held=bool(row["held"]),
        by_design=bool(row["by_design"]),
        shelved=_override(row["shelved"]),
        out_of_service=_override(row["out_of_service"]),
        latched=bool(row["latched"]),
        escalations=whole(row["escalations"]),
        repeats=whole(row["repeats"]),
        first_out=bool(row["first_out"]),
        blocked=bool(row["blocked"]),
    )


def alarm_transition(row: Row) -> AlarmTransition:
    """One line of the journal, or one message of the WebSocket."""
    alarm = row_of(row["alarm"])
    priority = alarm.get("priority")
    return AlarmTransition(
        kind=TransitionKind(row["kind"]),
        at=from_iso(text(row["at"])),
        record=alarm_record(alarm),
        user=text_or_none(row["user"]),
        station=text_or_none(row["station"]),
        reason=text(row.get("reason", "")),
        priority=None if priority is None else Priority(priority),
        message=text(alarm.get("message") or ""),
    )


def alarm_definition(row: Row) -> AlarmDef:
    """What an alarm is."""
    return AlarmDef(
        id=text(row["id"]),
        tag=TagId(text(row["tag"])),
        operator=Operator(row["operator"]),
        limit=real(row["limit"]),
        hysteresis=real(row["hysteresis"]),
        delay_s=real(row["delay_s"]),
        priority=Priority(row["priority"]),
        category=Category(row["category"]),
        message=text(row["message"]),
        group=text(row["group"]),
        enable_when=text(row["enable_when"]),
        enable_delay_s=real(row["enable_delay_s"]),
        cause=text(row["cause"]),
        consequence=text(row["consequence"]),
        action=text(row["action"]),
        measure=Measure(row["measure"]),
        others=tuple(TagId(text(tag)) for tag in _list(row["others"])),
        window_s=real(row["window_s"]),
        off_delay_s=real(row["off_delay_s"]),
        on_bad=BadInput(row["on_bad"]),
        latching=bool(row["latching"]),
        escalate_s=real_or_none(row["escalate_s"]),
        realarm_s=real_or_none(row["realarm_s"]),
        first_out=text(row["first_out"]),
        consequence_of=tuple(text(alarm_id) for alarm_id in _list(row["consequence_of"])),
        revision=whole(row["revision"]),
    )


def _override(data: object) -> Override | None:
    if data is None:
        return None
    row = row_of(data)
    return Override(
        user=text(row["user"]),
        station=text_or_none(row["station"]),
        reason=text(row["reason"]),
        since=from_iso(text(row["since"])),
        until=moment(row["until"]),
    )


def _list(data: object) -> list[object]:
    if isinstance(data, list):
        return cast("list[object]", data)
    raise TypeError(f"expected a list, got {type(data).__name__}")
