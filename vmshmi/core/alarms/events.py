"""What can happen to an alarm: the events of the state machine."""

from dataclasses import dataclass
from datetime import datetime

from vmshmi.core.alarms.revision import Revision
from vmshmi.core.values import Scalar


@dataclass(frozen=True, slots=True)
class ConditionCame:
    """The condition holds, after its delay.

    Attributes:
        value: what made it so.
        first_out: it is the first of its first-out group.
        repeats: raisings within the window of the fleeting memory, this one included, when they are too many; 0 when
            they are not.
    """

    value: Scalar | None
    first_out: bool = False
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class ConditionWent:
    """The condition is over, its hysteresis included; `value` is what made it so."""

    value: Scalar | None


@dataclass(frozen=True, slots=True)
class InputLost:
    """The input no longer says anything."""


@dataclass(frozen=True, slots=True)
class InputBack:
    """The input says something again."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A person has seen exactly this occurrence."""

    occurrence: int
    user: str
    station: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """A person ends the latching."""

    user: str
    station: str | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """A person lets the sound rest until then; acknowledges nothing."""

    until: datetime
    user: str
    station: str | None = None


@dataclass(frozen=True, slots=True)
class SilenceOver:
    """The rest of the sound is over."""


@dataclass(frozen=True, slots=True)
class Shelve:
    """A person does not want to hear of it until then, and says why."""

    until: datetime
    user: str
    reason: str
    station: str | None = None


@dataclass(frozen=True, slots=True)
class Unshelve:
    """A person ends the shelving."""

    user: str
    station: str | None = None


@dataclass(frozen=True, slots=True)
class ShelvingOver:
    """The time of the shelving is over."""


@dataclass(frozen=True, slots=True)
class TakeOutOfService:
    """A person takes it out of service until a person brings it back, and says why."""

    user: str
    reason: str
    station: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnToService:
    """A person brings it back."""

    user: str
    station: str | None = None


@dataclass(frozen=True, slots=True)
class EscalationDue:
    """It was left unanswered for `escalate_s`; `value` is the tag's present one."""

    value: Scalar | None


@dataclass(frozen=True, slots=True)
class RealarmDue:
    """It was answered `realarm_s` ago and is still active; `value` is the tag's present one."""

    value: Scalar | None


@dataclass(frozen=True, slots=True)
class Calm:
    """The window of the fleeting memory holds few enough raisings."""


@dataclass(frozen=True, slots=True)
class Revise:
    """A person has changed the definition, and says why; `user` is empty when the project file has the word again."""

    user: str
    reason: str
    station: str | None = None
    revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class Disable:
    """`enable_when` says that it is not to be watched."""

    why: str = "enable_when is false"


@dataclass(frozen=True, slots=True)
class Enable:
    """`enable_when` has held for its delay: it is watched."""


@dataclass(frozen=True, slots=True)
class Restore:
    """The runtime has started again with these facts."""


ConditionEvent = ConditionCame | ConditionWent | InputLost | InputBack | Disable | Enable
PersonEvent = Acknowledge | Reset | Silence | Shelve | Unshelve | TakeOutOfService | ReturnToService
TimeEvent = SilenceOver | ShelvingOver | EscalationDue | RealarmDue | Calm
Event = ConditionEvent | PersonEvent | TimeEvent | Revise | Restore
