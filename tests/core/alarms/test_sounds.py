"""Which signal is heard at which moment."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.alarms.model import Priority
from vmshmi.core.alarms.sounds import (
    MAX_WARNING_REPEAT_S,
    VOLUME_FLOOR,
    Loud,
    Signal,
    Sounding,
    figure_of,
    next_sounding,
    volume_of,
)

ALARM = Loud("a", 1, Priority.ALARM)
WARNING = Loud("w", 1, Priority.WARNING)
EMERGENCY = Loud("e", 1, Priority.EMERGENCY_ALARM)
CAUTION = Loud("c", 1, Priority.CAUTION)

louds = st.sets(st.builds(Loud, st.sampled_from("abc"), st.integers(1, 3), st.sampled_from(list(Priority))), max_size=6)


@pytest.mark.parametrize(
    ("loud", "signal"),
    [
        ([], None),
        ([CAUTION], None),
        ([WARNING, CAUTION], Signal.WARNING),
        ([WARNING, ALARM], Signal.ALARM),
        ([WARNING, ALARM, EMERGENCY], Signal.EMERGENCY_ALARM),
    ],
)
def test_the_highest_priority_is_heard_and_a_caution_never(loud: list[Loud], signal: Signal | None) -> None:
    assert next_sounding(Sounding(), loud, 5.0).signal is signal


@given(st.lists(louds, max_size=12))
def test_after_any_course_the_highest_priority_is_heard(course: list[set[Loud]]) -> None:
    sounding = Sounding()
    for moment, loud in enumerate(course):
        sounding = next_sounding(sounding, loud, float(moment))
        ranks = [each.priority.rank for each in loud if each.priority is not Priority.CAUTION]
        expected = None if not ranks else list(Signal)[min(ranks)]
        assert sounding.signal is expected
        assert sounding.since <= moment


def test_a_second_alarm_does_not_break_the_figure_of_the_first() -> None:
    first = next_sounding(Sounding(), [ALARM], 10.0)
    assert next_sounding(first, [ALARM, Loud("b", 1, Priority.ALARM)], 10.7).since == 10.0


def test_a_second_warning_is_heard_at_once_and_not_after_the_repetition_of_the_first() -> None:
    first = next_sounding(Sounding(), [WARNING], 10.0)
    assert next_sounding(first, [WARNING], 30.0).since == 10.0
    second = next_sounding(first, [WARNING, Loud("x", 1, Priority.WARNING)], 30.0)
    assert second.since == 30.0
    assert next_sounding(second, [WARNING], 31.0).since == 30.0


def test_the_same_warning_raised_anew_is_heard_at_once() -> None:
    first = next_sounding(Sounding(), [WARNING], 10.0)
    assert next_sounding(first, [Loud("w", 2, Priority.WARNING)], 12.0).since == 12.0


def test_a_warning_is_heard_again_as_soon_as_the_alarm_above_it_is_answered_and_after_a_silence() -> None:
    first = next_sounding(Sounding(), [WARNING], 10.0)
    both = next_sounding(first, [WARNING, ALARM], 11.0)
    assert next_sounding(both, [WARNING], 15.0) == Sounding(Signal.WARNING, 15.0, frozenset([WARNING]))
    silent = next_sounding(first, [], 12.0)
    assert silent.signal is None
    assert next_sounding(silent, [WARNING], 42.0).since == 42.0


def test_every_signal_has_tones_and_a_rhythm_of_its_own() -> None:
    figures = {signal: figure_of(signal) for signal in Signal}
    tones = [{tone.frequency_hz for tone in figure.tones} for figure in figures.values()]
    assert sum(len(each) for each in tones) == len(set().union(*tones))
    assert len({figure.period_s for figure in figures.values()}) == len(figures)


@pytest.mark.parametrize("signal", Signal)
def test_tones_follow_each_other_within_the_period_and_lie_where_the_rules_want_them(signal: Signal) -> None:
    figure = figure_of(signal)
    assert all(200 <= tone.frequency_hz <= 2500 for tone in figure.tones)
    assert all(before.end_s <= after.start_s for before, after in pairwise(figure.tones))
    assert figure.tones[0].start_s == 0
    assert figure.tones[-1].end_s <= figure.period_s


def test_an_emergency_alarm_has_no_pause_and_an_alarm_is_three_pulses_every_two_seconds() -> None:
    emergency = figure_of(Signal.EMERGENCY_ALARM)
    assert sum(tone.end_s - tone.start_s for tone in emergency.tones) == emergency.period_s
    alarm = figure_of(Signal.ALARM)
    assert (len(alarm.tones), alarm.period_s) == (3, 2.0)


@given(st.floats(-1e6, 1e6))
def test_a_warning_is_momentary_and_repeated_within_300_seconds_whatever_is_set(repeat_s: float) -> None:
    figure = figure_of(Signal.WARNING, repeat_s)
    assert figure.tones[-1].end_s < 1.0 <= figure.period_s <= MAX_WARNING_REPEAT_S


@given(st.floats(allow_nan=False))
def test_no_setting_turns_a_required_signal_below_the_floor(setting: float) -> None:
    for signal in (Signal.EMERGENCY_ALARM, Signal.ALARM):
        assert VOLUME_FLOOR <= volume_of(signal, setting) <= 1
    assert volume_of(Signal.WARNING, 0.0) == 0
