"""What has come in and was not asked for yet."""

import asyncio
from collections import deque

from vmshmi.core.clock import Clock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.listening.feed import Heard

_AT_ONCE = 256
"""So many chunks at once: the loop is free again after a few milliseconds."""


class Inbox:
    """Chunks of bytes between a transport that brings them and the one task that takes them. In the loop only.

    Args:
        clock: stamps.
        most: so many chunks may wait; what comes beyond is dropped and counted.
    """

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._waiting: deque[Heard[bytes]] = deque()
        self._lost: DeviceError | None = None
        self._news = asyncio.Event()
        self.received = 0
        """Bytes since it was made."""
        self.dropped = 0
        """Chunks that found no room."""

    def __len__(self) -> int:
        return len(self._waiting)

    def clear(self) -> None:
        """Begin anew, for a new connection; the counts go on."""
        self._waiting.clear()
        self._lost = None
        self._news.clear()

    def put(self, data: bytes) -> None:
        """Something has come."""
        self.received += len(data)
        if len(self._waiting) >= self._most:
            self.dropped += 1
            return
        self._waiting.append((self._clock.now(), data))
        self._news.set()

    def lose(self, error: DeviceError) -> None:
        """Nothing will come any more; only the first reason counts."""
        if self._lost is None:
            self._lost = error
            self._news.set()

    async def take(self) -> list[Heard[bytes]]:
        """What waits, in order and at most some hundred; waits for the first.

        Raises:
            DeviceError: when all is taken and nothing will come any more.
        """
        await self._news.wait()
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), _AT_ONCE))]
        if not taken and self._lost is not None:
            raise self._lost
        if not self._waiting and self._lost is None:
            self._news.clear()
        return taken
