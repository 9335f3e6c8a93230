"""What a page gets and what the window expects of it.

A page is a QWidget with `apply_theme(theme)`. It may also have `on_shown()` and `on_hidden()` (only the visible page
updates), `open_with(arguments)` for a target, for example `{"tag": "me_p.lo_press"}`, called before `on_shown`, and
`tick()`, called twice a second while it is in front, for ages and the like.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from vmshmi.config.project import Project, StationConfig
from vmshmi.core.alarms.model import AlarmRecord
from vmshmi.core.alarms.rules import AlarmRules, StationRights
from vmshmi.core.clock import Clock
from vmshmi.core.ports import RuntimePort
from vmshmi.ui.alarms.answers import Answers
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.alarms.marks import answered_elsewhere
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.commands.commanding import Commanding
from vmshmi.ui.shell.tag_drag import TagDrag
from vmshmi.ui.style.theme import Theme

Navigate = Callable[[str, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class PageContext:
    """Everything a page may use.

    Attributes:
        theme: at the time of building; later ones come through `apply_theme`.
        navigate: shows a page by its id, with arguments for its `open_with`.
        alarms: what stands now.
        flash: the phase for what is unanswered.
        answers: acts on alarms in the name of the person at this station.
        rules: what the ship decides about all its alarms.
        tasks: keeps coroutines started by a touch.
        commanding: commands machinery in the name of the person at this station.
        drag: takes tags from a widget that offers them to one that accepts them.
    """

    runtime: RuntimePort
    project: Project
    station: StationConfig
    theme: Theme
    clock: Clock
    navigate: Navigate
    alarms: AlarmFeed
    flash: FlashClock
    session: Session
    answers: Answers
    tasks: Tasks
    times: ShipTime
    rules: AlarmRules
    drag: TagDrag
    commanding: Commanding

    @property
    def rights(self) -> StationRights:
        """What may be done at this station."""
        return self.rules.rights(self.station.id)

    def station_name(self, station_id: str | None) -> str:
        """The name of a station for a person; its id where the project does not know it."""
        names = {station.id: station.name for station in self.project.stations}
        return names.get(station_id or "") or station_id or ""

    def answerable(self, record: AlarmRecord) -> bool:
        """False for what cannot be acknowledged at this station, whoever stands there."""
        return not answered_elsewhere(self.alarms.definition(record.id), record, self.rules, self.station.id)


PageFactory = Callable[[PageContext], QWidget]


@runtime_checkable
class Themed(Protocol):
    """Takes another palette."""

    def apply_theme(self, theme: Theme) -> None: ...


@runtime_checkable
class Shown(Protocol):
    """Wants to know when it comes to the front."""

    def on_shown(self) -> None: ...


@runtime_checkable
class Hidden(Protocol):
    """Wants to know when it goes away."""

    def on_hidden(self) -> None: ...


@runtime_checkable
class Ticking(Protocol):
    """Wants to be called twice a second while it is in front."""

    def tick(self) -> None: ...


@runtime_checkable
class Targeted(Protocol):
    """Can be opened at something."""

    def open_with(self, arguments: Mapping[str, str]) -> None: ...
