"""Units that do not answer: all of them together may not keep a line from those that do."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager

from vmshmi.runtime.drivers.modbus.turns import Turns

_SHARE = 5
"""Asking the silent takes one part in so many of the line's time at the most."""
_TOGETHER_S = 5.0
"""Units that fall silent within so many seconds have the same reason: a cable, a fuse."""


class Silence:
    """What a line knows of who answers on it.

    As long as somebody answers, the silent are asked one at a time, and after each time-out not again before four times
    as long has passed. Where nobody answers nothing is lost by asking.
    """

    def __init__(self) -> None:
        self._turns = Turns()
        self._heard: set[int] = set()
        self._answering: set[int] = set()
        self._silent: set[int] = set()
        self._fell_at: dict[int, float] = {}
        self._closed_until = 0.0

    def answered(self, unit: int) -> None:
        """This unit has answered, whatever."""
        self._heard.add(unit)
        self._answering.add(unit)
        self._silent.discard(unit)

    def kept_silent(self, unit: int, took_s: float) -> None:
        """This unit has cost so many seconds and said nothing."""
        now = _now()
        if unit in self._answering:
            self._answering.discard(unit)
            self._fell_at[unit] = now
        self._silent.add(unit)
        self._closed_until = now + (_SHARE - 1) * took_s

    def forget(self) -> None:
        """There is a new connection: nobody has answered on it."""
        self._answering.clear()

    def is_believed(self, unit: int) -> bool:
        """True when one silence is enough: others answer, and this unit never did or another fell silent with it."""
        if not self._answering:
            return False
        if unit not in self._heard:
            return True
        since = _now() - _TOGETHER_S
        return any(at > since for other, at in self._fell_at.items() if other != unit)

    def may_ask(self, unit: int) -> bool:
        """False for a silent unit when it would now be at the cost of those that answer."""
        return self._wait_s((unit,)) <= 0

    @asynccontextmanager
    async def turn(self, units: Collection[int]) -> AsyncGenerator[None]:
        """Inside, a device of nothing but silent units may ask; any other at once. First come, first served."""
        if not units or not self._silent.issuperset(units):
            yield
            return
        await self._turns.take()
        try:
            while (wait_s := self._wait_s(units)) > 0:  # noqa: ASYNC110 - only time says when, and it may be moved on
                await asyncio.sleep(wait_s)
            yield
        finally:
            self._turns.give()

    def _wait_s(self, units: Collection[int]) -> float:
        if not self._answering or not self._silent.issuperset(units):
            return 0.0
        return self._closed_until - _now()


def _now() -> float:
    return asyncio.get_running_loop().time()
