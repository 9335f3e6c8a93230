"""Which alarm the banner shows, and when a touch on ACK counts. Pure: no widget, no clock of its own.

A finger takes time. What stands under it never changes while it is down, and after every change of the shown alarm
ACK waits for `GUARD_S`: nobody acknowledges an alarm that appeared under a finger already on its way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from vmshmi.core.alarms.model import AlarmRecord, Priority

GUARD_S = 0.5
"""Seconds after a change of the shown alarm in which ACK is not accepted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One raising of one alarm."""

    alarm_id: str
    occurrence: int


class BannerQueue:
    """Chooses the shown alarm among the unanswered ones.

    Args:
        priority_of: the priority of a record's alarm.
        answerable: False for what cannot be answered at this station: it never stands in the way of what can.
    """

    def __init__(
        self,
        priority_of: Callable[[AlarmRecord], Priority],
        answerable: Callable[[AlarmRecord], bool] = lambda _: True,
    ) -> None:
        self._priority_of = priority_of
        self._answerable = answerable
        self._unanswered: tuple[AlarmRecord, ...] = ()
        self._shown: AlarmRecord | None = None
        self._known: frozenset[tuple[str, int]] = frozenset()
        self._since = 0.0
        self._pressed: Shown | None = None

    @property
    def shown(self) -> AlarmRecord | None:
        """The facts of the shown alarm; None when the banner has nothing to show."""
        return self._shown

    @property
    def unanswered(self) -> tuple[AlarmRecord, ...]:
        """All that want an answer, in the order of the list."""
        return self._unanswered

    @property
    def more(self) -> int:
        """How many want an answer beside the shown one."""
        return len(self._unanswered) - (self._shown is not None)

    @property
    def wanted(self) -> bool:
        """True while something of priority alarm or above is unanswered: the banner must be there."""
        return any(self._announces(record) for record in self._unanswered)

    def update(self, unanswered: Sequence[AlarmRecord], now: float) -> None:
        """Take what wants an answer now, in the order of the list; `now` in monotonic seconds."""
        self._unanswered = tuple(unanswered)
        if self._pressed is None:
            self._settle(now)

    def _settle(self, now: float) -> None:
        present = self._find(key(self._shown)) if self._shown is not None else None
        arrived = self._arrived_before(present) if present is not None else None
        chosen = arrived or present or self._next()
        if chosen is None:
            self._shown = None
            self._known = frozenset()
        elif self._shown is None or key(chosen) != key(self._shown):
            self._show(chosen, now)
        else:
            self._shown = chosen

    def _show(self, record: AlarmRecord, now: float) -> None:
        self._shown = record
        self._since = now
        self._known = frozenset((other.id, other.occurrence) for other in self._unanswered)

    def _arrived_before(self, present: AlarmRecord) -> AlarmRecord | None:
        """What arrived after the shown one was chosen and goes before it: a higher priority, or the first to answer."""
        rank = self._priority_of(present).rank
        arrived = [record for record in self._unanswered if (record.id, record.occurrence) not in self._known]
        higher = next((record for record in arrived if self._priority_of(record).rank < rank), None)
        if higher is not None or self._answerable(present):
            return higher
        return next((record for record in arrived if self._announces(record) and self._answerable(record)), None)

    def _next(self) -> AlarmRecord | None:
        """The same alarm when it was raised anew, else the highest that calls for the banner, answerable ones first."""
        if self._shown is not None:
            again = next((record for record in self._unanswered if record.id == self._shown.id), None)
            if again is not None:
                return again
        announced = list(takewhile(self._announces, self._unanswered))  # the list begins with the highest
        return next((record for record in announced if self._answerable(record)), announced[0] if announced else None)

    def _announces(self, record: AlarmRecord) -> bool:
        return self._priority_of(record).rank <= Priority.ALARM.rank

    def _find(self, wanted: Shown) -> AlarmRecord | None:
        return next(
            (
                record
                for record in self._unanswered
                if record.id == wanted.alarm_id and record.occurrence == wanted.occurrence
            ),
            None,
        )

    def choose(self, wanted: Shown, now: float) -> None:
        """Show this one: a person picked it from the list. One that is answered already changes nothing."""
        record = self._find(wanted)
        if record is not None and self._pressed is None and (self._shown is None or key(self._shown) != wanted):
            self._show(record, now)

    def accepts(self, now: float) -> bool:
        """True when the shown alarm has stood long enough for a touch to mean it."""
        return self._shown is not None and now - self._since >= GUARD_S

    def press(self, now: float) -> bool:
        """A finger is on ACK: hold the shown alarm. False when the touch does not count."""
        if self._shown is None or not self.accepts(now):
            return False
        self._pressed = key(self._shown)
        return True

    def release(self, now: float) -> Shown | None:
        """The finger left; answers what stood under it when it came, None when that touch did not count."""
        meant, self._pressed = self._pressed, None
        self._settle(now)
        return meant


def key(record: AlarmRecord) -> Shown:
    """What names one raising."""
    return Shown(record.id, record.occurrence)
