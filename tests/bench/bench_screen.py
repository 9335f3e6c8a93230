"""What the window costs: a palette switch, a list of 20,000 tags under 10,000 updates/s, an alarm flood, a banner.

`python -m tests.bench.bench_screen`. Offscreen, in-memory runtime: what is measured is the screen's own work.
"""

import asyncio
import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from tests.bench.measure import percentile, print_table
from tests.support.fake_clock import FakeClock
from tests.support.ui_runtime import FakeRuntime
from tests.support.ui_window import RESOURCES
from vmshmi.config.loader import load_project
from vmshmi.config.project import Project
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.ui.pages.tags import TagsPage
from vmshmi.ui.shell.main_window import MainWindow

MANY_TAGS = 20_000
PER_FRAME = 400
"""At 25 frames/s this is 10,000 updates/s."""
FRAMES = 100


def _ms(samples: list[float]) -> list[str]:
    return [
        f"{percentile(samples, 0.5) * 1e3:.1f}",
        f"{percentile(samples, 0.99) * 1e3:.1f}",
        f"{max(samples) * 1e3:.1f}",
    ]


def _ship() -> tuple[Project, FakeRuntime, FakeClock]:
    clock = FakeClock()
    project = load_project(RESOURCES / "demo" / "aurora.vmsproj")
    runtime = FakeRuntime(project, clock)
    return project, runtime, clock


async def _window(project: Project, runtime: FakeRuntime, clock: FakeClock, page: str) -> MainWindow:
    station = project.stations[0].model_copy(update={"banner": "modal"})
    window = MainWindow(runtime, project, station, clock, RESOURCES, "day", page, False)
    window.resize(1920, 1080)
    window.show()
    await asyncio.sleep(0.1)
    return window


async def _close(window: MainWindow) -> None:
    window.shutdown()
    window.hide()
    window.deleteLater()
    await asyncio.sleep(0.05)


async def palette_switch() -> list[list[str]]:
    """Every page in turn: all pages made, one in front, until the whole window is painted."""
    rows: list[list[str]] = []
    project, runtime, clock = _ship()
    window = await _window(project, runtime, clock, "overview")
    pages = ["overview", "alarms", "tags", "system"]
    for page in pages:
        window.show_page(page)
    for page in pages:
        window.show_page(page)
        await asyncio.sleep(0.1)
        took: list[float] = []
        for name in ("night", "day", "dusk", "bright") * 5:
            begin = time.perf_counter()
            window.set_palette(name)
            window.repaint()
            window.grab()
            took.append(time.perf_counter() - begin)
        rows.append([f"palette switch to painted, {page}", *_ms(took)])
    await _close(window)
    return rows


async def tag_list() -> list[list[str]]:
    """Frames of 400 changed tags among 20,000 in the list."""
    project, runtime, clock = _ship()
    ids = [TagId(f"x{number:05}") for number in range(MANY_TAGS)]
    runtime.tags._definitions.update({tag: TagDef(tag, kind=TagKind.ANALOG) for tag in ids})
    runtime.tags.set_many(dict.fromkeys(ids, 1.0))
    window = await _window(project, runtime, clock, "tags")
    page = window.page("tags")
    assert isinstance(page, TagsPage)
    begin = time.perf_counter()
    page.search.setText("x")
    searched = time.perf_counter() - begin
    took: list[float] = []
    cpu = time.process_time()
    wall = time.perf_counter()
    for frame in range(FRAMES):
        first = frame * PER_FRAME % MANY_TAGS
        batch = {str(tag): float(frame) for tag in [*ids[:5], *ids[first : first + PER_FRAME]]}
        begin = time.perf_counter()
        runtime.tags.set_many(batch)
        took.append(time.perf_counter() - begin)
        await asyncio.sleep(0.04)
    share = (time.process_time() - cpu) / (time.perf_counter() - wall)
    await _close(window)
    return [
        ["search in 20,000 tags", f"{searched * 1e3:.1f}", "", ""],
        [f"frame of {PER_FRAME} of 20,000 tags ({share:.0%} of a core in all)", *_ms(took)],
    ]


async def alarms(page: str) -> list[list[str]]:
    """Banner from nothing, then a flood of every alarm, each transition on its own."""
    project, runtime, clock = _ship()
    window = await _window(project, runtime, clock, page)
    begin = time.perf_counter()
    first = next(a.id for a in project.alarm_definitions() if a.priority.value == "alarm")
    runtime.alarms.raise_alarm(first)
    shown = time.perf_counter() - begin
    took: list[float] = []
    for alarm in project.alarm_definitions():
        clock.advance(0.01)
        begin = time.perf_counter()
        runtime.alarms.raise_alarm(alarm.id)
        took.append(time.perf_counter() - begin)
        await asyncio.sleep(0)
    rows = [
        [f"transition to banner shown, {page}", f"{shown * 1e3:.1f}", "", ""],
        [f"each of {len(took)} transitions of a flood, {page}", *_ms(took)],
    ]
    await _close(window)
    return rows


async def main() -> None:
    rows = await palette_switch()
    rows += await tag_list()
    for page in ("overview", "alarms"):
        rows += await alarms(page)
    print_table("The window's own work (ms)", ["what", "p50", "p99", "max"], rows)


if __name__ == "__main__":
    app = QApplication(sys.argv)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(main())
