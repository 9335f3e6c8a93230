"""One poll of all units of one device, and how its blocks stand after it. Opens nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from vmshmi.core.errors import DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.blocks import Surroundings
from vmshmi.runtime.drivers.modbus.plan import Block
from vmshmi.runtime.drivers.modbus.unit import PolledUnit


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the blocks stand after a poll.

    Attributes:
        blocks: how many there are.
        failing: how many of them fail.
        error: the first of what fails, one line; empty when all is well.
        quality: what that means for its tags.
    """

    blocks: int
    failing: int
    error: str = ""
    quality: Quality = Quality.GOOD

    @property
    def is_nothing_good(self) -> bool:
        """True when not one block can be read."""
        return 0 < self.failing == self.blocks


class PollCycle:
    """Polls the blocks of one device, one request after the other.

    Args:
        blocks: the plan, in its order.
        around: the driver's services.

    Raises:
        ConfigurationError: naming a tag that cannot be decoded as configured.
    """

    def __init__(self, blocks: Sequence[Block], around: Surroundings) -> None:
        self._around = around
        self._units = [PolledUnit(of_unit, around) for _, of_unit in groupby(blocks, key=lambda block: block.unit)]

    async def run(self) -> Outcome:
        """Poll once; every sample gets the moment the poll began.

        Raises:
            LinkLost: when the connection is gone and could not be had again.
        """
        stamp = self._around.clock.now()
        silent_so_far = False
        answered = False
        for unit in sorted(self._units, key=lambda unit: unit.silent_since):  # of the silent whoever waits longest
            if await unit.poll(stamp, in_doubt=silent_so_far and not answered):
                answered = True
            else:
                silent_so_far = True
        return self.outcome()

    def outcome(self) -> Outcome:
        """How the blocks stand now."""
        blocks = [polled for unit in self._units for polled in unit.blocks]
        failing = [(polled.block, polled.error) for polled in blocks if polled.error is not None]
        if not failing:
            return Outcome(len(blocks), 0)
        block, error = failing[0]
        return Outcome(len(blocks), len(failing), f"{block}: {error}", error.quality)

    def lose(self, error: DeviceError) -> None:
        """Mark every tag of the device bad at once."""
        for unit in self._units:
            unit.lose(error)

    def hurry(self, tag_id: TagId) -> None:
        """Begin the next poll with the block of this tag."""
        # a new list: a poll may be going through the present one
        self._units = sorted(self._units, key=lambda unit: not unit.hurry(tag_id))

    def wake(self) -> None:
        """Leave nothing out of the next poll."""
        for unit in self._units:
            unit.wake()
