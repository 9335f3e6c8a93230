"""A Modbus TCP server that shares no code with our client: pyModbusTCP, in a process of its own.

As a program it reads one JSON object a line from its standard input and answers each with one line. An object
`{"set": [[unit, table, address, [numbers]], ...]}` puts numbers into tables; what was never put is a hole (exception
2).
`{"drift": true}` lets every number be another one at each read from then on. The answer says how many reads there were
since the start, and every write that came over the wire.

pyModbusTCP has one data bank for all units; its data handler is replaced by one that looks at the unit id. A unit of
which nothing was ever put answers with exception 11, as a gateway does.
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence

from pyModbusTCP.constants import EXP_DATA_ADDRESS, EXP_NONE
from pyModbusTCP.server import DataHandler, ModbusServer

from tests.support.modbus_child import ChildServer, answer

Write = tuple[int, str, int, Sequence[int | bool]]
"""Unit, table (`holding`, `input`, `coil`, `discrete`), first address, numbers."""

_NO_SUCH_UNIT = 11


class _Units(DataHandler):
    """Numbers by unit, table and address; holes are refused."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: dict[tuple[int, str], dict[int, int | bool]] = {}
        self.requests = 0
        self.is_drifting = False
        self.written: list[Write] = []

    def put(self, writes: Iterable[Write]) -> None:
        for unit, table, address, numbers in writes:
            cells = self.cells.setdefault((unit, table), {})
            cells.update(enumerate(numbers, start=address))

    def _read(self, table: str, address: int, count: int, srv_info) -> DataHandler.Return:
        self.requests += 1
        unit = srv_info.recv_frame.mbap.unit_id
        if not any(known == unit for known, _ in list(self.cells)):
            return DataHandler.Return(exp_code=_NO_SUCH_UNIT)
        cells = self.cells.get((unit, table), {})
        numbers = [cells.get(at) for at in range(address, address + count)]
        if None in numbers:
            return DataHandler.Return(exp_code=EXP_DATA_ADDRESS)
        if self.is_drifting:
            numbers = [number + self.requests & 0xFFFF for number in numbers if number is not None]
        return DataHandler.Return(exp_code=EXP_NONE, data=numbers)

    def read_coils(self, address, count, srv_info):
        return self._read("coil", address, count, srv_info)

    def read_d_inputs(self, address, count, srv_info):
        return self._read("discrete", address, count, srv_info)

    def read_h_regs(self, address, count, srv_info):
        return self._read("holding", address, count, srv_info)

    def read_i_regs(self, address, count, srv_info):
        return self._read("input", address, count, srv_info)

    def write_coils(self, address, bits_l, srv_info):
        return self._write(srv_info.recv_frame.mbap.unit_id, "coil", address, bits_l)

    def write_h_regs(self, address, words_l, srv_info):
        return self._write(srv_info.recv_frame.mbap.unit_id, "holding", address, words_l)

    def _write(self, unit: int, table: str, address: int, numbers: Sequence[int | bool]) -> DataHandler.Return:
        self.written.append((unit, table, address, numbers))
        self.put([(unit, table, address, numbers)])
        return DataHandler.Return(exp_code=EXP_NONE)


def start_here(port: int, writes: Iterable[Write]) -> ModbusServer:
    """Start a server in threads of this process; `port` 0 takes a free one."""
    return _start(port, _Units(), writes)


def _start(port: int, units: _Units, writes: Iterable[Write]) -> ModbusServer:
    units.put(writes)
    server = ModbusServer("127.0.0.1", port, no_block=True, data_hdl=units)
    server.start()
    return server


def put_here(server: ModbusServer, writes: Iterable[Write]) -> None:
    """Change numbers of a server that runs here."""
    units = server.data_hdl
    assert isinstance(units, _Units)
    units.put(writes)


def port_of(server: ModbusServer) -> int:
    """The port a server that runs here listens on."""
    assert server._service is not None
    return server._service.server_address[1]


def _main(port: int) -> None:
    units = _Units()
    server = _start(port, units, [])
    answer(port_of(server))
    for line in sys.stdin:
        command = json.loads(line)
        units.put(command.get("set", ()))
        units.is_drifting = command.get("drift", units.is_drifting)
        answer({"requests": units.requests, "written": units.written})


class ServerProcess(ChildServer):
    """The server as a child process; a context manager that ends it.

    Args:
        writes: what it holds at first.
        port: 0 takes a free one; give the port of an earlier one to come back in its place.
    """

    def __init__(self, writes: Iterable[Write] = (), port: int = 0) -> None:
        super().__init__("tests.support.modbus_server", port)
        self.put(writes)

    def put(self, writes: Iterable[Write]) -> None:
        """Change numbers; done when this returns."""
        self.say({"set": list(writes)})

    def drift(self) -> None:
        """Let every number be another one at each read from now on."""
        self.say({"drift": True})

    def requests(self) -> int:
        """Reads answered since the start."""
        return self.say({})["requests"]

    def writes(self) -> list[list[object]]:
        """Unit, table, address and numbers of every write that ever came over the wire."""
        return self.say({})["written"]

    async def put_async(self, writes: Iterable[Write]) -> None:
        """As `put`, while the test's loop goes on."""
        await asyncio.to_thread(self.put, list(writes))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
