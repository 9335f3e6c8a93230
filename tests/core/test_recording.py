"""What of a tag's samples is kept, and that the rest can be drawn again from it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.quality import Quality
from vmshmi.core.recording import Recorder, RecordingRule
from vmshmi.core.tags import TagKind, default_recording
from vmshmi.core.values import Scalar, TagValue

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(second: float, value: Scalar | None, quality: Quality = Quality.GOOD) -> TagValue:
    return TagValue(value, quality, NOON + timedelta(seconds=second), value)


def kept(rule: RecordingRule, *samples: TagValue) -> list[tuple[float, Scalar | None]]:
    recorder = Recorder(rule)
    found = [row for sample in samples for row in recorder.take(sample)]
    return [((row.timestamp - NOON).total_seconds(), row.value) for row in (*found, *recorder.rest())]


def test_an_unchanged_value_is_left_out_and_the_end_of_its_time_is_kept_before_the_change() -> None:
    samples = [at(0, 1.0), at(1, 1.0), at(2, 1.0), at(3, 5.0)]
    assert kept(RecordingRule(), *samples) == [(0, 1.0), (2, 1.0), (3, 5.0)]


def test_a_value_that_changes_each_time_needs_no_end_of_an_unchanged_time() -> None:
    assert kept(RecordingRule(), at(0, 1.0), at(1, 2.0), at(2, 3.0)) == [(0, 1.0), (1, 2.0), (2, 3.0)]


def test_an_unchanged_value_is_kept_again_as_proof_that_it_was_alive() -> None:
    samples = [at(second, 7) for second in range(26)]
    assert kept(RecordingRule(max_interval_s=10), *samples) == [(0, 7), (10, 7), (20, 7), (25, 7)]


def test_within_the_deadband_of_the_last_kept_value_nothing_has_changed() -> None:
    samples = [at(0, 10.0), at(1, 10.4), at(2, 9.6), at(3, 10.6), at(4, 10.2)]
    assert kept(RecordingRule(deadband=0.5), *samples) == [(0, 10.0), (2, 9.6), (3, 10.6), (4, 10.2)]


def test_changes_that_follow_too_soon_are_left_out_and_the_value_is_caught_up_after_the_interval() -> None:
    samples = [at(second, float(second)) for second in range(11)]
    assert kept(RecordingRule(min_interval_s=5), *samples) == [(0, 0.0), (5, 5.0), (10, 10.0)]


def test_a_change_of_quality_is_kept_at_once_whatever_the_intervals() -> None:
    bad = at(1, None, Quality.BAD_NO_COMMUNICATION)
    assert kept(RecordingRule(min_interval_s=60), at(0, 1.0), bad, at(2, 1.0)) == [(0, 1.0), (1, None), (2, 1.0)]
    assert kept(RecordingRule(period_s=60), at(0, 1.0), bad, at(2, 1.0)) == [(0, 1.0), (1, None), (2, 1.0)]


def test_a_period_keeps_one_sample_each_time_changed_or_not() -> None:
    samples = [at(second, float(second // 30)) for second in range(0, 61, 5)]
    assert kept(RecordingRule(period_s=20), *samples) == [(0, 0.0), (20, 0.0), (40, 1.0), (60, 2.0)]


def test_late_samples_are_kept_and_change_nothing_else() -> None:
    samples = [at(10, 1.0), at(3, 9.0), at(4, 1.0), at(11, 1.0), at(12, 2.0)]
    assert kept(RecordingRule(), *samples) == [(10, 1.0), (3, 9.0), (4, 1.0), (11, 1.0), (12, 2.0)]


def test_not_a_number_after_not_a_number_is_no_change() -> None:
    samples = [at(0, float("nan")), at(1, float("nan")), at(2, 1.0)]
    assert [second for second, _ in kept(RecordingRule(deadband=1e9), *samples)] == [0, 1, 2]
    assert [second for second, _ in kept(RecordingRule(deadband=1e9), *samples[:2], at(2, float("nan")))] == [0, 2]


def test_texts_and_booleans_change_when_they_differ() -> None:
    assert kept(RecordingRule(deadband=5), at(0, "a"), at(1, "a"), at(2, "b")) == [(0, "a"), (1, "a"), (2, "b")]
    assert kept(RecordingRule(), at(0, True), at(1, False)) == [(0, True), (1, False)]


@pytest.mark.parametrize("kind", TagKind)
def test_every_kind_is_proven_alive_by_default(kind: TagKind) -> None:
    assert (default_recording(kind).max_interval_s or 0) <= 300


@given(
    values=st.lists(st.one_of(st.none(), st.floats(-100, 100)), min_size=1, max_size=40),
    deadband=st.floats(0, 20),
    longest=st.one_of(st.none(), st.integers(1, 10)),
)
def test_what_was_left_out_is_within_the_deadband_of_what_a_chart_shows(
    values: list[float | None], deadband: float, longest: int | None
) -> None:
    samples = [at(s, v, Quality.GOOD if v is not None else Quality.BAD_TIMEOUT) for s, v in enumerate(values)]
    rows = kept(RecordingRule(deadband=deadband, max_interval_s=longest), *samples)
    seconds = [second for second, _ in rows]
    assert seconds == sorted(set(seconds))
    assert (seconds[0], seconds[-1]) == (0, len(values) - 1)
    for second, value in enumerate(values):
        shown = next(v for s, v in reversed(rows) if s <= second)
        # the foot of a step may lie up to the deadband from the last kept value, and so may the sample
        assert (shown is None) == (value is None)
        if value is not None:
            assert isinstance(shown, float)
            assert abs(shown - value) <= 2 * deadband + 1e-9
    if longest is not None:
        assert all(b - a <= longest for a, b in pairwise(seconds))
