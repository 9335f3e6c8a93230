"""Shapes of requests, checked, and of answers, for the documentation only: answers are encoded by hand."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from vmshmi.core.alarms.model import Priority

Scalar = float | int | bool | str | None
Moment = Annotated[str, Field(examples=["2026-11-22T14:06:00.123Z"])]


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must not hold control characters or line breaks")
    return text


PrintableText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), AfterValidator(_printable)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_printable)]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_printable)
]


_Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_printable)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    user: Name
    """Who does it; goes into the journal."""
    station: PrintableText | None = None
    """Where."""


class AckRequest(_Request):
    """Acknowledge an alarm."""

    occurrence: Annotated[StrictInt, Field(ge=0, lt=2**63)] | None = None
    """Which raising was seen; when it is not the present one the answer is 409. Left out: the present one."""


class SeenAlarm(BaseModel):
    """One raising that was on the screen."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    occurrence: Annotated[StrictInt, Field(ge=0, lt=2**63)]


class AckVisibleRequest(_Request):
    """Acknowledge all that is on the screen of a station that may do so."""

    alarms: Annotated[list[SeenAlarm], Field(min_length=1, max_length=200)]


class ResetRequest(_Request):
    """End the latching of an alarm."""


class TestRequest(_Request):
    """Test lamp, horn and list."""

    priority: Priority = Priority.ALARM


class SoundRequest(BaseModel):
    """What a station says of its loudspeaker, every 5 s."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    sound: Literal["plays", "silent", "own_horn"]
    """`own_horn`: another machine is its horn."""
    why: _Why = ""
    """Why it cannot be heard."""


class SilenceRequest(BaseModel):
    """Let all sound rest; anybody may, so a name is not asked for."""

    model_config = ConfigDict(extra="forbid")

    user: PrintableText = ""
    station: PrintableText | None = None


class ShelveRequest(_Request):
    """Take an alarm off the list for a while."""

    minutes: Annotated[float, Field(gt=0, le=7 * 24 * 60, allow_inf_nan=False)]
    reason: Reason


class ReturnRequest(_Request):
    """Bring an alarm back that was shelved or out of service."""


class OutOfServiceRequest(_Request):
    """Take an alarm out of service until somebody brings it back."""

    reason: Reason


class LastGoodOut(BaseModel):
    """The last value that was not bad."""

    value: Scalar
    quality: Literal["good", "uncertain"]
    quality_reason: str
    timestamp: Moment


class TagOut(BaseModel):
    """The present value of a tag."""

    id: str
    value: Scalar
    quality: Literal["good", "uncertain", "bad"]
    quality_reason: str
    timestamp: Moment
    raw_value: Scalar
    unit: str
    description: str
    kind: Literal["analog", "digital", "counter", "enum", "text"]
    group: str
    last_good: LastGoodOut | None = None


class SampleOut(BaseModel):
    """One row of history; null is a gap. `received` only where a row was not received when it held."""

    timestamp: Moment
    value: Scalar
    quality: Literal["good", "uncertain", "bad"]
    received: Moment | None = None


class MomentOut(BaseModel):
    """The value at a moment; null is a gap, and a timestamp of null means that nothing had been recorded by then."""

    timestamp: Moment | None
    value: Scalar
    quality: Literal["good", "uncertain", "bad"]
    quality_reason: str
    received: Moment | None = None


class StateTimeOut(BaseModel):
    """How long a state was."""

    value: float | None
    text: str
    seconds: float


class AggregatesOut(BaseModel):
    """Figures over a period, `until` not included; a value holds until the next row, a gap ends it."""

    since: Moment
    until: Moment
    seconds: float
    known_s: float
    unknown_share: float
    rows: int
    mean: float | None
    min: float | None
    max: float | None
    sum: float | None
    integral: float | None
    running_hours: float
    duty: float | None
    starts: int
    states: list[StateTimeOut]


class OverrideOut(BaseModel):
    """A person's order that an alarm be not announced."""

    user: str
    station: str | None
    reason: str
    since: Moment
    until: Moment | None


class _AlarmFacts(BaseModel):
    """One alarm; `priority` is the one it has now: a warning that was left unanswered has become an alarm."""

    id: str
    occurrence: int
    tag: str
    state: Literal["ACTIVE", "ACK", "RECTIFIED", "CLEARED"]
    priority: Literal["emergency_alarm", "alarm", "warning", "caution"]
    category: Literal["A", "B", "C"]
    message: str
    group: str
    value: Scalar
    limit: float
    raised_at: Moment | None
    acked_at: Moment | None
    acked_by: str | None
    acked_station: str | None
    rectified_at: Moment | None
    cleared_at: Moment | None
    suppression: Literal["shelved", "suppressed_by_design", "out_of_service"] | None
    silenced_until: Moment | None
    held: bool
    by_design: bool
    shelved: OverrideOut | None
    out_of_service: OverrideOut | None
    active: bool
    latched: bool
    escalations: int
    repeats: int
    first_out: bool
    blocked: bool
    isa_state: Literal[
        "normal",
        "unacknowledged",
        "acknowledged",
        "returned_unacknowledged",
        "latched_unacknowledged",
        "latched_acknowledged",
        "shelved",
        "suppressed_by_design",
        "out_of_service",
    ]
    iec_state: Literal["V", "S", "A", "O", "U", "N"]
    """The letter of an alert sentence (ALF)."""


class AlarmOut(_AlarmFacts):
    """One alarm."""

    consequences: int | None = None
    """In the list of what stands: how many of the others it explains."""


class SuppressedOut(_AlarmFacts):
    """One alarm that is not announced."""

    why: str
    by: str | None
    since: Moment | None
    until: Moment | None


class AcknowledgedOut(BaseModel):
    """How many alarms were acknowledged."""

    acknowledged: int


class TransitionOut(BaseModel):
    """One line of the alarm journal."""

    kind: str
    at: Moment
    user: str | None
    station: str | None
    reason: str
    alarm: AlarmOut


class ProblemOut(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    reason: str
    detail: str
