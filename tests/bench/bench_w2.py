"""W2, the history workload of the peers: our historian, a plain DuckDB table and FUXA's SQLite table in one run.

    python -m tests.bench.bench_w2                      1 M rows
    python -m tests.bench.bench_w2 --per 100000         10 M rows, the size the peers were measured at

100 tags at 1 Hz up to three in the afternoon UTC of the day before, which is "now" (how today lies in files depends on
the hour); value(k, i) = 50 + ((k * 7919 + i * 104729) mod 10000) / 100. Six questions, five times each (the median of
the last four), and 20 times one durable append of a row a tag. Ours has its older hours in closed segments, closed days
compacted and rolled up, and the last hour in the journal and in memory, as it is on a ship. Ours keeps what it has
read: so beside the repeated questions stand the first of each kind, and q2 of 20 tags nobody has asked for.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np

from tests.bench.measure import print_table
from vmshmi.core.clock import from_micros
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.historian import Historian, HistorianSettings
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import DAY_US, segment_file

SECOND = 1_000_000
HOUR = 3600
DAY = 86_400
ROUNDS = 5
APPENDS = 20
PENS = (5, 6, 7, 8, 9, 1)
_VALUE = "50 + ((k * 7919 + i * 104729) % 10000) / 100.0"


class System(Protocol):
    """What is asked; times are whole seconds since 1970, the end not included."""

    async def load(self, tags: int, per: int, end: int) -> None: ...

    async def raw(self, tag: int, since: int, until: int) -> int: ...

    async def buckets(self, tags: Sequence[int], since: int, until: int, count: int) -> int: ...

    async def last(self) -> int: ...

    async def append(self, rows: Sequence[tuple[int, int, float]]) -> None: ...

    async def close(self) -> None: ...


class Ours:
    """The historian of this product, through the interface that the screens use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._historian: Historian | None = None
        self._tags: list[TagId] = []
        self._clock = _Now()

    @property
    def historian(self) -> Historian:
        assert self._historian is not None
        return self._historian

    async def load(self, tags: int, per: int, end: int) -> None:
        start, hot_from, row = end - per, max(end - HOUR, end - per), 0
        edge = start
        while edge < hot_from:  # a file an hour, and none that crosses midnight
            until = min((edge // HOUR + 1) * HOUR, hot_from)
            count = tags * (until - edge)
            day_us = edge // DAY * DAY_US
            file = segment_file(self._folder / "history", Family.NUMBERS, day_us, row, row + count)
            file.parent.mkdir(parents=True, exist_ok=True)
            duckdb.execute(
                f"COPY (SELECT 'bench.t' || lpad(i::VARCHAR, 4, '0') AS tag,"
                f" make_timestamp(({start} + k) * {SECOND}) AS timestamp, {_VALUE} AS value, 0::UINTEGER AS quality"
                f" FROM range({edge - start}, {until - start}) a(k), range({tags}) b(i) ORDER BY 1, 2)"
                f" TO '{file}' (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            )
            row, edge = row + count, until
        self._tags = [TagId(f"bench.t{tag:04d}") for tag in range(tags)]
        settings = HistorianSettings(flush_every_s=HOUR, seal_every_s=DAY, upkeep_every_s=HOUR)
        self._historian = Historian(self._folder, [TagDef(tag) for tag in self._tags], self._clock, settings)
        self._clock.at = hot_from
        await self._historian.start()
        while await asyncio.to_thread(self._historian.upkeep_now):
            pass
        for second in range(hot_from, end):
            k = second - start
            self._record([(i, second, 50 + (k * 7919 + i * 104729) % 10000 / 100) for i in range(tags)])
        await asyncio.to_thread(self._historian.flush_now)

    def _record(self, rows: Sequence[tuple[int, int, float]]) -> None:
        self._clock.at = rows[-1][1]
        self.historian.record([
            (self._tags[tag], TagValue(value, Quality.GOOD, from_micros(second * SECOND), value))
            for tag, second, value in rows
        ])  # fmt: skip

    def _query(self, tag: int, since: int, until: int, points: int | None = None) -> HistoryQuery:
        return HistoryQuery(
            self._tags[tag], from_micros(since * SECOND), from_micros(until * SECOND - 1), points=points
        )

    async def raw(self, tag: int, since: int, until: int) -> int:
        return len((await self.historian.read(self._query(tag, since, until))).timestamps)

    async def buckets(self, tags: Sequence[int], since: int, until: int, count: int) -> int:
        found = await asyncio.gather(*(self.historian.read(self._query(t, since, until, count)) for t in tags))
        return sum(len(series.timestamps) for series in found)

    async def last(self) -> int:
        found = await self.historian.latest(self._tags)
        return sum(len(series.timestamps) for series in found)

    async def append(self, rows: Sequence[tuple[int, int, float]]) -> None:
        self._record(rows)
        await asyncio.to_thread(self.historian.flush_now)

    async def close(self) -> None:
        await self.historian.stop()


class DuckTable:
    """A plain table in a DuckDB file, rows by time, one thread."""

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect(str(folder / "w2.duckdb"))
        self._connection.execute("SET threads = 1; SET memory_limit = '2GB'")

    async def load(self, tags: int, per: int, end: int) -> None:
        self._connection.execute(
            "CREATE TABLE h(ts TIMESTAMP, tag INTEGER, value DOUBLE, quality UTINYINT);"
            f" INSERT INTO h SELECT make_timestamp(({end - per} + k) * {SECOND}), i, {_VALUE}, 192"
            f" FROM range({per}) a(k), range({tags}) b(i)"
        )
        self._connection.execute("CHECKPOINT")

    async def raw(self, tag: int, since: int, until: int) -> int:
        answer = self._connection.execute(
            "SELECT ts, value FROM h WHERE tag = ? AND ts >= make_timestamp(?) AND ts < make_timestamp(?) ORDER BY ts",
            [tag, since * SECOND, until * SECOND],
        ).fetchnumpy()
        return len(answer["value"])

    async def buckets(self, tags: Sequence[int], since: int, until: int, count: int) -> int:
        width = (until - since) * SECOND / count
        answer = self._connection.execute(
            f"SELECT tag, floor((epoch_us(ts) - {since * SECOND}) / {width})::INT AS bucket, min(value), max(value),"
            " arg_min(value, ts), arg_max(value, ts) FROM h"
            f" WHERE tag IN ({','.join(map(str, tags))}) AND ts >= make_timestamp({since * SECOND})"
            f" AND ts < make_timestamp({until * SECOND}) GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchnumpy()
        return len(answer["bucket"])

    async def last(self) -> int:
        return len(self._connection.execute("SELECT tag, arg_max(value, ts) FROM h GROUP BY tag").fetchall())

    async def append(self, rows: Sequence[tuple[int, int, float]]) -> None:
        tags, seconds, values = (np.array(column) for column in zip(*rows, strict=True))
        self._connection.register("fresh", {"tag": tags, "second": seconds, "value": values})
        self._connection.execute(f"INSERT INTO h SELECT make_timestamp(second * {SECOND}), tag, value, 192 FROM fresh")

    async def close(self) -> None:
        self._connection.close()


class FuxaTable:
    """The table of FUXA 1.3.4: no index, values as text, each row its own commit, every row goes to the browser."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "w2.db", isolation_level=None)

    async def load(self, tags: int, per: int, end: int) -> None:
        self._connection.execute("CREATE TABLE data (dt INTEGER, id INTEGER, value TEXT)")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("BEGIN")
        for k in range(per):
            at = (end - per + k) * 1000
            self._connection.executemany(
                "INSERT INTO data VALUES (?, ?, ?)",
                [(at, i, str(50 + (k * 7919 + i * 104729) % 10000 / 100)) for i in range(tags)],
            )
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA synchronous = FULL")

    async def raw(self, tag: int, since: int, until: int) -> int:
        return len(
            self._connection.execute(
                "SELECT dt, value FROM data WHERE id = ? AND dt BETWEEN ? AND ? ORDER BY dt ASC",
                (tag, since * 1000, until * 1000 - 1),
            ).fetchall()
        )

    async def buckets(self, tags: Sequence[int], since: int, until: int, count: int) -> int:
        del count
        return sum([await self.raw(tag, since, until) for tag in tags])

    async def last(self) -> int:
        return len(self._connection.execute("SELECT id, value, max(dt) FROM data GROUP BY id").fetchall())

    async def append(self, rows: Sequence[tuple[int, int, float]]) -> None:
        for tag, second, value in rows:
            self._connection.execute("INSERT INTO data VALUES (?, ?, ?)", (second * 1000, tag, str(value)))

    async def close(self) -> None:
        self._connection.close()


class _Now:
    """Stands at the second of the last row: none of them comes late."""

    def __init__(self) -> None:
        self.at = 0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def monotonic(self) -> float:
        return time.monotonic()


async def measured(system: System, folder: Path, tags: int, per: int, end: int) -> dict[str, float]:
    """Milliseconds of each question, seconds to load and bytes a row."""
    began = time.perf_counter()
    await system.load(tags, per, end)
    found = {"load, s": time.perf_counter() - began}
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    found["bytes a row"] = size / (tags * per)
    questions: dict[str, Callable[[], Awaitable[int]]] = {
        "q1 one tag, 1 h, raw": lambda: system.raw(5, end - HOUR, end),
        "q2 one tag, 24 h, raw": lambda: system.raw(5, end - DAY, end),
        "q3 one tag, 24 h to 1,000": lambda: system.buckets([5], end - DAY, end, 1000),
        "q4 six tags, 24 h to 1,000": lambda: system.buckets(PENS, end - DAY, end, 1000),
        "q5 last value of every tag": system.last,
        "q6 one tag, all to 1,000": lambda: system.buckets([5], end - per, end, 1000),
    }
    for name, ask in questions.items():
        times: list[float] = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            rows = await ask()
            times.append((time.perf_counter() - began) * 1e3)
            assert rows, name
        found[name] = statistics.median(times[1:])
        found[f"{name[:2]} asked for the first time"] = times[0]
    times, processor = [], []
    for tag in range(20, 40):
        began, took = time.perf_counter(), time.process_time()
        assert await system.raw(tag, end - DAY, end)
        times.append((time.perf_counter() - began) * 1e3)
        processor.append((time.process_time() - took) * 1e3)
    found["q2 of a tag not asked for before"] = statistics.median(times)
    found["the same, of a processor"] = statistics.median(processor)
    times = []
    for turn in range(APPENDS):
        rows = [(tag, end + turn, 50.0 + tag) for tag in range(tags)]
        began = time.perf_counter()
        await system.append(rows)
        times.append((time.perf_counter() - began) * 1e3)
    found["durable append of a row a tag"] = statistics.median(times)
    found["the slowest of them"] = max(times)
    await system.close()
    return found


async def measure(tags: int, per: int, place: Path | None) -> None:
    """Print the table."""
    end = int(time.time()) // DAY * DAY - 9 * HOUR
    results: list[dict[str, float]] = []
    for make in (Ours, DuckTable, FuxaTable):
        with tempfile.TemporaryDirectory(dir=place) as folder:
            results.append(await measured(make(Path(folder)), Path(folder), tags, per, end))
    ours, duck, fuxa = results
    lines = [
        [name, f"{ours[name]:.2f}", f"{duck[name]:.2f}", f"{fuxa[name]:.2f}",
         f"{duck[name] / ours[name]:.1f}", f"{fuxa[name] / ours[name]:.1f}"]
        for name in ours
    ]  # fmt: skip
    head = ["what (ms where no unit)", "ours", "DuckDB table", "FUXA's table", "DuckDB : ours", "FUXA : ours"]
    print_table(f"W2, {tags * per:,} rows ({tags} tags, {per:,} s)", head, lines)


def main() -> None:
    """Measure in folders that are removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tags", type=int, default=100)
    parser.add_argument("--per", type=int, default=10_000, help="rows of each tag, a second apart")
    parser.add_argument("--folder", type=Path, help="where to put the data; else the system's own place")
    given = parser.parse_args()
    asyncio.run(measure(given.tags, given.per, given.folder))


if __name__ == "__main__":
    main()
