"""What an alarm is: definition, record of facts, transition.

A record stores facts. The names of the states are projections of the facts and are never stored.
Names: ISA-18.2 / IEC 62682 (shelved, suppressed by design, out of service), IMO MSC.302(87) (priorities, categories).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from vmshmi.core.alarms.revision import Revision
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

    @property
    def needs_answer(self) -> bool:
        """True where a person must acknowledge: emergency alarms end with their cause, cautions by themselves."""
        return self in (Priority.ALARM, Priority.WARNING)


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


class Measure(Enum):
    """What of the tag is held against the limit."""

    VALUE = "value"
    DEVIATION = "deviation"
    """The value minus the mean of the tags in `others`, as for exhaust temperatures."""
    RATE = "rate"
    """Change over the last `window_s`, in the tag's unit per minute."""
    MISMATCH = "mismatch"
    """1 while the tag differs from the one tag in `others` (command against feedback), otherwise 0."""
    BAD_QUALITY = "bad_quality"
    """1 while the tag says nothing about the machine (bad, stale, not a number), otherwise 0."""


class BadInput(Enum):
    """What an alarm does while its input says nothing. What stands is held and marked in each of them."""

    ALARM = "alarm"
    """The lost input is an alarm of its own (the tag's sensor alarm)."""
    HOLD = "hold"
    """Nothing more: the input's loss is told elsewhere."""
    BLOCK = "block"
    """What does not stand is suppressed by design, and visible as such, until the input is back."""


@dataclass(frozen=True, slots=True)
class AlarmDef:
    """Definition of an alarm.

    Attributes:
        id: unique name, for example `me_p.lo_press.low`.
        tag: the tag that is watched.
        operator, limit: the condition; limit in the tag's unit (a rate: unit per minute; mismatch and bad quality: 0 or
            1).
        hysteresis: how far the value must come back beyond the limit before the condition ends; tag's unit, >= 0.
            It applies when leaving, never on entering.
        delay_s: how long the condition must hold without a break before the alarm is raised.
        priority, category: IMO MSC.302(87).
        message: what the banner says.
        group: system, for lists and lamps.
        enable_when: expression over tags; empty is always enabled. False suppresses by design.
        enable_delay_s: how long `enable_when` must hold before the alarm is watched.
        cause, consequence, action: explanation for a person on request.
        measure: what of the tag is held against the limit.
        others: the other tags of the measure: those of the mean, or the one to agree with.
        window_s: over which time a rate is measured.
        off_delay_s: how long the condition must be over without a break before the alarm ends.
        on_bad: what it does while its input says nothing.
        latching: it stands, after its condition and its answer, until a person resets it.
        escalate_s: an unanswered warning ends after this time and is raised again as an alarm; None never.
        realarm_s: an answered alarm that is still active asks again after this time; None never.
        first_out: name of the group in which the first raising is marked; empty is none.
        consequence_of: alarms that explain this one while they stand.
        revision: how often people have changed limit, hysteresis or delay; 0 is the project file's own.
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
    measure: Measure = Measure.VALUE
    others: tuple[TagId, ...] = ()
    window_s: float = 60.0
    off_delay_s: float = 0.0
    on_bad: BadInput = BadInput.ALARM
    latching: bool = False
    escalate_s: float | None = None
    realarm_s: float | None = None
    first_out: str = ""
    consequence_of: tuple[str, ...] = ()
    revision: int = 0

    @property
    def inputs(self) -> tuple[TagId, ...]:
        """Every tag whose samples it needs, its own first, none twice; those of `enable_when` are not among them."""
        return tuple(dict.fromkeys((self.tag, *self.others)))


@dataclass(frozen=True, slots=True)
class Override:
    """A person's order that an alarm be not announced: who, where, why, since when, until when.

    Attributes:
        user, station, reason: who gave it, where (None when not said) and why.
        since: UTC.
        until: UTC, when it ends by itself; None when only a person ends it.
    """

    user: str
    station: str | None
    reason: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """The facts of one alarm, of the raising that `occurrence` names.

    Attributes:
        id: the definition's id.
        occurrence: names one raising: microseconds since 1970 of the raising, always growing for one alarm; 0 when
            never raised.
        active: the condition holds (after its delay).
        acknowledged: a person has seen this occurrence, or none has to.
        value: the tag's value that belongs to the last transition, of a deviation or a rate what is held against the
            limit; None when unknown.
        raised_at, acked_at, rectified_at, cleared_at: UTC moments of this occurrence.
        acked_by, acked_station: who and where.
        suppression: why it is not announced, the strongest of the three facts at the end; None when it is announced.
        silenced_until: its sound rests until then; None when it may sound.
        held: the input was lost while this stood: the state is the last known one (shown as such).
        by_design: `enable_when` says that it is not to be watched now.
        shelved: a person's order for a while; None when there is none.
        out_of_service: a person's order until taken back; None when there is none.
        latched: its condition is over and it stands until a person resets it.
        escalations: how often it was left unanswered and raised again with a higher priority; see `priority_of`.
        repeats: raisings within the window of the fleeting memory while they are too many; 0 when they are not.
        first_out: it was the first of its first-out group.
        blocked: it does not stand and its input is lost, where the definition says that this blocks it.
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
    by_design: bool = False
    shelved: Override | None = None
    out_of_service: Override | None = None
    latched: bool = False
    escalations: int = 0
    repeats: int = 0
    first_out: bool = False
    blocked: bool = False

    @property
    def state(self) -> AlarmState:
        """The seed's name of the facts; what is latched or repeating and answered stands as ACK."""
        if not self.acknowledged:
            return AlarmState.ACTIVE if self.active else AlarmState.RECTIFIED
        return AlarmState.ACK if self.stands else AlarmState.CLEARED

    @property
    def stands(self) -> bool:
        """True while it is active, wants an answer or a reset, or is repeating: what `GET /alarms` lists."""
        return self.active or not self.acknowledged or self.latched or self.repeats > 0

    @property
    def is_unanswered(self) -> bool:
        """True while it wants an acknowledgement and is announced."""
        return not self.acknowledged and self.suppression is None


def suppression_of(record: AlarmRecord) -> Suppression | None:
    """The strongest reason why it is not announced. By design hides nothing that still stands."""
    if record.out_of_service is not None:
        return Suppression.OUT_OF_SERVICE
    if (record.by_design or record.blocked) and not record.stands:
        return Suppression.SUPPRESSED_BY_DESIGN
    return Suppression.SHELVED if record.shelved is not None else None


def priority_of(definition: AlarmDef, record: AlarmRecord) -> Priority:
    """The priority it has now: a warning that was left unanswered has become an alarm."""
    if record.escalations and definition.priority is Priority.WARNING:
        return Priority.ALARM
    return definition.priority


class TransitionKind(Enum):
    """What happened to an alarm, or to the runtime that watches over it (`is_of_runtime`)."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RECTIFIED = "rectified"
    CLEARED = "cleared"
    SILENCED = "silenced"
    UNSILENCED = "unsilenced"
    """Its sound is back."""
    SUPPRESSED = "suppressed"
    """By design: `enable_when` is false."""
    UNSUPPRESSED = "unsuppressed"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    OUT_OF_SERVICE = "out_of_service"
    IN_SERVICE = "in_service"
    HELD = "held"
    RELEASED = "released"
    ESCALATED = "escalated"
    """This occurrence was left unanswered and ends; the next line raises it with a higher priority."""
    REALARMED = "realarmed"
    """Answered, still active, and asking again: a new occurrence."""
    LATCHED = "latched"
    """The condition is over; it stands until it is reset."""
    RESET = "reset"
    """A person ended the latching."""
    CALMED = "calmed"
    """No longer repeating."""
    BLOCKED = "blocked"
    """Its input is lost, and so it is not watched."""
    UNBLOCKED = "unblocked"
    REVISED = "revised"
    """A person changed its definition; `reason` says why."""
    RESTORED = "restored"
    """Stands again after a restart."""
    REMOVED = "removed"
    """Its definition is no longer in the project."""
    REFUSED = "refused"
    """A person's action was refused; `reason` says why. In the journal only."""
    TESTED = "tested"
    """A person tests this alarm: lamp, horn and list. In the journal only; the raising follows."""
    STARTED = "started"
    """The runtime started. In the journal only, as the next two."""
    STOPPED = "stopped"
    CLOCK_JUMPED = "clock_jumped"
    """The computer's clock was set; `reason` says by how much."""
    LOST = "lost"
    """Rows were lost: the journal could not be written for so long that its memory was full; `reason` says how many."""

    @property
    def is_of_runtime(self) -> bool:
        """True for rows that belong to no alarm; their record has an empty id."""
        return self in _OF_RUNTIME

    @property
    def is_change(self) -> bool:
        """True for what changed a record and is told to every listener; the rest is in the journal only."""
        return self not in (TransitionKind.REFUSED, TransitionKind.TESTED) and not self.is_of_runtime


_OF_RUNTIME = (TransitionKind.STARTED, TransitionKind.STOPPED, TransitionKind.CLOCK_JUMPED, TransitionKind.LOST)


@dataclass(frozen=True, slots=True)
class AlarmTransition:
    """One line of the alarm journal: what happened, when, and the record after it.

    Attributes:
        kind: what happened.
        at: UTC.
        record: the facts after it.
        user, station: who did it and where; None when nobody did or it was not said.
        reason: why, when somebody or something said so (a refusal's key, a shelving's reason); otherwise empty.
        priority, message: of the definition at that moment, so that the line can be read years later; None and empty
            for the runtime's own lines and for alarms that are not defined.
        revision: of REVISED, what has changed; otherwise None.
    """

    kind: TransitionKind
    at: datetime
    record: AlarmRecord
    user: str | None = None
    station: str | None = None
    reason: str = ""
    priority: Priority | None = None
    message: str = ""
    revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """Numbers for the top bar.

    Attributes:
        standing: active, unanswered, latched or repeating.
        unanswered: want an acknowledgement and are announced.
        by_priority: unanswered ones (emergency alarms and cautions: active ones) of each priority, highest first.
        sounding: would sound now.
        held: stand with a lost input.
        shelved, by_design, out_of_service: not announced, and why.
        latched: stand until a person resets them.
    """

    standing: int = 0
    unanswered: int = 0
    by_priority: tuple[tuple[Priority, int], ...] = ()
    sounding: int = 0
    held: int = 0
    shelved: int = 0
    by_design: int = 0
    out_of_service: int = 0
    latched: int = 0


def list_order(definition: AlarmDef, record: AlarmRecord) -> tuple[int, int, float]:
    """Sort key of every alarm list: priority, unanswered first, newest first (MSC.302 9.16)."""
    raised = record.raised_at.timestamp() if record.raised_at else 0.0
    return (priority_of(definition, record).rank, 1 if record.acknowledged else 0, -raised)
