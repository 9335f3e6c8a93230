"""One poll of the blocks of one unit: what is repeated, divided, left out for a while. Opens nothing."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

from vmshmi.core.errors import DeviceError
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.modbus.blocks import PolledBlock, Surroundings, is_about_range
from vmshmi.runtime.drivers.modbus.errors import DeviceException, LinkLost, LinkTimeout, NotConnected
from vmshmi.runtime.drivers.modbus.plan import Block
from vmshmi.runtime.drivers.modbus.wire import Request

_SILENT_BLOCKS = 2
"""So many blocks without an answer, and the unit's others are not tried: each would cost two timeouts."""
_BUSY_POLLS = 3
"""So many polls a device may say `busy` until its tags go bad; before that the last value only ages."""


class PolledUnit:
    """A unit behind a connection.

    Args:
        blocks: of this unit.
        around: the driver's services.

    Raises:
        ConfigurationError: naming a tag that cannot be decoded as configured.
    """

    def __init__(self, blocks: Iterable[Block], around: Surroundings) -> None:
        self.blocks = [PolledBlock(block, around) for block in blocks]
        self._around = around
        self._backoff = around.new_backoff()
        self._rest_until = 0.0
        self._unit = self.blocks[0].block.unit
        self._silent = False
        self._silent_since = 0.0
        self._in_doubt = False
        self._answered = False
        self._doubts = 0
        self._next_probe = 0

    @property
    def silent_since(self) -> float:
        """Monotonic time when it last kept silent; 0 of one that answers."""
        return self._silent_since if self._silent else 0.0

    async def poll(self, stamp: datetime, in_doubt: bool) -> bool:
        """Ask for every block that is not resting, one after the other.

        Args:
            stamp: of the samples.
            in_doubt: True when the units before this one were silent: the first silence is then believed.

        Returns:
            False when nothing was answered.

        Raises:
            LinkLost: when the connection is gone and could not be had again.
        """
        if self._rest_until > self._around.clock.monotonic():
            return False
        if self._silent and not self._around.silence.may_ask(self._unit):
            return False
        self._in_doubt = in_doubt or self._silent
        self._answered = False
        self._doubts = 0
        queue = deque(self._order())
        while queue:
            polled = queue.popleft()
            if polled.rest_until > self._around.clock.monotonic():
                continue
            run = _Run(polled, queue, stamp, self._on_answer)
            error = await self._try(run)
            polled = run.current
            if error is not None and _is_silence(error):
                if run.was_well or not self._answered:
                    self._doubts += 1
                if self._is_enough() or self._doubts >= min(_SILENT_BLOCKS, len(self.blocks)):
                    self._fall_silent(error)
                    return self._answered
                polled.rest()
                continue
            self._on_answer()
            if isinstance(error, DeviceException) and error.is_about_range:
                queue.extendleft(reversed(self._divide(polled)))
        self._undo_useless_divisions()
        return self._answered

    def _on_answer(self) -> None:
        self._doubts, self._answered, self._in_doubt, self._silent = 0, True, False, False
        self._backoff.reset()

    def lose(self, error: DeviceError) -> None:
        """Mark every tag bad at once."""
        for polled in self.blocks:
            polled.fail(error)

    def hurry(self, tag_id: TagId) -> bool:
        """Read the block of this tag before the others, even if it rests; False when it is of another unit."""
        for polled in self.blocks:
            if any(binding.definition.id == tag_id for binding in polled.block.bindings):
                polled.is_urgent = True
                polled.rest_until = 0.0
                return True
        return False

    def wake(self) -> None:
        """Leave nothing out of the next poll, however long it was to rest."""
        self._rest_until = 0.0
        for polled in self.blocks:
            polled.rest_until = 0.0

    def _order(self) -> list[PolledBlock]:
        """What answers comes first; a silent unit is asked for another block each time, in case one alone is dumb."""
        if self._silent:
            self._next_probe = (self._next_probe + 1) % len(self.blocks)
            return self.blocks[self._next_probe :] + self.blocks[: self._next_probe]
        return sorted(self.blocks, key=lambda polled: (not polled.is_urgent, polled.error is not None))

    async def _try(self, run: "_Run") -> DeviceError | None:
        """Read the blocks of a run and hand on what came; returns why the last of them failed.

        A refused block that can be divided is not marked bad: its parts may be well.

        Raises:
            LinkLost: as `poll`.
        """
        try:
            run.deliver(await self._read(run))
        except LinkLost:
            raise
        except DeviceException as error:
            polled = run.current
            if error.is_busy and polled.busy_polls < _BUSY_POLLS - 1:
                polled.busy_polls += 1
                return None
            if error.is_about_range and polled.is_divisible:
                return error
            polled.fail(error)
            if error.is_final:
                polled.rest()
            return error
        except DeviceError as error:
            run.current.fail(error)
            return error
        return None

    async def _read(self, run: "_Run") -> bytes:
        """Ask, and ask once more when that may help."""
        try:
            return await self._around.ask(run.current.request, run.follow)
        except NotConnected:
            raise
        except DeviceException as error:
            if error.is_final or error.is_busy or (error.is_silence and not self._is_news(run.current)):
                raise
        except LinkTimeout:
            if not self._is_news(run.current):
                raise
        except DeviceError:  # a lost connection, a wrong answer: both may be over with the next
            pass
        self._around.counters.repeats += 1
        return await self._around.ask(run.current.request, run.follow)

    def _is_news(self, polled: PolledBlock) -> bool:
        """True when silence is worth a second question."""
        return self._doubts == 0 and polled.error is None and not self._is_enough()

    def _is_enough(self) -> bool:
        """True when one silence is enough to leave the unit out for a while."""
        return self._in_doubt or (not self._answered and self._around.silence.is_believed(self._unit))

    def _fall_silent(self, error: DeviceError) -> None:
        self._silent = True
        self._silent_since = self._around.clock.monotonic()
        self._rest_until = self._around.clock.monotonic() + self._backoff.next_s()
        for polled in self.blocks:
            polled.rest_until = 0.0
            polled.fail(error)

    def _divide(self, polled: PolledBlock) -> list[PolledBlock]:
        """Put the parts of a refused block in its place, to be asked from now on."""
        parts = polled.parts()
        if parts:
            self._around.counters.splits += 1
            place = self.blocks.index(polled)
            self.blocks[place : place + 1] = parts
        return parts

    def _undo_useless_divisions(self) -> None:
        """Where the device refused every part, the whole was refused for another reason: ask for the whole again."""
        for root in {polled.root for polled in self.blocks if polled.root is not None}:
            leaves = [polled for polled in self.blocks if polled.root is root]
            errors = [leaf.error for leaf in leaves if is_about_range(leaf.error) and not leaf.was_good]
            if len(errors) == len(leaves) and errors[0] is not None:
                place = self.blocks.index(leaves[0])
                self.blocks[place : place + len(leaves)] = [root]
                root.fail(errors[0])
                root.rest()


class _Run:
    """Blocks that are asked for in one go, as long as all is well; whatever is not ends it.

    Args:
        first: to be asked for, however it stands.
        queue: what comes next; those that are read are taken from it.
        stamp: of the samples.
        on_answer: called with each answer but the last.
    """

    def __init__(
        self, first: PolledBlock, queue: deque[PolledBlock], stamp: datetime, on_answer: Callable[[], None]
    ) -> None:
        self.current = first
        """The block whose answer is awaited."""
        self.was_well = first.is_well
        """It was well when it was asked for."""
        self._queue = queue
        self._stamp = stamp
        self._on_answer = on_answer

    def follow(self, payload: bytes) -> Request | None:
        """As `wire.Follow`: the next block, where it needs no care."""
        following = self._queue[0] if self._queue else None
        if following is None or not following.is_well or following.rest_until > 0.0:
            return None
        self.deliver(payload)
        self._on_answer()
        self.current = self._queue.popleft()
        self.was_well = True
        return self.current.request

    def deliver(self, payload: bytes) -> None:
        """Hand on what was read of the present block."""
        self.current.deliver(payload, self._stamp)


def _is_silence(error: DeviceError) -> bool:
    return isinstance(error, LinkTimeout) or (isinstance(error, DeviceException) and error.is_silence)
