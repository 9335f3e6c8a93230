"""The demo vessel's flood for an hour at 60 times speed: does the memory stay flat, is nothing lost?

`python -m tests.bench.soak_flood [minutes] [speed]`, minutes of the wall. Everything of the runtime runs as on board:
drivers, store, alarms, journal and history on a disk. Only time is another: the loop's and the clock's seconds are
`speed` times shorter, so ticks, delays, escalations and seals come that much faster. What the operating system times
(the journal's retries, the storage threads' own pauses) is not scaled. An operator answers everything each ship's
minute. A table line each minute; at the end how the memory grew after the warm-up.
"""

import asyncio
import contextlib
import gc
import selectors
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from tests.bench.measure import percentile, print_table
from vmshmi.app import compose
from vmshmi.core.alarms.model import AlarmTransition, TransitionKind
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime
from vmshmi.runtime.storage.alarm_journal import events_of_file, prove_file

WARM_UP = 0.25
"""Share of the run that the memory's growth leaves out: caches, the fleeting memory's window, the first seals."""


class FastClock:
    """Runs `speed` times faster than the machine's."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._real = self._ship = self._start = time.monotonic()
        self._wall = datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on board."""
        return self._ship + (time.monotonic() - self._real) * self.speed

    def now(self) -> datetime:
        """UTC on board."""
        return self._wall + timedelta(seconds=self.monotonic() - self._start)

    def calm_down(self) -> None:
        """From now on a second is a second: a stop has its budget in real ones."""
        self._real, self._ship, self.speed = time.monotonic(), self.monotonic(), 1.0


class _FastSelector(selectors.DefaultSelector):
    """Waits for ship's seconds."""

    def __init__(self, clock: FastClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout if timeout is None else timeout / self._clock.speed)


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are the clock's."""

    def __init__(self, clock: FastClock) -> None:
        self._clock = clock
        super().__init__(_FastSelector(clock))

    def time(self) -> float:
        return self._clock.monotonic()


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the table."""

    minute: float
    ship_h: float
    rss_mb: float
    objects: int
    rows: int
    raised: int
    standing: int
    samples: int
    lag_p99_ms: float
    cpu: float


class Soak:
    """One run.

    Args:
        runtime: on the flood.
        clock: its.
    """

    def __init__(self, runtime: RuntimeApp, clock: FastClock) -> None:
        self.runtime = runtime
        self.clock = clock
        self.looks: list[Look] = []
        self.told: Counter[TransitionKind] = Counter()
        self.refused: Counter[str] = Counter()
        self.answered = 0
        self.errors: Counter[str] = Counter()
        self._lags: list[float] = []
        self._process = psutil.Process()
        self._began = time.monotonic()
        runtime.alarms.subscribe(self._hear)

    def _hear(self, transitions: Sequence[AlarmTransition]) -> None:
        for transition in transitions:
            self.told[transition.kind] += 1

    async def answer(self) -> None:
        """An operator: everything that asks, once a ship's minute."""
        while True:
            await asyncio.sleep(60)
            for record in self.runtime.alarms.standing():
                if record.is_unanswered:
                    try:
                        await self.runtime.alarms.ack(record.id, "soak", "ecr", record.occurrence)
                        self.answered += 1
                    except CommandRefused as refusal:
                        self.refused[refusal.reason] += 1

    async def measure_lag(self) -> None:
        """How late the loop wakes, in the wall's milliseconds."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.05 * self.clock.speed)
            self._lags.append(max(0.0, time.perf_counter() - before - 0.05) * 1000)

    def look(self) -> None:
        """Take one line."""
        error = self.runtime.alarms.journal_error()
        if error:
            self.errors[error] += 1
        minute = (time.monotonic() - self._began) / 60
        self.looks.append(
            Look(
                minute,
                minute * self.clock.speed / 60,
                self._process.memory_info().rss / 1e6,
                len(gc.get_objects()),
                sum(self.told.values()),
                self.told[TransitionKind.RAISED],
                len(self.runtime.alarms.standing()),
                sum(dict(device.counters)["samples"] for device in self.runtime.devices()),
                percentile(self._lags, 0.99),
                self._process.cpu_percent(),
            )
        )
        self._lags.clear()
        sys.stdout.write(_text(self.looks[-1]) + "\n")
        sys.stdout.flush()

    def verdicts(self) -> list[list[str]]:
        """What came of it."""
        settled = self.looks[int(len(self.looks) * WARM_UP) :]
        slope = _slope([(look.ship_h, look.rss_mb) for look in settled])
        objects = _slope([(look.ship_h, look.objects) for look in settled])
        world_s = max((dict(device.counters)["requests"] for device in self.runtime.devices()), default=0) * 0.5
        health = self.runtime.health()
        return [
            ["memory after the warm-up, first and last", f"{settled[0].rss_mb:.0f} and {settled[-1].rss_mb:.0f} MB"],
            ["highest", f"{max(look.rss_mb for look in self.looks):.0f} MB"],
            ["growth a ship's hour after the warm-up", f"{slope:+.2f} MB, {objects:+.0f} Python objects"],
            ["ship's hours that the machinery really lived", f"{world_s / 3600:.1f} of {self.looks[-1].ship_h:.1f}"],
            ["transitions announced", f"{sum(self.told.values()):,}, {self.told[TransitionKind.RAISED]:,} raisings"],
            ["acknowledged, refused", f"{self.answered:,}, {dict(self.refused)}"],
            ["journal errors seen, history rows dropped", f"{dict(self.errors)}, {health.historian.dropped}"],
            ["standing system alarms", ", ".join(self._own_alarms()) or "none"],
        ]

    def _own_alarms(self) -> list[str]:
        return [record.id for record in self.runtime.alarms.standing() if record.id.startswith("system.")]


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares."""
    if len(points) < 3:
        return float("nan")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


HEAD = "wall min  ship h  RSS MB  objects  transitions  raisings  standing      samples  lag p99 ms  CPU %"


def _text(look: Look) -> str:
    return (
        f"{look.minute:8.1f}  {look.ship_h:6.1f}  {look.rss_mb:6.0f}  {look.objects:7d}  {look.rows:11,d}  "
        f"{look.raised:8,d}  {look.standing:8d}  {look.samples:11,d}  {look.lag_p99_ms:10.1f}  {look.cpu:5.0f}"
    )


async def run(folder: Path, minutes: float, clock: FastClock) -> list[list[str]]:
    """Run the flood and look once a minute, oftener in a short run."""
    runtime = build_runtime(compose.read_project(None, "flood"), RuntimeOptions(database=folder), clock)
    soak = Soak(runtime, clock)
    await runtime.start()
    compose.keep_what_is_built()
    tasks = [asyncio.create_task(soak.answer()), asyncio.create_task(soak.measure_lag())]
    sys.stdout.write(HEAD + "\n")
    steps = max(12, round(minutes))
    end = clock.monotonic()
    for _ in range(steps):
        end += minutes * 60 / steps * clock.speed
        await asyncio.sleep(end - clock.monotonic())
        soak.look()
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    verdicts = soak.verdicts()
    clock.calm_down()
    await runtime.stop()
    told = Counter(kind.value for kind in soak.told.elements() if kind.is_change)
    compose.let_go()
    begin = time.perf_counter()
    proof = prove_file(folder / "journal.sqlite")
    took = time.perf_counter() - begin
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    broken = "unbroken" if proof.broken is None else str(proof.broken)
    verdicts.append(["journal", f"{proof.rows:,} rows, {broken}, proved in {took:.1f} s"])
    changes = {kind.value for kind in TransitionKind if kind.is_change}
    written = events_of_file(
        folder / "journal.sqlite",
        None,
        None,
        lambda blocks: Counter(e[1] for b in blocks for e in b if e[1] in changes),
    )
    differ = {kind: (told[kind], written[kind]) for kind in told | written if told[kind] != written[kind]}
    verdicts.append(["announced, but not in the journal, or in it and not announced", str(differ or "none")])
    verdicts.append(["size of the database folder", f"{size:,.0f} MB"])
    return verdicts


def main(arguments: Mapping[int, str]) -> None:
    """Run and print."""
    minutes, speed = float(arguments.get(0, "60")), float(arguments.get(1, "60"))
    clock = FastClock(speed)
    folder = tempfile.TemporaryDirectory(prefix="soak-")
    with folder as name, asyncio.Runner(loop_factory=lambda: FastLoop(clock)) as runner:
        verdicts = runner.run(run(Path(name), minutes, clock))
    print_table(f"Flood of the demo vessel, {minutes:g} min at {speed:g} times speed", ["what", "result"], verdicts)


if __name__ == "__main__":
    main(dict(enumerate(sys.argv[1:])))
