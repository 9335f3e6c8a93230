"""One column of time from two sources."""

from datetime import timedelta

import numpy as np

from tests.support.fake_clock import FakeClock
from tests.support.ui_history import a_series
from vmshmi.core.clock import to_micros
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.ui.trends.series import PenSeries, rows_of

TAG = TagId("me_p.lo_press")
ALL = (0, 2**62)


def a_sample(clock: FakeClock, value: float | None, quality: Quality = Quality.GOOD) -> TagValue:
    return TagValue(value, quality, clock.now())


def past_of(clock: FakeClock, values: list[float]) -> object:
    """Values a second apart, the last one now."""
    begin = clock.now() - timedelta(seconds=len(values) - 1)
    return rows_of(
        a_series(TAG, [(begin + timedelta(seconds=n), value, Quality.GOOD) for n, value in enumerate(values)])
    )


def test_live_samples_follow_history_without_a_seam_and_without_double_points() -> None:
    clock, series = FakeClock(), PenSeries()
    for value in (1.0, 2.0, 3.0):  # these came live while history was asked
        series.append(a_sample(clock, value))
        clock.advance(1)
    clock.advance(-1)
    series.set_past(past_of(clock, [0.0, 1.0, 2.0, 3.0]))  # type: ignore[arg-type]
    clock.advance(1)
    series.append(a_sample(clock, 4.0))
    rows = series.rows(*ALL)
    assert rows.values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert np.diff(rows.stamps).tolist() == [1_000_000] * 4


def test_a_sample_that_is_known_already_is_not_drawn_twice() -> None:
    clock, series = FakeClock(), PenSeries()
    assert series.append(a_sample(clock, 1.0))
    assert not series.append(a_sample(clock, 1.0))
    assert len(series.rows(*ALL)) == 1


def test_a_value_that_turns_bad_without_a_new_time_makes_a_gap_behind_it() -> None:
    clock, series = FakeClock(), PenSeries()
    series.append(a_sample(clock, 1.0))
    assert series.append(a_sample(clock, None, Quality.BAD_NO_COMMUNICATION))
    assert not series.append(a_sample(clock, None, Quality.BAD_NO_COMMUNICATION))
    assert np.isnan(series.rows(*ALL).values).tolist() == [False, True]


def test_the_tail_grows_beyond_its_first_room() -> None:
    clock, series = FakeClock(), PenSeries()
    for number in range(1_000):
        series.append(a_sample(clock, float(number)))
        clock.advance(0.1)
    assert series.rows(*ALL).values.tolist() == [float(number) for number in range(1_000)]


def test_rows_of_a_view_have_one_neighbour_at_each_side() -> None:
    clock, series = FakeClock(), PenSeries()
    series.set_past(past_of(clock, [float(n) for n in range(11)]))  # type: ignore[arg-type]
    now = to_micros(clock.now())
    rows = series.rows(now - 6_000_000, now - 4_000_000)
    assert rows.values.tolist() == [3.0, 4.0, 5.0, 6.0, 7.0]


def test_uncertain_rows_are_marked_and_bad_ones_have_no_value() -> None:
    clock = FakeClock()
    qualities = [Quality.GOOD, Quality.UNCERTAIN_SUB_NORMAL, Quality.BAD_SENSOR_FAILURE]
    rows = rows_of(a_series(TAG, [(clock.now(), 1.0, quality) for quality in qualities]))
    assert rows.doubtful.tolist() == [False, True, False]
    assert np.isnan(rows.values).tolist() == [False, False, True]


def test_after_a_step_back_of_the_clock_time_goes_on_from_there() -> None:
    clock, series = FakeClock(), PenSeries()
    series.set_past(past_of(clock, [float(n) for n in range(5)]))  # type: ignore[arg-type]
    clock.advance(1)
    series.append(a_sample(clock, 5.0))
    clock.step_wall(-3)
    series.cut(to_micros(clock.now()))
    assert series.append(a_sample(clock, 99.0))
    assert series.rows(*ALL).values.tolist() == [0.0, 1.0, 99.0]


def test_a_tail_that_history_never_takes_over_stays_bounded() -> None:
    series = PenSeries()
    for number in range(300_000):
        series._push(number, float(number), False)
    rows = series.rows(*ALL)
    assert len(rows) <= 262_144
    assert rows.values[-1] == 299_999.0
    assert (np.diff(rows.stamps) == 1).all()
