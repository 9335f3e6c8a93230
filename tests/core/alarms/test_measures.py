"""What deviations, rates and mismatches are, and when they say nothing."""

import math
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alarms import an_alarm
from tests.support.builders import NOON, a_value
from vmshmi.core.alarms.conditions import Verdict, compile_condition
from vmshmi.core.alarms.measures import RATE_POINTS, Meter, RateMeter, meter_of
from vmshmi.core.alarms.model import AlarmDef, Measure, Operator
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue

A, B, C, D = (TagId(name) for name in "abcd")

NOTHING = {
    "bad": a_value(2.0, Quality.BAD),
    "sensor failure": a_value(None, Quality.BAD_SENSOR_FAILURE),
    "waiting for the first": a_value(None, Quality.BAD_WAITING_FOR_INITIAL_DATA),
    "no value": a_value(None),
    "not a number": a_value(math.nan),
    "infinite": a_value(math.inf),
    "minus infinite": a_value(-math.inf),
    "a text": a_value("2.0"),
    "the last usable value": a_value(2.0, Quality.UNCERTAIN_LAST_USABLE_VALUE),
}
numbers = st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6)
anything = st.floats() | st.integers() | st.text(max_size=3) | st.booleans() | st.none()
samples = st.builds(a_value, anything, st.sampled_from(Quality))


def measuring(measure: Measure, *others: TagId, **changes: Any) -> AlarmDef:
    return an_alarm(tag=A, measure=measure, others=others, **changes)


def meter(definition: AlarmDef) -> Meter:
    made = meter_of(definition)
    assert made is not None
    return made


def shown(made: Meter) -> Scalar | None:
    """The number that is held against the limit."""
    reading = made.reading()
    return None if reading is None else reading.value


def deviation_of(own: TagValue, *others: TagValue) -> Scalar | None:
    tags = [TagId(f"o{index}") for index in range(len(others))]
    made = meter(measuring(Measure.DEVIATION, *tags))
    for tag, sample in zip(tags, others, strict=True):
        made.take(tag, sample)
    made.take(A, own)
    return shown(made)


@pytest.mark.parametrize("measure", [Measure.VALUE, Measure.BAD_QUALITY])
def test_what_one_sample_says_by_itself_needs_no_meter(measure: Measure) -> None:
    assert meter_of(measuring(measure)) is None


def test_a_deviation_is_the_distance_from_the_mean_of_the_others() -> None:
    assert deviation_of(a_value(460.0), a_value(400.0), a_value(410.0), a_value(420)) == 50


def test_the_tag_itself_may_be_in_the_mean() -> None:
    made = meter(measuring(Measure.DEVIATION, A, B, C))
    for tag, value in ((A, 460.0), (B, 400.0), (C, 400.0)):
        made.take(tag, a_value(value))
    assert shown(made) == 40


@pytest.mark.parametrize("what", NOTHING)
def test_a_lost_one_of_the_others_is_left_out_of_the_mean(what: str) -> None:
    assert deviation_of(a_value(460.0), a_value(400.0), NOTHING[what], a_value(420.0)) == 50


@pytest.mark.parametrize("what", NOTHING)
def test_a_deviation_from_fewer_than_two_says_nothing(what: str) -> None:
    assert deviation_of(a_value(460.0), a_value(400.0), NOTHING[what]) is None


def test_a_deviation_from_a_single_tag_is_the_distance_from_it() -> None:
    assert deviation_of(a_value(5.0), a_value(3.0)) == 2
    assert deviation_of(a_value(5.0), NOTHING["bad"]) is None


@pytest.mark.parametrize("what", NOTHING)
def test_a_deviation_of_a_lost_tag_says_nothing(what: str) -> None:
    assert deviation_of(NOTHING[what], a_value(400.0), a_value(410.0)) is None


@pytest.mark.parametrize("values", [(10**400, 1.0, 2.0), (1.0, 10**400, 10**400), (1e308, -1e308, -1e308)])
def test_a_deviation_too_large_for_a_number_says_nothing(values: tuple[float, float, float]) -> None:
    assert deviation_of(*map(a_value, values)) is None


@pytest.mark.parametrize("end", [1e308, 10**400])
def test_a_rate_too_large_for_a_number_says_nothing(end: float) -> None:
    assert rate_after((0, -1e308), (30, end)) is None


def test_others_that_have_not_spoken_yet_are_lost() -> None:
    made = meter(measuring(Measure.DEVIATION, B, C, D))
    made.take(A, a_value(460.0))
    made.take(B, a_value(400.0))
    assert shown(made) is None
    made.take(C, a_value(400.0))
    assert shown(made) == 60


@given(numbers, st.lists(numbers, min_size=2, max_size=8), numbers)
def test_a_deviation_stays_when_everything_rises_and_in_any_order(own: float, others: list[float], up: float) -> None:
    mean = sum(map(Fraction, others)) / len(others)
    found = deviation_of(a_value(own), *map(a_value, others))
    assert isinstance(found, float)
    assert found == pytest.approx(float(Fraction(own) - mean), abs=1e-6)
    assert found == deviation_of(a_value(own), *map(a_value, reversed(others)))
    risen = deviation_of(a_value(own + up), *[a_value(other + up) for other in others])
    assert risen == pytest.approx(found, abs=1e-6)


@given(samples, st.lists(samples, max_size=4))
def test_a_deviation_of_anything_is_a_finite_number_or_nothing(own: TagValue, others: list[TagValue]) -> None:
    found = deviation_of(own, *others)
    assert found is None or (isinstance(found, float | int) and math.isfinite(found))


@pytest.mark.parametrize(
    ("here", "there", "mismatch"),
    [(1, 1, 0), (True, 1, 0), (1.0, True, 0), (0, False, 0), (1, 0, 1), (2, 1, 1),
     (0.1 + 0.2, 0.3, 1), (10**400, 1, 1)],
)  # fmt: skip
def test_a_mismatch_is_one_while_the_two_differ(here: Scalar, there: Scalar, mismatch: int) -> None:
    made = meter(measuring(Measure.MISMATCH, B))
    made.take(A, a_value(here))
    made.take(B, a_value(there))
    assert shown(made) == mismatch
    assert made.told == here


@pytest.mark.parametrize("what", NOTHING)
def test_a_mismatch_with_a_lost_one_says_nothing(what: str) -> None:
    for first, second in ((NOTHING[what], a_value(1)), (a_value(1), NOTHING[what])):
        made = meter(measuring(Measure.MISMATCH, B))
        made.take(A, first)
        made.take(B, second)
        assert shown(made) is None


def test_a_mismatch_says_nothing_before_both_have_spoken() -> None:
    made = meter(measuring(Measure.MISMATCH, B))
    made.take(B, a_value(1))
    assert made.reading() is None
    made = meter(measuring(Measure.MISMATCH, B))
    made.take(A, a_value(1))
    assert shown(made) is None


def a_sample(second: float, value: Scalar | None, quality: Quality = Quality.GOOD) -> TagValue:
    return TagValue(value, quality, NOON + timedelta(seconds=second))


def rate_after(*points: tuple[float, Scalar | None], window_s: float = 60.0) -> Scalar | None:
    made = meter(measuring(Measure.RATE, window_s=window_s))
    for second, value in points:
        made.take(A, a_sample(second, value))
    return shown(made)


def test_a_rate_is_the_change_over_the_window_per_minute() -> None:
    assert rate_after((0, 50), (30, 49.5), (60, 49)) == -1
    assert rate_after((0, 80), (60, 80), (120, 83), window_s=120) == pytest.approx(1.5)


def test_a_rate_looks_back_one_window_and_no_farther() -> None:
    points = [(second, 0.0 if second <= 100 else float(second - 100)) for second in range(0, 161, 5)]
    assert rate_after(*points) == 60


def test_a_rate_says_nothing_before_half_its_window_is_known() -> None:
    assert rate_after((0, 50), (15, 40), (29.9, 10)) is None
    assert rate_after((0, 50), (15, 45), (30, 40)) == -20


def test_a_rate_says_nothing_of_a_single_sample() -> None:
    assert rate_after((0, 50)) is None


@pytest.mark.parametrize("what", NOTHING)
def test_a_lost_sample_begins_a_rate_anew(what: str) -> None:
    lost = NOTHING[what]
    made = meter(measuring(Measure.RATE))
    for second in range(0, 60, 10):
        made.take(A, a_sample(second, 50.0))
    made.take(A, a_sample(60, lost.value, lost.quality))
    assert shown(made) is None
    for second in (70, 80, 90):
        made.take(A, a_sample(second, 10.0))
        assert shown(made) is None, "the step while it was lost is no rate"
    made.take(A, a_sample(100, 10.0))
    assert shown(made) == 0


def test_a_silence_of_more_than_half_a_window_begins_a_rate_anew() -> None:
    assert rate_after((0, 50), (30, 50), (60, 20)) == -30
    assert rate_after((0, 50), (30, 50), (60.1, 20)) is None


def test_a_clock_that_was_set_back_begins_a_rate_anew() -> None:
    assert rate_after((100, 50), (130, 50), (20, 49), (40, 48)) is None
    assert rate_after((100, 50), (130, 50), (20, 49), (50, 48)) == -2


def test_the_same_sample_twice_changes_no_rate() -> None:
    assert rate_after((0, 50), (0, 50), (30, 49), (30, 49)) == -2


def test_what_was_before_it_was_watched_does_not_count() -> None:
    made = meter(measuring(Measure.RATE))
    for second in range(0, 61, 10):
        made.take(A, a_sample(second, float(second)))
    made.restart()
    assert made.reading() is None
    made.take(A, a_sample(70, 60.0))
    assert shown(made) is None
    for second in (90, 100):
        made.take(A, a_sample(second, 60.0))
    assert shown(made) == 0


@given(st.floats(-100, 100), st.floats(0.1, 20), st.integers(5, 300), st.floats(30, 600))
def test_the_rate_of_a_steady_change_is_its_slope(slope: float, step: float, count: int, window_s: float) -> None:
    made = meter(measuring(Measure.RATE, window_s=window_s))
    for index in range(count):
        made.take(A, a_sample(index * step, slope * index * step))
    found = shown(made)
    if (count - 1) * step < window_s / 2 - 1e-3 or step > window_s / 2 + 1e-3:
        assert found is None
    elif (count - 1) * step > window_s / 2 + 1e-3 and step < window_s / 2 - 1e-3:
        assert found == pytest.approx(slope * 60, rel=1e-3, abs=1e-3)


@given(st.lists(st.tuples(st.integers(1, 40_000), st.floats(-1e6, 1e6)), min_size=2, max_size=200))
def test_a_rate_is_never_steeper_than_the_steepest_step(steps: list[tuple[int, float]]) -> None:
    made = meter(measuring(Measure.RATE))
    milliseconds, before, steepest = 0, steps[0][1], 0.0
    for pause, value in steps:
        milliseconds += pause
        steepest = max(steepest, abs(value - before) / pause * 60_000)
        before = value
        made.take(A, a_sample(milliseconds / 1000, value))
        found = shown(made)
        assert found is None or abs(float(found)) <= steepest * (1 + 1e-9) + 1e-6


@given(st.lists(st.tuples(st.floats(-100, 100), samples), max_size=100))
def test_a_rate_of_anything_is_a_finite_number_or_nothing(steps: list[tuple[float, TagValue]]) -> None:
    made = meter(measuring(Measure.RATE))
    second = 0.0
    for pause, sample in steps:
        second += pause
        made.take(A, a_sample(second, sample.value, sample.quality))
        found = shown(made)
        assert found is None or (isinstance(found, float | int) and math.isfinite(found))


def test_a_rate_remembers_a_bounded_number_of_samples_however_fast_they_come() -> None:
    made = RateMeter(600.0)
    for index in range(20_000):
        made.take(A, a_sample(index / 10, index / 10))
    assert shown(made) == pytest.approx(60)
    assert made.points <= RATE_POINTS


def verdicts(definition: AlarmDef, sample: TagValue) -> tuple[Verdict, Verdict]:
    condition = compile_condition(definition)
    return condition.entering(sample), condition.leaving(sample)


LOST = an_alarm(tag=A, measure=Measure.BAD_QUALITY, operator=Operator.EQUAL, limit=1.0, hysteresis=0.0)


@pytest.mark.parametrize("what", [what for what in NOTHING if what != "a text"])
def test_bad_quality_holds_for_what_says_nothing(what: str) -> None:
    assert verdicts(LOST, NOTHING[what]) == (True, True)


@pytest.mark.parametrize(
    "sample",
    [a_value(2.0), a_value(0), a_value(False), a_value("Bunkering"), a_value(2.0, Quality.UNCERTAIN),
     a_value(200.0, Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED), a_value(10**400)],
)  # fmt: skip
def test_bad_quality_is_over_with_a_measurement_or_a_text(sample: TagValue) -> None:
    assert verdicts(LOST, sample) == (False, False)


def test_a_text_of_bad_quality_is_lost() -> None:
    assert verdicts(LOST, a_value("Bunkering", Quality.BAD_NO_COMMUNICATION)) == (True, True)


@given(samples)
def test_bad_quality_always_has_a_verdict(sample: TagValue) -> None:
    entering, leaving = verdicts(LOST, sample)
    assert entering is not None
    assert entering is leaving
