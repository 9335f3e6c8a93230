"""What a frame of the trends page costs, with live values at 10 Hz.

`python -m tests.bench.bench_trends [frames]`. Each frame appends a sample to each pen, draws and paints the page at
1920 by 1080: 16 and 8 pens as history hands them out (2,000 points a pen), 16 with cursors, 8 with 200,000 points a pen
in memory that the page thins for each frame, and in the same run the 200,000 points a pen drawn as they are.

Then the zoom gesture, 16 pens over the real historian (an hour at 10 Hz a pen): from the wheel's notch to the picture
of what is already there, and to the picture of what history answered for the new view, the rest of the view included.
CPU is that of the drawing thread: the rest of the wall's time belongs to others on a busy machine.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import qasync
from PySide6.QtWidgets import QApplication

from tests.bench.measure import percentile, print_table
from tests.support.fake_clock import FakeClock
from tests.support.history import HistorianPort, a_historian
from tests.support.ui_runtime import FakeRuntime
from tests.support.ui_window import RESOURCES
from vmshmi.config.project import Project, TagConfig, VesselConfig
from vmshmi.core.clock import to_micros
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.shell.main_window import MainWindow
from vmshmi.ui.trends.series import Rows
from vmshmi.ui.trends.shape import Look, line_of
from vmshmi.ui.trends.trend_page import TrendPage

PENS = 16
SPAN_S = 3_600.0
UNITS = 2 * ("bar", "bar", "°C", "°C", "°C", "rpm", "rpm", "rpm")


def a_project() -> Project:
    """Analog tags in three lanes."""
    tags = [TagConfig(id=f"bench.t{n}", description=f"Bench tag {n}", unit=UNITS[n]) for n in range(PENS)]
    return Project(vmsproj=1, vessel=VesselConfig(name="Bench"), tags=tuple(tags))


def a_walk(points: int, end_us: int, seed: int) -> Rows:
    """A random walk over the view."""
    stamps = np.linspace(end_us - SPAN_S * 1e6, end_us, points).astype(np.int64)
    values = 50 + np.cumsum(np.random.default_rng(seed).normal(0, 40 / points**0.5, points))
    return Rows(stamps, values, np.zeros(points, np.bool_))


def live_frame(page: TrendPage, clock: FakeClock, number: int) -> None:
    """A tenth of a second later: one sample a pen, drawn and painted."""
    clock.advance(0.1)
    for pen in page._pens:
        pen.series.append(TagValue(50.0 + number % 7, Quality.GOOD, clock.now()))
    page.draw()
    page.parts.chart._view.viewport().repaint()


def cursor_frame(page: TrendPage, clock: FakeClock, number: int) -> None:
    """As `live_frame`, with the statistics between two cursors."""
    window = page._window
    page.tools.cursors = (window.start_s + window.span_s / 3, window.end_s - window.span_s / 3)
    live_frame(page, clock, number)
    page.tools.cursors = None


def raw_frame(page: TrendPage, clock: FakeClock, number: int) -> None:
    """As `live_frame`, but every row goes to the screen."""
    for pen in page._pens:
        pen.series.append(TagValue(50.0 + number % 7, Quality.GOOD, clock.now()))
    page.draw()
    picture = page.parts.chart.picture
    assert picture is not None
    look = Look(picture.start_s, picture.end_s, buckets=10_000_000)
    start, end = int(picture.start_s * 1e6), int(picture.end_s * 1e6)
    lines = {n: line_of(pen.series.rows(start, end), look) for n, pen in enumerate(page._pens)}
    lanes = [replace(lane, lines={n: lines[n] for n in lane.lines}) for lane in picture.lanes]
    page.parts.chart.draw(replace(picture, lanes=lanes))
    page.parts.chart._view.viewport().repaint()
    clock.advance(0.1)


def measure(
    page: TrendPage,
    clock: FakeClock,
    frame: Callable[[TrendPage, FakeClock, int], None],
    pens: int,
    points: int,
    frames: int,
) -> tuple[list[float], list[float]]:
    """Milliseconds of each frame by the wall, and of this thread's work."""
    page.set_tags([])
    page.set_tags([TagId(f"bench.t{n}") for n in range(pens)])
    for seed, pen in enumerate(page._pens):
        pen.series.set_past(a_walk(points, to_micros(clock.now()), seed))
    taken: list[float] = []
    worked: list[float] = []
    for number in range(frames + 3):
        begin, work = time.perf_counter(), time.thread_time()
        frame(page, clock, number)
        taken.append((time.perf_counter() - begin) * 1000)
        worked.append((time.thread_time() - work) * 1000)
    return taken[3:], worked[3:]


async def main(frames: int) -> None:
    """Measure and print."""
    clock = FakeClock()
    clock.advance(timedelta(days=2).total_seconds())
    project = a_project()
    runtime = FakeRuntime(project, clock)
    window = MainWindow(runtime, project, project.station(""), clock, RESOURCES, "day", "trends", False)
    window.resize(1920, 1080)
    window.show()
    await asyncio.sleep(0.2)
    page = window.findChildren(TrendPage)[0]
    page._frame.stop()  # the bench draws by itself
    page._choose_span(SPAN_S)
    cases = (
        ("16 pens, 2,000 points a pen", live_frame, 16, 2_000, frames),
        ("8 pens, 2,000 points a pen", live_frame, 8, 2_000, frames),
        ("16 pens, 2,000 points, cursors", cursor_frame, 16, 2_000, frames),
        ("8 pens, 200,000 points, thinned", live_frame, 8, 200_000, max(20, frames // 4)),
        ("8 pens, 200,000 points, as they are", raw_frame, 8, 200_000, 5),
    )
    rows: list[list[str]] = []
    base = 0.0
    for name, frame, pens, points, count in cases:
        taken, worked = measure(page, clock, frame, pens, points, count)
        median = percentile(taken, 0.5)
        base = base or median
        ends = [percentile(taken, 0.99), max(taken), percentile(worked, 0.5), percentile(worked, 0.99)]
        rows.append([name, str(len(taken)), f"{median:.1f}", *(f"{end:.1f}" for end in ends), f"{median / base:.1f}"])
    print_table(
        "1920 by 1080, append + draw + paint, ms a frame",
        ["view", "frames", "p50", "p99", "max", "CPU p50", "CPU p99", "ratio"],
        rows,
    )
    window.shutdown()
    window.hide()
    await zoom(project, 40)


async def zoom(project: Project, notches: int) -> None:
    """Measure the zoom gesture over the real historian and print."""
    clock = FakeClock()
    async with a_historian(None, clock, project.tag_definitions()) as historian:
        begin = clock.now()
        walk = 50 + np.cumsum(np.random.default_rng(1).normal(0, 0.2, 36_000))
        for row, value in enumerate(walk.tolist()):
            at = begin + timedelta(seconds=row / 10)
            sample = TagValue(value, Quality.GOOD, at)
            historian.record([(TagId(f"bench.t{n}"), sample) for n in range(PENS)])
            if row % 500 == 0:
                await asyncio.sleep(0)
        clock.advance(SPAN_S)
        runtime = FakeRuntime(project, clock)
        runtime.history = HistorianPort(historian)  # type: ignore[assignment]
        window = MainWindow(runtime, project, project.station(""), clock, RESOURCES, "day", "trends", False)
        window.resize(1920, 1080)
        window.show()
        page = window.findChildren(TrendPage)[0]
        page._choose_span(SPAN_S)
        page.set_tags([TagId(f"bench.t{n}") for n in range(PENS)])
        await idle(page)
        seen: list[float] = []
        answered: list[float] = []
        worked: list[float] = []
        viewport = page.parts.chart._view.viewport()
        for notch in range(notches):
            clock.advance(0.4)  # each notch is a gesture of its own
            start, work = time.perf_counter(), time.process_time()
            page.parts.chart.zoomed.emit(0.45 if notch % 2 == 0 else 1 / 0.45, page._window.end_s - 600)
            viewport.repaint()
            seen.append((time.perf_counter() - start) * 1000)
            await idle(page)
            viewport.repaint()
            answered.append((time.perf_counter() - start) * 1000)
            worked.append((time.process_time() - work) * 1000)
        rows = [
            [name, str(len(taken)), *(f"{percentile(taken, share):.1f}" for share in (0.5, 0.95)), f"{max(taken):.1f}"]
            for name, taken in (
                ("picture of what is there", seen),
                ("picture of the new answer", answered),
                ("the same, CPU of all threads", worked),
            )
        ]
        print_table("zoom gesture, 16 pens over an hour at 10 Hz, ms", ["until", "gestures", "p50", "p95", "max"], rows)
        window.shutdown()
        window.hide()


async def idle(page: TrendPage) -> None:
    """Until nothing is to be asked and nothing is awaited."""
    while page._settle.isActive() or page._feed.busy:  # noqa: ASYNC110 # the page has no event for it
        await asyncio.sleep(0.001)


if __name__ == "__main__":
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
