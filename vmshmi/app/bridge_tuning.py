"""What if and revisions of a runtime in the same process, for the screens; used by `vmshmi.app.bridge`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.alarms.revision import DefinitionChange, Revision
from vmshmi.core.alarms.whatif import WhatIf
from vmshmi.runtime.access import Claim
from vmshmi.runtime.runtime_app import RuntimeApp


class LocalTuning:
    """`core.ports.TuningPort` on the runtime; screen thread."""

    def __init__(self, runtime: RuntimeApp, thread: LoopThread, claim: Callable[[str], Claim]) -> None:
        self._access = runtime.access
        self._claim = claim
        self._tuning = runtime.tuning
        self._thread = thread

    async def what_if(self, alarm_id: str, change: DefinitionChange, since: datetime, until: datetime) -> WhatIf:
        return await self._thread.run(self._tuning.what_if(alarm_id, change, since, until))

    async def revise(self, alarm_id: str, change: DefinitionChange, user: str, reason: str, station: str) -> Revision:
        who = await self._thread.run(self._access.answering(self._claim(user), station))
        return await self._thread.run(self._tuning.revise(alarm_id, change, who, reason, station))

    async def revisions(self, alarm_id: str) -> Sequence[Revision]:
        return await self._thread.run(self._revisions(alarm_id))

    async def _revisions(self, alarm_id: str) -> Sequence[Revision]:
        return self._tuning.revisions(alarm_id)
