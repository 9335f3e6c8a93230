"""Which tags can be read, and what a person is told about those that cannot."""

import pytest

from tests.support.n2k import a_source, a_tag
from vmshmi.core.tags import TagKind
from vmshmi.runtime.drivers.nmea2000 import binding_problems
from vmshmi.runtime.drivers.nmea2000.binding import bind


def problem(pgn: int, field: str, kind: TagKind = TagKind.ANALOG, **more: object) -> str:
    tags = a_tag("t", a_source(pgn, field, **more), kind)
    bound, problems = bind(tags)
    assert bool(problems) != bool(bound)
    assert binding_problems(None, tags) == problems  # pyright: ignore[reportArgumentType]  # says nothing about tags
    return " ".join(problems.values())


@pytest.mark.parametrize(
    ("pgn", "field", "more", "says"),
    [
        (127487, "speed", {}, "pgn 127487 is not known; did you mean 127488 (engineParametersRapidUpdate)?"),
        (127480, "speed", {}, "pgn 127480 is not known; did you mean 127488 (engineParametersRapidUpdate)?"),
        (172488, "speed", {}, "pgn 172488 is not known; did you mean 127488 (engineParametersRapidUpdate)?"),
        (5, "speed", {}, "pgn 5 is not known"),
        (
            127488,
            "sped",
            {},
            "pgn 127488 (engineParametersRapidUpdate) has no field 'sped'; did you mean 'speed'?",
        ),
        (
            127488,
            "rpm",
            {},
            "pgn 127488 (engineParametersRapidUpdate) has no field 'rpm'; it has boostPressure, instance, speed, "
            "tiltTrim",
        ),
        (127250, "heading", {"instance": 1}, "pgn 127250 (vesselHeading) has no instance; leave it out"),
        (127505, "level", {"match": {"typ": "Water"}}, "match: fluidLevel has no field 'typ'; did you mean 'type'?"),
        (
            127505,
            "level",
            {"match": {"type": "Watter"}},
            "type never says 'Watter'; did you mean 'Water'?",
        ),
        (
            127488,
            "speed",
            {"instance": "Port"},
            "instance never says 'Port'; it says Dual Engine Starboard, Single Engine or Dual Engine Port",
        ),
        (127504, "voltage", {}, 'voltage is there several times; say which one with match, for example {"line": 1}'),
        (
            127504,
            "instance",
            {"match": {"line": 0}},
            "match: line is there several times and says nothing about instance",
        ),
        (127498, "vin", {}, "vin is a text, which needs kind text, not analog"),
        (127488, "speed", {"bit": 1}, "bit picks from a field of bits, and speed is none"),
        (127488, "reserved", {}, "reserved is kept for later and says nothing"),
        (127488, "speed", {"scale": 0.0}, "scale must not be 0"),
    ],
)
def test_what_cannot_be_read_is_explained(pgn: int, field: str, more: dict, says: str) -> None:
    assert problem(pgn, field, **more) == says


def test_a_bit_that_is_not_there_is_told_with_those_that_are() -> None:
    text = problem(127489, "discreteStatus1", TagKind.DIGITAL, bit=20)
    assert text.startswith("discreteStatus1 has no bit 20; it has 0 Check Engine, 1 Over Temperature,")


def test_a_field_of_several_layouts_needs_one_of_them() -> None:
    text = problem(130820, "zone1")
    assert "field 'zone1' is in several layouts of pgn 130820; say which: fusionCapabilities.zone1" in text
    assert problem(130820, "fusionVolumes.zone1") == ""
    assert problem(130820, "zone1", match={"messageId": 29}) == ""
    assert (
        problem(130820, "fusionVolume.zone1")
        == "pgn 130820 has no layout 'fusionVolume'; did you mean 'fusionVolumes'?"
    )


def test_one_wrong_tag_does_not_keep_another_from_being_read() -> None:
    tags = {**a_tag("wrong", a_source(1, "speed")), **a_tag("right", a_source(127488, "speed"))}
    bound, problems = bind(tags)
    assert [binding.tag_id for binding in bound[127488]] == ["right"]
    assert list(problems) == ["wrong"]
