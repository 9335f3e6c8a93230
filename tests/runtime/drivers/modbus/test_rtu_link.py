"""An RTU line in simulated time: whatever units do with their answers, none is taken for another request's."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.modbus_driver import a_source
from tests.support.modbus_rtu import Parser, frame
from tests.support.virtual_loop import VirtualLoop
from vmshmi.core.errors import DeviceError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.doubt import FORGET_S, Doubt
from vmshmi.runtime.drivers.modbus.errors import LinkTimeout, NotSent
from vmshmi.runtime.drivers.modbus.plan import Binding, Block
from vmshmi.runtime.drivers.modbus.rtu_frames import AnswerBuffer, rtu_frame
from vmshmi.runtime.drivers.modbus.rtu_link import RtuLink, Timing
from vmshmi.runtime.drivers.modbus.turns import Turns
from vmshmi.runtime.drivers.modbus.wire import Request, read_request, write_registers

_TIMEOUT_S = 0.1
_QUIET_S = 0.02
_BACKLOG_S = FORGET_S / 2
_TICK_S = 1e-5
"""No two answers come in the same moment."""


def _read(unit: int, address: int, count: int) -> Request:
    source = a_source(address=address)
    return read_request(Block(unit, "holding", address, count, (Binding(TagDef(TagId("t")), source, unit),)))


def _write(address: int, value: int) -> Request:
    return write_registers(1, address, [value], multiple=False)


class Line:
    """Units that answer in order, each when and how a test says; every register of an answer holds its number."""

    def __init__(self, loop: asyncio.AbstractEventLoop, choose: Callable[[], tuple[str, float]]) -> None:
        self._loop = loop
        self._choose = choose
        self._parser = Parser()
        self._free_at: dict[int, float] = {}
        self.asked = 0
        self.delivered = 0
        self.link: RtuLink | None = None

    def write(self, data: bytes) -> None:
        """What the link sends."""
        for unit, pdu in self._parser.feed(data):
            self.asked += 1
            how, delay_s = self._choose()
            if self._free_at.get(unit, 0.0) > self._loop.time() + _BACKLOG_S:
                continue  # no unit keeps more than this for later
            self._free_at[unit] = max(self._loop.time(), self._free_at.get(unit, 0.0)) + delay_s + _TICK_S
            answer = self._answer(unit, pdu, how)
            if answer:
                self._loop.call_at(self._free_at[unit], self._deliver, self.asked, answer)

    def abort(self) -> None:
        """Nothing to close."""

    def _answer(self, unit: int, pdu: bytes, how: str) -> bytes:
        count = int.from_bytes(pdu[3:5], "big")
        right = pdu if pdu[0] == 6 else bytes([pdu[0], 2 * count]) + self.asked.to_bytes(2, "big") * count
        match how:
            case "dumb":
                return b""
            case "exception":
                return frame(unit, bytes([pdu[0] | 0x80, 2]))
            case "garbled":
                return frame(unit, right)[:-1] + b"\x00"
            case "noisy":
                return b"\x00\xff" + frame(unit, right)
            case _:
                return frame(unit, right)

    def _deliver(self, number: int, data: bytes) -> None:
        self.delivered = number
        assert self.link is not None
        self.link.data_received(data)


@contextlib.contextmanager
def _a_line(choose: Callable[[], tuple[str, float]]) -> Iterator[tuple[VirtualLoop, Line, Counters]]:
    loop = VirtualLoop()
    line, counters = Line(loop, choose), Counters()

    async def connect() -> None:
        line.link = RtuLink(Timing(0.004, _QUIET_S), Doubt(), counters, lambda: None)
        line.link.connection_made(line)

    try:
        loop.run_until_complete(connect())
        yield loop, line, counters
    finally:
        loop.close()


_HOW = st.sampled_from(["right", "right", "right", "dumb", "exception", "garbled", "noisy"])
_DELAYS = st.sampled_from([0.0, 0.0, 0.01, 0.09, 0.11, 0.13, 0.25, 0.6, 1.4])
_REQUESTS = st.sampled_from(
    [
        *(_read(unit, address, count) for unit in (1, 2) for address in (0, 40) for count in (1, 2, 3)),
        _write(7, 1),
        _write(7, 2),
    ]
)


@settings(max_examples=200)
@given(st.lists(st.tuples(_HOW, _DELAYS), max_size=60), st.lists(_REQUESTS, min_size=1, max_size=40))
def test_no_answer_is_ever_taken_for_that_to_another_request(
    script: list[tuple[str, float]], requests: list[Request]
) -> None:
    story = iter(script)
    with _a_line(lambda: next(story, ("right", 0.0))) as (loop, line, counters):
        link = line.link
        assert link is not None

        async def ask(request: Request) -> bool:
            try:
                payload = await link.ask(request, _TIMEOUT_S, counters, lambda: True)
            except DeviceError:
                return False
            assert line.delivered == line.asked, "an answer to an earlier request was taken"
            if request.echo is None:
                assert set(payload) <= set(line.asked.to_bytes(2, "big"))
            return True

        for request in requests:
            loop.run_until_complete(ask(request))
        next_one = _read(1, 0, 2)
        for _ in script:
            next(story, None)
        assert any(loop.run_until_complete(ask(next_one)) for _ in range(2000)), "it never comes back into step"


def test_a_cancelled_request_leaves_no_answer_for_the_next() -> None:
    with _a_line(lambda: ("right", 0.05)) as (loop, line, counters):
        link = line.link
        assert link is not None

        async def both() -> bytes:
            first = asyncio.create_task(link.ask(_read(1, 0, 2), _TIMEOUT_S, counters, lambda: True))
            await asyncio.sleep(0.01)
            first.cancel()
            await asyncio.wait([first])
            return await link.ask(_read(1, 40, 2), _TIMEOUT_S, counters, lambda: True)

        assert loop.run_until_complete(both()) == line.asked.to_bytes(2, "big") * 2
        assert counters.resyncs == 1


def test_a_line_that_is_never_quiet_is_said_so() -> None:
    with _a_line(lambda: ("dumb", 0.0)) as (loop, line, counters):
        link = line.link
        assert link is not None

        def noise() -> None:
            link.data_received(b"\x55")
            loop.call_later(0.001, noise)

        loop.call_soon(noise)
        with pytest.raises(LinkTimeout, match="the line is never silent"):
            loop.run_until_complete(link.ask(_read(1, 0, 1), _TIMEOUT_S, counters, lambda: True))
        with pytest.raises(NotSent):
            loop.run_until_complete(link.ask(_write(7, 1), _TIMEOUT_S, counters, lambda: True))
        assert line.asked == 0


@given(st.binary(max_size=300), st.integers(1, 20), st.lists(st.integers(0, 400), max_size=6))
def test_only_a_whole_right_frame_comes_out_of_noise(noise: bytes, count: int, cuts: list[int]) -> None:
    request = _read(17, 0, count)
    answer = rtu_frame(17, bytes([3, 2 * count]) + bytes(range(2 * count)))
    stream = noise + answer
    buffer = AnswerBuffer()
    buffer.expect(request, rtu_frame(17, request.pdu))
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    found = [each for a, b in pairwise(edges) for each in buffer.feed(stream[a:b])]
    assert (17, answer[1:-2]) in found
    assert all(frame(unit, pdu) in stream for unit, pdu in found)


def test_whether_a_line_echoes_is_learned_from_reads() -> None:
    read, write = _read(1, 0, 2), _write(3, 5)
    answer = rtu_frame(1, bytes([3, 4, 0, 1, 0, 2]))
    buffer = AnswerBuffer()
    for echoes in (False, True, False):
        sent = rtu_frame(1, read.pdu)
        buffer.expect(read, sent)
        assert buffer.feed((sent if echoes else b"") + answer) == [(1, answer[1:-2])]
        assert buffer.has_echo is echoes
        sent = rtu_frame(1, write.pdu)
        buffer.expect(write, sent)
        assert buffer.feed(sent) == ([] if echoes else [(1, write.pdu)])


async def test_turns_go_round_and_what_is_urgent_comes_first() -> None:
    turns, order = Turns(), list[str]()

    async def poll(name: str) -> None:
        for _ in range(3):
            await turns.take()
            order.append(name)
            await asyncio.sleep(0)
            turns.give()

    async def write() -> None:
        await turns.take(urgent=True)
        order.append("W")
        turns.give()

    tasks: list[Awaitable[None]] = [asyncio.create_task(poll(name)) for name in "abc"]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(write()))
    await asyncio.gather(*tasks)
    assert "".join(order) == "abWcabcabc"
    assert not turns.is_taken


async def test_a_turn_that_is_given_up_while_waiting_is_passed_on() -> None:
    rng = random.Random(1)
    for _ in range(200):
        turns, done = Turns(), list[int]()

        async def take(number: int, turns: Turns, done: list[int]) -> None:
            await turns.take(urgent=number % 3 == 0)
            try:
                await asyncio.sleep(0)
                done.append(number)
            finally:
                turns.give()

        tasks = [asyncio.create_task(take(number, turns, done)) for number in range(8)]
        for _ in range(rng.randrange(12)):
            await asyncio.sleep(0)
            rng.choice(tasks).cancel()
        await asyncio.wait(tasks)
        assert not turns.is_taken
        assert len(done) == sum(not task.cancelled() for task in tasks)


@pytest.mark.parametrize("count", [1, 2, 124, 125])
def test_a_unit_that_was_dumb_for_long_is_read_again_with_its_third_answer(count: int) -> None:
    behaviour = ["dumb"]
    with _a_line(lambda: (behaviour[0], 0.0)) as (loop, line, counters):
        link = line.link
        assert link is not None
        ask = lambda: loop.run_until_complete(link.ask(_read(1, 0, count), _TIMEOUT_S, counters, lambda: True))  # noqa: E731
        for _ in range(500):
            with pytest.raises(LinkTimeout):
                ask()
        behaviour[0] = "right"
        before = line.asked
        assert ask() == line.asked.to_bytes(2, "big") * count
        assert line.asked - before <= 3


def test_a_unit_that_says_nothing_to_the_reads_that_would_clear_a_doubt_comes_back_all_the_same() -> None:
    lengths: list[int] = []
    with _a_line(lambda: ("right", 0.0)) as (loop, line, counters):
        link = line.link
        assert link is not None
        dumb = [True]
        answer = line._answer

        def only_whole(unit: int, pdu: bytes, how: str) -> bytes:
            lengths.append(pdu[4])
            return b"" if dumb[0] or pdu[4] != 2 else answer(unit, pdu, how)

        line._answer = only_whole
        for _ in range(3):
            with pytest.raises(LinkTimeout):
                loop.run_until_complete(link.ask(_read(1, 0, 2), _TIMEOUT_S, counters, lambda: True))
        dumb[0] = False
        with pytest.raises(LinkTimeout):
            loop.run_until_complete(link.ask(_read(1, 0, 2), _TIMEOUT_S, counters, lambda: True))
        loop.run_until_complete(asyncio.sleep(FORGET_S))
        assert loop.run_until_complete(link.ask(_read(1, 0, 2), _TIMEOUT_S, counters, lambda: True))
        assert lengths[0] == lengths[-1] == 2
        assert 2 not in lengths[1:-1]


def test_nothing_is_sent_when_it_is_too_late_after_the_quiet_time() -> None:
    with _a_line(lambda: ("dumb", 0.0)) as (loop, line, counters):
        link = line.link
        assert link is not None
        with pytest.raises(LinkTimeout):
            loop.run_until_complete(link.ask(_read(1, 0, 1), _TIMEOUT_S, counters, lambda: True))
        deadline = loop.time() + _QUIET_S / 2
        with pytest.raises(NotSent, match="too late"):
            loop.run_until_complete(link.ask(_write(7, 1), _TIMEOUT_S, counters, lambda: loop.time() < deadline))
        assert line.asked == 1
