"""Moments as microseconds and as text."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.clock import EPOCH, from_iso, from_micros, to_iso, to_micros

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
first, last = datetime(2, 1, 1), datetime(9998, 1, 1)  # noqa: DTZ001  # hypothesis puts the offset on
moments = st.datetimes(first, last, timezones=offsets)


@given(moments)
def test_microseconds_hold_a_moment_exactly(moment: datetime) -> None:
    back = from_micros(to_micros(moment))
    assert back == moment
    assert back.utcoffset() == timedelta(0)


@given(st.integers(-60_000_000_000_000_000, 250_000_000_000_000_000))
def test_a_moment_holds_microseconds_exactly(micros: int) -> None:
    assert to_micros(from_micros(micros)) == micros


@given(moments, moments)
def test_microseconds_order_as_moments_do(one: datetime, other: datetime) -> None:
    assert (to_micros(one) < to_micros(other)) == (one < other)


def test_microseconds_count_from_1970() -> None:
    assert to_micros(EPOCH) == 0
    assert from_micros(-1) == datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@given(moments)
def test_iso_text_holds_a_moment_to_the_millisecond(moment: datetime) -> None:
    text = to_iso(moment)
    assert text.endswith("Z")
    assert timedelta(0) <= moment - from_iso(text) < timedelta(milliseconds=1)
    assert to_iso(from_iso(text)) == text


def test_iso_text_reads_as_the_api_promises() -> None:
    assert to_iso(datetime(2026, 11, 22, 14, 6, 0, 123_999, tzinfo=UTC)) == "2026-11-22T14:06:00.123Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T14:06:00Z", datetime(2026, 11, 22, 14, 6, tzinfo=UTC)),
        ("2026-11-22T15:06:00+01:00", datetime(2026, 11, 22, 14, 6, tzinfo=UTC)),
        (" 2026-11-22 14:06 ", datetime(2026, 11, 22, 14, 6, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_a_moment_without_offset_is_utc(text: str, expected: datetime) -> None:
    assert from_iso(text) == expected
    assert from_iso(text).utcoffset() == timedelta(0)


@given(st.text())
def test_a_text_is_a_moment_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert from_iso(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00+05:00", "9999-12-31T23:00-05:00"])
def test_what_is_no_moment_in_utc_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month|leaves the years"):
        from_iso(text)
