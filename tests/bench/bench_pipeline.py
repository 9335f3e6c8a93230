"""5,000 tags at 50,000 updates/s through store, alarm engine and historian to a painted page.

`python -m tests.bench.bench_pipeline [seconds]`. Beside it in the same run: the same values carried to the window by
one queued Qt signal each, which is what a straightforward bridge would do.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.bench.measure import LagMeter, big_project, percentile, print_table
from vmshmi.app import compose
from vmshmi.app.bridge import Bridge
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.ports import TagChanges
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

TAGS = 5_000
HZ = 10
DRIVERS = 20
VISIBLE = 200


class Page(QWidget):
    """Two hundred readouts, painted as one widget, repainted when one of them changed."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1280, 700)
        self._texts: dict[TagId, str] = {}
        self.newest = 0.0
        self.frames_ms: list[float] = []
        self.ages_ms: list[float] = []

    def take(self, changes: TagChanges) -> None:
        """What the binding of a real page does with a frame's changes."""
        for tag_id, value in changes.items():
            self._texts[tag_id] = "---" if value.value is None else f"{value.value:.2f}"
            if isinstance(value.raw_value, float):
                self.newest = max(self.newest, value.raw_value)
        self.update()

    def take_one(self, tag_id: str, text: str, stamp: float) -> None:
        """One value by a signal of its own."""
        if tag_id in self._texts or len(self._texts) < VISIBLE:
            self._texts[TagId(tag_id)] = text
            self.newest = max(self.newest, stamp)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        before = time.perf_counter()
        painter = QPainter(self)
        for index, text in enumerate(self._texts.values()):
            painter.drawText(8 + (index % 10) * 126, 20 + (index // 10) * 33, text)
        painter.end()
        after = time.perf_counter()
        self.frames_ms.append((after - before) * 1000)
        if self.newest:
            self.ages_ms.append((after - self.newest) * 1000)


class Naive(QObject):
    """One queued signal a value."""

    value = Signal(str, str, float)


async def feed(runtime: RuntimeApp, seconds: float, naive: Naive | None) -> int:
    """Write like twenty drivers; returns how many updates were written."""
    share = TAGS // DRIVERS
    ids = [[TagId(f"bench.t{driver * share + n}") for n in range(share)] for driver in range(DRIVERS)]
    written = 0
    turn = 0
    begin = time.perf_counter()
    clock = SystemClock()
    while (elapsed := time.perf_counter() - begin) < seconds:
        due = int(elapsed * HZ * DRIVERS)
        while turn < due:
            stamp, now = time.perf_counter(), clock.now()
            level = 50.0 + (turn % 97) * 0.3
            batch = [(tag_id, TagValue(level, Quality.GOOD, now, stamp)) for tag_id in ids[turn % DRIVERS]]
            runtime.store.update_many(batch)
            if naive is not None:
                for tag_id, value in batch:
                    naive.value.emit(tag_id, f"{value.value:.2f}", stamp)
            written += share
            turn += 1
            await asyncio.sleep(0)
        await asyncio.sleep(0.002)
    return written


async def measure(seconds: float, *, naive: bool) -> list[str]:
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        runtime = build_runtime(big_project(TAGS, TAGS), RuntimeOptions(database=Path(folder)), clock)
        thread = LoopThread("runtime")
        thread.start()
        await thread.run(runtime.start())
        bridge = Bridge(runtime, thread, clock)
        await bridge.open()
        page = Page()
        page.show()
        signals = Naive()
        if naive:
            signals.value.connect(page.take_one, Qt.ConnectionType.QueuedConnection)
            watch = None
        else:
            watch = bridge.tags.watch([TagId(f"bench.t{n}") for n in range(VISIBLE)], page.take)
        compose.keep_what_is_built()
        runtime_lag, screen_lag = LagMeter(), LagMeter()
        meter = thread.submit(runtime_lag.run())
        screen = asyncio.get_running_loop().create_task(screen_lag.run())
        rows_before = runtime.historian.stats().rows
        cpu = time.process_time()
        began = time.perf_counter()
        written = await thread.run(feed(runtime, seconds, signals if naive else None))
        took = time.perf_counter() - began
        cpu = time.process_time() - cpu
        meter.cancel()
        screen.cancel()
        await asyncio.sleep(2.5)
        stats = runtime.historian.stats()
        if watch is not None:
            watch.close()
        page.close()
        await bridge.close()
        await thread.run(runtime.stop())
        thread.close()
    return [
        "one signal a value" if naive else "latest wins, a frame",
        f"{written / took:,.0f}",
        f"{stats.rows - rows_before - written:+,d}",
        f"{stats.dropped}",
        f"{percentile(runtime_lag.lags_ms, 0.5):.1f} / {percentile(runtime_lag.lags_ms, 0.99):.1f}",
        f"{percentile(screen_lag.lags_ms, 0.99):.1f}",
        f"{percentile(page.frames_ms, 0.5):.1f} / {percentile(page.frames_ms, 0.99):.1f}",
        f"{percentile(page.ages_ms, 0.5):.0f} / {percentile(page.ages_ms, 0.99):.0f}",
        f"{100 * cpu / took:.0f} %",
    ]


async def main(seconds: float) -> None:
    rows = [await measure(seconds, naive=False), await measure(seconds, naive=True)]
    print_table(
        f"{TAGS} tags with an alarm each at {TAGS * HZ:,} updates/s for {seconds:g} s, "
        f"{VISIBLE} on screen; times in ms",
        [
            "bridge",
            "updates/s",
            "rows - updates",
            "dropped",
            "loop lag p50/p99",
            "screen lag p99",
            "frame p50/p99",
            "update to paint p50/p99",
            "CPU",
        ],
        rows,
    )


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
