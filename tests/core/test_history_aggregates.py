"""Figures over a period are those of a model that looks at every second."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.history_aggregates import Accumulator, Aggregates

NAN = math.nan
SECOND = 1_000_000
ROWS = st.lists(
    st.tuples(st.integers(-20, 80), st.sampled_from([0.0, 1.0, 2.0, -3.5, NAN])), max_size=40, unique_by=lambda r: r[0]
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


def figures(rows: list[tuple[int, float]], since: int, until: int, pieces: int = 1) -> Aggregates:
    taken = Accumulator(since * SECOND, until * SECOND, with_states=True)
    size = max(1, -(-len(rows) // pieces))
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        taken.add([stamp * SECOND for stamp, _ in part], [value for _, value in part])
    return taken.result()


def held_at(rows: list[tuple[int, float]], second: int) -> float | None:
    """The value of the last row at or before a second; None for a gap or nothing."""
    before = [value for stamp, value in rows if stamp <= second]
    return before[-1] if before and not math.isnan(before[-1]) else None


@given(ROWS, st.integers(-5, 40), st.integers(1, 50), st.integers(1, 5))
def test_every_figure_is_that_of_a_look_at_each_second(
    rows: list[tuple[int, float]], since: int, length: int, pieces: int
) -> None:
    until = since + length
    found = figures(rows, since, until, pieces)
    seconds = [value for second in range(since, until) if (value := held_at(rows, second)) is not None]
    inside = [(stamp, value) for stamp, value in rows if since <= stamp < until]
    assert found.seconds == length
    assert found.known_s == len(seconds)
    assert found.unknown_share == pytest.approx(1 - len(seconds) / length)
    assert found.rows == len(inside)
    assert found.total == pytest.approx(sum(value for _, value in inside if value == value))
    assert found.integral == pytest.approx(sum(seconds))
    assert found.mean == (pytest.approx(sum(seconds) / len(seconds)) if seconds else None)
    assert found.minimum == min(seconds, default=None)
    assert found.maximum == max(seconds, default=None)
    assert found.running_s == sum(value != 0 for value in seconds)
    assert found.duty == (pytest.approx(found.running_s / len(seconds)) if seconds else None)
    assert found.state_s == {value: float(seconds.count(value)) for value in set(seconds)}
    known = [(stamp, value) for stamp, value in rows if value == value]
    pairs = itertools.pairwise(known)
    assert found.starts == sum(a == 0 and b != 0 and since <= at < until for (_, a), (at, b) in pairs)


def test_a_value_holds_until_the_next_row_and_a_gap_ends_it() -> None:
    found = figures([(0, 10.0), (90, NAN), (95, 20.0)], 0, 100)
    assert (found.known_s, found.mean) == (95.0, (90 * 10 + 5 * 20) / 95)
    assert found.unknown_share == pytest.approx(0.05)


def test_a_value_from_before_the_period_counts_from_its_begin() -> None:
    found = figures([(-1000, 4.0)], 0, 10)
    assert (found.known_s, found.mean, found.rows, found.total) == (10.0, 4.0, 0, 0.0)


def test_a_value_from_before_that_no_longer_holds_at_the_begin_is_no_minimum() -> None:
    assert figures([(-1, -99.0), (0, 1.0)], 0, 10).minimum == 1.0


def test_a_spike_that_lasted_no_time_is_the_maximum() -> None:
    taken = Accumulator(0, 10 * SECOND)
    taken.add([0, 5 * SECOND, 5 * SECOND], [1.0, 99.0, 1.0])
    found = taken.result()
    assert (found.maximum, found.mean) == (99.0, 1.0)


def test_a_start_over_a_gap_counts_and_running_over_a_gap_is_none() -> None:
    assert figures([(0, 0.0), (5, NAN), (10, 1.0)], 0, 20).starts == 1
    assert figures([(0, 1.0), (5, NAN), (10, 1.0)], 0, 20).starts == 0


def test_nothing_known_is_said_so() -> None:
    found = figures([], 0, 10)
    assert (found.mean, found.minimum, found.duty, found.unknown_share) == (None, None, None, 1.0)
