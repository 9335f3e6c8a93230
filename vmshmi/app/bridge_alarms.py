"""The alarms of a runtime in the same process, for the screens; used by `vmshmi.app.bridge`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Priority, TransitionKind
from vmshmi.core.alarms.picture import AlarmPicture
from vmshmi.core.ports import AlarmCallback
from vmshmi.runtime.access import Claim
from vmshmi.runtime.runtime_app import RuntimeApp
from vmshmi.runtime.watching import deliver


class BridgeWatch:
    """Ends a registration."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._end: Callable[[], None] | None = end

    def close(self) -> None:
        """End it; a second call does nothing."""
        if self._end is not None:
            self._end()
            self._end = None


class LocalAlarms:
    """`core.ports.AlarmsPort` on the runtime's engine; screen thread."""

    def __init__(self, runtime: RuntimeApp, thread: LoopThread, claim: Callable[[str], Claim]) -> None:
        self._runtime = runtime
        self._claim = claim
        self._engine = runtime.alarms
        self._thread = thread
        self._definitions = dict(runtime.alarms.definitions())
        self._picture = AlarmPicture(self._definitions)
        self._watches: dict[BridgeWatch, AlarmCallback] = {}

    def definitions(self) -> Mapping[str, AlarmDef]:
        return self._definitions

    def standing(self) -> Sequence[AlarmRecord]:
        return self._picture.standing()

    def suppressed(self) -> Sequence[AlarmRecord]:
        return self._picture.suppressed()

    def watch(self, callback: AlarmCallback) -> BridgeWatch:
        watch = BridgeWatch(lambda: self._watches.pop(watch, None) and None)
        self._watches[watch] = callback
        return watch

    async def _who(self, user: str, station: str) -> str:
        """In whose name it stands in the journal."""
        return await self._thread.run(self._runtime.access.answering(self._claim(user), station))

    async def acknowledge(self, alarm_id: str, occurrence: int, user: str, station: str) -> AlarmRecord:
        who = await self._who(user, station)
        return await self._thread.run(self._engine.ack(alarm_id, who, station=station, occurrence=occurrence))

    async def acknowledge_visible(self, seen: Sequence[tuple[str, int]], user: str, station: str) -> int:
        who = await self._who(user, station)
        return await self._thread.run(self._engine.acknowledge_visible(seen, who, station))

    async def reset(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        who = await self._who(user, station)
        return await self._thread.run(self._engine.reset(alarm_id, who, station))

    async def shelve(self, alarm_id: str, user: str, minutes: float, reason: str, station: str) -> AlarmRecord:
        who = await self._who(user, station)
        return await self._thread.run(self._engine.shelve(alarm_id, who, minutes, reason, station))

    async def unshelve(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        who = await self._who(user, station)
        return await self._thread.run(self._engine.unshelve(alarm_id, who, station))

    async def out_of_service(self, alarm_id: str, user: str, reason: str, station: str) -> AlarmRecord:
        who = await self._who(user, station)
        return await self._thread.run(self._engine.out_of_service(alarm_id, who, reason, station))

    async def in_service(self, alarm_id: str, user: str, station: str) -> AlarmRecord:
        who = await self._who(user, station)
        return await self._thread.run(self._engine.in_service(alarm_id, who, station))

    async def test(self, priority: Priority, user: str, station: str) -> None:
        who = await self._who(user, station)
        await self._thread.run(self._runtime.test_alarm(priority, who, station))

    async def silence(self, user: str, station: str) -> None:
        self._runtime.hush()  # first, and from here: the runtime's loop may be what is dead
        who = await self._who(user, station)
        await self._thread.run(self._engine.silence(who, station))

    async def history(
        self, since: datetime | None = None, until: datetime | None = None, limit: int = 1000
    ) -> Sequence[AlarmTransition]:
        return await self._thread.run(self._runtime.alarm_history(since, until, limit))

    async def kpi(self, since: datetime, until: datetime) -> AlarmKpi:
        return await self._thread.run(self._engine.kpi(since, until))

    def begin(self, records: Iterable[AlarmRecord]) -> None:
        """Take what stands or is not announced when the bridge opens."""
        self._picture.begin(records)

    def take(self, transitions: Sequence[AlarmTransition]) -> None:
        """Take transitions in order and tell who watches."""
        for transition in transitions:
            if transition.kind is TransitionKind.REVISED:
                alarm_id = transition.record.id
                self._definitions[alarm_id] = self._engine.definitions()[alarm_id]
            self._picture.take(transition)
        for callback in list(self._watches.values()):
            deliver(callback, transitions)
