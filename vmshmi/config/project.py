"""The project file: one ship, its devices, tags, alarms, pages and stations."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from pydantic import Field

from vmshmi.config.alarms import AlarmConfig, AlarmSystemConfig
from vmshmi.config.base import ConfigModel, Identifier, PositiveSeconds
from vmshmi.config.commands import CommandConfig, CommandedTag, UserConfig
from vmshmi.config.devices import Device, Source
from vmshmi.config.history import HistoryConfig, RecordConfig
from vmshmi.config.pages import PageConfig
from vmshmi.config.templates import TemplateUse
from vmshmi.config.trends import TrendConfig
from vmshmi.core.access import Role
from vmshmi.core.alarms.model import AlarmDef, Priority
from vmshmi.core.alarms.rules import AlarmRules, StationRights
from vmshmi.core.alarms.sensors import sensor_alarms
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef, TagKind, default_recording
from vmshmi.core.values import Scalar, TagId


class VesselConfig(ConfigModel):
    """The ship."""

    name: str = Field(min_length=1)
    imo: str = ""
    time_zone: str = ""
    """IANA name of the ship's time, for example `Europe/Madrid`; empty takes the workstation's."""


class TagConfig(ConfigModel):
    """One tag."""

    id: Identifier
    description: str = ""
    unit: str = ""
    kind: TagKind = TagKind.ANALOG
    group: str = ""
    range_normal_min: float | None = None
    range_normal_max: float | None = None
    normal_when: str = ""
    """Expression in which the normal range means something, for example `dg1.state == 2`; empty is always."""
    range_min: float | None = None
    """Lowest value the sensor can say; below it the value is uncertain."""
    range_max: float | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    states: dict[int, str] = Field(default_factory=dict)
    """Text of each number of an enum or digital tag."""
    stale_after_s: PositiveSeconds | None = None
    initial: Scalar | None = None
    """Value before the first sample; without a source it stays."""
    source: Source | None = None
    writable: bool = False
    command: CommandConfig | None = None
    """How a writable tag is commanded; left out, with the defaults."""
    record: RecordConfig | None = None
    """Which samples become history; otherwise as its group says, or every change."""

    def to_definition(self, of_group: RecordConfig | None = None) -> TagDef:
        """The definition the rest of the program works with; `of_group` is how its group is recorded."""
        record = self.record or of_group
        commanded = CommandedTag(self.kind, self.range_min, self.range_max, self.source)
        return TagDef(
            id=TagId(self.id),
            description=self.description,
            unit=self.unit,
            kind=self.kind,
            group=self.group,
            device=self.source.device if self.source else "",
            normal_min=self.range_normal_min,
            normal_max=self.range_normal_max,
            range_min=self.range_min,
            range_max=self.range_max,
            decimals=self.decimals,
            states=tuple(sorted(self.states.items())),
            stale_after_s=self.stale_after_s,
            writable=self.writable,
            normal_when=self.normal_when,
            recording=default_recording(self.kind) if record is None else record.to_rule(),
            command=(self.command or CommandConfig()).to_rule(commanded) if self.writable else None,
        )


class StationConfig(ConfigModel):
    """A place with a screen."""

    id: Identifier
    name: str = ""
    user: str = ""
    """Who stands here when nobody has said otherwise."""
    profile: Literal["engine", "bridge"] = "engine"
    """`bridge`: alarms of category C are only silenced and followed here, and nothing is acknowledged in bulk."""
    banner: Literal["modal", "non_modal"] = "modal"
    """`modal` takes the input of the page beneath; the bridge wants `non_modal`."""
    acknowledge_visible: bool = False
    """One action may acknowledge all that is on the screen; not on the bridge."""
    sound_volume: float = Field(default=1.0, ge=0, le=1)
    """Of full scale; emergency alarms and alarms sound with 0.6 at least, whatever is set."""
    warning_sound_repeat_s: float = Field(default=60.0, ge=1, le=300)
    """After how long an unanswered warning is heard again."""
    commands: bool = True
    """Machinery may be commanded from here."""
    logout_min: float = Field(default=10.0, ge=0, le=480)
    """A login ends when nobody has touched the screen for so many minutes; 0 is never."""


class Project(ConfigModel):
    """A `.vmsproj` file."""

    vmsproj: Literal[1]
    vessel: VesselConfig
    templates: tuple[TemplateUse, ...] = ()
    """Kinds of devices that are used here; a loaded project has none left: their devices, tags and alarms are in it."""
    devices: tuple[Device, ...] = ()
    tags: tuple[TagConfig, ...] = ()
    alarms: tuple[AlarmConfig, ...] = ()
    alarm_system: AlarmSystemConfig = AlarmSystemConfig()
    history: HistoryConfig = HistoryConfig()
    pages: tuple[PageConfig, ...] = ()
    trends: tuple[TrendConfig, ...] = ()
    stations: tuple[StationConfig, ...] = ()
    users: tuple[UserConfig, ...] = ()
    """Who can be chosen at a station: names, or names with a role."""

    @property
    def user_names(self) -> tuple[str, ...]:
        """Who can be chosen at a station."""
        return tuple(user.name for user in self.users)

    def role_of(self, user: str) -> Role:
        """What somebody may do by name alone. Without any role in the file everybody is an operator."""
        known = next((listed.role for listed in self.users if listed.name == user), None)
        names_roles = any(listed.role is not Role.OPERATOR for listed in self.users)
        return known or (Role.VIEWER if names_roles else Role.OPERATOR)

    def tag_definitions(self) -> tuple[TagDef, ...]:
        """Every tag's definition, in the order of the file."""
        return tuple(tag.to_definition(self.history.record.get(tag.group)) for tag in self.tags)

    def alarm_definitions(self) -> tuple[AlarmDef, ...]:
        """The alarms of the file in its order, each with its tag's group if it has none, then those on lost sensors."""
        groups = {tag.id: tag.group for tag in self.tags}
        escalate_s = self.alarm_system.escalate_warnings_s or None
        written = tuple(alarm.to_definition(groups.get(alarm.tag, ""), escalate_s) for alarm in self.alarms)
        return written + sensor_alarms(written, self.tag_definitions(), escalate_s)

    def escalating(self, own: Iterable[AlarmDef]) -> tuple[AlarmDef, ...]:
        """The program's own alarms, with the ship's time after which an unanswered warning becomes an alarm."""
        escalate_s = self.alarm_system.escalate_warnings_s or None
        return tuple(
            replace(definition, escalate_s=escalate_s)
            if definition.priority is Priority.WARNING and definition.escalate_s is None
            else definition
            for definition in own
        )

    def alarm_rules(self) -> AlarmRules:
        """What the ship decides about all its alarms, and what each station may do."""
        system = self.alarm_system
        return AlarmRules(
            silence_s=system.silence_s,
            max_shelve_minutes=system.max_shelve_minutes,
            repeat_more_than=system.repeat_more_than,
            repeat_window_s=system.repeat_window_s,
            flood_start=system.flood_start,
            flood_end=system.flood_end,
            flood_window_s=system.flood_window_s,
            stations={
                station.id: StationRights(station.profile == "bridge", station.acknowledge_visible)
                for station in self.stations
            },
        )

    def station(self, station_id: str) -> StationConfig:
        """The station of this id; without an id the project's first, and `local` with the defaults when it has none.

        Raises:
            ConfigurationError: if the project has stations and none of this id.
        """
        if not self.stations:
            return StationConfig(id=station_id or "local", name=station_id or "local")
        if not station_id:
            return self.stations[0]
        found = next((s for s in self.stations if s.id == station_id), None)
        if found is None:
            known = ", ".join(s.id for s in self.stations)
            raise ConfigurationError(f"--station {station_id}: the project has no such station; it has {known}")
        return found
