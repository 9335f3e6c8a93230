"""Which signal is to be heard at which moment, given the alarms that sound (MSC.302 7.3, A.1021 5). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from vmshmi.core.alarms.model import Priority

VOLUME_FLOOR = 0.6
"""Of full scale: required sounds cannot be turned down below it (A.1021 5.6)."""
MAX_WARNING_REPEAT_S = 300.0


class Signal(Enum):
    """What a loudspeaker says, most urgent first. Cautions are seen and not heard."""

    EMERGENCY_ALARM = "emergency_alarm"
    ALARM = "alarm"
    WARNING = "warning"

    @property
    def is_required(self) -> bool:
        """True for the signals that a volume setting cannot take away."""
        return self is not Signal.WARNING


_SIGNALS = {
    Priority.EMERGENCY_ALARM: Signal.EMERGENCY_ALARM,
    Priority.ALARM: Signal.ALARM,
    Priority.WARNING: Signal.WARNING,
}


@dataclass(frozen=True, slots=True)
class Tone:
    """A part of a figure: from when to when, in seconds since the figure began, and how high (Hz)."""

    start_s: float
    end_s: float
    frequency_hz: float


@dataclass(frozen=True, slots=True)
class Figure:
    """The tones of a signal, and after how many seconds they come again. A tone may go on to the very end."""

    tones: tuple[Tone, ...]
    period_s: float


def figure_of(signal: Signal, warning_repeat_s: float = 60.0) -> Figure:
    """How a signal sounds: each has tones and a rhythm that no other has.

    All tones lie between 200 and 2,500 Hz.

    Args:
        signal: the signal.
        warning_repeat_s: how long after its beginning an unanswered warning is heard again; from 1 to 300 s.
    """
    match signal:
        case Signal.EMERGENCY_ALARM:  # without a pause, high and low
            return Figure((Tone(0.0, 0.25, 1000.0), Tone(0.25, 0.5, 800.0)), 0.5)
        case Signal.ALARM:  # three pulses every two seconds
            return Figure(tuple(Tone(start, start + 0.18, 1250.0) for start in (0.0, 0.3, 0.6)), 2.0)
        case Signal.WARNING:  # twice, the second lower; then silence for long
            repeat_s = min(max(warning_repeat_s, 1.0), MAX_WARNING_REPEAT_S)
            return Figure((Tone(0.0, 0.2, 620.0), Tone(0.25, 0.5, 500.0)), repeat_s)


@dataclass(frozen=True, slots=True)
class Loud:
    """An alarm that sounds: one raising of it, with the priority it has now."""

    alarm_id: str
    occurrence: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class Sounding:
    """What is heard, and since when.

    Attributes:
        signal: the highest of those that sound; None is silence.
        since: monotonic seconds at which its figure began.
        heard: the raisings that have had their beginning.
    """

    signal: Signal | None = None
    since: float = 0.0
    heard: frozenset[Loud] = frozenset()


def next_sounding(before: Sounding, loud: Iterable[Loud], now: float) -> Sounding:
    """What is heard from now on.

    The highest signal wins. A figure that goes on is not broken by another alarm of its signal, except a warning's: it
    is momentary, and a second fault must be heard (UR M29.2.10) before the first one's time of repetition.

    Args:
        before: what was heard.
        loud: every alarm that sounds now.
        now: monotonic seconds.
    """
    audible = [each for each in loud if each.priority in _SIGNALS]
    if not audible:
        return Sounding()
    highest = min(audible, key=lambda each: each.priority.rank).priority
    signal = _SIGNALS[highest]
    heard = frozenset(each for each in audible if each.priority is highest)
    begins = signal is not before.signal or (signal is Signal.WARNING and bool(heard - before.heard))
    return Sounding(signal, now if begins else before.since, heard)


def volume_of(signal: Signal, setting: float) -> float:
    """How loud a signal is, 0 to 1 of full scale: what a station is set to, and never less than the rules want."""
    wanted = min(max(setting, 0.0), 1.0)
    return max(wanted, VOLUME_FLOOR) if signal.is_required else wanted
