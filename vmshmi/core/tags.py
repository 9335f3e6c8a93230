"""What a tag is: the definition that does not change while the ship runs."""

from dataclasses import dataclass
from enum import Enum

from vmshmi.core.commands import CommandRule
from vmshmi.core.recording import RecordingRule
from vmshmi.core.values import TagId


class TagKind(Enum):
    """What sort of value a tag holds."""

    ANALOG = "analog"
    DIGITAL = "digital"
    COUNTER = "counter"
    ENUM = "enum"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class TagDef:
    """Definition of a tag.

    Attributes:
        id: unique name, for example `me_p.lo_press`.
        description: for a person.
        unit: engineering unit, empty when there is none.
        kind: sort of value.
        group: system it belongs to, for example `ME`.
        device: id of the device that feeds it; empty when the runtime itself does.
        normal_min, normal_max: the range in which nothing is wrong; None where open.
        range_min, range_max: what the sensor can say at all; outside it the value is uncertain. None where open.
        decimals: digits shown after the point; None lets the screen choose from the range.
        states: text of each number of an enum or digital tag.
        stale_after_s: seconds without a new sample until the value is no longer believed; None uses the device's.
        writable: True where a command may write it.
        recording: which samples become history; None keeps each of them.
        command: what may be commanded of a writable tag; None of any other.
        normal_when: expression under which the normal range means anything, as `dg1.state == 2`; empty is always.
    """

    id: TagId
    description: str = ""
    unit: str = ""
    kind: TagKind = TagKind.ANALOG
    group: str = ""
    device: str = ""
    normal_min: float | None = None
    normal_max: float | None = None
    range_min: float | None = None
    range_max: float | None = None
    decimals: int | None = None
    states: tuple[tuple[int, str], ...] = ()
    stale_after_s: float | None = None
    writable: bool = False
    normal_when: str = ""
    recording: RecordingRule | None = None
    command: CommandRule | None = None

    def state_text(self, value: float) -> str | None:
        """The text of a state number, None when the definition names none."""
        return next((text for number, text in self.states if number == value), None)


def default_recording(kind: TagKind) -> RecordingRule:
    """Every change; measured values are proven alive each minute, states each five."""
    return RecordingRule(max_interval_s=60.0 if kind in (TagKind.ANALOG, TagKind.COUNTER) else 300.0)
