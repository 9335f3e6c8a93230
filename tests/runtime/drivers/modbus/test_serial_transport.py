"""What is written to a serial line goes out in order, and nothing of it is left when the line is given up."""

import asyncio
from typing import cast

from tests.support.fake_clock import FakeClock
from tests.support.waiting import until
from vmshmi.runtime.drivers.listening import SerialPort
from vmshmi.runtime.drivers.modbus.connect import open_serial
from vmshmi.runtime.drivers.modbus.rtu_link import Port, RtuLink


class SlowPort(SerialPort):
    """A port that takes bytes only when it is told to, and hears nothing."""

    def __init__(self) -> None:
        super().__init__("slow", FakeClock())
        self.begun: list[bytes] = []
        self.takes = asyncio.Event()

    async def open(self) -> None:
        """Nothing to open."""

    async def send(self, data: bytes) -> None:
        """Hold the bytes back."""
        self.begun.append(data)
        await self.takes.wait()


class KeptPort:
    """A link that only keeps what carries its bytes."""

    port: Port

    def connection_made(self, transport: object) -> None:
        """As asyncio calls it."""
        self.port = cast("Port", transport)


async def with_two_questions(port: SlowPort) -> Port:
    """A line on which the first of two questions is being sent."""
    link = KeptPort()
    await open_serial(port, lambda: cast("RtuLink", link), 1.0)
    link.port.write(b"first")
    link.port.write(b"second")
    await until(lambda: bool(port.begun))
    return link.port


def speaking() -> int:
    return sum(task.get_name().startswith("modbus") for task in asyncio.all_tasks())


async def test_a_second_question_waits_until_the_first_is_sent() -> None:
    port = SlowPort()
    line = await with_two_questions(port)
    for _ in range(10):
        await asyncio.sleep(0)
    assert port.begun == [b"first"]
    port.takes.set()
    await until(lambda: port.begun == [b"first", b"second"])
    line.abort()
    await until(lambda: speaking() == 0)


async def test_a_line_that_is_given_up_sends_nothing_more() -> None:
    port = SlowPort()
    line = await with_two_questions(port)
    line.abort()
    await until(lambda: speaking() == 0)
    port.takes.set()
    await asyncio.sleep(0)
    assert port.begun == [b"first"]
