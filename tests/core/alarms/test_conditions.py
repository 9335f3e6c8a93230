"""Where conditions begin and end, and which samples say nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alarms import an_alarm
from tests.support.builders import a_value
from vmshmi.core.alarms.conditions import compile_condition, usable
from vmshmi.core.alarms.model import Operator
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar

# operator, limit, hysteresis: values that begin it, values that do not; values that let it go on, values that end it
_EDGES = [
    (">", 10, 2, [10.1, 99], [10, 9.9, -99], [10.1, 8.1], [8, 7.9, -99]),
    (">=", 10, 2, [10, 99], [9.9, -99], [10, 8], [7.9, -99]),
    ("<", 10, 2, [9.9, -99], [10, 10.1, 99], [9.9, 11.9], [12, 12.1, 99]),
    ("<=", 10, 2, [10, -99], [10.1, 99], [10, 12], [12.1, 99]),
    ("==", 10, 2, [10], [9.9, 10.1], [10, 8, 12], [7.9, 12.1]),
    ("!=", 10, 2, [9.9, 10.1, 99], [10], [9.9, 10.1, 11], [10]),
    ("abs>", 10, 2, [10.1, -10.1, 99, -99], [10, -10, 0], [10.1, -8.1], [8, -8, 0]),
    (">", 10, 0, [10.1], [10], [10.1], [10]),
    (">=", 10, 0, [10], [9.9], [10], [9.9]),
    ("<", 10, 0, [9.9], [10], [9.9], [10]),
    ("<=", 10, 0, [10], [10.1], [10], [10.1]),
    ("==", 1, 0, [1, True, 1.0], [0, False, 0.9], [1], [0, False]),
    ("!=", 1, 0, [0, False, 2], [1, True], [0], [1, True]),
    ("abs>", 10, 0, [10.1, -10.1], [10, -10], [-10.1], [-10, 10]),
]


@pytest.mark.parametrize(("operator", "limit", "hysteresis", "begins", "not_yet", "goes_on", "ends"), _EDGES)
def test_a_condition_begins_at_its_limit_and_ends_beyond_its_hysteresis(
    operator: str,
    limit: float,
    hysteresis: float,
    begins: list[Scalar],
    not_yet: list[Scalar],
    goes_on: list[Scalar],
    ends: list[Scalar],
) -> None:
    condition = compile_condition(an_alarm(operator=Operator(operator), limit=limit, hysteresis=hysteresis))
    assert [condition.judge(False, a_value(v)) for v in begins] == [True] * len(begins)
    assert [condition.judge(False, a_value(v)) for v in not_yet] == [False] * len(not_yet)
    assert [condition.judge(True, a_value(v)) for v in goes_on] == [True] * len(goes_on)
    assert [condition.judge(True, a_value(v)) for v in ends] == [False] * len(ends)


_NO_MEASUREMENT = {
    "bad": a_value(2.0, Quality.BAD),
    "bad, out of range": a_value(2.0, Quality.BAD_OUT_OF_RANGE),
    "no value": a_value(None),
    "waiting for the first": a_value(None, Quality.BAD_WAITING_FOR_INITIAL_DATA),
    "not a number": a_value(math.nan),
    "infinite": a_value(math.inf),
    "minus infinite": a_value(-math.inf),
    "a text": a_value("2.0"),
    "the last usable value": a_value(2.0, Quality.UNCERTAIN_LAST_USABLE_VALUE),
    "uncertain and not a number": a_value(math.nan, Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED),
}


@pytest.mark.parametrize("operator", list(Operator), ids=lambda o: o.value)
@pytest.mark.parametrize("what", _NO_MEASUREMENT)
def test_what_is_no_measurement_is_held(operator: Operator, what: str) -> None:
    condition = compile_condition(an_alarm(operator=operator))
    sample = _NO_MEASUREMENT[what]
    assert (condition.entering(sample), condition.leaving(sample), usable(sample)) == (None, None, False)


@pytest.mark.parametrize(
    "quality",
    [
        Quality.UNCERTAIN,
        Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED,
        Quality.UNCERTAIN_SENSOR_NOT_ACCURATE,
        Quality.UNCERTAIN_SUB_NORMAL,
        Quality.GOOD_LOCAL_OVERRIDE,
    ],
)
def test_a_poor_measurement_is_judged(quality: Quality) -> None:
    condition = compile_condition(an_alarm())
    assert condition.entering(a_value(2.0, quality)) is True
    assert condition.leaving(a_value(3.0, quality)) is False


def test_a_limit_and_its_hysteresis_add_up_as_an_engineer_writes_them() -> None:
    condition = compile_condition(an_alarm(operator=Operator.LESS, limit=0.1, hysteresis=0.2))
    assert 0.1 + 0.2 > 0.3  # what a naive sum would compare with
    assert condition.leaving(a_value(0.3)) is False


def test_a_hysteresis_larger_than_the_limit_of_a_magnitude_still_lets_it_end_at_zero() -> None:
    condition = compile_condition(an_alarm(operator=Operator.ABS_GREATER, limit=1, hysteresis=2))
    assert condition.leaving(a_value(0.5)) is True
    assert condition.leaving(a_value(0.0)) is False


def test_an_integer_of_any_size_is_a_measurement() -> None:
    condition = compile_condition(an_alarm(operator=Operator.GREATER, limit=10))
    assert condition.entering(a_value(10**400)) is True


@given(
    operator=st.sampled_from([o for o in Operator if o is not Operator.NOT_EQUAL]),
    limit=st.floats(0, 1e6),
    hysteresis=st.floats(0, 1e6),
    value=st.floats(allow_nan=False, allow_infinity=False),
)
def test_what_begins_a_condition_never_ends_it(
    operator: Operator, limit: float, hysteresis: float, value: float
) -> None:
    condition = compile_condition(an_alarm(operator=operator, limit=limit, hysteresis=hysteresis))
    if condition.entering(a_value(value)):
        assert condition.leaving(a_value(value)) is True


@given(operator=st.sampled_from(Operator), limit=st.floats(0, 1e6), value=st.floats(-1e7, 1e7))
def test_without_hysteresis_the_end_is_the_contrary_of_the_beginning(
    operator: Operator, limit: float, value: float
) -> None:
    condition = compile_condition(an_alarm(operator=operator, limit=limit, hysteresis=0.0))
    assert condition.leaving(a_value(value)) is condition.entering(a_value(value))
