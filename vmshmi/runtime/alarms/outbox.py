"""Durable before announced: what happens in one turn of the loop is one transaction, told when that is durable."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from vmshmi.core.alarms.model import AlarmTransition
from vmshmi.core.clock import Clock
from vmshmi.runtime.storage.alarm_journal import AlarmJournal

ANNOUNCE_WITHIN_S = 0.8
"""A journal that is not durable by then no longer holds an alarm back: the system fails to the alarm condition."""


class _Parcel:
    """What happened in one turn."""

    __slots__ = ("durable", "handed_over", "transitions", "waiting")

    def __init__(self) -> None:
        self.transitions: list[AlarmTransition] = []
        self.waiting: list[asyncio.Future[None]] = []
        self.handed_over = 0.0
        self.durable = False


class Outbox:
    """Between the alarm engine, its journal and its listeners. Belongs to the runtime's loop.

    Args:
        journal: makes rows durable.
        clock: measures how long the journal takes.
        announce: told of every transition, in order.
    """

    def __init__(
        self, journal: AlarmJournal, clock: Clock, announce: Callable[[Sequence[AlarmTransition]], None]
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._announce = announce
        self._open: _Parcel | None = None
        self._on_the_way: deque[_Parcel] = deque()

    def put(self, transitions: Sequence[AlarmTransition]) -> None:
        """Add to what happened in this turn."""
        self._parcel().transitions.extend(transitions)

    async def announced(self) -> None:
        """Return when all that was put so far has been announced."""
        if self._open is None and not self._on_the_way:
            return
        parcel = self._open or self._on_the_way[-1]
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        parcel.waiting.append(told)
        await told

    def check(self) -> None:
        """Announce what the journal has held back for too long; every scan."""
        if not self._on_the_way:
            return
        late = self._clock.monotonic() - self._on_the_way[0].handed_over >= ANNOUNCE_WITHIN_S
        if late or self._journal.error is not None:
            self._release(whether_durable=True)

    def close(self) -> None:
        """Announce what is left: the journal is closed, nobody must wait for it any more."""
        self._release(whether_durable=True)

    def _parcel(self) -> _Parcel:
        if self._open is None:
            self._open = _Parcel()
            asyncio.get_running_loop().call_soon(self._hand_over)
        return self._open

    def _hand_over(self) -> None:
        parcel, self._open = self._open, None
        if parcel is None:
            return
        parcel.handed_over = self._clock.monotonic()
        self._on_the_way.append(parcel)

        def durable() -> None:
            parcel.durable = True
            self._release()

        self._journal.append(parcel.transitions, durable)
        self.check()

    def _release(self, whether_durable: bool = False) -> None:
        while self._on_the_way and (whether_durable or self._on_the_way[0].durable):
            parcel = self._on_the_way.popleft()
            self._announce(parcel.transitions)
            for told in parcel.waiting:
                if not told.done():
                    told.set_result(None)
