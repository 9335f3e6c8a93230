"""From a tag's source to a function that takes its value out of a sentence. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from vmshmi.config.nmea0183_devices import Nmea0183Source
from vmshmi.config.problems import Suggester
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.core.scaling import LinearScaling
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.drivers.engineering import Converted, in_range
from vmshmi.runtime.drivers.nmea0183.catalogue import ALERT_NAMES, SENTENCES, normal_key
from vmshmi.runtime.drivers.nmea0183.definitions import SentenceDef
from vmshmi.runtime.drivers.nmea0183.fields import FieldDef, Form, reader, written

TRANSDUCERS = "XDR"
_TRANSDUCER_FIELDS = 4
_KINDS = {Form.LETTER: "'digital', 'enum' or 'text'", Form.TEXT: "'text'"}
_GOOD = Quality.GOOD
_SWITCHES = {"A": "A", "V": "V", "1": "1", "0": "0"}
_NUMERIC = (TagKind.ANALOG, TagKind.COUNTER)


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """Where a tag finds its value.

    Attributes:
        tag_id: the tag.
        formatter: `RMC`, or the address of a proprietary sentence.
        talker: two letters, or empty for any.
        source: system function id of its TAG block, or empty for any.
        field: what it reads; None of a transducer, which is looked for by its name.
        key: positions that say what the sentence speaks of.
        instance: what they must say, as `normal_key` writes it; empty for any.
        alert: manufacturer and number an alert must have.
        transducer: name of one in XDR.
        take: value, quality and raw value of a sentence's fields.
    """

    tag_id: TagId
    formatter: str
    talker: str
    source: str
    take: Callable[[Sequence[str]], Converted]
    field: FieldDef | None = None
    key: tuple[int, ...] = ()
    instance: str = ""
    alert: tuple[str, str] | None = None
    transducer: str = ""


def bind(definition: TagDef, source: Nmea0183Source, hints: Suggester) -> Binding:
    """The binding of a tag.

    Raises:
        ConfigurationError: when its source names what no sentence has; one line, without the place.
    """
    formatter = source.sentence.upper()
    is_own = formatter.startswith("P") and len(formatter) > 3
    known = SENTENCES.get(formatter)
    if known is None and formatter != TRANSDUCERS:
        _check_unknown(source, formatter, is_own, hints)
    if is_own and source.talker:
        raise ConfigurationError(f"sentence '{formatter}' is proprietary and has no talker; leave 'talker' out")
    binding = Binding(definition.id, formatter, source.talker.upper(), source.source, _never)
    if formatter == TRANSDUCERS and not source.field.isdecimal():
        value = FieldDef(source.field, 2, Form.NUMBER)
        return replace(
            binding,
            take=_taker(definition, source, value),
            key=(1,),
            instance=source.instance.upper(),
            transducer=source.field,
        )
    key = (1,) if is_own else known.key if known is not None else ()
    field = _by_position(definition, source, known) if source.field.isdecimal() else _by_name(source, known, hints)
    return replace(
        binding,
        field=field,
        key=key,
        instance=_instance(source, formatter, known, key),
        alert=_alert(source, formatter),
        take=_listed if formatter == "ALC" else _taker(definition, source, field),
    )


def bind_all(tags: Mapping[TagId, tuple[TagDef, Nmea0183Source]]) -> tuple[list[Binding], dict[TagId, str]]:
    """All bindings that can be, and for the other tags why not."""
    hints = Suggester()
    bindings: list[Binding] = []
    problems: dict[TagId, str] = {}
    for tag_id, (definition, source) in tags.items():
        try:
            bindings.append(bind(definition, source, hints))
        except ConfigurationError as error:
            problems[tag_id] = str(error)
    return bindings, problems


def transducers(fields: Sequence[str]) -> Iterable[tuple[str, Sequence[str]]]:
    """The transducers of an XDR sentence: name, and its four fields; a rest of fewer is none."""
    for at in range(0, len(fields) - _TRANSDUCER_FIELDS + 1, _TRANSDUCER_FIELDS):
        yield fields[at + 3], fields[at : at + _TRANSDUCER_FIELDS]


def _check_unknown(source: Nmea0183Source, formatter: str, is_own: bool, hints: Suggester) -> None:
    """A sentence that is not in the table can be read by position, if it can be one at all."""
    if len(formatter) == 5 and formatter[2:] in {*SENTENCES, TRANSDUCERS} and not is_own:
        raise ConfigurationError(
            f"sentence '{source.sentence}': write sentence '{formatter[2:]}' and talker '{formatter[:2]}' apart"
        )
    can_be = formatter.isalnum() and formatter.isascii() and (is_own or len(formatter) == 3)
    if can_be and source.field.isdecimal():
        return
    candidates = frozenset({*SENTENCES, TRANSDUCERS})
    alike = sorted(name for name in candidates if name[:2] == formatter[:2])
    near = alike[0] if alike else hints.nearest(formatter, candidates)
    hint = f"; did you mean '{near}'?" if near else ""
    why = "is not known by name: its fields have positions, '1' is the first" if can_be else "is no sentence"
    raise ConfigurationError(f"sentence '{source.sentence}' {why}{hint}")


def _by_name(source: Nmea0183Source, known: SentenceDef | None, hints: Suggester) -> FieldDef:
    fields = () if known is None else known.fields
    found = next((field for field in fields if field.name == source.field), None)
    if found is None:
        names = [field.name for field in fields]
        near = hints.nearest(source.field, frozenset(names))
        hint = f"did you mean '{near}'?" if near else f"it has {', '.join(names)}"
        raise ConfigurationError(f"sentence '{source.sentence.upper()}' has no field '{source.field}'; {hint}")
    return found


def _by_position(definition: TagDef, source: Nmea0183Source, known: SentenceDef | None) -> FieldDef:
    """The field as it stands there; what a known sentence says of its worth counts too."""
    position = int(source.field)
    if position == 0:
        raise ConfigurationError("field '0': positions are counted from 1, the first behind the address")
    named = [field for field in (() if known is None else known.fields) if field.position == position]
    # of two names of one place, such as degrees and percent, what only one of them asks for is no matter of the place
    checks = tuple(check for check in named[0].checks if all(check in one.checks for one in named)) if named else ()
    if definition.kind is TagKind.TEXT:
        return FieldDef(source.field, position, Form.TEXT, checks=checks)
    if named and named[0].form is Form.LETTER and definition.kind in (TagKind.DIGITAL, TagKind.ENUM):
        return named[0]
    if definition.kind is TagKind.DIGITAL:
        return FieldDef(source.field, position, Form.LETTER, checks=checks, codes=_SWITCHES, on="A1", off="V0")
    return FieldDef(source.field, position, Form.NUMBER, checks=checks)


def _instance(source: Nmea0183Source, formatter: str, known: SentenceDef | None, key: tuple[int, ...]) -> str:
    if source.instance and not key:
        having = ", ".join(name for name, sentence in SENTENCES.items() if sentence.key)
        raise ConfigurationError(f"sentence '{formatter}' speaks of one thing only; 'instance' is for {having}")
    if formatter == "ALR" and source.instance:
        raise ConfigurationError("sentence 'ALR' has no instances, only the number in 'alert'")
    return normal_key(source.instance)


def _alert(source: Nmea0183Source, formatter: str) -> tuple[str, str] | None:
    is_alert = formatter in ALERT_NAMES
    if not is_alert:
        if source.alert:
            raise ConfigurationError(
                f"'alert' is for {', '.join(sorted(ALERT_NAMES))}; sentence '{formatter}' has none"
            )
        return None
    if formatter == "ALC" and not source.talker:
        raise ConfigurationError("sentence 'ALC' needs 'talker': each system lists only its own alerts")
    if not source.alert:
        raise ConfigurationError(f"sentence '{formatter}' needs 'alert': the number of the alert, for example '192'")
    maker, _, identifier = source.alert.rpartition("-")
    return maker.upper(), normal_key(identifier)


def _taker(definition: TagDef, source: Nmea0183Source, field: FieldDef) -> Callable[[Sequence[str]], Converted]:
    """Reads the field and makes of it what the tag's kind holds."""
    scaling = _scaling(source)
    read = reader(field)
    shape = _shape(definition, field, scaling)
    at = field.position - 1

    def take(fields: Sequence[str]) -> Converted:
        value, quality = read(fields)
        if value is None:
            return None, quality, fields[at] if len(fields) > at and fields[at] else None
        shaped = shape(value)
        return shaped if quality is _GOOD else (shaped[0], max(quality, shaped[1]), shaped[2])

    return take


def _scaling(source: Nmea0183Source) -> LinearScaling:
    return LinearScaling(source.scale, source.offset)


def _shape(definition: TagDef, field: FieldDef, scaling: LinearScaling) -> Callable[[Scalar], Converted]:
    kind = definition.kind
    if (not field.is_number and kind in _NUMERIC) or (field.form is Form.TEXT and kind is not TagKind.TEXT):
        raise ConfigurationError(f"field '{field.name}' is no number: the tag must be of kind {_KINDS[field.form]}")
    if not scaling.is_identity and kind not in _NUMERIC:
        raise ConfigurationError(f"'scale' and 'offset' are for numbers; a tag of kind '{kind.value}' has none")
    if kind in _NUMERIC:
        return cast("Callable[[Scalar], Converted]", in_range(definition, scaling.compiled()))  # its field is a number
    if kind is TagKind.TEXT:
        return lambda value: (written(field, value), _GOOD, value)
    if kind is TagKind.DIGITAL:
        return _switch(field)
    return _state(field)


def _switch(field: FieldDef) -> Callable[[Scalar], Converted]:
    if field.form is not Form.LETTER:
        return lambda value: (value != 0, _GOOD, value)
    if not field.on:
        raise ConfigurationError(
            f"field '{field.name}' is neither true nor false: the tag must be of kind 'enum' or 'text'"
        )

    def switch(value: Scalar) -> Converted:
        if str(value) in field.on:
            return True, _GOOD, value
        return (False, _GOOD, value) if str(value) in field.off else (None, Quality.BAD_SENSOR_FAILURE, value)

    return switch


def _state(field: FieldDef) -> Callable[[Scalar], Converted]:
    if field.form is Form.LETTER:
        numbers = {letter: number for number, letter in enumerate(field.codes or {})}
        return lambda value: (numbers[str(value)], _GOOD, value)

    def whole(value: Scalar) -> Converted:
        if isinstance(value, float) and value.is_integer():
            return int(value), _GOOD, value
        return None, Quality.BAD_DECODING_ERROR, value

    return whole


def _listed(fields: Sequence[str]) -> Converted:
    """Of an alert's entry in the list: it is there."""
    return True, _GOOD, None


def _never(fields: Sequence[str]) -> Converted:
    return None, Quality.BAD_CONFIGURATION_ERROR, None
