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
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmTransition, Measure, Operator, Priority, TransitionKind
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.storage.alarm_journal import AlarmJournal
from vmshmi.runtime.storage.journal_archive import FOLDER
from vmshmi.runtime.storage.journal_file import JournalFile
from vmshmi.runtime.storage.journal_retention import Retention

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


def mixed(count: int) -> list[AlarmDef]:
    """What a ship has: of ten alarms six plain limits, one deviation, one rate, one mismatch, one lost sensor.

    Every fourth has an on-delay, every fifth an off-delay, every sixth latches, every tenth is watched only while an
    engine runs; warnings escalate, groups of ten know their first.
    """
    found: list[AlarmDef] = []
    for number in range(count):
        tag = TagId(f"t{number}")
        base = number - number % 10
        kind: dict[str, object] = {"operator": Operator.GREATER, "limit": 90.0, "hysteresis": 5.0}
        match number % 10:
            case 6:
                kind |= {"measure": Measure.DEVIATION, "limit": 30.0, "hysteresis": 2.0}
                kind["others"] = tuple(TagId(f"t{base + other}") for other in range(6))
            case 7:
                kind |= {"measure": Measure.RATE, "limit": 1e9, "window_s": 60.0}
            case 8:
                kind |= {
                    "measure": Measure.MISMATCH,
                    "operator": Operator.GREATER_EQUAL,
                    "limit": 1.0,
                    "hysteresis": 0.0,
                }
                kind["others"] = (TagId(f"t{base}"),)
                kind["delay_s"] = 3.0
            case 9:
                kind |= {"measure": Measure.BAD_QUALITY, "operator": Operator.GREATER_EQUAL, "limit": 1.0}
                kind |= {"hysteresis": 0.0, "delay_s": 3.0}
            case _:
                kind["delay_s"] = 2.0 if number % 4 == 0 else 0.0
        found.append(
            AlarmDef(
                f"t{number}.x",
                tag,
                off_delay_s=2.0 if number % 5 == 0 else 0.0,
                latching=number % 6 == 0,
                escalate_s=300.0,
                realarm_s=3600.0 if number % 3 == 0 else None,
                first_out=f"g{base}",
                enable_when="run == 1" if number % 10 == 0 else "",
                **kind,  # pyright: ignore[reportArgumentType] - what differs from kind to kind
            )
        )
    return found


async def mixed_costs(count: int, rounds: int) -> list[float]:
    """Microseconds a sample of a mix at rest: values that stand still, and values that wander below their limits."""
    clock = SystemClock()
    engine = AlarmEngine(mixed(count), clock, AlarmJournal(None, clock))
    await engine.start()
    engine.on_samples([(TagId("run"), TagValue(1, Quality.GOOD, clock.now()))])
    engine.on_samples(batch_of("t", count, 50.0))
    costs = [await microseconds(engine, [batch_of("t", count, 50.0)], rounds)]
    wander = [batch_of("t", count, 50.0 + step) for step in range(4)]
    costs.append(await microseconds(engine, wander, max(1, rounds // 4)))
    begin = time.perf_counter()
    for _ in range(1000):
        engine.tick()
    costs.append((time.perf_counter() - begin) / 1000 * 1e6)
    await engine.stop()
    return costs


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
    light = await journal.events(START, START + timedelta(days=110), lambda blocks: sum(len(block) for block in blocks))
    light_s = time.perf_counter() - begin
    begin = time.perf_counter()
    await journal.raisings(START + timedelta(days=365, hours=-5))
    raisings_ms = (time.perf_counter() - begin) * 1000
    begin = time.perf_counter()
    broken = await journal.verify()
    verified = time.perf_counter() - begin
    await journal.stop()
    return [
        ("rows written, hash-chained, in groups of 10,000", f"{written:,.0f} rows/s"),
        ("size", f"{path.stat().st_size / rows:.0f} bytes a row"),
        ("open and restore", f"{restored:.0f} ms"),
        (f"a day's query ({found:,} rows), worst of {len(day_ms)}", f"{max(day_ms):.0f} ms"),
        (f"{light:,} light events over 110 days", f"{light_s * 1000:.0f} ms"),
        ("raisings of the last 5 hours, for the fleeting memory", f"{raisings_ms:.0f} ms"),
        (f"verify the whole chain ({'unbroken' if broken is None else broken})", f"{verified:.1f} s"),
    ]


async def retention(folder: Path) -> list[tuple[str, str]]:
    """Thirty old days go to the archive while the journal is being written: how long the writer waits at the most."""
    path = folder / "year.sqlite"
    journal = AlarmJournal(path, _At(START + timedelta(days=396)), retention=Retention(days=366, rows=1))
    await journal.start()
    record = AlarmRecord("t1.high", 1, active=True, acknowledged=False, value=95.0, raised_at=START)
    loop = asyncio.get_running_loop()

    async def write_ms() -> float:
        durable = loop.create_future()
        begin = time.perf_counter()
        journal.append(
            [AlarmTransition(TransitionKind.RAISED, START + timedelta(days=396), record)],
            lambda: durable.set_result((time.perf_counter() - begin) * 1000),
        )
        return await durable

    alone: list[float] = []
    beside: list[float] = []
    for _ in range(300):
        alone.append(await write_ms())
        await asyncio.sleep(0.005)
    begin = time.perf_counter()
    task = asyncio.create_task(journal.archive_now())
    while not task.done():
        beside.append(await write_ms())
        await asyncio.sleep(0.005)
    took = time.perf_counter() - begin
    days = await task
    packed = sum(file.stat().st_size for file in (folder / FOLDER).iterdir())
    await journal.stop()
    return [
        (f"{len(days)} days to the archive, read back, proved and deleted", f"{took:.1f} s, {packed / 1e6:.1f} MB"),
        ("a durable row without it, p50 / p99 / max", _spread(alone)),
        (f"beside it ({len(beside)} rows), p50 / p99 / max", f"{_spread(beside)} ({max(beside) / max(alone):.1f})"),
    ]


def _spread(took: list[float]) -> str:
    return f"{percentile(took, 0.5):.1f} / {percentile(took, 0.99):.1f} / {max(took):.1f} ms"


class _At(SystemClock):
    """A clock that stands at a day of our choice."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


async def main(rounds: int, rows: int) -> None:
    """Measure and print."""
    small, large = await engine_costs(1_000, rounds * 20), await engine_costs(20_000, rounds)
    names = ["tag without an alarm", "alarm at rest", "alarm standing", "raise or end (in memory)", "scan, nothing due"]
    print_table(
        "Alarm engine: us a sample (the last: us a scan)",
        ["what", "1,000 alarms", "20,000 alarms", "ratio"],
        [[n, f"{a:.2f}", f"{b:.2f}", f"{b / a:.2f}"] for n, a, b in zip(names, small, large, strict=True)],
    )
    sizes = (1_000, 5_000, 20_000)
    mix = [await mixed_costs(size, max(1, rounds * 20_000 // size)) for size in sizes]
    print_table(
        "A ship's mix of measures: us a sample (the last: us a scan)",
        ["what", *(f"{size:,} alarms" for size in sizes), "ratio"],
        [
            [name, *(f"{costs[row]:.2f}" for costs in mix), f"{mix[-1][row] / mix[0][row]:.2f}"]
            for row, name in enumerate(("values stand still", "values wander", "scan, nothing due"))
        ],
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
        kept = await retention(folder)
        print_table("Retention at work", ["what", "took"], [list(line) for line in kept])


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(arguments[0] if arguments else 5, arguments[1] if len(arguments) > 1 else 1_000_000))
