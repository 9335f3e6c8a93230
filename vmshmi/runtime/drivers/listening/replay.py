"""The log of a bus as a device."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Generic, Literal

from vmshmi.config.bus_devices import ListeningDevice
from vmshmi.core.clock import Clock
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.listening.feed import EndOfLog, Heard, T

_CHUNK = 256
"""At most so many at once: the loop is free again after a few milliseconds."""
_FULL = 0.5
"""As fast as possible means as fast as history can keep it: beyond this fill of the queues a replay waits."""
_WAIT_S = 0.02
_TICK = timedelta(microseconds=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class ReplayFeed(Generic[T]):
    """Reads a log at the pace of its own times, or as fast as the rest of the program can follow.

    Args:
        file: for a person.
        read: opens the log anew and gives its entries in order; raises `NeedsPerson` when there is none to read. What
            it cannot read it leaves out and counts.
        clock: stamps; the pace is the loop's.
        speed: 1 is real time, 0 as fast as possible.
        loop: begin again at the end.
        timestamps: `now` stamps with the present time, `log` with the log's; never twice the same, because history
            keeps one row a tag and microsecond.
        fill: how full the fullest queue behind is, 0 to 1.
        counters: what `read` counts.
        note: what `read` found wrong with the log, in a few words.
    """

    def __init__(
        self,
        file: str,
        read: Callable[[], Iterable[Heard[T]]],
        clock: Clock,
        speed: float = 1.0,
        *,
        loop: bool = False,
        timestamps: Literal["now", "log"] = "now",
        fill: Callable[[], float] = lambda: 0.0,
        counters: Callable[[], Mapping[str, int]] = dict[str, int],
        note: Callable[[], str] = str,
    ) -> None:
        self._file = file
        self._read = read
        self._clock = clock
        self._speed = speed
        self._loop = loop
        self._own_times = timestamps == "log"
        self._fill = fill
        self._counters = counters
        self._note = note
        self._rest: Iterator[Heard[T]] = iter(())
        self._next: Heard[T] | None = None
        self._started = 0.0
        self._first = self._last = self._told = _NEVER
        self._replayed = 0
        self._rounds = 0

    @classmethod
    def of(
        cls,
        device: ListeningDevice,
        read: Callable[[], Iterable[Heard[T]]],
        context: DriverContext,
        counters: Callable[[], Mapping[str, int]],
        note: Callable[[], str] = str,
    ) -> "ReplayFeed[T]":
        """The replay that a device of interface `logfile` asks for; `read`, `counters` and `note` as above."""
        return cls(
            device.file,
            read,
            context.clock,
            device.speed,
            loop=device.loop,
            timestamps=device.timestamps,
            fill=context.fill,
            counters=counters,
            note=note,
        )

    @property
    def address(self) -> str:
        """The name of the log and how far it is."""
        return f"{PurePath(self._file).name} ({self._replayed:,} replayed)"

    async def open(self) -> None:
        """Begin at the beginning; raises as `read`."""
        # opening and the first entry touch the disk
        self._rest, self._next = await asyncio.to_thread(self._begin)
        self._started = asyncio.get_running_loop().time()
        self._first = _NEVER if self._next is None else self._next[0]

    def _begin(self) -> tuple[Iterator[Heard[T]], Heard[T] | None]:
        rest = iter(self._read())
        return rest, next(rest, None)

    async def receive(self) -> Sequence[Heard[T]]:
        """The entries that are due; waits for the next one.

        Raises:
            EndOfLog: after the last one.
        """
        if self._next is None and self._loop:
            self._rounds += 1
            await self.open()
        if self._next is None:
            raise EndOfLog(self._note())
        while self._fill() > _FULL:  # noqa: ASYNC110 - nothing tells when a queue has emptied
            await asyncio.sleep(_WAIT_S)
        taken = await self._due() if self._speed else self._chunk()
        self._replayed += len(taken)
        return self._apart(taken) if self._own_times else self._stamped(taken)

    async def close(self) -> None:
        """Close the log."""
        self._rest = iter(())
        self._next = None

    def counters(self) -> Mapping[str, int]:
        """What was replayed, and what the reader counts."""
        return {"replayed": self._replayed, "rounds": self._rounds, **self._counters()}

    def _chunk(self) -> list[Heard[T]]:
        first = self._next
        if first is None:
            return []
        taken = [first, *itertools.islice(self._rest, _CHUNK - 1)]
        self._next = next(self._rest, None)
        return taken

    async def _due(self) -> list[Heard[T]]:
        """All that is due now."""
        taken: list[Heard[T]] = []
        now = asyncio.get_running_loop().time
        while self._next is not None and len(taken) < _CHUNK:
            wait_s = self._started + self._after_s(self._next[0]) - now()
            if wait_s > 0:
                if taken:
                    break
                await asyncio.sleep(wait_s)
            taken.append(self._next)
            self._next = next(self._rest, None)
        return taken

    def _after_s(self, stamp: datetime) -> float:
        return (stamp - self._first).total_seconds() / self._speed

    def _stamped(self, taken: list[Heard[T]]) -> list[Heard[T]]:
        """With the present time."""
        last = max(self._last, self._clock.now() - _TICK)
        stamped: list[Heard[T]] = []
        for _, payload in taken:
            last += _TICK
            stamped.append((last, payload))
        self._last = last
        return stamped

    def _apart(self, taken: list[Heard[T]]) -> list[Heard[T]]:
        """With the log's own times; many logs tell only seconds, and entries of one second must not fall together."""
        stamped: list[Heard[T]] = []
        for stamp, payload in taken:
            # a time that goes back is the log's own: it is late data
            self._last = self._last + _TICK if self._told <= stamp <= self._last else stamp
            self._told = stamp
            stamped.append((self._last, payload))
        return stamped
