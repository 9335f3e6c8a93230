"""What a device says, for a person: a bus speaks thousands of times a second, a list needs the latest of each key."""

from collections.abc import Callable, Sequence

from vmshmi.core.devices import MonitorLine, MonitorRow
from vmshmi.runtime.drivers.driver import MonitorSink

MOST_KEYS = 5_000
"""A bus of 250 kbit/s cannot say more different things in the time in which somebody looks."""
BATCH_S = 0.2
"""How often a watcher is told at the most."""


class Monitors:
    """Who wants to see what a device says; false while nobody does, so that nothing is put into words then."""

    def __init__(self) -> None:
        self._sinks: list[MonitorSink] = []

    def __bool__(self) -> bool:
        return bool(self._sinks)

    def add(self, sink: MonitorSink) -> Callable[[], None]:
        """Tell this one from now on, until the answer is called; calling it again does nothing."""
        self._sinks.append(sink)

        def end() -> None:
            if sink in self._sinks:
                self._sinks.remove(sink)

        return end

    def tell(self, lines: Sequence[MonitorLine]) -> None:
        """Tell everybody; a sink may end itself meanwhile."""
        for sink in tuple(self._sinks):
            sink(lines)


class MonitorCollector:
    """A `MonitorSink` that keeps the latest line of each key, and which have changed since they were last taken."""

    def __init__(self) -> None:
        self._rows: dict[str, MonitorRow] = {}
        self._changed: dict[str, None] = {}
        self.left_out = 0
        """Lines of new keys beyond `MOST_KEYS`."""

    def __call__(self, lines: Sequence[MonitorLine]) -> None:
        """Take what was heard."""
        for line in lines:
            known = self._rows.get(line.key)
            if known is None:
                if len(self._rows) >= MOST_KEYS:
                    self.left_out += 1
                    continue
                self._rows[line.key] = MonitorRow(line, 1, line.at)
            else:
                self._rows[line.key] = MonitorRow(line, known.count + 1, known.since)
            self._changed[line.key] = None

    def take(self) -> tuple[MonitorRow, ...]:
        """The rows that have changed since the last call, in the order in which they first did."""
        changed, self._changed = self._changed, {}
        return tuple(self._rows[key] for key in changed)

    def rows(self) -> tuple[MonitorRow, ...]:
        """All rows, in the order in which their keys were first heard."""
        return tuple(self._rows.values())
