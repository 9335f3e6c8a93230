"""Power cuts at random moments, simulated: what was called durable is there, what is there was recorded, and it opens.

Opt-in (`make test-powercut`): needs gcc. SQLite in the same run is the control: with synchronous FULL, which has never
failed anybody, the simulation must find nothing; with OFF, which promises nothing, it must find something.
"""

import errno
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, a_historian, record_each_second, values_of
from tests.support.history_child import RECEIVED
from tests.support.power_cut import MODES, Disk, Step, build_shim, record, steps_of, under_the_shim
from vmshmi.core.errors import VmsError

pytestmark = [
    pytest.mark.powercut,
    pytest.mark.skipif(shutil.which("gcc") is None, reason="the shim is made by gcc"),
    pytest.mark.timeout(3600),
]
TRIALS = int(os.environ.get("VMSHMI_CUTS", "400"))
_RUNS = 4
Look = Callable[[Path, int], Awaitable[str]]
"""Looks at what a cut left, told how many rows were durable; what is wrong, or nothing."""


def durable(said: bytes) -> int:
    """The last number the program called durable."""
    numbers = [int(line.split()[1]) for line in said.split(b"\n")[:-1] if line.startswith((b"durable", b"ready"))]
    return numbers[-1] if numbers else 0


def moments(steps: list[Step], count: int, chance: random.Random) -> list[int]:
    """Where to cut: half of them anywhere, half right around a rename, a removal or a sync."""
    telling = [place for place, step in enumerate(steps) if step.kind in "rufdm"]
    anywhere = [chance.randrange(len(steps)) for _ in range(count // 2)]
    near = [min(len(steps) - 1, max(0, chance.choice(telling) + chance.randint(-2, 2))) for _ in range(count // 2)]
    return sorted(anywhere + near)


async def cut_many(tmp_path: Path, words: Callable[[Path], list[str]], lines: int, look: Look) -> Counter[str]:
    """Record some runs and cut each at many moments; what was found wrong, counted."""
    library = build_shim(tmp_path)
    found: Counter[str] = Counter()
    for run in range(_RUNS):
        chance = random.Random(run)
        root, log = tmp_path / f"run{run}", tmp_path / f"run{run}.log"
        record(library, root, log, words(root), lines)
        steps, disk, done = steps_of(log), Disk(), 0
        for trial, moment in enumerate(moments(steps, TRIALS // _RUNS, chance)):
            for step in steps[done:moment]:
                disk.do(step)
            done = max(done, moment)
            mode = MODES[trial % len(MODES)]
            left = tmp_path / "left"
            shutil.rmtree(left, ignore_errors=True)
            left.mkdir()
            disk.cut(left, mode, chance)
            wrong = await look(left, durable(disk.said))
            found["trials"] += 1
            if wrong:
                found["bad"] += 1
                found[f"{mode}: {wrong}"] += 1
        kinds = Counter(step.kind for step in steps)
        sys.stdout.write(f"\n  run {run}: {len(steps)} steps, {kinds['f']} syncs, {kinds['r']} renames")
    sys.stdout.write(f"\n  {dict(found)}\n")
    return found


async def look_at_history(folder: Path, rows: int) -> str:
    """Open it as the program does, compare every value, and go on recording there."""
    try:
        async with a_historian(folder, FakeClock()) as historian:
            values = values_of(historian)
            if values != list(map(float, range(len(values)))):
                return "rows missing in between, twice, or invented"
            if len(values) < rows:
                return "rows lost that were durable"
            if len(values) > rows + 100:
                return "rows that were never recorded"
            if any(sample.received != RECEIVED for sample in historian.query(PRESS)):
                return "times of receipt differ"
            if values_of(historian, NAME) != [str(n) for n in range(0, len(values), 100)]:
                return "texts differ"
            if historian.stats().damage:
                return "damage"
        later = FakeClock(FakeClock().now() + timedelta(days=400))
        async with a_historian(folder, later) as historian:
            record_each_second(historian, later, PRESS, [-1.0])
            if not historian.seal_now():
                return "cannot be sealed afterwards"
            while historian.upkeep_now():
                pass
            if values_of(historian) != [*map(float, range(len(values))), -1.0]:
                return "upkeep afterwards loses rows"
            if [sample.received for sample in historian.query(PRESS)] != [RECEIVED] * len(values) + [None]:
                return "upkeep afterwards changes times of receipt"
    except VmsError as error:
        return f"refused: {str(error)[:60]}"
    return ""


async def look_at_sqlite(folder: Path, rows: int) -> str:
    file = folder / "rows.sqlite"
    if not file.exists():
        return "" if rows == 0 else "no file"
    connection = sqlite3.connect(file)
    try:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return "not intact"
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        count = connection.execute("SELECT count(*) FROM rows").fetchone()[0] if tables else 0
    except sqlite3.DatabaseError:
        return "refused"
    finally:
        connection.close()
    return "" if rows <= count <= rows + 20 else "rows lost that were durable"


async def test_history_survives_power_cuts(tmp_path: Path) -> None:
    found = await cut_many(
        tmp_path, lambda root: ["-m", "tests.support.history_child", str(root)], 400, look_at_history
    )
    assert found["bad"] == 0


@pytest.mark.parametrize(("synchronous", "may_be_bad"), [("FULL", False), ("OFF", True)])
async def test_the_simulation_finds_nothing_in_sqlite_and_something_without_its_syncs(
    tmp_path: Path, synchronous: str, may_be_bad: bool
) -> None:
    found = await cut_many(
        tmp_path,
        lambda root: ["-m", "tests.support.sqlite_child", str(root / "rows.sqlite"), synchronous],
        400,
        look_at_sqlite,
    )
    assert (found["bad"] > 0) is may_be_bad


async def test_a_disk_that_fails_once_costs_no_row(tmp_path: Path) -> None:
    library, root, fail = build_shim(tmp_path), tmp_path / "db", tmp_path / "fail"
    chance = random.Random(1)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.history_child", str(root)],
        env=under_the_shim(library, root, fail=fail), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stderr is not None
    said, refused = 0, 0
    for turn in range(40):
        for _ in range(chance.randint(2, 20)):
            said = int(child.stdout.readline().split()[1])
        number = errno.EIO if turn % 2 else errno.ENOSPC
        fail.write_text(f"{number} {chance.randint(1, 3)}        ")
        while fail.read_text().split()[1:2] != ["0"]:
            said = int(child.stdout.readline().split()[1])
    child.kill()
    refused = sum("history cannot be" in line for line in child.stderr)
    child.wait()
    child.stdout.close()
    child.stderr.close()
    async with a_historian(root, FakeClock()) as historian:
        values = values_of(historian)
        assert values == list(map(float, range(len(values))))
        assert said <= len(values) <= said + 100
        assert not historian.stats().damage
    assert refused > 0, "no error has reached the historian"
    sys.stdout.write(f"\n  40 times a failing disk, {refused} errors seen, {len(values)} rows, none lost\n")
