"""Start after a crash on a year of history: until the first question is answered.

    python -m tests.bench.bench_year [--tags 1000] [--folder DIR]

365 days of closed segments of numbers and booleans with their minutes, twelve months of rollups, and a journal with
the hour that a crash left unsealed. The segments of the days are one file under many names: what a start costs is
finding them, not what is in them.
"""

import argparse
import asyncio
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.measure import print_table
from vmshmi.core.clock import to_micros
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.historian import Historian, HistorianSettings
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import DAY_US, segment_file

DAYS = 365
ASKED_S = 5.0


def _tags(count: int) -> list[TagDef]:
    kinds = (TagKind.ANALOG, TagKind.ANALOG, TagKind.ANALOG, TagKind.DIGITAL)
    return [TagDef(TagId(f"bench.t{n:04d}"), kind=kinds[n % 4]) for n in range(count)]


async def _make(folder: Path, tags: list[TagDef]) -> None:
    """One sealed hour for its files' sake, then an hour in the journal that nobody seals."""
    settings = HistorianSettings(flush_every_s=1e6, seal_every_s=1e6, seal_rows=1 << 40, upkeep_every_s=1e6)
    historian = Historian(folder, tags, SystemClock(), settings)
    await historian.start()
    start = datetime.now(UTC) - timedelta(hours=2)
    for second in range(3700):
        at = start + timedelta(seconds=second)
        historian.record([(tag.id, TagValue(float(second % 2), Quality.GOOD, at)) for tag in tags])
        if second == 99:
            historian.seal_now()
        if second % 10 == 9:
            historian.flush_now()
    await historian.stop()
    history = folder / "history"
    (numbers,) = history.glob("raw/*/numbers-*.parquet")
    today = to_micros(start) // DAY_US * DAY_US
    for day in range(1, DAYS):
        for family in (Family.NUMBERS, Family.BOOLEANS):
            # row numbers of their own: none is taken to replace another
            file = segment_file(history, family, today - day * DAY_US, 0, 1)
            for place in (file, history / "rollup/1m" / file.parent.name / file.name):
                place.parent.mkdir(parents=True, exist_ok=True)
                os.link(numbers, place)
    for month in range(1, 13):
        for level in ("10m", "1h"):
            place = history / "rollup" / level / f"month=2025-{month:02d}"
            place.mkdir(parents=True)
            os.link(numbers, place / "numbers-7fffffff-000000000000000001.parquet")


async def _start(folder: Path, tags: list[TagDef]) -> tuple[float, float, int]:
    historian = Historian(folder, tags, SystemClock(), HistorianSettings(upkeep_every_s=1e6))
    began = time.perf_counter()
    await historian.start()
    started = time.perf_counter() - began
    found = await historian.read(HistoryQuery(tags[0].id, datetime.now(UTC) - timedelta(hours=3)))
    answered = time.perf_counter() - began
    await historian.stop()
    return started, answered, len(found)


async def measure(folder: Path, count: int) -> None:
    """Print the table."""
    tags = _tags(count)
    await _make(folder, tags)
    files = len(list(folder.rglob("*.parquet")))
    bare = folder / "bare"
    bare.mkdir()
    nothing = await _start(bare, tags)
    year = await _start(folder, tags)
    lines = [
        [name, f"{started:.2f}", f"{answered:.2f}", f"{rows:,}"]
        for name, (started, answered, rows) in (("an empty folder", nothing), ("a year after a crash", year))
    ]
    title = f"Start, s (asked: {ASKED_S:.0f}); {files:,} files, {3600 * count:,} rows in the journal"
    print_table(title, ["of", "started", "first answer", "rows in it"], lines)


def main() -> None:
    """Measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tags", type=int, default=1000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(measure(Path(folder), given.tags))


if __name__ == "__main__":
    main()
