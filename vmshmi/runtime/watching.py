"""Telling the screens: who watches, and calling them."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

P = TypeVar("P")


class Watching:
    """Ends a registration."""

    def __init__(self, end: Callable[["Watching"], object]) -> None:
        self._end = end

    def close(self) -> None:
        """End it; a second call does nothing."""
        self._end(self)


def deliver(callback: Callable[[P], None], payload: P) -> None:
    """Call a screen; its error is the loop's to tell and keeps nothing from the other screens."""
    try:
        callback(payload)
    except Exception as error:  # noqa: BLE001 - see above
        context = {"message": "a screen failed to take what changed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)
