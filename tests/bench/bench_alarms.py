"""What an alarm costs: microseconds a judged sample, milliseconds a durable transition.

`python -m tests.bench.bench_alarms [rounds] [rows]`. Engine cost at 1,000 and 20,000 alarms in one run; the journal
against a plain SQLite insert with the same durability; restart and a day's query on a journal of `rows` rows.
"""

import asyncio
import gc
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.measure import percentile, print_table
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Operator, Priority, TransitionKind
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.storage.alarm_journal import AlarmJournal
from vmshmi.runtime.storage.journal_file import JournalFile

START = datetime(2026, 1, 1, tzinfo=UTC)
Batch = list[tuple[TagId, TagValue]]


def alarms(count: int) -> list[AlarmDef]:
    """One high limit a tag; every tenth is watched only while an engine runs."""
    return [
        AlarmDef(
            f"t{number}.high",
            TagId(f"t{number}"),
            Operator.GREATER,
            90.0,
            hysteresis=5.0,
            enable_when="run == 1" if number % 10 == 0 else "",
        )
        for number in range(count)
    ]


def batch_of(prefix: str, count: int, value: float) -> Batch:
    """A good sample for each tag."""
    sample = TagValue(value, Quality.GOOD, datetime.now(UTC), value)
    return [(TagId(f"{prefix}{number}"), sample) for number in range(count)]


async def microseconds(engine: AlarmEngine, batches: list[Batch], rounds: int) -> float:
    """Cost a sample, the best of some runs: other programs only ever make it slower."""
    best = float("inf")
    samples = sum(len(batch) for batch in batches) * rounds
    for _ in range(5):
        gc.collect()
        begin = time.perf_counter()
        for _ in range(rounds):
            for batch in batches:
                engine.on_samples(batch)
        best = min(best, (time.perf_counter() - begin) / samples * 1e6)
        await engine.announced()
    return best


async def engine_costs(count: int, rounds: int) -> list[float]:
    """Microseconds: tag without alarm, alarm at rest, alarm standing, raising and ending, an idle scan."""
    clock = SystemClock()
    engine = AlarmEngine(alarms(count), clock, AlarmJournal(None, clock))
    await engine.start()
    engine.on_samples([(TagId("run"), TagValue(1, Quality.GOOD, clock.now()))])
    rest, high = batch_of("t", count, 50.0), batch_of("t", count, 95.0)
    costs = [await microseconds(engine, [batch_of("nobody", count, 50.0)], rounds)]
    engine.on_samples(rest)
    costs.append(await microseconds(engine, [rest], rounds))
    begin = time.perf_counter()
    for _ in range(1000):
        engine.tick()
    scan = (time.perf_counter() - begin) / 1000 * 1e6
    engine.on_samples(high)
    costs.append(await microseconds(engine, [high], rounds))
    engine.on_samples(rest)
    costs.append(await microseconds(engine, [high, rest], 1))
    costs.append(scan)
    await engine.stop()
    return costs


async def one_by_one_ms(folder: Path, count: int) -> list[float]:
    """From the sample to the durable announcement, one raising at a time."""
    clock = SystemClock()
    engine = AlarmEngine(alarms(count + 1), clock, AlarmJournal(folder / "engine.sqlite"))
    await engine.start()
    took: list[float] = []
    for item in batch_of("t", count + 1, 95.0):
        if int(item[0][1:]) % 10:
            begin = time.perf_counter()
            engine.on_samples([item])
            await engine.announced()
            took.append((time.perf_counter() - begin) * 1000)
    await engine.stop()
    return took


async def flood_ms(folder: Path, count: int) -> float:
    """All alarms in one turn: until the last is durable and announced."""
    clock = SystemClock()
    engine = AlarmEngine(alarms(count), clock, AlarmJournal(folder / "flood.sqlite"))
    await engine.start()
    engine.on_samples([(TagId("run"), TagValue(1, Quality.GOOD, clock.now()))])
    await engine.announced()
    begin = time.perf_counter()
    engine.on_samples(batch_of("t", count, 95.0))
    await engine.announced()
    took = (time.perf_counter() - begin) * 1000
    assert len(engine.standing()) == count
    await engine.stop()
    return took


def plain_insert_ms(folder: Path, count: int) -> list[float]:
    """The yardstick: one row, one durable transaction, no hash, no state, no other thread."""
    took: list[float] = []
    with closing(sqlite3.connect(folder / "plain.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE journal (id INTEGER PRIMARY KEY, at INTEGER, text TEXT)")
        connection.execute("CREATE INDEX journal_at ON journal (at)")
        for number in range(count):
            begin = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO journal (at, text) VALUES (?, ?)", (number, "x" * 300))
            connection.execute("COMMIT")
            took.append((time.perf_counter() - begin) * 1000)
    return took


def fill(path: Path, rows: int) -> float:
    """A year of rows; rows a second while writing them."""
    file = JournalFile(path)
    file.open()
    step = timedelta(days=365) / rows
    record = AlarmRecord("t1.high", 1, active=True, acknowledged=False, value=95.0, raised_at=START)
    begin = time.perf_counter()
    for first in range(0, rows, 10_000):
        file.commit(
            [
                AlarmTransition(
                    TransitionKind.RAISED, START + number * step, record, priority=Priority.ALARM, message="Pressure"
                )
                for number in range(first, min(rows, first + 10_000))
            ]
        )
    took = time.perf_counter() - begin
    file.close()
    return rows / took


async def long_journal(folder: Path, rows: int) -> list[tuple[str, str]]:
    """What a year's journal answers, and how fast."""
    path = folder / "year.sqlite"
    written = fill(path, rows)
    journal = AlarmJournal(path)
    begin = time.perf_counter()
    await journal.start()
    restored = (time.perf_counter() - begin) * 1000
    day_ms: list[float] = []
    found = 0
    for day in range(10, 360, 35):
        since = START + timedelta(days=day)
        begin = time.perf_counter()
        found = len(await journal.history(since, since + timedelta(days=1), limit=100_000))
        day_ms.append((time.perf_counter() - begin) * 1000)
    begin = time.perf_counter()
    broken = await journal.verify()
    verified = time.perf_counter() - begin
    await journal.stop()
    return [
        ("rows written, hash-chained, in groups of 10,000", f"{written:,.0f} rows/s"),
        ("size", f"{path.stat().st_size / rows:.0f} bytes a row"),
        ("open and restore", f"{restored:.0f} ms"),
        (f"a day's query ({found:,} rows), worst of {len(day_ms)}", f"{max(day_ms):.0f} ms"),
        (f"verify the whole chain ({'unbroken' if broken is None else broken})", f"{verified:.1f} s"),
    ]


async def main(rounds: int, rows: int) -> None:
    """Measure and print."""
    small, large = await engine_costs(1_000, rounds * 20), await engine_costs(20_000, rounds)
    names = ["tag without an alarm", "alarm at rest", "alarm standing", "raise or end (in memory)", "scan, nothing due"]
    print_table(
        "Alarm engine: us a sample (the last: us a scan)",
        ["what", "1,000 alarms", "20,000 alarms", "ratio"],
        [[n, f"{a:.2f}", f"{b:.2f}", f"{b / a:.2f}"] for n, a, b in zip(names, small, large, strict=True)],
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, ours = plain_insert_ms(folder, 500), await one_by_one_ms(folder, 500)
        rows_of = [("plain SQLite insert, WAL, FULL", plain), ("sample to durable announcement", ours)]
        print_table(
            "Journal: ms a durable transaction of one row",
            ["what", "p50", "p99", "p50 ratio"],
            [
                [what, f"{percentile(took, 0.5):.2f}", f"{percentile(took, 0.99):.2f}",
                 f"{percentile(took, 0.5) / percentile(plain, 0.5):.1f}"]
                for what, took in rows_of
            ],
        )  # fmt: skip
        floods = [["1,000 alarms in one turn", f"{await flood_ms(Path(tempfile.mkdtemp(dir=name)), 1_000):.0f} ms"]]
        floods.append(["4,691 alarms in one turn", f"{await flood_ms(Path(tempfile.mkdtemp(dir=name)), 4_691):.0f} ms"])
        print_table("Flood: until the last is durable and announced", ["what", "took"], floods)
        long = await long_journal(folder, rows)
        print_table(f"A journal of {rows:,} rows over a year", ["what", "took"], [list(line) for line in long])


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(arguments[0] if arguments else 5, arguments[1] if len(arguments) > 1 else 1_000_000))
