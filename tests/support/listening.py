"""Stand-ins for what is listened to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from vmshmi.core.clock import Clock
from vmshmi.runtime.drivers.listening.feed import EndOfLog


class ChunkFeed:
    """Gives its chunks one by one, then the end."""

    address = "chunks"

    def __init__(self, chunks: Iterable[bytes], clock: Clock) -> None:
        self.chunks = list(chunks)
        self._clock = clock
        self._rest: list[bytes] = []

    async def open(self) -> None:
        self._rest = list(self.chunks)

    async def receive(self) -> Sequence[tuple[datetime, bytes]]:
        if not self._rest:
            raise EndOfLog
        return [(self._clock.now(), self._rest.pop(0))]

    async def close(self) -> None:
        self._rest = []

    def counters(self) -> Mapping[str, int]:
        return {"bytes": 0}
