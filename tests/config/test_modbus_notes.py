"""What `vmshmi check` notes about Modbus tags that may run and are mostly a slip, and what it takes people to mean."""

from collections.abc import Mapping

import pytest

from tests.config.ship import a_ship
from vmshmi.config.loader import parse_project
from vmshmi.config.modbus_notes import modbus_notes
from vmshmi.core.errors import ConfigurationError


def _tags(*sources: Mapping[str, object]) -> list[dict[str, object]]:
    return [
        {"id": f"t{i}", "source": {"device": "plc1", "table": "holding", **source}} for i, source in enumerate(sources)
    ]


def _noted(*sources: Mapping[str, object]) -> list[tuple[object, str]]:
    project = parse_project(a_ship(tags=_tags(*sources), alarms=[], pages=[]))
    return [(note.path[1], note.message) for note in modbus_notes(project)]


@pytest.mark.parametrize(
    ("table", "addresses", "meant"),
    [("holding", [40_013, 40_001], 12), ("input", [30_001], 0), ("discrete", [10_101, 10_102], 100)],
)
def test_the_numbers_of_a_manual_are_noted_once_for_a_table(table: str, addresses: list[int], meant: int) -> None:
    ((place, message),) = _noted(*({"table": table, "address": address} for address in addresses))
    assert place == 0
    assert message.startswith("addresses count from 0: ")
    assert message.endswith(f"write {meant}")


def test_addresses_that_only_begin_high_are_no_numbers_of_a_manual() -> None:
    assert _noted({"address": 40_001}, {"address": 12}) == []  # the second cannot be one
    assert _noted({"address": 40_000}, {"address": 40_070}) == []  # SunSpec
    assert _noted({"table": "coil", "address": 10_001}) == []


def test_values_that_cross_are_noted_and_those_that_lie_in_others_are_not() -> None:
    assert _noted({"address": 0, "type": "float32"}, {"address": 1, "type": "float32"}) == [
        (1, "registers 1 to 2 cross those of tag 't0' (0 to 1): is one address or type wrong?")
    ]
    assert _noted({"address": 0, "type": "uint64"}, {"address": 1}, {"address": 3, "type": "int32"}) == [
        (2, "registers 3 to 4 cross those of tag 't0' (0 to 3): is one address or type wrong?")
    ]
    assert _noted({"address": 0, "type": "uint32"}, {"address": 1, "bit": 3}, {"address": 2, "type": "uint32"}) == []
    assert _noted({"address": 0, "type": "float32"}, {"address": 1, "type": "float32", "unit": 2}) == []
    assert _noted({"address": 0, "type": "float32"}, {"address": 1, "type": "float32", "table": "input"}) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"address": 400_013}, "tags[0] t0, source.address: addresses count from 0: 400013 of a manual is 12 here"),
        ({"address": 0, "type": "float"}, "did you mean 'float32'?"),
        ({"address": 0, "type": "REAL"}, "did you mean 'float32'?"),
        ({"address": 0, "type": "uint8"}, "did you mean 'uint16'?"),
        ({"address": 0, "type": "DWORD"}, "did you mean 'uint32'?"),
        ({"address": 0, "word_order": "CDAB"}, "did you mean 'little'?"),
        ({"address": 0, "table": "holding_registers"}, "did you mean 'holding'?"),
        ({"register": 0}, "source.register: unknown key; did you mean 'address'?"),
        ({"address": 0, "slave": 3}, "source.slave: unknown key; did you mean 'unit'?"),
        ({"address": 0, "factor": 3}, "source.factor: unknown key; did you mean 'scale'?"),
    ],
)
def test_what_other_programs_call_it_is_understood(source: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_project(a_ship(tags=_tags(source), alarms=[], pages=[]))
    assert any(problem in said for said in caught.value.problems)
