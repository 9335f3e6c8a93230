"""A thinned series is small, in order, and never loses a spike."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, a_historian, a_value, record_each_second
from vmshmi.core.clock import to_micros
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian.rows import Family, TagRows, as_texts, joined, text_marks
from vmshmi.runtime.historian.thinning import Thinner

NAN = float("nan")


def some_rows(samples: list[tuple[int, float]]) -> TagRows:
    stamps = np.array([stamp for stamp, _ in samples], np.int64)
    values = np.array([value for _, value in samples], np.float64)
    return TagRows(stamps, values, np.where(np.isnan(values), Quality.BAD, Quality.GOOD).astype(np.uint32))


def thin(rows: TagRows, points: int, pieces: int = 1, bounds: tuple[int, int] | None = None) -> TagRows:
    start, end = bounds or (int(rows.stamps[0]), int(rows.stamps[-1]))
    thinner = Thinner(Family.NUMBERS, start, end, points)
    for piece in np.array_split(np.arange(len(rows)), pieces):
        thinner.add(rows.take(piece))
    return thinner.result()


VALUES = st.one_of(st.floats(allow_nan=False), st.just(NAN), st.sampled_from([0.0, 1.0]))
SAMPLES = st.lists(st.tuples(st.integers(-(10**12), 10**12), VALUES), min_size=1, max_size=400).map(
    lambda samples: some_rows(sorted(samples, key=lambda sample: sample[0]))
)


@given(SAMPLES, st.integers(1, 50), st.integers(1, 7))
def test_at_most_twice_the_points_in_order_and_only_real_rows(rows: TagRows, points: int, pieces: int) -> None:
    kept = thin(rows, points, pieces)
    assert len(kept) <= 2 * points
    assert (np.diff(kept.stamps) >= 0).all()
    # by bits, so that NaN equals itself
    real = set(zip(rows.stamps.tolist(), rows.values.view(np.int64).tolist(), rows.qualities.tolist(), strict=True))
    got = zip(kept.stamps.tolist(), kept.values.view(np.int64).tolist(), kept.qualities.tolist(), strict=True)
    assert all(row in real for row in got)


@given(SAMPLES, st.integers(1, 50), st.integers(1, 7))
def test_the_minimum_and_the_maximum_of_each_bucket_stay(rows: TagRows, points: int, pieces: int) -> None:
    kept = thin(rows, points, pieces)
    if len(rows) <= 2 * points:
        assert len(kept) == len(rows)
        return
    start, end = int(rows.stamps[0]), int(rows.stamps[-1])
    width = -(-(end - start + 1) // points)
    # gaps may have made buckets join: then it holds for the joined ones
    while width <= 2 * (end - start + 1):
        if _keeps_extremes(rows, kept, start, width):
            return
        width *= 2
    pytest.fail("an extreme of the whole range is missing")


@given(SAMPLES.filter(lambda rows: not np.isnan(rows.values).any()), st.integers(1, 50))
def test_without_gaps_buckets_are_as_fine_as_asked(rows: TagRows, points: int) -> None:
    start, end = int(rows.stamps[0]), int(rows.stamps[-1])
    assert _keeps_extremes(rows, thin(rows, points), start, -(-(end - start + 1) // points))


def _keeps_extremes(rows: TagRows, kept: TagRows, start: int, width: int) -> bool:
    for bucket in np.unique((rows.stamps - start) // width):
        values = rows.values[(rows.stamps - start) // width == bucket]
        values = values[~np.isnan(values)]
        stayed = kept.values[(kept.stamps - start) // width == bucket]
        if len(values) and not {values.min(), values.max()} <= set(stayed.tolist()):
            return False
    return True


@given(SAMPLES, st.integers(2, 50), st.integers(1, 7))
def test_a_gap_stays_visible_unless_there_is_room_for_one_bucket_only(rows: TagRows, points: int, pieces: int) -> None:
    kept = thin(rows, points, pieces)
    assert np.isnan(kept.values).any() == np.isnan(rows.values).any()


def test_a_gap_lies_between_the_points_around_it() -> None:
    samples = [(second, NAN if 500 <= second < 520 else float(second % 7)) for second in range(1000)]
    kept = thin(some_rows(samples), 100)
    gaps = np.flatnonzero(np.isnan(kept.values))
    assert 1 <= len(gaps) <= 5
    assert set(kept.stamps[gaps].tolist()) <= set(range(500, 520))
    assert not np.isnan(kept.values[kept.stamps < 500]).any()
    assert not np.isnan(kept.values[kept.stamps >= 520]).any()


def test_in_the_smallest_room_a_spike_goes_before_a_gap() -> None:
    kept = thin(some_rows([(0, 1.0), (1, 9.0), (2, NAN), (3, -9.0), (4, 1.0)]), 1)
    assert kept.values.tolist() == [9.0, -9.0]


def test_buckets_do_not_shift_with_the_pieces_rows_come_in() -> None:
    generator = np.random.default_rng(7)
    rows = some_rows(list(zip(range(0, 100_000, 3), generator.normal(size=33_334).tolist(), strict=True)))
    whole = thin(rows, 50)
    for pieces in (2, 13, 333):
        part = thin(rows, 50, pieces)
        assert part.stamps.tolist() == whole.stamps.tolist()


def test_texts_keep_the_first_and_the_last_of_a_bucket() -> None:
    texts = as_texts([f"state {n}" for n in range(100)])
    rows = TagRows(np.arange(100, dtype=np.int64), text_marks(texts), np.zeros(100, np.uint32), texts)
    thinner = Thinner(Family.TEXTS, 0, 99, 4)
    thinner.add(rows)
    kept = joined([thinner.result()], Family.TEXTS)
    assert kept.stamps.tolist() == [0, 24, 25, 49, 50, 74, 75, 99]


async def test_one_spike_in_three_days_is_in_two_hundred_points(tmp_path: Path) -> None:
    clock = FakeClock()
    spike = clock.now() + timedelta(hours=31, seconds=17)
    async with a_historian(tmp_path, clock) as historian:
        for hour in range(72):
            stamps = [clock.now() + timedelta(seconds=30 * n) for n in range(120)]
            historian.record([(PRESS, a_value(5.0 + 0.1 * (n % 3), stamp)) for n, stamp in enumerate(stamps)])
            if hour == 31:
                historian.record([(PRESS, a_value(0.2, spike))])
            clock.advance(3600)
            if hour % 10 == 9:
                historian.seal_now()
        series = await historian.read(HistoryQuery(PRESS, points=100))
        bounded = await historian.read(HistoryQuery(PRESS, spike, spike + timedelta(minutes=10), points=100))
        newest = await historian.read(HistoryQuery(PRESS, points=100, limit=7))
    assert 150 < len(series) <= 200
    at = series.values.index(0.2)
    assert series.timestamps[at] == to_micros(spike)
    assert bounded.values[0] == 0.2
    assert newest.timestamps == series.timestamps[-7:]


async def test_thinned_booleans_show_each_bucket_that_changed(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, RUN, [n == 700 for n in range(1000)])
        record_each_second(historian, clock, NAME, [f"v{n}" for n in range(1000)])
        for _ in ("hot", "sealed"):
            series = await historian.read(HistoryQuery(RUN, points=10))
            assert len(series) <= 20
            assert series.values.count(1.0) == 1
            texts = await historian.read(HistoryQuery(NAME, points=10))
            assert texts.texts is not None
            assert (len(texts), texts.texts[0], texts.texts[-1]) == (20, "v0", "v999")
            assert historian.seal_now()


async def test_no_rows_give_an_empty_series(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        for query in (HistoryQuery(PRESS, points=10), HistoryQuery(PRESS, clock.now(), clock.now(), points=10)):
            assert len(await historian.read(query)) == 0
        record_each_second(historian, clock, PRESS, [1.0])
        assert len(await historian.read(HistoryQuery(PRESS, points=10))) == 1
        assert len(await historian.read(HistoryQuery(PRESS, since=clock.now(), points=10))) == 0
        assert (
            len(await historian.read(HistoryQuery(PRESS, clock.now(), clock.now() - timedelta(hours=1), points=10)))
            == 0
        )
