"""What an engineer gets wrong is said with what was probably meant."""

from typing import Any

import pytest

from tests.support.j1939 import tag
from vmshmi.config.j1939_devices import J1939Device
from vmshmi.core.tags import TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.j1939 import binding_problems
from vmshmi.runtime.drivers.j1939.binding import Tags, bind
from vmshmi.runtime.drivers.j1939.database import own_database

ANALOG, DIGITAL, TEXT = TagKind.ANALOG, TagKind.DIGITAL, TagKind.TEXT


def problem(tags: Tags) -> str:
    return bind(own_database(), tags)[1].get(TagId("t"), "")


@pytest.mark.parametrize(
    ("kind", "keys", "said"),
    [
        (ANALOG, {"pgn": 61444, "spn": 190}, ""),
        (
            ANALOG,
            {"pgn": 61443, "spn": 190},
            "spn 190 (Engine Speed) is not in pgn 61443 EEC2; did you mean pgn 61444 (EEC1)?",
        ),
        (
            ANALOG,
            {"pgn": 61400, "spn": 190},
            "spn 190 (Engine Speed) is not in pgn 61400, which is not known; did you mean pgn 61444 (EEC1)?",
        ),
        (
            ANALOG,
            {"pgn": 61444, "spn": 5130},
            "spn 5130 is not in pgn 61444 EEC1; did you mean 513 (Actual Engine Percent Torque)?",
        ),
        (ANALOG, {"pgn": 65279, "spn": 12345}, "spn 12345 is not in pgn 65279 WFI; it has 97 Water In Fuel Indicator"),
        (ANALOG, {"pgn": 65362, "spn": 12345}, "pgn 65362 is not known; did you mean 65262 (ET1)?"),
        (ANALOG, {"pgn": 1, "spn": 12345}, "pgn 1 is not known; a DBC file can describe it"),
        (ANALOG, {"pgn": 61444, "spn": 0}, "spn 0 is no parameter"),
        (ANALOG, {"pgn": 61444}, "spn is missing"),
        (ANALOG, {"pgn": 61444, "spn": 190, "fmi": 3}, "fmi says something only of pgn 65226, the active faults"),
        (ANALOG, {"pgn": 61444, "field": "count"}, "field says something only of pgn 65226, the active faults"),
        (ANALOG, {"pgn": 61444, "spn": 190, "name": "12"}, "'12' is no NAME; it has 16 digits in hexadecimal"),
        (
            ANALOG,
            {"pgn": 61444, "spn": 190, "name": "x" * 16},
            f"'{'x' * 16}' is no NAME; it has 16 digits in hexadecimal",
        ),
        (ANALOG, {"pgn": 61444, "spn": 190, "name": {}}, "name says nothing; give at least one part of it"),
        (ANALOG, {"pgn": 61444, "spn": 190, "scale": 0.0}, "scale 0.0 and offset 0.0 must be finite, scale not zero"),
        (TEXT, {"pgn": 65226, "field": "faults"}, ""),
        (DIGITAL, {"pgn": 65226, "spn": 100, "fmi": 1}, ""),
        (ANALOG, {"pgn": 65226, "field": "faults"}, "field 'faults' is a text, which needs kind text, not analog"),
        (
            ANALOG,
            {"pgn": 65226, "field": "red_lamp"},
            "there is no field 'red_lamp' of the active faults; did you mean 'red_stop'?",
        ),
        (
            ANALOG,
            {"pgn": 65226, "field": "x"},
            "there is no field 'x' of the active faults; "
            "there are amber_warning, count, faults, malfunction, protect, red_stop",
        ),
        (ANALOG, {"pgn": 65226, "spn": 100}, "a fault is active or not, which needs kind digital, not analog"),
        (DIGITAL, {"pgn": 65226, "spn": 100, "field": "count"}, "give either field, or spn with or without fmi"),
        (DIGITAL, {"pgn": 65226}, "of the active faults a tag needs spn, with or without fmi, or field"),
        (DIGITAL, {"pgn": 65226, "spn": 0}, "of the active faults a tag needs spn, with or without fmi, or field"),
    ],
)
def test_what_does_not_fit_is_said(kind: TagKind, keys: dict[str, Any], said: str) -> None:
    assert problem(tag("t", kind, **keys)) == said


@pytest.mark.parametrize(
    ("unit", "scale", "said"),
    [
        ("bar", 1.0, "spn 100 (Engine Oil Pressure) comes in kPa; for bar write scale 0.01"),
        ("bar", 0.01, ""),
        ("kPa", 1.0, ""),
        ("", 1.0, ""),
        ("my unit", 1.0, ""),
    ],
)
def test_a_unit_that_would_be_wrong_by_a_factor_is_said(unit: str, scale: float, said: str) -> None:
    assert problem(tag("t", unit=unit, pgn=65263, spn=100, scale=scale)) == said


def test_one_tag_that_is_wrong_costs_no_other() -> None:
    bindings, problems = bind(own_database(), {**tag("t", pgn=61444, spn=191), **tag("rpm", pgn=61444, spn=190)})
    assert [binding.tag_id for binding in bindings.parameters] == ["rpm"]
    assert list(problems) == ["t"]


def test_a_file_that_is_not_there_is_said_once() -> None:
    device = J1939Device(id="eng", driver="j1939", interface="virtual", channel="x", dbc="/no/such.dbc")
    tags = {**tag("a", pgn=61444, spn=191), **tag("b", pgn=61444, spn=190)}
    assert binding_problems(device, tags) == {"a": "there is no file /no/such.dbc"}
    assert list(binding_problems(device.model_copy(update={"dbc": ""}), tags)) == ["a"]
