"""What a person may do to an alarm now, and why not: asked of the same rules that will judge the action."""

from datetime import datetime, timedelta
from enum import Enum
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from vmshmi.core.alarms.events import (
    Acknowledge,
    PersonEvent,
    Reset,
    ReturnToService,
    Shelve,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.machine import Refusal, step
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord
from vmshmi.core.alarms.policy import refused_here
from vmshmi.core.alarms.rules import StationRights


class Action(Enum):
    """What can be done to one alarm."""

    ACKNOWLEDGE = "acknowledge"
    RESET = "reset"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    OUT_OF_SERVICE = "out_of_service"
    IN_SERVICE = "in_service"


_SENTENCES = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[str, str]",
    {
        "category_c": QT_TRANSLATE_NOOP("Allowed", "Only in the engine control room."),
        "no_user": QT_TRANSLATE_NOOP("Allowed", "Choose the person at this station first."),
        "not_acknowledgeable": QT_TRANSLATE_NOOP("Allowed", "It takes no acknowledgement: it ends with its cause."),
        "not_raised": QT_TRANSLATE_NOOP("Allowed", "It does not stand."),
        "stale_occurrence": QT_TRANSLATE_NOOP("Allowed", "It has been raised again since it was shown: look again."),
        "already_acknowledged": QT_TRANSLATE_NOOP("Allowed", "It is acknowledged already."),
        "still_active": QT_TRANSLATE_NOOP("Allowed", "Its cause is still there."),
        "not_latched": QT_TRANSLATE_NOOP("Allowed", "It waits for no reset."),
        "not_acknowledged": QT_TRANSLATE_NOOP("Allowed", "Acknowledge it first."),
        "not_shelvable": QT_TRANSLATE_NOOP("Allowed", "An emergency alarm cannot be shelved."),
        "not_shelved": QT_TRANSLATE_NOOP("Allowed", "It is not shelved."),
        "not_out_of_service": QT_TRANSLATE_NOOP("Allowed", "It is in service."),
        "already_out_of_service": QT_TRANSLATE_NOOP("Allowed", "It is out of service already."),
        "no_reason": QT_TRANSLATE_NOOP("Allowed", "Say why first: it goes into the journal."),
        "bad_minutes": QT_TRANSLATE_NOOP("Allowed", "It cannot be shelved for so long: choose a shorter time."),
        "not_running": QT_TRANSLATE_NOOP("Allowed", "The alarm system is not running."),
        "not_connected": QT_TRANSLATE_NOOP("Allowed", "The runtime does not answer: look again when it does."),
        "silenced_here": QT_TRANSLATE_NOOP("Allowed", "The runtime does not answer: this station's own sound rests."),
        "not_allowed_here": QT_TRANSLATE_NOOP("Allowed", "Alarms are acknowledged one by one at this station."),
    },
)


def sentence_of(reason: str, otherwise: str = "", record: AlarmRecord | None = None) -> str:
    """The key of a refusal as a sentence; `otherwise` where there is none for it.

    Args:
        reason: the key.
        otherwise: what the runtime says.
        record: the alarm as it is known here; it says who was quicker.
    """
    if record is not None and reason == "already_acknowledged" and record.acked_by:
        return QCoreApplication.translate("Allowed", "It is acknowledged already, by {user}.").format(
            user=record.acked_by
        )
    if record is not None and reason == "already_out_of_service" and record.out_of_service is not None:
        return QCoreApplication.translate("Allowed", "It is out of service already, by {user}.").format(
            user=record.out_of_service.user
        )
    text = _SENTENCES.get(reason)
    return QCoreApplication.translate("Allowed", text) if text is not None else otherwise


def refusal_of(
    action: Action, alarm: AlarmDef, record: AlarmRecord, rights: StationRights, user: str, now: datetime
) -> str:
    """Why this action would be refused now, in a sentence; empty when it would not.

    Args:
        action: what a person wants.
        alarm: definition of the record.
        record: the facts as this screen knows them.
        rights: of this station.
        user: who wants it; empty while nobody has said.
        now: UTC.
    """
    event = _event(action, record, user, now)
    refusal = refused_here(alarm, event, rights)
    if refusal is None:
        _, effects = step(alarm, record, event, now)
        refusal = next((effect for effect in effects if isinstance(effect, Refusal)), None)
    return "" if refusal is None else sentence_of(refusal.reason, refusal.message, record)


def _event(action: Action, record: AlarmRecord, user: str, now: datetime) -> PersonEvent:
    match action:
        case Action.ACKNOWLEDGE:
            return Acknowledge(record.occurrence, user)
        case Action.RESET:
            return Reset(user)
        case Action.SHELVE:
            return Shelve(now + timedelta(minutes=1), user, "-")
        case Action.UNSHELVE:
            return Unshelve(user)
        case Action.OUT_OF_SERVICE:
            return TakeOutOfService(user, "-")
        case Action.IN_SERVICE:
            return ReturnToService(user)
