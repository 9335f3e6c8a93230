"""What one tick of the demo vessel costs, beside a frozen dataclass a tag, which is the least any driver can do.

`python -m tests.bench.bench_simulator [ticks]`.
"""

import sys
import time
from collections.abc import Callable

from tests.bench.measure import percentile, print_table
from tests.runtime.drivers.simulator.sailing import aurora, tags_of
from vmshmi.config.devices import SimulatorDevice
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.drivers.driver import DriverContext
from vmshmi.runtime.drivers.simulator import SimulatorDriver


def times_ms(work: Callable[[], object], count: int) -> list[float]:
    """How long each of `count` calls took."""
    taken: list[float] = []
    for _ in range(count):
        before = time.perf_counter()
        work()
        taken.append((time.perf_counter() - before) * 1000.0)
    return taken


def ship(scenario: str) -> Callable[[], object]:
    """One tick of all devices of the demo vessel."""
    context = DriverContext(SystemClock())
    drivers = [
        SimulatorDriver(device.model_copy(update={"scenario": scenario}), tags_of(aurora(), device.id), context)
        for device in aurora().devices
        if isinstance(device, SimulatorDevice)
    ]
    return lambda: [driver.tick_once() for driver in drivers]


def bare() -> Callable[[], object]:
    """One sample object a tag and nothing else."""
    clock = SystemClock()
    tags = [TagId(tag.id) for tag in aurora().tags]
    return lambda: [(tag, TagValue(1.0, Quality.GOOD, clock.now(), 1.0)) for tag in tags]


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    floor = percentile(times_ms(bare(), count), 0.5)
    rows: list[tuple[str, ...]] = []
    for name in ("normal", "flood", "fire"):
        taken = times_ms(ship(name), count)
        middle = percentile(taken, 0.5)
        rows.append((name, f"{middle:.2f}", f"{percentile(taken, 0.99):.2f}", f"{middle / floor:.1f}"))
    title = f"one tick of {len(aurora().tags)} tags, {count} ticks; bare samples {floor:.2f} ms"
    print_table(title, ("scenario", "p50 ms", "p99 ms", "times bare"), rows)


if __name__ == "__main__":
    main()
