"""A serial port: bytes in and out, read by a thread of its own so that no driver of an adapter can hold the loop."""

import asyncio
import errno
import threading
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

import serial
from serial.tools import list_ports

from vmshmi.core.clock import Clock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.listening.feed import Heard, NeedsPerson
from vmshmi.runtime.drivers.listening.inbox import Inbox

_A = TypeVar("_A")
_CHUNKS = 4_096
_WRITE_TIMEOUT_S = 1.0
_PARITY = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}


class SerialPort:
    """One serial port, a `Feed[bytes]` of chunks as they come. No other program may open it meanwhile.

    Args:
        port: `/dev/ttyUSB0`, `COM3`.
        clock: stamps.
        baud: bits a second.
        parity: of each character.
        stop_bits: after each character.
    """

    def __init__(
        self,
        port: str,
        clock: Clock,
        baud: int = 4_800,
        parity: Literal["none", "even", "odd"] = "none",
        stop_bits: Literal[1, 2] = 1,
    ) -> None:
        self._port = port
        self._baud = baud
        self._parity = _PARITY[parity]
        self._stop_bits = stop_bits
        self._inbox = Inbox(clock, _CHUNKS)
        self._line: serial.Serial | None = None
        self._reader: threading.Thread | None = None
        self._closing = threading.Event()

    @property
    def address(self) -> str:
        """`/dev/ttyUSB0 4800 baud`."""
        return f"{self._port} {self._baud} baud"

    async def open(self) -> None:
        """Open the port and begin to read.

        Raises:
            DeviceError: no such port (it may be plugged in later), taken by another program, no permission.
            NeedsPerson: a speed that the port cannot do.
        """
        await self.close()
        self._inbox.clear()
        opening = asyncio.get_running_loop().run_in_executor(None, self._open)
        try:
            line = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_unwanted)
            raise
        self._line = line
        self._closing = closing = threading.Event()
        self._reader = threading.Thread(
            target=self._read,
            args=(line, closing, asyncio.get_running_loop()),
            name=f"serial:{self._port}",
            daemon=True,
        )
        self._reader.start()

    def _open(self) -> serial.Serial:
        try:
            return serial.Serial(
                self._port,
                self._baud,
                parity=self._parity,
                stopbits=self._stop_bits,
                exclusive=True,
                write_timeout=_WRITE_TIMEOUT_S,
            )
        except ValueError as error:
            raise NeedsPerson(f"{self._port}: {error}") from error
        except Exception as error:  # pyserial lets termios.error through, which is no OSError
            raise DeviceError(_open_text(self._port, error)) from error

    def _read(self, line: serial.Serial, closing: threading.Event, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: wait for a byte, take what came with it, hand it to the loop."""
        while not closing.is_set():
            try:
                data = line.read(1)
                data += line.read(line.in_waiting) if data else b""
            # TypeError: pyserial's own, where the port is closed while it is read
            except (OSError, serial.SerialException, TypeError) as error:
                lost = DeviceError(f"serial port {self._port} is gone: unplugged? ({_reason(error)})")
                _call(loop, self._inbox.lose, lost)
                return
            if data and not closing.is_set():
                _call(loop, self._inbox.put, data)

    async def receive(self) -> list[Heard[bytes]]:
        """Chunks in order; waits for one.

        Raises:
            DeviceError: when the port is gone.
        """
        return await self._inbox.take()

    async def send(self, data: bytes) -> None:
        """Write all of it.

        Raises:
            DeviceError: when the port is gone or takes nothing for a second.
        """
        line = self._line
        if line is None:
            raise DeviceError(f"serial port {self._port} is not open")
        try:
            await asyncio.to_thread(line.write, data)
        except (OSError, serial.SerialException, TypeError) as error:
            raise DeviceError(f"serial port {self._port} takes nothing: {_reason(error)}") from error

    async def close(self) -> None:
        """Let go of the port; a second call does nothing."""
        line, reader = self._line, self._reader
        self._line = self._reader = None
        self._closing.set()
        if line is not None and reader is not None:
            await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, _shut, line, reader))

    def counters(self) -> Mapping[str, int]:
        """Bytes, and chunks that found no room."""
        return {"bytes": self._inbox.received, "dropped": self._inbox.dropped}


def ports() -> list[str]:
    """The serial ports of this computer, in order."""
    return sorted(port.device for port in list_ports.comports())


def _call(loop: asyncio.AbstractEventLoop, what: Callable[[_A], None], argument: _A) -> None:
    """From the thread into the loop."""
    try:
        loop.call_soon_threadsafe(what, argument)
    except RuntimeError:
        return  # the loop has ended, nobody listens any more


def _shut(line: serial.Serial, reader: threading.Thread) -> None:
    """In a thread: an adapter that hangs may take its time here."""
    line.cancel_read()
    reader.join()
    line.close()


def _close_unwanted(opening: "asyncio.Future[serial.Serial]") -> None:
    """Whoever wanted the port has gone away while it was opened."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _open_text(port: str, error: Exception) -> str:
    match getattr(error, "errno", None):
        case errno.ENOENT | errno.ENXIO | errno.ENODEV:
            return f"there is no serial port {port}; there are: {', '.join(ports()) or 'none'}"
        case errno.EACCES | errno.EPERM:
            return f"no permission for serial port {port}: on Linux add the user to the group that owns it (dialout)"
        case errno.EAGAIN | errno.EBUSY:
            return f"serial port {port} is in use by another program"
        case _:
            return f"cannot open serial port {port}: {_reason(error)}"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error.args[-1]) if error.args else type(error).__name__
