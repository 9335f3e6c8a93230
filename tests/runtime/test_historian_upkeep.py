"""Closed days: one segment each, rollups that lose no spike, and an orderly end of what is not kept."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_clock import FakeClock
from tests.support.history import HOURS, NAME, PRESS, RUN, a_historian, a_value, record_each_second, values_of
from vmshmi.core.clock import to_micros
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.historian import Historian
from vmshmi.runtime.historian.levels import coarsest, plan_of, whole_buckets
from vmshmi.runtime.historian.retention import Retention
from vmshmi.runtime.historian.rollups import Level, Rollup, find_rollups
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import DAY_US, Segment

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = 60_000_000


def record(
    historian: Historian, tag_id: TagId, start: datetime, step_s: float, values: Iterable[Scalar | None]
) -> None:
    for place, value in enumerate(values):
        at = start + timedelta(seconds=place * step_s)
        quality = Quality.BAD_NO_COMMUNICATION if value is None else Quality.GOOD
        historian.record([(tag_id, a_value(value, at, quality))])


def raw_files(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "history/raw").rglob("*.parquet"))


def rollup_files(folder: Path) -> list[str]:
    root = folder / "history/rollup"
    return sorted(str(file.parent.relative_to(root)) for file in root.rglob("*.parquet"))


def table(folder: Path, pattern: str, columns: str) -> list[tuple[object, ...]]:
    return duckdb.execute(
        f"SELECT {columns} FROM read_parquet('{folder}/history/{pattern}', hive_partitioning = false)"
    ).fetchall()


async def test_the_segments_of_a_closed_day_become_one_and_every_row_stays_as_it_was(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        for hour in range(3):
            record(historian, PRESS, NOON + timedelta(hours=hour), 60, [1.0, None, 2.0])
            historian.record([(PRESS, a_value(7.0 + hour, NOON)), (RUN, a_value(True, NOON))])
            record(historian, NAME, NOON + timedelta(hours=hour), 1, ["Aurora"])
            historian.seal_now()
        before = {tag: historian.query(tag) for tag in (PRESS, RUN, NAME)}
        historian.upkeep_now()
        assert len(raw_files(tmp_path)) == 6  # the day is not over: minutes, but three segments are no reason to merge
        assert not historian.upkeep_now()
        clock.advance(16 * 3600)
        assert historian.upkeep_now()
        assert {tag: historian.query(tag) for tag in (PRESS, RUN, NAME)} == before
        assert len(raw_files(tmp_path)) == 2  # numbers, booleans
        assert len(list((tmp_path / "history/text").rglob("*.parquet"))) == 1
        assert not historian.upkeep_now()
    async with a_historian(tmp_path, clock) as historian:
        assert {tag: historian.query(tag) for tag in (PRESS, RUN, NAME)} == before
        assert [s.value for s in before[PRESS] if s.timestamp == NOON] == [1.0, 7.0, 8.0, 9.0]


@settings(max_examples=15)
@given(
    samples=st.lists(
        st.tuples(
            st.integers(0, 3 * 86_400 - 1),
            st.one_of(st.none(), st.floats(-1e6, 1e6, allow_subnormal=False)),
        ),
        min_size=1,
        max_size=60,
    )
)
async def test_a_rollup_says_of_each_bucket_what_its_rows_say(
    samples: list[tuple[int, float | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("history")
    start = datetime(2026, 11, 28, tzinfo=UTC)  # the range crosses the end of a month
    clock = FakeClock(start)
    async with a_historian(folder, clock) as historian:
        for second, value in sorted(samples, key=lambda sample: sample[0]):
            record(historian, PRESS, start + timedelta(seconds=second), 0, [value])
        historian.seal_now()
        clock.advance(5 * 86_400)
        historian.upkeep_now()
    columns = "epoch_us(timestamp), count, bad, min, max, first, last, mean, quality"
    for level, pattern in ((Level.MINUTE, "1m"), (Level.TEN_MINUTES, "10m"), (Level.HOUR, "1h")):
        found = {int(str(row[0])): row[1:] for row in table(folder, f"rollup/{pattern}/*/*.parquet", columns)}
        expected: dict[int, list[float | None]] = {}
        for second, value in sorted(samples, key=lambda sample: sample[0]):
            stamp = to_micros(start) + second * 1_000_000
            expected.setdefault(stamp // level.width_us * level.width_us, []).append(value)
        assert found.keys() == expected.keys()
        for bucket, values in expected.items():
            good = [value for value in values if value is not None]
            count, bad, low, high, _first, _last, mean, quality = found[bucket]
            assert (count, bad) == (len(good), len(values) - len(good))
            assert (low, high) == ((min(good), max(good)) if good else (None, None))
            assert mean == (pytest.approx(sum(good) / len(good), rel=1e-9, abs=1e-9) if good else None)
            assert quality == (int(Quality.BAD_NO_COMMUNICATION) if len(good) < len(values) else 0)


async def long_history(historian: Historian, days: int) -> np.ndarray:
    """A value every ten minutes, one spike a day, one hole a day."""
    rng = np.random.default_rng(1)
    values = rng.normal(50, 1, days * 144)
    values[rng.integers(0, 144, days) + np.arange(days) * 144] = 99.0
    holes = [None if place % 144 == 77 else float(value) for place, value in enumerate(values)]
    record(historian, PRESS, NOON.replace(hour=0), 600, holes)
    historian.seal_now()
    return values


def good_of(series: HistorySeries) -> np.ndarray:
    values = np.array(series.values)
    return values[~np.isnan(values)]


@pytest.mark.parametrize("points", [40, 200, 900])
async def test_a_long_range_from_rollups_loses_no_spike_and_no_gap(tmp_path: Path, points: int) -> None:
    clock = FakeClock(NOON)
    query = HistoryQuery(PRESS, NOON.replace(hour=0), NOON.replace(hour=0) + timedelta(days=40), points=points)
    async with a_historian(tmp_path, clock) as historian:
        await long_history(historian, 40)
        from_rows = await historian.read(query)
        clock.advance(60 * 86_400)
        historian.upkeep_now()
        from_rollups = await historian.read(query)
        whole = await historian.read(replace(query, points=None))
    assert len(from_rollups) <= 2 * points
    assert good_of(from_rollups).min() == good_of(from_rows).min() == good_of(whole).min()
    assert good_of(from_rollups).max() == good_of(from_rows).max() == 99.0
    assert np.isnan(np.array(from_rollups.values)).any() == np.isnan(np.array(from_rows.values)).any()
    width = timedelta(days=40) / points
    spikes = [stamp for stamp, value in zip(whole.timestamps, whole.values, strict=True) if value == 99.0]
    shown = [stamp for stamp, value in zip(from_rollups.timestamps, from_rollups.values, strict=True) if value == 99.0]
    for spike in spikes:  # each is shown within a pixel of where it was
        assert any(abs(spike - stamp) <= 2 * width.total_seconds() * 1e6 for stamp in shown)
    assert list(from_rollups.timestamps) == sorted(from_rollups.timestamps)


async def test_late_rows_of_a_closed_day_are_seen_at_once_and_are_in_its_rollups_after_the_next_pass(
    tmp_path: Path,
) -> None:
    clock = FakeClock(NOON)
    query = HistoryQuery(PRESS, NOON.replace(hour=0), NOON.replace(hour=0) + timedelta(days=40), points=30)
    async with a_historian(tmp_path, clock) as historian:
        await long_history(historian, 40)
        clock.advance(60 * 86_400)
        historian.upkeep_now()
        record(historian, PRESS, NOON + timedelta(days=3, seconds=7), 0, [-500.0])
        assert good_of(await historian.read(query)).min() == -500.0
        historian.seal_now()
        assert good_of(await historian.read(query)).min() == -500.0
        assert historian.upkeep_now()
        assert good_of(await historian.read(query)).min() == -500.0
        assert not historian.upkeep_now()
    lows = table(tmp_path, "rollup/1h/*/*.parquet", "min(min)")
    assert lows == [(-500.0,)]
    assert len(raw_files(tmp_path)) == 40


async def test_a_crash_between_the_new_segment_and_the_end_of_the_old_ones_shows_no_row_twice(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path / "one", clock) as historian:
        for hour in range(3):
            record(historian, PRESS, NOON + timedelta(hours=hour), 1, [float(hour)])
            historian.seal_now()
        shutil.copytree(tmp_path / "one/history/raw", tmp_path / "old")
        clock.advance(86_400)
        historian.upkeep_now()
    shutil.copytree(tmp_path / "old", tmp_path / "one/history/raw", dirs_exist_ok=True)
    assert len(raw_files(tmp_path / "one")) == 4
    async with a_historian(tmp_path / "one", clock) as historian:
        assert values_of(historian) == [0.0, 1.0, 2.0]
    assert len(raw_files(tmp_path / "one")) == 1


async def test_a_rollup_that_was_replaced_when_the_program_died_is_removed_at_the_start(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        await long_history(historian, 2)
        clock.advance(5 * 86_400)
        historian.upkeep_now()
    (present,) = (tmp_path / "history/rollup/1m/day=2026-11-20").iterdir()
    old = present.with_name("numbers-000000000000000000-000000000000000001.parquet")
    shutil.copy(present, old)
    async with a_historian(tmp_path, clock):
        assert (present.exists(), old.exists()) == (True, False)


async def test_a_pass_that_was_cut_off_leaves_nothing_half_written(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        await long_history(historian, 2)
        clock.advance(5 * 86_400)
        historian.upkeep_now()
    half = tmp_path / "history/rollup/1m/day=2026-11-20/numbers-000000000000000000-000000000000000009.parquet.tmp"
    half.write_bytes(b"PAR1")
    async with a_historian(tmp_path, clock):
        assert not half.exists()


async def test_a_damaged_segment_is_set_aside_and_the_other_days_are_kept_in_shape(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        for hour in (0, 1, 30):
            record(historian, PRESS, NOON + timedelta(hours=hour), 1, [float(hour)])
            historian.seal_now()
        damaged = next((tmp_path / "history/raw/day=2026-11-20").iterdir())
        content = bytearray(damaged.read_bytes())
        content[4:40] = bytes(36)
        damaged.write_bytes(content)
        clock.advance(5 * 86_400)
        historian.upkeep_now()
        historian.upkeep_now()
        assert "set aside" in historian.stats().last_error
        assert damaged.exists()
        assert len(values_of(historian)) == 2
    assert rollup_files(tmp_path).count("1m/day=2026-11-21") == 1


async def test_what_is_too_old_goes_as_whole_files_and_its_rollups_still_answer(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    query = HistoryQuery(PRESS, NOON.replace(hour=0), NOON.replace(hour=0) + timedelta(days=40), points=30)
    keep = Retention(raw_days=10, minute_days=20)
    async with a_historian(tmp_path, clock, retention=keep) as historian:
        await long_history(historian, 40)
        clock.advance(40 * 86_400)
        while historian.upkeep_now():
            pass
        series = await historian.read(query)
        newest = historian.query(PRESS)
    assert len(raw_files(tmp_path)) == 10
    assert rollup_files(tmp_path).count("10m/month=2026-11") == 1
    assert sum(name.startswith("1m/") for name in rollup_files(tmp_path)) == 20
    assert good_of(series).max() == 99.0
    assert series.timestamps[0] < to_micros(NOON + timedelta(days=1))  # the first days are there, as hours
    assert newest[0].timestamp >= NOON + timedelta(days=29)


async def test_a_month_keeps_the_days_whose_minutes_are_no_longer_kept(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock, retention=Retention(minute_days=3)) as historian:
        for day in range(8):
            record(historian, PRESS, NOON + timedelta(days=day), 1, [float(day)])
            historian.seal_now()
            clock.advance(86_400)
            while historian.upkeep_now():
                pass
    days = table(tmp_path, "rollup/1h/month=2026-11/*.parquet", "list(min ORDER BY min)")
    assert days == [(list(map(float, range(8))),)]


async def test_too_much_space_takes_the_oldest_samples_first_and_never_today_s(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock, retention=Retention(max_bytes=1)) as historian:
        for day in range(3):
            record(historian, PRESS, NOON + timedelta(days=day), 1, [float(day)])
            historian.seal_now()
        clock.advance(2 * 86_400)
        while historian.upkeep_now():
            pass
        assert values_of(historian) == [2.0]
    assert sorted(rollup_files(tmp_path)) == ["10m/month=2026-11", "1h/month=2026-11", "1m/day=2026-11-22"]


async def test_what_goes_for_want_of_space_is_announced_one_pass_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock, retention=Retention(max_bytes=1)) as historian:
        record(historian, PRESS, NOON, 1, [1.0])
        historian.seal_now()
        clock.advance(2 * 86_400)
        assert not historian.stats().shortage
        historian.upkeep_now()
        assert "more than" in historian.stats().shortage
        assert values_of(historian) == [1.0]
        assert "will be dropped" in caplog.text
        while historian.upkeep_now():
            pass
        assert values_of(historian) == []
        assert not historian.stats().shortage


async def test_the_space_taken_and_the_days_left_are_told(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock, retention=Retention(max_bytes=100_000)) as historian:
        assert (historian.stats().oldest_day, historian.stats().days_left) == (None, None)
        for day in range(3):
            record(historian, PRESS, NOON + timedelta(days=day), 1, [float(day)])
            historian.seal_now()
        clock.advance(2 * 86_400)
        while historian.upkeep_now():
            pass
        told = historian.stats()
    files = {file: file.stat().st_size for file in tmp_path.rglob("*.parquet")}
    of_raw = [size for file, size in files.items() if "raw" in file.parts]
    assert told.disk_bytes == sum(files.values())
    assert told.oldest_day == NOON.replace(hour=0, minute=0, second=0, microsecond=0)
    assert told.days_kept == 3
    assert told.days_left == pytest.approx((100_000 - sum(files.values())) / (sum(of_raw) / 3), rel=0.1)


async def test_a_question_that_meets_a_file_that_was_just_replaced_asks_again(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        for hour in range(3):
            record(historian, PRESS, NOON + timedelta(hours=hour), 1, [float(hour)])
            historian.seal_now()
        old = historian._view()
        clock.advance(86_400)
        views = [old]
        look = historian._view
        historian._view = lambda: views.pop() if views else look()
        historian.upkeep_now()
        assert values_of(historian) == [0.0, 1.0, 2.0]


async def test_a_counter_and_a_boolean_have_rollups_and_a_text_has_none(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        record(historian, RUN, NOON, 1, [True, False, True, True])
        record(historian, HOURS, NOON, 1, [1, 2])
        record(historian, NAME, NOON, 1, ["Aurora"])
        historian.seal_now()
        clock.advance(86_400)
        historian.upkeep_now()
    found = table(tmp_path, "rollup/1h/*/*.parquet", "tag, mean")
    assert sorted(found) == [(HOURS, 1.5), (RUN, 0.75)]


def test_only_buckets_no_wider_than_a_point_answer() -> None:
    assert coarsest(MINUTE - 1, Family.NUMBERS) is None
    assert coarsest(MINUTE, Family.NUMBERS) is Level.MINUTE
    assert coarsest(59 * MINUTE, Family.BOOLEANS) is Level.TEN_MINUTES
    assert coarsest(60 * MINUTE, Family.NUMBERS) is Level.HOUR
    assert coarsest(60 * MINUTE, Family.TEXTS) is None


@given(since=st.integers(0, 3 * DAY_US), length=st.integers(0, 3 * DAY_US), level=st.sampled_from(Level))
def test_whole_buckets_and_edges_cover_a_range_exactly(since: int, length: int, level: Level) -> None:
    until = since + length
    segments = [Segment(day * DAY_US, 0, 9, Family.NUMBERS, Path(f"{day}")) for day in range(7)]
    rollups = [
        Rollup(level, Family.NUMBERS, frozenset((day * DAY_US,)), 0, 9, Path(f"{level.folder}{day}"))
        for day in range(7)
    ]
    plan = plan_of(rollups, segments, level, since, until)
    first, last = whole_buckets(level, since, until)
    moments = {since, until, (since + until) // 2, first, last, first - 1, last + level.width_us}
    for moment in moments:
        if since <= moment <= until:
            in_bucket = first <= moment < last + level.width_us
            in_rows = any(
                start <= moment <= end and any(s.day_us <= moment < s.day_us + DAY_US for s in files)
                for start, end, files in plan.raw
            )
            assert in_bucket != in_rows


def test_a_segment_that_came_after_the_rollup_is_read_as_rows() -> None:
    known = Rollup(Level.HOUR, Family.NUMBERS, frozenset((0,)), 0, 100, Path("hours"))
    early, late = (Segment(0, first, end, Family.NUMBERS, Path(str(end))) for first, end in ((0, 100), (100, 120)))
    plan = plan_of([known], [early, late], Level.HOUR, 0, DAY_US - 1)
    assert plan.rollups == {Level.HOUR: [known]}
    assert plan.raw == [(0, DAY_US - 1, [late])]


def test_of_two_files_for_one_place_the_one_with_more_rows_counts(tmp_path: Path) -> None:
    for name in ("numbers-00000001-000000000000000100", "numbers-00000003-000000000000000200"):
        file = tmp_path / f"rollup/1h/month=2026-11/{name}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (found,), (replaced,) = find_rollups(tmp_path)
    assert (found.end_row, len(found.days)) == (200, 2)
    assert replaced.end_row == 100


async def test_a_closed_day_needs_no_more_rows_in_memory(tmp_path: Path) -> None:
    clock = FakeClock(NOON)
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, map(float, range(50)))
        historian.seal_now()
        clock.advance(86_400)
        historian.upkeep_now()
        assert historian._view().hot == ()
        assert values_of(historian) == list(map(float, range(50)))
