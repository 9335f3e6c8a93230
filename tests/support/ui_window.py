"""The real window over the in-memory runtime, and a finger that touches it as the window system would."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.support.fake_clock import FakeClock
from tests.support.ui_runtime import FakeRuntime
from tests.support.ui_ship import a_ship
from vmshmi.config.project import Project
from vmshmi.core.alarms.flood import FLOOD, RATE
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.ui.shell.main_window import MainWindow

RESOURCES = Path(__file__).parents[2] / "resources"
GUARD_S = 0.6
"""A little more than the banner waits before ACK counts."""


@dataclass(frozen=True)
class Stage:
    """A window with everything behind it."""

    window: MainWindow
    runtime: FakeRuntime
    clock: FakeClock
    project: Project

    def wait_guard(self) -> None:
        """Let the banner stand long enough for ACK to count."""
        self.clock.advance(GUARD_S)
        self.window.tick()

    def child(self, name: str) -> QWidget:
        """A visible widget by its object name, in the window or in the banner."""
        homes: list[QWidget] = [self.window]
        if self.window.banner is not None:
            homes.append(self.window.banner)
        found = [widget for home in homes for widget in home.findChildren(QWidget, name) if widget.isVisible()]
        assert found, f"nothing visible is called {name}"
        return found[0]


@contextmanager
def a_window(
    *,
    station: str = "ecr",
    banner: str = "modal",
    page: str = "alarms",
    palette: str = "day",
    raised: str = "",
    kiosk: bool = False,
    rights: Mapping[str, object] | None = None,
    tells_floods: bool = False,
    ship: Project | None = None,
) -> Iterator[Stage]:
    """Show the window at 1280 by 800 and take it down afterwards.

    `raised` names an alarm that stood before; `rights` are those of the stations; with `tells_floods` the runtime has
    the tags that say so; `ship` is another ship than the usual one.
    """
    clock = FakeClock()
    project = ship or a_ship(banner, **(rights or {}))
    floods = (TagDef(FLOOD, kind=TagKind.DIGITAL), TagDef(RATE, kind=TagKind.COUNTER))
    runtime = FakeRuntime(project, clock, floods if tells_floods else ())
    runtime.alarms.rules = project.alarm_rules()
    runtime.tags.set_many({"me_p.lo_press": 4.8, "me_s.lo_press": 4.9, "me_p.rpm": 1500.0, "gen1.volt": 400.0})
    if raised:
        runtime.alarms.raise_alarm(raised)
    window = MainWindow(runtime, project, project.station(station), clock, RESOURCES, palette, page, kiosk)
    window.resize(1280, 800)
    window.show()
    try:
        yield Stage(window, runtime, clock, project)
    finally:
        window.shutdown()
        window.hide()
        window.deleteLater()


async def settle(turns: int = 20) -> None:
    """Let what was started by a touch come back."""
    for _ in range(turns):
        await asyncio.sleep(0)


async def touch(widget: QWidget, at: QPoint | None = None) -> None:
    """Press and release through the window system, so that a modal window in front blocks it as on a ship.

    The events are sent from a callback of the loop, not from the test's task: handling them may run other tasks.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def send() -> None:
        handle = widget.window().windowHandle()
        place = widget.mapTo(widget.window(), at or widget.rect().center())
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        done.set_result(None)

    loop.call_soon(send)
    await done
    await settle()


async def press_key(widget: QWidget, key: Qt.Key) -> None:
    """Press and release a key through the window system."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def send() -> None:
        QTest.keyClick(widget.window().windowHandle(), key)
        done.set_result(None)

    loop.call_soon(send)
    await done
    await settle()


async def finger(widget: QWidget, start: QPoint, *stops: QPoint) -> None:
    """Put a finger on the glass, move it over the stops and lift it, through the window system."""
    loop = asyncio.get_running_loop()
    device = QTest.createTouchDevice()
    window = widget.window()
    handle = window.windowHandle()

    def send(step: int, place: QPoint) -> None:
        at = widget.mapTo(window, place)
        touch = QTest.touchEvent(handle, device)
        if step == 0:
            touch.press(0, at, handle)
        elif step <= len(stops):
            touch.move(0, at, handle)
        else:
            touch.release(0, at, handle)
        touch.commit()

    places = (start, *stops, stops[-1] if stops else start)
    for step, place in enumerate(places):
        loop.call_soon(send, step, place)
        await asyncio.sleep(0.03)
    await settle()
