"""One block in use: its request, its decoder, and how it stands. Opens nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from vmshmi.core.clock import Clock
from vmshmi.core.errors import DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue
from vmshmi.runtime.drivers.backoff import Backoff
from vmshmi.runtime.drivers.driver import SampleSink
from vmshmi.runtime.drivers.modbus.counters import Counters
from vmshmi.runtime.drivers.modbus.decode import BlockDecoder
from vmshmi.runtime.drivers.modbus.errors import DeviceException
from vmshmi.runtime.drivers.modbus.monitor import block_lines, failure_line
from vmshmi.runtime.drivers.modbus.plan import Block, split_block
from vmshmi.runtime.drivers.modbus.silence import Silence
from vmshmi.runtime.drivers.modbus.wire import Follow, Request, read_request
from vmshmi.runtime.drivers.monitoring import Monitors

Ask = Callable[[Request, Follow], Awaitable[bytes]]
"""Sends a request and what follows it, over a new connection where there is none; raises DeviceError of the latest."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What polling needs of the driver.

    Attributes:
        ask: sends a request.
        sink: takes the samples.
        clock: stamps samples and says when a rest is over.
        counters: of the device.
        new_backoff: makes the waits of a block or a unit that does not answer.
        monitors: who wants to see every register.
        silence: who answers on the line and who does not.
    """

    ask: Ask
    sink: SampleSink
    clock: Clock
    counters: Counters
    new_backoff: Callable[[], Backoff]
    monitors: Monitors = field(default_factory=Monitors)
    silence: Silence = field(default_factory=Silence)


@dataclass(slots=True, eq=False)
class PolledBlock:
    """A block and how it stands.

    Attributes:
        block: what is asked.
        around: the driver's services.
        root: the block this one was cut out of; None for a block of the plan.
        rest_until: monotonic time before which it is left out.
        error: why it fails; None when it does not, or was not asked yet.
        was_good: True once it has been read.
        busy_polls: polls in a row in which the device said `busy`.
        is_urgent: it is read before the others: something of it was written.
        request: that reads it.

    Raises:
        ConfigurationError: naming every tag that cannot be decoded as configured.
    """

    block: Block
    around: Surroundings
    root: "PolledBlock | None" = None
    rest_until: float = 0.0
    error: DeviceError | None = None
    was_good: bool = False
    busy_polls: int = 0
    is_urgent: bool = False
    _reported: Quality | None = None
    _backoff: Backoff = field(init=False)
    _decoder: BlockDecoder = field(init=False)
    request: Request = field(init=False)

    def __post_init__(self) -> None:
        self._backoff = self.around.new_backoff()
        self._decoder = BlockDecoder(self.block)
        self.request = read_request(self.block)

    @property
    def is_well(self) -> bool:
        """True when it was read the last time it was asked for."""
        return self.was_good and self.error is None

    def deliver(self, payload: bytes, stamp: datetime) -> None:
        """Hand on what was read; it is well again."""
        self.error = self._reported = None
        self.was_good = True
        self.busy_polls = 0
        self.rest_until = 0.0
        self._backoff.reset()
        self.is_urgent = False
        samples = self._decoder.decode(payload, stamp)
        self.around.counters.samples += len(samples)
        self.around.sink(samples)
        if self.around.monitors:
            lines = block_lines(self.block, payload, dict(samples), self.around.clock.now())
            self.around.monitors.tell(list(lines))

    def fail(self, error: DeviceError) -> None:
        """Mark its tags bad; they are told once, not with every try."""
        self.error = error
        self.is_urgent = False
        if self.around.monitors:
            self.around.monitors.tell([failure_line(self.block, str(error), self.around.clock.now())])
        if self._reported is error.quality:
            return
        self._reported = error.quality
        bad = TagValue(None, error.quality, self.around.clock.now())
        self.around.counters.samples += len(self.block.bindings)
        self.around.sink([(binding.definition.id, bad) for binding in self.block.bindings])

    def rest(self) -> None:
        """Leave it out for a while, longer each time."""
        self.rest_until = self.around.clock.monotonic() + self._backoff.next_s()

    @property
    def is_divisible(self) -> bool:
        """True when a part of it can be asked alone."""
        return len(split_block(self.block)) > 1

    def parts(self) -> "list[PolledBlock]":
        """What to ask instead when the device refused the whole; empty when it cannot be divided.

        The parts know what their tags were told last.
        """
        if not self.is_divisible:
            return []
        root = self.root or self
        return [PolledBlock(part, self.around, root, _reported=self._reported) for part in split_block(self.block)]


def is_about_range(error: DeviceError | None) -> bool:
    """True when the device refused the addresses: a part of them may still be readable."""
    return isinstance(error, DeviceException) and error.is_about_range
