"""The four ports of `vmshmi.core.ports`, holding what the feed brought; everything here runs in the screen's loop."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

import httpx

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, TransitionKind, list_order
from vmshmi.core.clock import Clock, to_iso
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import AlarmCallback, TagCallback
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.remote.decode import (
    PeerError,
    alarm_record,
    alarm_transition,
    history_series,
    row_of,
    rows_of,
    understood,
)
from vmshmi.runtime.remote.http import ApiClient, Params

MAX_ROWS = 100_000
"""The API's own limit of one answer."""

P = TypeVar("P")


class Watching:
    """Ends a registration."""

    def __init__(self, end: Callable[["Watching"], object]) -> None:
        self._end = end

    def close(self) -> None:
        """End it; a second call does nothing."""
        self._end(self)


def _deliver(callback: Callable[[P], None], payload: P) -> None:
    """Call a screen; its error is the loop's to tell and keeps nothing from the other screens."""
    try:
        callback(payload)
    except Exception as error:  # noqa: BLE001 - see above
        context = {"message": "a screen failed to take what changed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)


class RemoteTags:
    """`core.ports.TagsPort`.

    Args:
        clock: stamps the values that are lost.
        schedule: asks for a `flush` within a frame.
    """

    def __init__(self, clock: Clock, schedule: Callable[[], None]) -> None:
        self._clock = clock
        self._schedule = schedule
        self._definitions: dict[TagId, TagDef] = {}
        self._values: dict[TagId, TagValue] = {}
        self._last_good: dict[TagId, TagValue] = {}
        self._dirty: set[TagId] = set()
        self._watches: dict[Watching, tuple[frozenset[TagId], TagCallback]] = {}

    def definitions(self) -> Mapping[TagId, TagDef]:
        """Every tag the runtime knows; before the first answer those of the project."""
        return self._definitions

    def value(self, tag_id: TagId) -> TagValue:
        """The present value; bad while the runtime does not answer.

        Raises:
            KeyError: if there is no such tag.
        """
        return self._values[tag_id]

    def last_good(self, tag_id: TagId) -> TagValue | None:
        """The last value that was not bad; kept while the runtime does not answer."""
        return self._last_good.get(tag_id)

    def watch(self, tag_ids: Iterable[TagId], callback: TagCallback) -> Watching:
        """Call back with what changed among these tags, once a frame at most; first, at once, with all of them.

        Raises:
            KeyError: if there is no such tag.
        """
        wanted = frozenset(tag_ids)
        first = {tag_id: self._values[tag_id] for tag_id in wanted}
        watching = Watching(lambda this: self._watches.pop(this, None))
        self._watches[watching] = (wanted, callback)
        callback(first)
        return watching

    def define(self, tags: Iterable[TagDef]) -> None:
        """Take definitions; tags that are no longer named stay, without a value."""
        for tag in tags:
            self._definitions[tag.id] = tag
            if tag.id not in self._values:
                self._values[tag.id] = self._nothing()
                self._touch([tag.id])

    def snapshot(self, values: Mapping[TagId, TagValue], last_good: Mapping[TagId, TagValue]) -> None:
        """Take all values; what is not among them is not known."""
        nothing = self._nothing()
        self._values = {tag_id: values.get(tag_id, nothing) for tag_id in self._definitions}
        self._last_good.update(last_good)
        self._keep_good(values)
        self._touch(self._definitions)

    def change(self, values: Mapping[TagId, TagValue]) -> None:
        """Take changed values; tags that are not defined are passed over."""
        known = {tag_id: value for tag_id, value in values.items() if tag_id in self._definitions}
        self._values.update(known)
        self._keep_good(known)
        self._touch(known)

    def lose(self) -> None:
        """The runtime does not answer: nothing is known any more."""
        nothing = self._nothing()
        self._values = dict.fromkeys(self._definitions, nothing)
        self._touch(self._definitions)

    def flush(self) -> None:
        """Tell who watches; once a frame."""
        dirty, self._dirty = self._dirty, set()
        for wanted, callback in list(self._watches.values()):
            concerned = wanted & dirty
            if concerned:
                _deliver(callback, {tag_id: self._values[tag_id] for tag_id in concerned})

    def _nothing(self) -> TagValue:
        return TagValue(None, Quality.BAD_NO_COMMUNICATION, self._clock.now())

    def _keep_good(self, values: Mapping[TagId, TagValue]) -> None:
        self._last_good.update((tag_id, value) for tag_id, value in values.items() if value.value is not None)

    def _touch(self, tag_ids: Iterable[TagId]) -> None:
        self._dirty.update(tag_ids)
        self._schedule()


class RemoteAlarms:
    """`core.ports.AlarmsPort`.

    Args:
        api: takes the answers.
        clock: stamps what is found changed after a break.
        schedule: asks for a `flush` within a frame.
        is_connected: answers are refused while it says no.
    """

    def __init__(
        self, api: ApiClient, clock: Clock, schedule: Callable[[], None], is_connected: Callable[[], bool]
    ) -> None:
        self._api = api
        self._clock = clock
        self._schedule = schedule
        self._is_connected = is_connected
        self._definitions: dict[str, AlarmDef] = {}
        self._standing: dict[str, AlarmRecord] = {}
        self._transitions: list[AlarmTransition] = []
        self._watches: dict[Watching, AlarmCallback] = {}

    def definitions(self) -> Mapping[str, AlarmDef]:
        """Every alarm the runtime knows; before the first answer those of the project."""
        return self._definitions

    def standing(self) -> Sequence[AlarmRecord]:
        """All that are active or want an answer; the last known ones while the runtime does not answer."""
        known = self._definitions
        records = [record for record in self._standing.values() if record.id in known]
        return sorted(records, key=lambda record: list_order(known[record.id], record))

    def watch(self, callback: AlarmCallback) -> Watching:
        """Call back with each transition, in order."""
        watching = Watching(lambda this: self._watches.pop(this, None))
        self._watches[watching] = callback
        return watching

    async def acknowledge(self, alarm_id: str, occurrence: int, user: str, station: str) -> AlarmRecord:
        """Acknowledge exactly this occurrence.

        Raises:
            CommandRefused: by the runtime, or because it does not answer.
        """
        body = {"user": user, "station": station, "occurrence": occurrence}
        answer = await self._ask(f"/alarms/{quote(alarm_id, safe='')}/ack", body)
        return understood(lambda: alarm_record(row_of(answer)))

    async def silence(self, user: str, station: str) -> None:
        """Let all sound rest for 30 s; acknowledges nothing.

        Raises:
            CommandRefused: by the runtime, or because it does not answer.
        """
        await self._ask("/alarms/silence", {"user": user, "station": station})

    async def history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        """Transitions from the journal, newest first.

        Raises:
            StorageError: if they cannot be read now.
        """
        params = {**_period(since, until), "limit": max(1, min(limit, MAX_ROWS))}
        answer = await _read(self._api, "/alarms/history", params)
        return understood(lambda: [alarm_transition(row) for row in rows_of(answer)])

    async def _ask(self, path: str, body: Mapping[str, str | int]) -> object:
        if not self._is_connected():
            raise CommandRefused("not_connected", f"the runtime at {self._api.base} does not answer")
        try:
            return await self._api.post(path, body)
        except (httpx.HTTPError, PeerError, StorageError) as error:
            # it may have arrived: only the alarm itself can tell
            raise CommandRefused("not_connected", f"no answer from {self._api.base}: {_one_line(error)}") from error

    def define(self, alarms: Iterable[AlarmDef]) -> None:
        """Take definitions."""
        self._definitions.update((alarm.id, alarm) for alarm in alarms)

    def snapshot(self, records: Iterable[AlarmRecord]) -> None:
        """Take all that stand now, and tell what happened meanwhile as transitions."""
        present = {record.id: record for record in records}
        now = self._clock.now()
        for before in self._standing.values():
            if before.id not in present:
                gone = replace(before, active=False, acknowledged=True)
                self._transitions.append(AlarmTransition(TransitionKind.CLEARED, now, gone))
        for record in present.values():
            kind = _difference(self._standing.get(record.id), record)
            if kind is not None:
                self._transitions.append(AlarmTransition(kind, now, record))
        self._standing = present
        self._schedule()

    def change(self, transition: AlarmTransition) -> None:
        """Take one transition."""
        record = transition.record
        if record.stands:
            self._standing[record.id] = record
        else:
            self._standing.pop(record.id, None)
        self._transitions.append(transition)
        self._schedule()

    def flush(self) -> None:
        """Tell who watches; once a frame."""
        transitions, self._transitions = self._transitions, []
        if transitions:
            for callback in list(self._watches.values()):
                _deliver(callback, transitions)


def _difference(before: AlarmRecord | None, after: AlarmRecord) -> TransitionKind | None:
    """What must have happened between two looks at an alarm; None when nothing did."""
    if before == after:
        return None
    if before is None or before.occurrence != after.occurrence:
        return TransitionKind.RAISED
    if before.acknowledged != after.acknowledged:
        return TransitionKind.ACKNOWLEDGED
    if before.active != after.active:
        return TransitionKind.RECTIFIED
    if before.suppression != after.suppression:
        return TransitionKind.UNSUPPRESSED if after.suppression is None else TransitionKind.SUPPRESSED
    if before.held != after.held:
        return TransitionKind.HELD if after.held else TransitionKind.RELEASED
    return TransitionKind.UNSILENCED if after.silenced_until is None else TransitionKind.SILENCED


class RemoteHistory:
    """`core.ports.HistoryPort`.

    Args:
        api: asked for each question.
        tags: tell which tags hold texts.
    """

    def __init__(self, api: ApiClient, tags: RemoteTags) -> None:
        self._api = api
        self._tags = tags

    async def query(self, query: HistoryQuery) -> HistorySeries:
        """Rows in order of time, at most 100,000 of them; qualities are plain good, uncertain or bad.

        Raises:
            KeyError: if there is no such tag.
            StorageError: if history cannot be read now.
        """
        is_text = self._tags.definitions()[query.tag_id].kind is TagKind.TEXT
        params: dict[str, str | int] = {**_period(query.since, query.until)}
        if query.points is not None:
            params["points"] = query.points
        if query.limit is not None or query.points is None:
            params["limit"] = min(MAX_ROWS, MAX_ROWS if query.limit is None else query.limit)
        answer = await _read(self._api, f"/tags/{quote(query.tag_id, safe='')}/history", params)
        return understood(lambda: history_series(query.tag_id, rows_of(answer), is_text=is_text))


class RemoteSystem:
    """`core.ports.SystemPort`."""

    def __init__(self, is_connected: Callable[[], bool]) -> None:
        self._is_connected = is_connected
        self._devices: Sequence[DeviceStatus] = ()
        self._health: RuntimeHealth | None = None

    def devices(self) -> Sequence[DeviceStatus]:
        """Every device of the project; the last known while the runtime does not answer."""
        return self._devices

    def health(self) -> RuntimeHealth | None:
        """The last known; None before the first."""
        return self._health

    def connected(self) -> bool:
        """False when the runtime does not answer."""
        return self._is_connected()

    def take(self, devices: Sequence[DeviceStatus], health: RuntimeHealth) -> None:
        """Take a fresh look."""
        self._devices = devices
        self._health = health


def _period(since: datetime | None, until: datetime | None) -> dict[str, str | int]:
    named = {"since": since, "until": until}
    return {name: to_iso(moment) for name, moment in named.items() if moment is not None}


async def _read(api: ApiClient, path: str, params: Params) -> object:
    try:
        return await api.get(path, params)
    except (httpx.HTTPError, PeerError, CommandRefused) as error:
        raise StorageError(f"{api.base}: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
