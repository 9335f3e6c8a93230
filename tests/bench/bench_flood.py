"""Alarm floods on a whole workstation: nothing lost, the highest priority in time, the window fluid?

`python -m tests.bench.bench_flood [seconds for the 4,691] [tags]`. 4,691 alarms of ten minutes (Viking Sky) are raised
in one minute: ten times as dense as they were; the load of all tags at 10 Hz is not compressed. Then, on a fresh
workstation, 1,000 in 10 s as they are. The flood is warnings and cautions; twice a second-and-a-half an alarm comes
into it, is seen on the banner and is answered. The window shows the alarm list. Journal, API, WebSocket and window
must agree about every raising, and the WebSocket tells what the journal holds, row by row in its order.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import httpx
import qasync
from PySide6.QtWidgets import QApplication
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.bench.measure import percentile, print_table
from tests.bench.watch_rig import Workstation
from vmshmi.core.alarms.journal_event import JournalEvent
from vmshmi.core.alarms.model import TransitionKind
from vmshmi.runtime.storage.alarm_journal import events_of_file, prove_file

ASKED_MS, CEILING_MS, FRAME_MS = 250, 2000, 100
PROBE_EVERY_S = 0.75
Told = tuple[str, str, int]
"""Kind of a transition, alarm and occurrence."""


class Listener:
    """A client of the WebSocket that wants alarms only, in a thread: every transition it hears of, in order."""

    def __init__(self, port: int) -> None:
        self.heard: list[Told] = []
        self._socket = connect(f"ws://127.0.0.1:{port}/ws/realtime?tags=", proxy=None, max_size=None)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for message in self._socket:
                said = json.loads(message)
                if said["type"] == "alarm":
                    self.heard.append((said["kind"], said["alarm"]["id"], said["alarm"]["occurrence"]))
        except ConnectionClosed:
            pass

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
        self._thread.join(5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one flood did."""

    raised: int
    seconds: float
    lost: str
    sound_ms: list[float]
    paint_ms: list[float]
    frames_ms: list[float]
    before_ms: list[float]
    load: float
    rate: float
    durable_ms: list[float]


async def probe(ship: Workstation, number: int) -> tuple[float, float]:
    """One alarm in the middle of the flood: ms until sound was requested and until the banner with it was painted."""
    alarm_id = f"{ship.ids[number]}.high"
    crossed = await ship.set_high([number], high=True)
    key = None
    while key is None:
        key = next((key for key in list(ship.frames.painted) if key[0] == alarm_id), None)
        if time.monotonic() > crossed + 10:
            raise RuntimeError(f"{alarm_id} was never painted")
        await asyncio.sleep(0.01)
    await ship.thread.run(ship.runtime.alarms.ack(alarm_id, "bench", "ecr", key[1]))
    return (ship.requested[key] - crossed) * 1000, (ship.frames.painted[key] - crossed) * 1000


async def flood(count: int, seconds: float, tags: int) -> Outcome:
    """Raise `count` alarms in `seconds`, evenly but for chance."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ship = Workstation(folder, tags, 0.0, "alarms")
        await ship.start()
        api = ship.runtime.api
        assert api is not None
        listener = Listener(api.port)
        chance = random.Random(3)
        numbers = [n for n in range(tags) if n % 5]
        chance.shuffle(numbers)
        if count > len(numbers):
            raise ValueError(f"{count} alarms need more than {tags} tags")
        moments = sorted(chance.uniform(0, seconds) for _ in range(count))
        probes: list[tuple[float, float]] = []
        highs = iter(range(0, tags, 5))
        raised: dict[int, float] = {}

        async def probing() -> None:
            while True:
                await asyncio.sleep(PROBE_EVERY_S)
                probes.append(await probe(ship, next(highs)))

        with ship.fed(10.0):
            await asyncio.sleep(2.0)
            ship.lag.lags_ms.clear()
            await asyncio.sleep(5.0)
            before = list(ship.lag.lags_ms)
            ship.lag.lags_ms.clear()
            begin, samples = time.monotonic(), ship.samples
            task = asyncio.create_task(probing())
            await ship.thread.run(ship.raise_at(begin, list(zip(numbers, moments, strict=False)), raised))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            took, rate = time.monotonic() - begin, (ship.samples - samples) / (time.monotonic() - begin)
            frames = list(ship.lag.lags_ms)
            await asyncio.sleep(1.5)
        told_at = {t.record.id: at for at, t in reversed(ship.told)}
        durable = [
            (told_at[f"{ship.ids[n]}.high"] - at) * 1000 for n, at in raised.items() if f"{ship.ids[n]}.high" in told_at
        ]
        expected = {f"{ship.ids[number]}.high" for number in raised}
        listed = await asyncio.to_thread(lambda: httpx.get(f"http://127.0.0.1:{api.port}/alarms", timeout=30).json())
        found = {
            "API": {alarm["id"] for alarm in listed},
            "window": {record.id for record in ship.window._context.alarms.records()},
            "WebSocket": {alarm_id for kind, alarm_id, _ in listener.heard if kind == "raised"},
        }
        # the flood goes on: unanswered warnings are raised again as alarms until the runtime stops
        announced = len(ship.told)
        await asyncio.sleep(2.0)
        listener.close()
        await ship.stop()
        surely = [(t.kind.value, t.record.id, t.record.occurrence) for _, t in ship.told[:announced]]
        lost = _differences(folder / "journal.sqlite", expected, found, listener.heard, surely)
        if task.done() and not task.cancelled() and task.exception() is not None:
            lost += f"; {task.exception()}"
    return Outcome(
        len(raised),
        took,
        lost,
        [p[0] for p in probes],
        [p[1] for p in probes],
        frames,
        before,
        os.getloadavg()[0],
        rate,
        durable,
    )


def _differences(
    journal: Path, expected: set[str], found: dict[str, set[str]], heard: Sequence[Told], surely: Sequence[Told]
) -> str:
    """What somebody did not hear of, heard twice or in another order; 'none'.

    Args:
        journal: of the runtime that has stopped.
        expected: alarms that were raised.
        found: who knows of which alarms.
        heard: what the WebSocket told from its snapshot until it was hung up: a stretch of the journal without a hole.
        surely: what was announced long before that: the stretch does not end earlier.
    """

    def changes(blocks: Iterator[Sequence[JournalEvent]]) -> list[Told]:
        kinds = {kind.value for kind in TransitionKind if kind.is_change}
        return [(event[1], event[2], event[3]) for block in blocks for event in block if event[1] in kinds]

    rows = events_of_file(journal, None, None, changes)
    found = {**found, "journal": {alarm for kind, alarm, _ in rows if kind == "raised"}}
    said = [f"{who} lacks {len(expected - ids)}" for who, ids in found.items() if expected - ids]
    begin = rows.index(heard[0]) if heard and heard[0] in rows else 0
    stretch = rows[begin : begin + len(heard)]
    if stretch != list(heard):
        differ = (number for number, row in enumerate(stretch) if row != heard[number])
        first = next(differ, len(stretch))
        lacks, more = Counter(stretch) - Counter(heard), Counter(heard) - Counter(rows)
        said.append(f"the WebSocket told something else from its message {first}: lacks {lacks}, told too much {more}")
    if surely and surely[-1] not in stretch:
        said.append(f"the WebSocket fell silent before {surely[-1]}")
    broken = prove_file(journal).broken
    if broken is not None:
        said.append(f"the journal is broken: {broken}")
    return "; ".join(said) or "none"


def rows_of(outcome: Outcome) -> list[str]:
    """A column of the table."""
    worst = max(percentile(outcome.sound_ms, 0.99), percentile(outcome.paint_ms, 0.99))
    kept = worst <= ASKED_MS and max(*outcome.sound_ms, *outcome.paint_ms) <= CEILING_MS
    return [
        f"{outcome.raised:,} in {outcome.seconds:.0f} s",
        f"{outcome.rate:,.0f}",
        outcome.lost,
        _pair(outcome.durable_ms),
        _pair(outcome.sound_ms),
        f"{_pair(outcome.paint_ms)} ({'kept' if kept else 'MISSED'})",
        f"{_pair(outcome.frames_ms)} ({'kept' if max(outcome.frames_ms) <= FRAME_MS else 'MISSED'})",
        f"{sum(lag > FRAME_MS for lag in outcome.frames_ms)} of {len(outcome.frames_ms):,}",
        _pair(outcome.before_ms),
        f"{percentile(outcome.frames_ms, 0.99) / percentile(outcome.before_ms, 0.99):.1f}",
        f"{outcome.load:.1f} on {os.cpu_count()} processors",
    ]


def _pair(took: Sequence[float]) -> str:
    return f"{percentile(took, 0.5):.0f} / {percentile(took, 0.99):.0f} / {max(took):.0f}"


async def main(seconds: float, tags: int) -> None:
    """Both floods, and the table."""
    outcomes = [await flood(4_691, seconds, tags), await flood(1_000, 10.0, tags)]
    head = [
        "raised",
        "samples a second meanwhile",
        "lost or differing (journal, API, WebSocket, window)",
        "crossed to durable announcement, p50 / p99 / max ms",
        "an alarm amid warnings: sound requested, p50 / p99 / max ms",
        f"the same: banner painted (asked: p99 {ASKED_MS}, max {CEILING_MS})",
        f"delay of the window's loop, p50 / p99 / max ms (asked: {FRAME_MS})",
        f"beyond {FRAME_MS} ms",
        "delay of the window's loop before the flood, under the same load of tags",
        "ratio of the 99th percentiles, flood to before",
        "load of the machine meanwhile, everybody's programs",
    ]
    columns = [rows_of(outcome) for outcome in outcomes]
    print_table(
        f"Floods, {tags:,} tags at 10 Hz, the alarm list on screen",
        ["what", f"4,691 (10 min in {seconds:g} s)", "1,000 in 10 s"],
        [list(row) for row in zip(head, *columns, strict=True)],
    )


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    given = [int(word) for word in sys.argv[1:]]
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(main(float(given[0]) if given else 60.0, given[1] if len(given) > 1 else 6_000))
