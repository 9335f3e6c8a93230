"""The WebSocket: a snapshot, then changes. Tags are latest-wins for each client, alarm transitions are never coalesced.

One pump drains the store for all clients and encodes each change once. A client that does not read holds at most one
value a tag and a bounded queue of transitions; nobody else notices.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from fastapi import WebSocket, WebSocketDisconnect

from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, TransitionKind
from vmshmi.core.clock import Clock, to_iso
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.api.encode import Json, TagEncoder, dumps
from vmshmi.runtime.api.encode_alarms import alarm_definition_json, alarm_json, suppressed_json, transition_json
from vmshmi.runtime.api.explained import consequences
from vmshmi.runtime.api.outbox import BROKEN, GOING_AWAY, Outbox, RealtimeSettings, tags_message
from vmshmi.runtime.api.ports import Runtime
from vmshmi.runtime.api.problems import Problem, unknown
from vmshmi.runtime.api.questions import refuse_unknown_parameters
from vmshmi.runtime.api.turns import json_list
from vmshmi.runtime.tag_store import Subscription
from vmshmi.runtime.task_scope import TaskScope

_log = logging.getLogger(__name__)

_STOPS = "the runtime stops"


@dataclass(frozen=True, slots=True)
class _Instant:
    """What a client begins with, all of one instant: a change that is queued for it never goes back before this.

    Attributes:
        values: the tags it asked for.
        standing, suppressed: alarms, as announced.
    """

    values: Mapping[TagId, TagValue]
    standing: Sequence[AlarmRecord]
    suppressed: Sequence[AlarmRecord]


class RealtimeHub:
    """All clients of the WebSocket.

    Args:
        runtime: where the values and alarms are.
        encoder: shared with the HTTP routes.
        clock: stamps heartbeats.
        settings: see there.
        on_death: told when the pump ends by an error of ours; its clients are then closed, nobody must believe old
            values.
    """

    def __init__(
        self,
        runtime: Runtime,
        encoder: TagEncoder,
        clock: Clock,
        settings: RealtimeSettings,
        on_death: Callable[[str, BaseException], None],
    ) -> None:
        self._runtime = runtime
        self._encoder = encoder
        self._clock = clock
        self._settings = settings
        self._report_death = on_death
        self._clients: set[Outbox] = set()
        self._scope = TaskScope(self._pump_died)
        self._changes: Subscription | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._stopping = False

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    @property
    def fullest(self) -> float:
        """How much the slowest client has let pile up, 0 to 1."""
        return max((outbox.fill for outbox in self._clients), default=0.0)

    def close(self) -> None:
        """Ask every client to go; nobody new is let in."""
        self._stopping = True
        for outbox in self._clients:
            outbox.close(GOING_AWAY, _STOPS)

    async def serve(self, websocket: WebSocket) -> None:
        """One client from its handshake to its end."""
        try:
            if self._stopping:
                raise Problem(503, "stopping", _STOPS)
            refuse_unknown_parameters(websocket, {"tags"})
            wanted = self._wanted(websocket.query_params.get("tags"))
        except Problem as problem:
            await websocket.send_denial_response(problem.response())
            return
        await websocket.accept()
        outbox = Outbox(wanted, self._settings)
        instant = self._enter(outbox)
        reader = asyncio.create_task(self._listen(websocket, outbox), name="websocket reader")
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                await _Socket(websocket).send_text(await self._snapshot(instant))
            await outbox.run(_Socket(websocket))
        except TimeoutError:
            _log.warning("a WebSocket client took nothing for %g s: given up", self._settings.send_timeout_s)
        except WebSocketDisconnect:
            pass  # it went while something was being sent: nothing is left to do
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            await self._leave(outbox)

    def _wanted(self, tags: str | None) -> frozenset[TagId] | None:
        if tags is None:
            return None
        known = self._runtime.store.definitions()
        wanted = frozenset(TagId(tag_id) for tag_id in tags.split(",") if tag_id)
        for tag_id in wanted:
            if tag_id not in known:
                raise unknown("tag", tag_id, known)
        return wanted

    def _enter(self, outbox: Outbox) -> _Instant:
        """Let a client in; returns what it begins with: the values and alarms of this instant.

        Each later change and transition is queued for it.
        """
        if self._unsubscribe is None:
            self._unsubscribe = self._runtime.alarms.subscribe(self._on_transitions)
        if self._changes is None:
            self._changes = self._runtime.store.subscribe()
            self._changes.drain()  # the first changes are the present values: they are in the snapshot
            self._scope.spawn(self._pump(self._changes), "realtime")
        self._clients.add(outbox)
        if self._stopping:  # the runtime has begun to stop during the handshake
            outbox.close(GOING_AWAY, _STOPS)
        store, alarms = self._runtime.store, self._runtime.alarms
        ids = store.definitions() if outbox.wanted is None else outbox.wanted
        return _Instant({tag_id: store.get(tag_id) for tag_id in ids}, alarms.standing(), alarms.suppressed())

    async def _leave(self, outbox: Outbox) -> None:
        self._clients.discard(outbox)
        if self._clients:
            return
        self._changes = None
        if self._unsubscribe is not None:
            self._unsubscribe()  # now: a client that comes while the pump ends must not be told twice
            self._unsubscribe = None
        await self._scope.close()

    async def _pump(self, changes: Subscription) -> None:
        """Carry changes to all clients until cancelled. It sends the heartbeats too: they stop when it does."""
        loop = asyncio.get_running_loop()
        next_beat = loop.time() + self._settings.heartbeat_s
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(next_beat):
                        await changes.wait()
                if loop.time() >= next_beat:
                    next_beat = loop.time() + self._settings.heartbeat_s
                    self._beat()
                self._carry(changes.drain())
                await asyncio.sleep(self._settings.frame_s)
        finally:
            self._runtime.store.unsubscribe(changes)
            if self._changes is changes:
                self._changes = None

    def _carry(self, changed: Mapping[TagId, TagValue]) -> None:
        asked = [outbox.wanted for outbox in self._clients]
        if None not in asked:  # nobody wants all of them: what nobody asked for is not worth its text
            some = frozenset[TagId]().union(*filter(None, asked))
            changed = {tag_id: changed[tag_id] for tag_id in some & changed.keys()}
        if not changed:
            return
        texts = {tag_id: self._encoder.text(tag_id, value) for tag_id, value in changed.items()}
        frame = tags_message(texts.values())
        for outbox in self._clients:
            outbox.offer_tags(texts, frame)

    def _beat(self) -> None:
        text = dumps({"type": "heartbeat", "timestamp": to_iso(self._clock.now())})
        for outbox in self._clients:
            outbox.offer_note("heartbeat", text)

    def _on_transitions(self, transitions: Sequence[AlarmTransition]) -> None:
        try:
            for transition in transitions:
                text = self._transition_text(transition)
                for outbox in self._clients:
                    outbox.offer_alarm(text)
        except Exception:  # raised again; what they have not been told is in the snapshot they come back for
            self._send_away()
            raise

    def _transition_text(self, transition: AlarmTransition) -> str:
        definition = self._runtime.alarms.definitions().get(transition.record.id)
        message: dict[str, Json] = {"type": "alarm", **transition_json(definition, transition)}
        if definition is not None and transition.kind is TransitionKind.REVISED:
            message["definition"] = alarm_definition_json(definition)
        return dumps(message)

    def _send_away(self) -> None:
        for outbox in self._clients:
            outbox.close(BROKEN, "an error in the program: connect again")

    def _pump_died(self, name: str, error: BaseException) -> None:
        self._send_away()
        self._report_death(name, error)

    async def _snapshot(self, instant: _Instant) -> str:
        """The first message, made in turns so that thousands of tags hold up nobody."""
        known = self._runtime.alarms.definitions()
        below = consequences(self._runtime, instant.standing)
        alarms = await json_list(
            instant.standing,
            lambda record: dumps(alarm_json(known[record.id], record) | {"consequences": below.get(record.id, 0)}),
        )
        quiet = await json_list(instant.suppressed, lambda record: dumps(suppressed_json(known[record.id], record)))
        tags = await json_list(list(instant.values.items()), lambda item: self._encoder.text(*item))
        return f'{{"type":"snapshot","tags":{tags},"alarms":{alarms},"suppressed":{quiet}}}'

    async def _listen(self, websocket: WebSocket, outbox: Outbox) -> None:
        """Read what the client says: pings are answered, everything else is ignored; its end ends the outbox."""
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                outbox.gone()
                return
            if _is_ping(message.get("text")):
                outbox.offer_note("pong", '{"type":"pong"}')


class _Socket:
    """An outlet on a WebSocket: one that has just been closed by its client is gone, not an error."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def send_text(self, data: str) -> None:
        try:
            await self._websocket.send_text(data)
        except RuntimeError as error:  # the server's word for a message after the client's close
            raise WebSocketDisconnect(1006, str(error)) from error

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        try:
            await self._websocket.close(code, reason)
        except RuntimeError as error:  # as above
            raise WebSocketDisconnect(1006, str(error)) from error


def _is_ping(text: object) -> bool:
    if not isinstance(text, str) or len(text) > 200:
        return False
    if text == "ping":
        return True
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and cast("dict[str, object]", said).get("type") == "ping"
