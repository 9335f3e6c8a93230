"""An event loop in which nobody waits: when nothing is ready its time jumps to the next timer."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _JumpingSelector(selectors.DefaultSelector):
    """Looks once whether something is ready; otherwise the time passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:  # no timer: a thread or a socket must bring the next thing
            return super().select(None)
        ready = super().select(0)
        if not ready:
            self.jumped_s += max(0.0, timeout)
        return ready


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return 1000.0 + self._jumping.jumped_s


def run_jumping(what: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end without waiting; `loop.time()` tells how long it would have taken."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        return runner.run(what)
