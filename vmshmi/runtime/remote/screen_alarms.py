"""The alarms of a runtime elsewhere, for the screens; everything here runs in the screen's loop."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import httpx

from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Priority, Suppression, TransitionKind
from vmshmi.core.alarms.picture import AlarmPicture
from vmshmi.core.clock import Clock
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.ports import AlarmCallback
from vmshmi.runtime.remote.decode import PeerError, row_of, rows_of, understood, whole
from vmshmi.runtime.remote.decode_alarms import alarm_record, alarm_transition
from vmshmi.runtime.remote.decode_kpi import alarm_kpi
from vmshmi.runtime.remote.http import MAX_ROWS, ApiClient, Body, one_line, period
from vmshmi.runtime.watching import Watching, deliver

KPI_TIMEOUT_S = 30.0
"""A month takes a second, a year on a small computer many."""


class RemoteAlarms:
    """`core.ports.AlarmsPort`. Every action raises CommandRefused: by the runtime, or because it does not answer.

    Args:
        api: takes the answers.
        clock: stamps what is found changed after a break.
        schedule: asks for a `flush` within a frame.
        is_connected: answers are refused while it says no.
        token_of: the login of a person, empty without one.

    Attributes:
        hush: told of every silence, before the runtime: it may be its not answering that sounds here.
    """

    def __init__(
        self,
        api: ApiClient,
        clock: Clock,
        schedule: Callable[[], None],
        is_connected: Callable[[], bool],
        token_of: Callable[[str], str],
    ) -> None:
        self._api = api
        self._clock = clock
        self._schedule = schedule
        self._is_connected = is_connected
        self._token_of = token_of
        self._definitions: dict[str, AlarmDef] = {}
        self._picture = AlarmPicture(self._definitions)
        self._transitions: list[AlarmTransition] = []
        self._watches: dict[Watching, AlarmCallback] = {}
        self.hush: Callable[[], None] = lambda: None

    def definitions(self) -> Mapping[str, AlarmDef]:
        """Every alarm the runtime knows, as revised; before the first answer those of the project."""
        return self._definitions

    def standing(self) -> Sequence[AlarmRecord]:
        """All that are active or want an answer; the last known ones while the runtime does not answer."""
        return self._picture.standing()

    def suppressed(self) -> Sequence[AlarmRecord]:
        """All that are not announced; the last known ones while the runtime does not answer."""
        return self._picture.suppressed()

    def watch(self, callback: AlarmCallback) -> Watching:
        """Call back with each transition from now on, in order; what has come is in `standing` and told no more."""
        self.flush()
        watching = Watching(lambda this: self._watches.pop(this, None))
        self._watches[watching] = callback
        return watching

    async def acknowledge(self, alarm_id: str, occurrence: int, user: str, station: str) -> AlarmRecord:
        """Acknowledge exactly this occurrence."""
        return await self._do(alarm_id, "ack", {"user": user, "station": station, "occurrence": occurrence})

    async def acknowledge_visible(self, seen: Sequence[tuple[str, int]], user: str, station: str) -> int:
        """Acknowledge these occurrences, where the station's rights allow it; returns how many were."""
        alarms = [{"id": alarm_id, "occurrence": occurrence} for alarm_id, occurrence in seen]
        answer = await self._ask("/alarms/ack-visible", {"user": user, "station": station, "alarms": alarms})
        return understood(lambda: whole(row_of(answer)["acknowledged"]))

    async def reset(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        """End its latching."""
        return await self._do(alarm_id, "reset", {"user": user, "station": station})

    async def shelve(self, alarm_id: str, user: str, minutes: float, reason: str, station: str) -> AlarmRecord:
        """Do not announce it for some minutes."""
        body: Body = {"user": user, "station": station, "minutes": minutes, "reason": reason}
        return await self._do(alarm_id, "shelve", body)

    async def unshelve(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        """End the shelving."""
        return await self._do(alarm_id, "unshelve", {"user": user, "station": station})

    async def out_of_service(self, alarm_id: str, user: str, reason: str, station: str) -> AlarmRecord:
        """Do not announce it until a person brings it back."""
        return await self._do(alarm_id, "out-of-service", {"user": user, "station": station, "reason": reason})

    async def in_service(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        """Bring it back."""
        return await self._do(alarm_id, "in-service", {"user": user, "station": station})

    async def test(self, priority: Priority, user: str, station: str) -> None:
        """Raise the test alarm of this priority for ten seconds."""
        await self._ask("/alarms/test", {"priority": priority.value, "user": user, "station": station})

    async def silence(self, user: str, station: str) -> None:
        """Let all sound rest for 30 s; acknowledges nothing."""
        self.hush()
        await self._ask("/alarms/silence", {"user": user, "station": station})

    async def history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        """Transitions from the journal, newest first.

        Raises:
            StorageError: if they cannot be read now.
        """
        params = {**period(since, until), "limit": max(1, min(limit, MAX_ROWS))}
        answer = await self._api.read("/alarms/history", params)
        return understood(lambda: [alarm_transition(row) for row in rows_of(answer)])

    async def kpi(self, since: datetime, until: datetime) -> AlarmKpi:
        """The alarm system's numbers over a time that ends now at the latest; `since` before `until`.

        Raises:
            StorageError: if the journal cannot be read now.
        """
        answer = await self._api.read("/alarms/kpi", period(since, until), timeout_s=KPI_TIMEOUT_S)
        return understood(lambda: alarm_kpi(row_of(answer)))

    async def _do(self, alarm_id: str, action: str, body: Body) -> AlarmRecord:
        answer = await self._ask(f"/alarms/{quote(alarm_id, safe='')}/{action}", body)
        return understood(lambda: alarm_record(row_of(answer)))

    async def _ask(self, path: str, body: Body) -> object:
        if not self._is_connected():
            raise CommandRefused("not_connected", f"the runtime at {self._api.base} does not answer")
        try:
            return await self._api.post(path, body, token=self._token_of(str(body["user"])))
        except (httpx.HTTPError, PeerError, StorageError) as error:
            # it may have arrived: only the alarm itself can tell
            raise CommandRefused("not_connected", f"no answer from {self._api.base}: {one_line(error)}") from error

    def define(self, alarms: Iterable[AlarmDef]) -> None:
        """Take definitions; one that is not as it was is told as a revision."""
        now = self._clock.now()
        for alarm in alarms:
            before = self._definitions.get(alarm.id)
            self._definitions[alarm.id] = alarm
            if before is not None and before != alarm:
                record = self._picture.records().get(alarm.id) or AlarmRecord(alarm.id)
                self._tell(AlarmTransition(TransitionKind.REVISED, now, record))

    def snapshot(self, records: Iterable[AlarmRecord]) -> None:
        """Take all that stand or are not announced now, and tell what happened meanwhile as transitions."""
        before = dict(self._picture.records())
        self._picture.begin(records)
        present = self._picture.records()
        now = self._clock.now()
        for record in before.values():
            if record.id not in present:
                self._tell(AlarmTransition(_end_of(record), now, _ended(record)))
        for record in present.values():
            kind = _difference(before.get(record.id), record)
            if kind is not None:
                self._tell(AlarmTransition(kind, now, record))

    def change(self, transition: AlarmTransition, definition: AlarmDef | None = None) -> None:
        """Take one transition, and with a revision the new definition."""
        if definition is not None:
            self._definitions[definition.id] = definition
        self._picture.take(transition)
        self._tell(transition)

    def flush(self) -> None:
        """Tell who watches; once a frame."""
        transitions, self._transitions = self._transitions, []
        if transitions:
            for callback in list(self._watches.values()):
                deliver(callback, transitions)

    def _tell(self, transition: AlarmTransition) -> None:
        self._transitions.append(transition)
        self._schedule()


def _ended(record: AlarmRecord) -> AlarmRecord:
    """What is left of a record that neither stands nor is held back any more."""
    return replace(
        record,
        active=False,
        acknowledged=True,
        latched=False,
        repeats=0,
        held=False,
        blocked=False,
        by_design=False,
        shelved=None,
        out_of_service=None,
        suppression=None,
        silenced_until=None,
    )


_SUPPRESSING = {
    Suppression.SHELVED: (TransitionKind.SHELVED, TransitionKind.UNSHELVED),
    Suppression.OUT_OF_SERVICE: (TransitionKind.OUT_OF_SERVICE, TransitionKind.IN_SERVICE),
    Suppression.SUPPRESSED_BY_DESIGN: (TransitionKind.SUPPRESSED, TransitionKind.UNSUPPRESSED),
}


def _end_of(record: AlarmRecord) -> TransitionKind:
    if record.stands or record.suppression is None:
        return TransitionKind.CLEARED
    return _SUPPRESSING[record.suppression][1]


def _difference(before: AlarmRecord | None, after: AlarmRecord) -> TransitionKind | None:
    """What must have happened between two looks at an alarm; None when nothing did."""
    if before == after:
        return None
    if after.stands and (before is None or before.occurrence != after.occurrence):
        return TransitionKind.RAISED
    if before is None:
        before = AlarmRecord(after.id)
    if before.suppression != after.suppression and not (before.stands and not after.stands):
        return _suppressing(before.suppression, after.suppression)
    if before.acknowledged != after.acknowledged:
        return TransitionKind.ACKNOWLEDGED
    if before.latched != after.latched:
        return TransitionKind.LATCHED if after.latched else TransitionKind.RESET
    if before.active != after.active:
        return TransitionKind.RECTIFIED
    if before.repeats != after.repeats:
        return TransitionKind.CALMED
    if before.held != after.held:
        return TransitionKind.HELD if after.held else TransitionKind.RELEASED
    return TransitionKind.UNSILENCED if after.silenced_until is None else TransitionKind.SILENCED


def _suppressing(before: Suppression | None, after: Suppression | None) -> TransitionKind:
    if after is not None:
        return _SUPPRESSING[after][0]
    assert before is not None
    return _SUPPRESSING[before][1]
