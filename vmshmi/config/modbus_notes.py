"""What Modbus tags may have and is mostly a slip: the numbers of a manual as addresses, values that cross."""

from collections.abc import Iterator

from vmshmi.config.modbus_devices import ModbusSource
from vmshmi.config.plausibility import REGISTERS
from vmshmi.config.problems import Problem
from vmshmi.config.project import Project

_NUMBERED_FROM = {"holding": 40_001, "input": 30_001, "discrete": 10_001}
"""Where a manual begins to count the places of a table; coils begin with 1, and nobody can tell."""
_PLACES = 9_999

_Span = tuple[int, int, int]
"""First and last register of a value, and the place of its tag in the project."""


def modbus_notes(project: Project) -> Iterator[Problem]:
    """What an engineer should look at once more; nothing of it keeps the project from running."""
    tables: dict[tuple[str, int | None, str], list[_Span]] = {}
    for index, tag in enumerate(project.tags):
        source = tag.source
        if isinstance(source, ModbusSource):
            last = source.address + _registers(source) - 1
            tables.setdefault((source.device, source.unit, source.table), []).append((source.address, last, index))
    for (_, _, table), spans in tables.items():
        yield from _numbers_of_a_manual(table, spans)
        yield from _crossing(project, sorted(spans))


def _registers(source: ModbusSource) -> int:
    if source.table in ("coil", "discrete"):
        return 1
    return source.length if source.type == "string" else REGISTERS[source.type]


def _numbers_of_a_manual(table: str, spans: list[_Span]) -> Iterator[Problem]:
    """Where every address of a table looks like 40001; one that lies lower says that the others are meant so."""
    base = _NUMBERED_FROM.get(table)
    if base is None or not all(base <= first < base + _PLACES for first, _, _ in spans):
        return
    first, _, index = min(spans, key=lambda span: span[2])
    message = (
        f"addresses count from 0: if {first} is the number of a manual that begins with {base}, write {first - base}"
    )
    yield Problem(("tags", index, "source", "address"), message)


def _crossing(project: Project, spans: list[_Span]) -> Iterator[Problem]:
    """Values that share a register and neither lies in the other: no device has such a pair."""
    widest = None
    for span in spans:
        first, last, index = span
        if widest is not None and widest[0] < first <= widest[1] < last:
            other = project.tags[widest[2]].id
            message = (
                f"registers {first} to {last} cross those of tag '{other}' ({widest[0]} to {widest[1]}): "
                "is one address or type wrong?"
            )
            yield Problem(("tags", index, "source", "address"), message)
        if widest is None or last > widest[1]:
            widest = span
