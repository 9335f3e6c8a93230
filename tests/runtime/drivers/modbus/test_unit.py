"""One poll without a network: what is asked again, divided, left out, and when it is asked anew."""

from collections.abc import Callable

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.modbus_driver import Received, a_source
from vmshmi.core.errors import DeviceError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.backoff import Backoff
from vmshmi.runtime.drivers.modbus.blocks import Surroundings
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.cycle import Outcome, PollCycle
from vmshmi.runtime.drivers.modbus.driver import next_poll
from vmshmi.runtime.drivers.modbus.errors import DeviceException, LinkTimeout, ProtocolError
from vmshmi.runtime.drivers.modbus.plan import Binding, plan_blocks
from vmshmi.runtime.drivers.modbus.wire import Follow, Request

_SILENCE = LinkTimeout("no answer")
_LAST_BYTE_OF_ADDRESS = 2


class Device:
    """Answers every request with zeros, or with the error a test gave for its unit and first address."""

    def __init__(self, places: list[tuple[int, int]], max_gap: int = 0) -> None:
        self.clock = FakeClock()
        self.received = Received()
        self.counters = Counters()
        self.asked: list[tuple[int, int]] = []
        self.fails: Callable[[int, int, int], DeviceError | None] = lambda unit, address, count: None
        bindings = [Binding(TagDef(TagId(f"u{unit}_{at}")), a_source(address=at), unit) for unit, at in places]
        around = Surroundings(
            self._ask, self.received, self.clock, self.counters, lambda: Backoff(8.0, chance=lambda: 0.5)
        )
        self._cycle = PollCycle(plan_blocks(bindings, max_gap, 125), around)

    async def _ask(self, request: Request, follow: Follow) -> bytes:
        while True:
            payload = self._answer(request)
            following = follow(payload)
            if following is None:
                return payload
            request = following

    def _answer(self, request: Request) -> bytes:
        address, count = request.pdu[_LAST_BYTE_OF_ADDRESS], (request.answer_bytes - 2) // 2
        self.asked.append((request.unit, address))
        error = self.fails(request.unit, address, count)
        if error is not None:
            raise error
        return bytes(request.answer_bytes - 2)

    def wake(self) -> None:
        """As the driver does when the device was lost."""
        self._cycle.wake()

    async def poll(self) -> list[tuple[int, int]]:
        """Poll once; returns unit and first address of each request."""
        self.asked = []
        self.outcome: Outcome = await self._cycle.run()
        self.clock.advance(0.5)
        return self.asked


async def test_a_block_that_is_silent_is_asked_twice_then_ever_more_rarely() -> None:
    device = Device([(1, 0), (1, 10), (1, 20)])
    await device.poll()
    device.fails = lambda unit, address, count: _SILENCE if address == 10 else None
    assert await device.poll() == [(1, 0), (1, 10), (1, 10), (1, 20)]
    polls = [(1, 10) in await device.poll() for _ in range(20)]
    assert [i for i, asked in enumerate(polls) if asked] == [0, 2, 6, 14]


@pytest.mark.parametrize(("silence", "reason"), [(_SILENCE, "BadTimeout"), (DeviceException(11), "BadNoCommunication")])
async def test_two_silent_blocks_that_were_well_silence_their_unit(silence: DeviceError, reason: str) -> None:
    device = Device([(1, 0), (1, 10), (1, 20), (1, 30)])
    await device.poll()
    device.fails = lambda unit, address, count: silence
    assert await device.poll() == [(1, 0), (1, 0), (1, 10)]
    assert device.received.reasons() == {reason}
    assert device.outcome.is_nothing_good


async def test_a_silent_unit_is_asked_for_another_block_each_time() -> None:
    device = Device([(1, 0), (1, 10), (1, 20)])
    device.fails = lambda unit, address, count: _SILENCE
    await device.poll()
    asked: list[tuple[int, int]] = []
    while len(asked) < 3:
        asked += await device.poll()
    assert {address for _, address in asked} == {0, 10, 20}
    device.fails = lambda unit, address, count: _SILENCE if address in (0, 10) else None
    for _ in range(60):
        await device.poll()
    assert device.received.reason("u1_20") == ""


async def test_after_one_silent_unit_the_next_is_asked_once() -> None:
    device = Device([(1, 0), (2, 0), (3, 0)])
    device.fails = lambda unit, address, count: _SILENCE
    assert await device.poll() == [(1, 0), (1, 0), (2, 0), (3, 0)]


async def test_a_unit_that_is_silent_is_left_out_and_the_others_are_not() -> None:
    device = Device([(1, 0), (2, 0)])
    device.fails = lambda unit, address, count: _SILENCE if unit == 1 else None
    await device.poll()
    asked = [await device.poll() for _ in range(20)]
    assert all((2, 0) in one for one in asked)
    assert sum((1, 0) in one for one in asked) == 4


async def test_a_wrong_answer_is_asked_for_in_every_poll() -> None:
    device = Device([(1, 0), (1, 10)])
    device.fails = lambda unit, address, count: ProtocolError("half") if address == 0 else None
    await device.poll()
    assert (await device.poll()).count((1, 0)) == 2


async def test_a_refused_register_is_found_by_halves_and_costs_little_ever_after() -> None:
    device = Device([(1, at) for at in range(64)])
    device.fails = lambda unit, address, count: DeviceException(2) if address <= 37 < address + count else None
    first = await device.poll()
    assert len(first) == 2 * 6 + 1  # six halvings, each two questions, behind the whole
    assert {tag for tag, value in device.received.latest.items() if value.quality.is_bad} == {"u1_37"}
    assert len(await device.poll()) <= 7


async def test_a_division_that_helped_nothing_is_undone() -> None:
    device = Device([(1, at) for at in range(8)])
    device.fails = lambda unit, address, count: DeviceException(2)
    await device.poll()
    assert device.received.reasons() == {"BadConfigurationError"}
    assert device.outcome == Outcome(
        1, 1, "unit 1 holding 0..7: exception 2 (illegal data address)", device.outcome.quality
    )
    device.fails = lambda unit, address, count: None
    device.clock.advance(60)
    assert await device.poll() == [(1, 0)]
    assert device.received.reasons() == {""}


async def test_no_tag_is_called_bad_while_its_block_is_divided() -> None:
    device = Device([(1, 0), (1, 3)], max_gap=8)
    await device.poll()
    device.fails = lambda unit, address, count: DeviceException(2) if count > 1 else None
    await device.poll()
    assert {value.quality.reason for _, value in device.received.all} == {""}


async def test_busy_is_forgiven_twice() -> None:
    device = Device([(1, 0)])
    await device.poll()
    device.fails = lambda unit, address, count: DeviceException(6)
    await device.poll()
    await device.poll()
    assert device.received.reasons() == {""}
    await device.poll()
    assert device.received.reasons() == {"BadDeviceFailure"}


async def test_a_bad_tag_is_told_once_for_each_reason() -> None:
    device = Device([(1, 0)])
    device.fails = lambda unit, address, count: ProtocolError("half")
    for _ in range(5):
        await device.poll()
    device.fails = lambda unit, address, count: DeviceException(4)
    for _ in range(5):
        await device.poll()
    assert [value.quality.reason for _, value in device.received.all] == ["BadDecodingError", "BadDeviceFailure"]


async def test_a_tag_that_goes_bad_again_is_told_again() -> None:
    device = Device([(1, 0)])
    for error in (DeviceException(4), None, DeviceException(4)):
        device.fails = lambda unit, address, count, error=error: error
        await device.poll()
    assert [value.quality.reason for _, value in device.received.all] == ["BadDeviceFailure", "", "BadDeviceFailure"]


async def test_what_rests_is_asked_at_once_after_a_wake() -> None:
    device = Device([(1, 0), (1, 10), (2, 0)])
    device.fails = lambda unit, address, count: None if address == 10 else _SILENCE
    for _ in range(6):
        await device.poll()
    assert await device.poll() == [(1, 10)]
    device.wake()
    assert set(await device.poll()) == {(1, 0), (1, 10), (2, 0)}


@pytest.mark.parametrize(
    ("now", "due", "left_out"),
    [(10.1, 11.0, 0), (11.0, 11.0, 0), (11.1, 12.0, 1), (13.5, 14.0, 3)],
)
def test_polls_stay_on_their_grid(now: float, due: float, left_out: int) -> None:
    assert next_poll(10.0, now, 1.0) == (due, left_out)


def test_waits_double_up_to_the_limit_and_begin_anew_after_a_reset() -> None:
    backoff = Backoff(5.0, chance=lambda: 0.5)
    assert [backoff.next_s() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    backoff.reset()
    assert backoff.next_s() == 0.5


def test_chance_makes_a_wait_a_fifth_longer_or_shorter() -> None:
    assert Backoff(5.0, chance=lambda: 0.0).next_s() == 0.4
    assert Backoff(5.0, chance=lambda: 1.0).next_s() == 0.6
