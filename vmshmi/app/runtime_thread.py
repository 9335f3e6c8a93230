"""A runtime in a thread of its own, so that a stalled screen never delays an alarm."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")


class LoopThread:
    """A plain asyncio loop in its own thread.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the thread and wait until its loop runs."""
        self._thread.start()
        self._ready.wait()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, once started."""
        assert self._loop is not None, "the thread has not been started"
        return self._loop

    def submit(self, work: Coroutine[object, object, _T]) -> "Future[_T]":
        """Run a coroutine there. Any thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    async def run(self, work: Coroutine[object, object, _T]) -> _T:
        """Run a coroutine there and await it here."""
        return await asyncio.wrap_future(self.submit(work))

    def close(self, budget_s: float = 5.0) -> bool:
        """End the loop and the thread; False when it did not end in time."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(budget_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            self._loop.call_soon(self._ready.set)
            self._loop.run_forever()
