"""Closed segments: what lies in them, which of them count, and that no row is seen twice or not at all."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import HOURS, NAME, PRESS, RUN, a_historian, a_value, record_each_second, values_of
from vmshmi.core.history import HistoryQuery
from vmshmi.runtime.historian.hot import HotTable
from vmshmi.runtime.historian.rows import Family, Rows
from vmshmi.runtime.historian.segments import Segment, find_segments, segment_file, settle

DAY = 86_400_000_000


def files_of(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder / "history")) for file in folder.rglob("*.parquet"))


async def test_each_sample_lies_in_the_file_of_its_own_utc_day(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 11, 22, 23, 59, 57, tzinfo=UTC))
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, map(float, range(6)))
        assert historian.seal_now()
    assert files_of(tmp_path) == [
        f"raw/day=2026-11-{day}/numbers-000000000000000000-000000000000000006.parquet" for day in (22, 23)
    ]
    rows = duckdb.execute(
        f"SELECT day, min(timestamp)::DATE = day AND max(timestamp)::DATE = day, list(value ORDER BY timestamp)"
        f" FROM read_parquet('{tmp_path}/history/raw/*/*.parquet') GROUP BY day ORDER BY day"
    ).fetchall()
    assert [(own_day, values) for _, own_day, values in rows] == [(True, [0.0, 1.0, 2.0]), (True, [3.0, 4.0, 5.0])]


async def test_any_duckdb_reads_the_closed_segments_as_one_table_while_the_runtime_runs(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, RUN, [True, None, False])
        record_each_second(historian, clock, NAME, ["Aurora"])
        record_each_second(historian, clock, PRESS, [1.5, None])
        assert historian.seal_now()
        table = f"read_parquet('{tmp_path}/history/*/*/*.parquet', union_by_name = true)"
        columns = duckdb.execute(f"DESCRIBE SELECT tag, timestamp, value, quality, text FROM {table}").fetchall()
        rows = duckdb.execute(f"SELECT tag, value, quality, text FROM {table} ORDER BY tag, timestamp").fetchall()
    assert [(name, kind) for name, kind, *_ in columns] == [
        ("tag", "VARCHAR"),
        ("timestamp", "TIMESTAMP"),
        ("value", "DOUBLE"),
        ("quality", "UINTEGER"),
        ("text", "VARCHAR"),
    ]
    assert rows == [
        (PRESS, 1.5, 0, None),
        (PRESS, None, 0x80310000, None),
        (NAME, None, 0, "Aurora"),
        (RUN, 1.0, 0, None),
        (RUN, None, 0x80310000, None),
        (RUN, 0.0, 0, None),
    ]


async def test_a_segment_is_sorted_by_tag_and_time(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        for _ in range(3):
            historian.record([(HOURS, a_value(1, clock.now())), (PRESS, a_value(2.0, clock.now()))])
            clock.advance(-1)
        historian.seal_now()
    (file,) = tmp_path.rglob("numbers-*.parquet")
    rows = duckdb.execute(f"SELECT tag, timestamp FROM read_parquet('{file}')").fetchall()
    assert rows == sorted(rows)
    assert len(rows) == 6


async def test_a_sealed_hour_leaves_memory_and_journal(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock, seal_every_s=3600.0) as historian:
        storage = historian._storage
        assert storage is not None
        record_each_second(historian, clock, PRESS, map(float, range(100)))
        assert historian.flush_now()
        assert not storage.seal_if_due()
        clock.advance(3600)
        assert storage.seal_if_due()
        assert not storage.seal_if_due()
        assert storage.view().hot == ()
        assert len(files_of(tmp_path)) == 1
    async with a_historian(tmp_path, clock) as historian:
        assert historian._storage is not None
        assert historian._storage.view().hot == ()
        assert values_of(historian) == list(map(float, range(100)))


async def test_many_rows_are_sealed_before_the_hour(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock, seal_rows=50) as historian:
        storage = historian._storage
        assert storage is not None
        record_each_second(historian, clock, PRESS, map(float, range(49)))
        historian.flush_now()
        assert not storage.seal_if_due()
        record_each_second(historian, clock, PRESS, [49.0])
        assert not storage.seal_if_due()  # only what is durable counts
        historian.flush_now()
        assert storage.seal_if_due()
        assert len(files_of(tmp_path)) == 1


async def test_a_crash_before_a_seal_is_final_neither_loses_nor_doubles(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 11, 22, 23, 59, 58, tzinfo=UTC))
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, map(float, range(4)))
        historian.flush_now()
        journal = (tmp_path / "history/journal.sqlite").read_bytes()
        wal = (tmp_path / "history/journal.sqlite-wal").read_bytes()
        historian.seal_now()
    assert len(files_of(tmp_path)) == 2
    # as if the machine had died after the last rename and before the journal forgot
    (tmp_path / "history/journal.sqlite").write_bytes(journal)
    (tmp_path / "history/journal.sqlite-wal").write_bytes(wal)
    (tmp_path / "history/raw/day=2026-11-22/numbers-000000000000000004-000000000000000009.parquet.tmp").write_bytes(
        b"PA"
    )
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian) == [0.0, 1.0, 2.0, 3.0]
        assert files_of(tmp_path) == []
        assert not list(tmp_path.rglob("*.tmp"))
        assert historian.seal_now()
        assert values_of(historian) == [0.0, 1.0, 2.0, 3.0]


async def test_an_older_copy_of_the_journal_does_not_bring_sealed_rows_twice(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [0.0, 1.0])
        historian.flush_now()
    copy = (tmp_path / "history/journal.sqlite").read_bytes()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [2.0])
        historian.seal_now()
    (tmp_path / "history/journal.sqlite").write_bytes(copy)
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian) == [0.0, 1.0, 2.0]
        record_each_second(historian, clock, PRESS, [3.0])
        assert historian.seal_now()
        assert values_of(historian) == [0.0, 1.0, 2.0, 3.0]


async def test_a_lost_journal_costs_only_what_was_in_it(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [0.0, 1.0])
        historian.seal_now()
        record_each_second(historian, clock, PRESS, [2.0])
    (tmp_path / "history/journal.sqlite").unlink()
    for value in (3.0, 4.0):
        async with a_historian(tmp_path, clock) as historian:
            record_each_second(historian, clock, PRESS, [value])
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian) == [0.0, 1.0, 3.0, 4.0]
        assert historian.seal_now()
        assert values_of(historian) == [0.0, 1.0, 3.0, 4.0]


@pytest.mark.parametrize("damage", ["emptied", "cut", "zeroed"])
async def test_a_damaged_segment_is_set_aside_and_named(tmp_path: Path, damage: str) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        for start in (0, 1000):
            record_each_second(historian, clock, PRESS, [float(start + n) for n in range(1000)])
            historian.seal_now()
    victim = tmp_path / "history" / files_of(tmp_path)[0]
    content = victim.read_bytes()
    victim.write_bytes({"emptied": b"", "cut": content[: len(content) // 2], "zeroed": bytes(len(content))}[damage])
    async with a_historian(tmp_path, clock) as historian:
        for _ in range(2):
            assert values_of(historian) == [float(1000 + n) for n in range(1000)]
        assert len(await historian.read(HistoryQuery(PRESS, points=10))) == 20
        assert victim.name in historian.stats().last_error
        assert historian.stats().state == "running"
    assert victim.exists()


async def test_readers_see_each_row_once_while_rows_are_taken_flushed_and_sealed(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        taken = 0
        done = threading.Event()
        problems: list[str] = []

        def read() -> None:
            seen = 0
            while not done.is_set():
                values = values_of(historian)
                if values != list(map(float, range(len(values)))) or len(values) < seen:
                    problems.append(f"{len(values)} rows after {seen}")
                    return
                seen = len(values)

        def keep() -> None:
            while not done.is_set():
                historian.seal_now()

        threads = [threading.Thread(target=read), threading.Thread(target=read), threading.Thread(target=keep)]
        for thread in threads:
            thread.start()
        while len(files_of(tmp_path)) < 12 and not problems:
            historian.record([(PRESS, a_value(float(taken + n), clock.now())) for n in range(50)])
            taken += 50
            clock.advance(0.5)
        done.set()
        for thread in threads:
            thread.join()
        assert problems == []
        assert values_of(historian) == list(map(float, range(taken)))


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_rows_that_are_sealed_while_a_reader_looks_are_neither_missed_nor_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    clock = FakeClock()
    real = HotTable.views
    # two rows fill a block, so that a seal lets it go
    async with a_historian(tmp_path, clock, max_hot_rows=2) as historian:
        once = iter([True])

        def seal_at_the_first_look(table: HotTable) -> list[Rows]:
            views = real(table)
            if next(once, False):
                assert historian.seal_now()
            return real(table) if moment == "before" else views

        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        monkeypatch.setattr(HotTable, "views", seal_at_the_first_look)
        assert values_of(historian) == [1.0, 2.0]
        assert files_of(tmp_path)


def a_segment(first: int, end: int, day: int = 0, family: Family = Family.NUMBERS) -> Segment:
    return Segment(day * DAY, first, end, family, Path(f"{family.value}-{first}-{end}-{day}"))


def test_a_file_whose_rows_the_journal_still_has_does_not_count() -> None:
    files = [a_segment(0, 10), a_segment(10, 20), a_segment(10, 20, day=1)]
    settled = settle(files, [(Family.NUMBERS, 15, 20), (Family.NUMBERS, 10, 15), (Family.NUMBERS, 20, 25)])
    assert settled.segments == (files[0],)
    assert set(settled.leftovers) == set(files[1:])
    assert not settled.covers(Family.NUMBERS, 10, 15)


def test_a_file_of_which_the_journal_has_only_a_part_counts() -> None:
    files = [a_segment(0, 10), a_segment(10, 20)]
    settled = settle(files, [(Family.NUMBERS, 5, 15)])
    assert settled.segments == tuple(files)
    assert settled.covers(Family.NUMBERS, 5, 15)
    assert not settled.covers(Family.BOOLEANS, 5, 15)


def test_a_larger_file_of_the_same_day_replaces_the_smaller() -> None:
    small = [a_segment(0, 10), a_segment(10, 20), a_segment(0, 10, day=1), a_segment(0, 10, family=Family.BOOLEANS)]
    settled = settle([*small, a_segment(0, 20)], [])
    assert set(settled.segments) == {a_segment(0, 20), *small[2:]}
    assert set(settled.leftovers) == set(small[:2])


def test_only_files_named_as_segments_are_found(tmp_path: Path) -> None:
    good = segment_file(tmp_path, Family.TEXTS, 20_000 * DAY, 5, 7)
    for file in (good, good.with_suffix(".parquet.tmp"), good.with_name("notes.parquet"), tmp_path / "raw" / "README"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    assert find_segments(tmp_path) == [Segment(20_000 * DAY, 5, 7, Family.TEXTS, good)]
