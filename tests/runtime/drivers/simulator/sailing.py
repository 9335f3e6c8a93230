"""Sails the demo vessel in simulated time and keeps a simple log of her alarms."""

from dataclasses import dataclass, field
from functools import cache

from tests.support.fake_clock import FakeClock
from tests.support.sources import ROOT
from vmshmi.config.devices import SimulatorDevice, SimulatorSource
from vmshmi.config.loader import load_project
from vmshmi.config.project import Project
from vmshmi.core.alarms.conditions import Condition, compile_condition
from vmshmi.core.alarms.measures import Meter, meter_of
from vmshmi.core.alarms.model import AlarmDef
from vmshmi.core.devices import DeviceState
from vmshmi.core.expression import Expression, parse
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId, TagValue
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.simulator import SimulatorDriver
from vmshmi.runtime.supervision import device_tag


@cache
def aurora() -> Project:
    """The demo vessel's project, as far as it is the simulated ship: without the panel that takes commands."""
    project = load_project(ROOT / "resources" / "demo" / "aurora.vmsproj")
    devices = tuple(device for device in project.devices if device.id != "panel")
    tags = tuple(tag for tag in project.tags if tag.source is None or tag.source.device != "panel")
    return project.model_copy(update={"devices": devices, "tags": tags})


def tags_of(project: Project, device_id: str) -> dict[TagId, tuple[TagDef, SimulatorSource]]:
    """What a driver gets."""
    return {
        TagId(tag.id): (tag.to_definition(), tag.source)
        for tag in project.tags
        if isinstance(tag.source, SimulatorSource) and tag.source.device == device_id
    }


@dataclass(frozen=True)
class LogLine:
    """An alarm that was raised or went back to normal."""

    at_s: float
    alarm: str
    raised: bool


@dataclass
class _Watched:
    """One alarm in a few lines: enable, delay, hysteresis. It shares no code with the engine's timers."""

    definition: AlarmDef
    condition: Condition
    enable: Expression | None
    meter: Meter | None
    enabled_s: float | None = None
    true_s: float | None = None
    active: bool = False

    def judge(self, values: dict[TagId, TagValue], now_s: float) -> bool:
        """True when its state changed."""
        sample: TagValue | None = values[self.definition.tag]
        if self.meter is not None:
            for tag_id in self.definition.inputs:
                self.meter.take(tag_id, values[tag_id])
            sample = self.meter.reading()
        if self.enable is not None:
            held = self.enable.evaluate(lambda tag: _usable(values.get(tag)))
            self.enabled_s = None if not held else (now_s if self.enabled_s is None else self.enabled_s)
            waits = self.enabled_s is None or now_s - self.enabled_s < self.definition.enable_delay_s
            if waits:
                was, self.active, self.true_s = self.active, False, None
                return was
        verdict = None if sample is None else self.condition.judge(self.active, sample)
        if verdict is None:
            return False
        self.true_s = None if not verdict else (now_s if self.true_s is None else self.true_s)
        stands = self.true_s is not None and (self.active or now_s - self.true_s >= self.definition.delay_s)
        changed, self.active = stands != self.active, stands
        return changed


def _usable(sample: TagValue | None) -> Scalar | None:
    return None if sample is None else sample.value


@dataclass
class Sailing:
    """The demo vessel with all her simulated devices.

    Args:
        scenario: what goes wrong.
        seed: of the voyage.
        tick_s: of every device.
    """

    scenario: str = "normal"
    seed: int = 1
    tick_s: float = 0.5
    clock: FakeClock = field(default_factory=FakeClock)
    time_s: float = 0.0
    values: dict[TagId, TagValue] = field(default_factory=dict)
    log: list[LogLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        project = aurora()
        self._online: dict[TagId, TagValue] = {}
        context = DriverContext(self.clock)
        changes = {"scenario": self.scenario, "seed": self.seed, "tick_s": self.tick_s}
        self.drivers = {
            device.id: SimulatorDriver(device.model_copy(update=changes), tags_of(project, device.id), context)
            for device in project.devices
            if isinstance(device, SimulatorDevice)
        }
        self._alarms = [
            _Watched(
                definition,
                compile_condition(definition),
                parse(definition.enable_when) if definition.enable_when else None,
                meter_of(definition),
            )
            for definition in project.alarm_definitions()
        ]

    def sail(self, seconds: float) -> None:
        """Let this much simulated time pass."""
        end_s = self.time_s + seconds
        while self.time_s < end_s - 1e-9:
            self.clock.advance(self.tick_s)
            self.time_s += self.tick_s
            for driver in self.drivers.values():
                self.values.update(driver.tick_once())
                online = driver.status().state is DeviceState.ONLINE
                self._online[device_tag(driver.device_id)] = TagValue(online, Quality.GOOD, self.clock.now())
            known = {**self.values, **self._online}
            for alarm in self._alarms:
                if alarm.judge(known, self.time_s):
                    self.log.append(LogLine(self.time_s, alarm.definition.id, alarm.active))

    def raised(self) -> dict[str, float]:
        """When each alarm was raised for the first time, in seconds, in order."""
        first: dict[str, float] = {}
        for line in self.log:
            if line.raised:
                first.setdefault(line.alarm, line.at_s)
        return first
