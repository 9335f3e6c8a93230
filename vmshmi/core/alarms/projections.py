"""Names that the standards give to the facts of an alarm. Pure; nothing here is ever stored.

ISA-18.2 / IEC 62682 know no latched and no repeating alarm; the latched states are those that products add to it.
IEC 62923 / IEC 61162-1 (ALF) knows one letter a state and no suppression: what is not announced is normal there.
"""

from enum import Enum

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Suppression


class IsaState(Enum):
    """ISA-18.2's names of the states, two latched ones added."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED_UNACKNOWLEDGED = "returned to normal, unacknowledged"
    LATCHED_UNACKNOWLEDGED = "latched, unacknowledged"
    LATCHED_ACKNOWLEDGED = "latched, acknowledged"
    SHELVED = "shelved"
    SUPPRESSED_BY_DESIGN = "suppressed by design"
    OUT_OF_SERVICE = "out of service"


class IecLetter(Enum):
    """The letter of an alert's state in the ALF sentence."""

    ACTIVE_UNACKNOWLEDGED = "V"
    ACTIVE_SILENCED = "S"
    ACTIVE_ACKNOWLEDGED = "A"
    """Also active where nobody has to acknowledge."""
    RESPONSIBILITY_TRANSFERRED = "O"
    """Responsibility is never transferred here yet: no record has this letter."""
    RECTIFIED_UNACKNOWLEDGED = "U"
    NORMAL = "N"


_SUPPRESSED = {
    Suppression.SHELVED: IsaState.SHELVED,
    Suppression.SUPPRESSED_BY_DESIGN: IsaState.SUPPRESSED_BY_DESIGN,
    Suppression.OUT_OF_SERVICE: IsaState.OUT_OF_SERVICE,
}


def isa_state(record: AlarmRecord) -> IsaState:
    """ISA-18.2's name; a repeating alarm that was answered counts as acknowledged until it has been calm."""
    if record.suppression is not None:
        return _SUPPRESSED[record.suppression]
    if not record.acknowledged:
        if record.active:
            return IsaState.UNACKNOWLEDGED
        return IsaState.LATCHED_UNACKNOWLEDGED if record.latched else IsaState.RETURNED_UNACKNOWLEDGED
    if record.latched and not record.active:
        return IsaState.LATCHED_ACKNOWLEDGED
    return IsaState.ACKNOWLEDGED if record.stands else IsaState.NORMAL


def iec_letter(definition: AlarmDef, record: AlarmRecord) -> IecLetter:
    """The letter of IEC 62923; what is latched or repeating and answered is still a situation, and so `A`."""
    if record.suppression is not None or not record.stands:
        return IecLetter.NORMAL
    if record.active and record.silenced_until is not None:
        return IecLetter.ACTIVE_SILENCED
    if record.acknowledged or not definition.priority.needs_answer:
        return IecLetter.ACTIVE_ACKNOWLEDGED
    return IecLetter.ACTIVE_UNACKNOWLEDGED if record.active else IecLetter.RECTIFIED_UNACKNOWLEDGED
