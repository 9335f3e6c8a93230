"""What if and revisions for tests of the screen: answers the test wrote, held back while it says so."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.alarms.revising import basis_of, tuning_of
from vmshmi.core.alarms.revision import DefinitionChange, Revision
from vmshmi.core.alarms.whatif import Pair, Raising, WhatIf, standing_of
from vmshmi.core.clock import Clock
from vmshmi.core.errors import VmsError


class FakeTuning:
    """Answers each question with `pairs`; while `hold` is set it waits until the test releases it."""

    def __init__(self, definitions: Mapping[str, AlarmDef], clock: Clock) -> None:
        self._definitions = definitions
        self._clock = clock
        self.pairs: tuple[Pair, ...] = ()
        self.recorded = 0
        self.hold = False
        self.error: VmsError | None = None
        self.waiting: list[asyncio.Future[None]] = []
        self.asked: list[tuple[str, DefinitionChange, datetime, datetime]] = []
        self.stored: dict[str, list[Revision]] = {}

    async def what_if(self, alarm_id: str, change: DefinitionChange, since: datetime, until: datetime) -> WhatIf:
        """The scripted answer."""
        self.asked.append((alarm_id, change, since, until))
        pairs = self.pairs
        if self.hold:
            held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.waiting.append(held)
            await held
        if self.error is not None:
            raise self.error
        before = tuning_of(self._definitions[alarm_id])
        return WhatIf(
            alarm_id,
            since,
            until,
            before,
            change.applied(before),
            pairs,
            standing_of(_given(pair.before for pair in pairs), since, until),
            standing_of(_given(pair.after for pair in pairs), since, until),
            self.recorded,
            sum(pair.recorded is not None for pair in pairs),
            86_400,
            since,
        )

    async def revise(self, alarm_id: str, change: DefinitionChange, user: str, reason: str, station: str) -> Revision:
        """Keep it."""
        if self.error is not None:
            raise self.error
        definition = self._definitions[alarm_id]
        before = tuning_of(definition)
        number = len(self.stored.get(alarm_id, ())) + 1
        revision = Revision(
            alarm_id,
            number,
            self._clock.now(),
            user,
            station,
            reason,
            before,
            change.applied(before),
            basis_of(definition),
        )
        self.stored.setdefault(alarm_id, []).append(revision)
        return revision

    async def revisions(self, alarm_id: str) -> Sequence[Revision]:
        """What was kept, newest first."""
        return self.stored.get(alarm_id, [])[::-1]


def _given(raisings: Iterable[Raising | None]) -> list[Raising]:
    return [raising for raising in raisings if raising is not None]
