"""An exported file holds what the history holds, beside a running runtime or without one."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, a_historian, record_each_second
from vmshmi.core.clock import to_micros
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.runtime.historian import Decimal, export_range, offline
from vmshmi.runtime.historian.export import Exporter, OpenRows, range_of
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import DAY_US, segment_file


def rows_of(file: Path) -> list[list[str]]:
    with file.open(newline="") as lines:
        return list(csv.reader(lines))


async def test_sealed_and_fresh_rows_are_exported_once_while_the_runtime_runs(tmp_path: Path) -> None:
    clock = FakeClock()
    folder, out = tmp_path / "db", tmp_path / "press.csv"
    async with a_historian(folder, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.5])
        historian.seal_now()
        record_each_second(historian, clock, PRESS, [None, 4.0])
        historian.flush_now()
        running = export_range(folder, [PRESS], None, None, out)
        beside = rows_of(out)
    assert export_range(folder, [PRESS], None, None, out) == running == 4
    assert rows_of(out) == beside
    assert beside == [
        ["timestamp", "value", "quality", "quality_reason"],
        ["2026-11-22T14:06:00.000000Z", "1.0", "good", ""],
        ["2026-11-22T14:06:01.000000Z", "2.5", "good", ""],
        ["2026-11-22T14:06:02.000000Z", "", "bad", "BadNoCommunication"],
        ["2026-11-22T14:06:03.000000Z", "4.0", "good", ""],
    ]


async def test_rows_that_are_sealed_during_an_export_are_neither_missed_nor_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        for module_name in ("look_into", "find_segments"):
            record_each_second(historian, clock, PRESS, [1.0])
            historian.flush_now()
            real = getattr(offline, module_name)

            def seal_after(place: Path, real: Callable[[Path], object] = real) -> object:
                found = real(place)
                historian.seal_now()
                return found

            with monkeypatch.context() as patch:
                patch.setattr(offline, module_name, seal_after)
                rows = export_range(tmp_path, [PRESS], None, None, tmp_path / "out.csv")
            assert rows == len(historian.query(PRESS))


async def test_parquet_has_the_columns_of_the_closed_segments(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, RUN, [True, False])
        historian.seal_now()
        record_each_second(historian, clock, RUN, [None])
        record_each_second(historian, clock, NAME, ["Aurora", 'it\'s "quoted", with a comma'])
    for tag_id, name in ((RUN, "run.parquet"), (NAME, "na'me.parquet")):
        export_range(tmp_path, [tag_id], None, None, tmp_path / name)
    numbers = duckdb.execute(
        "SELECT tag, value, quality FROM read_parquet($1)", [str(tmp_path / "run.parquet")]
    ).fetchall()
    texts = duckdb.execute("SELECT tag, value FROM read_parquet($1)", [str(tmp_path / "na'me.parquet")]).fetchall()
    assert numbers == [(RUN, 1.0, 0), (RUN, 0.0, 0), (RUN, None, 0x80310000)]
    assert texts == [(NAME, "Aurora"), (NAME, 'it\'s "quoted", with a comma')]
    export_range(tmp_path, [NAME], None, None, tmp_path / "name.csv")
    assert [row[1] for row in rows_of(tmp_path / "name.csv")] == ["value", "Aurora", 'it\'s "quoted", with a comma']


async def test_only_the_range_is_exported_both_ends_included(tmp_path: Path) -> None:
    clock = FakeClock()
    start = clock.now()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, map(float, range(10)))
        historian.seal_now()
        record_each_second(historian, clock, PRESS, map(float, range(10, 20)))
    out = tmp_path / "out.csv"
    assert export_range(tmp_path, [PRESS], start + timedelta(seconds=8), start + timedelta(seconds=11), out) == 4
    assert [row[1] for row in rows_of(out)[1:]] == ["8.0", "9.0", "10.0", "11.0"]
    assert export_range(tmp_path, [PRESS], start + timedelta(days=2), None, out) == 0
    assert rows_of(out) == [["timestamp", "value", "quality", "quality_reason"]]


async def test_a_tag_that_is_not_there_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
        historian.seal_now()
    with pytest.raises(ConfigurationError, match=r"no such tag.*did you mean me_p\.lo_press\?"):
        export_range(tmp_path, ["me_p.lo_pres"], None, None, tmp_path / "out.csv")
    assert not list(tmp_path.glob("*out*"))


async def test_what_the_caller_can_mend_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"must end in \.csv or \.parquet"):
        export_range(tmp_path, [PRESS], None, None, tmp_path / "out.xlsx")
    with pytest.raises(ConfigurationError, match="there is no history here"):
        export_range(tmp_path / "nowhere", [PRESS], None, None, tmp_path / "out.csv")
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
    with pytest.raises(StorageError) as caught:
        export_range(tmp_path, [PRESS], None, None, tmp_path / "missing" / "out.csv")
    assert "\n" not in str(caught.value)


async def test_a_damaged_journal_is_one_clear_line(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock):
        pass
    (tmp_path / "history/journal.sqlite").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(StorageError, match=r"journal\.sqlite"):
        export_range(tmp_path, [PRESS], None, None, tmp_path / "out.csv")


async def test_several_tags_are_one_file_and_a_decimal_comma_brings_semicolons(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.5])
        historian.seal_now()
        record_each_second(historian, clock, NAME, ["1.5 bar"])
    out, table = tmp_path / "both.csv", tmp_path / "both.parquet"
    assert export_range(tmp_path, [PRESS, NAME, PRESS], None, None, out, Decimal.COMMA) == 2
    assert out.read_text().splitlines() == [
        "tag;timestamp;value;quality;quality_reason",
        f"{PRESS};2026-11-22T14:06:00.000000Z;1,5;good;",
        f"{NAME};2026-11-22T14:06:01.000000Z;1.5 bar;good;",
    ]
    export_range(tmp_path, [PRESS, NAME], None, None, table)
    assert duckdb.execute("SELECT tag, value, text FROM read_parquet($1)", [str(table)]).fetchall() == [
        (PRESS, 1.5, None),
        (NAME, None, "1.5 bar"),
    ]


async def test_a_file_within_the_recorded_history_is_refused(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
        historian.seal_now()
    day = tmp_path / "history/raw/day=2026-11-22"
    before = sorted(day.iterdir())
    for out in (day / "out.parquet", tmp_path / "x/../history/out.csv"):
        with pytest.raises(ConfigurationError, match="lies in the recorded history itself"):
            export_range(tmp_path, [PRESS], None, None, out)
    assert sorted(day.iterdir()) == before


async def test_a_range_of_many_days_is_held_a_day_at_a_time_and_comes_out_in_order(tmp_path: Path) -> None:
    clock, days = FakeClock(), 6
    async with a_historian(tmp_path / "db", clock) as historian:
        for day in range(days):
            record_each_second(historian, clock, PRESS, map(float, range(day * 100, day * 100 + 10)))
            record_each_second(historian, clock, NAME, [f"day {day}"])
            assert historian.seal_now()
            if day == 3:  # a day late, in a segment of its own
                clock.advance(-86_400)
                record_each_second(historian, clock, PRESS, [-1.0])
                clock.advance(86_400)
                assert historian.seal_now()
            clock.advance(86_400)
        record_each_second(historian, clock, PRESS, [1e6, None])  # and hot rows
        historian.flush_now()
        expected = [(sample.timestamp, PRESS, sample.value) for sample in historian.query(PRESS)]
        expected += [(sample.timestamp, NAME, sample.value) for sample in historian.query(NAME)]
    journal, segments, open_rows = offline.look_at(tmp_path / "db")
    for name in ("all.csv", "all.parquet"):
        with Exporter(2) as exporter:
            wanted = range_of([PRESS, NAME], None, None)
            count = exporter.write(segments, OpenRows(journal.tags, open_rows), wanted, tmp_path / name)
            assert count == len(expected) == days * 11 + 3
            assert exporter.most_rows_held == 12
    found = duckdb.execute(
        "SELECT epoch_us(timestamp), tag, coalesce(text, value::VARCHAR) FROM read_parquet($1)",
        [str(tmp_path / "all.parquet")],
    ).fetchall()
    wanted_rows = [
        (to_micros(at), tag, None if value is None else str(value)) for at, tag, value in sorted(expected, key=_time)
    ]
    assert found == wanted_rows
    assert [row[2] or None for row in rows_of(tmp_path / "all.csv")[1:]] == [value for _, _, value in wanted_rows]


def _time(row: tuple[datetime, str, object]) -> tuple[datetime, str]:
    return row[:2]


def test_days_of_more_rows_than_a_row_group_come_out_in_order(tmp_path: Path) -> None:
    rows, days, start = 150_000, 3, 20_000 * DAY_US
    (tmp_path / "db" / "history").mkdir(parents=True)
    for day in range(days):
        file = segment_file(tmp_path / "db/history", Family.NUMBERS, start + day * DAY_US, day * rows, (day + 1) * rows)
        file.parent.mkdir(parents=True)
        duckdb.execute(
            f"COPY (SELECT 'me_p.lo_press' AS tag, make_timestamp({start + day * DAY_US} + n * 500000) AS timestamp,"
            f" (n + {day * rows})::DOUBLE AS value, 0::UINTEGER AS quality FROM range({rows}) one(n)"
            f" ORDER BY hash(n)) TO '{file}' (FORMAT parquet)"
        )
    for name, reader in (("all.csv", "read_csv"), ("all.parquet", "read_parquet")):
        assert export_range(tmp_path / "db", [PRESS], None, None, tmp_path / name) == rows * days
        answer = duckdb.execute(f"SELECT value FROM {reader}($1)", [str(tmp_path / name)]).fetchnumpy()
        assert np.array_equal(answer["value"], np.arange(rows * days))
