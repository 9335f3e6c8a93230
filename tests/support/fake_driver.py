"""A device in memory that implements the driver's contract: it says what the test lets it say."""

from collections.abc import Callable, Sequence

from vmshmi.core.devices import DeviceState, DeviceStatus, MonitorLine
from vmshmi.core.errors import DeviceError
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.drivers.driver import MonitorSink, SampleSink, WriteRefused


class FakeDriver:
    """Answers a probe with `answer`, or fails with it when it is an error."""

    def __init__(self, device_id: str = "plc1", answer: str | DeviceError = "10.0.0.5:502: answers") -> None:
        self._id = device_id
        self.answer = answer
        self.probes = 0
        self.monitors: list[MonitorSink] = []

    @property
    def device_id(self) -> str:
        return self._id

    async def start(self, sink: SampleSink) -> None: ...

    async def stop(self) -> None: ...

    def status(self) -> DeviceStatus:
        return DeviceStatus(self._id, "fake", DeviceState.ONLINE)

    async def write(self, tag_id: TagId, value: Scalar, deadline: float) -> None:
        raise WriteRefused("a fake is only listened to")

    def monitor(self, sink: MonitorSink) -> Callable[[], None]:
        self.monitors.append(sink)

        def end() -> None:
            if sink in self.monitors:
                self.monitors.remove(sink)

        return end

    async def probe(self) -> str:
        self.probes += 1
        if isinstance(self.answer, DeviceError):
            raise self.answer
        return self.answer

    def say(self, lines: Sequence[MonitorLine]) -> None:
        """Tell whoever listens."""
        for sink in tuple(self.monitors):
            sink(lines)
