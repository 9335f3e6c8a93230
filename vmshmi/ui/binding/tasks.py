"""Coroutines started from a touch: each is kept, named, and ends with its window."""

import asyncio
from collections.abc import Coroutine


class Tasks:
    """Owns the tasks of a window. An error that nobody expected goes to the loop's exception handler, never nowhere."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[object, object, None], name: str) -> None:
        """Start it in the running loop.

        Raises:
            RuntimeError: if no loop runs.
        """
        loop = asyncio.get_running_loop()
        task = loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            context = {"message": f"task {task.get_name()} ended with an error", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)

    def close(self) -> None:
        """Cancel what still runs."""
        for task in tuple(self._tasks):
            task.cancel()

    async def drain(self) -> None:
        """Wait until nothing runs any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
