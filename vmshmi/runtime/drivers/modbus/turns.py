"""Whose turn it is on a line."""

import asyncio
from collections import deque


class Turns:
    """One at a time, first come first served; what is urgent comes before all that is not.

    Who polls waits for one request at a time, so of several devices each has its turn after every other, and one that
    does not answer costs the others one time-out a round and no more.
    """

    def __init__(self) -> None:
        self.is_taken = False
        """Somebody has the line."""
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def is_wanted(self) -> bool:
        """True while somebody waits."""
        return any(not one.done() for queue in (self._urgent, self._waiting) for one in queue)

    async def take(self, *, urgent: bool = False) -> None:
        """Wait until the line is one's own; whoever has it must `give` it back, whatever happens."""
        if not self.is_taken:
            self.is_taken = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._waiting).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.give()  # it was handed over in the very moment of giving up
            raise

    def give(self) -> None:
        """Hand the line to the next."""
        for queue in (self._urgent, self._waiting):
            while queue:
                next_one = queue.popleft()
                if not next_one.done():
                    next_one.set_result(None)
                    return
        self.is_taken = False
