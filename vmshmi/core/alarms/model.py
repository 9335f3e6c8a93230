"""What an alarm is: definition, record of facts, transition.

A record stores facts. The names of the states are projections of the facts and are never stored.
Names: ISA-18.2 / IEC 62682 (shelved, suppressed by design, out of service), IMO MSC.302(87) (priorities, categories).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from vmshmi.core.values import Scalar, TagId


class Priority(Enum):
    """IMO MSC.302(87) priorities, highest first."""

    EMERGENCY_ALARM = "emergency_alarm"
    ALARM = "alarm"
    WARNING = "warning"
    CAUTION = "caution"

    @property
    def rank(self) -> int:
        """0 is the highest."""
        return _RANKS[self]


_RANKS = {Priority.EMERGENCY_ALARM: 0, Priority.ALARM: 1, Priority.WARNING: 2, Priority.CAUTION: 3}


class Category(Enum):
    """IMO MSC.302(87) categories: A needs its task station, B anywhere, C not on the bridge."""

    A = "A"
    B = "B"
    C = "C"


class Operator(Enum):
    """How a value is held against its limit."""

    GREATER = ">"
    GREATER_EQUAL = ">="
    LESS = "<"
    LESS_EQUAL = "<="
    EQUAL = "=="
    NOT_EQUAL = "!="
    ABS_GREATER = "abs>"


class AlarmState(Enum):
    """The seed's names of the states."""

    ACTIVE = "ACTIVE"
    """Active, unacknowledged."""
    ACK = "ACK"
    """Active, acknowledged."""
    RECTIFIED = "RECTIFIED"
    """Back to normal, not yet acknowledged."""
    CLEARED = "CLEARED"


class Suppression(Enum):
    """Why an alarm is not announced."""

    SHELVED = "shelved"
    SUPPRESSED_BY_DESIGN = "suppressed_by_design"
    OUT_OF_SERVICE = "out_of_service"


@dataclass(frozen=True, slots=True)
class AlarmDef:
    """Definition of an alarm.

    Attributes:
        id: unique name, for example `me_p.lo_press.low`.
        tag: the tag that is watched.
        operator, limit: the condition; limit in the tag's unit.
        hysteresis: how far the value must come back beyond the limit before the condition ends; tag's unit, >= 0.
            It applies when leaving, never on entering.
        delay_s: how long the condition must hold without a break before the alarm is raised.
        priority, category: IMO MSC.302(87).
        message: what the banner says.
        group: system, for lists and lamps.
        enable_when: expression over tags; empty is always enabled. False suppresses by design.
        enable_delay_s: how long `enable_when` must hold before the alarm is watched.
        cause, consequence, action: explanation for a person on request.
    """

    id: str
    tag: TagId
    operator: Operator
    limit: float
    hysteresis: float = 0.0
    delay_s: float = 0.0
    priority: Priority = Priority.WARNING
    category: Category = Category.B
    message: str = ""
    group: str = ""
    enable_when: str = ""
    enable_delay_s: float = 0.0
    cause: str = ""
    consequence: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """The facts of one alarm, of the raising that `occurrence` names.

    Attributes:
        id: the definition's id.
        occurrence: names one raising: microseconds since 1970 of the raising, always growing for one alarm; 0 when never raised.
        active: the condition holds (after its delay).
        acknowledged: a person has seen this occurrence, or none has to.
        value: the tag's value that belongs to the last transition; None when unknown.
        raised_at, acked_at, rectified_at, cleared_at: UTC moments of this occurrence.
        acked_by, acked_station: who and where.
        suppression: why it is not announced; None when it is.
        silenced_until: its sound rests until then; None when it may sound.
        held: the input was lost while this stood: the state is the last known one (shown as such).
    """

    id: str
    occurrence: int = 0
    active: bool = False
    acknowledged: bool = True
    value: Scalar | None = None
    raised_at: datetime | None = None
    acked_at: datetime | None = None
    acked_by: str | None = None
    acked_station: str | None = None
    rectified_at: datetime | None = None
    cleared_at: datetime | None = None
    suppression: Suppression | None = None
    silenced_until: datetime | None = None
    held: bool = False

    @property
    def state(self) -> AlarmState:
        """The seed's name of the facts."""
        if self.active:
            return AlarmState.ACK if self.acknowledged else AlarmState.ACTIVE
        return AlarmState.CLEARED if self.acknowledged else AlarmState.RECTIFIED

    @property
    def stands(self) -> bool:
        """True while it is active or wants an answer: what `GET /alarms` lists."""
        return self.active or not self.acknowledged

    @property
    def is_unanswered(self) -> bool:
        """True while it wants an acknowledgement and is announced."""
        return not self.acknowledged and self.suppression is None


class TransitionKind(Enum):
    """What happened to an alarm."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RECTIFIED = "rectified"
    CLEARED = "cleared"
    SILENCED = "silenced"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class AlarmTransition:
    """One line of the alarm journal: what happened, when, and the record after it."""

    kind: TransitionKind
    at: datetime
    record: AlarmRecord
    user: str | None = None
    station: str | None = None


def list_order(definition: AlarmDef, record: AlarmRecord) -> tuple[int, int, float]:
    """Sort key of every alarm list: priority, unanswered first, newest first (MSC.302 9.16)."""
    raised = record.raised_at.timestamp() if record.raised_at else 0.0
    return (definition.priority.rank, 1 if record.acknowledged else 0, -raised)
