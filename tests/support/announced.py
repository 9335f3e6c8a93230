"""A board that is told by a test what happens, and numbers what it announces."""

from collections.abc import Iterable

from tests.support.alarms import an_alarm, at
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.runtime.alarms.board import AlarmBoard

ALARMS = ("a", "b", "c")
Facts = dict[str, tuple[int, bool]]
"""Occurrence and whether active, of what stands."""


def facts_of(records: Iterable[AlarmRecord]) -> Facts:
    """The facts of what stands."""
    return {record.id: (record.occurrence, record.active) for record in records}


class Announced(AlarmBoard):
    """A board as others see the engine; `reason` of a transition is its number."""

    def __init__(self) -> None:
        self.known = {alarm: an_alarm(alarm) for alarm in ALARMS}
        super().__init__(self.known)
        self.count = 0
        self.states: list[Facts] = [{}]
        """What stood after each transition."""
        for alarm in ALARMS:
            self.show(AlarmRecord(alarm))

    def definitions(self) -> dict[str, AlarmDef]:
        return self.known

    def happen(self, alarms: str) -> list[AlarmTransition]:
        """Each letter is an alarm that comes, or goes when it stands; all are one batch."""
        batch: list[AlarmTransition] = []
        now = dict(self.states[-1])
        for alarm in alarms:
            self.count += 1
            came = alarm not in now
            record = AlarmRecord(alarm, occurrence=self.count, active=came, acknowledged=not came, raised_at=at(0))
            kind = TransitionKind.RAISED if came else TransitionKind.CLEARED
            batch.append(AlarmTransition(kind, at(0), record, reason=str(self.count)))
            if came:
                now[alarm] = (self.count, True)
            else:
                del now[alarm]
            self.states.append(dict(now))
        self.announce(batch)
        return batch
