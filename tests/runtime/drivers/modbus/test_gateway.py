"""Units behind one gateway, in simulated time: those that are not there cost the others little."""

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.support.modbus_driver import TagMap, a_device, a_source, a_tag
from tests.support.virtual_loop import VirtualLoop
from vmshmi.runtime.drivers.driver import DriverContext, SampleBatch
from vmshmi.runtime.drivers.modbus import ModbusDriver
from vmshmi.runtime.drivers.modbus.line import Line
from vmshmi.runtime.drivers.modbus.link import Link, TcpLink
from vmshmi.runtime.drivers.modbus.silence import Silence

_ANSWER_S = 0.01
_POLL_S = 0.5
_TIMEOUT_S = 0.5
_STALE_S = 3.0
"""After so long without a sample a tag is no longer believed, when the project says nothing."""
_LONGEST_WAIT_S = 5.0
_START = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)


class LoopClock:
    """The clock of a simulated loop."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return _START + timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        return self._loop.time()


class Gateway:
    """A Modbus TCP gateway: units of `there` answer with their number, the others say nothing."""

    def __init__(self, loop: VirtualLoop, there: set[int]) -> None:
        self.there = there
        self.asked: list[tuple[float, int]] = []
        self.line = Line("gateway", self._open)
        self._loop = loop
        self._link: TcpLink | None = None

    async def _open(self, line: Line, timeout_s: float) -> Link:
        self._link = TcpLink(line.counters, line.on_lost)
        self._link.connection_made(self)  # type: ignore[arg-type]  # the two methods a link uses
        return self._link

    def write(self, data: bytes) -> None:
        unit, count = data[6], int.from_bytes(data[10:12], "big")
        self.asked.append((self._loop.time(), unit))
        if unit in self.there:
            body = bytes([unit, data[7], 2 * count]) + unit.to_bytes(2, "big") * count
            assert self._link is not None
            self._loop.call_later(_ANSWER_S, self._link.data_received, data[:4] + len(body).to_bytes(2, "big") + body)

    def abort(self) -> None:
        """Nothing to close."""

    def asks(self, unit: int) -> list[float]:
        """When a unit was asked."""
        return [at for at, asked in self.asked if asked == unit]


class Ship:
    """Devices behind one gateway, and when each tag was last good."""

    def __init__(
        self, loop: VirtualLoop, gateway: Gateway, devices: dict[str, TagMap], unit_of: dict[str, int]
    ) -> None:
        self._loop = loop
        self.good: dict[str, list[float]] = {}
        key = "modbus_tcp 127.0.0.1:502"
        context = DriverContext(LoopClock(loop), {key: gateway.line})
        chance = random.Random(7).random
        self.drivers = {
            name: ModbusDriver(
                a_device(
                    502,
                    id=name,
                    unit=unit_of.get(name, 1),
                    poll_s=_POLL_S,
                    timeout_s=_TIMEOUT_S,
                    backoff_max_s=_LONGEST_WAIT_S,
                ),
                tags,
                context,
                chance,
            )
            for name, tags in devices.items()
        }

    def _take(self, batch: SampleBatch) -> None:
        for tag_id, value in batch:
            if value.quality.is_good:
                self.good.setdefault(tag_id, []).append(self._loop.time())

    async def start(self) -> None:
        for driver in self.drivers.values():
            await driver.start(self._take)

    async def stop(self) -> None:
        for driver in self.drivers.values():
            await driver.stop()

    def longest_gap(self, tag: str, since: float = 0.0) -> float:
        """The longest time without a good sample."""
        times = [since, *(at for at in self.good.get(tag, []) if at >= since), self._loop.time()]
        return max(after - before for before, after in pairwise(times))


def _tags(name: str, unit: int | None, blocks: int) -> TagMap:
    tags: TagMap = {}
    for block in range(blocks):
        tags |= a_tag(f"{name}.{block}", a_source(address=100 * block, **({} if unit is None else {"unit": unit})))
    return tags


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    yield loop
    loop.close()


def _own_devices(loop: VirtualLoop, gateway: Gateway, units: range) -> Ship:
    names = {f"dev{unit}": unit for unit in units}
    return Ship(loop, gateway, {name: _tags(name, None, 5) for name in names}, names)


def _one_device(loop: VirtualLoop, gateway: Gateway, units: range) -> Ship:
    tags: TagMap = {}
    for unit in units:
        tags |= _tags(f"dev{unit}", unit, 5)
    return Ship(loop, gateway, {"all": tags}, {})


Make = Callable[[VirtualLoop, Gateway, range], Ship]


async def _sail(ship: Ship, seconds: float) -> None:
    await ship.start()
    try:
        await asyncio.sleep(seconds)
    finally:
        await ship.stop()


_MAKES = pytest.mark.parametrize("make", [_own_devices, _one_device])


@_MAKES
@pytest.mark.parametrize("absent", [1, 3, 8])
def test_units_that_are_not_there_take_little_from_those_that_are(loop: VirtualLoop, make: Make, absent: int) -> None:
    gateway = Gateway(loop, {1, 2})
    ship = make(loop, gateway, range(1, 3 + absent))
    loop.run_until_complete(_sail(ship, 300))
    settled = _TIMEOUT_S * (absent + 2)  # each has been asked once
    for tag in ("dev1.0", "dev1.4", "dev2.0", "dev2.4"):
        assert ship.longest_gap(tag) <= settled
        assert ship.longest_gap(tag, since=settled) <= _POLL_S + _TIMEOUT_S + 0.1 < _STALE_S
        assert len(ship.good[tag]) > 0.75 * 300 / _POLL_S
    asks = [len(gateway.asks(unit)) for unit in range(3, 3 + absent)]
    assert sum(asks) * _TIMEOUT_S < 0.2 * 300 + settled
    assert min(asks) > 0.9 * max(asks) > 10


@_MAKES
def test_units_that_come_back_are_heard_one_after_the_other_soon(loop: VirtualLoop, make: Make) -> None:
    gateway = Gateway(loop, {1})
    ship = make(loop, gateway, range(1, 6))
    loop.call_at(100.0, gateway.there.update, range(1, 6))
    loop.run_until_complete(_sail(ship, 120))
    for unit in range(2, 6):
        assert ship.good[f"dev{unit}.0"][0] - 100 < 1.2 * _LONGEST_WAIT_S + 4 * _TIMEOUT_S
        assert ship.longest_gap(f"dev{unit}.4", since=110) < 2 * _POLL_S


@_MAKES
def test_when_many_fall_silent_together_each_costs_the_others_one_time_out(loop: VirtualLoop, make: Make) -> None:
    gateway = Gateway(loop, set(range(1, 7)))
    ship = make(loop, gateway, range(1, 7))
    loop.call_at(100.0, gateway.there.difference_update, range(3, 7))
    loop.run_until_complete(_sail(ship, 200))
    assert {ship.longest_gap(f"dev{unit}.4") < 2 * _POLL_S for unit in range(3, 7)} == {False}
    assert ship.longest_gap("dev1.0") <= (3 + 3) * _TIMEOUT_S + _POLL_S + 0.1  # the first of them is asked three times
    assert ship.longest_gap("dev2.4", since=104) <= _POLL_S + _TIMEOUT_S + 0.1


def test_where_nobody_answers_nobody_is_kept_waiting(loop: VirtualLoop) -> None:
    gateway = Gateway(loop, set())
    loop.run_until_complete(_sail(_own_devices(loop, gateway, range(1, 7)), 300))
    assert min(len(gateway.asks(unit)) for unit in range(1, 7)) > 300 / (1.2 * _LONGEST_WAIT_S + 7 * _TIMEOUT_S)


async def test_a_new_connection_owes_nothing_to_who_answered_on_the_old_one() -> None:
    silence = Silence()
    silence.answered(1)
    silence.kept_silent(2, took_s=1000.0)
    assert silence.may_ask(1)
    assert not silence.may_ask(2)
    silence.forget()
    assert silence.may_ask(2)
    silence.answered(1)
    silence.answered(2)
    assert silence.may_ask(2)
