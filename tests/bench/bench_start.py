"""Start of `vmshmi` to the first live page, and resident memory after some minutes.

`python -m tests.bench.bench_start [starts] [minutes]`. Beside it in the same run: a bare PySide6 window with one label,
which is what any program of this kind must pay.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import psutil

from tests.bench.measure import print_table

BARE = """
import time, psutil
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([]); label = QLabel("x"); label.show(); label.grab(); app.processEvents()
print(time.time() - psutil.Process().create_time())
"""


def environment() -> dict[str, str]:
    """Without a screen."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def bare_start() -> float:
    """Seconds until a bare window shows a label."""
    done = subprocess.run([sys.executable, "-c", BARE], env=environment(), capture_output=True, text=True, check=True)
    return float(done.stdout)


def start(folder: str) -> tuple[float, "subprocess.Popen[str]"]:
    """Start the demo vessel; seconds until its first live page, and the process."""
    program = subprocess.Popen(
        [sys.executable, "-m", "vmshmi", "--no-sound", "--db", folder],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr is not None
    for line in program.stderr:
        if found := re.search(r"first live page ([0-9.]+) s", line):
            return float(found.group(1)), program
    raise RuntimeError("vmshmi ended before its first live page")


def stop(program: "subprocess.Popen[str]") -> None:
    """End it as a window manager does."""
    program.terminate()
    program.communicate(timeout=20)


def main(starts: int, minutes: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bare = [bare_start() for _ in range(starts)]
        ours: list[float] = []
        for _ in range(starts):
            seconds, program = start(folder)
            ours.append(seconds)
            stop(program)
        _, program = start(folder)
        process = psutil.Process(program.pid)
        memory = [process.memory_info().rss / 1e6]
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end:
            time.sleep(min(10.0, max(0.1, end - time.monotonic())))
            memory.append(process.memory_info().rss / 1e6)
        cpu = sum(process.cpu_times()[:2])
        stop(program)
    ours_s, bare_s = statistics.median(ours), statistics.median(bare)
    print_table(
        f"start, median of {starts}; demo vessel for {minutes:g} min",
        ["", "vmshmi", "bare window", "ratio"],
        [
            ["first live page, s", f"{ours_s:.2f}", f"{bare_s:.2f}", f"{ours_s / bare_s:.1f}"],
            ["memory at start, MB", f"{memory[0]:.0f}", "", ""],
            [f"memory after {minutes:g} min, MB", f"{memory[-1]:.0f}", "", f"{memory[-1] / memory[0]:.2f}"],
            ["processor, % of a core", f"{100 * cpu / (minutes * 60):.1f}", "", ""],
        ],
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, float(sys.argv[2]) if len(sys.argv) > 2 else 10.0)
