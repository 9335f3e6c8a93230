"""Commands to machinery: what may be asked of a tag, and what became of it.

A device that takes a command has not yet done it. Only a sample that is younger than the command says so.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from vmshmi.core.access import Role
from vmshmi.core.values import Scalar, TagId

SELECTION_S = 10.0
"""How long a selection waits for its command."""
_RELATIVE = 1e-6
"""A 32-bit register keeps seven digits."""


class CommandOutcome(Enum):
    """How a command ended."""

    CONFIRMED = "confirmed"
    """A sample younger than the command shows its effect."""
    REFUSED = "refused"
    """Nothing was sent."""
    FAILED = "failed"
    """It was sent and the device said no."""
    TIMED_OUT = "timed_out"
    """The device took it and still shows no effect."""
    UNKNOWN = "unknown"
    """It may have been sent, and nothing says whether it had an effect: look at the machine."""


class Stage(Enum):
    """A step on the way of a command; the audit log has a row of each."""

    SELECTED = "selected"
    """Somebody has chosen the tag and is about to operate it."""
    INTENT = "intent"
    """Checked and written down; from here on it may be on the wire."""
    TAKEN = "taken"
    """The device has taken it."""
    ENDED = "ended"
    """It has its outcome."""


@dataclass(frozen=True, slots=True)
class Permissive:
    """A condition under which a tag may be commanded.

    Attributes:
        expression: over tags; it permits only while it is true: unknown is no permission.
        text: the same for a person.
    """

    expression: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class CommandRule:
    """What may be commanded of a tag.

    Attributes:
        range_min, range_max: of a number, in the tag's unit; None where open.
        allowed: the only values there are; empty where every one in the range is.
        permissive: None where nothing has to be so.
        deadline_s: nothing is sent later than this after the person's action.
        feedback_tag: the tag that shows the effect; None where the tag itself does, read back.
        feedback: for each value which ones of the feedback tag show its effect; any other shows itself.
        timeout_s: how long its effect is waited for.
        tolerance: how far a number may be from the one that was sent.
        select_first: it must be selected before it is operated.
        role: who may.
    """

    range_min: float | None = None
    range_max: float | None = None
    allowed: tuple[Scalar, ...] = ()
    permissive: Permissive | None = None
    deadline_s: float = 2.0
    feedback_tag: TagId | None = None
    feedback: tuple[tuple[Scalar, tuple[Scalar, ...]], ...] = ()
    timeout_s: float = 5.0
    tolerance: float = 0.0
    select_first: bool = False
    role: Role = Role.OPERATOR

    def watched(self, tag_id: TagId) -> TagId:
        """The tag that shows the effect of a command to `tag_id`."""
        return tag_id if self.feedback_tag is None else self.feedback_tag

    def shows(self, sent: Scalar, seen: Scalar | None) -> bool:
        """True when this value of the watched tag is the effect of what was sent."""
        if seen is None:
            return False
        wanted = next((accepted for value, accepted in self.feedback if same(value, sent)), (sent,))
        return any(same(value, seen, self.tolerance) for value in wanted)


def same(one: Scalar, other: Scalar, tolerance: float = 0.0) -> bool:
    """True when two values mean the same to a device; true is 1, and a text is never a number."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one == other or math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=tolerance)


@dataclass(frozen=True, slots=True)
class CommandRefusal:
    """Why a command may not be given.

    Attributes:
        reason: key, for example `not_permitted`; all of them are in the documentation of the API.
        message: one sentence for a person.
    """

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Command:
    """What a person asks of the machinery.

    Attributes:
        id: names it in the audit log.
        tag_id: the tag.
        value: in the tag's unit.
        user, station: who, and where; a station of None is a program.
        reason: why; empty where nobody said.
        at: when it was asked, UTC.
    """

    id: str
    tag_id: TagId
    value: Scalar
    user: str
    station: str | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CommandReport:
    """What became of a command.

    Attributes:
        command: what was asked.
        outcome: how it ended.
        reason: key of what went wrong; empty when it was confirmed.
        message: the same in one sentence for a person.
        before: value of the tag before it; None when it was not known.
        seen: what the watched tag showed last, younger than the command; None when nothing.
        stages: each step and when it was done.
        ended_at: UTC.
    """

    command: Command
    outcome: CommandOutcome
    reason: str
    message: str
    before: Scalar | None
    ended_at: datetime
    seen: Scalar | None = None
    stages: tuple[tuple[Stage, datetime], ...] = field(default=())
