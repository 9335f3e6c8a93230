"""A Modbus TCP server that lies as it is told, in a process of its own; written on plain asyncio, byte by byte.

The truth about holding register `n` of any unit is `truth(n)`; every lie carries `LIE` where a number is wanted. A
fault may be limited to requests that begin at one address.
"""

import asyncio
import json
import random
import struct
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.support.modbus_child import ChildServer, answer

LIE = 0xDEAD
LATE_S = 0.6
"""How long `late` waits; so much more than the time-out of the driver in these tests that no busy machine blurs it."""
SLOW_S = 0.1
"""How long `slow` waits: several polls of these tests."""
HOLE = 5
"""The register that `hole` refuses."""


def truth(register: int) -> int:
    """What a register really holds; never `LIE`."""
    return (register * 7 + 3) & 0x7FFF


@dataclass(frozen=True)
class Asked:
    """One request and the way back."""

    writer: asyncio.StreamWriter
    transaction: int
    unit: int
    function: int
    address: int
    count: int

    def right(self) -> bytes:
        """The data bytes of the true answer."""
        return b"".join(struct.pack(">H", truth(n)) for n in range(self.address, self.address + self.count))

    def lies(self, count: int | None = None) -> bytes:
        """Data bytes of an answer with nothing but lies."""
        return struct.pack(">H", LIE) * (self.count if count is None else count)

    def frame(self, pdu: bytes, *, transaction: int | None = None, unit: int | None = None, protocol: int = 0) -> bytes:
        """A frame around a PDU."""
        number = self.transaction if transaction is None else transaction
        return struct.pack(">HHHB", number, protocol, len(pdu) + 1, self.unit if unit is None else unit) + pdu

    def reading(self, data: bytes, function: int | None = None) -> bytes:
        """A PDU that answers a read."""
        return bytes([self.function if function is None else function, len(data)]) + data

    def send(self, data: bytes) -> None:
        """Put bytes on the wire."""
        self.writer.write(data)


Fault = Callable[[Asked], Awaitable[None]]
_FAULTS: dict[str, Fault] = {}


def _fault(function: Fault) -> Fault:
    _FAULTS[function.__name__.strip("_")] = function
    return function


async def _good(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.right())))


@_fault
async def _hang(asked: Asked) -> None:
    pass


@_fault
async def _fin(asked: Asked) -> None:
    asked.writer.close()


@_fault
async def _rst(asked: Asked) -> None:
    asked.writer.transport.abort()


@_fault
async def _random_bytes(asked: Asked) -> None:
    asked.send(random.Random(asked.transaction).randbytes(20))


@_fault
async def _wrong_protocol(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies()), protocol=7))


@_fault
async def _wrong_transaction(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies()), transaction=(asked.transaction + 1) & 0xFFFF))


@_fault
async def _zero_transaction(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies()), transaction=0))


@_fault
async def _wrong_unit(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies()), unit=asked.unit + 1))


@_fault
async def _half(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies(asked.count // 2))))


@_fault
async def _three_more(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies(asked.count + 3))))


@_fault
async def _other_function(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies(), function=4)))


@_fault
async def _unknown_function(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.lies(), function=0x63)))


@_fault
async def _byte_count_high(asked: Asked) -> None:
    data = asked.lies()
    asked.send(asked.frame(bytes([asked.function, len(data) + 2]) + data))


@_fault
async def _byte_count_low(asked: Asked) -> None:
    data = asked.lies()
    asked.send(asked.frame(bytes([asked.function, len(data) - 2]) + data))


@_fault
async def _length_high(asked: Asked) -> None:
    """The header announces more than comes: the next answer would be swallowed."""
    pdu = asked.reading(asked.lies())
    asked.send(struct.pack(">HHHB", asked.transaction, 0, len(pdu) + 1 + 40, asked.unit) + pdu)


@_fault
async def _length_huge(asked: Asked) -> None:
    pdu = asked.reading(asked.lies())
    asked.send(struct.pack(">HHHB", asked.transaction, 0, 0xFFFF, asked.unit) + pdu)


@_fault
async def _length_low(asked: Asked) -> None:
    """The header announces less than comes: the rest would be taken for a header."""
    pdu = asked.reading(asked.lies())
    asked.send(struct.pack(">HHHB", asked.transaction, 0, len(pdu) + 1 - 4, asked.unit) + pdu)


@_fault
async def _empty_pdu(asked: Asked) -> None:
    asked.send(struct.pack(">HHHB", asked.transaction, 0, 1, asked.unit))


@_fault
async def _bare_function(asked: Asked) -> None:
    asked.send(asked.frame(bytes([asked.function])))


@_fault
async def _exception_of_other_function(asked: Asked) -> None:
    asked.send(asked.frame(bytes([0x84, 2])))


@_fault
async def _long_exception(asked: Asked) -> None:
    asked.send(asked.frame(bytes([asked.function | 0x80, 2, 0, 0])))


@_fault
async def _stale_then_good(asked: Asked) -> None:
    """An answer of the request before and the right one in one segment."""
    stale = asked.frame(asked.reading(asked.lies()), transaction=(asked.transaction - 1) & 0xFFFF)
    asked.send(stale + asked.frame(asked.reading(asked.right())))


@_fault
async def _good_then_junk(asked: Asked) -> None:
    asked.send(asked.frame(asked.reading(asked.right())) + b"\xff" * 9)


@_fault
async def _twice(asked: Asked) -> None:
    good = asked.frame(asked.reading(asked.right()))
    asked.send(good + asked.frame(asked.reading(asked.lies())))


@_fault
async def _byte_by_byte(asked: Asked) -> None:
    for byte in asked.frame(asked.reading(asked.right())):
        asked.send(bytes([byte]))
        await asyncio.sleep(0)


@_fault
async def _split(asked: Asked) -> None:
    data = asked.frame(asked.reading(asked.right()))
    for part in (data[:3], data[3:8], data[8:]):
        asked.send(part)
        await asyncio.sleep(0.01)


@_fault
async def _split_over_timeout(asked: Asked) -> None:
    """Half an answer in time, the rest too late."""
    data = asked.frame(asked.reading(asked.lies()))
    asked.send(data[:9])
    await asyncio.sleep(LATE_S)
    asked.send(data[9:])


@_fault
async def _late(asked: Asked) -> None:
    """The whole answer too late, when other requests have been answered long ago."""
    asyncio.get_running_loop().call_later(LATE_S, asked.send, asked.frame(asked.reading(asked.lies())))


@_fault
async def _slow(asked: Asked) -> None:
    """The right answer after some polls' time."""
    await asyncio.sleep(SLOW_S)
    await _good(asked)


@_fault
async def _hole(asked: Asked) -> None:
    """One register is not there: exception 2 to every request that touches it."""
    if asked.address <= HOLE < asked.address + asked.count:
        asked.send(asked.frame(bytes([asked.function | 0x80, 2])))
    else:
        await _good(asked)


@_fault
async def _one_at_a_time(asked: Asked) -> None:
    """More than one register in a request is refused with exception 3."""
    if asked.count > 1:
        asked.send(asked.frame(bytes([asked.function | 0x80, 3])))
    else:
        await _good(asked)


def _exception(code: int) -> Fault:
    async def refuse(asked: Asked) -> None:
        asked.send(asked.frame(bytes([asked.function | 0x80, code])))

    return refuse


for _code in (1, 2, 3, 4, 5, 6, 8, 10, 11, 99):
    _FAULTS[f"exception_{_code}"] = _exception(_code)


_CLOSE_AT_ONCE = "close_at_once"
"""Takes a connection and closes it, before anything is asked."""
_FAULTS[_CLOSE_AT_ONCE] = _fin


class _Server:
    def __init__(self) -> None:
        self.fault = ""
        self.address: int | None = None
        self.unit: int | None = None
        self.times: int | None = None
        self.requests = 0
        self.connections = 0

    def tell(self, command: dict[str, object]) -> None:
        if "fault" in command:
            self.fault = str(command["fault"])
            self.address = command.get("address")  # type: ignore[assignment]  # JSON of this file's own parent
            self.unit = command.get("unit")  # type: ignore[assignment]
            self.times = command.get("times")  # type: ignore[assignment]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.fault == _CLOSE_AT_ONCE and self.times != 0:
            writer.close()
            return
        try:
            while True:
                header = await reader.readexactly(7)
                transaction, _, length, unit = struct.unpack(">HHHB", header)
                function, address, count = struct.unpack(">BHH", await reader.readexactly(length - 1))
                self.requests += 1
                await self._choose(address, unit)(Asked(writer, transaction, unit, function, address, count))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _choose(self, address: int, unit: int) -> Fault:
        if self.fault not in _FAULTS or self.times == 0:
            return _good
        if self.address not in (None, address) or self.unit not in (None, unit):
            return _good
        if self.times is not None:
            self.times -= 1
        return _FAULTS[self.fault]


def _listen(server: _Server, loop: asyncio.AbstractEventLoop) -> None:
    """Take commands in a thread of its own: one line, one answer."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(server.tell, json.loads(line))
        done = threading.Event()
        loop.call_soon_threadsafe(done.set)
        done.wait()
        answer({"requests": server.requests, "connections": server.connections})


async def _main(port: int) -> None:
    server = _Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", port)
    answer(listening.sockets[0].getsockname()[1])
    threading.Thread(target=_listen, args=(server, asyncio.get_running_loop()), daemon=True).start()
    await listening.serve_forever()


class FaultServer(ChildServer):
    """The lying server as a child process; honest until told otherwise."""

    def __init__(self, port: int = 0) -> None:
        super().__init__("tests.support.modbus_faults", port)

    def be(self, fault: str, **limits: int | None) -> None:
        """Answer like this from now on; limits are `address` and `unit` of the request, and how many `times`."""
        self.say({"fault": fault, **limits})

    def be_honest(self) -> None:
        """Answer rightly from now on."""
        self.be("")

    def counts(self) -> dict[str, int]:
        """`requests` and `connections` since the start."""
        return self.say({})


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
