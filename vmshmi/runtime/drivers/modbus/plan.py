"""Which requests read the tags of one device: neighbours are read together. Pure; knows no wire."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from vmshmi.config.modbus_devices import ModbusSource
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef

Table = Literal["holding", "input", "coil", "discrete"]

MAX_BITS = 2000
"""Most coils of one request (Modbus application protocol 1.1b3, 6.1)."""
MAX_REGISTERS = 125
_BITS_PER_REGISTER = 16
_LAST_ADDRESS = 65_535

REGISTERS_OF_TYPE = {
    "uint16": 1,
    "int16": 1,
    "uint32": 2,
    "int32": 2,
    "float32": 2,
    "uint64": 4,
    "int64": 4,
    "float64": 4,
}


def is_bit_table(table: Table) -> bool:
    """True for tables of single bits."""
    return table in ("coil", "discrete")


@dataclass(frozen=True, slots=True)
class Binding:
    """One tag and where it is on the device.

    Attributes:
        definition: of the tag.
        source: what the project file says.
        unit: unit id, the source's own or the device's.
    """

    definition: TagDef
    source: ModbusSource
    unit: int

    @property
    def address(self) -> int:
        """First register or bit, counted from 0."""
        return self.source.address

    @property
    def count(self) -> int:
        """Registers or bits the tag takes."""
        if is_bit_table(self.source.table):
            return 1
        return self.source.length if self.source.type == "string" else REGISTERS_OF_TYPE[self.source.type]

    @property
    def end(self) -> int:
        """The address behind the tag."""
        return self.address + self.count


@dataclass(frozen=True, slots=True)
class Block:
    """One request and the tags it feeds.

    Attributes:
        unit: unit id.
        table: which of the four tables.
        address: first register or bit.
        count: registers or bits.
        bindings: the tags inside, in order of address, then id.
    """

    unit: int
    table: Table
    address: int
    count: int
    bindings: tuple[Binding, ...]

    def __str__(self) -> str:
        last = self.address + self.count - 1
        span = f"{self.address}" if self.count == 1 else f"{self.address}..{last}"
        return f"unit {self.unit} {self.table} {span}"


def plan_blocks(bindings: Iterable[Binding], max_gap: int, max_registers: int) -> tuple[Block, ...]:
    """Put the tags of one device into as few requests as the limits allow.

    Args:
        bindings: every tag of the device, in any order.
        max_gap: registers between two tags that may be read and thrown away; for bits 16 times as many.
        max_registers: most registers of one request, 1..125; bits are limited to 2000.

    Returns:
        The same blocks for the same tags, whatever their order: by unit, table, address.

    Raises:
        ConfigurationError: naming every tag that fits no request.
    """
    ordered = sorted(bindings, key=_order)
    problems = [problem for binding in ordered for problem in _problems(binding, max_registers)]
    if problems:
        raise ConfigurationError(*problems)
    blocks: list[Block] = []
    for (_, table), group in groupby(ordered, key=lambda b: (b.unit, b.source.table)):
        bits = is_bit_table(table)
        gap = max_gap * _BITS_PER_REGISTER if bits else max_gap
        blocks += _merge(list(group), gap, MAX_BITS if bits else max_registers)
    return tuple(blocks)


def split_block(block: Block) -> tuple[Block, ...]:
    """The parts to ask one by one when the device refused the whole.

    First the holes go, because a hole is the usual reason; a block without holes is halved. Tags that take exactly the
    same registers stay together.

    Returns:
        The parts in order of address, or the block alone when it cannot be divided.
    """
    runs = _merge(block.bindings, 0, block.count)
    if len(runs) > 1:
        return tuple(runs)
    spans = sorted({(b.address, b.count) for b in block.bindings})
    if len(spans) == 1:
        return (block,)
    middle = len(spans) // 2
    halves = (set(spans[:middle]), set(spans[middle:]))
    return tuple(_block([b for b in block.bindings if (b.address, b.count) in half]) for half in halves)


def _order(binding: Binding) -> tuple[int, str, int, int, str]:
    return (binding.unit, binding.source.table, binding.address, binding.count, binding.definition.id)


def _problems(binding: Binding, max_registers: int) -> Iterable[str]:
    tag_id, count = binding.definition.id, binding.count
    if binding.end - 1 > _LAST_ADDRESS:
        yield f"{tag_id}: address {binding.address} and {count} registers end above {_LAST_ADDRESS}"
    if not is_bit_table(binding.source.table) and count > max_registers:
        yield f"{tag_id}: {count} registers, but the device gives at most {max_registers} at once"


def _merge(ordered: Sequence[Binding], max_gap: int, limit: int) -> list[Block]:
    """Greedy from the lowest address; the input has one unit and one table."""
    groups: list[list[Binding]] = []
    start = end = 0
    for binding in ordered:
        if groups and binding.address - end <= max_gap and max(end, binding.end) - start <= limit:
            groups[-1].append(binding)
            end = max(end, binding.end)
        else:
            groups.append([binding])
            start, end = binding.address, binding.end
    return [_block(group) for group in groups]


def _block(bindings: Sequence[Binding]) -> Block:
    first = bindings[0]
    end = max(binding.end for binding in bindings)
    return Block(first.unit, first.source.table, first.address, end - first.address, tuple(bindings))
