"""What the benchmarks share: percentiles, tables, a ship of any size."""

import asyncio
import platform
import sys
import time
from collections.abc import Iterable, Sequence

from vmshmi.config.project import AlarmConfig, Project, TagConfig, VesselConfig
from vmshmi.core.alarms.model import Operator


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie; NaN of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def machine() -> str:
    """One line about where this ran."""
    return f"Python {platform.python_version()}, {platform.machine()}, {platform.system()} {platform.release()}"


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table with aligned columns."""
    widths = [max(len(line[column]) for line in [head, *rows]) for column in range(len(head))]
    lines = [title, machine()]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in [head, *rows]]
    sys.stdout.write("\n".join([*lines, "", ""]))
    sys.stdout.flush()


def big_project(tags: int, alarms: int) -> Project:
    """A project without devices; the first `alarms` tags have a high limit at 90."""
    return Project(
        vmsproj=1,
        vessel=VesselConfig(name="Bench"),
        tags=tuple(
            TagConfig(id=f"bench.t{number}", description=f"Bench tag {number}", unit="bar", group=f"G{number % 20}")
            for number in range(tags)
        ),
        alarms=tuple(
            AlarmConfig(
                id=f"bench.t{number}.high",
                tag=f"bench.t{number}",
                operator=Operator.GREATER,
                limit=90,
                hysteresis=5,
                message=f"Bench tag {number} high",
            )
            for number in range(alarms)
        ),
    )


class LagMeter:
    """How late an asyncio loop wakes from short sleeps, in ms."""

    def __init__(self, period_s: float = 0.01) -> None:
        self._period = period_s
        self.lags_ms: list[float] = []

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(self._period)
            self.lags_ms.append(max(0.0, (time.perf_counter() - before - self._period) * 1000))
