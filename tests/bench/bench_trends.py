"""What a frame of the trends page costs, with live values at 10 Hz.

`python -m tests.bench.bench_trends [frames]`. Each frame appends a sample to each of 8 pens, draws and paints the page
at 1920 by 1080: as history hands it out (2,000 points a pen), with 200,000 points a pen in memory that the page thins
for each frame, and in the same run the 200,000 points a pen drawn as they are.
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

PENS = 8
SPAN_S = 3_600.0
UNITS = ("bar", "bar", "°C", "°C", "°C", "rpm", "rpm", "rpm")


def a_project() -> Project:
    """Eight analog tags in three lanes."""
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
    page: TrendPage, clock: FakeClock, frame: Callable[[TrendPage, FakeClock, int], None], points: int, frames: int
) -> list[float]:
    """Milliseconds of each frame."""
    page.set_tags([])
    page.set_tags([TagId(f"bench.t{n}") for n in range(PENS)])
    for seed, pen in enumerate(page._pens):
        pen.series.set_past(a_walk(points, to_micros(clock.now()), seed))
    taken: list[float] = []
    for number in range(frames + 3):
        begin = time.perf_counter()
        frame(page, clock, number)
        taken.append((time.perf_counter() - begin) * 1000)
    return taken[3:]


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
        ("2,000 points a pen", live_frame, 2_000, frames),
        ("200,000 points a pen, thinned", live_frame, 200_000, max(20, frames // 4)),
        ("200,000 points a pen, as they are", raw_frame, 200_000, 5),
    )
    rows: list[list[str]] = []
    base = 0.0
    for name, frame, points, count in cases:
        taken = measure(page, clock, frame, points, count)
        median = percentile(taken, 0.5)
        base = base or median
        ends = [percentile(taken, 0.99), max(taken)]
        rows.append([name, str(len(taken)), f"{median:.1f}", *(f"{end:.1f}" for end in ends), f"{median / base:.1f}"])
    print_table(
        f"{PENS} pens, 1920 by 1080, append + draw + paint, ms a frame",
        ["view", "frames", "p50", "p99", "max", "ratio"],
        rows,
    )
    window.shutdown()
    window.hide()


if __name__ == "__main__":
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
