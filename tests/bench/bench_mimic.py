"""What a mimic costs: 500 readouts that change at 20 Hz, painted as one page, beside 500 QLabels in the same run.

`python -m tests.bench.bench_mimic`. Offscreen, in-memory runtime. A frame is the time from the batch of new values
until what is due of it is painted; the mimic paints a value at most four times a second, a label every time.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QWidget

from tests.bench.measure import big_project, percentile, print_table
from tests.support.ui_mimic import a_mimic
from vmshmi.config.pages import PageConfig, ReadoutElement
from vmshmi.config.project import Project
from vmshmi.runtime.clock import SystemClock

READOUTS = 500
COLUMNS = 25
FRAMES = 200
PERIOD_S = 0.05


def _project() -> Project:
    elements = tuple(
        ReadoutElement(
            type="readout",
            tag=f"bench.t{number}",
            label=f"T{number}",
            x=number % COLUMNS * 76,
            y=number // COLUMNS * 46,
            w=74,
            h=44,
        )
        for number in range(READOUTS)
    )
    page = PageConfig(id="bench", title="Bench", width=1900, height=920, elements=elements)
    return big_project(READOUTS, 0).model_copy(update={"pages": (page,)})


def _values(frame: int) -> dict[str, float]:
    return {f"bench.t{number}": (frame * 7 + number) % 100 / 1.0 for number in range(READOUTS)}


async def _run(name: str, change: Callable[[int], None]) -> list[str]:
    took: list[float] = []
    begin_cpu = time.process_time()
    for frame in range(FRAMES):
        begin = time.perf_counter()
        change(frame)
        QApplication.sendPostedEvents()  # paints what was asked for
        spent = time.perf_counter() - begin
        took.append(spent)
        await asyncio.sleep(max(0.0, PERIOD_S - spent))
    cpu = (time.process_time() - begin_cpu) / FRAMES
    cells = [f"{percentile(took, share) * 1e3:.2f}" for share in (0.5, 0.99)]
    return [name, *cells, f"{max(took) * 1e3:.2f}", f"{cpu / PERIOD_S * 100:.0f} %"]


async def _mimic() -> list[str]:
    with a_mimic(_project(), size=(1900, 920), clock=SystemClock()) as stage:
        await asyncio.sleep(0.3)
        before = stage.page.canvas.painted
        cells = await _run("mimic, 500 readouts", lambda frame: stage.runtime.tags.set_many(_values(frame)))
        return [*cells, f"{(stage.page.canvas.painted - before) / FRAMES:.0f}"]


async def _labels() -> list[str]:
    home = QWidget()
    grid = QGridLayout(home)
    labels = [QLabel("0.00", home) for _ in range(READOUTS)]
    for number, label in enumerate(labels):
        grid.addWidget(label, number // COLUMNS, number % COLUMNS)
    home.resize(1900, 920)
    home.show()
    await asyncio.sleep(0.3)

    def change(frame: int) -> None:
        for label, value in zip(labels, _values(frame).values(), strict=True):
            label.setText(f"{value:.2f} bar")

    cells = await _run("500 QLabels", change)
    home.hide()
    home.deleteLater()
    return [*cells, str(READOUTS)]


async def _main() -> None:
    rows = [await _mimic(), await _labels()]
    head = ["what", "p50 ms", "p99 ms", "worst ms", "processor", "painted a frame"]
    print_table(f"{FRAMES} frames at {1 / PERIOD_S:.0f} Hz, all {READOUTS} values change in each", head, rows)


if __name__ == "__main__":
    app = QApplication(sys.argv)
    loop = qasync.QEventLoop(app)
    with loop:
        loop.run_until_complete(_main())
