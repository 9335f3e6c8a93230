"""RTU units that lie as they are told, on a pty and behind a TCP port, in a process of their own; no pymodbus in it.

The truth about register `n` of any unit is `truth(n)`, until it is written. A fault may be limited to one unit, to
requests that begin at one address, to writes, and to so many times. The units answer one request after the other.
"""

import asyncio
import contextlib
import json
import os
import random
import struct
import sys
import tempfile
import threading
import tty
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.modbus_child import ChildServer, answer
from tests.support.modbus_faults import HOLE, LIE, truth

LATE_S = 0.35
"""How much too late `late` is: later than the quiet time of these tests."""
SLOW_S = 0.13
_READS = (1, 2, 3, 4)
_WRITES = (5, 6, 15, 16, 22)


def crc(data: bytes) -> bytes:
    """The checksum, bit by bit as the standard draws it."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return struct.pack("<H", register)


def frame(unit: int, pdu: bytes) -> bytes:
    """A frame with its checksum."""
    body = bytes([unit]) + pdu
    return body + crc(body)


@dataclass(frozen=True)
class Asked:
    """One request and the way back."""

    send: Callable[[bytes], None]
    memory: "Memory"
    unit: int
    pdu: bytes

    @property
    def function(self) -> int:
        return self.pdu[0]

    @property
    def address(self) -> int:
        return int.from_bytes(self.pdu[1:3], "big")

    @property
    def count(self) -> int:
        return int.from_bytes(self.pdu[3:5], "big")

    def right(self) -> bytes:
        """The true answer's PDU, the effect of a write included."""
        return self.memory.answer(self.unit, self.pdu)

    def lies(self, count: int | None = None, function: int | None = None) -> bytes:
        """A PDU with nothing but lies."""
        data = struct.pack(">H", LIE) * (self.count if count is None else count)
        return bytes([self.function if function is None else function, len(data)]) + data

    def reply(self, pdu: bytes, unit: int | None = None) -> None:
        """Put a frame on the line."""
        self.send(frame(self.unit if unit is None else unit, pdu))


class Memory:
    """What the units hold, and every write that came."""

    def __init__(self) -> None:
        self.registers: dict[tuple[int, int], int] = {}
        self.coils: dict[tuple[int, int], bool] = {}
        self.writes: list[tuple[int, str]] = []

    def register(self, unit: int, address: int) -> int:
        return self.registers.get((unit, address), truth(address))

    def answer(self, unit: int, pdu: bytes) -> bytes:
        function, address, count = pdu[0], *struct.unpack(">HH", pdu[1:5])
        if function in (3, 4):
            data = b"".join(struct.pack(">H", self.register(unit, n)) for n in range(address, address + count))
            return bytes([function, len(data)]) + data
        if function in (1, 2):
            bits = sum(self.coils.get((unit, address + n), False) << n for n in range(count))
            data = bits.to_bytes((count + 7) // 8, "little")
            return bytes([function, len(data)]) + data
        if function == 5:
            self.coils[unit, address] = count == 0xFF00
        elif function == 6:
            self.registers[unit, address] = count
        elif function == 15:
            bits = int.from_bytes(pdu[6:], "little")
            self.coils.update({(unit, address + n): bool(bits >> n & 1) for n in range(count)})
        elif function == 16:
            words = struct.unpack(f">{count}H", pdu[6:])
            self.registers.update({(unit, address + n): word for n, word in enumerate(words)})
        elif function == 22:
            both, ones = struct.unpack(">HH", pdu[3:7])
            self.registers[unit, address] = (self.register(unit, address) & both) | (ones & ~both)
        else:
            return bytes([function | 0x80, 1])
        return pdu[:5] if function in (15, 16) else pdu


Fault = Callable[[Asked], Awaitable[None]]
_FAULTS: dict[str, Fault] = {}


def _fault(function: Fault) -> Fault:
    _FAULTS[function.__name__.strip("_")] = function
    return function


async def _good(asked: Asked) -> None:
    asked.reply(asked.right())


@_fault
async def _hang(asked: Asked) -> None:
    pass


@_fault
async def _deaf_after(asked: Asked) -> None:
    """Does what is asked and says nothing."""
    asked.right()


@_fault
async def _random_bytes(asked: Asked) -> None:
    asked.send(random.Random(asked.address).randbytes(20))


@_fault
async def _bad_crc(asked: Asked) -> None:
    whole = frame(asked.unit, asked.lies())
    asked.send(whole[:-1] + bytes([whole[-1] ^ 1]))


@_fault
async def _truncated(asked: Asked) -> None:
    asked.send(frame(asked.unit, asked.lies())[:-3])


@_fault
async def _foreign_unit(asked: Asked) -> None:
    asked.reply(asked.lies(), unit=asked.unit + 1)


@_fault
async def _half(asked: Asked) -> None:
    asked.reply(asked.lies(asked.count // 2))


@_fault
async def _three_more(asked: Asked) -> None:
    asked.reply(asked.lies(asked.count + 3))


@_fault
async def _other_function(asked: Asked) -> None:
    asked.reply(asked.lies(function=4))


@_fault
async def _unknown_function(asked: Asked) -> None:
    asked.reply(asked.lies(function=99))


@_fault
async def _exception_of_other_function(asked: Asked) -> None:
    asked.reply(bytes([0x84, 2]))


@_fault
async def _late(asked: Asked) -> None:
    """The whole answer too late; what is asked meanwhile is answered after it."""
    await asyncio.sleep(LATE_S)
    asked.reply(asked.lies())


@_fault
async def _slow(asked: Asked) -> None:
    """Every answer is true and in order, and later than these tests wait."""
    await asyncio.sleep(SLOW_S)
    await _good(asked)


@_fault
async def _hole(asked: Asked) -> None:
    if asked.function in _READS and asked.address <= HOLE < asked.address + asked.count:
        asked.reply(bytes([asked.function | 0x80, 2]))
    else:
        await _good(asked)


@_fault
async def _noise_before(asked: Asked) -> None:
    asked.send(b"\x00\xff\x83" + frame(asked.unit, asked.right()))


@_fault
async def _junk_after(asked: Asked) -> None:
    asked.send(frame(asked.unit, asked.right()) + b"\xff\x00")


@_fault
async def _echo(asked: Asked) -> None:
    asked.send(frame(asked.unit, asked.pdu))
    await _good(asked)


@_fault
async def _echo_only(asked: Asked) -> None:
    """The adapter echoes and the unit is dead."""
    asked.send(frame(asked.unit, asked.pdu))


@_fault
async def _byte_by_byte(asked: Asked) -> None:
    for byte in frame(asked.unit, asked.right()):
        asked.send(bytes([byte]))
        await asyncio.sleep(0)


@_fault
async def _foreign_then_good(asked: Asked) -> None:
    asked.reply(asked.lies(), unit=asked.unit + 1)
    await _good(asked)


@_fault
async def _wrong_echo(asked: Asked) -> None:
    """Takes another value than was sent."""
    asked.reply(asked.pdu[:3] + b"\x12\x34" + asked.pdu[5:])


def _exception(code: int) -> Fault:
    async def refuse(asked: Asked) -> None:
        asked.reply(bytes([asked.function | 0x80, code]))

    return refuse


for _code in (1, 2, 4, 5, 6, 11):
    _FAULTS[f"exception_{_code}"] = _exception(_code)


class _Server:
    def __init__(self, folder: Path) -> None:
        self.channel = folder / "ttyRTU"
        self.memory = Memory()
        self.fault = ""
        self.limits: dict[str, object] = {}
        self.times: int | None = None
        self.requests = 0
        self._pty = -1
        self._queue: asyncio.Queue[tuple[Callable[[bytes], None], int, bytes]] = asyncio.Queue()

    def tell(self, command: dict[str, object]) -> None:
        if "fault" in command:
            self.fault = str(command.pop("fault"))
            self.times = command.pop("times", None)  # type: ignore[assignment]  # JSON of this file's own parent
            self.limits = command
        if command.get("plug") is False:
            self._unplug()
        if command.get("plug") is True:
            self.plug()

    def plug(self) -> None:
        self._pty, slave = os.openpty()
        tty.setraw(slave)
        self.channel.unlink(missing_ok=True)
        self.channel.symlink_to(os.ttyname(slave))
        pty, parser = self._pty, Parser()
        asyncio.get_running_loop().add_reader(pty, self._on_pty, pty, parser)

    def _unplug(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pty)
        os.close(self._pty)
        self.channel.unlink()

    def _on_pty(self, pty: int, parser: "Parser") -> None:
        try:
            data = os.read(pty, 4096)
        except OSError:  # nobody has the other end open
            return
        self._take(data, parser, lambda data: _write(pty, data))

    async def on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parser = Parser()
        while data := await reader.read(4096):
            self._take(data, parser, writer.write)
        writer.close()

    def _take(self, data: bytes, parser: "Parser", send: Callable[[bytes], None]) -> None:
        for unit, pdu in parser.feed(data):
            self.requests += 1
            if pdu[0] in _WRITES:
                self.memory.writes.append((unit, pdu.hex()))
            self._queue.put_nowait((send, unit, pdu))

    async def serve(self) -> None:
        while True:
            send, unit, pdu = await self._queue.get()
            asked = Asked(send, self.memory, unit, pdu)
            await self._choose(asked)(asked)

    def _choose(self, asked: Asked) -> Fault:
        if self.fault not in _FAULTS or self.times == 0:
            return _good
        is_write = asked.function in _WRITES
        for key, own in (("unit", asked.unit), ("address", asked.address), ("write", is_write)):
            if self.limits.get(key) not in (None, own):
                return _good
        if self.times is not None:
            self.times -= 1
        return _FAULTS[self.fault]


def _write(pty: int, data: bytes) -> None:
    with contextlib.suppress(OSError):  # unplugged
        os.write(pty, data)


class Parser:
    """Cuts requests out of a stream; what has a wrong checksum clears it."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        self._buffer += data
        found: list[tuple[int, bytes]] = []
        while len(self._buffer) >= 8:
            function = self._buffer[1]
            length = 9 + self._buffer[6] if function in (15, 16) else 10 if function == 22 else 8
            if len(self._buffer) < length:
                break
            whole, self._buffer = self._buffer[:length], self._buffer[length:]
            if crc(whole[:-2]) != whole[-2:]:
                self._buffer = b""
                break
            found.append((whole[0], whole[1:-2]))
        return found


def _listen(server: _Server, loop: asyncio.AbstractEventLoop) -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(server.tell, json.loads(line))
        done = threading.Event()
        loop.call_soon_threadsafe(done.set)
        done.wait()
        answer({"requests": server.requests, "writes": server.memory.writes})


async def _main(port: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rtu") as folder:
        server = _Server(Path(folder))
        server.plug()
        listening = await asyncio.start_server(server.on_connection, "127.0.0.1", port)
        answer([listening.sockets[0].getsockname()[1], str(server.channel)])
        threading.Thread(target=_listen, args=(server, asyncio.get_running_loop()), daemon=True).start()
        await server.serve()


class RtuServer(ChildServer):
    """The units as a child process; honest until told otherwise.

    Attributes:
        port: of TCP.
        channel: the serial port.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__("tests.support.modbus_rtu", port)
        said: list = self.port  # type: ignore[assignment]  # the first line says both
        self.port, self.channel = said

    def be(self, fault: str, **limits: int | bool | None) -> None:
        """Answer like this from now on; limits are `unit`, `address`, `write`, `times`."""
        self.say({"fault": fault, **limits})

    def be_honest(self) -> None:
        """Answer rightly from now on."""
        self.be("")

    def plug(self, *, into: bool) -> None:
        """Pull the adapter out, or put it in again under the same name."""
        self.say({"plug": into})

    def requests(self) -> int:
        """Requests since the start."""
        return self.say({})["requests"]

    def writes(self) -> list[tuple[int, str]]:
        """Unit and PDU in hexadecimal of every write that ever came, whatever was answered."""
        return [tuple(write) for write in self.say({})["writes"]]


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
