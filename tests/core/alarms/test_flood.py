"""When a flood begins and ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.alarms.flood import Flood, FloodMeter


def metered(moments: list[float], start: int = 10, end: int = 5, window: float = 600.0) -> FloodMeter:
    """A meter that was told of raisings at these seconds."""
    meter = FloodMeter(start, end, window)
    for moment in moments:
        meter.raised(moment)
    return meter


def test_the_tenth_raising_within_ten_minutes_begins_a_flood() -> None:
    nine = metered([60.0 * minute for minute in range(9)])
    assert nine.flood is None
    nine.raised(500.0)
    assert nine.flood == Flood(500.0, None, 10)


def test_ten_raisings_in_a_little_more_than_ten_minutes_are_none() -> None:
    spread = metered([600.0 / 9 * number for number in range(10)])
    assert (spread.flood, spread.rate) == (None, 9)


def test_a_flood_ends_when_less_than_five_are_left() -> None:
    meter = metered([float(second) for second in range(10)])
    meter.passed(604.999)
    assert (meter.rate, meter.flood) == (5, Flood(9.0, None, 10))
    meter.passed(605.0)
    assert (meter.rate, meter.flood, meter.ended) == (4, None, [Flood(9.0, 605.0, 10)])


def test_the_end_is_the_same_however_late_somebody_looks() -> None:
    meter = metered([float(second) for second in range(10)])
    meter.passed(99_999.0)
    assert meter.ended == [Flood(9.0, 605.0, 10)]


def test_a_raising_that_comes_after_the_end_is_not_part_of_the_flood() -> None:
    meter = metered([*(float(second) for second in range(10)), 606.0])
    assert (meter.flood, meter.ended, meter.rate) == (None, [Flood(9.0, 605.0, 10)], 4)


def test_a_clock_that_was_set_back_neither_ends_nor_prolongs_anything() -> None:
    meter = metered([100.0, 50.0])
    meter.passed(0.0)
    assert meter.rate == 2
    meter.passed(700.0)
    assert meter.rate == 0


moments = st.lists(st.integers(0, 3_000), max_size=60).map(lambda found: [float(second) for second in sorted(found)])
settings_of_it = st.tuples(st.integers(1, 12), st.integers(0, 12), st.sampled_from([60.0, 600.0]))


def expected_floods(raisings: list[float], start: int, end: int, window: float) -> list[tuple[float, float]]:
    """The same by looking at every second."""
    floods: list[tuple[float, float]] = []
    begin: float | None = None
    for second in range(4_000):
        within = sum(second - window < moment <= second for moment in raisings)
        before = sum(second - window < moment < second for moment in raisings)
        if begin is not None and before < end:  # a raising in the second of the end comes after it
            floods.append((begin, float(second)))
            begin = None
        if begin is None and within >= start and float(second) in raisings:
            begin = float(second)
    return floods


@given(raisings=moments, setting=settings_of_it)
def test_floods_are_what_a_look_at_every_second_finds(raisings: list[float], setting: tuple[int, int, float]) -> None:
    start, end, window = setting
    end = max(1, min(end, start))
    meter = metered(raisings, start, end, window)
    meter.passed(4_000.0)
    found = [(flood.begin, flood.end) for flood in meter.ended]
    assert found == expected_floods(raisings, start, end, window)


@given(raisings=moments, looks=st.lists(st.integers(0, 60), max_size=20))
def test_looking_in_between_changes_nothing(raisings: list[float], looks: list[int]) -> None:
    watched, unwatched = FloodMeter(5, 3, 600.0), metered(raisings, 5, 3)
    for number, moment in enumerate(raisings):
        if number in looks:
            watched.passed(moment)
        watched.raised(moment)
    for meter in (watched, unwatched):
        meter.passed(9_999.0)
    assert watched.ended == unwatched.ended


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 0), (1, 1), (3, 9)])
def test_strange_settings_still_begin_and_end(start: int, end: int) -> None:
    meter = metered([0.0, 1.0, 2.0], start, end)
    assert meter.flood is not None
    meter.passed(10_000.0)
    assert len(meter.ended) == 1
