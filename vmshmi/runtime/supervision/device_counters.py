"""Counters and round-trip of each device as tags, so that a line that gets worse can be seen, drawn and alarmed."""

import asyncio
from collections.abc import Callable, Sequence

from vmshmi.core.clock import Clock
from vmshmi.core.devices import DeviceStatus
from vmshmi.core.quality import Quality
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.tag_store import Batch, TagStore

GROUP = "Devices"
PERIOD_S = 10.0
"""Hundreds of them on a large ship: they are looked at, not watched."""
RECORDING = RecordingRule(min_interval_s=300.0, max_interval_s=3600.0)
"""A busy counter is a row each five minutes, one that rests a row an hour."""
_WRITER = "device counters"
_SENT = "bytes_sent"
"""Who counts them asks over a wire, and is answered after a while."""


def counter_tag(device_id: str, counter: str) -> TagId:
    """The tag of one counter; `round_trip` is a measure and not a counter."""
    return TagId(f"system.device.{device_id}.{counter}")


def counter_tags(devices: Sequence[DeviceStatus]) -> list[TagDef]:
    """Every counter these devices report; drivers report all of theirs from the beginning."""
    tags: list[TagDef] = []
    for device in devices:
        tags += [
            TagDef(
                counter_tag(device.id, name),
                f"Device {device.id}: {name.replace('_', ' ')}",
                kind=TagKind.COUNTER,
                group=GROUP,
                recording=RECORDING,
            )
            for name, _ in device.counters
        ]
        if _SENT in dict(device.counters):  # what only speaks has no round trip, and must not look like one missing
            tags.append(
                TagDef(
                    counter_tag(device.id, "round_trip"),
                    f"Device {device.id}: round trip of the last request",
                    "ms",
                    group=GROUP,
                    decimals=1,
                    recording=RECORDING,
                )
            )
    return tags


class DeviceCounters:
    """Writes them into the store.

    Args:
        store: has the tags already.
        devices: a snapshot of every device.
        clock: stamps them.
    """

    def __init__(self, store: TagStore, devices: Callable[[], Sequence[DeviceStatus]], clock: Clock) -> None:
        self._devices = devices
        self._clock = clock
        self._known = frozenset(tag.id for tag in counter_tags(devices()))
        self._write = store.claim(_WRITER, self._known)

    def look(self) -> None:
        """Write what every device counts now; a counter that was not there at the start has no tag."""
        now = self._clock.now()
        batch: list[tuple[TagId, TagValue]] = []
        for device in self._devices():
            batch += [
                (counter_tag(device.id, name), TagValue(count, Quality.GOOD, now, count))
                for name, count in device.counters
            ]
            trip = device.round_trip_ms
            quality = Quality.BAD_WAITING_FOR_INITIAL_DATA if trip is None else Quality.GOOD
            batch.append((counter_tag(device.id, "round_trip"), TagValue(trip, quality, now, trip)))
        self._write(self._of_known(batch))

    def _of_known(self, batch: Batch) -> Batch:
        return [item for item in batch if item[0] in self._known]

    async def run(self) -> None:
        """Look every ten seconds until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(PERIOD_S)
