"""Signals as samples: computed figures, soft edges, bounded amplitude. Knows no device and no clock."""

import numpy as np
from numpy.typing import NDArray

from vmshmi.core.alarms.sounds import Figure, Signal, figure_of, volume_of

RATE_HZ = 48_000
PEAK = 32_000
"""Largest sample of a signal at full scale; beyond 32,767 it would be cut."""

_EDGE_S = 0.006
"""How long a tone takes to come and to go; an edge without it is a click."""
_OVERTONE = 0.25
"""Share of the third harmonic: with it a tone is heard through machinery noise and its direction is found."""

Samples = NDArray[np.float64]
Key = tuple[Signal, float]
"""A signal and the moment at which its figure begins; another moment begins it anew."""


class Voice:
    """Gives the samples of what is to be heard, block after block, without a click where it changes.

    Args:
        volume: the station's setting, 0 to 1; required signals have a floor.
        warning_repeat_s: seconds, see `figure_of`.
        rate_hz: samples a second.
    """

    def __init__(self, volume: float, warning_repeat_s: float, rate_hz: int = RATE_HZ) -> None:
        self._figures: dict[Signal, tuple[Samples, int]] = {}
        for signal in Signal:
            figure = figure_of(signal, warning_repeat_s)
            samples = _drawn(figure, rate_hz) * (volume_of(signal, volume) * PEAK)
            self._figures[signal] = (samples, round(figure.period_s * rate_hz))
        self._edge = round(_EDGE_S * rate_hz)
        self._key: Key | None = None
        self._position = 0
        self._tail: Samples = np.zeros(0)

    def render(self, key: Key | None, frames: int) -> NDArray[np.int16]:
        """The next samples, one channel.

        Args:
            key: what is to be heard; None is silence.
            frames: how many samples.
        """
        if key != self._key:
            if self._key is not None and not len(self._tail):  # one that is dying away already goes on dying
                self._tail = self._next(self._edge) * np.linspace(1.0, 0.0, self._edge)
            self._key, self._position = key, 0
        dying, self._tail = self._tail[:frames], self._tail[frames:]
        return np.concatenate((dying, self._next(frames - len(dying)))).astype(np.int16)

    def _next(self, frames: int) -> Samples:
        block = np.zeros(frames)
        if self._key is None:
            return block
        samples, period = self._figures[self._key[0]]
        places = (self._position + np.arange(frames)) % period
        inside = places < len(samples)
        block[inside] = samples[places[inside]]
        self._position = (self._position + frames) % period
        return block


def _drawn(figure: Figure, rate_hz: int) -> Samples:
    """The figure's samples up to the end of its last tone, between -1 and 1."""
    samples = np.zeros(round(max(tone.end_s for tone in figure.tones) * rate_hz))
    begins = {tone.start_s for tone in figure.tones}
    ends = {tone.end_s for tone in figure.tones}
    if figure.period_s in ends and 0.0 in begins:  # the end meets the beginning
        begins.add(figure.period_s)
        ends.add(0.0)
    for tone in figure.tones:
        first, last = round(tone.start_s * rate_hz), round(tone.end_s * rate_hz)
        phase = 2.0 * np.pi * tone.frequency_hz * np.arange(last - first) / rate_hz
        wave = np.sin(phase) + _OVERTONE * np.sin(3.0 * phase)
        edge = round(_EDGE_S * rate_hz)
        rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
        # tones that touch are whole waves long: they need no edge between them
        if tone.start_s not in ends:
            wave[:edge] *= rise
        if tone.end_s not in begins:
            wave[-edge:] *= rise[::-1]
        samples[first:last] = wave
    return samples / np.abs(samples).max()
