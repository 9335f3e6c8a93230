"""pymodbus' own serial server on a pair of ptys, in a process of its own: an RTU unit that other people wrote.

Unit 1 holds 100 holding registers and 100 coils from address 0, register `n` holding `n`. A program answers first with
the name of the port the unit is reached on.
"""

import asyncio
import contextlib
import os
import sys
import tty

from pymodbus import FramerType
from pymodbus.server import StartAsyncSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.support.modbus_child import ChildServer, answer


def _bridge(loop: asyncio.AbstractEventLoop) -> tuple[str, str]:
    """Two ports; what is written to one is read from the other."""
    (one, near), (other, far) = os.openpty(), os.openpty()
    for end in (near, far):
        tty.setraw(end)

    def carry(source: int, target: int) -> None:
        with contextlib.suppress(OSError):
            os.write(target, os.read(source, 4096))

    loop.add_reader(one, carry, one, other)
    loop.add_reader(other, carry, other, one)
    return os.ttyname(near), os.ttyname(far)


async def _main() -> None:
    ours, theirs = _bridge(asyncio.get_running_loop())
    registers = [SimData(0, values=list(range(100)), datatype=DataType.REGISTERS)]
    coils = [SimData(0, values=[False] * 112, datatype=DataType.BITS)]
    unit = SimDevice(1, simdata=(coils, coils, registers, registers))
    answer(ours)
    await StartAsyncSerialServer(unit, framer=FramerType.RTU, port=theirs, baudrate=115_200)


class SerialServer(ChildServer):
    """The unit as a child process.

    Attributes:
        channel: the serial port it is reached on.
    """

    def __init__(self) -> None:
        super().__init__("tests.support.modbus_serial_server")
        self.channel: str = self.port  # type: ignore[assignment]  # the first line says where it is


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
