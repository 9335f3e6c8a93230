"""What sentences say about tags: quality, talkers, instances, positions, transducers."""

from typing import Any

import pytest

from tests.support.nmea0183 import NOW, a_binding, a_decoder, bindings_of_all, decoded, sentence, tagged
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue
from vmshmi.runtime.drivers.nmea0183.catalogue import ALERT_NAMES, SENTENCES

_GOOD, _DOUBT, _FAILED = Quality.GOOD, Quality.UNCERTAIN, Quality.BAD_SENSOR_FAILURE
_NOTHING, _UNREADABLE = Quality.BAD_NOT_CONNECTED, Quality.BAD_DECODING_ERROR


def _values(body: str) -> dict[str, Any]:
    """Every named field of a sentence; what is not available left out."""
    formatter = body[2:5]
    found = decoded(a_decoder(*bindings_of_all([formatter])), sentence(body))
    return {
        tag_id.partition(".")[2]: value.value if value.value is not None else value.quality
        for tag_id, value in found
        if value.quality is not _NOTHING
    }


EXAMPLES: dict[str, dict[str, Any]] = {
    "GPRMC,085411.25,A,5222.3215,S,00454.5778,W,0.58,251.34,030414,3.5,W,D,S": {
        "datetime": 1_396_515_251.25,
        "time": 32_051.25,
        "status": "valid",
        "latitude": -52.372025,
        "longitude": -4.90963,
        "speed": 0.58,
        "course_true": 251.34,
        "variation": -3.5,
        "mode": "differential",
        "navigational_status": "safe",
    },
    "GPGGA,085411,5222.3215,N,00454.5778,E,2,04,2.95,16.0,M,47.0,M,3.5,0120": {
        "time": 32_051.0,
        "latitude": 52.372025,
        "longitude": 4.90963,
        "quality": "differential",
        "satellites": 4.0,
        "hdop": 2.95,
        "altitude": 16.0,
        "geoid_separation": 47.0,
        "differential_age": 3.5,
        "station": "0120",
    },
    "GNGNS,103607.00,5327.0,N,00214.0,W,AN,06,5.88,56.0,48.5,,,V": {
        "time": 38_167.0,
        "latitude": 53.45,
        "longitude": -2.2333333333333334,
        "mode": "AN",
        "satellites": 6.0,
        "hdop": 5.88,
        "altitude": 56.0,
        "geoid_separation": 48.5,
        "navigational_status": "not available",
    },
    "IIGLL,6005.4,N,02332.4,E,095559,A,D": {
        "latitude": 60.09,
        "longitude": 23.54,
        "time": 35_759.0,
        "status": "valid",
        "mode": "differential",
    },
    "GPVTG,251.34,T,250.0,M,0.58,N,1.07,K,A": {
        "course_true": 251.34,
        "course_magnetic": 250.0,
        "speed": 0.58,
        "speed_kmh": 1.07,
        "mode": "autonomous",
    },
    "GPZDA,085411.00,03,04,2014,-02,30": {
        "datetime": 1_396_515_251.0,
        "time": 32_051.0,
        "zone_hours": -2.0,
        "zone_minutes": 30.0,
    },
    "GPDTM,W84,,0.1,S,0.2,E,-1.5,W84": {
        "datum": "W84",
        "latitude_offset": -0.1,
        "longitude_offset": 0.2,
        "altitude_offset": -1.5,
        "reference": "W84",
    },
    "GPXTE,A,A,0.67,L,N,D": {
        "cross_track_error": -0.67,
        "status": "valid",
        "lock": "valid",
        "mode": "differential",
    },
    "HCHDG,98.3,0.5,E,12.6,W": {"heading": 98.3, "deviation": 0.5, "variation": -12.6},
    "HEHDT,12.5,T": {"heading": 12.5},
    "HCHDM,12.5,M": {"heading": 12.5},
    "HETHS,12.5,A": {"heading": 12.5, "mode": "autonomous"},
    "TIROT,-35.6,A": {"rate_of_turn": -35.6, "status": "valid"},
    "IIOSD,35.1,A,36.0,P,10.2,R,15.3,1.5,N": {
        "heading": 35.1,
        "status": "valid",
        "course_true": 36.0,
        "course_reference": "positioning",
        "speed": 10.2,
        "set": 15.3,
        "drift": 1.5,
    },
    "VWVHW,45.1,T,46.1,M,6.5,N,12.038,K": {
        "heading_true": 45.1,
        "heading_magnetic": 46.1,
        "speed": 6.5,
        "speed_kmh": 12.038,
    },
    "VDVBW,12.3,-0.4,A,12.5,0.1,A,0.7,A,-0.2,A": {
        "water_speed": 12.3,
        "water_speed_transverse": -0.4,
        "water_status": "valid",
        "ground_speed": 12.5,
        "ground_speed_transverse": 0.1,
        "ground_status": "valid",
        "stern_water_speed_transverse": 0.7,
        "stern_water_status": "valid",
        "stern_ground_speed_transverse": -0.2,
        "stern_ground_status": "valid",
    },
    "VWVLW,2000.5,N,12.5,N,2100.5,N,13.5,N": {
        "water_total": 2000.5,
        "water_trip": 12.5,
        "ground_total": 2100.5,
        "ground_trip": 13.5,
    },
    "IIVDR,10.1,T,12.3,M,1.2,N": {"set_true": 10.1, "set_magnetic": 12.3, "drift": 1.2},
    "IIVPW,4.71,N,2.42,M": {"speed": 4.71, "speed_ms": 2.42},
    "SDDBT,32.8,f,10.0,M,5.5,F": {"depth": 10.0, "depth_feet": 32.8, "depth_fathoms": 5.5},
    "SDDBS,32.8,f,10.0,M,5.5,F": {"depth": 10.0, "depth_feet": 32.8, "depth_fathoms": 5.5},
    "SDDPT,76.1,-2.5,100.0": {"depth": 76.1, "offset": -2.5, "range": 100.0},
    "WIMWV,338,R,10.0,M,A": {
        "angle": 338.0,
        "reference": "relative",
        "speed": 10.0 * 3600 / 1852,
        "status": "valid",
    },
    "WIMWD,20.1,T,18.2,M,10.5,N,5.4,M": {
        "direction_true": 20.1,
        "direction_magnetic": 18.2,
        "speed": 10.5,
        "speed_ms": 5.4,
    },
    "IIVWR,39,L,8.1,N,4.17,M,15.0,K": {"angle": -39.0, "speed": 8.1, "speed_ms": 4.17, "speed_kmh": 15.0},
    "IIVWT,39,R,8.1,N,4.17,M,15.0,K": {"angle": 39.0, "speed": 8.1, "speed_ms": 4.17, "speed_kmh": 15.0},
    "YXMTW,17.75,C": {"temperature": 17.75},
    "AGRSA,10.5,A,-4.5,A": {
        "starboard": 10.5,
        "starboard_status": "valid",
        "port": -4.5,
        "port_status": "valid",
    },
    "AGROR,10.5,A,-4.5,A,B": {
        "starboard": 10.5,
        "starboard_status": "valid",
        "port": -4.5,
        "port_status": "valid",
        "location": "bridge",
    },
    "ERRPM,E,1,649.5,80.5,A": {"speed": 649.5, "pitch": 80.5, "status": "valid"},
    "IIETL,085411,O,03,20,B,1": {
        "time": 32_051.0,
        "type": "order",
        "position": "half ahead",
        "sub_position": "stand by",
        "location": "bridge",
    },
    "IIPRC,-55.5,A,83.0,R,50.5,P,C,1": {
        "lever": -55.5,
        "lever_status": "valid",
        "rpm_demand": 83.0,
        "pitch_demand_percent": 50.5,
        "location": "engine control room",
    },
    "IITRC,1,83.5,P,2.5,D,180.5,B,R": {
        "rpm_demand_percent": 83.5,
        "pitch_demand": 2.5,
        "azimuth_demand": 180.5,
        "location": "bridge",
        "status": "report",
    },
    "IITRD,1,83.5,R,-25.5,P,181.5": {"rpm": 83.5, "pitch_percent": -25.5, "azimuth": 181.5},
    "AGHTD,V,10.5,L,M,T,35.0,15.0,1.5,20.5,123.4,0.5,125.6,T,A,V,A,124.5": {
        "override": "not in use",
        "rudder": -10.5,
        "steering_mode": "manual",
        "turn_mode": "rate",
        "rudder_limit": 35.0,
        "off_heading_limit": 15.0,
        "turn_radius": 1.5,
        "turn_rate": 20.5,
        "heading_to_steer": 123.4,
        "off_track_limit": 0.5,
        "track": 125.6,
        "heading_reference": "true",
        "rudder_status": "within limits",
        "off_heading_status": "limit reached",
        "off_track_status": "within limits",
        "heading": 124.5,
    },
    "HSHSS,BOW1,12.5,A": {"value": 12.5, "status": "valid"},
    "RAHBT,30.0,A,7": {"interval": 30.0, "status": "normal", "sequence": 7.0},
    "IIEVE,085411,PS1,Pump 1 started^2C good": {"time": 32_051.0, "text": "Pump 1 started, good"},
    "FRFIR,E,085411,FD,01,002,003,A,V,Smoke in the store": {
        "type": "each",
        "time": 32_051.0,
        "condition": "activated",
        "acknowledged": "not acknowledged",
        "text": "Smoke in the store",
    },
    "FDDOR,E,085411,WT,01,002,003,O,C,Door 3": {
        "type": "each",
        "time": 32_051.0,
        "state": "open",
        "switch": "sea mode",
        "text": "Door 3",
    },
    "WLWAT,E,085411,WL,01,002,003,J,N,Hold 2": {
        "type": "each",
        "time": 32_051.0,
        "condition": "high-high",
        "override": "normal",
        "text": "Hold 2",
    },
}


@pytest.mark.parametrize("body", EXAMPLES)
def test_a_sentence_gives_its_fields(body: str) -> None:
    found, expected = _values(body), EXAMPLES[body]
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), name


def test_every_sentence_has_an_example() -> None:
    assert {body[2:5] for body in EXAMPLES} == set(SENTENCES) - ALERT_NAMES


@pytest.mark.parametrize(("body", "field", "quality"), [
    ("GPRMC,085411,V,5222.3,N,00454.5,E,0.5,251.3,030414,,,N", "latitude", _FAILED),
    ("GPRMC,085411,V,5222.3,N,00454.5,E,0.5,251.3,030414,,,N", "speed", _FAILED),
    ("GPRMC,085411,V,5222.3,N,00454.5,E,0.5,251.3,030414,,,N", "datetime", _DOUBT),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,0.5,251.3,030414,,", "latitude", _GOOD),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,0.5,251.3,030414,,,", "latitude", _DOUBT),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,0.5,251.3,030414,,,S", "latitude", _DOUBT),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,0.5,251.3,030414,,,E", "latitude", Quality.UNCERTAIN_SENSOR_NOT_ACCURATE),
    ("GPRMC,085411,,5222.3,N,00454.5,E,0.5,251.3,030414,,,A", "latitude", _DOUBT),
    ("GPRMC,085411,A,5222.3,,00454.5,E,0.5,251.3,030414,,,A", "latitude", _NOTHING),
    ("GPRMC,085411,A,5222.3,X,00454.5,E,0.5,251.3,030414,,,A", "latitude", _UNREADABLE),
    ("GPRMC,085411,A,5260.0,N,00454.5,E,0.5,251.3,030414,,,A", "latitude", _UNREADABLE),
    ("GPRMC,085411,A,9100.0,N,00454.5,E,0.5,251.3,030414,,,A", "latitude", _UNREADABLE),
    ("GPRMC,085411,A,-5222.3,N,00454.5,E,0.5,251.3,030414,,,A", "latitude", _UNREADABLE),
    ("GPRMC,085411,A,-5250.0,N,00454.5,E,0.5,251.3,030414,,,A", "latitude", _UNREADABLE),
    ("GPRMC,085461,A,5222.3,N,00454.5,E,0.5,251.3,030414,,,A", "time", _UNREADABLE),
    ("GPRMC,085411,A,5222.3,N,18100.0,E,0.5,251.3,030414,,,A", "longitude", _UNREADABLE),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,XXXXX,251.3,030414,,,A", "speed", _UNREADABLE),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,1e5,251.3,030414,,,A", "speed", _UNREADABLE),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,nan,251.3,030414,,,A", "speed", _UNREADABLE),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,1_0,251.3,030414,,,A", "speed", _UNREADABLE),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,1-2,251.3,030414,,,A", "speed", _UNREADABLE),
    ("GPRMC,085411,A,5222.3,N,00454.5,E,,251.3,030414,,,A", "speed", _NOTHING),
    ("GPRMC,085461,A,5222.3,N,00454.5,E,0.5,251.3,310214,,,A", "datetime", _UNREADABLE),
    ("GPRMC,250000,A,5222.3,N,00454.5,E,0.5,251.3,030414,,,A", "time", _UNREADABLE),
    ("GPGGA,085411,5222.3,N,00454.5,E,0,4,2.95,16.0,M,47.0,M,,", "latitude", _FAILED),
    ("GPGGA,085411,5222.3,N,00454.5,E,8,4,2.95,16.0,M,47.0,M,,", "latitude", _DOUBT),
    ("GPGGA,085411,5222.3,N,00454.5,E,1,4,2.95,16.0,f,47.0,M,,", "altitude", _UNREADABLE),
    ("GPGGA,085411,5222.3,N,00454.5,E,1,4,2.95,16.0,,47.0,M,,", "altitude", _DOUBT),
    ("GNGNS,103607,5327.0,N,00214.0,W,NN,06,5.88,56.0,48.5,,", "latitude", _FAILED),
    ("GNGNS,103607,5327.0,N,00214.0,W,NE,06,5.88,56.0,48.5,,", "latitude", Quality.UNCERTAIN_SENSOR_NOT_ACCURATE),
    ("GNGNS,103607,5327.0,N,00214.0,W,NEA,06,5.88,56.0,48.5,,", "latitude", _GOOD),
    ("GPVTG,251.34,M,,M,0.58,N,1.07,K,A", "course_true", _UNREADABLE),
    ("GPVTG,251.34,T,,M,0.58,N,1.07,K,N", "speed", _FAILED),
    ("HETHS,12.5,V", "heading", _FAILED),
    ("TIROT,-35.6,V", "rate_of_turn", _FAILED),
    ("AGRSA,10.5,V,-4.5,A", "starboard", _FAILED),
    ("AGRSA,10.5,V,-4.5,A", "port", _GOOD),
    ("AGRSA,10.5,A", "port", _NOTHING),
    ("ERRPM,E,1,649.5,80.5,V", "speed", _FAILED),
    ("WIMWV,338,R,10.0,N,V", "angle", _FAILED),
    ("WIMWV,338,R,10.0,Q,A", "speed", _UNREADABLE),
    ("VDVBW,12.3,-0.4,V,12.5,0.1,A", "water_speed", _FAILED),
    ("VDVBW,12.3,-0.4,V,12.5,0.1,A", "ground_speed", _GOOD),
    ("IIPRC,55.5,A,83.0,V,50.5,P,C,1", "rpm_demand", _FAILED),
    ("IIPRC,55.5,A,83.0,P,50.5,P,C,1", "rpm_demand", _NOTHING),
    ("IIPRC,55.5,V,83.0,P,50.5,P,C,1", "lever", _FAILED),
    ("GPXTE,A,V,0.67,L,N,D", "cross_track_error", _FAILED),
])  # fmt: skip
def test_a_value_is_worth_what_its_sentence_says(body: str, field: str, quality: Quality) -> None:
    formatter = body[2:5]
    [(_, value)] = decoded(a_decoder(a_binding("x", formatter, field)), sentence(body))
    assert value.quality is quality
    assert (value.value is None) is quality.is_bad
    assert value.timestamp == NOW


@pytest.mark.parametrize("name", [name for name in SENTENCES if name not in ALERT_NAMES])
def test_a_sentence_with_too_few_fields_is_none(name: str) -> None:
    decoder = a_decoder(*bindings_of_all([name]))
    assert decoded(decoder, sentence(",".join([f"II{name}", *["1"] * (SENTENCES[name].least - 1)]))) == []
    assert decoder.counters()["too_few_fields"] == 1
    assert decoded(decoder, sentence(",".join([f"II{name}", *["1"] * SENTENCES[name].least]))) != []


def test_what_cannot_be_read_is_counted_and_shown_as_it_came() -> None:
    decoder = a_decoder(a_binding("x", "HDT", "heading"))
    assert decoded(decoder, sentence("HEHDT,12x,T")) == [("x", TagValue(None, _UNREADABLE, NOW, "12x"))]
    assert decoder.counters()["decode_errors"] == 1


def test_a_number_is_scaled_and_its_range_judged() -> None:
    decoder = a_decoder(a_binding("x", "MTW", "temperature", scale=1.8, offset=32, tag_range_max=100.0))
    assert [value for _, value in decoded(decoder, sentence("YXMTW,20.0,C"), sentence("YXMTW,50.0,C"))] == [
        TagValue(68.0, _GOOD, NOW, 20.0),
        TagValue(122.0, Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED, NOW, 50.0),
    ]


def test_a_tag_hears_only_its_talker() -> None:
    decoder = a_decoder(
        a_binding("gyro1", "HDT", "heading", talker="HE"),
        a_binding("gyro2", "HDT", "heading", talker="hn"),
        a_binding("any", "HDT", "heading"),
    )
    found = decoded(decoder, sentence("HEHDT,1.0,T"), sentence("HNHDT,2.0,T"), sentence("HEHDT,3.0,T"))
    assert [(tag_id, value.value) for tag_id, value in found] == [
        ("gyro1", 1.0), ("any", 1.0), ("gyro2", 2.0), ("any", 2.0), ("gyro1", 3.0), ("any", 3.0),
    ]  # fmt: skip


def test_a_tag_hears_only_its_system() -> None:
    decoder = a_decoder(a_binding("x", "HDT", "heading", source="HE0002"))
    heading = sentence("HEHDT,1.0,T")
    found = decoded(decoder, heading, tagged("s:HE0001", heading), tagged("s:HE0002", sentence("HEHDT,2.0,T")))
    assert [value.value for _, value in found] == [2.0]


def test_a_group_names_its_system_once() -> None:
    decoder = a_decoder(a_binding("x", "HDT", "heading", source="HE0002"))
    first = tagged("g:1-2-34,s:HE0002", sentence("HEROT,1.0,A"))
    assert decoded(decoder, first, tagged("g:2-2-34", sentence("HEHDT,2.0,T"))) != []
    assert decoded(decoder, tagged("g:2-2-35", sentence("HEHDT,2.0,T"))) == []


def test_groups_that_never_end_are_forgotten() -> None:
    decoder = a_decoder(a_binding("x", "HDT", "heading", source="HE0002"))
    for group in range(100):
        decoded(decoder, tagged(f"g:1-2-{group},s:HE0002", sentence("HEROT,1.0,A")))
    assert decoded(decoder, tagged("g:2-2-1", sentence("HEHDT,2.0,T"))) == []
    assert decoded(decoder, tagged("g:2-2-99", sentence("HEHDT,2.0,T"))) != []


def test_any_number_of_addresses_takes_no_more_memory() -> None:
    decoder = a_decoder(a_binding("x", "HDT", "heading"))
    for number in range(5_000):
        decoded(decoder, sentence(f"{number:05},1"))
    assert len(decoder._routes) <= 2_000
    assert decoded(decoder, sentence("HEHDT,2.0,T")) != []


def test_a_tag_hears_only_its_engine() -> None:
    decoder = a_decoder(
        a_binding("port", "RPM", "speed", instance="E2"),
        a_binding("shaft", "RPM", "speed", instance="s1"),
        a_binding("relative", "MWV", "angle", instance="R"),
        a_binding("thruster", "TRD", "rpm", instance="01"),
    )
    found = decoded(
        decoder,
        sentence("ERRPM,E,1,100.0,,A"),
        sentence("ERRPM,E,2,200.0,,A"),
        sentence("ERRPM,S,1,300.0,,A"),
        sentence("WIMWV,10.0,T,5.0,N,A"),
        sentence("WIMWV,20.0,R,5.0,N,A"),
        sentence("IITRD,1,400.0,R,,,"),
    )
    assert {tag_id: value.value for tag_id, value in found} == {
        "port": 200.0, "shaft": 300.0, "relative": 20.0, "thruster": 400.0,
    }  # fmt: skip
    assert len(found) == 4


@pytest.mark.parametrize("field", ["angle", "1"])
def test_several_instances_on_one_tag_make_it_uncertain(field: str) -> None:
    """Relative and true wind in turn on one tag is no wind at all."""
    decoder = a_decoder(a_binding("x", "MWV", field))
    lines = [sentence(f"WIMWV,{angle}.0,{reference},5.0,N,A") for angle, reference in ((1, "R"), (2, "R"), (3, "T"))]
    assert [value.quality for _, value in decoded(decoder, *lines, lines[0])] == [
        _GOOD, _GOOD, Quality.UNCERTAIN_SUB_NORMAL, Quality.UNCERTAIN_SUB_NORMAL,
    ]  # fmt: skip


def test_proprietary_sentences_are_read_by_position() -> None:
    decoder = a_decoder(
        a_binding("heading", "PFEC", "2", instance="GPatt"),
        a_binding("heave", "pfec", "2", instance="GPhve", scale=100),
        a_binding("ok", "PFEC", "3", "digital", instance="GPhve"),
        a_binding("any", "PFEC", "2", "text"),
    )
    found = decoded(decoder, sentence("PFEC,GPatt,12.345,23.456,34.567,"), sentence("PFEC,GPhve,0.5,A"))
    assert [(tag_id, value.value, value.quality.is_good) for tag_id, value in found] == [
        ("heading", 12.345, True), ("any", "12.345", True),
        ("heave", 50.0, True), ("ok", True, True), ("any", "0.5", False),
    ]  # fmt: skip


def test_a_proprietary_sentence_without_subtypes_is_never_ambiguous() -> None:
    decoder = a_decoder(a_binding("x", "PABC", "2"))
    found = decoded(decoder, *[sentence(f"PABC,{first},5.0") for first in ("1.0", "2.0", "A", "V")])
    assert all(value.quality.is_good for _, value in found)


def test_unknown_sentences_are_read_by_position() -> None:
    decoder = a_decoder(a_binding("x", "WCV", "1", talker="GP"), a_binding("far", "WCV", "9"))
    found = decoded(decoder, sentence("GPWCV,4.5,N"), sentence("IIWCV,5.5,N"))
    assert found == [
        ("x", TagValue(4.5, _GOOD, NOW, 4.5)),
        ("far", TagValue(None, _NOTHING, NOW)),
        ("far", TagValue(None, _NOTHING, NOW)),
    ]


def test_a_position_of_a_known_sentence_is_worth_what_the_sentence_says() -> None:
    decoder = a_decoder(a_binding("x", "RMC", "7"))
    found = decoded(decoder, sentence("GPRMC,085411,V,5222.3,N,00454.5,E,0.5,251.3,030414,,,N"))
    assert found == [("x", TagValue(None, _FAILED, NOW, "0.5"))]


def test_transducers_are_found_by_their_names() -> None:
    decoder = a_decoder(
        a_binding("pitch", "XDR", "PITCH"),
        a_binding("oil", "XDR", "ENGINE#0", instance="P"),
        a_binding("coolant", "XDR", "ENGINE#0", instance="C"),
        a_binding("mixed", "XDR", "ENGINE#0"),
        a_binding("gone", "XDR", "ROLL"),
        a_binding("second", "XDR", "2"),
    )
    found = decoded(decoder, sentence("IIXDR,A,-1.5,D,PITCH,P,350000,P,ENGINE#0,C,81.5,C,ENGINE#0,A,,D,ROLL,A,1.0,D"))
    assert {(tag_id, value.value, value.quality) for tag_id, value in found} == {
        ("pitch", -1.5, _GOOD),
        ("oil", 350_000.0, _GOOD),
        ("coolant", 81.5, _GOOD),
        ("mixed", 350_000.0, _GOOD),
        ("mixed", 81.5, Quality.UNCERTAIN_SUB_NORMAL),
        ("gone", None, _NOTHING),
        ("second", -1.5, _GOOD),
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "status", "value"), [
    ("digital", "A", True), ("digital", "V", False), ("text", "A", "valid"), ("enum", "A", 0), ("enum", "V", 1),
])  # fmt: skip
def test_a_letter_is_a_switch_a_number_or_a_word(kind: str, status: str, value: object) -> None:
    decoder = a_decoder(a_binding("x", "RPM", "status", kind, instance="E1"))
    [(_, found)] = decoded(decoder, sentence(f"ERRPM,E,1,1.0,,{status}"))
    assert (found.value, found.quality, found.raw_value) == (value, _GOOD, status)


def test_a_switch_that_is_neither_on_nor_off_is_bad() -> None:
    decoder = a_decoder(a_binding("fire", "FIR", "condition", "digital"))
    [(_, found)] = decoded(decoder, sentence("FRFIR,E,085411,FD,01,002,003,X,V,"))
    assert (found.value, found.quality, found.raw_value) == (None, _FAILED, "X")


@pytest.mark.parametrize(("kind", "raw", "value", "quality"), [
    ("enum", "4", 4, _GOOD), ("enum", "4.5", None, _UNREADABLE), ("digital", "0", False, _GOOD),
    ("digital", "4", True, _GOOD), ("counter", "4", 4.0, _GOOD), ("text", "4.50", "4.5", _GOOD),
])  # fmt: skip
def test_a_number_fits_every_kind(kind: str, raw: str, value: object, quality: Quality) -> None:
    decoder = a_decoder(a_binding("x", "GGA", "satellites", kind))
    [(_, found)] = decoded(decoder, sentence(f"GPGGA,085411,5222.3,N,00454.5,E,1,{raw},2.95,16.0,M,47.0,M,,"))
    assert (found.value, found.quality) == (value, quality)


@pytest.mark.parametrize(("field", "text"), [("time", "08:54:11.25"), ("datetime", "2014-04-03T08:54:11.25Z")])
def test_times_are_read_by_a_person_as_text(field: str, text: str) -> None:
    decoder = a_decoder(a_binding("x", "RMC", field, "text"))
    [(_, found)] = decoded(decoder, sentence("GPRMC,085411.25,A,5222.3,N,00454.5,E,0.5,251.3,030414,,,A"))
    assert found.value == text


def test_lines_that_did_not_arrive_are_counted_for_each_sender() -> None:
    decoder = a_decoder()
    heading = sentence("HEHDT,1.0,T")
    for source, line in [
        ("A", 5), ("B", 998), ("A", 6), ("A", 9), ("B", 999), ("B", 1), ("B", 3), ("A", 8), ("A", 10), ("A", 10),
    ]:  # fmt: skip
        decoded(decoder, tagged(f"s:{source},n:{line}", heading))
    assert decoder.counters()["lost"] == 3  # A 7 and 8 (which came late), B 2


def test_a_sender_that_begins_anew_has_lost_nothing() -> None:
    decoder = a_decoder()
    for line in (700, 701, 1, 2, 3):
        decoded(decoder, tagged(f"s:A,n:{line}", sentence("HEHDT,1.0,T")))
    assert decoder.counters()["lost"] == 298  # cannot be told from a gap


def test_a_monitor_line_names_the_sentence_and_what_it_says() -> None:
    decoder = a_decoder(a_binding("x", "RPM", "speed"))
    lines = [
        sentence("ERRPM,E,1,649.5,80.0,A"),
        sentence("PFEC,GPhve,0.5,A"),
        b"\xb5b$",
        sentence("GPRMC,085411,V,5222.3,N,00454.5,E,X,251.3,030414,,,N"),
        sentence("IIMWV,1,R,2"),
        sentence("IIXDR,C,81.5,C,ENGINE#0"),
    ]
    found = [(line.key, line.meaning) for line in decoder.describe([(NOW, line) for line in lines])]
    assert found == [
        ("RPM ER E1", "speed 649.5 rpm, pitch 80 %, status valid"),
        ("PFEC", ""),
        ("not understood", "no checksum"),
        (
            "RMC GP",
            "datetime 2014-04-03T08:54:11Z (Uncertain), time 08:54:11, status invalid, latitude BadSensorFailure, "
            "longitude BadSensorFailure, speed BadDecodingError, course_true BadSensorFailure, mode no fix",
        ),
        ("MWV II R", "wind angle and speed; relative and true in turn: too few fields"),
        ("XDR II", "ENGINE#0 81.5 C"),
    ]
    assert decoder.counters()["sentences"] == 0


def test_a_line_of_noise_is_complained_of_until_a_sentence_comes() -> None:
    decoder = a_decoder(a_binding("t", "MTW", "temperature"))
    decoded(decoder, *[b"\xf8\x80\x78"] * 19)
    assert decoder.complaint() == ""
    decoded(decoder, b"\xf8\x80\x78")
    assert decoder.complaint() == "what is heard is no NMEA 0183: is the speed (baud) right?"
    decoded(decoder, sentence("IIMTW,1.5,C"))
    assert decoder.complaint() == ""
    assert decoder.note() == "20 of its lines are no sentences that can be believed"


def test_a_device_that_sends_no_checksums_is_told_how_to_be_heard() -> None:
    line = b"$IIMTW,1.5,C"
    decoder = a_decoder(a_binding("t", "MTW", "temperature"))
    decoded(decoder, *[line] * 20)
    assert '"checksum": "optional"' in decoder.complaint()
    assert '20 for want of a checksum ("checksum": "optional" takes them)' in decoder.note()
    decoder = a_decoder(a_binding("t", "MTW", "temperature"), need_checksum=False)
    decoded(decoder, *[line] * 20)
    assert (decoder.complaint(), decoder.note()) == ("", "")


def test_positions_instances_and_alerts_may_be_written_as_numbers() -> None:
    decoder = a_decoder(a_binding("t", "TRC", 4, instance=1), a_binding("a", "ALR", "active", "digital", alert=192))
    found = decoded(decoder, sentence("IITRC,1,50,P,30,P,0,B,R,C"), sentence("IIALR,120000,192,A,V,Fire"))
    assert [(tag_id, value.value) for tag_id, value in found] == [("t", 30.0), ("a", True)]
