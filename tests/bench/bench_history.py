"""Years of history: what a chart waits for, what a row costs on disk, what the upkeep of a day costs.

    python -m tests.bench.bench_history [--tags 100] [--days 30] [--folder DIR] [--whole-days]

Full size is `make bench-full`, `--tags 1000 --days 30 --whole-days`: 2.6 billion rows at 1 Hz, some 7 GB. The days are
written as the closed segments that a runtime leaves behind at midnight; compaction and rollups are the program's own.
With `--whole-days` they are written as compaction leaves them, in order already, which takes a fifth of the time.

Three kinds of asking stand apart: cold (the first question of a program that has just started, the files not in the
system's memory), new (a tag nobody has asked for yet, 100 times), again (the last of them once more, from the cache of
what was read). Beside them the same new questions put to a bare DuckDB over the samples' files of those days, one
thread, footers kept, minimum and maximum of each bucket in SQL, in the same run.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from tests.bench.measure import percentile, print_table
from vmshmi.core.clock import to_micros
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.historian import Historian, HistorianSettings
from vmshmi.runtime.historian.compaction import WHOLE_DAY_ROWS
from vmshmi.runtime.historian.questions import read_many
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import DAY_US, segment_file
from vmshmi.runtime.historian.writing import ROW_GROUP_ROWS as SEALED_ROWS

START = datetime(2026, 10, 1, tzinfo=UTC)
HALVES = 2  # segments to a day: enough for the compaction to have something to merge

# the mix of the measurements that chose this storage: 40 % quantised noise, 20 % nearly still, 10 % full-mantissa
# doubles, 25 % states that seldom change, 5 % totalisers; a poll group of 50 tags shares a stamp with 3 ms of jitter
_NUMBERS = """
COPY (
  SELECT 'bench.t' || lpad(tag::VARCHAR, 4, '0') AS tag,
         make_timestamp({start} + second * 1000000 + tag // 50 * 1000 + (hash(second, tag // 50) % 3000)::BIGINT)
           AS timestamp,
         CASE
           WHEN tag % 20 < 8 THEN round(50 + 3 * sin(second / 600.0 + tag) + hash(second, tag) % 100 / 1e2, 2)
           WHEN tag % 20 < 12 THEN round(20 + tag + second // 3600 * 0.1, 1)
           WHEN tag % 20 < 14 THEN 80 + 5 * sin(second / 90.0 + tag) + (hash(tag, second) % 1000000)::INTEGER / 1e7
           WHEN tag % 20 < 19 THEN (second // 1800 + tag) % 3
           ELSE second * 0.01
         END AS value,
         CAST(0 AS UINTEGER) AS quality
  FROM (SELECT n // ({end} - {first}) AS tag, n % ({end} - {first}) + {first} AS second
        FROM range({tags} * ({end} - {first})) numbers(n))
  {order}
) TO '{file}' (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, ROW_GROUP_SIZE {group})
"""


class _Later:
    """A clock that stands after the last day."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return time.monotonic()


def make_days(folder: Path, tags: int, days: int, *, whole: bool) -> float:
    """Write the closed segments of some days; returns seconds."""
    began = time.perf_counter()
    halves = 1 if whole else HALVES
    seconds = 86_400 // halves
    for day in range(days):
        day_us = to_micros(START) + day * DAY_US
        for half in range(halves):
            first_row = (day * halves + half) * tags * seconds
            file = segment_file(folder / "history", Family.NUMBERS, day_us, first_row, first_row + tags * seconds)
            file.parent.mkdir(parents=True, exist_ok=True)
            first, end = half * seconds, (half + 1) * seconds
            # a tag's seconds come one after the other already; sorting them is half the work
            order, group = ("", WHOLE_DAY_ROWS) if whole else ("ORDER BY tag, timestamp", SEALED_ROWS)
            duckdb.execute(
                _NUMBERS.format(start=day_us, first=first, end=end, tags=tags, file=file, order=order, group=group)
            )
    return time.perf_counter() - began


def bytes_below(folder: Path) -> int:
    """Size of all Parquet files."""
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


async def timed(historian: Historian, queries: Sequence[HistoryQuery]) -> tuple[float, float]:
    """Milliseconds until all these questions, asked at once, are answered, and those of a processor."""
    began, took = time.perf_counter(), time.process_time()
    await read_many(historian, queries)
    return (time.perf_counter() - began) * 1e3, (time.process_time() - took) * 1e3


def forget_files(folder: Path) -> None:
    """Let the system forget what it holds of all files, where it can be asked to."""
    if hasattr(os, "posix_fadvise"):
        for file in folder.rglob("*.parquet"):
            with file.open("rb") as handle:
                os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class Bare:
    """The same questions in SQL over the samples' files, without anything of ours."""

    def __init__(self, folder: Path) -> None:
        self._raw = folder / "history" / "raw"
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("SET GLOBAL parquet_metadata_cache = true")

    def ask(self, query: HistoryQuery, days: int) -> float:
        """Milliseconds to answer."""
        assert query.since is not None
        assert query.until is not None
        since, until = to_micros(query.since), to_micros(query.until)
        files = [str(file) for folder in sorted(self._raw.iterdir())[-days:] for file in folder.iterdir()]
        where = (
            f"WHERE tag = '{query.tag_id}' AND timestamp BETWEEN make_timestamp({since}) AND make_timestamp({until})"
        )
        rows = "SELECT epoch_us(timestamp) AS stamp, value, quality FROM read_parquet(?, hive_partitioning = false)"
        width = (until - since + 1) / (query.points or 1)
        thin = f"SELECT floor((stamp - {since}) / {width}) AS bucket, min(value), max(value), arg_min(stamp, value),"
        thin += f" arg_max(stamp, value) FROM ({rows} {where}) GROUP BY 1 ORDER BY 1"
        began = time.perf_counter()
        found = self._connection.execute(thin if query.points else f"{rows} {where}", [files]).fetchnumpy()
        assert len(next(iter(found.values())))
        return (time.perf_counter() - began) * 1e3

    def close(self) -> None:
        self._connection.close()


async def flushes_of(historian: Historian, tags: Sequence[TagDef], stamp: datetime, times: int) -> list[float]:
    """Milliseconds of each flush of 1,000 samples."""
    found: list[float] = []
    for second in range(times):
        at = stamp + timedelta(seconds=second)
        historian.record([(tags[n % len(tags)].id, TagValue(float(n), Quality.GOOD, at)) for n in range(1000)])
        began = time.perf_counter()
        await asyncio.to_thread(historian.flush_now)
        found.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(0.02)
    return found


async def flush_beside_a_question(historian: Historian, tags: Sequence[TagDef], end: datetime, days: int) -> None:
    """Print what a flush takes alone, and while both query threads read every sample of all these days."""
    alone = await flushes_of(historian, tags, end, 200)
    rows = [0]

    async def ask(of_these: Sequence[TagDef]) -> None:
        while True:
            for tag in of_these:  # each again only when the cache has long forgotten it
                rows[0] += len(await historian.read(HistoryQuery(tag.id, end - timedelta(days=days), end)))

    questions = [asyncio.create_task(ask(tags[half::2])) for half in (0, 1)]
    beside = await flushes_of(historian, tags, end + timedelta(minutes=5), 200)
    for question in questions:
        question.cancel()
    await asyncio.gather(*questions, return_exceptions=True)
    print_table(
        f"Flush of 1,000 samples, ms, alone and beside two endless questions over {days} days ({rows[0]:,} rows read)",
        ["", "median", "p95", "p99", "most"],
        [
            [name, *(f"{figure:.1f}" for figure in _spread(found))]
            for name, found in (("alone", alone), ("beside", beside))
        ],
    )


def _median_and_p95(found: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.median(found):.1f}", f"{percentile(found, 0.95):.1f}"


def _spread(found: Sequence[float]) -> tuple[float, ...]:
    return statistics.median(found), percentile(found, 0.95), percentile(found, 0.99), max(found)


async def measure(folder: Path, tags: int, days: int, *, whole: bool) -> None:
    """Print the tables."""
    made_s = make_days(folder, tags, days, whole=whole)
    rows = tags * days * 86_400
    end = START + timedelta(days=days)
    names = [TagDef(TagId(f"bench.t{tag:04d}"), kind=TagKind.ANALOG) for tag in range(tags)]
    settings = HistorianSettings(flush_every_s=3600, upkeep_every_s=3600)

    async def started() -> Historian:
        made = Historian(folder, names, _Later(end + timedelta(hours=3)), settings)
        await made.start()
        return made

    historian = await started()
    began = time.perf_counter()
    await asyncio.to_thread(historian.upkeep_now)
    upkeep_s = time.perf_counter() - began
    await historian.stop()

    def asked(tag: TagId, span: float, points: int | None = 2000) -> HistoryQuery:
        return HistoryQuery(tag, end - timedelta(days=span), end - timedelta(microseconds=1), points=points)

    kinds = [("1 h raw", 1 / 24, None), ("1 day to 2,000", 1.0, 2000), ("7 days to 2,000", 7.0, 2000)]
    kinds.append((f"{days} days to 2,000", float(days), 2000))
    lines: list[list[str]] = []
    for name, span, points in kinds:
        forget_files(folder)
        historian = await started()
        cold, _ = await timed(historian, [asked(names[0].id, span, points)])
        queries = [asked(names[1 + place * 7 % (tags - 1)].id, span, points) for place in range(min(100, tags - 1))]
        new = [await timed(historian, [query]) for query in queries]
        again = [await timed(historian, [queries[-1]]) for _ in range(20)]
        await historian.stop()
        bare = Bare(folder)
        theirs = [bare.ask(query, max(int(span), 1)) for query in queries[:20]][1:]  # the first one reads the footers
        bare.close()
        lines.append([
            f"one tag, {name}", f"{cold:.1f}", *_median_and_p95([wall for wall, _ in new]),
            *_median_and_p95([cpu for _, cpu in new]), *_median_and_p95([wall for wall, _ in again]),
            *_median_and_p95(theirs), f"{statistics.median(theirs) / statistics.median(w for w, _ in new):.1f}",
        ])  # fmt: skip
    for name, span in (("24 h", 1.0), (f"{days} days", float(days))):
        pages = [[names[(place * 16 + pen) % tags].id for pen in range(16)] for place in range(1, min(11, tags // 16))]
        forget_files(folder)
        historian = await started()
        cold, _ = await timed(historian, [asked(names[pen % tags].id, span) for pen in range(16)])
        new = [await timed(historian, [asked(pen, span) for pen in page]) for page in pages]
        again = [await timed(historian, [asked(pen, span) for pen in pages[-1]]) for _ in range(10)]
        lines.append([
            f"16 pens, {name}", f"{cold:.1f}", *_median_and_p95([wall for wall, _ in new]),
            *_median_and_p95([cpu for _, cpu in new]), *_median_and_p95([wall for wall, _ in again]), "", "", "",
        ])  # fmt: skip
        if name == "24 h":
            await historian.stop()
    await flush_beside_a_question(historian, names, end, days)
    await historian.stop()
    raw, rollup = (bytes_below(folder / "history" / part) for part in ("raw", "rollup"))
    print_table(
        f"Questions over {rows:,} rows ({tags} tags, {days} days, 1 Hz), ms",
        ["question", "cold", "new", "p95", "new, processor", "p95", "again", "p95", "bare DuckDB", "p95", "bare : new"],
        lines,
    )
    print_table(
        "Disk and upkeep",
        ["what", "value"],
        [
            ["bytes a row, samples", f"{raw / rows:.2f}"],
            ["bytes a row, rollups", f"{rollup / rows:.2f}"],
            ["bytes a row, both (asked: at most 3)", f"{(raw + rollup) / rows:.2f}"],
            ["upkeep of a day", f"{upkeep_s / days:.1f} s, {rows / upkeep_s / 1e6:.1f} M rows/s"],
            ["making the data", f"{made_s:.0f} s"],
        ],
    )


def main() -> None:
    """Measure in a folder that is removed afterwards, or in a given one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tags", type=int, default=100)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--whole-days", action="store_true", help="one segment a day, as compaction leaves it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(measure(Path(folder), given.tags, given.days, whole=given.whole_days))


if __name__ == "__main__":
    main()
