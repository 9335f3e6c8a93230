"""How a value reads."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import NOON, a_tag, a_value
from vmshmi.core.display import NO_VALUE, VisualState, age_text, decimals_of, exact_text, value_text, visual_state
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar


def tag_of(kind: TagKind = TagKind.ANALOG, **changes: object) -> TagDef:
    return replace(a_tag(kind=kind), **changes)


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (tag_of(decimals=2), 4.256, "4.26"),
        (tag_of(decimals=0), 1499.6, "1500"),
        (tag_of(decimals=1), -0.04, "0.0"),
        (tag_of(decimals=1), -0.06, "-0.1"),
        (tag_of(decimals=1), 3e22, "3.000e+22"),
        (tag_of(), None, NO_VALUE),
        (tag_of(), math.nan, NO_VALUE),
        (tag_of(), math.inf, NO_VALUE),
        (tag_of(TagKind.COUNTER), 18_446_744_073_709_550_000, "18446744073709549568"),
        (tag_of(TagKind.DIGITAL), True, "ON"),
        (tag_of(TagKind.DIGITAL), 0, "OFF"),
        (tag_of(TagKind.DIGITAL, states=((0, "stopped"), (1, "running"))), True, "running"),
        (tag_of(TagKind.ENUM, states=((2, "standby"),)), 2, "standby"),
        (tag_of(TagKind.ENUM, states=((2, "standby"),)), 3, "3"),
        (tag_of(TagKind.TEXT), "Rotterdam", "Rotterdam"),
    ],
)
def test_a_value_reads_as_its_tag_wants(tag: TagDef, value: Scalar | None, text: str) -> None:
    assert value_text(tag, value) == text


@pytest.mark.parametrize(
    ("low", "high", "digits"),
    [(3.5, 6.5, 2), (0, 1000, 0), (0, 99, 1), (None, 0.5, 3), (-200, 50, 0), (0, 0, 1), (None, None, 0)],
)
def test_a_tag_without_decimals_shows_about_three_digits_of_its_range(
    low: float | None, high: float | None, digits: int
) -> None:
    assert decimals_of(tag_of(normal_min=low, normal_max=high)) == digits


@given(st.floats() | st.integers(-(2**63), 2**64 - 1) | st.booleans(), st.sampled_from(list(TagKind)))
def test_every_number_reads_as_one_short_word(value: float, kind: TagKind) -> None:
    text = value_text(tag_of(kind), value)
    assert 0 < len(text) <= 27
    assert "nan" not in text
    assert "inf" not in text


@pytest.mark.parametrize(
    ("value", "quality", "state"),
    [
        (4.2, Quality.GOOD, VisualState.NORMAL),
        (3.5, Quality.GOOD, VisualState.NORMAL),
        (3.4, Quality.GOOD, VisualState.OUTSIDE_NORMAL),
        (6.6, Quality.GOOD_LOCAL_OVERRIDE, VisualState.OUTSIDE_NORMAL),
        (9.9, Quality.UNCERTAIN_LAST_USABLE_VALUE, VisualState.UNCERTAIN),
        ("text", Quality.GOOD, VisualState.NORMAL),
        (4.2, Quality.BAD_NO_COMMUNICATION, VisualState.INVALID),
        (None, Quality.BAD_SENSOR_FAILURE, VisualState.INVALID),
        (None, Quality.GOOD, VisualState.INVALID),
        (math.nan, Quality.GOOD, VisualState.INVALID),
        (math.inf, Quality.UNCERTAIN, VisualState.INVALID),
    ],
)
def test_quality_is_seen_before_the_number(value: Scalar | None, quality: Quality, state: VisualState) -> None:
    assert visual_state(a_tag(), a_value(value, quality)) is state


@given(st.floats() | st.none(), st.sampled_from(list(Quality)))
def test_a_value_that_shows_no_number_is_never_shown_as_valid(value: float | None, quality: Quality) -> None:
    if value_text(a_tag(), value) == NO_VALUE:
        assert visual_state(a_tag(), a_value(value, quality)) is VisualState.INVALID


def test_an_open_end_of_the_normal_range_limits_nothing() -> None:
    tag = tag_of(normal_min=None, normal_max=None)
    assert visual_state(tag, a_value(1e9)) is VisualState.NORMAL


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (86_400 * 3, "3 d")],
)
def test_an_age_is_one_number_with_its_unit(seconds: float, text: str) -> None:
    assert age_text(a_value(), NOON + timedelta(seconds=seconds)) == text


def test_what_never_came_has_no_age() -> None:
    assert age_text(None, NOON) == ""


def test_a_normal_range_that_means_nothing_now_makes_no_value_abnormal() -> None:
    assert visual_state(a_tag(), a_value(0.0), applies=False) is VisualState.NORMAL
    assert visual_state(a_tag(), a_value(None), applies=False) is VisualState.INVALID
    assert visual_state(a_tag(), a_value(0.0, Quality.UNCERTAIN), applies=False) is VisualState.UNCERTAIN


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (tag_of(decimals=0), 43.4, "43.4"),
        (tag_of(decimals=2), 4.5, "4.50"),
        (tag_of(decimals=1), -0.04, "-0.04"),
        (tag_of(), None, NO_VALUE),
        (tag_of(), math.inf, NO_VALUE),
        (tag_of(kind=TagKind.TEXT), "abc", "abc"),
        (tag_of(kind=TagKind.DIGITAL), True, "ON"),
        (tag_of(kind=TagKind.DIGITAL), 1.0, "ON"),
        (tag_of(kind=TagKind.ENUM, states=((2, "Running"),)), 2, "Running"),
    ],
)
def test_what_is_sent_reads_with_every_digit(tag: TagDef, value: Scalar | None, text: str) -> None:
    assert exact_text(tag, value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.none() | st.integers(0, 3))
def test_no_digit_of_what_is_sent_is_hidden(value: float, decimals: int | None) -> None:
    assert float(exact_text(tag_of(decimals=decimals), value)) == pytest.approx(value, rel=1e-11, abs=0.0)
