"""Victron's register map and what is in its registers, read from the files in tests/data/victron.

Shares no code with the driver: words are made here with `int.to_bytes`, so that the two can be compared.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "data" / "victron"

UNITS = {"system": 0, "vebus": 246, "battery": 247, "grid": 30}
"""Unit ids of the four services that the map's own test simulates."""
_FIRST_FREE_UNIT = 101

Value = float | str


@dataclass(frozen=True)
class Register:
    """One row of the map.

    Attributes:
        service: last part of the D-Bus name, for example `battery`.
        path: D-Bus path.
        remark: unit, or states as `0=Off;1=On`.
        address: first register.
        type: `uint16`, `int16`, `uint32`, `int32`, or `string`.
        count: registers it takes.
        scale: raw count per engineering unit.
        is_writable: the map's last column says W.
    """

    service: str
    path: str
    remark: str
    address: int
    type: str
    count: int
    scale: float
    is_writable: bool = False

    @property
    def is_signed(self) -> bool:
        """How the word must be read to come back to the value; see SOURCES.md for negative scales."""
        return self.type.startswith("int") or self.scale < 0

    @property
    def states(self) -> dict[int, str]:
        """Texts of the numbers, where the map gives them."""
        found = re.findall(r"(?:^|;)\s*(\d+)=([^;]+)", self.remark)
        return {int(number): text.strip() for number, text in found}

    def words(self, value: Value) -> list[int]:
        """What Victron's server puts into the registers."""
        if isinstance(value, str):
            data = value.encode().ljust(self.count * 2, b"\0")
        else:
            data = (round(value * self.scale) % (1 << 16 * self.count)).to_bytes(self.count * 2, "big")
        return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]

    def readable(self, value: Value) -> Value:
        """The value as the registers can tell it: 23.456 with scale 10 is 23.5."""
        return value if isinstance(value, str) else round(value * self.scale) / self.scale


@cache
def registers() -> tuple[Register, ...]:
    """Every row that holds a value, in the order of the map; reserved and internal rows are left out."""
    found: list[Register] = []
    with (DATA / "attributes.csv").open(encoding="utf-8", newline="") as file:
        for name, path, _, remark, address, kind, scale, access in csv.reader(file):
            shape = re.fullmatch(r"(u?int)(16|32)|string\[(\d+)]", kind)
            if shape is None:
                continue
            count = int(shape[3]) if shape[3] else int(shape[2]) // 16
            service = name.removeprefix("com.victronenergy.")
            type_name = "string" if shape[3] else kind
            factor = float(scale or 1)
            found.append(Register(service, path, remark, int(address), type_name, count, factor, access == "W"))
    return tuple(found)


@cache
def reserved() -> tuple[tuple[str, int, int], ...]:
    """Service, address and count of the rows that hold no value; a GX device answers them with zeros."""
    found: list[tuple[str, int, int]] = []
    with (DATA / "attributes.csv").open(encoding="utf-8", newline="") as file:
        for name, _, _, _, address, kind, _, _ in csv.reader(file):
            shape = re.fullmatch(r"(?:reserved|INTERNAL)\[(\d+)]", kind)
            if shape is not None:
                found.append((name.removeprefix("com.victronenergy."), int(address), int(shape[1])))
    return tuple(found)


@cache
def units() -> Mapping[str, int]:
    """A unit id for every service of the map; the four simulated ones keep theirs."""
    others = sorted({register.service for register in registers()} - set(UNITS))
    return UNITS | {service: unit for unit, service in enumerate(others, start=_FIRST_FREE_UNIT)}


@cache
def simulated() -> Mapping[tuple[str, str], Value]:
    """Engineering value by service and path, from Victron's simulation files."""
    values: dict[tuple[str, str], Value] = {}
    for service in UNITS:
        with (DATA / "sim" / f"{service}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if len(row) == 3:
                    path, kind, text = row
                    values[service, path] = text if kind == "s" else float(text)
    return values


def simulated_registers() -> tuple[Register, ...]:
    """The rows of the map whose value the simulation files give."""
    return tuple(register for register in registers() if (register.service, register.path) in simulated())


def invented(register: Register) -> Value:
    """A value for a row the simulation says nothing of: unlike its neighbours', anywhere in the type."""
    if register.type == "string":
        return f"{register.service[:2]}{register.address}"[: register.count * 2]
    if register.states:
        states = sorted(register.states)
        return float(states[register.address % len(states)])
    span = 1 << 16 * register.count
    raw = (register.address * 2_654_435_761) % span
    if register.is_signed and raw >= span // 2:
        raw -= span
    return raw / register.scale


def value_of(register: Register) -> Value:
    """The simulated value, or the invented one."""
    return simulated().get((register.service, register.path), invented(register))


@dataclass(frozen=True)
class Expected:
    """One read of Victron's own test."""

    unit: int
    address: int
    words: tuple[int, ...]


def expected() -> Iterator[Expected]:
    """Every read of Victron's own test."""
    for check in json.loads((DATA / "expected_registers.json").read_text(encoding="utf-8")):
        yield Expected(check["unit"], check["register"], tuple(check["values"]))


def writes(rows: Iterable[Register]) -> list[tuple[int, str, int, list[int]]]:
    """What a server must hold for these rows, in holding and in input registers as a GX device has it."""
    rows = tuple(rows)
    services = {row.service for row in rows}
    pairs = [(row.service, row.address, row.words(value_of(row))) for row in rows]
    pairs += [(service, address, [0] * count) for service, address, count in reserved() if service in services]
    return [
        (units()[service], table, address, words) for service, address, words in pairs for table in ("holding", "input")
    ]
