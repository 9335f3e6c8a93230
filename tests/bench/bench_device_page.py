"""The device page: 1,000 tags at 10 Hz, and a bus of 300 keys in the live monitor, beside the tags page.

`python -m tests.bench.bench_device_page`. Offscreen, in-memory runtime: what is measured is the screen's own work,
as the time from a batch until the whole window is painted.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from tests.bench.measure import percentile, print_table
from tests.support.fake_clock import FakeClock
from tests.support.ui_runtime import FakeRuntime
from tests.support.ui_window import RESOURCES
from vmshmi.config.devices import ModbusSource, ModbusTcpDevice
from vmshmi.config.project import Project, TagConfig, VesselConfig
from vmshmi.core.devices import MonitorLine, MonitorRow
from vmshmi.ui.pages.device import DevicePage, View
from vmshmi.ui.shell.main_window import MainWindow

TAGS, KEYS, BATCHES = 1_000, 300, 100
HZ, MONITOR_HZ = 10, 5


def _project() -> Project:
    return Project(
        vmsproj=1,
        vessel=VesselConfig(name="Bench"),
        devices=(ModbusTcpDevice(id="plc", driver="modbus_tcp", host="10.0.0.5"),),
        tags=tuple(
            TagConfig(
                id=f"plc.t{number}",
                description=f"Tag {number}",
                unit="bar",
                source=ModbusSource(device="plc", table="holding", address=number, scale=0.1),
            )
            for number in range(TAGS)
        ),
    )


async def _timed(window: MainWindow, batch: Callable[[int], None]) -> list[float]:
    """Seconds from each batch to its painted frame."""
    took: list[float] = []
    for number in range(BATCHES):
        started = time.perf_counter()
        batch(number)
        window.repaint()
        QApplication.sendPostedEvents()
        await asyncio.sleep(0)
        took.append(time.perf_counter() - started)
    return took


async def _run() -> None:
    clock, project = FakeClock(), _project()
    runtime = FakeRuntime(project, clock)
    window = MainWindow(runtime, project, project.station(""), clock, RESOURCES, "day", "tags", False)
    window.resize(1920, 1080)
    window.show()
    await asyncio.sleep(0.1)

    def values(number: int) -> None:
        runtime.tags.set_many({f"plc.t{index}": float(number + index) for index in range(TAGS)})

    def lines(number: int) -> None:
        now = clock.now() + timedelta(seconds=number)
        runtime.system.say(
            [
                MonitorRow(
                    MonitorLine(now, f"{61000 + key} from 0", f"{number:02X} FF", f"speed {number}"), number + 1, now
                )
                for key in range(KEYS)
            ]
        )

    tags = await _timed(window, values)
    window.show_page("device")
    device = await _timed(window, values)
    page = window.page("device")
    assert isinstance(page, DevicePage)
    page.views.choose(View.MONITOR.value)
    monitor = await _timed(window, lines)
    rows = [
        _row(f"tags page, {TAGS} values", tags, HZ, tags),
        _row(f"device page, {TAGS} values", device, HZ, tags),
        _row(f"live monitor, {KEYS} keys", monitor, MONITOR_HZ, tags),
    ]
    head = ("a batch", "p50 ms", "p99 ms", "max ms", "% of a core", "to the tags page")
    print_table(f"Device page, batches until painted ({BATCHES} each), 1920x1080", head, rows)
    window.shutdown()
    window.hide()
    window.deleteLater()


def _row(name: str, took: list[float], per_s: int, against: list[float]) -> list[str]:
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    share = sum(took) / len(took) * per_s * 100
    ratio = p50 / percentile(against, 0.5)
    return [name, f"{p50 * 1e3:.1f}", f"{p99 * 1e3:.1f}", f"{max(took) * 1e3:.1f}", f"{share:.1f}", f"{ratio:.2f}"]


def main() -> None:
    """Measure and print."""
    app = QApplication.instance() or QApplication(sys.argv)
    loop = qasync.QEventLoop(app)
    with loop:
        loop.run_until_complete(_run())


if __name__ == "__main__":
    main()
