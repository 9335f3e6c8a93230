"""The questions of docs/fleet.md, asked by engines that know nothing of this program, on the files of two ships."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, a_historian, record_each_second
from tests.support.old_history import make_old_segment

DOCS = Path(__file__).parents[2] / "docs/fleet.md"
CHDB = "import sys, chdb; print(chdb.query(sys.argv[1], 'JSONCompactEachRow'), end='')"
EXPECTED = [
    ["aurora", "2026-11-22", PRESS, 400, 199.5, 399.0],
    ["aurora", "2026-11-24", PRESS, 3, 2.0, 3.0],
    ["borea", "2026-11-22", PRESS, 400, 249.5, 449.0],
    ["borea", "2026-11-24", PRESS, 3, 2.0, 3.0],
]


def question(engine: str, shore: Path) -> str:
    """What the documentation tells to ask, of another folder."""
    (sql,) = re.findall(rf"```sql {engine}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert "'shore/" in sql
    return sql.replace("'shore/", f"'{shore}/")


@pytest.fixture
async def shore(tmp_path: Path) -> Path:
    """Two ships: a compacted day each, and one that has two files yet."""
    for ship, first in (("aurora", 0), ("borea", 50)):
        clock, folder = FakeClock(), tmp_path / ship
        async with a_historian(folder, clock) as historian:
            for part in (range(first, first + 200), range(first + 200, first + 400)):
                record_each_second(historian, clock, PRESS, [*map(float, part), None])
                record_each_second(historian, clock, RUN, [True, False])
                record_each_second(historian, clock, NAME, ["x"])
                historian.seal_now()
            clock.advance(2 * 86_400)
            assert historian.upkeep_now()
            for part in ([1.0, 2.0], [3.0]):
                record_each_second(historian, clock, PRESS, part)
                historian.seal_now()
        for kind in ("raw", "text"):
            shutil.copytree(folder / "history" / kind, tmp_path / "shore" / kind / f"vessel={ship}")
    for file in (tmp_path / "shore/raw/vessel=borea/day=2026-11-22").iterdir():
        make_old_segment(file)
    files = [len(list(day.iterdir())) for day in sorted((tmp_path / "shore/raw").glob("vessel=*/day=*"))]
    assert files == [2, 2, 2, 2]  # numbers and booleans of one day, two of numbers of the other
    return tmp_path / "shore"


def test_duckdb_reads_a_fleet_as_one_table(shore: Path) -> None:
    found = duckdb.execute(question("duckdb", shore)).fetchall()
    assert [[vessel, str(day), *rest] for vessel, day, *rest in found] == EXPECTED


def test_who_asks_for_all_columns_of_old_and_new_files_gets_one_table(shore: Path) -> None:
    everything = f"read_parquet('{shore}/raw/*/*/*.parquet', hive_partitioning = true, union_by_name = true)"
    found = duckdb.execute(
        f"SELECT vessel, count(received), count(*) FROM {everything} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert found == [("aurora", 0, 409), ("borea", 0, 409)]


def test_times_are_delta_packed_in_pages_of_version_2(shore: Path) -> None:
    """What an older reader would stumble over is really there, so that the other tests prove something."""
    encodings = duckdb.execute(
        "SELECT DISTINCT encodings FROM parquet_metadata($1) WHERE path_in_schema = 'timestamp'",
        [f"{shore}/raw/*/*/numbers-*.parquet"],
    ).fetchall()
    assert any("DELTA_BINARY_PACKED" in encoding for (encoding,) in encodings)


@pytest.mark.skipif(
    importlib.util.find_spec("chdb") is None, reason="chdb (ClickHouse in Python) is not installed; pip install chdb"
)
def test_clickhouse_reads_a_fleet_as_one_table(shore: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHDB, question("clickhouse", shore)], check=True, capture_output=True, text=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [[vessel, day, tag, int(rows), mean, most] for vessel, day, tag, rows, mean, most in found] == EXPECTED
