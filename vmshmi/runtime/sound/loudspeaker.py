"""The one place that knows miniaudio: one sound device, open from its making until `close`.

Imported only when sound is wanted: the library is compiled and may be missing or not load.
"""

import contextlib
import ctypes
import sys
from collections.abc import Callable, Generator
from typing import Any, cast

import miniaudio

from vmshmi.core.errors import DeviceError
from vmshmi.runtime.sound.voice import RATE_HZ

PERIOD_MS = 30
PERIODS = 5
"""So many lie before the loudspeaker: what begins or ends is heard 150 ms later. With three a busy computer broke
every fourth pulse."""
REAL = ("WASAPI", "DSOUND", "WINMM", "COREAUDIO", "PULSEAUDIO", "ALSA", "JACK", "SNDIO", "AUDIO4", "OSS")
"""Every backend but the one that throws its samples away; those of other systems are passed over."""

_DUMMY = b"auto_null\0"
"""The sink that PulseAudio and PipeWire make when there is no sound card: it takes everything and nothing is heard."""

Render = Callable[[int], bytes]
_library: Any = miniaudio
"""For what comes out of its compiled half, which has no types."""


@ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
def _say_nothing(*_arguments: object) -> None:
    """Takes what ALSA would print: 50 lines for each try on a machine without a sound card."""


class _Device(miniaudio.PlaybackDevice):
    """Gives its context back too. The library keeps it, and with it a connection, until the program ends."""

    def close(self) -> None:
        super().close()
        context, self._context = getattr(self, "_context", None), None
        if context is not None:
            _library.lib.ma_context_uninit(context)


class Loudspeaker:
    """A sound device that plays from now on.

    Args:
        render: gives so many 16-bit samples of one channel; called in the device's own thread, every 30 ms.
        backends: names of miniaudio, tried in order.

    Raises:
        DeviceError: there is no sound device, it cannot be opened, or a backend has no such name.
    """

    def __init__(self, render: Render, backends: tuple[str, ...] = REAL) -> None:
        wanted = [_backend(name) for name in backends]
        if sys.platform.startswith("linux"):
            with contextlib.suppress(OSError, AttributeError):  # without ALSA there is nothing to keep quiet
                ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_say_nothing)
        feed = _feed(render)
        next(feed)
        try:
            self._device = _Device(
                miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE_HZ,
                buffersize_msec=PERIOD_MS,
                callback_periods=PERIODS,
                backends=wanted,
                app_name="vmshmi",
            )
            # a sound server goes on taking sound when the last card is gone: it must be asked
            served = self.name == "PulseAudio"
            self._server = miniaudio.Devices([miniaudio.Backend.PULSEAUDIO]) if served else None
            cast(Any, self._device).start(feed)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(f"no sound device can be opened ({_one_line(error)})") from error

    @property
    def name(self) -> str:
        """What it plays through."""
        return str(cast(Any, self._device).backend)

    def trouble(self) -> str:
        """Why nothing is heard although everything is taken; empty when nothing is known. Waits for a sound server."""
        if self._server is None:
            return ""
        try:
            found: list[dict[str, Any]] = self._server.get_playbacks()
        except miniaudio.MiniaudioError as error:
            return f"the sound server does not answer ({_one_line(error)})"
        if all(bytes(_library.ffi.buffer(each["id"])).startswith(_DUMMY) for each in found):
            return "the sound server has no sound card"
        return ""

    def close(self) -> None:
        """Give the device back; a second call does nothing."""
        self._device.close()


def _backend(name: str) -> miniaudio.Backend:
    try:
        return miniaudio.Backend[name]
    except KeyError:
        known = ", ".join(backend.name for backend in miniaudio.Backend)
        raise DeviceError(f"there is no sound backend {name!r}; there are {known}") from None


def _feed(render: Render) -> Generator[bytes, int, None]:
    frames = yield b""
    while True:
        frames = yield render(frames)


def _one_line(error: Exception) -> str:
    return " ".join(str(part) for part in error.args)
