"""The historian's numbers.

    python -m tests.bench.bench_historian [--seconds 20] [--rate 50000] [--hours 6] [--seals 48] [--folder DIR]
    python -m tests.bench.bench_historian --asked     50,000 rows/s for 10 minutes and 200,000 for one, and nothing else

Ingest beside a ticking loop, burst against a SQLite table with its (tag, time) key on the same disk, questions over
hours of 1,000 tags, and the memory of many seals. Read ratios, not absolute times: the machine is shared.
"""

import argparse
import asyncio
import gc
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psutil

from vmshmi.app import compose
from vmshmi.core.clock import from_micros, to_micros
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.historian import Historian, HistorianSettings

TAGS = 1000
START = datetime(2026, 11, 22, tzinfo=UTC)
Batch = list[tuple[TagId, TagValue]]


class WallClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class SetClock:
    """A wall clock that shows what it was told, for rows of another time than that of the run."""

    def __init__(self) -> None:
        self.shown = START

    def now(self) -> datetime:
        return self.shown

    def monotonic(self) -> float:
        return time.monotonic()


def tags(count: int = TAGS) -> list[TagDef]:
    """Three numbers to one boolean."""
    return [
        TagDef(TagId(f"me_p.tag_{n:04d}"), kind=TagKind.DIGITAL if n % 4 == 3 else TagKind.ANALOG) for n in range(count)
    ]


def batches(count: int, generator: np.random.Generator) -> list[list[float | bool]]:
    """Values of some polls of all tags: quantised noise, and booleans that seldom change."""
    noise = np.round(50 + generator.normal(size=(count, TAGS)), 2)
    return [[bool(value > 51) if n % 4 == 3 else float(value) for n, value in enumerate(row.tolist())] for row in noise]


def a_batch(ids: list[TagId], values: list[float | bool], stamp: datetime) -> Batch:
    return [(tag_id, TagValue(value, Quality.GOOD, stamp, value)) for tag_id, value in zip(ids, values, strict=True)]


def percentile(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("nan")


def rss_mb() -> float:
    return psutil.Process().memory_info().rss / 1e6


def table(title: str, head: list[str], rows: list[list[str]]) -> None:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n{title}")
    for row in [head, ["-" * width for width in widths], *rows]:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


async def ticker(lags: list[float], every_s: float = 0.005) -> None:
    """How late a loop wakes that shares its thread with the intake."""
    while True:
        due = time.perf_counter() + every_s
        await asyncio.sleep(every_s)
        lags.append((time.perf_counter() - due) * 1e3)


async def watch_flushes(historian: Historian, found: list[float]) -> None:
    last: datetime | None = None
    while True:
        await asyncio.sleep(0.2)
        stats = historian.stats()
        if stats.last_flush is not None and stats.last_flush != last:
            last = stats.last_flush
            found.append(stats.flush_ms)


async def ingest(folder: Path, rate: int, seconds: float) -> list[str]:
    """A constant rate for some time, with seals of the product's size going on."""
    generator = np.random.default_rng(1)
    ids, pool = [tag.id for tag in tags()], batches(50, generator)
    # seals several times within the run, as it would every hour or every four million rows
    settings = HistorianSettings(seal_rows=min(max(int(rate * seconds / 5), 100_000), 4_000_000))
    historian = Historian(folder, tags(), WallClock(), settings)
    await historian.start()
    lags: list[float] = []
    flushes: list[float] = []
    cost = 0.0
    helpers = [asyncio.create_task(ticker(lags)), asyncio.create_task(watch_flushes(historian, flushes))]
    started = time.perf_counter()
    sent, polls = 0, 0
    while (elapsed := time.perf_counter() - started) < seconds:
        while sent < elapsed * rate:
            batch = a_batch(ids, pool[polls % len(pool)], datetime.now(UTC))
            before = time.perf_counter()
            historian.record(batch)
            cost += time.perf_counter() - before
            sent, polls = sent + TAGS, polls + 1
        await asyncio.sleep(0.002)
    took = time.perf_counter() - started
    for helper in helpers:
        helper.cancel()
    await asyncio.gather(*helpers, return_exceptions=True)
    stats = historian.stats()
    await historian.stop()
    seals = len(list(folder.rglob("*.parquet")))
    return [
        f"{rate:,}",
        f"{sent / took:,.0f}",
        f"{stats.dropped}",
        f"{cost / sent * 1e9:.0f}",
        f"{percentile(lags, 50):.1f}",
        f"{percentile(lags, 99):.1f}",
        f"{max(lags):.1f}",
        f"{statistics.median(flushes):.1f}" if flushes else "-",
        f"{max(flushes):.1f}" if flushes else "-",
        f"{seals}",
        f"{rss_mb():.0f}",
    ]


async def idle_lag(seconds: float) -> list[str]:
    lags: list[float] = []
    task = asyncio.create_task(ticker(lags))
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    figures = [f"{percentile(lags, 50):.1f}", f"{percentile(lags, 99):.1f}", f"{max(lags):.1f}"]
    return ["idle", "0", "0", "-", *figures, "-", "-", "0", f"{rss_mb():.0f}"]


async def burst(folder: Path, rows: int) -> tuple[float, float]:
    """Durable rows/s as fast as the intake takes them: with the making of the samples, and without."""
    generator = np.random.default_rng(2)
    ids, pool = [tag.id for tag in tags()], batches(50, generator)
    historian = Historian(folder, tags(), WallClock(), HistorianSettings(flush_every_s=3600))
    await historian.start()
    sent, polls, making = 0, 0, 0.0
    started = time.perf_counter()
    while sent < rows:
        before = time.perf_counter()
        batch = a_batch(ids, pool[polls % len(pool)], datetime.now(UTC))
        making += time.perf_counter() - before
        historian.record(batch)
        sent, polls = sent + TAGS, polls + 1
        if polls % 200 == 0 and not historian.flush_now():
            raise SystemExit(historian.stats().last_error)
    historian.flush_now()
    took = time.perf_counter() - started
    await historian.stop()
    return sent / took, sent / (took - making)


def sqlite_table(folder: Path, rows: int) -> float:
    """The same rows, ready-made, into a table with its (tag, time) key; a commit each 10,000 rows."""
    folder.mkdir(parents=True)
    pool = batches(50, np.random.default_rng(2))
    connection = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE history(tag INTEGER, ts INTEGER, value REAL, quality INTEGER, PRIMARY KEY(tag, ts)) WITHOUT ROWID"
    )
    start = to_micros(START)
    ready = [(poll, n, float(value)) for poll in range(50) for n, value in enumerate(pool[poll])]
    took = 0.0
    for first in range(0, rows, 10_000):
        chunk = [
            (n, start + (first // TAGS + poll % 10) * 1_000_000, value, 0)
            for poll, n, value in ready[first % 50_000 : first % 50_000 + 10_000]
        ]
        before = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO history VALUES (?, ?, ?, ?)", chunk)
        connection.execute("COMMIT")
        took += time.perf_counter() - before
    connection.close()
    return rows / took


def when_it_held(held: datetime, poll: int) -> datetime:
    return held


def late_at_its_own_pace(held: datetime, poll: int) -> datetime:
    """Five seconds and a little, each time another little."""
    return held + timedelta(seconds=5, microseconds=poll * 7919 % 3001)


def late_as_fast_as_can_be(held: datetime, poll: int) -> datetime:
    """A log of some days ago, 2 ms to a chunk of 256 samples."""
    return START + timedelta(days=9, milliseconds=poll * TAGS // 256 * 2)


def late_at_once(held: datetime, poll: int) -> datetime:
    """As an import: one time for all."""
    return START + timedelta(days=9)


async def fill(folder: Path, hours: int, received: Callable[[datetime, int], datetime] = when_it_held) -> float:
    """Hours of 1,000 tags at 1 Hz, sealed each hour; returns bytes a row on disk."""
    clock = SetClock()
    historian = Historian(folder, tags(), clock, HistorianSettings(flush_every_s=3600))
    await historian.start()
    generator = np.random.default_rng(3)
    ids = [tag.id for tag in tags()]
    micros = to_micros(START)
    for hour in range(hours):
        pool = batches(3600, generator)
        for second in range(3600):
            stamp = from_micros(micros + int(generator.integers(0, 3000)))
            clock.shown = received(stamp, hour * 3600 + second)
            historian.record(a_batch(ids, pool[second], stamp))
            micros += 1_000_000
            if second % 600 == 599:
                historian.flush_now()
        if hour < hours - 1 and not historian.seal_now():  # the last hour stays hot, as it would
            raise SystemExit(historian.stats().last_error)
    await historian.stop()
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    return size / max((hours - 1) * 3600 * TAGS, 1)


async def timed(ask: Callable[[], Awaitable[int]], times: int = 15) -> tuple[float, float, float, int]:
    took: list[float] = []
    rows = 0
    for _ in range(times):
        before = time.perf_counter()
        rows = await ask()
        took.append((time.perf_counter() - before) * 1e3)
    return took[0], percentile(took[1:], 50), percentile(took[1:], 95), rows


async def questions(folder: Path, hours: int) -> list[list[str]]:
    before = time.perf_counter()
    historian = Historian(folder, tags(), WallClock(), HistorianSettings(flush_every_s=3600))
    await historian.start()
    start_ms = (time.perf_counter() - before) * 1e3
    end = START + timedelta(hours=hours)
    ids = [tag.id for tag in tags()]

    async def read(*queries: HistoryQuery) -> int:
        return sum([len(series) for series in await asyncio.gather(*map(historian.read, queries))])

    span = min(hours, 24)
    day = end - timedelta(hours=span)
    asked = {
        "1 tag, last hour, raw (hot)": [HistoryQuery(ids[500], end - timedelta(hours=1), end)],
        "1 tag, an hour before, raw (sealed)": [HistoryQuery(ids[500], day, day + timedelta(hours=1))],
        f"1 tag, {span} h to 2,000 points": [HistoryQuery(ids[500], day, end, points=1000)],
        f"1 tag, {span} h raw": [HistoryQuery(ids[500], day, end)],
        f"1 boolean, {span} h to 2,000 points": [HistoryQuery(ids[503], day, end, points=1000)],
        "1 tag, newest 100": [HistoryQuery(ids[500], limit=100)],
        f"16 tags, {span} h to 2,000 points": [HistoryQuery(ids[n], day, end, points=1000) for n in range(0, 960, 60)],
    }
    rows = [["start, last hour taken over from the journal", f"{start_ms:.0f}", "", "", ""]]
    for name, queries in asked.items():
        first, median, p95, count = await timed(lambda queries=queries: read(*queries), 5 if len(queries) > 1 else 15)
        rows.append([name, f"{first:.1f}", f"{median:.1f}", f"{p95:.1f}", f"{count:,}"])
    await historian.stop()
    return rows


async def many_seals(folder: Path, seals: int) -> list[list[str]]:
    """Memory over many hours, each 360,000 rows: what a ship of 100 tags at 1 Hz makes."""
    settings = HistorianSettings(flush_every_s=3600)
    ids = [tag.id for tag in tags()]
    clock = SetClock()
    historian = Historian(folder, tags(), clock, settings)
    await historian.start()
    pool = batches(60, np.random.default_rng(4))
    micros = to_micros(START)
    rows: list[list[str]] = []
    for seal in range(1, seals + 1):
        for second in range(360):
            clock.shown = from_micros(micros)
            historian.record(a_batch(ids, pool[second % 60], clock.shown))
            micros += 10_000_000
        historian.seal_now()
        end = from_micros(micros)
        await historian.read(HistoryQuery(ids[seal % TAGS], end - timedelta(hours=24), end, points=1000))
        if seal in (1, 2, 5, 10) or seal % 24 == 0:
            gc.collect()
            rows.append([f"{seal}", f"{seal * 360_000:,}", f"{rss_mb():.0f}"])
    await historian.stop()
    return rows


async def main(arguments: argparse.Namespace) -> None:
    folder = Path(tempfile.mkdtemp(prefix="bench-historian-", dir=arguments.folder))
    asked = ((50_000, 600.0), (200_000, 60.0))
    chosen = asked if arguments.asked else tuple((n * arguments.rate, arguments.seconds) for n in (1, 4))
    compose.keep_what_is_built()  # the collector as the program sets it (decision 44)
    try:
        rows = [await idle_lag(3)]
        for rate, seconds in chosen:
            rows.append(await ingest(folder / f"ingest-{rate}", rate, seconds))
        head = ["asked rows/s", "rows/s", "dropped", "record ns/row", "lag p50 ms", "p99", "max", "flush p50 ms", "max"]
        spans = " and ".join(f"{seconds:.0f}" for _, seconds in chosen)
        table(f"Ingest for {spans} s, loop lag beside it", [*head, "files", "RSS MB"], rows)
        if arguments.asked:
            return

        whole, taken = await burst(folder / "burst", 4_000_000)
        plain = sqlite_table(folder / "sqlite", 1_000_000)
        table(
            "Burst, durable rows/s",
            ["what", "rows/s", "ratio"],
            [
                ["SQLite, WAL FULL, key (tag, time), 10,000 a commit", f"{plain:,.0f}", "1.0"],
                ["historian, samples made on the way", f"{whole:,.0f}", f"{whole / plain:.1f}"],
                ["historian, samples ready-made", f"{taken:,.0f}", f"{taken / plain:.1f}"],
            ],
        )

        per_row = await fill(folder / "day", arguments.hours)
        title = f"Questions, {arguments.hours * 3600 * TAGS:,} rows, {per_row:.2f} bytes a sealed row"
        table(title, ["what", "first ms", "median", "p95", "rows"], await questions(folder / "day", arguments.hours))

        ways = (when_it_held, late_at_once, late_as_fast_as_can_be, late_at_its_own_pace)
        sizes = [[way.__name__.replace("_", " "), f"{await fill(folder / way.__name__, 3, way):.3f}"] for way in ways]
        table("Two hours of 1,000 tags, bytes a sealed row", ["received", "bytes"], sizes)

        table("Memory over seals", ["seals", "rows", "RSS MB"], await many_seals(folder / "seals", arguments.seals))
        print(f"\n  peak RSS {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asked", action="store_true", help="the rates and times the product is held to")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--hours", type=int, default=6)
    parser.add_argument("--seals", type=int, default=48)
    parser.add_argument("--folder", type=Path, default=None, help="a folder on the disk to measure")
    asyncio.run(main(parser.parse_args()))
