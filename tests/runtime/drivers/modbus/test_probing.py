"""A test of a person: every block once, what is refused in parts and by name, and an end as soon as nobody answers."""

from collections.abc import Callable

import pytest

from tests.support.modbus_driver import a_source
from vmshmi.core.errors import DeviceError
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.driver import AnswersInPart
from vmshmi.runtime.drivers.modbus.errors import DeviceException, LinkTimeout
from vmshmi.runtime.drivers.modbus.plan import Binding, plan_blocks
from vmshmi.runtime.drivers.modbus.probing import probe_blocks
from vmshmi.runtime.drivers.modbus.wire import Request

Fails = Callable[[int, int], DeviceError | None]


class Device:
    """Answers in a millisecond, or fails as a test says for an address and a count of registers."""

    def __init__(self, fails: Fails) -> None:
        self._fails = fails
        self.asked: list[tuple[int, int]] = []

    async def ask(self, request: Request) -> float:
        address, count = (int.from_bytes(request.pdu[at : at + 2], "big") for at in (1, 3))
        self.asked.append((address, count))
        error = self._fails(address, count)
        if error is not None:
            raise error
        return 0.001


async def _probe(device: Device, addresses: list[int]) -> str:
    bindings = [Binding(TagDef(TagId(f"t{address}")), a_source(address=address), 1) for address in addresses]
    return await probe_blocks(plan_blocks(bindings, 8, 125), device.ask)


async def test_every_block_is_read() -> None:
    device = Device(lambda address, count: None)
    assert await _probe(device, [0, 2, 100]) == "2 blocks read in 2 ms"
    assert device.asked == [(0, 3), (100, 1)]
    assert await _probe(device, [7]) == "unit 1 holding 7 read in 1 ms"


async def test_a_hole_between_two_tags_is_no_failure() -> None:
    device = Device(lambda address, count: DeviceException(2) if address <= 1 < address + count else None)
    assert await _probe(device, [0, 2]) == "unit 1 holding 0..2 read in 2 ms"


async def test_what_is_refused_is_named_with_its_tag_and_the_rest_is_read() -> None:
    device = Device(lambda address, count: DeviceException(2) if address <= 100 < address + count else None)
    with pytest.raises(AnswersInPart) as caught:
        await _probe(device, [0, 100, 101, 300])
    assert str(caught.value) == "unit 1 holding 100 (t100): exception 2 (illegal data address)"
    assert device.asked[-1] == (300, 1)


async def test_three_refused_places_are_enough() -> None:
    device = Device(lambda address, count: DeviceException(2))
    with pytest.raises(AnswersInPart) as caught:
        await _probe(device, [0, 100, 200, 300, 400])
    assert str(caught.value).count("exception 2") == 3
    assert len(device.asked) == 3


@pytest.mark.parametrize("error", [LinkTimeout("no answer within 1 s"), DeviceException(11)])
async def test_where_nobody_answers_one_question_is_enough(error: DeviceError) -> None:
    device = Device(lambda address, count: error)
    with pytest.raises(DeviceError) as caught:
        await _probe(device, [0, 100, 200])
    assert caught.value is error
    assert len(device.asked) == 1
