"""A mimic page alone, over the in-memory runtime: what it paints can be counted and looked at."""

from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF
from PySide6.QtGui import QColor, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.fake_clock import FakeClock
from tests.support.ui_history import ScriptedHistory
from tests.support.ui_runtime import FakeRuntime
from tests.support.ui_window import RESOURCES
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.clock import Clock
from vmshmi.ui.alarms.answers import Answers
from vmshmi.ui.alarms.feed import AlarmFeed
from vmshmi.ui.alarms.flash import FlashClock
from vmshmi.ui.binding.session import Session
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.binding.tasks import Tasks
from vmshmi.ui.commands.commanding import Commanding
from vmshmi.ui.pages.mimic import MimicPage
from vmshmi.ui.shell.page import PageContext
from vmshmi.ui.shell.tag_drag import TagDrag
from vmshmi.ui.style.application import prepare_application
from vmshmi.ui.style.theme import load_themes


def a_mimic_ship() -> Project:
    """Four tags, two of them with alarms, on one page of 800 by 400."""
    normal = {"range_normal_min": 3.5, "range_normal_max": 6.5}
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora"},
            "tags": [
                {"id": "press", "unit": "bar", **normal, "normal_when": "state == 2", "decimals": 2},
                {"id": "temp", "unit": "°C", "decimals": 1},
                {"id": "bilge", "kind": "digital", "range_normal_min": 0, "range_normal_max": 0},
                {"id": "state", "kind": "enum", "states": {"0": "Stopped", "2": "Running"}},
            ],
            "alarms": [
                {
                    "id": "press.low",
                    "tag": "press",
                    "operator": "<",
                    "limit": 2.5,
                    "priority": "alarm",
                    "message": "Low",
                },
                {"id": "bilge.high", "tag": "bilge", "operator": "==", "limit": 1, "priority": "warning"},
            ],
            "pages": [
                {
                    "id": "main",
                    "title": "Main",
                    "width": 800,
                    "height": 400,
                    "elements": [
                        {"type": "panel", "x": 0, "y": 0, "w": 800, "h": 400, "title": "Engine"},
                        {"type": "bar", "x": 20, "y": 40, "w": 200, "h": 48, "tag": "press", "label": "Pressure"},
                        {
                            "type": "readout",
                            "x": 20,
                            "y": 120,
                            "w": 120,
                            "h": 52,
                            "tag": "temp",
                            "label": "Temperature",
                        },
                        {"type": "lamp", "x": 20, "y": 200, "w": 100, "h": 24, "tag": "bilge", "label": "Bilge"},
                        {"type": "engine", "x": 500, "y": 40, "w": 180, "h": 120, "label": "ME", "state_tag": "state"},
                    ],
                }
            ],
        }
    )


class _Painting(QObject):
    """Remembers what was asked to be painted."""

    def __init__(self) -> None:
        super().__init__()
        self.regions: list[QRegion] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if isinstance(event, QPaintEvent):
            self.regions.append(QRegion(event.region()))
        return False


class _NoTasks(Tasks):
    """For tests without a loop: nothing is asked, nothing is answered."""

    def spawn(self, work: Coroutine[object, object, None], name: str) -> None:
        del name
        work.close()


@dataclass
class MimicStage:
    """A page with everything behind it."""

    page: MimicPage
    runtime: FakeRuntime
    clock: FakeClock
    context: PageContext
    painting: _Painting
    navigated: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])

    def rest(self) -> None:
        """Let everything be painted, and enough time pass that nothing waits."""
        QApplication.processEvents()
        self.clock.advance(1.0)
        self.painting.regions.clear()

    def box(self, tag: str) -> QRectF:
        """Where the element stands that shows this tag first."""
        return next(item.box for item in self.page.canvas.items if item.tags[:1] == (tag,))

    def count(self, tag: str, colour: QColor) -> int:
        """Pixels of exactly this colour on the element of a tag."""
        image = self.page.canvas.grab(self.box(tag).toAlignedRect()).toImage()
        places = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return sum(image.pixelColor(x, y).rgb() == colour.rgb() for x, y in places)

    def middle(self, tag: str) -> QPointF:
        """The middle of the element of a tag."""
        return self.box(tag).center()


@contextmanager
def a_mimic(
    project: Project | None = None,
    page: int = 0,
    size: tuple[int, int] = (800, 400),
    clock: Clock | None = None,
    history: ScriptedHistory | None = None,
) -> Iterator[MimicStage]:
    """Show a page of a project and take it down afterwards; without a clock, time stands until the test moves it."""
    ship = project or a_mimic_ship()
    hands = FakeClock()
    moving = clock or hands
    runtime = FakeRuntime(ship, moving)
    if history is not None:
        runtime.history = history  # type: ignore[assignment]
    running = QApplication.instance()
    assert isinstance(running, QApplication)
    prepare_application(RESOURCES)
    feed, session, tasks = (
        AlarmFeed(runtime.alarms),
        Session(ship.station(""), ship.user_names),
        Tasks() if history is not None else _NoTasks(),
    )
    navigated: list[tuple[str, dict[str, str]]] = []

    def navigate(page_id: str, arguments: Mapping[str, str]) -> None:
        navigated.append((page_id, dict(arguments)))

    theme = load_themes(RESOURCES / "palettes" / "openbridge.json")["day"]
    home = QWidget()
    context = PageContext(
        runtime=runtime,
        project=ship,
        station=ship.station(""),
        theme=theme,
        clock=moving,
        navigate=navigate,
        alarms=feed,
        flash=FlashClock(moving),
        session=session,
        answers=Answers(runtime.alarms, session, tasks),
        tasks=tasks,
        times=ShipTime(""),
        rules=ship.alarm_rules(),
        drag=TagDrag(home, theme, str),
        commanding=Commanding(runtime.commands, session, tasks, moving),
    )
    widget = MimicPage(context, ship.pages[page])
    painting = _Painting()
    widget.canvas.installEventFilter(painting)
    widget.resize(*size)
    widget.show()
    try:
        stage = MimicStage(widget, runtime, hands, context, painting, navigated)
        if history is None:
            stage.rest()  # a test with history has a loop, which paints by itself
        yield stage
    finally:
        context.flash.set_needed(False)
        feed.close()
        tasks.close()
        widget.hide()
        widget.deleteLater()
        home.deleteLater()
