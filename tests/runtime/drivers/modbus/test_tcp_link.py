"""The deadline of a request over TCP, in simulated time: one timer serves all requests of a connection."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.modbus_driver import a_source
from tests.support.virtual_loop import VirtualLoop
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.errors import LinkTimeout
from vmshmi.runtime.drivers.modbus.link import TcpLink
from vmshmi.runtime.drivers.modbus.plan import Binding, Block
from vmshmi.runtime.drivers.modbus.wire import read_request

_ZERO = read_request(Block(1, "holding", 0, 1, (Binding(TagDef(TagId("t")), a_source(), 1),)))


class Server:
    """Answers each request after the next of these delays; None is no answer."""

    def __init__(self, loop: VirtualLoop, delays_s: list[float | None]) -> None:
        self._loop = loop
        self._delays_s = iter(delays_s)
        self.link: TcpLink | None = None

    def write(self, data: bytes) -> None:
        delay_s = next(self._delays_s)
        if delay_s is not None:
            assert self.link is not None
            self._loop.call_later(delay_s, self.link.data_received, data[:4] + bytes([0, 5, 1, 3, 2, 0, 7]))

    def abort(self) -> None:
        """Nothing to close."""


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    yield loop
    loop.close()


def _ask(loop: VirtualLoop, delays_s: list[float | None], timeouts_s: list[float]) -> list[tuple[str, float]]:
    """Ask once after the other; what came of each, and how long it took."""
    server = Server(loop, delays_s)

    async def run() -> list[tuple[str, float]]:
        server.link = link = TcpLink(Counters(), lambda: None)
        link.connection_made(server)  # type: ignore[arg-type]  # the two methods a link uses
        told: list[tuple[str, float]] = []
        for timeout_s in timeouts_s:
            before = loop.time()
            try:
                said = (await link.ask(_ZERO, timeout_s, Counters(), lambda: True)).hex()
            except LinkTimeout as error:
                said = str(error)
            told.append((said, round(loop.time() - before, 6)))
        await asyncio.sleep(10)  # a timer that is left over may say nothing
        link.close()
        return told

    return loop.run_until_complete(run())


def test_each_request_has_its_own_deadline(loop: VirtualLoop) -> None:
    late = "no answer within 1 s"
    told = _ask(loop, [0.9, 0.9, None, 0.5, None], [1.0] * 5)
    assert told == [("0007", 0.9), ("0007", 0.9), (late, 1.0), ("0007", 0.5), (late, 1.0)]


def test_a_device_of_less_patience_is_not_kept_waiting_by_one_of_more(loop: VirtualLoop) -> None:
    told = _ask(loop, [0.1, None, 3.0, None], [5.0, 0.2, 4.0, 0.3])
    assert told == [("0007", 0.1), ("no answer within 0.2 s", 0.2), ("0007", 3.0), ("no answer within 0.3 s", 0.3)]
