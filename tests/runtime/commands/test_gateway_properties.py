"""Whatever the order in which people, disk, device, samples and time come: the gateway keeps its promises."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.commands import PUMP, RUN, SPEED, Bench, FakeDevice
from tests.support.fake_clock import FakeClock
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.commands import CommandOutcome, CommandReport, CommandRule, Permissive
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.access import Claim
from vmshmi.runtime.drivers.driver import WriteFailed, WriteRefused, WriteUnknown

TIMEOUT_S, DEADLINE_S = 5.0, 2.0
FEEDBACK = {0: (0,), 1: (1, 2)}
RULES = {
    "read back": CommandRule(timeout_s=TIMEOUT_S, deadline_s=DEADLINE_S),
    "feedback": CommandRule(
        timeout_s=TIMEOUT_S, deadline_s=DEADLINE_S, feedback_tag=RUN, feedback=tuple(FEEDBACK.items())
    ),
    "selected": CommandRule(timeout_s=TIMEOUT_S, deadline_s=DEADLINE_S, select_first=True),
    "permissive": CommandRule(timeout_s=TIMEOUT_S, deadline_s=DEADLINE_S, permissive=Permissive(f"{RUN} == 0")),
}
ERRORS = {
    "refused": (WriteRefused, CommandOutcome.REFUSED),
    "failed": (WriteFailed, CommandOutcome.FAILED),
    "unknown": (WriteUnknown, CommandOutcome.UNKNOWN),
    "defect": (RuntimeError, CommandOutcome.UNKNOWN),
}


class SlowDisk:
    """An audit log whose disk writes when the test lets it."""

    def __init__(self) -> None:
        self.durable: list[AuditEntry] = []
        self.left: tuple[AuditEntry, ...] = ()
        self._owed: list[AuditEntry] = []
        self.waiting: list[tuple[tuple[AuditEntry, ...], asyncio.Future[None]]] = []

    async def append(self, *entries: AuditEntry) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((entries, future))
        await future

    async def owe(self, *entries: AuditEntry) -> None:
        with contextlib.suppress(StorageError):
            await self.append(*entries)

    def stop(self) -> None:
        """What is owed is written at the end, as the log does."""
        self.durable += self._owed
        self._owed.clear()

    def turn(self, *, fails: bool) -> None:
        """One write is done; one that nobody waits for any more was not begun, as in the log's thread."""
        entries, future = self.waiting.pop(0)
        if future.cancelled():
            return
        if not fails:
            self.durable += [*self._owed, *entries]
            self._owed.clear()
            future.set_result(None)
        else:
            if not any(entry.kind is AuditKind.INTENT for entry in entries):
                self._owed += entries
            future.set_exception(StorageError("disk is full"))


class Device(FakeDevice):
    """Keeps each write open until the test says what becomes of it."""

    def __init__(self, audit: SlowDisk, clock: FakeClock) -> None:
        super().__init__()
        self.open: dict[TagId, asyncio.Future[None]] = {}
        self.copies: list[str] = []
        self.permitted: Callable[[], bool] = lambda: True
        self._audit = audit
        self._clock = clock

    async def write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        assert self._clock.monotonic() < deadline, "sent after its deadline"
        asked = [entry for entry in self._audit.durable if entry.kind is AuditKind.INTENT and entry.tag == tag_id]
        assert asked, "the audit intent is not durable before the wire"
        assert asked[-1].new == value
        assert asked[-1].command not in self.copies, "more than one copy on the wire"
        self.copies.append(asked[-1].command)
        assert tag_id not in self.open, "two at a time"
        assert self.permitted(), "sent without permission"
        future = self.open[tag_id] = asyncio.get_running_loop().create_future()
        try:
            await future
        finally:
            self.open.pop(tag_id, None)


class Sent:
    """What the test knows of a command whose effect is waited for."""

    def __init__(self, command: str, value: Scalar, watched: TagId, taken_at: datetime, until: float) -> None:
        self.command = command
        self.watched = watched
        self.value = value
        self.taken_at = taken_at
        self.until = until
        self.seen: Scalar | None = None


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time is the test's."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        super().__init__()

    def time(self) -> float:
        return self.clock.monotonic()


class Commanding(RuleBasedStateMachine):
    """People, a disk, a device, samples and time, in any order."""

    @initialize(rule=st.sampled_from(sorted(RULES)))
    def begin(self, rule: str) -> None:
        """A started gateway."""
        self.clock = FakeClock()
        self.loop = VirtualLoop(self.clock)
        self.disk = SlowDisk()
        self.rule = RULES[rule]
        self.calls: list[asyncio.Task[CommandReport]] = []
        self.sent: dict[TagId, Sent] = {}
        self.expected: dict[str, CommandOutcome] = {}
        self.watched: dict[TagId, TagId] = {}

        async def build() -> Bench:
            bench = Bench(self.rule, self.disk, self.clock)  # type: ignore[arg-type]
            bench.device = Device(self.disk, self.clock)
            bench.gateway._drivers = {"plc": bench.device}
            await bench.gateway.start()
            return bench

        self.bench = self.loop.run_until_complete(build())
        self.device: Device = self.bench.device  # type: ignore[assignment]
        for tag_id in (PUMP, SPEED, RUN):
            self.bench.sample(tag_id, 0)
        if self.rule.permissive is not None:
            self.device.permitted = lambda: (run := self.bench.store.get(RUN)).value == 0 and run.quality.is_good

    def teardown(self) -> None:
        """Stop: every command ends, in exactly one way."""
        if not hasattr(self, "bench"):
            return
        try:
            stopping = self.loop.create_task(self.bench.gateway.stop())
            self.settle()
            while self.disk.waiting:
                self.disk.turn(fails=False)
                self.settle()
            assert stopping.done()
            self.disk.stop()
            self.finish()
        finally:
            self.loop.close()

    def finish(self) -> None:
        """What must hold at the end."""
        ends = [entry for entry in self.disk.durable if entry.kind is AuditKind.ENDED]
        assert len({entry.command for entry in ends}) == len(ends), "a command ended twice"
        intents = {entry.command for entry in self.disk.durable if entry.kind is AuditKind.INTENT}
        assert intents <= {entry.command for entry in ends}, "a command has no outcome"
        results = {entry.command: entry.result for entry in ends}
        for command, outcome in self.expected.items():
            assert results[command] == outcome.value
        for sent in self.sent.values():
            assert results[sent.command] == CommandOutcome.UNKNOWN.value, "stopped before its effect was seen"
        for call in self.calls:
            assert call.done()
            if not call.cancelled():
                report = call.result()
                assert results[report.command.id] == report.outcome.value
                was_sent = report.command.id in self.device.copies
                assert was_sent or report.outcome is CommandOutcome.REFUSED
        for entry in ends:
            if entry.result == CommandOutcome.CONFIRMED.value:
                assert self.expected.get(entry.command) is CommandOutcome.CONFIRMED

    def settle(self) -> None:
        """Let the loop do all that it can do now."""
        for _ in range(25):
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()

    def run(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = self.loop.create_task(work)
        self.settle()
        return task

    @rule(
        tag_id=st.sampled_from([PUMP, SPEED]),
        value=st.sampled_from([0, 1]),
        user=st.sampled_from(["Chief", "Second", "Viewer"]),
    )
    def write(self, tag_id: TagId, value: int, user: str) -> None:
        """Somebody commands."""
        run, claim = self.bench.store.get(RUN), Claim(user, here=True)
        if tag_id not in self.bench.gateway._busy:
            shown = run.quality.is_good and run.value in FEEDBACK[value]
            self.watched[tag_id] = RUN if self.rule.feedback_tag and not shown else tag_id
        self.calls.append(self.run(self.bench.gateway.write(tag_id, value, claim, "ecr")))

    @rule(tag_id=st.sampled_from([PUMP, SPEED]), how_far=st.integers(0, 2), meanwhile=st.integers(0, 4))
    def begin_one(self, tag_id: TagId, how_far: int, meanwhile: int) -> None:
        """The usual course: selected, commanded, written down, on the wire, taken; or only a part of it.

        Sometimes the disk is slow, or the permission ends meanwhile.
        """
        if self.rule.select_first:
            self.select(tag_id, "Chief")
        self.write(tag_id, 1, "Chief")
        if meanwhile == 1:
            self.pass_time(2.0)
        elif meanwhile == 2:
            self.sample(RUN, 1, Quality.GOOD, -0.001)
        while how_far and self.disk.waiting:
            self.disk_turns(False)
        if how_far == 2 and tag_id in self.device.open:
            self.take(tag_id)

    @rule(tag_id=st.sampled_from([PUMP, SPEED]), user=st.sampled_from(["Chief", "Second"]))
    def select(self, tag_id: TagId, user: str) -> None:
        """Somebody selects."""

        async def work() -> None:
            with contextlib.suppress(CommandRefused):
                await self.bench.gateway.select(tag_id, Claim(user, here=True), "ecr")

        self.run(work())

    @precondition(lambda self: any(not call.done() for call in self.calls))
    @rule(data=st.data())
    def go_away(self, data: st.DataObject) -> None:
        """A caller does not wait any more."""
        data.draw(st.sampled_from([call for call in self.calls if not call.done()])).cancel()
        self.settle()

    @precondition(lambda self: self.disk.waiting)
    @rule(fails=st.sampled_from([False, False, False, True]))
    def disk_turns(self, fails: bool) -> None:
        """The disk has written, or cannot."""
        self.disk.turn(fails=fails)
        self.settle()

    @precondition(lambda self: self.device.open)
    @rule(data=st.data())
    def device_takes(self, data: st.DataObject) -> None:
        """The device has taken a command."""
        self.take(data.draw(st.sampled_from(sorted(self.device.open))))

    def take(self, tag_id: TagId) -> None:
        """The device has taken the command to this tag."""
        asked = self.asked(tag_id)
        assert asked.new is not None
        self.device.open[tag_id].set_result(None)
        until = self.clock.monotonic() + TIMEOUT_S
        self.sent[tag_id] = Sent(asked.command, asked.new, self.watched[tag_id], self.clock.now(), until)
        self.settle()

    @precondition(lambda self: self.device.open)
    @rule(data=st.data(), error=st.sampled_from(sorted(ERRORS)))
    def device_errs(self, data: st.DataObject, error: str) -> None:
        """The device, or its driver, says no, or nothing."""
        tag_id = data.draw(st.sampled_from(sorted(self.device.open)))
        kind, outcome = ERRORS[error]
        self.expected[self.asked(tag_id).command] = outcome
        self.device.open[tag_id].set_exception(kind(error))
        self.settle()

    @rule(
        tag_id=st.sampled_from([PUMP, SPEED, RUN]),
        value=st.sampled_from([0, 1, 1, 2]),
        quality=st.sampled_from([Quality.GOOD] * 2 + [Quality.UNCERTAIN, Quality.BAD_NO_COMMUNICATION]),
        age_s=st.sampled_from([-0.001, -0.001, 0.0, 3600.0]),
    )
    def sample(self, tag_id: TagId, value: int, quality: Quality, age_s: float) -> None:
        """A value arrives: new, stamped this very moment, or an hour ago."""
        if age_s < 0:
            self.pass_time(-age_s)
            age_s = 0.0
        stamp = self.clock.now() - timedelta(seconds=age_s)
        self.bench.store.update(tag_id, TagValue(value, quality, stamp, value))
        self.settle()
        for commanded, sent in list(self.sent.items()):
            if sent.watched != tag_id or stamp <= sent.taken_at:
                continue
            sent.seen = value if quality.is_good else None
            if sent.seen is not None and sent.seen in self.effects(commanded, sent):
                self.expected[sent.command] = CommandOutcome.CONFIRMED
                del self.sent[commanded]

    @rule(seconds=st.sampled_from([0.5, 1.0, 2.0, 5.0, 10.0, 40.0]))
    def pass_time(self, seconds: float) -> None:
        """Time passes."""
        open_before = {tag_id: self.asked(tag_id).command for tag_id in self.device.open}
        self.clock.advance(seconds)
        self.settle()
        for tag_id in open_before.keys() - self.device.open.keys():
            self.expected[open_before[tag_id]] = CommandOutcome.UNKNOWN  # the driver did not say in time
        for commanded, sent in list(self.sent.items()):
            if self.clock.monotonic() >= sent.until:
                late = CommandOutcome.UNKNOWN if sent.seen is None else CommandOutcome.TIMED_OUT
                self.expected[sent.command] = late
                del self.sent[commanded]

    @invariant()
    def nothing_is_confirmed_that_was_not_seen(self) -> None:
        """As long as it runs."""
        for call in self.calls if hasattr(self, "calls") else ():
            if call.done() and not call.cancelled() and call.result().outcome is CommandOutcome.CONFIRMED:
                assert self.expected[call.result().command.id] is CommandOutcome.CONFIRMED

    def effects(self, commanded: TagId, sent: Sent) -> tuple[Scalar, ...]:
        """What the watched tag must show."""
        return (sent.value,) if sent.watched == commanded else FEEDBACK[sent.value]  # type: ignore[index]

    def asked(self, tag_id: TagId) -> AuditEntry:
        """The last intent to command this tag."""
        return [e for e in self.disk.durable if e.kind is AuditKind.INTENT and e.tag == tag_id][-1]


TestCommanding = Commanding.TestCase
TestCommanding.settings = settings(max_examples=100, stateful_step_count=40)
