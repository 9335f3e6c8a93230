"""The runtime of the demo vessel, or of another simulated one, moved by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.fake_clock import FakeClock
from tests.support.sources import ROOT
from vmshmi.config.devices import SimulatorDevice, SimulatorSource
from vmshmi.config.loader import load_project
from vmshmi.config.project import Project
from vmshmi.core.alarms.model import AlarmTransition, TransitionKind
from vmshmi.core.health import HistorianStats
from vmshmi.core.values import TagId
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.simulator import SimulatorDriver
from vmshmi.runtime.drivers.simulator.faults import BrokenWire, FaultBoard
from vmshmi.runtime.drivers.simulator.world import World
from vmshmi.runtime.staleness import StalenessMonitor
from vmshmi.runtime.storage.alarm_journal import AlarmJournal
from vmshmi.runtime.supervision import Observed, Supervision, system_alarms, system_tags
from vmshmi.runtime.tag_store import TagStore

STEP_S = 0.25
"""Between two looks of the supervision; the devices speak at every second one."""


def the_demo(scenario: str = "normal") -> Project:
    """The demo vessel with this story."""
    project = load_project(ROOT / "resources" / "demo" / "aurora.vmsproj")
    devices = [
        device if device.id == "panel" else device.model_copy(update={"scenario": scenario})
        for device in project.devices
    ]
    return project.model_copy(update={"devices": tuple(devices)})


class AtSea:
    """A ship whose time passes only when she is told to sail.

    Attributes:
        told: every transition and the second at which it was told.
        late: tags that are not heard before this second.
    """

    def __init__(self, project: Project, path: Path | None = None) -> None:
        self.late: dict[TagId, float] = {}
        self.clock = FakeClock()
        self.time_s = 0.0
        self.told: list[tuple[float, AlarmTransition]] = []
        device_ids = [device.id for device in project.devices]
        definitions = [*project.tag_definitions(), *system_tags(device_ids)]
        self.store = TagStore(self.clock)
        self.store.register_many(definitions)
        self.engine = AlarmEngine(
            [*project.alarm_definitions(), *system_alarms(device_ids)],
            self.clock,
            AlarmJournal(path, self.clock),
            project.alarm_rules(),
        )
        self.store.add_listener(self.engine.on_samples)
        self.engine.subscribe(lambda batch: self.told.extend((self.time_s, transition) for transition in batch))
        self._context = DriverContext(self.clock)
        self.drivers: list[SimulatorDriver] = []
        for device in project.devices:
            assert isinstance(device, SimulatorDevice)
            tags = {
                TagId(tag.id): (tag.to_definition(), tag.source)
                for tag in project.tags
                if isinstance(tag.source, SimulatorSource) and tag.source.device == device.id
            }
            self.drivers.append(SimulatorDriver(device, tags, self._context))
        self._sinks = {
            driver.device_id: self.store.claim(
                driver.device_id, [tag.id for tag in definitions if tag.device == driver.device_id]
            )
            for driver in self.drivers
        }
        stale_after_s = {device.id: device.stale_after_s for device in project.devices}
        self._staleness = StalenessMonitor(self.store, definitions, stale_after_s, self.clock)
        observed = Observed(
            lambda: [driver.status() for driver in self.drivers],
            lambda: HistorianStats(state="running"),
            lambda: None,
            None,
        )
        self._supervision = Supervision(self.store, observed, stale_after_s, self.clock)

    @property
    def faults(self) -> FaultBoard:
        """What is wrong with the instruments of the workboat."""
        (world,) = [thing for thing in self._context.shared.values() if isinstance(thing, World)]
        return world.model.faults

    def break_wire(self, tag: str) -> None:
        """Let the instrument of a tag say nothing any more."""
        self.faults.add(BrokenWire(TagId(tag)))

    async def sail(self, seconds: float) -> None:
        """Let this much time pass."""
        end_s = self.time_s + seconds
        while self.time_s < end_s - 1e-9:
            self.clock.advance(STEP_S)
            self.time_s += STEP_S
            if self.time_s % (2 * STEP_S) == 0:
                for driver in self.drivers:
                    batch = driver.tick_once()
                    self._sinks[driver.device_id](
                        [sample for sample in batch if self.time_s >= self.late.get(sample[0], 0.0)]
                    )
            self._supervision.observe()
            self._staleness.scan()
            self.engine.tick()
            await self.engine.announced()

    def raised(self) -> dict[str, float]:
        """When each alarm was raised for the first time, in seconds, in order."""
        first: dict[str, float] = {}
        for at_s, transition in self.told:
            if transition.kind is TransitionKind.RAISED:
                first.setdefault(transition.record.id, at_s)
        return first


@asynccontextmanager
async def at_sea(project: Project, path: Path | None = None) -> AsyncIterator[AtSea]:
    """A ship from her departure to her arrival."""
    ship = AtSea(project, path)
    await ship.engine.start()
    try:
        yield ship
    finally:
        await ship.engine.stop()
