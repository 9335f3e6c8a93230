"""How alarms read: the same words on the banner, in the lists and in the bar."""

from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    Measure,
    Operator,
    Priority,
    Suppression,
    TransitionKind,
)
from vmshmi.core.display import NO_VALUE, decimals_of, value_text
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar

_CONTEXT = "Alarms"

_PRIORITIES = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[Priority, str]",
    {
        Priority.EMERGENCY_ALARM: QT_TRANSLATE_NOOP("Alarms", "EMERGENCY ALARM"),
        Priority.ALARM: QT_TRANSLATE_NOOP("Alarms", "ALARM"),
        Priority.WARNING: QT_TRANSLATE_NOOP("Alarms", "WARNING"),
        Priority.CAUTION: QT_TRANSLATE_NOOP("Alarms", "CAUTION"),
    },
)
_STATES = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[AlarmState, str]",
    {
        AlarmState.ACTIVE: QT_TRANSLATE_NOOP("Alarms", "Active"),
        AlarmState.ACK: QT_TRANSLATE_NOOP("Alarms", "Acknowledged"),
        AlarmState.RECTIFIED: QT_TRANSLATE_NOOP("Alarms", "Returned"),
        AlarmState.CLEARED: QT_TRANSLATE_NOOP("Alarms", "Cleared"),
    },
)
_SUPPRESSIONS = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[Suppression, str]",
    {
        Suppression.SHELVED: QT_TRANSLATE_NOOP("Alarms", "Shelved"),
        Suppression.SUPPRESSED_BY_DESIGN: QT_TRANSLATE_NOOP("Alarms", "Suppressed by design"),
        Suppression.OUT_OF_SERVICE: QT_TRANSLATE_NOOP("Alarms", "Out of service"),
    },
)
_KINDS = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[TransitionKind, str]",
    {
        TransitionKind.RAISED: QT_TRANSLATE_NOOP("Alarms", "Raised"),
        TransitionKind.ACKNOWLEDGED: QT_TRANSLATE_NOOP("Alarms", "Acknowledged"),
        TransitionKind.RECTIFIED: QT_TRANSLATE_NOOP("Alarms", "Returned to normal"),
        TransitionKind.CLEARED: QT_TRANSLATE_NOOP("Alarms", "Cleared"),
        TransitionKind.SILENCED: QT_TRANSLATE_NOOP("Alarms", "Silenced"),
        TransitionKind.UNSILENCED: QT_TRANSLATE_NOOP("Alarms", "Sound is back"),
        TransitionKind.SUPPRESSED: QT_TRANSLATE_NOOP("Alarms", "Suppressed by design"),
        TransitionKind.UNSUPPRESSED: QT_TRANSLATE_NOOP("Alarms", "Watched again"),
        TransitionKind.SHELVED: QT_TRANSLATE_NOOP("Alarms", "Shelved"),
        TransitionKind.UNSHELVED: QT_TRANSLATE_NOOP("Alarms", "Shelving ended"),
        TransitionKind.OUT_OF_SERVICE: QT_TRANSLATE_NOOP("Alarms", "Out of service"),
        TransitionKind.IN_SERVICE: QT_TRANSLATE_NOOP("Alarms", "Back in service"),
        TransitionKind.HELD: QT_TRANSLATE_NOOP("Alarms", "Input lost"),
        TransitionKind.RELEASED: QT_TRANSLATE_NOOP("Alarms", "Input back"),
        TransitionKind.ESCALATED: QT_TRANSLATE_NOOP("Alarms", "Escalated"),
        TransitionKind.REALARMED: QT_TRANSLATE_NOOP("Alarms", "Asks again"),
        TransitionKind.LATCHED: QT_TRANSLATE_NOOP("Alarms", "Waits for a reset"),
        TransitionKind.RESET: QT_TRANSLATE_NOOP("Alarms", "Reset"),
        TransitionKind.CALMED: QT_TRANSLATE_NOOP("Alarms", "No longer repeating"),
        TransitionKind.BLOCKED: QT_TRANSLATE_NOOP("Alarms", "Blocked: input lost"),
        TransitionKind.UNBLOCKED: QT_TRANSLATE_NOOP("Alarms", "Watched again"),
        TransitionKind.REVISED: QT_TRANSLATE_NOOP("Alarms", "Definition changed"),
        TransitionKind.TESTED: QT_TRANSLATE_NOOP("Alarms", "Alarm test"),
        TransitionKind.RESTORED: QT_TRANSLATE_NOOP("Alarms", "Stands after restart"),
        TransitionKind.REMOVED: QT_TRANSLATE_NOOP("Alarms", "No longer defined"),
        TransitionKind.REFUSED: QT_TRANSLATE_NOOP("Alarms", "Refused"),
        TransitionKind.STARTED: QT_TRANSLATE_NOOP("Alarms", "Alarm system started"),
        TransitionKind.STOPPED: QT_TRANSLATE_NOOP("Alarms", "Alarm system stopped"),
        TransitionKind.CLOCK_JUMPED: QT_TRANSLATE_NOOP("Alarms", "Clock was set"),
        TransitionKind.LOST: QT_TRANSLATE_NOOP("Alarms", "Journal rows lost"),
    },
)
_OPERATORS = {
    Operator.GREATER: ">",
    Operator.GREATER_EQUAL: "≥",
    Operator.LESS: "<",
    Operator.LESS_EQUAL: "≤",
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "≠",
    Operator.ABS_GREATER: "± >",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def priority_text(priority: Priority) -> str:
    """`ALARM`."""
    return _tr(_PRIORITIES[priority])


def suppression_text(suppression: Suppression) -> str:
    """`Shelved`."""
    return _tr(_SUPPRESSIONS[suppression])


def state_text(record: AlarmRecord) -> str:
    """`Active`, `Acknowledged`, `Returned`; what suppresses it instead, when something does."""
    if record.suppression is not None:
        return suppression_text(record.suppression)
    state = record.state
    if state is AlarmState.ACK:
        if record.acked_at is None:
            state = AlarmState.ACTIVE  # nobody acknowledged it: its priority asks for no answer
        elif not record.active:
            return QCoreApplication.translate("Alarms", "Returned, ack.")
    text = _tr(_STATES[state])
    return f"{text} ?" if record.held else text


def list_state_text(record: AlarmRecord) -> str:
    """As `state_text`, with what is still wanted of a person: `Active, unack.`."""
    text = state_text(record)
    return QCoreApplication.translate("Alarms", "{state}, unack.").format(state=text) if record.is_unanswered else text


def kind_text(kind: TransitionKind) -> str:
    """`Raised`."""
    return _tr(_KINDS.get(kind, kind.value))


def limit_text(alarm: AlarmDef, tag: TagDef | None) -> str:
    """`< 2.50 bar`; a state's name instead of its number; what is limited in words when it is not the value itself."""
    number = _limit_number(alarm.limit, tag)
    text = f"{_OPERATORS[alarm.operator]} {number}"
    match alarm.measure:
        case Measure.VALUE:
            return text
        case Measure.DEVIATION:
            both_ways = alarm.operator is Operator.ABS_GREATER
            limit = f"> ±{number}" if both_ways else text
            return QCoreApplication.translate("Alarms", "deviation {limit}").format(limit=limit)
        case Measure.RATE:
            return _rate_limit_text(alarm, tag)
        case Measure.MISMATCH:
            return f"≠ {', '.join(alarm.others)}"
        case Measure.BAD_QUALITY:
            return QCoreApplication.translate("Alarms", "no valid value")


def _rate_limit_text(alarm: AlarmDef, tag: TagDef | None) -> str:
    """`falls > 2 %/min`."""
    size = f"{_limit_number(abs(alarm.limit), tag)}/min"
    match alarm.operator:
        case Operator.LESS | Operator.LESS_EQUAL if alarm.limit <= 0:
            sign = ">" if alarm.operator is Operator.LESS else "≥"
            return QCoreApplication.translate("Alarms", "falls {limit}").format(limit=f"{sign} {size}")
        case Operator.GREATER | Operator.GREATER_EQUAL if alarm.limit >= 0:
            sign = _OPERATORS[alarm.operator]
            return QCoreApplication.translate("Alarms", "rises {limit}").format(limit=f"{sign} {size}")
        case Operator.ABS_GREATER:
            return QCoreApplication.translate("Alarms", "changes {limit}").format(limit=f"> {size}")
        case _:
            text = f"{_OPERATORS[alarm.operator]} {_limit_number(alarm.limit, tag)}/min"
            return QCoreApplication.translate("Alarms", "rate {limit}").format(limit=text)


def measured_text(alarm: AlarmDef, value: Scalar | None, tag: TagDef | None) -> str:
    """What was held against the limit when it is not the tag's value: `deviation 52.3 °C`; empty when it is."""
    if not isinstance(value, int | float) or alarm.measure not in (Measure.DEVIATION, Measure.RATE):
        return ""
    digits = 1 if tag is None else max(1, decimals_of(tag))
    number = f"{value:+.{digits}f} {'' if tag is None else tag.unit}".rstrip()
    if alarm.measure is Measure.RATE:
        return QCoreApplication.translate("Alarms", "rate {value}").format(value=f"{number}/min")
    return QCoreApplication.translate("Alarms", "deviation {value}").format(value=number)


def _limit_number(limit: float, tag: TagDef | None) -> str:
    if tag is None or tag.kind is TagKind.TEXT:
        return f"{limit:g}"
    if tag.kind is not TagKind.ANALOG:
        return number_with_unit(limit, tag)
    digits = decimals_of(tag)
    if round(limit, digits) != limit:  # a limit of 2.55 must not read 2.5 for want of digits
        return f"{limit:g} {tag.unit}".rstrip()
    return number_with_unit(limit, tag)


def number_with_unit(value: Scalar | None, tag: TagDef | None) -> str:
    """A value with its unit, `---` for none."""
    if tag is None:
        return NO_VALUE if value is None else str(value)
    text = value_text(tag, value)
    return f"{text} {tag.unit}" if tag.unit and text != NO_VALUE else text
