"""Commands in words: what is awaited, how it ended, and why not."""

from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from vmshmi.core.access import Role
from vmshmi.core.commands import CommandOutcome, CommandRefusal, CommandRule
from vmshmi.core.display import exact_text
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar

# by this very name, the tool that collects the texts looks for it (docs/languages.md)
translate = QCoreApplication.translate

_OUTCOMES = cast(  # the stub of QT_TRANSLATE_NOOP says object, it is the text
    "dict[CommandOutcome, str]",
    {
        CommandOutcome.CONFIRMED: QT_TRANSLATE_NOOP("Commands", "CONFIRMED: the machine shows it."),
        CommandOutcome.REFUSED: QT_TRANSLATE_NOOP("Commands", "REFUSED: nothing was sent."),
        CommandOutcome.FAILED: QT_TRANSLATE_NOOP("Commands", "FAILED: the device said no."),
        CommandOutcome.TIMED_OUT: QT_TRANSLATE_NOOP("Commands", "TIMED OUT: sent, but the machine does not show it."),
        CommandOutcome.UNKNOWN: QT_TRANSLATE_NOOP("Commands", "UNKNOWN: it may have been sent. Look at the machine."),
    },
)
_SENTENCES = cast(
    "dict[str, str]",
    {
        "login_required": QT_TRANSLATE_NOOP("Commands", "Log in first: touch the name in the bar above."),
        "session_ended": QT_TRANSLATE_NOOP("Commands", "The login has ended: log in again."),
        "not_you": QT_TRANSLATE_NOOP("Commands", "Somebody else is logged in here."),
        "station": QT_TRANSLATE_NOOP("Commands", "Machinery is not commanded from this station."),
        "unknown_station": QT_TRANSLATE_NOOP("Commands", "The project does not know this station."),
        "not_writable": QT_TRANSLATE_NOOP("Commands", "It cannot be commanded: no device takes it."),
        "not_connected": QT_TRANSLATE_NOOP("Commands", "The runtime does not answer."),
        "not_running": QT_TRANSLATE_NOOP("Commands", "The runtime is starting or stopping."),
        "busy": QT_TRANSLATE_NOOP("Commands", "Another command is on its way: wait for its outcome."),
        "already": QT_TRANSLATE_NOOP("Commands", "It is so already."),
        "selected_by_other": QT_TRANSLATE_NOOP("Commands", "Somebody else has it selected: wait up to 10 s."),
        "not_selected": QT_TRANSLATE_NOOP("Commands", "The selection was over: choose again."),
        "out_of_range": QT_TRANSLATE_NOOP("Commands", "The number is outside its range."),
        "too_late": QT_TRANSLATE_NOOP("Commands", "It could not be sent in time."),
        "no_effect": QT_TRANSLATE_NOOP("Commands", "No effect was seen in time."),
        "wrong_pin": QT_TRANSLATE_NOOP("Commands", "The name or the PIN is wrong."),
        "too_many_attempts": QT_TRANSLATE_NOOP("Commands", "Wrong too often: wait a minute."),
    },
)
_ROLES = cast(
    "dict[Role, str]",
    {
        Role.VIEWER: QT_TRANSLATE_NOOP("Commands", "Viewer"),
        Role.OPERATOR: QT_TRANSLATE_NOOP("Commands", "Operator"),
        Role.ENGINEER: QT_TRANSLATE_NOOP("Commands", "Engineer"),
    },
)


def role_text(role: Role) -> str:
    """A role as a person reads it."""
    return translate("Commands", _ROLES[role])


def outcome_text(outcome: CommandOutcome) -> str:
    """How a command ended, and what that means."""
    return translate("Commands", _OUTCOMES[outcome])


def refusal_text(refusal: CommandRefusal, rule: CommandRule | None = None) -> str:
    """Why not, in one sentence; what is not known here is told in the runtime's own words."""
    permissive = None if rule is None else rule.permissive
    wanted = "" if permissive is None else permissive.text or permissive.expression
    match refusal.reason:
        case "role" if rule is not None:
            return translate("Commands", "Only for the role {role}.").format(role=role_text(rule.role))
        case "not_permitted":
            return translate("Commands", "Not permitted. First: {condition}").format(condition=wanted)
        case "permissive_unknown":
            return translate("Commands", "Not permitted while this is not known: {condition}").format(condition=wanted)
        case reason:
            sentence = _SENTENCES.get(reason)
            return refusal.message if sentence is None else translate("Commands", sentence)


def effect_text(rule: CommandRule, value: Scalar, watched: TagDef) -> str:
    """What the watched tag shows when the command has worked."""
    wanted = next((accepted for sent, accepted in rule.feedback if sent == value), (value,))
    texts = " / ".join(f"{exact_text(watched, one)} {watched.unit}".rstrip() for one in wanted)
    return f"{watched.description or watched.id}: {texts}"
