"""What a read brought, for a person who looks for a sensor: register by register. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from vmshmi.core.devices import MonitorLine
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.modbus.plan import Binding, Block, is_bit_table


def block_lines(block: Block, payload: bytes, values: Mapping[TagId, TagValue], at: datetime) -> Iterator[MonitorLine]:
    """A line for each place in the block that a tag is at, and for each that is only read along.

    Args:
        block: what was read.
        payload: data bytes of the answer.
        values: of its tags, as decoded from it.
        at: when it was read, UTC.
    """
    of_place: dict[tuple[int, int], list[Binding]] = {}
    for binding in block.bindings:
        of_place.setdefault((binding.address, binding.count), []).append(binding)
    tagged = {at for address, count in of_place for at in range(address, address + count)}
    alone = [(at, 1) for at in range(block.address, block.address + block.count) if at not in tagged]
    for address, count in sorted([*of_place, *alone]):
        meanings = (_meaning(binding, values) for binding in of_place.get((address, count), ()))
        yield MonitorLine(
            at=at,
            key=f"unit {block.unit} {block.table} {address}",
            raw=_raw(block, payload, address - block.address, count),
            meaning=", ".join(meanings),
        )


def failure_line(block: Block, error: str, at: datetime) -> MonitorLine:
    """The line of a block that cannot be read."""
    return MonitorLine(at, str(block), "", error)


def _raw(block: Block, payload: bytes, offset: int, count: int) -> str:
    if is_bit_table(block.table):
        return str(payload[offset >> 3] >> (offset & 7) & 1)
    return payload[2 * offset : 2 * (offset + count)].hex(" ", 2)


def _meaning(binding: Binding, values: Mapping[TagId, TagValue]) -> str:
    definition = binding.definition
    value = values[definition.id]
    bit = "" if binding.source.bit is None else f" bit {binding.source.bit}"
    said = value.quality.reason if value.value is None else f"{value.value} {definition.unit}".rstrip()
    return f"{definition.id}{bit} = {said}"
