"""Which parameter, or which fault, of which engine a tag is; and what is wrong when it is none. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vmshmi.config.j1939_devices import J1939Source
from vmshmi.config.problems import Suggester
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.description import CONVERSIONS, is_as_it_comes
from vmshmi.runtime.drivers.j1939.convert import Convert, converter
from vmshmi.runtime.drivers.j1939.database import Database, Parameter
from vmshmi.runtime.drivers.j1939.faults import Lamp
from vmshmi.runtime.drivers.j1939.ids import ACTIVE_FAULTS, NameTest

Tags = Mapping[TagId, tuple[TagDef, J1939Source]]

LIST, COUNT = "faults", "count"
FAULT_FIELDS = frozenset((LIST, COUNT, *(lamp.name.lower() for lamp in Lamp)))
_MANY = 8


@dataclass(frozen=True, slots=True)
class Engine:
    """Who must have said it.

    Attributes:
        source: address; None is any.
        name: NAME; None is any. The address then only counts as long as nobody has claimed it.
    """

    source: int | None = None
    name: NameTest | None = None


@dataclass(frozen=True, slots=True)
class ParameterBinding:
    """A tag that is a parameter."""

    tag_id: TagId
    pgn: int
    engine: Engine
    convert: Convert


@dataclass(frozen=True, slots=True)
class FaultBinding:
    """A tag that is something of an engine's active faults.

    Attributes:
        tag_id, definition: the tag.
        engine: whose faults.
        spn, fmi: true while this fault is active; None is any `fmi`.
        field: instead of them: `faults`, `count`, or a lamp.
    """

    tag_id: TagId
    definition: TagDef
    engine: Engine
    spn: int | None = None
    fmi: int | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Bindings:
    """All tags of a device that can be read."""

    parameters: tuple[ParameterBinding, ...]
    faults: tuple[FaultBinding, ...]


def bind(database: Database, tags: Tags) -> tuple[Bindings, dict[TagId, str]]:
    """The tags' bindings, and what is wrong with those that have none."""
    parameters: list[ParameterBinding] = []
    faults: list[FaultBinding] = []
    problems: dict[TagId, str] = {}
    suggester = Suggester()
    for tag_id, (definition, source) in tags.items():
        try:
            engine = _engine(source)
            if source.pgn == ACTIVE_FAULTS:
                faults.append(_fault(tag_id, definition, source, engine, suggester))
            else:
                parameter = _parameter(database, definition, source)
                convert = converter(definition, source, parameter)
                parameters.append(ParameterBinding(tag_id, source.pgn, engine, convert))
        except ConfigurationError as error:
            problems[tag_id] = str(error)
    return Bindings(tuple(parameters), tuple(faults)), problems


def _engine(source: J1939Source) -> Engine:
    if source.name is None:
        return Engine(source.source)
    try:
        return Engine(source.source, NameTest(source.name))
    except ValueError as error:
        raise ConfigurationError(str(error)) from error


def _parameter(database: Database, definition: TagDef, source: J1939Source) -> Parameter:
    """The parameter.

    Raises:
        ConfigurationError: with what was probably meant.
    """
    if source.field or source.fmi is not None:
        key = "field" if source.field else "fmi"
        raise ConfigurationError(f"{key} says something only of pgn {ACTIVE_FAULTS}, the active faults")
    spn = source.spn
    if not spn:
        raise ConfigurationError("spn is missing" if spn is None else "spn 0 is no parameter")
    group = database.groups.get(source.pgn)
    elsewhere = [other for other in database.groups.values() if spn in other.parameters]
    if group is None or spn not in group.parameters:
        where = f"pgn {database.group_name(source.pgn)}" if group else f"pgn {source.pgn}, which is not known"
        if elsewhere:
            other = elsewhere[0]
            name = other.parameters[spn].name
            raise ConfigurationError(
                f"spn {spn} ({name}) is not in {where}; did you mean pgn {other.pgn} ({other.name})?"
            )
        if group is None:
            near = _nearest(source.pgn, database.groups)
            hint = "" if near is None else f"; did you mean {near} ({database.groups[near].name})?"
            raise ConfigurationError(f"pgn {source.pgn} is not known{hint or '; a DBC file can describe it'}")
        raise ConfigurationError(f"spn {spn} is not in {where}{_spn_hint(spn, group.parameters)}")
    parameter = group.parameters[spn]
    conversion = CONVERSIONS.get((parameter.unit, definition.unit))
    if conversion is not None and is_as_it_comes(source):
        raise ConfigurationError(
            f"spn {spn} ({parameter.name}) comes in {parameter.unit}; for {definition.unit} write {conversion}"
        )
    return parameter


def _spn_hint(spn: int, parameters: Mapping[int, Parameter]) -> str:
    near = _nearest(spn, parameters)
    if near is not None:
        return f"; did you mean {near} ({parameters[near].name})?"
    shown = [f"{number} {parameter.name}" for number, parameter in list(parameters.items())[:_MANY]]
    more = f" ... ({len(parameters) - _MANY} more)" if len(parameters) > _MANY else ""
    return f"; it has {', '.join(shown)}{more}"


def _nearest(number: int, candidates: Iterable[int]) -> int | None:
    """The number that one slip of a finger makes of another; None when there is none."""
    near = Suggester().nearest(str(number), frozenset(str(candidate) for candidate in candidates))
    return None if near is None else int(near)


def _fault(
    tag_id: TagId, definition: TagDef, source: J1939Source, engine: Engine, suggester: Suggester
) -> FaultBinding:
    """The binding of a tag to the active faults.

    Raises:
        ConfigurationError: when the keys, or key and kind, do not fit.
    """
    kind = definition.kind
    if source.field:
        if source.field not in FAULT_FIELDS:
            hint = suggester.hint(source.field, FAULT_FIELDS) or f"; there are {', '.join(sorted(FAULT_FIELDS))}"
            raise ConfigurationError(f"there is no field '{source.field}' of the active faults{hint}")
        if source.spn is not None or source.fmi is not None:
            raise ConfigurationError("give either field, or spn with or without fmi")
        if source.field == LIST and kind is not TagKind.TEXT:
            raise ConfigurationError(f"field '{LIST}' is a text, which needs kind text, not {kind.value}")
        return FaultBinding(tag_id, definition, engine, field=source.field)
    if not source.spn:
        raise ConfigurationError("of the active faults a tag needs spn, with or without fmi, or field")
    if kind is not TagKind.DIGITAL:
        raise ConfigurationError(f"a fault is active or not, which needs kind digital, not {kind.value}")
    return FaultBinding(tag_id, definition, engine, source.spn, source.fmi)
