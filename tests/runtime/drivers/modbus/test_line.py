"""A line that devices share, without a wire: whose turn it is, when it connects anew, what one failure says to all."""

import asyncio
from collections.abc import Callable

import pytest

from tests.support.modbus_driver import a_source, until
from vmshmi.core.errors import DeviceError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.errors import LinkTimeout, NotConnected, NotSent
from vmshmi.runtime.drivers.modbus.line import Line
from vmshmi.runtime.drivers.modbus.plan import Binding, Block
from vmshmi.runtime.drivers.modbus.wire import Follow, Request, read_request


def _read(unit: int) -> Request:
    return read_request(Block(unit, "holding", 0, 1, (Binding(TagDef(TagId("t")), a_source(), unit),)))


class Wire:
    """Makes links; each request waits until a test lets it be answered."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0
        self.is_there = True
        self.asked: list[int] = []
        self.answers: dict[int, DeviceError] = {}

    async def pace(self) -> None:
        """How long an answer takes."""
        await asyncio.sleep(0.002)

    async def open(self, line: Line, timeout_s: float) -> "Wire":
        await asyncio.sleep(0)
        self.opened += 1
        if not self.is_there:
            raise NotConnected("connection refused")
        return self

    @property
    def is_usable(self) -> bool:
        return True

    async def ask(
        self,
        request: Request,
        timeout_s: float,
        counters: Counters,
        may_send: Callable[[], bool],
        follow: Follow | None = None,
    ) -> bytes:
        if not may_send():
            raise NotSent("too late: the line was busy")
        while True:
            self.asked.append(request.unit)
            await self.pace()
            if request.unit in self.answers:
                raise self.answers[request.unit]
            following = None if follow is None else follow(b"\0\1")
            if following is None:
                return b"\0\1"
            request = following

    def close(self) -> None:
        self.closed += 1


async def _polls(line: Line, unit: int, times: int) -> None:
    for _ in range(times):
        await line.ask(f"dev{unit}", _read(unit), 1.0, Counters())


async def test_each_device_has_its_turn_and_a_write_is_next() -> None:
    wire = Wire()
    line = Line("line", wire.open)
    tasks = [asyncio.create_task(_polls(line, unit, 4)) for unit in (1, 2, 3)]
    await until(lambda: len(wire.asked) >= 4, "the first round")
    before = len(wire.asked)
    await line.ask("dev9", _read(9), 1.0, Counters(), lambda: True)
    await asyncio.gather(*tasks)
    assert wire.asked.index(9) <= before + 1
    polls = [unit for unit in wire.asked if unit != 9]
    assert polls == [1, 2, 3] * 4
    assert wire.opened == 1


async def test_who_asks_in_one_go_makes_way_for_whoever_waits() -> None:
    wire = Wire()
    line = Line("line", wire.open)
    taken: list[float] = []

    def follow(payload: bytes, took_s: float) -> Request | None:
        taken.append(took_s)
        return _read(1) if len(taken) < 5_000 else None

    run = asyncio.create_task(line.ask("dev1", _read(1), 1.0, Counters(), follow=follow))
    try:
        await until(lambda: len(wire.asked) >= 3, "a run that goes on while nobody waits")
        before = len(wire.asked)
        await line.ask("dev9", _read(9), 1.0, Counters(), lambda: True)
        payload, _ = await run
    finally:
        run.cancel()
    assert payload == b"\0\1"
    assert wire.asked.index(9) <= before + 1
    assert len(taken) == wire.asked.index(9) - 1  # its last answer went to who asked, not to `follow`


async def test_a_write_that_waited_too_long_is_not_sent() -> None:
    wire = Wire()
    line = Line("line", wire.open)
    poll = asyncio.create_task(_polls(line, 1, 1))
    await asyncio.sleep(0)
    in_time = [True]
    write = asyncio.create_task(line.ask("dev9", _read(9), 1.0, Counters(), lambda: in_time[0]))
    await asyncio.sleep(0)
    in_time[0] = False
    with pytest.raises(NotSent):
        await write
    await poll
    assert wire.asked == [1]


async def test_a_lost_device_takes_the_connection_from_nobody_who_is_heard_on_it() -> None:
    wire = Wire()
    line = Line("line", wire.open)
    for unit in (1, 2):
        line.join(f"dev{unit}", lambda: None)
        await _polls(line, unit, 1)
    line.give_up("dev1")
    assert wire.closed == 0
    await line.leave("dev2")
    line.give_up("dev1")
    assert wire.closed == 1
    await _polls(line, 1, 1)
    assert wire.opened == 2
    await line.leave("dev1")
    assert wire.closed == 2


async def test_who_waited_for_the_connection_is_told_that_it_failed_and_does_not_try_again() -> None:
    wire = Wire()
    wire.is_there = False
    line = Line("line", wire.open)
    told = await asyncio.gather(*(_polls(line, unit, 1) for unit in (1, 2, 3)), return_exceptions=True)
    assert [str(error) for error in told] == ["connection refused"] * 3
    assert wire.opened == 1
    assert line.counters.connect_failures == 1
    wire.is_there = True
    await _polls(line, 1, 1)
    assert wire.asked == [1]


async def test_a_request_that_fails_or_is_cancelled_gives_the_line_back() -> None:
    wire = Wire()
    wire.answers[1] = LinkTimeout("no answer")
    line = Line("line", wire.open)
    with pytest.raises(LinkTimeout):
        await _polls(line, 1, 1)
    task = asyncio.create_task(_polls(line, 2, 1))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await _polls(line, 3, 1)
    assert wire.asked[-1] == 3
