"""What the alarm system's numbers over a month cost, on a real journal file of the worst ship measured.

`python -m tests.bench.bench_kpi [alarms a day]`. 2,600 alarms a day with their silences, answers and returns; the time
to work the numbers out against the time to read the same rows and do nothing; how late the loop wakes meanwhile.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.measure import LagMeter, percentile, print_table
from tests.support.ship_month import a_terrible_month, write_journal
from vmshmi.app.paths import demo_project
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.runtime.storage.alarm_journal import AlarmJournal, events_of_file, kpi_of_file

UNTIL = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = AlarmRules()


def best_ms(work: Callable[[], object], times: int = 5) -> float:
    """The best of some runs: other programs only ever make it slower."""
    took: list[float] = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        took.append((time.perf_counter() - begin) * 1000)
    return min(took)


async def lags(path: Path, since: datetime, times: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds the loop was late: idle, while the numbers are worked out; and how long that took then."""
    journal = AlarmJournal(path)
    await journal.start()
    meter = LagMeter(0.005)
    measuring = asyncio.create_task(meter.run())
    await asyncio.sleep(1.5)
    idle, meter.lags_ms = meter.lags_ms, []
    took: list[float] = []
    for _ in range(times):
        begin = time.perf_counter()
        await journal.kpi(since, UNTIL, RULES)
        took.append((time.perf_counter() - begin) * 1000)
    measuring.cancel()
    await journal.stop()
    return idle, meter.lags_ms, took


def main() -> None:
    """Make the month, measure, print."""
    per_day = int(sys.argv[1]) if len(sys.argv) > 1 else 2_600
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        rows = a_terrible_month(load_project(demo_project()).alarm_definitions(), UNTIL, per_day)
        write_journal(path, rows)
        table: list[list[str]] = []
        for days in (1, 7, 30):
            since = UNTIL - timedelta(days=days)
            read = best_ms(lambda since=since: events_of_file(path, since, UNTIL, lambda blocks: sum(map(len, blocks))))
            worked = best_ms(lambda since=since: kpi_of_file(path, since, UNTIL, RULES))
            number = events_of_file(path, since, UNTIL, lambda blocks: sum(map(len, blocks)))
            table.append([f"{days} d", f"{number:,}", f"{read:.0f}", f"{worked:.0f}", f"{worked / read:.2f}"])
        print_table("KPI of a period", ["period", "rows", "read ms", "KPI ms", "ratio"], table)
        idle, busy, took = asyncio.run(lags(path, UNTIL - timedelta(days=30), 5))
        head = ["loop lag, ms", "p50", "p99", "worst"]
        lines = [
            [name, f"{percentile(found, 0.5):.2f}", f"{percentile(found, 0.99):.1f}", f"{max(found):.1f}"]
            for name, found in (("idle", idle), ("while 30 days are worked out", busy))
        ]
        print_table(f"Beside it; 30 days then take {min(took):.0f} to {max(took):.0f} ms", head, lines)


if __name__ == "__main__":
    main()
