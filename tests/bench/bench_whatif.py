"""What if over a month: days a second, against real time, against plain reading, and the runtime's loop beside it.

    python -m tests.bench.bench_whatif [--days 30]

A database folder with one tag sampled each second and the tag of its `enable_when`; the runtime's loop is watched with
sleeps of 10 ms while the replay runs in its thread.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from tests.bench.measure import LagMeter, percentile, print_table
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmDef, Operator, Priority
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.alarms.whatif import WhatIf, tags_of
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarms.rehearsal import Rehearsal, rehearse
from vmshmi.runtime.historian import FolderHistory, Historian, HistorianSettings

PRESS, STATE = TagId("me_p.lo_press"), TagId("me_p.state")
TAGS = (TagDef(PRESS, unit="bar", device="plc"), TagDef(STATE, kind=TagKind.ENUM, device="plc"))
ALARM = AlarmDef(
    "me_p.lo_press.low",
    PRESS,
    Operator.LESS,
    2.5,
    hysteresis=0.3,
    delay_s=2.0,
    priority=Priority.ALARM,
    enable_when="me_p.state == 2",
    enable_delay_s=30.0,
)
DAY = 86_400
GAP_S = {PRESS: 5.0, STATE: 5.0}


@dataclass
class Measured:
    """One run: seconds, how late the loop was (ms), what came out."""

    seconds: float
    lags: list[float]
    answer: WhatIf | None = None


async def record(folder: Path, clock: FakeClock, days: int) -> None:
    """A month of oil pressure: noise, an engine that is stopped now and then, some hundred dips."""
    random = np.random.default_rng(3)
    historian = Historian(folder, TAGS, clock, HistorianSettings(flush_every_s=3600.0))
    await historian.start()
    for day in range(days):
        values = 4.6 + 0.05 * random.standard_normal(DAY)
        for start in random.integers(0, DAY - 60, 20):
            values[start : start + int(random.choice([1, 2, 3, 5, 40]))] = 2.2
        start = clock.now()
        batch: list[tuple[TagId, TagValue]] = []
        for second in range(DAY):
            at = start + timedelta(seconds=second)
            state = 2.0 if (second // 7200 + day) % 5 else 0.0
            batch.append((PRESS, TagValue(float(values[second]), Quality.GOOD, at)))
            batch.append((STATE, TagValue(state, Quality.GOOD, at)))
        historian.record(batch)
        clock.advance(DAY)
        await asyncio.to_thread(historian.seal_now)
    await historian.stop()


async def beside(work: "asyncio.Task[WhatIf | None]") -> Measured:
    """Watch the loop while something runs."""
    meter = LagMeter()
    watching = asyncio.create_task(meter.run())
    began = time.perf_counter()
    answer = await work
    seconds = time.perf_counter() - began
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return Measured(seconds, meter.lags_ms, answer)


async def idle() -> None:
    await asyncio.sleep(2.0)


async def run(folder: Path, clock: FakeClock, days: int) -> None:
    history = FolderHistory(folder)
    until = clock.now()
    since = until - timedelta(days=days)
    kinds = {tag.id: tag.kind for tag in TAGS}
    with ThreadPoolExecutor(2) as pool:

        async def read(query: HistoryQuery) -> HistorySeries:
            return await asyncio.get_running_loop().run_in_executor(pool, history.read, query, kinds[query.tag_id])

        async def read_only() -> None:
            day = since
            while day < until:
                for tag in tags_of(ALARM):
                    await read(HistoryQuery(tag, day, day + timedelta(days=1)))
                day += timedelta(days=1)

        async def ask() -> WhatIf:
            change = DefinitionChange(delay_s=4.0)
            with ThreadPoolExecutor(1) as executor:
                return await rehearse(Rehearsal(ALARM, change, since, until, (), GAP_S), read, executor)

        runs = {
            "loop alone": await beside(asyncio.ensure_future(idle())),
            "plain reading": await beside(asyncio.ensure_future(read_only())),
            "what if": await beside(asyncio.ensure_future(ask())),
        }
    history.close()
    rows = [
        [
            name,
            f"{one.seconds:.2f} s",
            f"{days / one.seconds:.1f}" if name != "loop alone" else "",
            f"{days * DAY / one.seconds:,.0f}" if name != "loop alone" else "",
            f"{percentile(one.lags, 0.5):.2f}",
            f"{percentile(one.lags, 0.99):.2f}",
            f"{max(one.lags):.2f}",
        ]
        for name, one in runs.items()
    ]
    head = ["", "time", "days/s", "x real time", "loop late p50 ms", "p99 ms", "max ms"]
    print_table(f"what if over {days} days of 1 Hz samples with an enable tag", head, rows)
    answer = runs["what if"].answer
    assert answer is not None
    print(f"{answer.samples:,} samples, {answer.standing_before.count} raisings, {answer.standing_after.count} after")
    print(f"what if takes {runs['what if'].seconds / runs['plain reading'].seconds:.1f} times plain reading")


async def main(days: int) -> None:
    sys.setswitchinterval(0.0005)  # as the program does
    with tempfile.TemporaryDirectory() as name:
        clock = FakeClock()
        await record(Path(name), clock, days)
        await run(Path(name), clock, days)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    asyncio.run(main(parser.parse_args().days))
