"""canboat's database of parameter groups, and its decoder: the door to the package nmea2000.

Units are those canboat's own analyzer prints with `-si`, which are its database's: mostly SI, and `rpm`, `%`, `deg`,
`L/h`, `Ah`, `kWh` where the bus itself counts in them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from nmea2000._canboat import FieldInfo, PgnInfo

REPEATED = "##list##"
"""Id under which a message holds its repeated parts."""
_FAST_FROM = 0x1ED00
"""Groups from here on that nobody has described are fast packets, except the range after it."""
_MIXED = range(0x1F000, 0x1FF00)
_INTERVAL_UNIT_S = 0.001
_BYTE = 8
_LONGEST_ASKED = 223
FieldValue = float | int | str | bytes | date | time | list[dict[str, "Field"]] | None


class Field(Protocol):
    """What is used of a field of a decoded message."""

    @property
    def id(self) -> str:
        """Its id in the database."""
        ...

    @property
    def name(self) -> str | None:
        """For a person."""
        ...

    @property
    def unit_of_measurement(self) -> str | None:
        """Of `value`."""
        ...

    @property
    def value(self) -> FieldValue:
        """A number in its unit, the text of a code, a text, a date; None when it is not available."""
        ...

    @property
    def raw_value(self) -> float | int | str | bytes | None:
        """The number of a code, seconds, days; else the same."""
        ...


class Message(Protocol):
    """What is used of a decoded message."""

    @property
    def id(self) -> str:
        """Which of the group's variants it is."""
        ...

    @property
    def description(self) -> str:
        """For a person."""
        ...

    @property
    def fields(self) -> Sequence[Field]:
        """In the order of the database; the repeated parts come as one field named `REPEATED`, a list."""
        ...


@dataclass(frozen=True, slots=True)
class FieldDef:
    """A field of a variant.

    Attributes:
        id: canboat's.
        index: its place in the variant.
        type: canboat's name of it: NUMBER, LOOKUP, BITLOOKUP, TIME, DATE, STRING_FIX ...
        unit: of its value; empty when it has none.
        start: its first bit in the payload; None behind a field of varying length.
        bits: its length; None when that varies.
        is_key: messages that differ in it speak of different things.
        repeat: bits from one repetition to the next; 0 when it is not repeated, None when that varies.
        bit_names: of a field of bits, the name of each.
    """

    id: str
    index: int
    type: str
    unit: str
    start: int | None
    bits: int | None
    is_key: bool
    repeat: int | None = 0
    bit_names: Mapping[int, str] | None = field(default=None, hash=False)

    @property
    def is_repeated(self) -> bool:
        """It stands once for each line, satellite, parameter ... of the message."""
        return self.repeat != 0


@dataclass(frozen=True, slots=True)
class Variant:
    """One layout of a parameter group; proprietary groups have several."""

    id: str
    fields: tuple[FieldDef, ...]

    def field(self, field_id: str) -> FieldDef | None:
        """By its id."""
        return next((field for field in self.fields if field.id == field_id), None)

    @property
    def instance(self) -> FieldDef | None:
        """The field that says which engine, battery, tank; None when there is none."""
        named = [field for field in self.fields if not field.is_repeated and _is_instance(field.id)]
        keys = [field for field in named if field.is_key]
        return next(iter([*(field for field in named if field.id == "instance"), *keys, *named]), None)


def _is_instance(field_id: str) -> bool:
    return field_id == "instance" or field_id.endswith(("Instance", "Identifier"))


@cache
def variants(pgn: int) -> tuple[Variant, ...]:
    """The layouts of a group; none when it is not in the database."""
    from nmea2000.backend import DATABASE

    # a layout that only says "unknown" is named after its range of groups
    return tuple(_variant(info) for info in DATABASE.pgn_variants(pgn) if not info.id.startswith("0x"))


@cache
def groups() -> Mapping[int, str]:
    """Every group of the database and the name of its first layout."""
    from nmea2000.backend import DATABASE

    named: dict[int, str] = {}
    for info in DATABASE.pgns():
        if not info.id.startswith("0x"):
            named.setdefault(info.pgn, info.id)
    return named


@cache
def is_fast(pgn: int) -> bool:
    """Whether messages of a group come in several frames."""
    from nmea2000.backend import is_fast_pgn

    known = is_fast_pgn(pgn)
    return pgn >= _FAST_FROM and pgn not in _MIXED if known is None else known


@cache
def interval_s(pgn: int) -> float | None:
    """How often a group is sent as a rule; None when that is not known."""
    from nmea2000.backend import DATABASE

    infos = DATABASE.pgn_variants(pgn)
    interval = infos[0].transmission_interval if infos else None
    return interval * _INTERVAL_UNIT_S if interval else None


def decode(pgn: int, source: int, destination: int, payload: bytes) -> Message | None:
    """A whole message; None when it cannot be one of this group."""
    return _decode()(pgn, payload, source, destination, units="native")


@cache
def texts(pgn: int, variant_id: str, field: FieldDef) -> frozenset[str]:
    """What a code of up to eight bits can say; nothing where that is not known, as of a proprietary layout.

    The library tells it only of messages, so that each code is asked for with one.
    """
    bits, start = field.bits, field.start
    if field.type != "LOOKUP" or field.is_repeated or bits is None or start is None or bits > _BYTE:
        return frozenset()
    found: set[str] = set()
    empty = (1 << _LONGEST_ASKED * _BYTE) - 1
    for code in range(1 << bits):
        payload = empty & ~(((1 << bits) - 1) << start) | code << start
        message = decode(pgn, 0, 255, payload.to_bytes(_LONGEST_ASKED, "little"))
        if message is None or message.id != variant_id:
            return frozenset()
        found.update(str(said.value) for said in message.fields if said.id == field.id and isinstance(said.value, str))
    return frozenset(found)


@cache
def _decode() -> Callable[..., Message | None]:
    from nmea2000.backend import decode  # when the first message comes: it takes a tenth of a second

    return cast("Callable[..., Message | None]", decode)


def _variant(info: "PgnInfo") -> Variant:
    from nmea2000.native_units import NATIVE_UNITS

    infos = info.fields
    repeats = _repeats(info, infos)
    fields = tuple(
        FieldDef(
            id=field.id,
            index=index,
            type=field.field_type or "NUMBER",
            unit=(NATIVE_UNITS.get((info.id, field.id), (field.unit,))[0]) or "",
            start=field.bit_offset,
            bits=field.bit_length,
            is_key=field.part_of_primary_key,
            repeat=repeats.get(index, 0),
            bit_names=_bit_names(field),
        )
        for index, field in enumerate(infos)
    )
    return Variant(info.id, fields)


def _repeats(info: "PgnInfo", infos: Sequence["FieldInfo"]) -> dict[int, int | None]:
    """For each repeated field the bits from one repetition to the next."""
    repeats: dict[int, int | None] = {}
    for start, size, _ in info.repeating_sets:
        lengths = [field.bit_length for field in infos[start : start + size]]
        known = [length for length in lengths if length is not None]
        total = sum(known) if len(known) == len(lengths) else None
        repeats.update(dict.fromkeys(range(start, start + size), total))
    return repeats


def _bit_names(field: "FieldInfo") -> Mapping[int, str] | None:
    from nmea2000.backend import DATABASE

    name = field.lookup_bit_enumeration
    return None if name is None else dict(DATABASE.bit_lookup(name))
