"""What people did to the ship and to their own rights: one entry a step, never changed afterwards."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from vmshmi.core.values import Scalar


class AuditKind(Enum):
    """What an entry tells. The first four are the stages of a command."""

    SELECTED = "selected"
    INTENT = "intent"
    TAKEN = "taken"
    ENDED = "ended"
    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_REMOVED = "user_removed"
    QUERY = "query"
    """Somebody asked the database in its own language."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One step.

    Attributes:
        kind: what it tells.
        at: UTC.
        user: who; as given where a login failed.
        station: where; None where it was not said.
        command: id of the command whose step it is; empty for anything else.
        tag: of the command.
        old, new: value of the tag before it, and the value that was asked for.
        result: outcome of a command that ended.
        reason: why a person did it, or what went wrong.
        row: its number in the log; 0 until it has one.
    """

    kind: AuditKind
    at: datetime
    user: str
    station: str | None = None
    command: str = ""
    tag: str = ""
    old: Scalar | None = None
    new: Scalar | None = None
    result: str = ""
    reason: str = ""
    row: int = 0
