"""Which field of which messages a tag is; and what is wrong when it is none. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vmshmi.config.nmea2000_devices import Nmea2000Source
from vmshmi.config.problems import Suggester
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.nmea2000.convert import BITS, BYTES, TEXTS, Convert, converter
from vmshmi.runtime.drivers.nmea2000.database import FieldDef, Variant, groups, texts, variants

Tags = Mapping[TagId, tuple[TagDef, Nmea2000Source]]
_MANY = 12


@dataclass(frozen=True, slots=True)
class Condition:
    """What another field of the message, or of the repeated part, must say.

    Attributes:
        field: which.
        code: its number, or
        label: the text of its code, in lower case.
    """

    field: FieldDef
    code: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """One tag in one variant of its group.

    Attributes:
        tag_id: the tag.
        source: address of the sender; None is any.
        variant: id of the layout.
        field: where its value is.
        convert: makes the value.
        conditions: that the message must meet.
        repeated: that the repetition must meet.
    """

    tag_id: TagId
    source: int | None
    variant: str
    field: FieldDef
    convert: Convert
    conditions: tuple[Condition, ...] = ()
    repeated: tuple[Condition, ...] = ()
    start: int = 0
    """First bit of the field, of the first repetition."""
    bits: int = 0
    """That the payload must hold from where the field begins; 0 where that is not known."""
    is_plain: bool = True
    """Every message of the layout has it, once."""
    open_keys: tuple[FieldDef, ...] = ()
    """Fields in which messages about different things differ, and of which the tag says nothing."""


def bind(tags: Tags) -> tuple[dict[int, list[Binding]], dict[TagId, str]]:
    """The bindings of each group, and what is wrong with the tags that have none."""
    bound: dict[int, list[Binding]] = {}
    problems: dict[TagId, str] = {}
    suggester = Suggester()
    for tag_id, (definition, source) in tags.items():
        try:
            found = _bind(tag_id, definition, source, suggester)
        except ConfigurationError as error:
            problems[tag_id] = str(error)
        else:
            bound.setdefault(source.pgn, []).extend(found)
    return bound, problems


def _bind(tag_id: TagId, definition: TagDef, source: Nmea2000Source, suggester: Suggester) -> list[Binding]:
    """One binding for each layout that has the field.

    Raises:
        ConfigurationError: when the tag can never be read.
    """
    known = variants(source.pgn)
    if not known:
        raise ConfigurationError(f"pgn {source.pgn} is not known{_pgn_hint(source.pgn)}")
    named, _, field_id = source.field.rpartition(".")
    if named:
        wanted = [variant for variant in known if variant.id == named]
        if not wanted:
            names = frozenset(variant.id for variant in known)
            raise ConfigurationError(
                f"pgn {source.pgn} has no layout '{named}'{suggester.hint(named, names) or _list('; it has', names)}"
            )
    else:
        wanted = list(known)
    having = [variant for variant in wanted if variant.field(field_id)]
    if not having:
        names = frozenset(field.id for variant in wanted for field in variant.fields if field.type != "RESERVED")
        raise ConfigurationError(
            f"pgn {source.pgn} ({_name(wanted)}) has no field '{field_id}'"
            f"{suggester.hint(field_id, names) or _list('; it has', names)}"
        )
    if len(having) > 1 and not source.match:
        names = frozenset(f"{variant.id}.{field_id}" for variant in having)
        raise ConfigurationError(
            f"field '{field_id}' is in several layouts of pgn {source.pgn}; say which{_list(':', names)}, or use match"
        )
    found: list[Binding] = []
    problems: list[str] = []
    for variant in having:
        try:
            found.append(_in_variant(tag_id, definition, source, variant, field_id, suggester))
        except ConfigurationError as error:
            problems.append(str(error))
    if not found:
        raise ConfigurationError(problems[0])
    return found


def _in_variant(
    tag_id: TagId,
    definition: TagDef,
    source: Nmea2000Source,
    variant: Variant,
    field_id: str,
    suggester: Suggester,
) -> Binding:
    field = variant.field(field_id)
    if field is None:  # `_bind` has asked
        raise ConfigurationError(f"{variant.id} has no field '{field_id}'")
    problems = list(_misfits(definition, source, field))
    conditions: list[Condition] = []
    repeated: list[Condition] = []
    if source.instance is not None:
        instance = variant.instance
        if instance is None:
            problems.append(f"pgn {source.pgn} ({variant.id}) has no instance; leave it out")
        else:
            conditions.append(_condition(instance, source.instance))
            problems += _unknown_text(source.pgn, variant, instance, source.instance, suggester)
    for other_id, expected in source.match.items():
        other = variant.field(other_id)
        if other is None:
            names = frozenset(field.id for field in variant.fields if field.type != "RESERVED")
            problems.append(f"match: {variant.id} has no field '{other_id}'{suggester.hint(other_id, names)}")
            continue
        condition = _condition(other, expected)
        problems += _unknown_text(source.pgn, variant, other, expected, suggester)
        (repeated if other.is_repeated else conditions).append(condition)
    if field.is_repeated and not repeated:
        key = next(one.id for one in variant.fields if one.is_repeated)
        problems.append(f'{field_id} is there several times; say which one with match, for example {{"{key}": 1}}')
    if repeated and not field.is_repeated:
        problems.append(f"match: {repeated[0].field.id} is there several times and says nothing about {field_id}")
    if problems:
        raise ConfigurationError(*problems)
    convert = converter(definition, source, field)
    bits = 0 if field.start is None else field.bits or 0
    is_plain = not conditions and not field.is_repeated
    said = {field.id, *(condition.field.id for condition in conditions)}
    keys = [key for key in variant.fields if key.is_key and not key.is_repeated and key.id not in said]
    return Binding(
        tag_id=tag_id,
        source=source.source,
        variant=variant.id,
        field=field,
        convert=convert,
        conditions=tuple(conditions),
        repeated=tuple(repeated),
        start=field.start or 0,
        bits=bits,
        is_plain=is_plain,
        open_keys=tuple(keys),
    )


def _condition(field: FieldDef, expected: int | str) -> Condition:
    """That the field says this; `"1"` is the number."""
    if isinstance(expected, str) and not expected.isdecimal():
        return Condition(field, label=expected.casefold())
    return Condition(field, int(expected))


def _unknown_text(
    pgn: int, variant: Variant, field: FieldDef, expected: int | str, suggester: Suggester
) -> Iterator[str]:
    """A text that no code of the field has: the tag would wait for ever."""
    if isinstance(expected, int) or expected.isdecimal():
        return
    known = texts(pgn, variant.id, field)
    if known and expected.casefold() not in {text.casefold() for text in known}:
        hint = suggester.hint(expected, known) or _list("; it says", known)
        yield f"{field.id} never says '{expected}'{hint}"


def _misfits(definition: TagDef, source: Nmea2000Source, field: FieldDef) -> Iterator[str]:
    """What of the tag and the field cannot go together."""
    if field.type == "RESERVED":
        yield f"{field.id} is kept for later and says nothing"
    elif (field.type in TEXTS or field.type in BYTES) and definition.kind is not TagKind.TEXT:
        what = "a text" if field.type in TEXTS else "a row of bytes"
        yield f"{field.id} is {what}, which needs kind text, not {definition.kind.value}"
    if source.scale == 0 or not math.isfinite(source.scale):
        yield "scale must not be 0"
    if source.bit is None:
        return
    if field.type != BITS:
        yield f"bit picks from a field of bits, and {field.id} is none"
    elif field.bit_names is not None and source.bit not in field.bit_names:
        names = ", ".join(f"{bit} {name}" for bit, name in field.bit_names.items())
        yield f"{field.id} has no bit {source.bit}; it has {names}"


def _pgn_hint(pgn: int) -> str:
    """The nearest of the groups that differ by one digit, or by two that changed places; nothing when there is none."""
    near = [other for other in groups() if _is_slip(str(pgn), str(other))]
    best = min(near, key=lambda other: abs(other - pgn), default=None)
    return "" if best is None else f"; did you mean {best} ({groups()[best]})?"


def _is_slip(written: str, meant: str) -> bool:
    if len(written) != len(meant):
        return False
    wrong = [index for index in range(len(meant)) if written[index] != meant[index]]
    if len(wrong) == 2:
        first, second = wrong
        return second == first + 1 and written[first : second + 1] == meant[second] + meant[first]
    return len(wrong) == 1


def _name(wanted: Sequence[Variant]) -> str:
    return wanted[0].id if len(wanted) == 1 else f"{len(wanted)} layouts"


def _list(before: str, names: frozenset[str]) -> str:
    shown = sorted(names)
    more = f" ... ({len(shown) - _MANY} more)" if len(shown) > _MANY else ""
    return f"{before} {', '.join(shown[:_MANY])}{more}"
