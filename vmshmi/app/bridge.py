"""The screens' ports over a runtime in the same process: the one place where two threads meet.

Values cross as a latest-wins map, drained once a frame; alarm transitions cross one by one in order.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from vmshmi.app.bridge_alarms import BridgeWatch, LocalAlarms
from vmshmi.app.bridge_commands import LocalCommands
from vmshmi.app.bridge_system import LocalSystem
from vmshmi.app.bridge_tuning import LocalTuning
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition
from vmshmi.core.alarms.picture import notable
from vmshmi.core.clock import Clock
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.ports import TagCallback
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.historian.questions import read_many
from vmshmi.runtime.runtime_app import RuntimeApp
from vmshmi.runtime.task_scope import TaskScope
from vmshmi.runtime.watching import deliver

FRAME_MS = 40
SNAPSHOT_S = 1.0


class LocalTags:
    """`core.ports.TagsPort` on the runtime's store; screen thread."""

    def __init__(self, runtime: RuntimeApp, clock: Clock) -> None:
        self._definitions = dict(runtime.store.definitions())
        self._clock = clock
        self._values: dict[TagId, TagValue] = {}
        self._last_good: dict[TagId, TagValue] = {}
        self._watches: dict[BridgeWatch, tuple[frozenset[TagId], TagCallback]] = {}
        self._lost = False

    def definitions(self) -> Mapping[TagId, TagDef]:
        return self._definitions

    def value(self, tag_id: TagId) -> TagValue:
        present = self._values.get(tag_id)
        if present is None:
            if tag_id not in self._definitions:
                raise KeyError(tag_id)
            return TagValue(None, Quality.BAD_WAITING_FOR_INITIAL_DATA, self._clock.now())
        if self._lost:
            return TagValue(None, Quality.BAD_NO_COMMUNICATION, present.timestamp, present.raw_value)
        return present

    def last_good(self, tag_id: TagId) -> TagValue | None:
        return self._last_good.get(tag_id)

    def watch(self, tag_ids: Iterable[TagId], callback: TagCallback) -> BridgeWatch:
        wanted = frozenset(tag_ids)
        for tag_id in wanted:
            if tag_id not in self._definitions:
                raise KeyError(tag_id)
        watch = BridgeWatch(lambda: self._watches.pop(watch, None) and None)
        self._watches[watch] = (wanted, callback)
        callback({tag_id: self.value(tag_id) for tag_id in wanted})
        return watch

    def take(self, changes: Mapping[TagId, TagValue], lost: bool) -> None:
        """Take a frame's changes and tell who watches."""
        self._values.update(changes)
        self._last_good.update((tag_id, value) for tag_id, value in changes.items() if value.value is not None)
        all_changed = lost != self._lost
        self._lost = lost
        for wanted, callback in list(self._watches.values()):
            concerned = wanted if all_changed else wanted & changes.keys()
            if concerned and (all_changed or not lost):
                deliver(callback, {tag_id: self.value(tag_id) for tag_id in concerned})


class LocalHistory:
    """`core.ports.HistoryPort` on the runtime's historian; screen thread."""

    def __init__(self, runtime: RuntimeApp, thread: LoopThread) -> None:
        self._runtime = runtime
        self._thread = thread

    async def query(self, query: HistoryQuery) -> HistorySeries:
        return await self._thread.run(self._runtime.historian.read(query))

    async def query_many(
        self, tag_ids: Sequence[TagId], since: datetime, until: datetime, points: int
    ) -> list[HistorySeries]:
        queries = [HistoryQuery(tag_id, since, until, points=points) for tag_id in tag_ids]
        return await self._thread.run(read_many(self._runtime.historian, queries))

    async def export(self, tag_ids: Sequence[TagId], since: datetime, until: datetime, file: Path) -> None:
        await self._thread.run(self._runtime.historian.export(tag_ids, since, until, file))


class Bridge(QObject):
    """`core.ports.RuntimePort` over a runtime that runs in `thread`.

    Args:
        runtime: started already.
        thread: where it runs.
        clock: both clocks.
    """

    def __init__(self, runtime: RuntimeApp, thread: LoopThread, clock: Clock) -> None:
        super().__init__()
        self._runtime = runtime
        self._thread = thread
        self._clock = clock
        self._tags = LocalTags(runtime, clock)
        self._commands = LocalCommands(runtime, thread)
        self._alarms = LocalAlarms(runtime, thread, self._commands.claim)
        self._history = LocalHistory(runtime, thread)
        self._tuning = LocalTuning(runtime, thread, self._commands.claim)
        self._transitions: deque[AlarmTransition] = deque()
        self._transitions_lock = threading.Lock()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._scope = TaskScope(runtime.task_died)
        self._system = LocalSystem(runtime, thread, self._scope, clock)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.frame)

    @property
    def tags(self) -> LocalTags:
        return self._tags

    @property
    def alarms(self) -> LocalAlarms:
        return self._alarms

    @property
    def history(self) -> LocalHistory:
        return self._history

    @property
    def tuning(self) -> LocalTuning:
        return self._tuning

    @property
    def commands(self) -> LocalCommands:
        return self._commands

    @property
    def system(self) -> LocalSystem:
        return self._system

    async def open(self) -> None:
        """Begin to carry; the first values are there when it returns."""
        self._alarms.begin(await self._thread.run(self._subscribe()))
        self.frame()
        self._timer.start(FRAME_MS)

    async def close(self) -> None:
        """End; the runtime goes on."""
        self._timer.stop()
        await self._thread.run(self._end())

    async def _subscribe(self) -> Sequence[AlarmRecord]:
        self._subscription = self._runtime.store.subscribe()
        self._unsubscribe = self._runtime.alarms.subscribe(self._keep_transitions)
        self._scope.spawn(self._take_snapshots(), "bridge snapshots")
        return notable(self._runtime.alarms.standing(), self._runtime.alarms.suppressed())

    async def _end(self) -> None:
        self._runtime.store.unsubscribe(self._subscription)
        self._unsubscribe()
        await self._scope.close()

    async def _take_snapshots(self) -> None:
        while True:
            self._system.take(self._runtime.devices(), self._runtime.health())
            await asyncio.sleep(SNAPSHOT_S)

    def _keep_transitions(self, transitions: Sequence[AlarmTransition]) -> None:
        with self._transitions_lock:
            self._transitions.extend(transitions)

    def frame(self) -> None:
        """Carry what has come since the last frame; the timer calls it."""
        with self._transitions_lock:
            transitions = list(self._transitions)
            self._transitions.clear()
        lost = not self._system.connected()
        self._tags.take(self._subscription.drain(), lost)
        self._system.frame()
        if transitions:
            self._alarms.take(transitions)
