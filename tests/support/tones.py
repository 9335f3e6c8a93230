"""Looks for tones in samples: how strong a frequency is, and when there is sound at all."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]


def strength(samples: Samples, frequency_hz: float, rate_hz: int) -> float:
    """Amplitude of one frequency (Goertzel's sum), in the samples' unit."""
    turns = np.exp(-2j * np.pi * frequency_hz * np.arange(len(samples)) / rate_hz)
    return float(2.0 * abs(np.dot(samples, turns)) / max(1, len(samples)))


def loudest(samples: Samples, frequencies_hz: tuple[float, ...], rate_hz: int, threshold: float) -> float | None:
    """Which of these is the strongest; None when none reaches the threshold."""
    best = max(frequencies_hz, key=lambda frequency: strength(samples, frequency, rate_hz))
    return best if strength(samples, best, rate_hz) >= threshold else None


def bursts(samples: Samples, rate_hz: int, threshold: float, window_s: float = 0.01) -> list[tuple[float, float]]:
    """When there is sound, as (begin, end) in seconds, by the peak in windows; gaps of one window are bridged."""
    window = round(window_s * rate_hz)
    peaks = np.abs(samples[: len(samples) // window * window].reshape(-1, window)).max(axis=1)
    found: list[tuple[float, float]] = []
    for number in np.flatnonzero(peaks > threshold):
        begin, end = number * window_s, (number + 1) * window_s
        if found and begin - found[-1][1] < 1.5 * window_s:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found
