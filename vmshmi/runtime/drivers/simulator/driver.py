"""The driver of a device that needs no hardware."""

import asyncio
import difflib
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from random import Random

from vmshmi.config.devices import SimulatorDevice, SimulatorSource
from vmshmi.core.devices import DeviceState, DeviceStatus, MonitorLine
from vmshmi.core.errors import ConfigurationError, DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.drivers.driver import (
    DriverContext,
    MonitorSink,
    SampleBatch,
    SampleSink,
    WriteFailed,
    WriteRefused,
)
from vmshmi.runtime.drivers.monitoring import Monitors
from vmshmi.runtime.drivers.simulator.grid import Grid
from vmshmi.runtime.drivers.simulator.instruments import Instruments
from vmshmi.runtime.drivers.simulator.orders import OrderRefused
from vmshmi.runtime.drivers.simulator.plant.workboat import Workboat
from vmshmi.runtime.drivers.simulator.scenarios import find_scenario
from vmshmi.runtime.drivers.simulator.script import Script
from vmshmi.runtime.drivers.simulator.signals import SignalsModel
from vmshmi.runtime.drivers.simulator.world import World

_log = logging.getLogger(__name__)


class SimulatorDriver:
    """Feeds the tags of one simulated device, `tick_s` apart.

    Devices of the model `workboat` with the same scenario, seed and time factor share one ship through the context.

    Args:
        device: how fast, which model, what goes wrong.
        tags: definition and source of every tag this device feeds.
        context: clock, and where the shared ship is kept.

    Raises:
        ConfigurationError: for an unknown scenario or one that the model cannot play, and for tags the ship has not.
    """

    def __init__(
        self,
        device: SimulatorDevice,
        tags: Mapping[TagId, tuple[TagDef, SimulatorSource]],
        context: DriverContext,
    ) -> None:
        self._device = device
        self._clock = context.clock
        self._tags = frozenset(tags)
        self._world = _world_of(device, tags, context)
        self._instruments = Instruments(
            [definition for definition, _ in tags.values()], self._world, Random(f"{device.seed} {device.id}")
        )
        self._sink: SampleSink | None = None
        self._task: asyncio.Task[None] | None = None
        self._state = DeviceState.STOPPED
        self._last_ok: datetime | None = None
        self._last_error = ""
        self._monitors = Monitors()
        self._definitions = {tag_id: definition for tag_id, (definition, _) in tags.items()}
        self._ticks = 0
        self._counts = dict.fromkeys(("requests", "responses", "timeouts", "samples", "overruns"), 0)

    @property
    def device_id(self) -> str:
        """The project's id of the device."""
        return self._device.id

    async def start(self, sink: SampleSink) -> None:
        """Begin with a first batch at once; a second call does nothing."""
        if self._task is not None:
            return
        self._sink = sink
        self._state = DeviceState.CONNECTING
        self._deliver()
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"simulator {self._device.id}")
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """End; a second call does nothing."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._sink = None
        self._state = DeviceState.STOPPED

    def status(self) -> DeviceStatus:
        """A snapshot."""
        return DeviceStatus(
            id=self._device.id,
            driver=self._device.driver,
            state=self._state,
            address=f"simulated {self._device.model}, scenario {self._device.scenario}",
            tags=len(self._tags),
            last_ok=self._last_ok,
            last_error=self._last_error,
            counters=tuple(self._counts.items()),
        )

    async def write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        """Order something of the simulated world; what comes of it shows in its tags.

        Raises:
            WriteRefused: while it is silent, after the deadline, for a text.
            WriteFailed: when the world does not do that, or not now.
        """
        if self._state is not DeviceState.ONLINE:
            raise WriteRefused(f"{self.device_id} is {self._state.value}, nothing was sent")
        if self._clock.monotonic() >= deadline:
            raise WriteRefused(f"{self.device_id}: too late, nothing was sent")
        if isinstance(value, str):
            raise WriteRefused(f"{tag_id}: the simulator takes numbers, not {value!r}")
        try:
            self._world.model.order(tag_id, float(value))
        except OrderRefused as error:
            raise WriteFailed(f"{self.device_id} refused: {error}") from error

    def monitor(self, sink: MonitorSink) -> Callable[[], None]:
        """Tell every reading and the truth behind it from now on, until the answer is called."""
        return self._monitors.add(sink)

    async def probe(self) -> str:
        """Say that the simulation runs.

        Raises:
            DeviceError: while the scenario keeps the device silent.
        """
        reason = self._world.model.faults.silence(self._tags)
        if reason is not None:
            raise DeviceError(reason)
        return f"simulated {self._device.model} answers, {len(self._tags)} tags"

    def tick_once(self) -> SampleBatch:
        """Let one tick of the world pass and deliver what the instruments say; returns the same."""
        self._ticks += 1
        self._world.advance_to(self._ticks * self._device.tick_s * self._device.time_factor)
        return self._deliver()

    async def _run(self) -> None:
        """Tick at a fixed rate; what was missed is counted, not made up for."""
        grid = Grid(self._clock.monotonic(), self._device.tick_s)
        while True:
            await asyncio.sleep(grid.wait_s(self._clock.monotonic()))
            self._counts["overruns"] = grid.missed
            self.tick_once()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A simulation that ended by an error of ours is a device that needs a person."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.critical("task %s died", task.get_name(), exc_info=error)
            self._state = DeviceState.FAULTED
            self._last_error = f"the simulation ended by an error: {error!r}"

    def _deliver(self) -> SampleBatch:
        self._counts["requests"] += 1
        now = self._clock.now()
        reason = self._world.model.faults.silence(self._tags)
        batch = self._silence(now, reason) if reason is not None else self._speak(now)
        self._counts["samples"] += len(batch)
        if self._sink is not None and batch:
            self._sink(batch)
        if self._monitors:
            self._monitors.tell([self._line(tag_id, sample) for tag_id, sample in batch])
        return batch

    def _line(self, tag_id: TagId, sample: TagValue) -> MonitorLine:
        """The truth is what a wire would carry."""
        truth = self._world.model.values[tag_id]
        said = sample.quality.reason if sample.value is None else f"{sample.value} {self._definitions[tag_id].unit}"
        return MonitorLine(sample.timestamp, tag_id, f"{truth:.6g}", said.rstrip())

    def _speak(self, now: datetime) -> SampleBatch:
        if self._state is DeviceState.BACKOFF:
            _log.info("device %s is back", self._device.id)
        self._state = DeviceState.ONLINE
        self._last_ok = now
        self._counts["responses"] += 1
        return self._instruments.sample(now)

    def _silence(self, now: datetime, reason: str) -> SampleBatch:
        """The first tick without an answer makes the tags bad; those after it have nothing to add."""
        self._counts["timeouts"] += 1
        if self._state is DeviceState.BACKOFF:
            return []
        _log.warning("device %s lost: %s", self._device.id, reason)
        self._state = DeviceState.BACKOFF
        self._last_error = reason
        gone = TagValue(None, Quality.BAD_NO_COMMUNICATION, now)
        return [(tag_id, gone) for tag_id in sorted(self._tags)]


def _world_of(
    device: SimulatorDevice, tags: Mapping[TagId, tuple[TagDef, SimulatorSource]], context: DriverContext
) -> World:
    """The world this device looks at: its own for signals, the common ship for the workboat."""
    try:
        scenario = find_scenario(device.scenario)
    except ConfigurationError as error:
        raise ConfigurationError(*(f"device {device.id}: {problem}" for problem in error.problems)) from error
    step_s = device.tick_s * device.time_factor
    if device.model == "signals":
        if scenario.steps:
            raise ConfigurationError(
                f"device {device.id}: scenario: {scenario.name!r} needs the model 'workboat'; "
                "the model 'signals' has no machinery that could fail"
            )
        return World(SignalsModel(tags.values(), device.seed), step_s)
    key = f"simulator: workboat, scenario {scenario.name}, seed {device.seed}, time factor {device.time_factor:g}"
    world = context.shared.get(key)
    if not isinstance(world, World):
        ship = Workboat(device.seed)
        world = World(ship, step_s, Script(scenario.steps, ship).play)
        context.shared[key] = world
    _check_tags(device, tags, world.model.values)
    return world


def _check_tags(device: SimulatorDevice, tags: Iterable[TagId], known: Mapping[TagId, float]) -> None:
    """Refuse tags the ship does not have, all at once."""
    problems: list[str] = []
    for tag in tags:
        if tag not in known:
            near = difflib.get_close_matches(tag, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            problems.append(f"tag {tag}: the workboat of device {device.id} has no such tag{hint}")
    if problems:
        raise ConfigurationError(*problems)
