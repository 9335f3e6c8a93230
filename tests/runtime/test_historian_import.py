"""The past from another logger's file lands in its right place, once, or a line says why not."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, a_historian, record_each_second, values_of
from vmshmi.core.errors import ConfigurationError, StartError, StorageError
from vmshmi.runtime.historian import CsvLayout, Imported, csv_rows, export_range, import_csv
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.storage.folder_lock import FolderLock

# the name is the package's function too
import_csv_module = import_module("vmshmi.runtime.historian.import_csv")
WIDE = CsvLayout("Time", names={"Oil": PRESS, "Runs": RUN, "Name": NAME}, families={
    RUN: Family.BOOLEANS, NAME: Family.TEXTS,
})  # fmt: skip
LONG = CsvLayout("at", tag_column="tag", value_column="value", quality_column="quality")


def load(folder: Path, text: str | bytes, layout: CsvLayout, clock: FakeClock | None = None, **more: Any) -> Imported:
    file = folder.parent / "in.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_csv(folder, file, layout, clock or FakeClock(), **more)


def rows_in(folder: Path, place: str = "raw") -> list[tuple[Any, ...]]:
    """Everything in closed segments, as any other program reads them."""
    value = "text" if place == "text" else "value"
    return duckdb.execute(
        f"SELECT tag, timestamp, {value}, quality FROM read_parquet($1, hive_partitioning = true) ORDER BY 1, 2",
        [f"{folder}/history/{place}/*/*.parquet"],
    ).fetchall()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_wide_file_gives_a_row_for_each_filled_cell(tmp_path: Path) -> None:
    text = "Time,Oil,Runs,Name\n2024-01-31T23:59:59Z,1.5,on,\n2024-02-01T01:00:00+01:00,nan,0,Aurora\n"
    done = load(tmp_path / "db", text, WIDE)
    assert (done.rows, done.added, done.tags, done.days) == (5, 5, 3, 2)
    assert rows_in(tmp_path / "db") == [
        (PRESS, at("2024-01-31T23:59:59"), 1.5, 0),
        (PRESS, at("2024-02-01T00:00:00"), None, 0x80000000),
        (RUN, at("2024-01-31T23:59:59"), 1.0, 0),
        (RUN, at("2024-02-01T00:00:00"), 0.0, 0),
    ]
    assert rows_in(tmp_path / "db", "text") == [(NAME, at("2024-02-01T00:00:00"), "Aurora", 0)]


def test_a_long_file_with_quality_tab_and_byte_order_mark_is_read(tmp_path: Path) -> None:
    text = "\ufeffat\ttag\tvalue\tquality\n2024-05-01 10:00\ta.b\t1\tuncertain\n2024-05-01 09:00\ta.b\t7\tbad\n"
    assert load(tmp_path / "db", text, LONG).added == 2
    assert rows_in(tmp_path / "db") == [
        ("a.b", at("2024-05-01T09:00:00"), None, 0x80000000),
        ("a.b", at("2024-05-01T10:00:00"), 1.0, 0x40000000),
    ]


def test_day_first_times_of_a_zone_with_decimal_comma_over_both_clock_changes(tmp_path: Path) -> None:
    layout = CsvLayout("Tid", day_first=True, zone=ZoneInfo("Europe/Oslo"), comma=True)
    winter = "Tid;x\n27.10.2024 02:30:00;1,5\n27.10.2024 02:30:00;2,5\n27.10.2024 02:40;3\n"
    load(tmp_path / "db", winter, layout)
    assert [(row[1], row[2]) for row in rows_in(tmp_path / "db")] == [
        (at("2024-10-27T00:30:00"), 1.5),
        (at("2024-10-27T01:30:00"), 2.5),
        (at("2024-10-27T01:40:00"), 3.0),
    ]
    with pytest.raises(ConfigurationError, match=r"in\.csv:2: Tid: '31\.3\.2024 02:30' is not in Europe/Oslo"):
        load(tmp_path / "db", "Tid;x\n31.3.2024 02:30;1\n", layout)


def test_every_mistake_has_line_and_column_the_first_twenty_in_full_and_nothing_is_imported(tmp_path: Path) -> None:
    bad = ["yesterday,1", "2024-01-01,1,2", '2024-01-01,"1,5"', "2024-01-01,inf", "1899-01-01,1", "2031-01-01,1"]
    text = "\n".join(["t,x.y", "2024-01-01,1", *bad, *(["2024-01-02,eh"] * 30)])
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "db", text, CsvLayout("t"))
    lines = [line.rpartition("in.csv")[2] for line in caught.value.problems]
    assert lines[:7] == [
        ":3: t: 'yesterday' is no time such as 2026-11-22T14:06:00Z",
        ":4: 3 cells where the header has 2",
        ":5: x.y: '1,5' is no number; is the decimal a comma (--decimal comma)?",
        ":6: x.y: 'inf' is no number",
        ":7: t: '1899-01-01' is before 1900",
        ":8: t: '2031-01-01' is later than now; are format and time zone right?",
        ":9: x.y: 'eh' is no number",
    ]
    assert len(lines) == 22
    assert lines[20:] == [": and 16 more mistakes", ": nothing was imported"]
    assert not list((tmp_path / "db").rglob("*.parquet*"))


@pytest.mark.parametrize(
    ("text", "layout", "said"),
    [
        ("a,b\n", CsvLayout("t"), "in.csv:1: there is no column 't'"),
        ("", CsvLayout("t"), "in.csv:1: there is no column 't'"),
        ("t,Oil pressure\n", CsvLayout("t"), "in.csv:1: Oil pressure: 'Oil pressure' is no tag id"),
        ("t,a,a\n", CsvLayout("t"), "in.csv:1: there are two columns 'a'"),
        ("t,a\n", CsvLayout("t", names={"b": "b"}), "in.csv:1: there is no column 'b'"),
        ("t,a\n", CsvLayout("t", known=frozenset({"b"})), "in.csv:1: a: a: the project has no such tag"),
        ("t,a,b\n", CsvLayout("t", names={"a": "x", "b": "x"}), "in.csv:1: b: x is already another column"),
        (b"t,a\n2024-01-01,\xb0\n", CsvLayout("t"), "not utf-8 text; try --encoding cp1252"),
        ("t,a\n", CsvLayout("t", encoding="klingon"), "klingon: no such encoding"),
        ("at,tag,value,quality\n2024-01-01,a,1,fine\n", LONG, "in.csv:2: quality: 'fine' is none of good"),
        ('t,a\n2024-01-01,"1\n', CsvLayout("t"), "cannot be read as CSV"),
    ],
)
def test_what_the_caller_can_mend_is_named(text: str | bytes, layout: CsvLayout, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "db", text, layout)
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_the_same_file_twice_or_a_longer_one_adds_only_what_is_new(tmp_path: Path) -> None:
    folder, text = tmp_path / "db", "t,a,b\n2024-01-01T10:00:00,1,2\n2024-01-01T10:00:00,8,9\n2024-01-02,3,4\n"
    assert load(folder, text, CsvLayout("t")).added == 4
    assert load(folder, text, CsvLayout("t")).added == 0
    assert load(folder, text + "2024-01-02T00:00:01,5,6\n", CsvLayout("t")).added == 2
    assert [row[2] for row in rows_in(folder)] == [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]


def test_a_dry_run_writes_nothing_and_needs_no_lock(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "db")
    lock.acquire()
    before = sorted((tmp_path / "db").rglob("*"))
    done = load(tmp_path / "db", "t,a\n2024-01-01,1\n", CsvLayout("t"), dry_run=True)
    lock.release()
    assert (done.rows, done.added, done.first) == (1, 0, datetime(2024, 1, 1, tzinfo=UTC))
    assert sorted((tmp_path / "db").rglob("*")) == before


def test_a_folder_that_a_runtime_holds_is_refused_in_one_line(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "db")
    lock.acquire()
    with pytest.raises(StartError, match="in use by another vmshmi runtime"):
        load(tmp_path / "db", "t,a\n2024-01-01,1\n", CsvLayout("t"))
    lock.release()
    assert load(tmp_path / "db", "t,a\n2024-01-01,1\n", CsvLayout("t")).added == 1


def test_recorded_rows_and_imported_ones_of_a_day_are_all_there_after_compaction(tmp_path: Path) -> None:
    """Also those that a crash left in the journal only, whose numbers lie before the imported ones."""
    clock, folder = FakeClock(), tmp_path / "db"
    start = clock.now()

    async def record(values: Mapping[str, float] | list[float], *, seal: bool) -> None:
        async with a_historian(folder, clock) as historian:
            record_each_second(historian, clock, PRESS, values)
            if seal:
                historian.seal_now()

    asyncio.run(record([1.0, 2.0], seal=True))
    asyncio.run(record([3.0], seal=False))
    earlier, between = start - timedelta(hours=1), start + timedelta(milliseconds=500)
    text = f"Time,Oil\n{between.isoformat()},1.5\n{earlier.isoformat()},0\n{start.isoformat()},99\n"
    layout = CsvLayout("Time", names={"Oil": PRESS})
    assert load(folder, text, layout, clock).added == 2
    asyncio.run(record([4.0], seal=True))

    async def look() -> None:
        clock.advance(2 * 86_400)
        async with a_historian(folder, clock) as historian:
            assert values_of(historian) == [0.0, 1.0, 1.5, 2.0, 3.0, 4.0]
            assert historian.upkeep_now()
            assert values_of(historian) == [0.0, 1.0, 1.5, 2.0, 3.0, 4.0]
        assert len(list((folder / "history/raw").rglob("*.parquet"))) == 1
        assert list((folder / "history/rollup/1m").rglob("*.parquet"))

    asyncio.run(look())


def test_an_export_comes_back_as_it_was(tmp_path: Path) -> None:
    clock, folder, out = FakeClock(), tmp_path / "db", tmp_path / "in.csv"

    async def record() -> None:
        async with a_historian(folder, clock) as historian:
            record_each_second(historian, clock, PRESS, [1.25, None, 3.5])

    asyncio.run(record())
    export_range(folder, [PRESS, PRESS], None, None, out)
    text = out.read_text().replace("timestamp,", "tag,timestamp,").replace("\n2026", f"\n{PRESS},2026")
    layout = CsvLayout("timestamp", tag_column="tag", value_column="value", quality_column="quality")
    again = tmp_path / "again"
    assert load(again, text, layout, clock).added == 3
    assert [row[2] for row in rows_in(again)] == [1.25, None, 3.5]
    assert load(folder, text, layout, clock).added == 0


def test_rows_that_come_in_many_blocks_all_land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK_ROWS", 7)
    monkeypatch.setattr(csv_rows, "_LOOK_EVERY", 1)
    times = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(100)]
    text = "t,a\n" + "".join(f"{time.isoformat()},{hour}\n" for hour, time in enumerate(times))
    assert load(tmp_path / "db", text, CsvLayout("t")).added == 100
    assert [row[2] for row in rows_in(tmp_path / "db")] == [float(hour) for hour in range(100)]
    assert not list((tmp_path / "db/history").glob("import-*"))


def test_an_import_that_a_full_disk_ends_is_run_again_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, text = import_csv_module.write_table, "t,a\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n"

    def full(*given: Any) -> None:
        if "day=2024-01-02" in str(given[3]):
            raise OSError(28, "No space left on device")
        real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(import_csv_module, "write_table", full)
        with pytest.raises(StorageError, match="No space left on device"):
            load(tmp_path / "db", text, CsvLayout("t"))
    assert [row[2] for row in rows_in(tmp_path / "db")] == [1.0]
    assert load(tmp_path / "db", text, CsvLayout("t")).added == 2
    assert [row[2] for row in rows_in(tmp_path / "db")] == [1.0, 2.0, 3.0]
