"""What becomes of rows on their way to the screen."""

import numpy as np
import pytest

from vmshmi.ui.trends.series import Rows
from vmshmi.ui.trends.shape import Line, Look, line_of

NAN = float("nan")


def rows(values: list[float], doubtful: list[int] | None = None, every_s: float = 1.0) -> Rows:
    """Values at 0 s, 1 s, 2 s ..."""
    count = len(values)
    stamps = (np.arange(count) * every_s * 1e6).astype(np.int64)
    doubt = np.zeros(count, np.bool_)
    doubt[doubtful or []] = True
    return Rows(stamps, np.array(values), doubt)


def look(end_s: float = 10.0, **more: object) -> Look:
    return Look(0.0, end_s, **{"buckets": 500, **more})  # type: ignore[arg-type]


def drawn_segments(line: Line) -> int:
    """How many pieces a pen draws."""
    good = ~np.isnan(line.y)
    return int(np.sum(good[1:] & good[:-1]))


def test_a_bad_value_is_a_gap() -> None:
    line = line_of(rows([1.0, 2.0, NAN, 4.0, 5.0]), look())
    assert np.isnan(line.y[2])
    assert drawn_segments(line) == 2
    assert (line.low, line.high, line.last) == (1.0, 5.0, 5.0)


def test_nothing_is_drawn_over_a_time_nobody_recorded() -> None:
    line = line_of(rows([1.0, 1.0, 1.0], every_s=100), look(300, silence_s=60))
    assert drawn_segments(line) == 3  # three single values, each a pixel wide
    assert line.x.max() < 202
    joined = line_of(rows([1.0, 1.0, 1.0], every_s=50), look(300, silence_s=60))
    assert joined.x.tolist() == [0.0, 50.0, 100.0]


def test_a_state_is_held_until_a_gap_and_not_over_silence() -> None:
    line = line_of(rows([0.0, 1.0, NAN, 1.0]), look(step=True, hold_to_s=5.0))
    assert line.x.tolist() == [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 5.0, 5.0]
    assert [None if np.isnan(value) else value for value in line.y] == [0, 0, 1, 1, None, None, 1, 1, 1]
    silent = line_of(rows([1.0, 1.0], every_s=200), look(400, step=True, silence_s=60))
    assert drawn_segments(silent) <= 2
    assert not ((silent.x > 5) & (silent.x < 199) & ~np.isnan(silent.y)).any()


def test_what_is_uncertain_is_drawn_apart_and_joins_its_neighbours() -> None:
    line = line_of(rows([1.0, 2.0, 3.0, 4.0, 5.0], [2]), look())
    assert np.isnan(line.y).tolist() == [False, False, True, False, False]
    assert np.isnan(line.doubt_y).tolist() == [True, False, False, False, True]


def test_a_value_between_two_gaps_can_be_seen() -> None:
    line = line_of(rows([NAN, 2.0, NAN]), look())
    assert drawn_segments(line) == 1


@pytest.mark.parametrize("spike", [99.0, -99.0])
def test_a_spike_survives_thinning(spike: float) -> None:
    values = np.sin(np.arange(100_000) / 500.0)
    values[54_321] = spike
    line = line_of(rows(values.tolist(), every_s=0.001), look(100.0))
    assert len(line.x) <= 3 * 500 + 4
    assert spike in line.y
    assert 54.321 in line.x


def test_a_short_gap_survives_thinning() -> None:
    values = np.ones(100_000)
    values[40_000:40_003] = NAN
    line = line_of(rows(values.tolist(), every_s=0.001), look(100.0))
    assert np.isnan(line.y).sum() == 1


def test_the_extent_is_that_of_the_view_alone() -> None:
    line = line_of(rows([100.0, 1.0, 2.0, 3.0, -100.0]), Look(1.0, 3.0, 500))
    assert (line.low, line.high, line.last) == (1.0, 3.0, 3.0)


def test_no_rows_give_no_line() -> None:
    line = line_of(rows([]), look(step=True, hold_to_s=5.0))
    assert len(line.x) == 0
    assert line.low is None
