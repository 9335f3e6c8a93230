"""What a project file can get wrong about a sentence is named, with what was probably meant."""

import pytest

from tests.support.nmea0183 import a_binding
from vmshmi.config.nmea0183_devices import Nmea0183Device, Nmea0183Source
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.nmea0183 import binding_problems


@pytest.mark.parametrize(
    ("source", "kind", "problem"),
    [
        ({"sentence": "RMX", "field": "speed"}, "analog", "'1' is the first; did you mean 'RMC'?"),
        (
            {"sentence": "QQQ", "field": "speed"},
            "analog",
            "sentence 'QQQ' is not known by name: its fields have positions",
        ),
        (
            {"sentence": "GPRMC", "field": "speed"},
            "analog",
            "sentence 'GPRMC': write sentence 'RMC' and talker 'GP' apart",
        ),
        ({"sentence": "RM", "field": "1"}, "analog", "sentence 'RM' is no sentence; did you mean 'RMC'?"),
        ({"sentence": "RMC", "field": "sped"}, "analog", "sentence 'RMC' has no field 'sped'; did you mean 'speed'?"),
        ({"sentence": "MTW", "field": "x"}, "analog", "sentence 'MTW' has no field 'x'; it has temperature"),
        ({"sentence": "PFEC", "field": "heave"}, "analog", "its fields have positions, '1' is the first"),
        (
            {"sentence": "PFEC", "field": "1", "talker": "II"},
            "analog",
            "sentence 'PFEC' is proprietary and has no talker; leave 'talker' out",
        ),
        (
            {"sentence": "RMC", "field": "0"},
            "analog",
            "field '0': positions are counted from 1, the first behind the address",
        ),
        (
            {"sentence": "RMC", "field": "status"},
            "analog",
            "field 'status' is no number: the tag must be of kind 'digital', 'enum' or 'text'",
        ),
        (
            {"sentence": "DTM", "field": "datum"},
            "digital",
            "field 'datum' is no number: the tag must be of kind 'text'",
        ),
        (
            {"sentence": "MWV", "field": "reference"},
            "digital",
            "field 'reference' is neither true nor false: the tag must be of kind 'enum' or 'text'",
        ),
        (
            {"sentence": "RMC", "field": "status", "scale": 2},
            "digital",
            "'scale' and 'offset' are for numbers; a tag of kind 'digital' has none",
        ),
        (
            {"sentence": "MTW", "field": "temperature", "scale": 0},
            "analog",
            "scale 0.0 and offset 0.0 must be finite, scale not zero",
        ),
        (
            {"sentence": "HDT", "field": "heading", "instance": "1"},
            "analog",
            "sentence 'HDT' speaks of one thing only; 'instance' is for MWV, RPM, ",
        ),
        (
            {"sentence": "HDT", "field": "heading", "alert": "1"},
            "analog",
            "'alert' is for ALC, ALF, ALR, ARC; sentence 'HDT' has none",
        ),
        (
            {"sentence": "ALF", "field": "active"},
            "digital",
            "sentence 'ALF' needs 'alert': the number of the alert, for example '192'",
        ),
        (
            {"sentence": "ALC", "field": "listed", "alert": "1"},
            "digital",
            "sentence 'ALC' needs 'talker': each system lists only its own alerts",
        ),
        (
            {"sentence": "ALR", "field": "active", "alert": "1", "instance": "1"},
            "digital",
            "sentence 'ALR' has no instances, only the number in 'alert'",
        ),
    ],
)
def test_a_wrong_source_is_named(source: dict[str, str], kind: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        a_binding("x", kind=kind, **source)
    assert problem in str(caught.value)


def test_the_right_tags_are_no_problem() -> None:
    device = Nmea0183Device.model_validate({"id": "d", "driver": "nmea0183", "interface": "serial", "channel": "COM1"})
    tags = {
        TagId(name): (TagDef(TagId(name), kind=TagKind.ANALOG), Nmea0183Source(device="d", sentence="rpm", field=field))
        for name, field in (("good", "speed"), ("bad", "spead"))
    }
    assert binding_problems(device, tags) == {
        TagId("bad"): "sentence 'RPM' has no field 'spead'; did you mean 'speed'?"
    }
