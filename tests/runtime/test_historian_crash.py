"""kill -9 at any moment costs what was not yet flushed, and nothing else."""

import random
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, a_historian, values_of
from tests.support.history_child import RECEIVED

_ROOT = Path(__file__).parents[2]


def record_and_kill(folder: Path, chance: random.Random) -> tuple[int, int]:
    """Let a process record and kill it at some moment; returns the rows it found, and those it called durable."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.history_child", str(folder)], stdout=subprocess.PIPE, text=True, cwd=_ROOT
    )
    assert child.stdout is not None
    found, durable = 0, 0
    wanted = chance.randint(1, 40)
    timer = threading.Timer(0, child.kill)
    for line in child.stdout:
        if not line.endswith("\n"):
            break  # its last word
        word, number = line.split()
        if word == "ready":
            found = durable = int(number)
            continue
        durable = int(number)
        wanted -= 1
        if wanted == 0:
            timer = threading.Timer(chance.uniform(0, 0.03), child.kill)
            timer.start()
    timer.join()
    child.wait()
    child.stdout.close()
    assert child.returncode == -9
    return found, durable


async def kill_and_compare(folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    rows = extra = 0
    unsaid: set[int] = set()
    for _ in range(kills):
        found, durable = record_and_kill(folder, chance)
        assert found == rows
        async with a_historian(folder, FakeClock()) as historian:
            values = values_of(historian)
            rows = len(values)
            assert values == list(map(float, range(rows)))
            assert durable <= rows <= durable + 100  # the batch that was being flushed may have made it
            extra += rows - durable
            # text goes into a table of its own: of the batch that was not yet durable it may be missing alone
            names = values_of(historian, NAME)
            unsaid |= {n for n in range(durable, rows, 100) if str(n) not in names}
            assert names == [str(n) for n in range(0, rows, 100) if n not in unsaid]
            assert not list(folder.rglob("*.tmp"))
    # whatever the kills have left, one pass brings it into shape
    async with a_historian(folder, FakeClock(FakeClock().now() + timedelta(days=400))) as historian:
        assert historian.seal_now()
        while historian.upkeep_now():
            pass
        assert values_of(historian) == list(map(float, range(rows)))
        assert {sample.received for sample in historian.query(PRESS)} == {RECEIVED}
    days = {file.parent for file in folder.glob("history/raw/*/numbers-*.parquet")}
    assert len(days) == len(list(folder.glob("history/raw/*/numbers-*.parquet")))
    assert len(days) == len(list(folder.glob("history/rollup/1m/*/numbers-*.parquet")))
    sys.stdout.write(f"\n  {kills} kills, {rows:,} rows, 0 durable ones lost, {extra} made it unannounced\n")


async def test_a_killed_process_loses_nothing_it_called_durable(tmp_path: Path) -> None:
    await kill_and_compare(tmp_path, 10, 99)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
async def test_fifty_killed_processes_lose_nothing_they_called_durable(tmp_path: Path, seed: int) -> None:
    await kill_and_compare(tmp_path, 10, seed)
