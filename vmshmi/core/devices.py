"""State and counters of a device, as every driver reports them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class DeviceState(Enum):
    """Where a driver stands with its device."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    ONLINE = "online"
    DEGRADED = "degraded"
    """Answers, but some blocks fail."""
    BACKOFF = "backoff"
    """Lost; waits before it tries again."""
    FAULTED = "faulted"
    """Needs a person; the driver does not try again by itself."""

    @property
    def is_lost(self) -> bool:
        """True when nothing comes from the device and somebody should know."""
        return self in (DeviceState.BACKOFF, DeviceState.FAULTED)


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A snapshot of a device for the screen, the API and the system alarms.

    Attributes:
        id: device id of the project.
        driver: driver name, for example `modbus_tcp`.
        state: where the driver stands.
        address: for a person, for example `127.0.0.1:502 unit 1`.
        tags: how many tags it feeds.
        last_ok: when it last answered well; None when never.
        last_error: one line; empty when there was none.
        round_trip_ms: of the last request; None when unknown.
        counters: requests, responses, timeouts, mismatches, device_exceptions, connects, samples, overruns ...
    """

    id: str
    driver: str
    state: DeviceState = DeviceState.STOPPED
    address: str = ""
    tags: int = 0
    last_ok: datetime | None = None
    last_error: str = ""
    round_trip_ms: float | None = None
    counters: tuple[tuple[str, int], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class MonitorLine:
    """One thing a device said, for a person who looks for a sensor in a new ship.

    Attributes:
        at: UTC, when it was heard.
        key: what stays the same from one to the next, so that a list holds one row of it: `61444 EEC1 from 0`,
            `RMC GP`, `unit 1 holding 100`.
        raw: as it came: bytes in hexadecimal, a sentence, a register.
        meaning: what the program reads in it, `EngineSpeed 649.5 rpm`; empty when it knows none.
    """

    at: datetime
    key: str
    raw: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class MonitorRow:
    """What a list shows of one key: the latest of it, and how often it came.

    Attributes:
        latest: the last line of this key.
        count: how many lines of it were heard since the watch began.
        since: UTC of the first of them.
    """

    latest: MonitorLine
    count: int
    since: datetime

    @property
    def rate_hz(self) -> float | None:
        """Lines a second on the average; None before the second one."""
        seconds = (self.latest.at - self.since).total_seconds()
        return (self.count - 1) / seconds if self.count > 1 and seconds > 0 else None
