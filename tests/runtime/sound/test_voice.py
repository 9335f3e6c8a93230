"""What is computed for the loudspeaker: the right tones at the right times, no click, bounded, above the floor."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tones import Samples, bursts, loudest
from vmshmi.core.alarms.sounds import VOLUME_FLOOR, Signal, figure_of
from vmshmi.runtime.sound.voice import PEAK, RATE_HZ, Key, Voice

TONES = (500.0, 620.0, 800.0, 1000.0, 1250.0)
BLOCK = 1440


def heard(voice: Voice, key: Key | None, seconds: float) -> Samples:
    blocks = [voice.render(key, BLOCK) for _ in range(round(seconds * RATE_HZ / BLOCK))]
    return np.concatenate(blocks).astype(float)


@pytest.mark.parametrize("signal", Signal)
def test_each_tone_of_the_figure_is_heard_at_its_time_and_nothing_between(signal: Signal) -> None:
    samples = heard(Voice(1.0, 60.0), (signal, 0.0), 2.4)
    figure = figure_of(signal)
    for tone in figure.tones:
        part = samples[round(tone.start_s * RATE_HZ) : round(tone.end_s * RATE_HZ)]
        assert loudest(part, TONES, RATE_HZ, PEAK / 2) == tone.frequency_hz
    if signal is not Signal.EMERGENCY_ALARM:
        expected = [(tone.start_s, tone.end_s) for tone in figure.tones]
        assert bursts(samples[: 2 * RATE_HZ - BLOCK], RATE_HZ, 300) == [
            (pytest.approx(start, abs=0.011), pytest.approx(end, abs=0.011)) for start, end in expected
        ]


def test_the_emergency_alarm_never_pauses() -> None:
    found = bursts(heard(Voice(1.0, 60.0), (Signal.EMERGENCY_ALARM, 0.0), 3.0), RATE_HZ, PEAK / 2, 0.005)
    assert found == [(0.0, pytest.approx(3.0, abs=0.02))]


def test_the_alarm_comes_again_after_two_seconds() -> None:
    found = bursts(heard(Voice(1.0, 60.0), (Signal.ALARM, 0.0), 6.0), RATE_HZ, 300)
    assert [round(begin, 1) for begin, _ in found] == [0.0, 0.3, 0.6, 2.0, 2.3, 2.6, 4.0, 4.3, 4.6]


def test_a_warning_comes_again_after_the_time_that_is_set() -> None:
    found = bursts(heard(Voice(1.0, 5.0), (Signal.WARNING, 0.0), 11.0), RATE_HZ, 300)
    assert [round(begin, 2) for begin, _ in found] == [0.0, 0.25, 5.0, 5.25, 10.0, 10.25]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from([None, *Signal]), st.integers(1, 30), st.integers(1, 1999)), min_size=2, max_size=8
    )
)
def test_no_change_at_any_moment_makes_a_click_or_leaves_the_bounds(
    course: list[tuple[Signal | None, int, int]],
) -> None:
    voice = Voice(1.0, 1.0)
    parts = [
        voice.render(None if signal is None else (signal, float(number)), frames)
        for number, (signal, blocks, frames) in enumerate(course)
        for _ in range(blocks)
    ]
    samples = np.concatenate(parts).astype(float)
    assert np.abs(samples).max() <= PEAK
    # the steepest that the highest tone with its overtone can be at this rate, and a tenth for the slope of a fade
    steepest = np.abs(np.diff(heard(Voice(1.0, 1.0), (Signal.ALARM, 0.0), 0.12))).max()
    assert np.abs(np.diff(samples, prepend=0.0)).max() <= 1.1 * steepest


@pytest.mark.parametrize("signal", [Signal.ALARM, Signal.WARNING])
def test_each_tone_comes_and_goes_softly(signal: Signal) -> None:
    samples = np.abs(heard(Voice(1.0, 60.0), (signal, 0.0), 2.0)) / PEAK
    millisecond = RATE_HZ // 1000
    for tone in figure_of(signal).tones:
        start, end = round(tone.start_s * RATE_HZ), round(tone.end_s * RATE_HZ)
        assert samples[start : start + millisecond].max() < 0.1
        assert samples[end - millisecond : end].max() < 0.1
        assert samples[start:end].max() > 0.9


def test_silence_is_silent_within_six_milliseconds() -> None:
    voice = Voice(1.0, 60.0)
    heard(voice, (Signal.EMERGENCY_ALARM, 0.0), 0.3)
    block = voice.render(None, BLOCK)
    assert not block[round(0.006 * RATE_HZ) :].any()


@pytest.mark.parametrize("volume", [0.0, 0.3, 1.0])
def test_the_volume_has_a_floor_for_required_signals_only(volume: float) -> None:
    voice = Voice(volume, 60.0)
    peaks = {signal: np.abs(heard(voice, (signal, volume), 1.0)).max() / PEAK for signal in Signal}
    assert peaks[Signal.EMERGENCY_ALARM] == pytest.approx(max(volume, VOLUME_FLOOR), abs=0.01)
    assert peaks[Signal.ALARM] == pytest.approx(max(volume, VOLUME_FLOOR), abs=0.01)
    assert peaks[Signal.WARNING] == pytest.approx(volume, abs=0.01)


def test_another_moment_begins_the_figure_anew() -> None:
    voice = Voice(1.0, 60.0)
    heard(voice, (Signal.WARNING, 0.0), 1.0)
    assert not heard(voice, (Signal.WARNING, 0.0), 1.0).any()
    assert bursts(heard(voice, (Signal.WARNING, 1.0), 1.0), RATE_HZ, 300)[0][0] == pytest.approx(0.0, abs=0.011)
