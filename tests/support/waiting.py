"""Waiting for what another thread or process brings, with a deadline instead of a guess."""

import asyncio
from collections.abc import Callable


async def until(what: Callable[[], bool], seconds: float = 20.0, between: Callable[[], None] = lambda: None) -> None:
    """Return as soon as `what` holds; `between` is called each time it does not yet.

    Raises:
        TimeoutError: when it does not hold in time.
    """
    async with asyncio.timeout(seconds):
        while not what():
            between()
            await asyncio.sleep(0.01)
