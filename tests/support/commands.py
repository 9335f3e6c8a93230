"""A gateway over a device that does what the test says; everything else is real."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from tests.support.fake_clock import FakeClock
from vmshmi.core.access import Person, Role
from vmshmi.core.commands import CommandReport, CommandRule
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.access import Claim
from vmshmi.runtime.commands import CommandGateway
from vmshmi.runtime.drivers.driver import MonitorSink, SampleSink
from vmshmi.runtime.storage.audit_log import AuditLog
from vmshmi.runtime.tag_store import TagStore

PUMP = TagId("pump.cmd")
RUN = TagId("pump.run")
SPEED = TagId("pump.speed")
READ_ONLY = TagId("pump.temp")
CHIEF = Claim("Chief", here=True)


class FakeDevice:
    """Counts what is written to it; `answer` says what becomes of it."""

    device_id = "plc"

    def __init__(self) -> None:
        self.wire: list[tuple[TagId, Scalar]] = []
        self.answer: Callable[[], Awaitable[None]] = self._take

    async def _take(self) -> None:
        """It takes everything at once."""

    async def start(self, sink: SampleSink) -> None:
        del sink

    async def stop(self) -> None:
        pass

    def status(self) -> DeviceStatus:
        return DeviceStatus("plc", "fake", DeviceState.ONLINE)

    async def write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        del deadline
        self.wire.append((tag_id, value))
        await self.answer()

    def monitor(self, sink: MonitorSink) -> Callable[[], None]:
        del sink
        return lambda: None

    async def probe(self) -> str:
        return ""


def raising(error: Exception) -> Callable[[], Awaitable[None]]:
    """An answer."""

    async def answer() -> None:
        raise error

    return answer


async def by_name(claim: Claim) -> Person:
    """Engineer and Viewer are what they are called, everybody else is an operator."""
    roles = {"Engineer": Role.ENGINEER, "Viewer": Role.VIEWER}
    return Person(claim.user, roles.get(claim.user, Role.OPERATOR))


class Bench:
    """A pump on a fake device."""

    def __init__(self, rule: CommandRule, audit: AuditLog, clock: FakeClock) -> None:
        self.clock = clock
        self.store = TagStore(clock)
        self.store.register_many(
            [
                TagDef(PUMP, "", "", TagKind.DIGITAL, device="plc", writable=True, command=rule),
                TagDef(RUN, "", "", TagKind.DIGITAL, device="plc", states=((0, "Stopped"), (1, "Running"))),
                TagDef(SPEED, "", "rpm", device="plc", writable=True, command=rule),
                TagDef(READ_ONLY, "", "C", device="plc"),
            ]
        )
        self.device = FakeDevice()
        self.audit = audit
        self.gateway = CommandGateway(
            self.store, {"plc": self.device}, by_name, audit, clock, {"ecr": True, "bridge": False}
        )

    def sample(self, tag_id: TagId, value: Scalar | None, quality: Quality = Quality.GOOD) -> None:
        """A sample a second after what was before it."""
        self.clock.advance(1.0)
        self.store.update(tag_id, TagValue(value, quality, self.clock.now(), value))

    def old_sample(self, tag_id: TagId, value: Scalar, age_s: float) -> None:
        """A sample that arrives now and is stamped before."""
        stamp = self.clock.now() - timedelta(seconds=age_s)
        self.store.update(tag_id, TagValue(value, Quality.GOOD, stamp, value))

    def write(self, value: Scalar, tag_id: TagId = PUMP, claim: Claim = CHIEF) -> "asyncio.Task[CommandReport]":
        """A command on its way."""
        return asyncio.get_running_loop().create_task(self.gateway.write(tag_id, value, claim, "ecr", "test"))

    async def taken(self) -> None:
        """Until the device has taken the command and its effect is waited for."""
        async with asyncio.timeout(10):
            while not self.gateway._effects._waiting:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0)

    async def kinds(self) -> list[str]:
        """What the audit log tells, oldest first."""
        entries = await self.audit.entries()
        return [f"{entry.kind.value} {entry.result}".strip() for entry in reversed(entries)]


@asynccontextmanager
async def a_bench(
    rule: CommandRule | None = None, audit: AuditLog | None = None, clock: FakeClock | None = None
) -> AsyncIterator[Bench]:
    """Started; stopped at the end."""
    bench = Bench(rule or CommandRule(), audit or AuditLog(None), clock or FakeClock())
    await bench.audit.start()
    await bench.gateway.start()
    try:
        yield bench
    finally:
        await bench.gateway.stop()
        await bench.audit.stop()
