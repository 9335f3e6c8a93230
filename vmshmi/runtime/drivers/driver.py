"""The contract between a driver and the rest of the runtime."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.values import TagId, TagValue

SampleBatch = Sequence[tuple[TagId, TagValue]]
"""What one poll or one tick brought, one stamp for all of it."""

SampleSink = Callable[[SampleBatch], None]
"""Takes a batch in the runtime's loop; never blocks, never raises."""


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

    async def probe(self) -> str:
        """Test the connection once, beside the running polls; one line for a person.

        Raises:
            DeviceError: with one line that says what failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class DriverContext:
    """What a driver gets beside its configuration.

    Attributes:
        clock: both clocks.
        shared: what several drivers of one runtime hold in common, each under its own key; a bus, a simulated ship.
    """

    clock: Clock
    shared: dict[str, object] = field(default_factory=dict[str, object])
