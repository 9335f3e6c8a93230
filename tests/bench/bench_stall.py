"""Does a window that stalls 400 ms every second delay an alarm?

`python -m tests.bench.bench_stall [seconds]`. Every 50 ms a tag jumps over its limit; measured is the time until the
alarm engine announces it (durable in its journal), with the runtime in its own thread, and in the same run with the
runtime in the window's own qasync loop.
"""

import asyncio
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from tests.bench.measure import LagMeter, big_project, percentile, print_table
from vmshmi.app import compose
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.alarms.model import TransitionKind
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

STALL_S = 0.4
TAGS = 1_000


def device_like_writer(
    runtime: RuntimeApp, loop: asyncio.AbstractEventLoop, seconds: float, sent: dict[str, float]
) -> None:
    """A thread that stands for a device: it speaks when it wants, not when the loop has time."""
    clock = SystemClock()
    begin = time.perf_counter()
    number = 0
    while time.perf_counter() - begin < seconds:
        tag_id = f"bench.t{number % TAGS}"
        sent[f"{tag_id}.high"] = time.perf_counter()
        sample = TagValue(95.0, Quality.GOOD, clock.now(), 95.0)
        loop.call_soon_threadsafe(runtime.store.update_many, [(TagId(tag_id), sample)])
        number += 1
        time.sleep(0.05)


async def stall(seconds: float) -> None:
    """Block this loop for 400 ms each second, in Python."""
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        await asyncio.sleep(1.0 - STALL_S)
        until = time.perf_counter() + STALL_S
        while time.perf_counter() < until:
            pass


async def measure(seconds: float, *, own_thread: bool) -> list[str]:
    clock = SystemClock()
    late_ms: list[float] = []
    sent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        runtime = build_runtime(big_project(TAGS, TAGS), RuntimeOptions(database=Path(folder)), clock)
        runtime.alarms.subscribe(
            lambda transitions: late_ms.extend(
                (time.perf_counter() - sent[t.record.id]) * 1000 for t in transitions if t.kind is TransitionKind.RAISED
            )
        )
        thread = LoopThread("runtime")
        thread.start()
        here = asyncio.get_running_loop()
        lag = LagMeter(0.05)
        if own_thread:
            await thread.run(runtime.start())
            meter = thread.submit(lag.run())
        else:
            await runtime.start()
            meter = here.create_task(lag.run())
        compose.keep_what_is_built()
        writer = threading.Thread(
            target=device_like_writer, args=(runtime, thread.loop if own_thread else here, seconds, sent)
        )
        writer.start()
        await stall(seconds)
        await asyncio.sleep(0.5)
        writer.join()
        meter.cancel()
        if own_thread:
            await thread.run(runtime.stop())
        else:
            await runtime.stop()
        thread.close()
    return [
        "own thread" if own_thread else "window's loop",
        str(len(late_ms)),
        *(f"{percentile(values, share):.1f}" for values in (late_ms, lag.lags_ms) for share in (0.5, 0.99, 1.0)),
    ]


async def main(seconds: float) -> None:
    rows = [await measure(seconds, own_thread=True), await measure(seconds, own_thread=False)]
    print_table(
        f"window stalled {STALL_S * 1000:.0f} ms each second, {seconds:g} s; "
        "sample to announced alarm, and lateness of a 50 ms scan, ms",
        ["runtime in", "alarms", "alarm p50", "p99", "max", "scan p50", "p99", "max"],
        rows,
    )


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
