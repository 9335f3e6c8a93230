"""The thread that reads one bus: python-can blocks, and its own asyncio reader falls silent at the first bus error."""

import logging
import socket
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from vmshmi.core.clock import Clock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.canbus.bus import Bus, described, system_error
from vmshmi.runtime.drivers.canbus.counts import FrameCounts
from vmshmi.runtime.drivers.canbus.frame import CanFrame
from vmshmi.runtime.drivers.canbus.messages import to_frame
from vmshmi.runtime.drivers.listening import Heard

_log = logging.getLogger(__name__)

_RECEIVE_S = 0.2
"""So long a stop may take."""
_WAITING = 20_000
"""Frames: eleven seconds of a full bus of 250 kbit/s."""
_GARBAGE = 1_000
"""After so many pieces without a frame between them what is heard is no CAN bus."""
_TICK = timedelta(microseconds=1)
_SAME_TIME = timedelta(seconds=1)


@runtime_checkable
class Flushable(Protocol):
    """A bus that can be told to forget what has come in."""

    def flush(self) -> None:
        """Forget."""
        ...


class BusReader(threading.Thread):
    """Opens a bus, reads it until it is lost or `stop` is called, closes it. Never started twice.

    Args:
        name: of the thread.
        open_bus: blocks; raises DeviceError.
        clock: stamps each frame as it comes.
        counts: only this thread writes into it, as long as it lives.
    """

    def __init__(self, name: str, open_bus: Callable[[], Bus], clock: Clock, counts: FrameCounts) -> None:
        # a daemon: an adapter that hangs while it is opened must not hold up the end of the program
        super().__init__(name=name, daemon=True)
        self._open_bus = open_bus
        self._clock = clock
        self._counts = counts
        self._waiting: deque[Heard[CanFrame]] = deque()
        self._stopping = threading.Event()
        self._last: datetime | None = None
        self._garbage = 0
        self.is_open = False
        self.error: DeviceError | None = None
        """Why it ended."""

    def stop(self) -> None:
        """Ask it to end; it does within a fraction of a second, or when the bus that hangs lets it."""
        self._stopping.set()

    def take(self, most: int) -> list[Heard[CanFrame]]:
        """The oldest frames that wait. Any thread, one at a time."""
        waiting = self._waiting
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    def run(self) -> None:
        """Read."""
        try:
            bus = self._open_bus()
        except DeviceError as error:
            self.error = error
            return
        try:
            self.is_open = True
            while not self._stopping.is_set():
                self._read(bus)
        except DeviceError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - each adapter of python-can raises its own: the bus is lost
            self.error = DeviceError(described(error))
        finally:
            self._close(bus)

    def _read(self, bus: Bus) -> None:
        """One message, one silence, or one piece of garbage.

        Raises:
            DeviceError: when the bus is lost.
        """
        try:
            message = bus.recv(_RECEIVE_S)
        except Exception as error:  # each adapter of python-can raises its own
            if not _is_garbage(error):
                raise
            self._on_garbage(bus, error)
            return
        if message is None:
            if _is_hung_up(bus):
                raise DeviceError("the other end closed the connection")
            return
        frame = to_frame(message, self._counts)
        if frame is None:
            return
        self._garbage = 0
        self._counts.frames += 1
        if len(self._waiting) >= _WAITING:
            self._counts.dropped += 1
            return
        self._waiting.append((self._stamp(), frame))

    def _on_garbage(self, bus: Bus, error: Exception) -> None:
        self._counts.unreadable += 1
        self._garbage += 1
        if self._garbage >= _GARBAGE:
            raise DeviceError("what is heard is no CAN: is the bit rate right?")
        if isinstance(error.__cause__, UnicodeDecodeError) and isinstance(bus, Flushable):
            bus.flush()  # slcan keeps bytes that are no letters, and would fail on them again

    def _stamp(self) -> datetime:
        """Now; never the same twice, because history keeps one row a tag and microsecond."""
        now, last = self._clock.now(), self._last
        if last is not None and now <= last < now + _SAME_TIME:
            now = last + _TICK
        self._last = now
        return now

    def _close(self, bus: Bus) -> None:
        try:
            bus.shutdown()
        except Exception as error:  # noqa: BLE001 - slcan says goodbye on the wire, which fails when that is gone
            _log.debug("%s: closing: %s", self.name, described(error))


def _is_garbage(error: Exception) -> bool:
    """Whether something was heard that is no frame; a line of slcan or a foreign datagram must not cost the bus."""
    if system_error(error) is not None:
        return False
    return isinstance(error, (ValueError, LookupError)) or error.__cause__ is not None


def _is_hung_up(bus: Bus) -> bool:
    """Whether socketcand has gone: python-can reads the end of the connection as nothing, for ever."""
    connection = getattr(bus, "_SocketCanDaemonBus__socket", None)
    if not isinstance(connection, socket.socket):
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
