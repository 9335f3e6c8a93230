"""A row that came at another time than that at which its value held keeps both times, and only such a row does."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, TAGS, a_historian, a_value, record_each_second
from tests.support.old_history import make_old, make_old_journal, make_old_segment
from vmshmi.core.clock import from_micros, to_micros
from vmshmi.core.history import NOT_LATE, HistoryQuery
from vmshmi.core.recording import RecordingRule
from vmshmi.core.values import Sample, Scalar, TagId
from vmshmi.runtime.historian import CsvLayout, Historian, export_range, import_csv
from vmshmi.runtime.historian.console import SqlLimits, ask_here
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.offline import FolderHistory
from vmshmi.runtime.historian.rows import Family

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
VALUES: dict[TagId, tuple[Scalar, Scalar]] = {PRESS: (4.0, 5.0), RUN: (True, False), NAME: ("Aurora", "Borea")}


def received(samples: Iterable[Sample]) -> list[datetime | None]:
    return [sample.received for sample in samples]


def record_late_and_live(historian: Historian, clock: FakeClock) -> datetime:
    """Of each family a row of a day before and one of now; returns when they came."""
    now = clock.now()
    for tag_id, (late, live) in VALUES.items():
        historian.record([(tag_id, a_value(late, now - DAY)), (tag_id, a_value(live, now))])
    return now


def segments(folder: Path) -> list[Path]:
    return sorted((folder / "history").glob("[rt]*/day=*/*.parquet"))


async def test_both_times_are_kept_from_the_hot_rows_to_the_compacted_day(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        now = record_late_and_live(historian, clock)

        def is_as_it_came(reader: Historian) -> bool:
            found = {tag: [(row.timestamp, row.value, row.received) for row in reader.query(tag)] for tag in VALUES}
            expected = {tag: [(now - DAY, late, now), (now, live, None)] for tag, (late, live) in VALUES.items()}
            return found == expected

        assert is_as_it_came(historian)  # hot
        assert historian.flush_now()
    async with a_historian(tmp_path, clock) as historian:
        assert is_as_it_came(historian)  # out of the journal
        assert historian.seal_now()
        assert is_as_it_came(historian)  # sealed
    async with a_historian(tmp_path, clock) as historian:
        assert is_as_it_came(historian)
        clock.advance(60)
        late = clock.now()
        historian.record([(tag, a_value(first, NOON - DAY + timedelta(hours=1))) for tag, (first, _) in VALUES.items()])
        assert historian.seal_now()
        clock.advance(2 * 86_400)
        assert historian.upkeep_now()
        assert len(segments(tmp_path)) == 6  # of three families two days
        for tag in VALUES:
            assert received(historian.query(tag)) == [now, late, None]
            (newest,) = await historian.latest([tag])
            assert newest.received is None


async def test_rows_that_come_when_they_hold_pay_nothing(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, None])
        # a source that tells whole seconds, and one that is a little ahead
        for ahead in (-1.9, 1.9):
            historian.record([(PRESS, a_value(2.0, clock.now() + timedelta(seconds=ahead)))])
        assert received(historian.query(PRESS)) == [None] * 4
        assert (await historian.read(HistoryQuery(PRESS))).received is None
        assert historian.flush_now()
        journal = sqlite3.connect(tmp_path / "history/journal.sqlite")
        assert journal.execute("SELECT count(*), count(received) FROM flushes").fetchall() == [(1, 0)]
        journal.close()
        assert historian.seal_now()
    (file,) = segments(tmp_path)
    assert duckdb.execute(f"SELECT count(*), count(received) FROM '{file}'").fetchall() == [(4, 0)]


async def test_a_source_that_is_ahead_or_behind_keeps_the_time_of_receipt(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        for ahead in (-2.0, 2.0, 3600.0):
            historian.record([(PRESS, a_value(2.0, NOON + timedelta(seconds=ahead)))])
        assert received(historian.query(PRESS)) == [NOON] * 3


async def test_what_a_rule_held_back_keeps_its_own_time_of_receipt(tmp_path: Path) -> None:
    """The end of an unchanged time becomes a row long after it came; that does not make it late."""
    clock = FakeClock(NOON)
    tags = [replace(tag, recording=RecordingRule()) for tag in TAGS]
    async with a_historian(tmp_path, clock, tags) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 1.0, 1.0])
        clock.advance(600)
        record_each_second(historian, clock, PRESS, [2.0])
        assert received(historian.query(PRESS)) == [None] * 3
        came: list[datetime] = []
        for value in (7.0, 7.0, 7.0, 8.0):  # a log, replayed at a tenth of its speed
            clock.advance(10)
            came.append(clock.now())
            historian.record([(RUN, a_value(value > 7, NOON - DAY + timedelta(seconds=len(came))))])
        assert received(historian.query(RUN)) == [came[0], came[2], came[3]]
        record_each_second(historian, clock, NAME, ["x", "x"])
        clock.advance(600)
    async with a_historian(tmp_path, clock, tags) as historian:
        assert received(historian.query(NAME)) == [None, None]  # the last was held back until the stop


_TIMES = st.lists(st.tuples(st.booleans(), st.integers(-400, 400)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(batches=st.lists(_TIMES, max_size=6), take=st.integers(0, 5))
def test_a_table_of_small_blocks_tells_each_late_row_apart(batches: list[list[tuple[bool, int]]], take: int) -> None:
    table = HotTable(Family.NUMBERS, 1000, block_rows=7)
    expected: list[int] = []
    for batch in batches:
        count = len(batch)
        late = {place: micros for place, (is_late, micros) in enumerate(batch) if is_late}
        assert table.append([0] * count, list(range(count)), [1.0] * count, [0] * count, late) == count
        expected += [late.get(place, NOT_LATE) for place in range(count)]
    parts = table.rows_from(take)
    found = [
        received
        for rows in parts
        for received in ([NOT_LATE] * len(rows) if rows.received is None else rows.received.tolist())
    ]
    assert found == expected[take:]


async def test_every_way_out_tells_it_and_only_where_there_is_something_to_tell(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    folder, limits = tmp_path / "db", SqlLimits()
    sql = f"SELECT tag, timestamp FROM history WHERE received = TIMESTAMP '{NOON:%Y-%m-%d %H:%M:%S}' ORDER BY tag"
    folder.mkdir()
    async with a_historian(folder, clock) as historian:
        for sealed in (False, True):
            if sealed:
                assert historian.seal_now()
            else:
                record_late_and_live(historian, clock)
                assert historian.flush_now()
            offline = FolderHistory(folder)
            series = offline.read(HistoryQuery(PRESS), TAGS[0].kind)
            assert list(series.received or ()) == [to_micros(NOON), NOT_LATE]
            offline.close()
            found = ask_here(folder, sql, limits).rows
            assert found == [[tag, "2026-11-19T12:00:00.000000Z"] for tag in sorted(VALUES)]
            for tag, (late, live) in VALUES.items():
                await historian.export([tag], None, None, tmp_path / "out.csv")
                lines = (tmp_path / "out.csv").read_text().splitlines()
                assert lines[0] == "timestamp,value,quality,quality_reason,received"
                values = [value if isinstance(value, str) else f"{float(value)}" for value in (late, live)]
                assert lines[1:] == [
                    f"2026-11-19T12:00:00.000000Z,{values[0]},good,,2026-11-20T12:00:00.000000Z",
                    f"2026-11-20T12:00:00.000000Z,{values[1]},good,,",
                ]
                export_range(folder, [tag], NOON, None, tmp_path / "live.csv")
                assert (tmp_path / "live.csv").read_text().startswith("timestamp,value,quality,quality_reason\n")
                export_range(folder, [tag], None, None, tmp_path / "out.parquet")
                assert pq.read_table(tmp_path / "out.parquet").column("received").to_pylist() == [
                    NOON.replace(tzinfo=None),
                    None,
                ]
                stream = b"".join([piece async for piece in historian.arrow([tag])])
                table = pa.ipc.open_stream(stream).read_all()
                assert table.column("received").to_pylist() == [NOON, None]
                table.validate(full=True)


def test_an_imported_row_was_received_when_it_was_imported(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(f"at,{PRESS}\n2024-05-01T10:00:00Z,1\n2024-05-02T10:00:00Z,2\n")
    import_csv(tmp_path / "db", file, CsvLayout("at"), FakeClock(NOON))
    rows = duckdb.execute("SELECT value, received FROM read_parquet($1)", [f"{tmp_path}/db/history/raw/*/*"]).fetchall()
    assert sorted(rows) == [(1.0, NOON.replace(tzinfo=None)), (2.0, NOON.replace(tzinfo=None))]


async def a_folder_of_old(folder: Path, clock: FakeClock) -> None:
    """Two days of closed rows, some of a third day that only the journal has, all as an older version left them."""
    folder.mkdir()
    async with a_historian(folder, clock) as historian:
        for _ in range(2):
            for tag, (first, second) in VALUES.items():
                record_each_second(historian, clock, tag, [first, second])
            assert historian.seal_now()
            clock.advance(86_400)
        for tag, (first, second) in VALUES.items():
            record_each_second(historian, clock, tag, [first, second])
    make_old(folder)


@pytest.mark.parametrize("of_old_day", [True, False], ids=["late rows in an old day", "late rows before all days"])
async def test_history_of_an_older_version_opens_and_goes_on(tmp_path: Path, *, of_old_day: bool) -> None:
    clock = FakeClock(NOON)
    folder = tmp_path / "db"
    await a_folder_of_old(folder, clock)
    before = ask_here(folder, "SELECT count(*), count(received) FROM history", SqlLimits()).rows  # the old journal too
    assert before == [[18, 0]]
    assert export_range(folder, [PRESS], None, None, tmp_path / "old.csv") == 6
    late = NOON + timedelta(hours=1) if of_old_day else NOON - 5 * DAY
    async with a_historian(folder, clock) as historian:
        assert [len(historian.query(tag)) for tag in VALUES] == [6, 6, 6]
        came = clock.now()
        for tag, (first, _) in VALUES.items():
            historian.record([(tag, a_value(first, late))])
        expected = [None, None, came, None, None, None, None] if of_old_day else [came, *[None] * 6]
        for work in (historian.flush_now, historian.seal_now, historian.upkeep_now):
            assert work()
            for tag in VALUES:
                assert received(historian.query(tag)) == expected
        assert historian.stats().damage == ""
        one_table = f"read_parquet('{folder}/history/[rt]*/*/*.parquet', union_by_name = true)"
        # two lists of files: DuckDB knows no alternatives in a pattern
        found = duckdb.execute(f"SELECT count(*), count(received), max(received) FROM {one_table}").fetchall()
        assert found == [(21, 3, came.replace(tzinfo=None))]
        for place, rows in (("raw", 14), ("text", 7)):  # who asks for the columns of old needs no more than before
            sql = f"SELECT count(value), count(tag), max(quality) FROM '{folder}/history/{place}/*/*.parquet'"
            assert duckdb.execute(sql).fetchall() == [(rows if place == "raw" else 0, rows, 0)]
        assert ask_here(folder, "SELECT count(*), count(received) FROM history", SqlLimits()).rows == [[21, 3]]
        assert export_range(folder, [PRESS, NAME], None, None, tmp_path / "new.parquet") == 14
        assert pq.read_table(tmp_path / "new.parquet").column("received").null_count == 12


async def test_an_old_journal_is_taken_over_once_and_an_older_program_is_told(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
    make_old_journal(tmp_path / "history/journal.sqlite")
    for _ in range(2):
        async with a_historian(tmp_path, clock) as historian:
            assert [sample.value for sample in historian.query(PRESS)] == [1.0, 2.0]
    journal = sqlite3.connect(tmp_path / "history/journal.sqlite")
    assert journal.execute("PRAGMA user_version").fetchone() == (3,)
    assert [name for _, name, *_ in journal.execute("PRAGMA table_info(flushes)")].count("received") == 1
    journal.close()


async def test_a_damaged_time_of_receipt_fails_the_checksum(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        historian.record([(PRESS, a_value(1.0, NOON - DAY))])
        assert historian.flush_now()
        historian.record([(PRESS, a_value(2.0, NOON))])
    journal = sqlite3.connect(tmp_path / "history/journal.sqlite", isolation_level=None)
    journal.execute("UPDATE flushes SET received = zeroblob(8) WHERE received IS NOT NULL")
    journal.close()
    async with a_historian(tmp_path, clock) as historian:
        assert [sample.value for sample in historian.query(PRESS)] == [2.0]


async def test_the_minutes_of_a_day_of_mixed_files_are_made(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        for _ in range(2):
            record_each_second(historian, clock, PRESS, [1.0, 3.0])
            assert historian.seal_now()
            clock.advance(600)
        make_old_segment(segments(tmp_path)[0])
        clock.advance(2 * 86_400)
        assert historian.upkeep_now()
        assert len(segments(tmp_path)) == 1
        series = await historian.read(HistoryQuery(PRESS, NOON, NOON + timedelta(hours=1), points=10))
        assert from_micros(series.timestamps[0]) == NOON
        assert (min(series.values), max(series.values)) == (1.0, 3.0)
