"""What lies between two cursors."""

import numpy as np
import pytest

from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.ui.trends.cursor_words import between_lines
from vmshmi.ui.trends.cursors import Between, between
from vmshmi.ui.trends.series import Rows

NAN = float("nan")


def rows(*pairs: tuple[float, float]) -> Rows:
    stamps = np.array([int(at * 1e6) for at, _ in pairs], np.int64)
    return Rows(stamps, np.array([value for _, value in pairs]), np.zeros(len(pairs), np.bool_))


def look(of: Rows, a: float, b: float, *, step: bool = False, bucket_s: float = 0.0, hold_to_s: float = 0.0) -> Between:
    return between(of, a, b, step=step, silence_s=100.0, bucket_s=bucket_s, hold_to_s=hold_to_s)


def test_values_between_rows_are_those_of_the_line() -> None:
    found = look(rows((0, 0), (10, 10), (20, 0)), 2, 14)
    assert (found.at_a, found.at_b) == (2.0, 6.0)
    assert (found.low, found.high) == (2.0, 10.0)
    assert found.mean == pytest.approx((8 * 6 + 4 * 8) / 12)
    assert found.known_s == 12


def test_the_mean_is_weighted_with_time_and_not_with_rows() -> None:
    found = look(rows((0, 0), (90, 0), (90.5, 10), (91, 10), (91.5, 10), (100, 10)), 0, 100)
    assert found.mean == pytest.approx((0.5 * 5 + 9.5 * 10) / 100)


def test_nothing_is_said_of_a_gap() -> None:
    of = rows((0, 1), (10, 1), (11, NAN), (50, 3), (60, 3))
    found = look(of, 20, 60)
    assert (found.at_a, found.at_b) == (None, 3.0)
    assert (found.low, found.mean, found.known_s) == (3.0, 3.0, 10.0)
    assert look(of, 20, 40) == Between()


def test_nothing_is_said_of_a_time_nobody_recorded() -> None:
    found = look(rows((0, 1), (500, 9)), 10, 400)
    assert (found.at_a, found.mean) == (None, None)


def test_a_state_holds_until_the_next_one_and_its_changes_are_counted() -> None:
    found = look(rows((0, 0), (10, 1), (15, 1), (30, 0)), 5, 45, step=True, hold_to_s=60)
    assert (found.at_a, found.at_b, found.changes) == (0.0, 0.0, 2)
    assert found.mean == pytest.approx(20 / 40)


def test_what_was_thinned_says_so() -> None:
    of = rows(*((at, at % 2) for at in range(100)))
    assert look(of, 10, 90, bucket_s=2.0).about
    assert not look(of, 10, 90, bucket_s=0.2).about


def test_it_reads_difference_statistics_and_slope() -> None:
    tag = TagDef(TagId("p"), unit="bar", decimals=2)
    lines = between_lines(tag, look(rows((0, 4), (60, 5), (120, 4.5)), 0, 120), 0, 120)
    assert lines == (
        "A 4.00   B 4.50   Δ +0.50 bar",
        "min 4.00   mean 4.62   max 5.00",
        "slope +0.25 bar/min",
    )


def test_a_state_reads_its_share_of_time() -> None:
    tag = TagDef(TagId("run"), kind=TagKind.DIGITAL)
    found = look(rows((0, 0), (25, 1), (100, 1)), 0, 100, step=True)
    assert between_lines(tag, found, 0, 100) == ("A OFF   B ON", "ON 75 % of the time   changes: 1")


def test_a_slope_that_the_tag_would_not_show_is_none_and_a_slow_one_is_by_the_hour() -> None:
    tag = TagDef(TagId("p"), unit="bar", decimals=2)

    def slope(change: float, length_s: float = 1200) -> str:
        return between_lines(tag, Between(4.0, 4.0 + change, 4.0, 5.0, 4.5), 0, length_s)[2]

    assert slope(0.00075) == "slope +0.00225 bar/h"
    assert slope(0.0003) == "slope 0 bar/h"
    assert slope(0.0) == "slope 0 bar/h"
    assert slope(-0.5) == "slope −0.025 bar/min"
    assert slope(-0.5, 4 * 3600) == "slope −0.125 bar/h"
