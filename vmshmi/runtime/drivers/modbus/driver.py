"""The Modbus driver: one device, its place on a line, one task that polls it."""

import asyncio
import logging
import math
import random
from collections.abc import Callable, Mapping
from datetime import datetime

from vmshmi.config.modbus_devices import ModbusDevice, ModbusSource
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.errors import DeviceError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.drivers.backoff import Backoff
from vmshmi.runtime.drivers.driver import (
    DriverContext,
    MonitorSink,
    SampleBatch,
    SampleSink,
    WriteFailed,
    WriteRefused,
    WriteUnknown,
)
from vmshmi.runtime.drivers.modbus.blocks import Surroundings
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.cycle import Outcome, PollCycle
from vmshmi.runtime.drivers.modbus.errors import (
    ILLEGAL_FUNCTION,
    DeviceException,
    LinkLost,
    NotConnected,
    NotSent,
)
from vmshmi.runtime.drivers.modbus.line import line_of
from vmshmi.runtime.drivers.modbus.plan import Binding, plan_blocks
from vmshmi.runtime.drivers.modbus.probing import probe_blocks
from vmshmi.runtime.drivers.modbus.wire import MASK_WRITE, Follow, Request
from vmshmi.runtime.drivers.modbus.write import write_request
from vmshmi.runtime.drivers.monitoring import Monitors

_log = logging.getLogger(__name__)


class ModbusDriver:
    """Polls one Modbus device at a fixed rate and reconnects by itself.

    The rate and the waits run on the loop's own clock, because they pace sockets; stamps come from the context's clock.

    Args:
        device: as configured.
        tags: definition and source of every tag of this device.
        context: clocks.
        chance: numbers from 0 to 1, for the waits between two tries to connect.

    Raises:
        ConfigurationError: naming every tag that can never be read as configured.
    """

    def __init__(
        self,
        device: ModbusDevice,
        tags: Mapping[TagId, tuple[TagDef, ModbusSource]],
        context: DriverContext,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._device = device
        self._clock = context.clock
        self._counters = Counters()
        self._line = line_of(device, context)
        self._bindings = {
            tag_id: Binding(definition, source, device.unit if source.unit is None else source.unit)
            for tag_id, (definition, source) in tags.items()
        }
        self._blocks = plan_blocks(self._bindings.values(), device.max_gap, device.max_registers)
        self._backoff = Backoff(device.backoff_max_s, chance)
        self._monitors = Monitors()
        around = Surroundings(
            self._ask,
            self._hand_on,
            self._clock,
            self._counters,
            lambda: Backoff(device.backoff_max_s, chance),
            self._monitors,
            self._line.silence,
        )
        self._cycle = PollCycle(self._blocks, around)
        self._sink: SampleSink | None = None
        self._stir = asyncio.Event()
        self._is_written = False
        self._task: asyncio.Task[None] | None = None
        self._state = DeviceState.STOPPED
        self._last_ok: datetime | None = None
        self._last_error = ""
        self._round_trip_ms: float | None = None
        self._lost_at: float | None = None

    @property
    def device_id(self) -> str:
        """The project's id of the device."""
        return self._device.id

    async def start(self, sink: SampleSink) -> None:
        """Begin to poll; returns at once, whether the device is there or not."""
        self._sink = sink
        self._state = DeviceState.CONNECTING
        self._line.join(self._device.id, self._stir.set)
        self._task = asyncio.create_task(self._run(), name=f"modbus:{self._device.id}")
        self._task.add_done_callback(self._on_task_done)

    async def stop(self) -> None:
        """Stop polling and close the connection; a second call does nothing."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        await self._line.leave(self._device.id)
        self._state = DeviceState.STOPPED

    def status(self) -> DeviceStatus:
        """A snapshot."""
        return DeviceStatus(
            id=self._device.id,
            driver=self._device.driver,
            state=self._state,
            address=self._address,
            tags=len(self._bindings),
            last_ok=self._last_ok,
            last_error=self._last_error,
            round_trip_ms=self._round_trip_ms,
            counters=self._counters.snapshot(self._line.counters),
        )

    async def write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        """Send a value, once, before what is to be read; then read it back at once.

        Raises:
            WriteRefused: nothing was sent.
            WriteFailed: the device answered that it has not taken it.
            WriteUnknown: sent, and no answer came, or one that leaves it open.
        """
        try:
            await self._write(tag_id, value, deadline)
        except WriteUnknown:
            self._counters.writes_unknown += 1
            raise
        except WriteRefused:
            self._counters.writes_refused += 1
            raise
        self._counters.writes += 1

    async def _write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        if self._state not in (DeviceState.ONLINE, DeviceState.DEGRADED):
            raise WriteRefused(f"{self.device_id} is {self._state.value}, nothing was sent")
        try:
            request = write_request(self._bindings[tag_id], value, multiple=self._device.write_multiple)
        except ValueError as error:
            raise WriteRefused(f"{tag_id}: {error}") from error
        device = self._device
        try:
            await self._line.ask(
                device.id, request, device.timeout_s, self._counters, lambda: self._clock.monotonic() < deadline
            )
        except (NotConnected, NotSent) as error:
            raise WriteRefused(f"{device.id}: {error}, nothing was sent") from error
        except DeviceException as error:
            self._read_soon(tag_id)
            if error.is_refusal:
                raise WriteFailed(f"{device.id} refused: {error}{_hint(request, error)}") from error
            raise WriteUnknown(f"{device.id}: {error}") from error
        except DeviceError as error:
            self._read_soon(tag_id)
            raise WriteUnknown(f"{device.id}: {error}") from error
        self._read_soon(tag_id)

    def _read_soon(self, tag_id: TagId) -> None:
        self._cycle.hurry(tag_id)
        self._is_written = True
        self._stir.set()

    def monitor(self, sink: MonitorSink) -> Callable[[], None]:
        """Tell every register that is read from now on, until the answer is called."""
        return self._monitors.add(sink)

    async def probe(self) -> str:
        """Read every block once between the running polls.

        Raises:
            DeviceError: with one line that says what failed.
        """
        guest, timeout_s = f"{self._device.id} (test)", self._device.timeout_s

        async def ask(request: Request) -> float:
            _, took_s = await self._line.ask(guest, request, timeout_s, Counters())
            return took_s

        self._line.join(guest, lambda: None)  # a test of a person is no event of the device
        try:
            if not self._blocks:
                await self._line.connect(timeout_s)
                return f"{self._address}: connected"
            return f"{self._address}: {await probe_blocks(self._blocks, ask)}"
        finally:
            await self._line.leave(guest)

    @property
    def _address(self) -> str:
        units = sorted({block.unit for block in self._blocks} or {self._device.unit})
        word = "unit" if len(units) == 1 else "units"
        return f"{self._line.address} {word} {', '.join(map(str, units))}"

    async def _run(self) -> None:
        while True:
            try:
                await self._poll_until_lost()
            except LinkLost as error:
                self._cycle.lose(error)
                self._on_lost(error)
            except DeviceError as error:  # it is there, but each of its tags is bad already, for a reason of its own
                self._on_lost(error)
            await asyncio.sleep(self._backoff.next_s())

    async def _poll_until_lost(self) -> None:
        """Poll at the fixed rate.

        Raises:
            DeviceError: when the device is gone or nothing of it can be read.
        """
        loop = asyncio.get_running_loop()
        async with self._line.silence.turn({block.unit for block in self._blocks}):
            due = loop.time()
            await self._poll()
        while True:
            if loop.time() >= due:  # a poll that reads back what was written comes between two
                due, left_out = next_poll(due, loop.time(), self._device.poll_s)
                self._counters.overruns += left_out
            await self._rest_until(due)
            await self._poll()

    async def _poll(self) -> None:
        self._is_written = False
        outcome = await self._cycle.run()
        if outcome.is_nothing_good:
            raise DeviceError(outcome.error, outcome.quality)
        self._on_poll(outcome)

    async def _rest_until(self, due: float) -> None:
        """Wait until the next poll is due or something was written; a broken connection is made again at once, once.

        Raises:
            DeviceError: when it cannot be made again.
        """
        loop = asyncio.get_running_loop()
        while (left_s := due - loop.time()) > 0 and not self._is_written:
            self._stir.clear()
            if not self._line.is_up:
                await self._line.connect(self._device.timeout_s)
                continue
            await _is_set_within(self._stir, left_s)

    async def _ask(self, request: Request, follow: Follow) -> bytes:
        """One request over the line, and what follows it."""

        def go_on(payload: bytes, took_s: float) -> Request | None:
            self._answered_in(took_s)
            return follow(payload)

        device = self._device
        payload, took_s = await self._line.ask(device.id, request, device.timeout_s, self._counters, follow=go_on)
        self._answered_in(took_s)
        return payload

    def _answered_in(self, seconds: float) -> None:
        self._round_trip_ms = seconds * 1000
        self._last_ok = self._clock.now()
        self._backoff.reset()

    def _hand_on(self, batch: SampleBatch) -> None:
        if self._sink is not None:
            self._sink(batch)

    def _on_poll(self, outcome: Outcome) -> None:
        before = self._state
        self._state = DeviceState.DEGRADED if outcome.failing else DeviceState.ONLINE
        if outcome.failing:
            self._last_error = outcome.error
        if self._lost_at is not None:
            away_s = self._clock.monotonic() - self._lost_at
            self._lost_at = None
            _log.warning("%s back after %.0f s", self._device.id, away_s)
        elif before is not self._state and before is DeviceState.DEGRADED:
            _log.warning("%s answers in full again", self._device.id)
        if before is not self._state and outcome.failing:
            _log.warning(
                "%s degraded: %d of %d blocks fail: %s",
                self._device.id,
                outcome.failing,
                outcome.blocks,
                outcome.error,
            )

    def _on_lost(self, error: DeviceError) -> None:
        self._line.give_up(self._device.id)
        self._state = DeviceState.BACKOFF
        self._last_error = str(error)
        self._cycle.wake()
        if self._lost_at is None:
            self._lost_at = self._clock.monotonic()
            _log.warning("%s lost: %s (%s)", self._device.id, error, self._address)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        self._state = DeviceState.FAULTED
        self._last_error = f"the driver itself failed: {error!r}"
        self._line.give_up(self._device.id)
        _log.critical("%s: %s", self._device.id, self._last_error, exc_info=error)
        self._cycle.lose(DeviceError(self._last_error))


def _hint(request: Request, error: DeviceException) -> str:
    if request.function == MASK_WRITE and error.code == ILLEGAL_FUNCTION:
        return "; it sets no single bits (function 22): command a coil, or the whole register as one tag"
    return ""


def next_poll(due: float, now: float, period_s: float) -> tuple[float, int]:
    """When the poll after one that was due at `due` is due, and how many are left out because that one took too long.

    Polls stay on the grid of the first one: no drift, and never two at once.
    """
    due += period_s
    if now <= due:
        return due, 0
    left_out = math.ceil((now - due) / period_s)
    return due + left_out * period_s, left_out


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
