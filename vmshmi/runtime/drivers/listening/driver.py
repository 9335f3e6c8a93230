"""The driver around a feed and a decoder: opens, listens, notices silence, opens again."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Generic

from vmshmi.config.bus_devices import ListeningDevice
from vmshmi.core.devices import DeviceState, DeviceStatus
from vmshmi.core.errors import DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.drivers.backoff import Backoff
from vmshmi.runtime.drivers.driver import DriverContext, MonitorSink, SampleSink, WriteRefused
from vmshmi.runtime.drivers.listening.feed import Decoder, EndOfLog, Feed, Heard, NeedsPerson, T
from vmshmi.runtime.drivers.monitoring import Monitors

_log = logging.getLogger(__name__)
_ENDED_AGAIN = 3
"""After the end of a log its last values are told so many times within the time in which they would go stale."""
_TICK = timedelta(microseconds=1)


class ListeningDriver(Generic[T]):
    """One device that is listened to.

    A device that says nothing for `silent_after_s` is lost, even where the connection stands: a bus may be unplugged.
    At the end of a log the last values stay, as uncertain: they are the last that was known.

    Args:
        device: as configured.
        driver: its name in the project file.
        tag_ids: all its tags.
        feed: where it is heard.
        decoder: what it says.
        context: clocks and how full the queues are.
        problems: tags that can never be read as configured, and why; they are bad, the others go on.
        complaint: what is wrong with all that is heard of late; empty when nothing is.
        chance: numbers from 0 to 1, for the waits between two tries to connect.
    """

    def __init__(
        self,
        device: ListeningDevice,
        driver: str,
        tag_ids: Sequence[TagId],
        feed: Feed[T],
        decoder: Decoder[T],
        context: DriverContext,
        problems: Mapping[TagId, str] | None = None,
        *,
        complaint: Callable[[], str] = str,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._device = device
        self._driver = driver
        self._tag_ids = tuple(tag_ids)
        self._feed = feed
        self._decoder = decoder
        self._clock = context.clock
        self._problems = dict(problems or {})
        self._own_times = device.timestamps == "log"
        self._complaint = complaint
        self._backoff = Backoff(device.backoff_max_s, chance)
        self._sink: SampleSink = lambda batch: None
        self._monitors = Monitors()
        self._task: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self._state = DeviceState.STOPPED
        self._last_ok: datetime | None = None
        self._last_error = ""
        self._lost_at: float | None = None
        self._latest: dict[TagId, TagValue] = {}
        self._counters = dict.fromkeys(
            ("connects", "connect_failures", "disconnects", "silences", "heard", "samples"), 0
        )

    @property
    def device_id(self) -> str:
        """The project's id of the device."""
        return self._device.id

    async def start(self, sink: SampleSink) -> None:
        """Begin to listen; returns at once, whether anything is heard or not."""
        self._sink = sink
        self._state = DeviceState.CONNECTING
        if self._problems:
            now = self._clock.now()
            bad = TagValue(None, Quality.BAD_CONFIGURATION_ERROR, now)
            self._sink([(tag_id, bad) for tag_id in self._problems])
            for tag_id, problem in self._problems.items():
                _log.error("%s: tag %s cannot be read: %s", self._device.id, tag_id, problem)
        self._task = asyncio.create_task(self._run(), name=f"{self._driver}:{self._device.id}")
        self._task.add_done_callback(self._on_task_done)

    async def stop(self) -> None:
        """Stop listening and close; a second call does nothing."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        await self._feed.close()
        self._state = DeviceState.STOPPED

    def status(self) -> DeviceStatus:
        """A snapshot."""
        state, error = self._state, self._last_error
        if state is DeviceState.ONLINE and (complaint := self._complaint()):
            state, error = DeviceState.DEGRADED, complaint
        elif self._problems and state in (DeviceState.ONLINE, DeviceState.STOPPED):
            tag_id, problem = next(iter(self._problems.items()))
            more = f" (and {len(self._problems) - 1} more)" if len(self._problems) > 1 else ""
            error = f"{error + '; ' if error else ''}tag {tag_id}: {problem}{more}"
            state = DeviceState.DEGRADED if state is DeviceState.ONLINE else state
        return DeviceStatus(
            id=self._device.id,
            driver=self._driver,
            state=state,
            address=self._feed.address,
            tags=len(self._tag_ids),
            last_ok=self._last_ok,
            last_error=error,
            counters=tuple({**self._counters, **self._feed.counters(), **self._decoder.counters()}.items()),
        )

    async def write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        """Refused: it is only listened to."""
        raise WriteRefused(f"{self._device.id} is only listened to, nothing is ever sent to it")

    def monitor(self, sink: MonitorSink) -> Callable[[], None]:
        """Tell all that is heard from now on, until the answer is called."""
        return self._monitors.add(sink)

    async def probe(self) -> str:
        """Wait for the next thing that is heard; opens the connection where the driver does not run.

        Raises:
            DeviceError: with one line that says what failed.
        """
        patience_s = self._device.silent_after_s
        own = self._task is None
        try:
            if own:
                await self._feed.open()
            async with asyncio.timeout(patience_s):
                count = len(await self._feed.receive()) if own else await self._next_heard()
        except TimeoutError:
            raise DeviceError(self._last_error or f"nothing heard within {patience_s:g} s") from None
        except EndOfLog:
            raise DeviceError("nothing in the log can be read") from None
        finally:
            if own:
                await self._feed.close()
        return f"{self._feed.address}: {count} heard"

    async def _next_heard(self) -> int:
        before = self._counters["heard"]
        self._heard.clear()
        await self._heard.wait()
        return self._counters["heard"] - before

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except EndOfLog as end:
                await self._feed.close()
                await self._stay_at_the_end(str(end))
            except NeedsPerson as error:
                await self._on_lost(error, DeviceState.FAULTED)
                return
            except DeviceError as error:
                await self._on_lost(error, DeviceState.BACKOFF)
            await asyncio.sleep(self._backoff.next_s())

    async def _listen(self) -> None:
        """Open and hand on what is heard.

        Raises:
            DeviceError: when it is lost.
            EndOfLog: after the last of a log.
        """
        try:
            await self._feed.open()
        except DeviceError:
            self._counters["connect_failures"] += 1
            raise
        self._counters["connects"] += 1
        loop = asyncio.get_running_loop()
        heard_at = loop.time()
        while True:
            # a gap in a log is a gap, and what was read of it must not be read again
            deadline = None if self._device.file else heard_at + self._device.silent_after_s
            try:
                async with asyncio.timeout_at(deadline):
                    heard = await self._feed.receive()
            except TimeoutError:
                self._counters["silences"] += 1
                raise DeviceError(f"nothing heard for {self._device.silent_after_s:g} s") from None
            except DeviceError:
                self._counters["disconnects"] += 1
                raise
            if heard:
                heard_at = loop.time()
                self._take(heard)
            await asyncio.sleep(0)  # a replay as fast as possible has always something more

    def _take(self, heard: Sequence[Heard[T]]) -> None:
        if self._monitors:
            self._monitors.tell(list(self._decoder.describe(heard)))
        batch = self._decoder.decode(heard)
        self._counters["heard"] += len(heard)
        self._counters["samples"] += len(batch)
        if batch:
            self._latest.update(batch)
            self._sink(batch)
        self._last_ok = self._clock.now()
        self._heard.set()
        if self._state is not DeviceState.ONLINE:
            self._on_back()

    def _on_back(self) -> None:
        self._state = DeviceState.ONLINE
        self._last_error = ""
        self._backoff.reset()
        if self._lost_at is not None:
            _log.warning("%s back after %.0f s", self._device.id, self._clock.monotonic() - self._lost_at)
            self._lost_at = None

    async def _on_lost(self, error: DeviceError, state: DeviceState) -> None:
        await self._feed.close()
        self._state = state
        self._last_error = str(error)
        if self._lost_at is None:
            self._lost_at = self._clock.monotonic()
            _log.warning("%s lost: %s (%s)", self._device.id, error, self._feed.address)
            bad = TagValue(None, error.quality, self._clock.now())
            lost = [tag_id for tag_id in self._tag_ids if tag_id not in self._problems]
            self._latest.clear()
            self._sink([(tag_id, bad) for tag_id in lost])

    async def _stay_at_the_end(self, note: str) -> None:
        """Hold the last values as such until the driver is stopped."""
        self._state = DeviceState.STOPPED
        self._last_error = f"the log is at its end; {note}" if note else "the log is at its end"
        uncertain = Quality.UNCERTAIN_LAST_USABLE_VALUE
        while True:
            held = [(tag_id, value) for tag_id, value in self._latest.items() if value.value is not None]
            now = self._clock.now()
            self._latest = {
                # a log's own times end with the log: a row of today would draw a line from there to here
                tag_id: replace(value, quality=uncertain, timestamp=value.timestamp + _TICK if self._own_times else now)
                for tag_id, value in held
            }
            self._sink(list(self._latest.items()))
            await asyncio.sleep(self._device.stale_after_s / _ENDED_AGAIN)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is None:
            return
        error = task.exception()
        self._state = DeviceState.FAULTED
        self._last_error = f"the driver itself failed: {error!r}"
        _log.critical("%s: %s", self._device.id, self._last_error, exc_info=error)
        bad = TagValue(None, Quality.BAD_DEVICE_FAILURE, self._clock.now())
        self._sink([(tag_id, bad) for tag_id in self._tag_ids])
