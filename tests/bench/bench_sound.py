"""How long from a limit that is crossed to the first sample of the alarm that the sound device takes?

`python -m tests.bench.bench_sound [alarms]`. The runtime runs in its own thread on the real library's null backend; it
asks for a block every 30 ms as a card does. The alarm is durable in its journal before it is announced. With a calm
screen, and with one that stalls 400 ms each second in Python.
"""

import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.measure import big_project, percentile, print_table
from vmshmi.app.runtime_thread import LoopThread
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.runtime.sound.player import SoundOptions

STALL_S = 0.4
TAG = TagId("bench.t0")


class Ear:
    """Notes when the device first takes a sample that is not silence."""

    def __init__(self, runtime: RuntimeApp) -> None:
        assert runtime._sound is not None
        self._player = runtime._sound._player
        self._render = self._player.render
        self.asked_at = 0.0
        self.heard_at = 0.0
        self.heard = threading.Event()
        play = self._player.play

        def noted(sounding: object) -> None:
            self.asked_at = time.perf_counter()
            play(sounding)  # type: ignore[arg-type] - passed on as it came

        def render(frames: int) -> bytes:
            block = self._render(frames)
            if any(block) and not self.heard.is_set():
                self.heard_at = time.perf_counter()
                self.heard.set()
            return block

        self._player.play = noted
        self._player.render = render


def stall(end: threading.Event) -> None:
    """A screen that computes 400 ms each second."""
    while not end.wait(1.0 - STALL_S):
        until = time.perf_counter() + STALL_S
        while time.perf_counter() < until:
            pass


def measure(folder: Path, alarms: int, *, stalled: bool) -> list[str]:
    """One row of the table, in milliseconds."""
    thread = LoopThread("runtime")
    thread.start()
    options = RuntimeOptions(database=folder, sound=SoundOptions("ecr", backends=("NULL",)))
    runtime = build_runtime(big_project(1, 1), options)
    ear = Ear(runtime)
    thread.submit(runtime.start()).result()
    end = threading.Event()
    if stalled:
        threading.Thread(target=stall, args=[end], name="screen").start()
    clock = SystemClock()
    whole: list[float] = []
    queued: list[float] = []
    for number in range(alarms):
        time.sleep(0.15 + (number % 17) * 0.01)
        ear.heard.clear()
        crossed = time.perf_counter()
        sample = TagValue(95.0, Quality.GOOD, clock.now(), 95.0)
        thread.loop.call_soon_threadsafe(runtime.store.update, TAG, sample)
        assert ear.heard.wait(5)
        whole.append(1000 * (ear.heard_at - crossed))
        queued.append(1000 * (ear.heard_at - ear.asked_at))
        sample = TagValue(50.0, Quality.GOOD, clock.now(), 50.0)
        thread.loop.call_soon_threadsafe(runtime.store.update, TAG, sample)
        thread.submit(runtime.alarms.announced()).result()
        thread.submit(runtime.alarms.ack("bench.t0.high", "Anna", "ecr")).result()
    end.set()
    thread.submit(runtime.stop()).result()
    thread.close()
    numbers = [percentile(queued, 0.5), percentile(queued, 0.99), max(queued)]
    numbers += [percentile(whole, 0.5), percentile(whole, 0.99), max(whole)]
    return ["stalls 400 ms each second" if stalled else "calm", *(f"{number:.1f}" for number in numbers)]


def main() -> None:
    alarms = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    sys.setswitchinterval(0.0005)  # as the desktop does
    rows: list[list[str]] = []
    for stalled in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(Path(folder), alarms, stalled=stalled))
    head = ["screen", "sound asked to queued p50", "p99", "worst", "limit crossed to queued p50", "p99", "worst"]
    print_table(f"{alarms} alarms, milliseconds", head, rows)


if __name__ == "__main__":
    main()
