"""From the bytes of an answer to the values of its tags. Pure; knows no wire and no clock."""

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vmshmi.core.errors import ConfigurationError
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.drivers.engineering import Converted
from vmshmi.runtime.drivers.modbus.convert import Convert, Raw, converter
from vmshmi.runtime.drivers.modbus.plan import Binding, Block, is_bit_table

STRUCT_CODES = {
    "uint16": "H",
    "int16": "h",
    "uint32": "I",
    "int32": "i",
    "uint64": "Q",
    "int64": "q",
    "float32": "f",
    "float64": "d",
}
_WORD_BYTES = 2


class BlockDecoder:
    """Decodes the answers to one block: one compiled struct, the gaps skipped as pad bytes.

    Tags that lie over each other and tags with the low word first take a second struct.

    Args:
        block: what is asked.

    Raises:
        ConfigurationError: naming every tag whose source does not fit its kind.
    """

    def __init__(self, block: Block) -> None:
        converts = _converters(block)
        if is_bit_table(block.table):
            self._layers: tuple[_Layer, ...] = ()
            self._bits = [binding.address - block.address for binding in block.bindings]
            places = list(range(len(self._bits)))
        else:
            self._layers, places = _compile(block)
        self._ids = [binding.definition.id for binding in block.bindings]
        self._converts = tuple(zip(converts, places, strict=True))
        self._payload = b""
        self._raws: Sequence[Raw] = ()
        self._latest: list[TagValue] = []

    def decode(self, payload: bytes, stamp: datetime) -> list[tuple[TagId, TagValue]]:
        """Every tag of the block.

        Most registers say what they said a poll ago: what has not changed is not converted again, only stamped.

        Args:
            payload: data bytes of the answer, exactly as many as the block asks for.
            stamp: UTC, one for the whole poll.

        Raises:
            struct.error: if the payload has another length; a caller that checked the answer never sees it.
        """
        latest = self._latest
        if payload == self._payload:
            latest = [TagValue(v.value, v.quality, stamp, v.raw_value) for v in latest]
        else:
            before, raws = self._raws, self._unpack(payload)
            if before:
                latest = [
                    TagValue(v.value, v.quality, stamp, v.raw_value)
                    if raws[place] == before[place]
                    else _stamped(convert(raws[place]), stamp)
                    for (convert, place), v in zip(self._converts, latest, strict=True)
                ]
            else:
                latest = [_stamped(convert(raws[place]), stamp) for convert, place in self._converts]
            self._payload, self._raws = payload, raws
        self._latest = latest
        return list(zip(self._ids, latest, strict=True))

    def _unpack(self, payload: bytes) -> Sequence[Raw]:
        if not self._layers:
            return [payload[bit >> 3] >> (bit & 7) & 1 for bit in self._bits]
        first, *others = self._layers
        raws: tuple[Raw, ...] = first.unpack(payload)
        for layer in others:
            raws += layer.unpack(payload)
        return raws


def _stamped(converted: Converted, stamp: datetime) -> TagValue:
    value, quality, raw = converted
    return TagValue(value, quality, stamp, raw)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Fields of one word order that do not lie over each other."""

    layout: struct.Struct
    low_word_first: bool

    def unpack(self, payload: bytes) -> tuple[Raw, ...]:
        return self.layout.unpack(_words_reversed(payload) if self.low_word_first else payload)


@dataclass(frozen=True, slots=True, order=True)
class _Field:
    """Where a raw number lies in the block, in registers."""

    low_word_first: bool
    offset: int
    registers: int
    code: str


def _converters(block: Block) -> list[Convert]:
    problems: list[str] = []
    converts: list[Convert] = []
    for binding in block.bindings:
        try:
            converts.append(converter(binding.definition, binding.source))
        except ConfigurationError as error:
            problems += [f"{binding.definition.id}: {problem}" for problem in error.problems]
    if problems:
        raise ConfigurationError(*problems)
    return converts


def _compile(block: Block) -> tuple[tuple[_Layer, ...], list[int]]:
    """The layers of a block of registers, and for each tag its place among all unpacked numbers."""
    fields = [_field(binding, block.address) for binding in block.bindings]
    layers: list[_Layer] = []
    places: dict[_Field, int] = {}
    waiting = sorted(set(fields))
    while waiting:
        chosen, waiting = _without_overlap(waiting)
        first = len(places)
        places.update((field, place) for place, field in enumerate(_in_wire_order(chosen), start=first))
        layers.append(_layer(chosen, block.count))
    return tuple(layers), [places[field] for field in fields]


def _field(binding: Binding, start: int) -> _Field:
    source = binding.source
    code = f"{source.length * _WORD_BYTES}s" if source.type == "string" else STRUCT_CODES[source.type]
    reversed_words = source.word_order == "little" and binding.count > 1
    return _Field(reversed_words, binding.address - start, binding.count, code)


def _without_overlap(fields: Sequence[_Field]) -> tuple[list[_Field], list[_Field]]:
    """The fields of the first one's word order that fit side by side, and the rest; the input is sorted."""
    chosen: list[_Field] = []
    rest: list[_Field] = []
    end = 0
    for field in fields:
        if field.low_word_first == fields[0].low_word_first and field.offset >= end:
            chosen.append(field)
            end = field.offset + field.registers
        else:
            rest.append(field)
    return chosen, rest


def _in_wire_order(fields: Sequence[_Field]) -> list[_Field]:
    """The order in which the layer's struct hands them out; a reversed block begins with the last."""
    return sorted(fields, key=lambda field: -field.offset if field.low_word_first else field.offset)


def _layer(fields: Sequence[_Field], count: int) -> _Layer:
    low_word_first = fields[0].low_word_first
    layout = ">"
    at = 0
    for field in _in_wire_order(fields):
        offset = count - field.offset - field.registers if low_word_first else field.offset
        layout += f"{(offset - at) * _WORD_BYTES}x{field.code}"
        at = offset + field.registers
    return _Layer(struct.Struct(f"{layout}{(count - at) * _WORD_BYTES}x"), low_word_first)


def _words_reversed(payload: bytes) -> bytes:
    """The registers last first, each with its own two bytes as they were."""
    words = array("H", payload)
    words.reverse()
    return words.tobytes()
