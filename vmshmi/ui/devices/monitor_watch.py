"""Listens to a device while somebody looks, and not a moment longer."""

from collections.abc import Callable, Sequence

from vmshmi.core.devices import MonitorRow
from vmshmi.core.ports import SystemPort, Watch


class MonitorWatch:
    """At most one monitor of one device; paused, it keeps what came for later.

    Args:
        system: where devices are.
        take: called with what has changed.
    """

    def __init__(self, system: SystemPort, take: Callable[[Sequence[MonitorRow]], None]) -> None:
        self._system = system
        self._take = take
        self._watch: Watch | None = None
        self._held: dict[str, MonitorRow] = {}
        self._paused = False

    @property
    def open(self) -> bool:
        """True while it listens."""
        return self._watch is not None

    def listen(self, device_id: str) -> None:
        """Listen to this device from now on."""
        self.close()
        self._watch = self._system.watch_monitor(device_id, self._on_rows)

    def close(self) -> None:
        """Listen no more."""
        watch, self._watch = self._watch, None
        self._held.clear()
        if watch is not None:
            watch.close()

    def pause(self, paused: bool) -> None:
        """Hold back what comes, or hand on the latest of what was held back."""
        self._paused = paused
        if not paused and self._held:
            held, self._held = tuple(self._held.values()), {}
            self._take(held)

    def _on_rows(self, rows: Sequence[MonitorRow]) -> None:
        if self._paused:
            self._held.update((row.latest.key, row) for row in rows)
        else:
            self._take(rows)
