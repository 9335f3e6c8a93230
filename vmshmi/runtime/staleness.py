"""A value that is no longer heard is no longer believed."""

from collections.abc import Iterable

from vmshmi.core.clock import Clock
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.tag_store import TagStore


class StalenessMonitor:
    """Makes tags bad whose device has been silent for too long.

    It compares the value it saw at its last scan with the present one, so receiving a sample costs nothing; a tag is
    called stale one scan early rather than one scan late.

    Args:
        store: where the tags live.
        tags: those with a device.
        default_stale_s: seconds for each device, for tags without their own.
        clock: monotonic time decides.
    """

    def __init__(
        self, store: TagStore, tags: Iterable[TagDef], default_stale_s: dict[str, float], clock: Clock
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits: dict[TagId, float] = {
            tag.id: tag.stale_after_s or default_stale_s[tag.device] for tag in tags if tag.device in default_stale_s
        }
        now = clock.monotonic()
        self._seen: dict[TagId, tuple[TagValue, float]] = {tag_id: (store.get(tag_id), now) for tag_id in self._limits}
        shortest = min(self._limits.values(), default=10.0)
        self.period_s = min(1.0, max(0.05, shortest / 10))
        """Seconds between two scans."""

    def scan(self) -> int:
        """Look at every tag once; returns how many went stale."""
        now = self._clock.monotonic()
        values = self._store.values()
        stale: list[TagId] = []
        for tag_id, (before, since) in self._seen.items():
            present = values[tag_id]
            if present is not before:
                self._seen[tag_id] = (present, now)
            elif now - since >= self._limits[tag_id] - self.period_s and _may_age(present):
                stale.append(tag_id)
        self._store.invalidate(stale, Quality.BAD_NO_COMMUNICATION)
        for tag_id in stale:
            self._seen[tag_id] = (values[tag_id], now)
        return len(stale)


def _may_age(value: TagValue) -> bool:
    """A bad value keeps its own reason; one that waits for its first sample has waited long enough."""
    return not value.quality.is_bad or value.quality is Quality.BAD_WAITING_FOR_INITIAL_DATA
