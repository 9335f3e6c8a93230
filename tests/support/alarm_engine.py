"""A real engine on a real journal, with a clock moved by hand."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmDef, AlarmTransition
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.storage.alarm_journal import AlarmJournal


class EngineRig:
    """An engine at work and everything it has told."""

    def __init__(
        self,
        definitions: Iterable[AlarmDef],
        path: Path | None,
        clock: FakeClock,
        retry_s: float,
        rules: AlarmRules | None = None,
    ) -> None:
        self.clock = clock
        self.journal = AlarmJournal(path, clock, retry_s=retry_s)
        self.engine = AlarmEngine(definitions, clock, self.journal, rules)
        self.told: list[AlarmTransition] = []
        self.engine.subscribe(self.told.extend)

    def sample(self, tag: str, value: Scalar | None, quality: Quality = Quality.GOOD) -> tuple[TagId, TagValue]:
        return TagId(tag), TagValue(value, quality, self.clock.now(), value)

    async def feed(self, *samples: tuple[TagId, TagValue]) -> list[str]:
        """Give one batch; what is told of it, as `kind id`."""
        self.engine.on_samples(samples)
        return await self.news()

    async def oil(self, *values: Scalar | None) -> list[str]:
        """Port ME lube oil pressure, one batch a value."""
        for value in values:
            self.engine.on_samples([self.sample("me_p.lo_press", value)])
        return await self.news()

    async def wait(self, seconds: float) -> list[str]:
        """Let time pass and the engine look at it."""
        self.clock.advance(seconds)
        self.engine.tick()
        return await self.news()

    async def news(self) -> list[str]:
        """What was told since it was last asked."""
        await self.engine.announced()
        told, self.told[:] = list(self.told), []
        return words(told)


def words(transitions: Sequence[AlarmTransition]) -> list[str]:
    """`kind id`, or the kind alone for the runtime's own rows."""
    return [f"{t.kind.value} {t.record.id}".strip() for t in transitions]


@asynccontextmanager
async def running(
    *definitions: AlarmDef,
    path: Path | None = None,
    clock: FakeClock | None = None,
    retry_s: float = 0.02,
    rules: AlarmRules | None = None,
) -> AsyncIterator[EngineRig]:
    """An engine from its start to its stop."""
    rig = EngineRig(definitions, path, clock or FakeClock(), retry_s, rules)
    await rig.engine.start()
    try:
        yield rig
    finally:
        await rig.engine.stop()
