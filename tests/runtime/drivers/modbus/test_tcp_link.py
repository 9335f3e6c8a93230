"""A connection over TCP in simulated time: each request has its deadline, and what follows it is asked in one go."""

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
from vmshmi.runtime.drivers.modbus.wire import Follow, Request, read_request

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


class Segments:
    """Answers the requests in turn, each with the next of these segments; `+` stands for its transaction id."""

    def __init__(self, loop: VirtualLoop, segments: list[list[tuple[int, int]]]) -> None:
        self._loop = loop
        self._segments = iter(segments)
        self.asked: list[int] = []
        self.link: TcpLink | None = None

    def write(self, data: bytes) -> None:
        assert self.link is not None
        number = int.from_bytes(data[:2], "big")
        self.asked.append(number)
        frames = next(self._segments)
        segment = b"".join(
            (number + ahead).to_bytes(2, "big") + bytes([0, 0, 0, 5, 1, 3, 2, 0, value]) for ahead, value in frames
        )
        if segment:
            self._loop.call_later(0.1, self.link.data_received, segment)

    def abort(self) -> None:
        """Nothing to close."""


async def _run(server: Segments, follow: Follow) -> str:
    server.link = link = TcpLink(Counters(), lambda: None)
    link.connection_made(server)  # type: ignore[arg-type]  # the two methods a link uses
    try:
        return (await link.ask(_ZERO, 1.0, Counters(), lambda: True, follow)).hex()
    finally:
        link.close()


def test_what_follows_is_asked_behind_each_answer_and_the_last_is_handed_on(loop: VirtualLoop) -> None:
    server = Segments(loop, [[(0, 7)], [(0, 8)], [(0, 9)]])
    taken: list[str] = []

    def follow(payload: bytes) -> Request | None:
        if len(taken) == 2:
            return None
        taken.append(payload.hex())
        return _ZERO

    assert loop.run_until_complete(_run(server, follow)) == "0009"
    assert taken == ["0007", "0008"]
    assert server.asked == [1, 2, 3]
    assert loop.time() == pytest.approx(0.3)


def test_the_deadline_is_that_of_the_latest_request(loop: VirtualLoop) -> None:
    server = Segments(loop, [[(0, 7)]] * 15 + [[]])
    with pytest.raises(LinkTimeout):
        loop.run_until_complete(_run(server, lambda payload: _ZERO))
    assert loop.time() == pytest.approx(15 * 0.1 + 1.0)


def test_an_answer_that_came_before_its_question_is_never_taken(loop: VirtualLoop) -> None:
    server = Segments(loop, [[(0, 7), (1, 66)], [(0, 8)]])
    asked_behind: list[bytes] = []

    def follow(payload: bytes) -> Request:
        asked_behind.append(payload)
        return _ZERO

    assert loop.run_until_complete(_run(server, follow)) == "0007"
    assert asked_behind == []
    assert server.asked == [1]


def test_what_goes_wrong_with_an_answer_is_told_to_who_asked(loop: VirtualLoop) -> None:
    def follow(payload: bytes) -> Request:
        raise LookupError("the store is broken")

    with pytest.raises(LookupError, match="the store is broken"):
        loop.run_until_complete(_run(Segments(loop, [[(0, 7)]]), follow))
