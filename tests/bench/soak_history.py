"""A month of history on a fast clock: memory of the process, and files, day by day.

    python -m tests.bench.soak_history [--days 30] [--tags 50] [--folder DIR]

Each simulated hour: a sample of each tag every 10 s, a flush each 10 minutes, a seal, what upkeep is due (merges, the
day's compaction, minutes, months), and the questions of a trend page. Prints resident memory at the end of days, what
of it is in use (glibc's own count: no fragmentation, no pages that wait to be given back), and the slope of the second
half of both. The cache of what was read is full after some ten days; a leak of one segment's rows would be megabytes a
day.
"""

import argparse
import asyncio
import ctypes
import gc
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psutil

from tests.bench.measure import print_table
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.historian import Historian, HistorianSettings

START = datetime(2026, 10, 1, tzinfo=UTC)
EVERY_S = 10


class _Fast:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - START).total_seconds()


class _Malloc(ctypes.Structure):
    """glibc's `struct mallinfo2`."""

    _fields_ = (
        ("before", ctypes.c_size_t * 4),
        ("asked_of_the_system", ctypes.c_size_t),
        ("between", ctypes.c_size_t * 2),
        ("given_out", ctypes.c_size_t),
        ("after", ctypes.c_size_t * 2),
    )


def heap_in_use() -> float:
    """MB that the C heap has given out and not got back; NaN where glibc is not the one to ask."""
    if not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "mallinfo2"):
        return float("nan")
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Malloc
    found = ask()
    return (found.given_out + found.asked_of_the_system) / 1e6


async def measure(folder: Path, tags: int, days: int) -> None:
    """Live through the days and print them."""
    clock = _Fast()
    names = [
        TagDef(TagId(f"bench.t{n:03d}"), kind=TagKind.DIGITAL if n % 4 == 3 else TagKind.ANALOG) for n in range(tags)
    ]
    historian = Historian(folder, names, clock, HistorianSettings(flush_every_s=1e6, upkeep_every_s=1e6))
    await historian.start()
    noise = np.random.default_rng(1)
    process, began, rows = psutil.Process(), time.monotonic(), 0
    lines: list[list[str]] = []
    loop = asyncio.get_running_loop()
    storage, upkeep = ThreadPoolExecutor(1), ThreadPoolExecutor(1)  # one thread each, as the program has
    memory: list[float] = []
    heap: list[float] = []
    for day in range(days):
        for _ in range(24):
            for turn in range(3600 // EVERY_S):
                values = np.round(noise.normal(50, 1, tags), 2).tolist()
                historian.record(
                    [
                        (tag.id, TagValue(value, Quality.GOOD, clock.at))
                        for tag, value in zip(names, values, strict=True)
                    ]
                )
                rows += tags
                clock.at += timedelta(seconds=EVERY_S)
                if turn % 60 == 59:
                    await loop.run_in_executor(storage, historian.flush_now)
            assert await loop.run_in_executor(storage, historian.seal_now)
            while await loop.run_in_executor(upkeep, historian.upkeep_now):
                pass
            spans = (timedelta(hours=1), timedelta(days=1), timedelta(days=days))
            for place, span in enumerate(spans):
                tag = names[(day * 24 + place) % tags].id
                await historian.read(HistoryQuery(tag, clock.at - span, clock.at, points=1000))
        gc.collect()
        memory.append(process.memory_info().rss / 1e6)
        heap.append(heap_in_use())
        if day % 5 == 4 or day < 2:
            files = len(list(folder.rglob("*.parquet")))
            lines.append([f"{day + 1}", f"{rows:,}", f"{files}", f"{memory[-1]:.0f}", f"{heap[-1]:.1f}"])
    await historian.stop()
    storage.shutdown()
    upkeep.shutdown()
    assert not historian.stats().last_error
    took = time.monotonic() - began
    head = ["day", "rows", "files", "RSS MB", "in use MB"]
    print_table(f"{days} days in {took:.0f} s, {tags} tags each {EVERY_S} s", head, lines)
    for name, found in (("RSS", memory), ("in use", heap)):
        half = found[len(found) // 2 :]
        slope = float(np.polyfit(range(len(half)), half, 1)[0]) if len(half) > 1 else 0.0
        print(f"  second half, {name}: {min(half):.1f} to {max(half):.1f} MB, slope {slope:+.3f} MB a day")


def main() -> None:
    """Soak in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--tags", type=int, default=50)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(measure(Path(folder), given.tags, given.days))


if __name__ == "__main__":
    main()
