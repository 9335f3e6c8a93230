"""A serial port on a pseudo terminal: the other end is this test."""

import asyncio
import os
import pty
import termios
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from vmshmi.core.errors import DeviceError
from vmshmi.runtime.drivers.listening import serial_port
from vmshmi.runtime.drivers.listening.feed import NeedsPerson
from vmshmi.runtime.drivers.listening.serial_port import SerialPort

_PATIENCE_S = 5.0


@dataclass
class _Cable:
    """A line whose far end the test holds."""

    far: int
    port: str

    def unplug(self) -> None:
        if self.far >= 0:
            os.close(self.far)
        self.far = -1


@pytest.fixture
def cable() -> Iterator[_Cable]:
    far, near = pty.openpty()
    tty.setraw(near)
    made = _Cable(far, os.ttyname(near))
    os.close(near)
    yield made
    made.unplug()


async def _receive(line: SerialPort, size: int) -> bytes:
    data = b""
    async with asyncio.timeout(_PATIENCE_S):
        while len(data) < size:
            data += b"".join(chunk for _, chunk in await line.receive())
    return data


async def test_all_that_is_said_is_heard_and_the_answer_goes_out(cable: _Cable) -> None:
    line = SerialPort(cable.port, FakeClock())
    await line.open()
    said = b"".join(b"$GPGLL,%04d*00\r\n" % number for number in range(200))
    os.write(cable.far, said[:2000])
    heard = await _receive(line, 2000)
    os.write(cable.far, said[2000:])
    assert heard + await _receive(line, len(said) - 2000) == said
    await line.send(b"hello")
    assert os.read(cable.far, 100) == b"hello"
    assert line.counters() == {"bytes": len(said), "dropped": 0}
    await line.close()
    await line.close()


async def test_a_port_can_be_opened_again_after_it_was_closed(cable: _Cable) -> None:
    line = SerialPort(cable.port, FakeClock(), 9_600, stop_bits=2)
    for _ in range(3):
        await line.open()
        os.write(cable.far, b"again")
        assert await _receive(line, 5) == b"again"
        await line.close()


async def test_unplugging_is_noticed(cable: _Cable) -> None:
    line = SerialPort(cable.port, FakeClock())
    await line.open()
    os.write(cable.far, b"last")
    assert await _receive(line, 4) == b"last"
    cable.unplug()
    async with asyncio.timeout(_PATIENCE_S):
        with pytest.raises(DeviceError, match=f"serial port {cable.port} is gone: unplugged"):
            await line.receive()
    await line.close()


async def test_a_port_that_is_not_there_is_named_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial_port, "ports", lambda: ["/dev/ttyS0", "/dev/ttyUSB1"])
    with pytest.raises(DeviceError) as caught:
        await SerialPort("/dev/ttyUSB0", FakeClock()).open()
    assert not isinstance(caught.value, NeedsPerson)
    assert str(caught.value) == "there is no serial port /dev/ttyUSB0; there are: /dev/ttyS0, /dev/ttyUSB1"


async def test_two_programs_do_not_share_a_port(cable: _Cable) -> None:
    first, second = SerialPort(cable.port, FakeClock()), SerialPort(cable.port, FakeClock())
    await first.open()
    with pytest.raises(DeviceError, match="is in use by another program"):
        await second.open()
    await first.close()
    await second.open()
    await second.close()


async def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    with pytest.raises(DeviceError, match="cannot open serial port"):
        await SerialPort(str(file), FakeClock()).open()


async def test_a_setting_that_the_port_refuses_is_told(cable: _Cable, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise termios.error(22, "Invalid argument")

    monkeypatch.setattr(termios, "tcsetattr", refuse)
    with pytest.raises(DeviceError, match=f"cannot open serial port {cable.port}: Invalid argument"):
        await SerialPort(cable.port, FakeClock(), parity="even").open()


async def test_whoever_stops_waiting_for_a_port_leaves_it_free(cable: _Cable) -> None:
    line = SerialPort(cable.port, FakeClock())
    opening = asyncio.create_task(line.open())
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    other = SerialPort(cable.port, FakeClock())
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            try:
                await other.open()
            except DeviceError:
                await asyncio.sleep(0.01)
            else:
                break
    await other.close()


async def test_writing_to_a_closed_port_says_so(cable: _Cable) -> None:
    with pytest.raises(DeviceError, match="is not open"):
        await SerialPort(cable.port, FakeClock()).send(b"x")
