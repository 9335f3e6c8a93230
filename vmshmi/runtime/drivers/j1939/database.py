"""Parameters, groups and texts of faults: the program's own, and those of a customer's DBC file."""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from vmshmi.config.shipped import resources
from vmshmi.runtime.drivers.canbus import DbcMessage, Field
from vmshmi.runtime.drivers.canbus.header import pgn_of


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a group.

    Attributes:
        spn: its number.
        name: for a person.
        layout: where it lies.
        scale, offset: value = raw * scale + offset.
        unit: of the value.
        texts: of a state's raw numbers.
        low, high: what the value can be; None where not known.
    """

    spn: int
    name: str
    layout: Field
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    texts: Mapping[int, str] = field(default_factory=dict[int, str])
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A parameter group.

    Attributes:
        pgn: its number.
        name: short, `EEC1`.
        parameters: by SPN.
    """

    pgn: int
    name: str
    parameters: Mapping[int, Parameter]


@dataclass(frozen=True, slots=True)
class Database:
    """All that is known.

    Attributes:
        groups: by PGN.
        names: of parameters and of parts that can have a fault, by SPN.
        failure_modes: texts by FMI.
    """

    groups: Mapping[int, Group]
    names: Mapping[int, str]
    failure_modes: Mapping[int, str]

    def parameter(self, pgn: int, spn: int) -> Parameter | None:
        """One parameter; None when it is not known in that group."""
        group = self.groups.get(pgn)
        return None if group is None else group.parameters.get(spn)

    def group_name(self, pgn: int) -> str:
        """`61444 EEC1`, or the number alone."""
        group = self.groups.get(pgn)
        return f"{pgn} {group.name}" if group is not None else str(pgn)

    def with_messages(self, messages: Iterable[DbcMessage]) -> "Database":
        """What a DBC file says goes before; a signal needs an SPN there, a message a 29-bit id."""
        groups = dict(self.groups)
        names = dict(self.names)
        for message in messages:
            if not message.extended:
                continue
            pgn = pgn_of(message.id)
            own = {
                signal.spn: Parameter(
                    signal.spn,
                    signal.name,
                    signal.layout,
                    signal.scale,
                    signal.offset,
                    signal.unit,
                    dict(signal.choices),
                )
                for signal in message.signals.values()
                if signal.spn
            }
            if not own:
                continue
            before = groups.get(pgn)
            groups[pgn] = Group(pgn, message.name, {**(before.parameters if before else {}), **own})
            names.update((spn, parameter.name) for spn, parameter in own.items())
        return Database(groups, names, self.failure_modes)


@functools.cache
def own_database() -> Database:
    """The program's own.

    Raises:
        StartError: if the installation has lost it.
    """
    text = (resources() / "j1939" / "parameters.json").read_text(encoding="utf-8")
    data = cast("dict[str, object]", json.loads(text))
    groups: dict[int, Group] = {}
    names = {int(spn): name for spn, name in cast("dict[str, str]", data["other_names"]).items()}
    for entry in cast("list[dict[str, object]]", data["groups"]):
        pgn = cast("int", entry["pgn"])
        parameters = [_parameter(row) for row in cast("list[dict[str, object]]", entry["parameters"])]
        groups[pgn] = Group(pgn, cast("str", entry["name"]), {each.spn: each for each in parameters})
        names.update((each.spn, each.name) for each in parameters)
    modes = {int(fmi): text for fmi, text in cast("dict[str, str]", data["failure_modes"]).items()}
    return Database(groups, names, modes)


def _parameter(row: Mapping[str, object]) -> Parameter:
    def number(key: str, default: float) -> float:
        return float(cast("float", row.get(key, default)))

    return Parameter(
        spn=cast("int", row["spn"]),
        name=cast("str", row["name"]),
        layout=Field(cast("int", row["start"]), cast("int", row["bits"])),
        scale=number("scale", 1.0),
        offset=number("offset", 0.0),
        unit=cast("str", row.get("unit", "")),
        texts={int(raw): text for raw, text in cast("dict[str, str]", row.get("states", {})).items()},
        low=number("min", 0.0) if "min" in row else None,
        high=number("max", 0.0) if "max" in row else None,
    )
