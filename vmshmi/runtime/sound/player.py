"""Keeps a sound device open, plays what a loop wants, and plays the alarm by itself when that loop is dead."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from vmshmi.core.alarms.sounds import Signal, Sounding
from vmshmi.core.clock import Clock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.sound.voice import Key, Voice

_log = logging.getLogger(__name__)

LOOP_SILENT_S = 5.0
"""A loop that has said nothing for so long is not believed any more: the system fails to the alarm condition."""
STALLED_S = 4.0
"""A device that asks for nothing for so long is gone. A sound server that wakes up may take two seconds."""
RETRY_S = 3.0
HUSH_S = 30.0
"""How long a person's silence quiets what the player sounds by itself, as every silence."""
LOOK_S = 0.25
ASK_S = 2.0
"""Between two questions to a sound server whether it still has a card."""


@dataclass(frozen=True, slots=True)
class SoundOptions:
    """How a station sounds.

    Attributes:
        station: its id.
        plays: False for a station whose horn is another machine: no device is opened and none is missed.
        volume: 0 to 1; required signals have a floor.
        warning_repeat_s: after how long an unanswered warning is heard again, 1 to 300 s.
        backends: names of miniaudio to try; empty takes what the machine has.
    """

    station: str
    plays: bool = True
    volume: float = 1.0
    warning_repeat_s: float = 60.0
    backends: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What the alarm journal must know of it at the start."""
        return "" if self.plays else f"station {self.station} plays no sound: --no-sound"


@dataclass(frozen=True, slots=True)
class SoundState:
    """Whether the station can be heard: None while that is being found out; `why` not, in one line."""

    ok: bool | None = None
    why: str = ""


class Speaker(Protocol):
    """A device that is open; see `loudspeaker.Loudspeaker`."""

    @property
    def name(self) -> str: ...

    def trouble(self) -> str: ...

    def close(self) -> None: ...


OpenSpeaker = Callable[[Callable[[int], bytes]], Speaker]


def open_loudspeaker(render: Callable[[int], bytes], backends: tuple[str, ...] = ()) -> Speaker:
    """The machine's own.

    Raises:
        DeviceError: no device, or no library.
    """
    try:
        from vmshmi.runtime.sound.loudspeaker import REAL, Loudspeaker
    except (ImportError, OSError) as error:  # a compiled library: it may be missing, or not load on this machine
        raise DeviceError(f"the sound library cannot be loaded ({error})") from error
    return Loudspeaker(render, backends or REAL)


class SoundPlayer:
    """Plays until it is stopped, in threads of its own. `play`, `alive`, `hush` and `state` may be called from any.

    Args:
        options: how the station sounds.
        clock: both clocks.
        open_speaker: opens the device; the machine's own when None.
    """

    def __init__(self, options: SoundOptions, clock: Clock, open_speaker: OpenSpeaker | None = None) -> None:
        self._clock = clock
        own: OpenSpeaker = partial(open_loudspeaker, backends=options.backends)
        self._open = open_speaker or own
        self._voice = Voice(options.volume, options.warning_repeat_s)
        self._wanted: Key | None = None
        self._heard_of_loop = clock.monotonic()
        self._hushed_until = 0.0
        self._speaker: Speaker | None = None
        self._blocks = 0
        self._seen = 0
        self._moved_at = 0.0
        self._ask_at = 0.0
        self._open_at = 0.0
        self._state = SoundState()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> SoundState:
        """Whether the station can be heard."""
        return self._state

    def start(self) -> None:
        """Begin; returns at once."""
        self.alive()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Fall silent and give the device back; a second call does nothing."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._end.set()
            thread.join()

    def play(self, sounding: Sounding) -> None:
        """Let this be heard from now on: the device takes it with its next block, within 30 ms."""
        self._wanted = None if sounding.signal is None else (sounding.signal, sounding.since)
        self.alive()

    def alive(self) -> None:
        """The loop that decides what is heard is alive; say so at least every 5 s."""
        self._heard_of_loop = self._clock.monotonic()

    def hush(self, seconds: float) -> None:
        """Let the player's own alarm rest: a person asked for silence and the loop may be dead."""
        self._hushed_until = self._clock.monotonic() + seconds

    def key_now(self) -> Key | None:
        """What is to be heard at this moment."""
        now = self._clock.monotonic()
        if now - self._heard_of_loop < LOOP_SILENT_S:
            return self._wanted
        return None if now < self._hushed_until else (Signal.ALARM, self._heard_of_loop)

    def render(self, frames: int) -> bytes:
        """The next samples; the device's thread calls it."""
        self._blocks += 1
        return self._voice.render(self.key_now(), frames).tobytes()

    def look(self) -> None:
        """Open the device, or see whether it still takes samples; four times a second."""
        now = self._clock.monotonic()
        if self._speaker is None:
            if now >= self._open_at:
                self._try_to_open(now)
            return
        if self._blocks != self._seen:
            first = self._seen == 0
            self._seen, self._moved_at = self._blocks, now
            if not first and now >= self._ask_at:
                self._ask_at = now + ASK_S
                self._tell(self._speaker.trouble())
        elif now - self._moved_at >= STALLED_S:
            self._tell("the sound device does not take samples any more")
            self._close()
            self._open_at = now

    def _try_to_open(self, now: float) -> None:
        self._open_at = now + RETRY_S
        self._blocks = self._seen = 0
        self._moved_at, self._ask_at = now, now
        try:
            self._speaker = self._open(self.render)
        except DeviceError as error:
            self._tell(str(error))

    def _tell(self, why: str) -> None:
        """Take what was found; a line in the log for each edge, not for each try."""
        before, self._state = self._state, SoundState(not why, why)
        if before == self._state:
            return
        if why:
            _log.warning("no sound at this station: %s; trying again every %g s", why, RETRY_S)
        else:
            _log.info("sound plays through %s", self._speaker.name if self._speaker else "")

    def _close(self) -> None:
        speaker, self._speaker = self._speaker, None
        if speaker is not None:
            speaker.close()

    def _run(self) -> None:
        try:
            while not self._end.is_set():
                self.look()
                self._end.wait(LOOK_S)
        except Exception as error:  # noqa: BLE001 - a bug here must be told as silence, not end unseen in a thread
            _log.critical("the sound player has died", exc_info=error)
            self._state = SoundState(False, f"the sound player has died: {error}")
        finally:
            self._close()
