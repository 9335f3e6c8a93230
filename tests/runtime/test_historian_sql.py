"""The SQL console: answers over the whole history, and nothing else can be read, changed or kept busy through it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, a_historian, record_each_second
from vmshmi.core.errors import ConfigurationError
from vmshmi.runtime.historian import Historian
from vmshmi.runtime.historian.console import SqlLimits, ask_here

LIMITS = SqlLimits(seconds=20, memory_mb=256, rows=1000)


@pytest.fixture
async def historian(tmp_path: Path) -> AsyncIterator[Historian]:
    """Closed days with rollups, a closed segment, and rows in the journal, of each family."""
    clock = FakeClock()
    async with a_historian(tmp_path / "it's db", clock) as running:
        record_each_second(running, clock, PRESS, [float(n) for n in range(100)])
        running.seal_now()
        clock.advance(2 * 86_400)
        while running.upkeep_now():
            pass
        record_each_second(running, clock, RUN, [True, False, None])
        record_each_second(running, clock, NAME, ["Ærø"])
        running.seal_now()
        record_each_second(running, clock, PRESS, [0.5, None])
        record_each_second(running, clock, NAME, ["Vigo"])
        running.flush_now()
        yield running


@pytest.fixture
def folder(historian: Historian, tmp_path: Path) -> Path:
    del historian  # it runs, and writes, while the folder is asked
    return tmp_path / "it's db"


def test_sealed_rolled_up_and_fresh_rows_of_each_family_are_one_table(folder: Path) -> None:
    answer = ask_here(
        folder,
        "SELECT tag, count(*) AS n, count(value) AS v, max(text) AS t FROM history GROUP BY tag ORDER BY 1",
        LIMITS,
    )
    assert (answer.columns, answer.is_whole) == (("tag", "n", "v", "t"), True)
    assert answer.rows == [[PRESS, 102, 101, None], [NAME, 2, 0, "Ærø"], [RUN, 3, 2, None]]
    for view, buckets in (("history_1m", 2), ("history_10m", 1), ("history_1h", 1)):
        found = ask_here(
            folder, f"SELECT count(*), sum(count), max(max) FROM {view} WHERE tag = '{PRESS}'", LIMITS
        ).rows
        assert found == [[buckets, 100, 99.0]]
    newest = ask_here(folder, "SELECT * FROM history WHERE tag = 'me_p.name' ORDER BY timestamp DESC LIMIT 1", LIMITS)
    assert newest.columns == ("tag", "timestamp", "value", "quality", "text", "received")
    assert newest.rows == [[NAME, "2026-11-24T14:07:46.000000Z", None, 0, "Vigo", None]]


def test_a_folder_without_rows_has_its_empty_views(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    for view in ("history", "history_1m", "history_10m", "history_1h"):
        assert ask_here(tmp_path, f"SELECT count(tag) FROM {view}", LIMITS).rows == [[0]]
    with pytest.raises(ConfigurationError, match="there is no history here"):
        ask_here(tmp_path / "nowhere", "SELECT 1", LIMITS)


def test_more_rows_than_the_limit_are_left_out_and_it_is_said(folder: Path) -> None:
    answer = ask_here(folder, "SELECT * FROM range(100000000)", SqlLimits(rows=7))
    assert (len(answer.rows), answer.is_whole) == (7, False)
    assert ask_here(folder, "SELECT * FROM range(7)", SqlLimits(rows=7)).is_whole


def test_what_json_does_not_know_comes_as_text(folder: Path) -> None:
    sql = (
        "SELECT 'nan'::DOUBLE, DATE '2026-01-02', INTERVAL 1 HOUR, [1, 2], 1.25::DECIMAL(5, 2), true, NULL, 1e9::BIGINT"
    )
    assert ask_here(folder, sql, LIMITS).rows == [["nan", "2026-01-02", "1:00:00", "[1, 2]", "1.25", True, None, 10**9]]


OUTSIDE = "file system operations are disabled|disabled through configuration|does not exist"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", OUTSIDE),
        ("SELECT * FROM read_text('/etc/passwd')", OUTSIDE),
        ("SELECT * FROM read_blob('/proc/self/environ')", OUTSIDE),
        ("SELECT * FROM '/etc/passwd'", OUTSIDE),
        ("SELECT * FROM glob('/**')", OUTSIDE),
        ("SELECT * FROM read_parquet('{db}/history/raw/../../other.parquet')", OUTSIDE),
        ("SELECT * FROM read_blob('{db}/history/journal.sqlite')", OUTSIDE),
        ("SELECT * FROM read_csv('http://localhost/x.csv')", OUTSIDE + "|httpfs"),
        ("SELECT * FROM parquet_metadata('/etc/passwd')", OUTSIDE),
        ("SELECT * FROM sniff_csv('/etc/passwd')", OUTSIDE),
        ("SELECT * FROM which_secret('a', 's3')", OUTSIDE),
        ("SELECT getenv('HOME')", OUTSIDE),
        ("SELECT * FROM query('COPY history TO ''/tmp/x.csv''')", "single SELECT"),
        ("SELECT * FROM folder", OUTSIDE),  # a variable of this program
        ("SELECT * FROM LIMITS", OUTSIDE),
        ("ATTACH '{db}/x.db'", "ATTACH is refused"),
        ("COPY history TO '{db}/history/raw/x.parquet' (FORMAT parquet)", "COPY is refused"),
        ("COPY (SELECT 1) TO '/tmp/x.csv'", "COPY is refused"),
        ("EXPORT DATABASE '/tmp/x'", "is refused"),
        ("INSTALL httpfs", "is refused"),
        ("LOAD httpfs", "is refused"),
        ("PRAGMA database_list", "PRAGMA is refused"),
        ("SET memory_limit = '100GB'", "SET is refused"),
        ("RESET memory_limit", "is refused"),
        ("CREATE TABLE x AS SELECT 1", "CREATE is refused"),
        ("DELETE FROM history", "DELETE is refused"),
        ("CALL pragma_version()", "CALL is refused"),
        ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN is refused"),
        ("PREPARE x AS SELECT 1", "PREPARE is refused"),
        ("WITH x AS (DELETE FROM history RETURNING *) SELECT * FROM x", "SQL: "),
        ("SELECT 1; SELECT 2", "these are 2 statements"),
        ("SELECT 1; COPY history TO '/tmp/x.csv'", "these are 2 statements"),
        ("", "these are 0 statements"),
        ("-- nothing", "these are 0 statements"),
        ("SELEC 1", "syntax error"),
        ("SELECT nope FROM history", "nope"),
    ],
)
def test_what_is_no_question_about_history_is_refused_in_one_line(folder: Path, sql: str, why: str) -> None:
    (folder / "other.parquet").write_bytes(b"")
    before = sorted(folder.rglob("*"))
    with pytest.raises(ConfigurationError, match=why) as refused:
        ask_here(folder, sql.replace("{db}", str(folder).replace("'", "''")), LIMITS)
    assert len(refused.value.problems) == 1
    assert "\n" not in str(refused.value)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(hash(a.range + b.range)) FROM range(1000000) a, range(1000000) b",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    ],
)
def test_what_takes_too_long_is_ended(folder: Path, sql: str) -> None:
    with pytest.raises(ConfigurationError, match=r"not done after 0.2 s"):
        ask_here(folder, sql, SqlLimits(seconds=0.2))


def test_what_takes_too_much_memory_is_ended(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="needs more than the 128 MB"):
        ask_here(folder, "SELECT list(range) FROM range(1000000000)", SqlLimits(seconds=60, memory_mb=128))


async def test_a_question_runs_in_a_process_of_its_own_that_no_question_can_blow_up(historian: Historian) -> None:
    count = await historian.sql(f"SELECT count(*) FROM history WHERE tag = '{PRESS}'")
    assert (count.rows, count.types) == ([[102]], ("BIGINT",))
    # DuckDB itself takes 3 GB for this under any limit of its own, and cannot be interrupted
    with pytest.raises(ConfigurationError, match="needs more than the 100 MB"):
        await historian.sql("SELECT repeat('x', 3000000000)", SqlLimits(memory_mb=100))
    with pytest.raises(ConfigurationError, match="DELETE is refused"):
        await historian.sql("DELETE FROM history")
    asked = asyncio.create_task(
        historian.sql("SELECT sum(hash(a.range + b.range)) FROM range(1000000) a, range(1000000) b")
    )
    await asyncio.sleep(0)
    with pytest.raises(ConfigurationError, match="another question"):
        await historian.sql("SELECT 1")
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_history_in_memory_only_has_no_console() -> None:
    async with a_historian(None, FakeClock()) as historian:
        with pytest.raises(ConfigurationError, match="kept in memory only"):
            await historian.sql("SELECT 1")
