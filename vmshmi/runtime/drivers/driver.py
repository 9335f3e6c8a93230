"""The contract between a driver and the rest of the runtime."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus, MonitorLine
from vmshmi.core.errors import DeviceError
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId, TagValue

SampleBatch = Sequence[tuple[TagId, TagValue]]
"""What one poll or one tick brought, one stamp for all of it."""

SampleSink = Callable[[SampleBatch], None]
"""Takes a batch in the runtime's loop; never blocks, never raises."""


MonitorSink = Callable[[Sequence[MonitorLine]], None]
"""Takes what a device said, in the runtime's loop, for a person who looks for a sensor; never blocks, never raises."""


class WriteRefused(DeviceError):
    """Nothing was sent: nothing has changed."""


class WriteFailed(WriteRefused):
    """It was sent and the device said no: nothing has changed."""


class WriteUnknown(DeviceError):
    """It was sent and nothing came back: whether it had an effect is not known."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Quality.BAD_TIMEOUT)


class AnswersInPart(DeviceError):
    """The device is there, and not all that its tags ask of it can be read."""


class Driver(Protocol):
    """One device.

    A driver reports a sample only when the device really answered; what fails it reports at once with a bad or
    uncertain quality and the reason. Ageing of what is no longer heard belongs to `runtime.staleness`, not to drivers.
    """

    @property
    def device_id(self) -> str:
        """The project's id of the device."""
        ...

    async def start(self, sink: SampleSink) -> None:
        """Begin; returns at once. The driver owns its tasks and its reconnecting.

        Raises:
            ConfigurationError: when it can never work as configured. Nothing else: an absent device is not an error.
        """
        ...

    async def stop(self) -> None:
        """End within 5 s; a second call does nothing."""
        ...

    def status(self) -> DeviceStatus:
        """A snapshot; cheap, called once a second."""
        ...

    async def write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        """Send a value to the device, exactly once, and return when the device has taken it.

        That it has taken it is not yet an effect: `runtime.commands` watches for that.

        Args:
            tag_id: one of this device's.
            value: engineering value, in range.
            deadline: monotonic seconds of the context's clock; nothing is sent after it.

        Raises:
            WriteRefused: nothing was sent: not online, too late, listened to only, a value it cannot hold.
            WriteFailed: sent, and the device refused.
            WriteUnknown: sent, and no answer came.
        """
        ...

    def monitor(self, sink: MonitorSink) -> Callable[[], None]:
        """Tell all that is heard from now on, raw and as understood, until the answer is called.

        Costs nothing while nobody listens. Several may listen.
        """
        ...

    async def probe(self) -> str:
        """Test the connection once, beside the running polls; one line for a person.

        Raises:
            AnswersInPart: where only some of it failed.
            DeviceError: with one line that says what failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class DriverContext:
    """What a driver gets beside its configuration.

    Attributes:
        clock: both clocks.
        shared: what several drivers of one runtime hold in common, each under its own key; a bus, a simulated ship.
        fill: how full the fullest queue behind the sinks is, 0 to 1; a replay waits for room, a bus cannot.
    """

    clock: Clock
    shared: dict[str, object] = field(default_factory=dict[str, object])
    fill: Callable[[], float] = lambda: 0.0
