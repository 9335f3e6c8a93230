"""Whether a device answers to all that its tags ask, for a person who has just connected it."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from vmshmi.runtime.drivers.driver import AnswersInPart
from vmshmi.runtime.drivers.modbus.errors import DeviceException
from vmshmi.runtime.drivers.modbus.plan import Block, split_block
from vmshmi.runtime.drivers.modbus.wire import Request, read_request

_ENOUGH = 3
"""So many refused places are told; a list that is wrong from its first line on needs no more."""


async def probe_blocks(blocks: Sequence[Block], ask: Callable[[Request], Awaitable[float]]) -> str:
    """Read every block once, what is refused in parts, and say how long it took.

    Args:
        blocks: the plan of the device, not empty.
        ask: reads, and answers in how many seconds.

    Raises:
        AnswersInPart: naming what cannot be read and its tags.
        DeviceError: at once when nobody answers.
    """
    waiting = deque(blocks)
    refused: list[str] = []
    took_s = 0.0
    while waiting and len(refused) < _ENOUGH:
        block = waiting.popleft()
        try:
            took_s += await ask(read_request(block))
        except DeviceException as error:
            parts = split_block(block) if error.is_about_range else (block,)
            if len(parts) > 1:
                waiting.extendleft(reversed(parts))
            elif error.is_silence:
                raise
            else:
                refused.append(f"{block} ({_tags(block)}): {error}")
    if refused:
        raise AnswersInPart(", ".join(refused))
    what = str(blocks[0]) if len(blocks) == 1 else f"{len(blocks)} blocks"
    return f"{what} read in {took_s * 1000:.0f} ms"


def _tags(block: Block) -> str:
    first, *others = (binding.definition.id for binding in block.bindings)
    return f"{first} and {len(others)} more" if others else first
