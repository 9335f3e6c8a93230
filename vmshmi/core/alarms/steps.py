"""What a step of the state machine is made of, and how an occurrence ends."""

from dataclasses import dataclass, replace
from datetime import datetime

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, BadInput, TransitionKind


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person's action was refused; nothing changed.

    Attributes:
        reason: machine-readable key: `not_acknowledgeable`, `not_raised`, `stale_occurrence`, `already_acknowledged`,
            `still_active`, `not_acknowledged`, `not_latched`, `no_user`, `no_reason`, `not_shelvable`, `not_shelved`,
            `already_out_of_service`, `not_out_of_service`; those of a station and of a revision are in `policy`.
        message: the same for a person.
    """

    reason: str
    message: str


Effect = AlarmTransition | Refusal

Step = tuple[TransitionKind, AlarmRecord]
Outcome = tuple[Step, ...] | Refusal
NOTHING: tuple[Step, ...] = ()


def ending(definition: AlarmDef, record: AlarmRecord, now: datetime) -> tuple[Step, ...]:
    """The last lines of an occurrence of which nothing stands any more; none while something does."""
    if record.stands:
        return NOTHING
    closed = replace(record, cleared_at=now, silenced_until=None, held=False)
    if record.held and definition.on_bad is BadInput.BLOCK:
        return ((TransitionKind.CLEARED, closed), (TransitionKind.BLOCKED, replace(closed, blocked=True)))
    return ((TransitionKind.CLEARED, closed),)
