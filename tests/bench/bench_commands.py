"""How long from a person's command to the wire, and to its outcome, against the bare durable insert it needs?

`python -m tests.bench.bench_commands [commands]`. The device answers at once, so that only the gateway is measured.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import percentile, print_table
from tests.support.commands import CHIEF, PUMP, Bench
from vmshmi.core.commands import CommandOutcome, CommandRule
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.storage.audit_log import AuditLog


def bare(folder: Path) -> sqlite3.Connection:
    """A database for rows of the same size, made durable the same way."""
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, content BLOB)")
    return connection


async def commands(folder: Path, count: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of a bare insert, from the command to the wire, and to its outcome; taking turns."""
    inserts: list[float] = []
    connection = bare(folder)
    bench = Bench(CommandRule(), AuditLog(folder / "audit.sqlite"), SystemClock())  # type: ignore[arg-type]
    await bench.audit.start()
    await bench.gateway.start()
    to_wire: list[float] = []
    to_outcome: list[float] = []
    begin = 0.0

    async def answer() -> None:
        to_wire.append((time.perf_counter() - begin) * 1000)
        loop = asyncio.get_running_loop()
        loop.call_soon(loop.call_soon, show)  # the next poll, once the command counts as taken

    def show() -> None:
        value = bench.device.wire[-1][1]
        bench.store.update(PUMP, TagValue(value, Quality.GOOD, bench.clock.now(), value))

    bench.device.answer = answer
    for number in range(count):
        begin = time.perf_counter()
        connection.execute("INSERT INTO row (content) VALUES (?)", (bytes(250),))
        inserts.append((time.perf_counter() - begin) * 1000)
        begin = time.perf_counter()
        report = await bench.gateway.write(PUMP, number % 2 == 0, CHIEF, "ecr")
        to_outcome.append((time.perf_counter() - begin) * 1000)
        assert report.outcome is CommandOutcome.CONFIRMED, report
    await bench.gateway.stop()
    await bench.audit.stop()
    connection.close()
    return inserts, to_wire, to_outcome


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as name:
        inserts, to_wire, to_outcome = asyncio.run(commands(Path(name), count))
    base = percentile(inserts, 0.5)
    rows = [
        [what, f"{percentile(took, 0.5):.2f}", f"{percentile(took, 0.99):.2f}", f"{percentile(took, 0.5) / base:.1f}"]
        for what, took in (
            ("a durable insert, bare", inserts),
            ("command to wire (intent durable, one thread crossed)", to_wire),
            ("command to outcome (intent, taken, ended durable)", to_outcome),
        )
    ]
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print_table(f"{count} commands, {load}", ["what", "p50 ms", "p99 ms", "of the bare insert"], rows)


if __name__ == "__main__":
    main()
