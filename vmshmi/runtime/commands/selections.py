"""Who has selected which tag, and until when: select before operate."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vmshmi.core.clock import Clock
from vmshmi.core.commands import SELECTION_S, CommandRefusal
from vmshmi.core.values import TagId


@dataclass(frozen=True, slots=True)
class _Selection:
    user: str
    station: str | None
    until: float


class Selections:
    """One selection a tag at the most; it is good for one operation.

    Args:
        clock: tells when a selection is over.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[TagId, _Selection] = {}

    def take(self, tag_id: TagId, user: str, station: str | None) -> datetime:
        """Select; whoever has it may do so again. Returns until when."""
        self._held[tag_id] = _Selection(user, station, self._clock.monotonic() + SELECTION_S)
        return self._clock.now() + timedelta(seconds=SELECTION_S)

    def held_by_other(self, tag_id: TagId, user: str, station: str | None) -> CommandRefusal | None:
        """A refusal while somebody else, or the same person elsewhere, is about to operate it."""
        held = self._find(tag_id)
        if held is None or (held.user, held.station) == (user, station):
            return None
        where = f" at {held.station}" if held.station else ""
        return CommandRefusal("selected_by_other", f"{tag_id} is selected by {held.user}{where}; wait up to 10 s")

    def use(self, tag_id: TagId, user: str, station: str | None) -> bool:
        """Use the selection up; False when there is none of this person."""
        held = self._find(tag_id)
        if held is None or (held.user, held.station) != (user, station):
            return False
        del self._held[tag_id]
        return True

    def _find(self, tag_id: TagId) -> _Selection | None:
        held = self._held.get(tag_id)
        if held is not None and self._clock.monotonic() >= held.until:
            del self._held[tag_id]
            return None
        return held
