"""Alarms as an engineer writes them, and the settings of the whole alarm system."""

from pydantic import Field

from vmshmi.config.base import ConfigModel, Identifier, PositiveSeconds, Seconds
from vmshmi.core.alarms.model import AlarmDef, BadInput, Category, Measure, Operator, Priority
from vmshmi.core.values import TagId

YES_OR_NO = (Measure.MISMATCH, Measure.BAD_QUALITY)
"""Measures that are 1 or 0: they need neither operator nor limit."""


class AlarmConfig(ConfigModel):
    """One alarm; several may watch one tag."""

    id: Identifier
    tag: Identifier
    measure: Measure = Measure.VALUE
    """What of the tag is held against the limit."""
    operator: Operator | None = None
    """Left out where the measure is yes or no: `mismatch` and `bad_quality`."""
    limit: float | None = None
    """In the tag's unit; a rate in its unit per minute."""
    mean_of: tuple[Identifier, ...] = ()
    """For `deviation`: the tags whose mean the tag is compared with; it may be one of them."""
    follows: Identifier | None = None
    """For `mismatch`: the tag it has to agree with, for example the command that it is the feedback of."""
    window_s: PositiveSeconds = 60.0
    """For `rate`: over which time it is measured."""
    hysteresis: float = Field(default=0.0, ge=0)
    """Applies when leaving, never on entering."""
    delay_s: Seconds = 0.0
    """How long the condition must hold before the alarm is raised."""
    off_delay_s: Seconds = 0.0
    """How long the condition must be over before the alarm ends."""
    on_bad: BadInput = BadInput.ALARM
    """What a lost input does: an alarm of its own, nothing more, or suppress this one until it is back."""
    priority: Priority = Priority.WARNING
    category: Category = Category.B
    message: str = ""
    group: str = ""
    enable_when: str = ""
    """Expression over tags, for example `me_p.run == 1`; empty is always."""
    enable_delay_s: Seconds = 0.0
    latching: bool = False
    """It stands, after its condition and its answer, until a person resets it."""
    escalate_s: Seconds | None = None
    """An unanswered warning becomes an alarm after this time, 0 never; without it the alarm system's setting."""
    realarm_s: PositiveSeconds | None = None
    """An answered alarm that is still active asks again after this time."""
    first_out: str = Field(default="", max_length=120)
    """Name of a group of alarms: the first that is raised in it is marked."""
    consequence_of: tuple[Identifier, ...] = ()
    """Alarms that explain this one while they stand."""
    cause: str = ""
    consequence: str = ""
    action: str = ""

    def to_definition(self, group: str = "", escalate_s: float | None = None) -> AlarmDef:
        """The definition the rest of the program works with.

        Args:
            group: when it has none of its own.
            escalate_s: when it is a warning and says nothing itself; None never.
        """
        own = self.escalate_s
        escalates = (escalate_s if own is None else own or None) if self.priority is Priority.WARNING else None
        return AlarmDef(
            id=self.id,
            tag=TagId(self.tag),
            operator=self.operator or Operator.EQUAL,
            limit=1.0 if self.limit is None else self.limit,
            hysteresis=self.hysteresis,
            delay_s=self.delay_s,
            priority=self.priority,
            category=self.category,
            message=self.message or self.id,
            group=self.group or group,
            enable_when=self.enable_when,
            enable_delay_s=self.enable_delay_s,
            cause=self.cause,
            consequence=self.consequence,
            action=self.action,
            measure=self.measure,
            others=tuple(TagId(name) for name in ((self.follows,) if self.follows else self.mean_of)),
            window_s=self.window_s,
            off_delay_s=self.off_delay_s,
            on_bad=self.on_bad,
            latching=self.latching,
            escalate_s=escalates,
            realarm_s=self.realarm_s,
            first_out=self.first_out,
            consequence_of=self.consequence_of,
        )


class AlarmSystemConfig(ConfigModel):
    """What holds for all alarms of the ship."""

    silence_s: float = Field(default=30.0, gt=0, le=30)
    """How long one touch lets the sound rest; the rules allow 30 s (MSC.302 7.3.5)."""
    max_shelve_minutes: float = Field(default=720.0, gt=0, le=10_080)
    """Longest shelving."""
    escalate_warnings_s: Seconds = 300.0
    """An unanswered warning becomes an alarm after this time, 0 never; an alarm may say otherwise for itself."""
    repeat_more_than: int = Field(default=5, ge=0, le=10_000)
    """Raisings within `repeat_window_s` beyond which an alarm is called repeating; 0 never."""
    repeat_window_s: PositiveSeconds = 18_000.0
    flood_start: int = Field(default=10, ge=1, le=10_000)
    """New alarms within `flood_window_s` that begin a flood."""
    flood_end: int = Field(default=5, ge=1, le=10_000)
    """The flood ends below so many within `flood_window_s`."""
    flood_window_s: PositiveSeconds = 600.0
