"""From the change of a register to changed pixels, at 1,000 tags.

`python -m tests.bench.bench_pixels [seconds] [poll_s]`. A Modbus server in another process answers every register with
its own monotonic clock in ms, so each value on screen tells when it was read. A change that comes just after a read
waits for the next one: for a change at any moment between two reads the delay ends when the second one is painted.
Beside it in the same run: the bare wait for the next poll, which no program that polls can beat.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from tests.bench.measure import percentile, print_table
from vmshmi.app import paths
from vmshmi.app.bridge import Bridge
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project
from vmshmi.core.values import TagId
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime
from vmshmi.ui.shell.main_window import MainWindow

TAGS = 1_000
SERVER = """
import asyncio, struct, time
async def serve(reader, writer):
    try:
        while True:
            tid, pid, length, unit = struct.unpack(">HHHB", await reader.readexactly(7))
            body = await reader.readexactly(length - 1)
            count = struct.unpack(">HH", body[1:5])[1]
            now = int(time.monotonic() * 1000) & 0xFFFF
            answer = bytes([body[0], 2 * count]) + struct.pack(">H", now) * count
            writer.write(struct.pack(">HHHB", tid, 0, len(answer) + 1, unit) + answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def a_project(port: int, poll_s: float) -> Project:
    """One device, 1,000 registers, a page that shows 200 of them."""
    ids = [f"bench.t{number}" for number in range(TAGS)]
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "Bench"},
            "devices": [
                {"id": "plc", "driver": "modbus_tcp", "host": "127.0.0.1", "port": port, "poll_s": poll_s,
                 "stale_after_s": max(3.0, 3 * poll_s)},
            ],
            "tags": [
                {"id": tag_id, "decimals": 0, "source": {"device": "plc", "table": "holding", "address": number}}
                for number, tag_id in enumerate(ids)
            ],
            "pages": [
                {
                    "id": "overview",
                    "title": "Bench",
                    "elements": [
                        {"type": "readout", "tag": tag_id, "label": tag_id, "w": 60, "h": 60,
                         "x": (number % 20) * 64, "y": (number // 20) * 64}
                        for number, tag_id in enumerate(ids[:200])
                    ],
                }
            ],
        }
    )  # fmt: skip


class PaintTimes(QObject):
    """When the canvas painted, and which value it showed."""

    def __init__(self, bridge: Bridge, tag_id: TagId) -> None:
        super().__init__()
        self._bridge = bridge
        self._tag_id = tag_id
        self.shown: list[tuple[float, float]] = []
        """Moment of reading and moment of painting, ms of the monotonic clock."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            watched.event(event)
            watched.installEventFilter(self)
            painted = time.monotonic() * 1000
            value = self._bridge.tags.value(self._tag_id).value
            if isinstance(value, int | float):
                read = painted - ((int(painted) - int(value)) & 0xFFFF)
                if not self.shown or abs(read - self.shown[-1][0]) > 2:
                    self.shown.append((read, painted))
            return True
        return False


async def measure(seconds: float, poll_s: float) -> list[list[str]]:
    clock = SystemClock()
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        project = a_project(int(server.stdout.readline()), poll_s)
        with tempfile.TemporaryDirectory() as folder:
            runtime = build_runtime(project, RuntimeOptions(database=Path(folder)), clock)
            thread = LoopThread("runtime")
            thread.start()
            await thread.run(runtime.start())
            bridge = Bridge(runtime, thread, clock)
            await bridge.open()
            window = MainWindow(bridge, project, project.station(""), clock, paths.resources())
            window.resize(1280, 800)
            window.show()
            times = PaintTimes(bridge, TagId("bench.t199"))
            canvas = window.page("overview").canvas  # pyright: ignore[reportAttributeAccessIssue] - it is a MimicPage
            canvas.installEventFilter(times)
            await asyncio.sleep(seconds)
            canvas.removeEventFilter(times)
            window.shutdown()
            window.close()
            await bridge.close()
            await thread.run(runtime.stop())
            thread.close()
        server.kill()
    chance = random.Random(1)
    delays, waits = [], []
    for (read, _), (next_read, next_painted) in zip(times.shown[3:], times.shown[4:], strict=False):
        for _ in range(50):
            changed = chance.uniform(read, next_read)
            delays.append(next_painted - changed)
            waits.append(next_read - changed)
    ages = [painted - read for read, painted in times.shown[3:]]
    p99, floor = percentile(delays, 0.99), percentile(waits, 0.99)
    rows = [
        [
            "register change to pixels",
            *(f"{percentile(delays, share):.0f}" for share in (0.5, 0.99, 1.0)),
            f"{p99 / floor:.2f}",
        ],
        ["waiting for the poll alone", *(f"{percentile(waits, share):.0f}" for share in (0.5, 0.99, 1.0)), "1"],
        ["read to pixels", *(f"{percentile(ages, share):.0f}" for share in (0.5, 0.99, 1.0)), ""],
    ]
    rows.append(["asked: p99 of the first line at most", "", f"{poll_s * 1000 + 100:.0f}", "", ""])
    return rows


async def main(seconds: float, poll_s: float) -> None:
    rows = await measure(seconds, poll_s)
    print_table(
        f"{TAGS} tags, poll every {poll_s:g} s, {seconds:g} s; ms", ["", "p50", "p99", "max", "ratio p99"], rows
    )


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    given = [float(word) for word in sys.argv[1:]]
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(given[0] if given else 30.0, given[1] if len(given) > 1 else 0.5))
