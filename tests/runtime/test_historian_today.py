"""The day that is not over: few files, minutes of each, and answers that stay the same while they are merged."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_clock import FakeClock
from tests.support.history import HOURS, NAME, PRESS, RUN, a_historian, a_value, values_of
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian import Historian
from vmshmi.runtime.historian.compaction import next_to_merge
from vmshmi.runtime.historian.rows import Family, TagRows, as_floats
from vmshmi.runtime.historian.segments import Segment
from vmshmi.runtime.historian.slices import Slices

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)


def files_of(sizes: Sequence[int]) -> list[Segment]:
    return [Segment(0, n * 10, n * 10 + 10, Family.NUMBERS, Path(f"{n}")) for n in range(len(sizes))]


@given(st.lists(st.integers(1, 1000), max_size=30))
def test_only_neighbours_are_merged_so_that_no_name_claims_the_rows_of_another_file(sizes: list[int]) -> None:
    files = files_of(sizes)
    chosen = list(next_to_merge(files, sizes, 1 << 40))
    assert not chosen or (len(chosen) >= 4 and chosen == files[files.index(chosen[0]) :][: len(chosen)])


def test_a_day_of_equal_hours_is_never_more_than_seven_files_and_each_is_written_three_times() -> None:
    sizes: list[int] = []
    written = 0
    for _ in range(24):
        sizes.append(1)
        files = files_of(sizes)
        while chosen := next_to_merge(files, sizes, 1 << 40):
            start = files.index(chosen[0])
            merged = sum(sizes[start : start + len(chosen)])
            written += merged
            sizes[start : start + len(chosen)] = [merged]
            files = files_of(sizes)
        assert len(sizes) <= 7
    assert written <= 3 * 24


def test_merging_stops_where_it_would_be_too_large_a_work() -> None:
    assert next_to_merge(files_of([1] * 6), [1] * 6, 45) == files_of([1] * 6)[2:]
    assert next_to_merge(files_of([1] * 6), [1] * 6, 35) == ()


async def record_hours(historian: Historian, hours: Sequence[int], rng: Random, *, sealed: bool = True) -> None:
    for hour in hours:
        for minute in range(60):
            at = MIDNIGHT + timedelta(hours=hour, minutes=minute, seconds=rng.randrange(60))
            value = None if rng.random() < 0.05 else round(rng.gauss(50, 5), 1)
            quality = Quality.GOOD if value is not None else Quality.BAD_NO_COMMUNICATION
            historian.record([(PRESS, a_value(value, at, quality)), (RUN, a_value(minute % 7 > 3, at))])
        historian.record([(NAME, a_value(f"hour {hour}", MIDNIGHT + timedelta(hours=hour)))])
        if sealed:
            historian.seal_now()


def extremes(series: HistorySeries) -> tuple[float, float]:
    values = np.array(series.values)
    return float(np.nanmin(values)), float(np.nanmax(values))


async def test_answers_stay_the_same_while_the_hours_of_today_are_merged_and_rolled_up(tmp_path: Path) -> None:
    clock = FakeClock(MIDNIGHT + timedelta(hours=14))
    async with a_historian(tmp_path, clock) as historian:
        await record_hours(historian, [0, 1, 2, 3, 4, 5, 7, 6, 8, 9], Random(1))  # one comes late
        await record_hours(historian, [10], Random(2), sealed=False)
        ranges = [(MIDNIGHT + timedelta(minutes=a), MIDNIGHT + timedelta(minutes=b)) for a, b in ((0, 700), (61, 423))]
        asked = [(tag, *ends) for tag in (PRESS, RUN, NAME) for ends in ranges]
        before = [historian.query(*one) for one in asked]
        coarse = [await historian.read(HistoryQuery(PRESS, *ends, points=5)) for ends in ranges]
        while historian.upkeep_now():
            assert [historian.query(*one) for one in asked] == before
        for ends, old in zip(ranges, coarse, strict=True):
            assert extremes(await historian.read(HistoryQuery(PRESS, *ends, points=5))) == extremes(old)
        counts = {
            name: len(list((tmp_path / "history").rglob(f"{name}/*/numbers-*.parquet"))) for name in ("raw", "1m")
        }
        assert counts == {"raw": 1, "1m": 1}
        assert not list((tmp_path / "history/rollup").glob("10m/*/*"))  # a month is for days that are over
    async with a_historian(tmp_path, clock) as historian:
        assert [historian.query(*one) for one in asked] == before
        clock.advance(86_400)
        while historian.upkeep_now():
            pass
        assert [historian.query(*one) for one in asked] == before
        assert list((tmp_path / "history/rollup").glob("10m/*/*"))


async def test_a_file_of_another_hour_is_not_opened_not_even_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock(MIDNIGHT + timedelta(hours=5))
    async with a_historian(tmp_path, clock) as historian:
        await record_hours(historian, [0, 1, 2], Random(1))
    async with a_historian(tmp_path, clock) as historian:
        whole = values_of(historian)
        for file in (tmp_path / "history/raw").rglob("numbers-*.parquet"):
            if "000000000000000060-" not in file.name:
                file.write_bytes(b"nothing at all")
        middle = historian.query(PRESS, MIDNIGHT + timedelta(hours=1), MIDNIGHT + timedelta(hours=2, microseconds=-1))
        assert [sample.value for sample in middle] == whole[60:120]
        assert not historian.stats().damage


async def test_the_newest_row_of_many_tags_is_one_question(tmp_path: Path) -> None:
    clock = FakeClock(MIDNIGHT + timedelta(hours=5))
    async with a_historian(tmp_path, clock) as historian:
        await record_hours(historian, [0, 1], Random(1))
        noon = MIDNIGHT + timedelta(hours=12)
        historian.record([(PRESS, a_value(1.0, noon)), (PRESS, a_value(2.0, noon))])
        historian.record([(PRESS, a_value(3.0, noon - timedelta(seconds=1))), (HOURS, a_value(7.0, noon))])
        for moment in (None, noon, noon - timedelta(seconds=1), MIDNIGHT + timedelta(minutes=90), MIDNIGHT):
            found = await historian.latest([PRESS, RUN, NAME, HOURS], moment)
            for tag, series in zip((PRESS, RUN, NAME, HOURS), found, strict=True):
                one = await historian.read(HistoryQuery(tag, until=moment, limit=1))
                assert (series.timestamps, series.texts) == (one.timestamps, one.texts)
                assert series.values.tobytes() == one.values.tobytes()
        assert list((await historian.latest([PRESS]))[0].values) == [2.0]
        with pytest.raises(KeyError):
            await historian.latest([PRESS, "nope"])  # type: ignore[list-item]


def rows(*stamps: int) -> TagRows:
    return TagRows(np.array(stamps), as_floats(np.array(stamps, float)), np.zeros(len(stamps), np.uint32))


def test_what_was_read_is_read_again_only_where_it_does_not_reach_and_never_grows_beyond_its_bound() -> None:
    slices, reads = Slices(8 * (200 + 20 * 3)), 0

    def read() -> TagRows:
        nonlocal reads
        reads += 1
        return rows(3, 1, 2)

    assert list(slices.rows(("a",), 1, 3, (0, 9), read).stamps) == [1, 2, 3]
    assert list(slices.rows(("a",), 2, 9, (0, 9), read).stamps) == [2, 3]
    assert reads == 1
    slices.rows(("a",), 2, 10, (2, 10), read)
    assert reads == 2
    for n in range(20):
        slices.rows((f"{n}",), 1, 3, (0, 9), read)
    assert 0 < slices.bytes <= 8 * 260
    reads = 0
    slices.rows(("a",), 2, 10, (2, 10), read)
    assert reads == 1  # forgotten
    for _ in range(2):
        slices.rows(("large",), 0, 9, (0, 9), lambda: rows(*range(100)))
    assert slices.bytes <= 8 * 260


async def test_a_question_goes_on_while_the_engine_is_made_anew(tmp_path: Path) -> None:
    clock = FakeClock(MIDNIGHT + timedelta(hours=5))
    async with a_historian(tmp_path, clock) as historian:
        await record_hours(historian, [0, 1], Random(1))
        before = values_of(historian)
        asked = [historian.read(HistoryQuery(PRESS)) for _ in range(20)]
        answers = await asyncio.gather(*asked[:10], _advanced(clock), *asked[10:])
        assert all(len(one) == len(before) for one in answers if one is not None)
        assert values_of(historian) == before


async def _advanced(clock: FakeClock) -> None:
    clock.advance(2 * 86_400)
