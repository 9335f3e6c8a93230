"""Keeps one WebSocket to the runtime: connects, reads, notices silence, connects again."""

import asyncio
import json
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition
from vmshmi.core.alarms.picture import notable
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.health import RuntimeHealth
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.remote.decode import (
    PeerError,
    Row,
    TagDecoder,
    device_status,
    row_of,
    rows_of,
    runtime_health,
    tag_definition,
    understood,
)
from vmshmi.runtime.remote.decode_alarms import alarm_definition, alarm_record, alarm_transition
from vmshmi.runtime.remote.http import TIMEOUT_S, ApiClient, one_line

_log = logging.getLogger(__name__)
_frames_log = logging.getLogger(f"{__name__}.frames")
_frames_log.setLevel(logging.WARNING)  # a line for every frame is of no use to anybody

LOST = (OSError, TimeoutError, WebSocketException, httpx.HTTPError, PeerError, CommandRefused, StorageError)
"""What a connection can end with that is no error of this program."""


@dataclass(frozen=True, slots=True)
class FeedTiming:
    """Seconds.

    Attributes:
        silence_s: without a message for so long the runtime is taken for lost; it speaks every 2 s at least.
        retry_min_s, retry_max_s: wait before connecting again, doubled each time.
        poll_s: between two looks at health and devices.
    """

    silence_s: float = 5.0
    retry_min_s: float = 0.5
    retry_max_s: float = 5.0
    poll_s: float = 1.0


class FeedSink(Protocol):
    """Takes what the feed brings, in its loop."""

    def defined(self, tags: Sequence[TagDef], alarms: Sequence[AlarmDef]) -> None:
        """What there is; before each snapshot."""
        ...

    def snapshot(
        self,
        values: dict[TagId, TagValue],
        last_good: dict[TagId, TagValue],
        alarms: Sequence[AlarmRecord],
    ) -> None:
        """Everything anew, of the alarms what stands or is not announced: from here on it is connected."""
        ...

    def tags_changed(self, values: dict[TagId, TagValue]) -> None: ...

    def alarm_changed(self, transition: AlarmTransition, definition: AlarmDef | None) -> None:
        """One transition; a revision brings the new definition."""
        ...

    def system_seen(self, devices: Sequence[DeviceStatus], health: RuntimeHealth) -> None: ...

    def lost(self) -> None:
        """Nothing is known any more."""
        ...


class Feed:
    """One connection at a time, for ever.

    Args:
        api: for definitions, health and devices.
        sink: takes what comes.
        timing: see there.
        alarms_only: ask for no tags, health or devices.
    """

    def __init__(self, api: ApiClient, sink: FeedSink, timing: FeedTiming, *, alarms_only: bool = False) -> None:
        self._api = api
        self._sink = sink
        self._timing = timing
        self._alarms_only = alarms_only
        self._decoder = TagDecoder()
        self._told: str | None = None
        self._up = False

    async def run(self) -> None:
        """Connect and read until cancelled."""
        wait_s = self._timing.retry_min_s
        while True:
            try:
                await self._session()
            except LOST as error:
                was_up = self._up
                self._down(error)
                wait_s = self._timing.retry_min_s if was_up else min(wait_s * 2, self._timing.retry_max_s)
            await asyncio.sleep(wait_s)

    async def _session(self) -> None:
        async with connect(
            self._api.base.replace("http", "ws", 1) + ("/ws/realtime?tags=" if self._alarms_only else "/ws/realtime"),
            proxy=None,
            compression=None,
            open_timeout=TIMEOUT_S,
            close_timeout=0.5,
            ping_interval=None,  # the runtime's heartbeats are watched instead
            max_size=256 * 1024 * 1024,
            logger=_frames_log,
        ) as socket:
            try:
                await self._define()  # only now: a revision that comes after it is told by the socket
                if self._alarms_only:
                    await self._read(socket)
                else:
                    await self._first_to_end(self._read(socket), self._poll())
            except LOST as error:
                self._down(error)  # at once: closing takes its time
                raise

    async def _define(self) -> None:
        answer = row_of(await self._api.get("/definitions"))
        tags = understood(lambda: [tag_definition(row) for row in rows_of(answer["tags"])])
        alarms = understood(lambda: [alarm_definition(row) for row in rows_of(answer["alarms"])])
        self._sink.defined(tags, alarms)

    async def _first_to_end(self, *works: Coroutine[object, object, None]) -> None:
        """Run these side by side until one ends; the others are ended too, its error is raised."""
        tasks = [asyncio.create_task(work, name="remote connection") for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _read(self, socket: ClientConnection) -> None:
        loop = asyncio.get_running_loop()
        while True:
            asked = loop.time()
            try:
                async with asyncio.timeout(self._timing.silence_s):
                    message = await socket.recv()
            except TimeoutError:
                if loop.time() - asked > self._timing.silence_s + 1.0:
                    continue  # this loop itself stood still; what came meanwhile is still to be read
                raise TimeoutError(f"silent for {self._timing.silence_s:g} s") from None
            self._take(message)

    def _take(self, message: str | bytes) -> None:
        try:
            data = row_of(json.loads(message))
        except (ValueError, RecursionError) as error:
            raise PeerError("the runtime sent something that is no JSON") from error
        match data.get("type"):
            case "tags":
                self._sink.tags_changed(understood(lambda: self._values(data)))
            case "alarm":
                self._sink.alarm_changed(understood(lambda: alarm_transition(data)), _definition(data))
            case "snapshot":
                self._snapshot(data)
            case _:
                pass  # heartbeat, or something newer than this program

    def _values(self, data: Row) -> dict[TagId, TagValue]:
        return dict(self._decoder.tag(row) for row in cast("list[Row]", data["tags"]))

    def _snapshot(self, data: Row) -> None:
        values = understood(lambda: self._values(data))
        last_good = understood(
            lambda: {
                TagId(str(row["id"])): last
                for row in rows_of(data["tags"])
                if (last := self._decoder.last_good(row)) is not None
            }
        )
        standing = understood(lambda: [alarm_record(row) for row in rows_of(data["alarms"])])
        suppressed = understood(lambda: [alarm_record(row) for row in rows_of(data["suppressed"])])
        self._up = True
        self._told = None
        _log.info("connected to %s", self._api.base)
        self._sink.snapshot(values, last_good, notable(standing, suppressed))

    async def _poll(self) -> None:
        """Look at health and devices; what fails here alone is no loss, the WebSocket decides."""
        while True:
            try:
                health, devices = await self._api.get("/health"), await self._api.get("/devices")
                self._sink.system_seen(
                    understood(lambda answer=devices: [device_status(row) for row in rows_of(answer)]),
                    understood(lambda answer=health: runtime_health(row_of(answer))),
                )
            except LOST as error:
                _log.debug("health of %s: %s", self._api.base, error)
            await asyncio.sleep(self._timing.poll_s)

    def _down(self, error: BaseException) -> None:
        """Tell the loss once; a line in the log for each edge, not for each try."""
        reason = one_line(error)
        if self._up:
            self._up = False
            _log.warning("lost %s: %s", self._api.base, reason)
            self._sink.lost()
        elif self._told != reason:
            _log.info("waiting for %s: %s", self._api.base, reason)
        self._told = reason


def _definition(data: Row) -> AlarmDef | None:
    """What a revision brings."""
    row = data.get("definition")
    return None if row is None else understood(lambda: alarm_definition(row_of(row)))
