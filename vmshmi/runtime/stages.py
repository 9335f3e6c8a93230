"""Parts that start in order and stop in reverse, each in its budget."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from vmshmi.core.errors import StartError

_log = logging.getLogger(__name__)

START_BUDGET_S = 60.0
"""Longest start of one stage; reading back a year's journal takes seconds."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One part.

    Attributes:
        name: for messages.
        start, stop: of the part; `stop` is called only after a `start` that succeeded.
        budget_s: longest stop.
    """

    name: str
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]
    budget_s: float


class Stages:
    """What runs, in the order in which it was started.

    Attributes:
        start_budget_s: longest start of one stage.
        running: stages that have started and were not stopped.
    """

    def __init__(self) -> None:
        self.start_budget_s = START_BUDGET_S
        self.running: list[Stage] = []

    async def start(self, stages: Sequence[Stage]) -> None:
        """Start every stage in order; when one fails, stop what runs and raise what it raised.

        Raises:
            StartError: a stage did not start within its budget.
        """
        for stage in stages:
            try:
                await self._start_one(stage)
            except BaseException:  # raised again, a cancelling too
                await self.stop()
                raise
            self.running.append(stage)

    async def _start_one(self, stage: Stage) -> None:
        try:
            async with asyncio.timeout(self.start_budget_s):
                await stage.start()
        except TimeoutError as error:
            raise StartError(
                f"{stage.name}: did not start within {self.start_budget_s:g} s; is its disk or its network hanging?"
            ) from error

    async def stop(self) -> None:
        """Stop in reverse order; a stage over its budget is named in the log and left behind. Again does nothing."""
        while self.running:
            stage = self.running.pop()
            try:
                async with asyncio.timeout(stage.budget_s):
                    await stage.stop()
            except TimeoutError:
                _log.error("%s did not stop within %g s", stage.name, stage.budget_s)
            except Exception:  # noqa: BLE001 - the stages below must still be stopped; the error is logged whole
                _log.exception("%s failed while stopping", stage.name)
