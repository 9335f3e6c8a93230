"""Sentences of navigation: position, course, speed, heading, wind, depth."""

from collections.abc import Mapping

from vmshmi.core.quality import Quality
from vmshmi.runtime.drivers.nmea0183.definitions import (
    SentenceDef,
    letter_field,
    number_field,
    signed_field,
    status_field,
    text_field,
    time_field,
    valid,
)
from vmshmi.runtime.drivers.nmea0183.fields import Check, FieldDef, Form

_GOOD, _DOUBT, _FAILED = Quality.GOOD, Quality.UNCERTAIN, Quality.BAD_SENSOR_FAILURE
_MODES = {
    "A": "autonomous",
    "D": "differential",
    "E": "estimated",
    "F": "float RTK",
    "M": "manual",
    "N": "no fix",
    "P": "precise",
    "R": "RTK",
    "S": "simulator",
}
_SAFETY = {"S": "safe", "C": "caution", "U": "unsafe", "V": "not available"}
_RMC_TIME = Check(2, {"A": _GOOD, "V": _DOUBT})
_GGA_QUALITY = Check(
    6,
    {
        "0": _FAILED,
        **dict.fromkeys("12345", _GOOD),
        "6": Quality.UNCERTAIN_SENSOR_NOT_ACCURATE,
        "7": _DOUBT,
        "8": _DOUBT,
    },
)


def _mode(position: int) -> Check:
    """Mode of a position fix; older devices do not say it. Estimated, manual and simulated are not measured."""
    letters = {**dict.fromkeys("ADPRF", _GOOD), "E": Quality.UNCERTAIN_SENSOR_NOT_ACCURATE, "M": _DOUBT, "S": _DOUBT}
    return Check(position, {**letters, "N": _FAILED}, absent=_GOOD, best=True)


def _united(name: str, position: int, unit: str, letter: str, *checks: Check) -> FieldDef:
    """A number whose unit stands behind it and must be this one."""
    right = Check(position + 1, {letter: _GOOD}, other=Quality.BAD_DECODING_ERROR)
    return FieldDef(name, position, Form.NUMBER, unit, (right, *checks))


def _fix(position: int, *checks: Check) -> tuple[FieldDef, FieldDef]:
    return (
        FieldDef("latitude", position, Form.LATITUDE, "°", checks, (position + 1,)),
        FieldDef("longitude", position + 2, Form.LONGITUDE, "°", checks, (position + 3,)),
    )


def _depths() -> tuple[FieldDef, ...]:
    return (
        _united("depth", 3, "m", "M"),
        _united("depth_feet", 1, "ft", "f"),
        _united("depth_fathoms", 5, "fathom", "F"),
    )


def _wind_beside() -> tuple[FieldDef, ...]:
    return (
        signed_field("angle", 1, "°", "L"),
        _united("speed", 3, "kn", "N"),
        _united("speed_ms", 5, "m/s", "M"),
        _united("speed_kmh", 7, "km/h", "K"),
    )


NAVIGATION: Mapping[str, SentenceDef] = {
    "RMC": SentenceDef(
        "recommended minimum: position, speed, course, date",
        11,
        (
            FieldDef("datetime", 1, Form.MOMENT, "s", (_RMC_TIME,), (9,)),
            time_field(1),
            status_field(2),
            *_fix(3, valid(2), _mode(12)),
            number_field("speed", 7, "kn", valid(2), _mode(12)),
            number_field("course_true", 8, "°", valid(2), _mode(12)),
            signed_field("variation", 10, "°", "W", valid(2)),
            letter_field("mode", 12, _MODES),
            letter_field("navigational_status", 13, _SAFETY),
        ),
    ),
    "GGA": SentenceDef(
        "GPS fix",
        14,
        (
            time_field(1),
            *_fix(2, _GGA_QUALITY),
            letter_field(
                "quality",
                6,
                {
                    "0": "no fix",
                    "1": "GPS",
                    "2": "differential",
                    "3": "precise",
                    "4": "RTK",
                    "5": "float RTK",
                    "6": "estimated",
                    "7": "manual",
                    "8": "simulator",
                },
                "12345",
                "0",
            ),
            number_field("satellites", 7),
            number_field("hdop", 8),
            _united("altitude", 9, "m", "M", _GGA_QUALITY),
            _united("geoid_separation", 11, "m", "M", _GGA_QUALITY),
            number_field("differential_age", 13, "s"),
            text_field("station", 14),
        ),
    ),
    "GNS": SentenceDef(
        "fix of several satellite systems",
        12,
        (
            time_field(1),
            *_fix(2, _mode(6)),
            text_field("mode", 6),
            number_field("satellites", 7),
            number_field("hdop", 8),
            number_field("altitude", 9, "m", _mode(6)),
            number_field("geoid_separation", 10, "m", _mode(6)),
            number_field("differential_age", 11, "s"),
            text_field("station", 12),
            letter_field("navigational_status", 13, _SAFETY),
        ),
    ),
    "GLL": SentenceDef(
        "geographic position",
        6,
        (*_fix(1, valid(6), _mode(7)), time_field(5), status_field(6), letter_field("mode", 7, _MODES)),
    ),
    "VTG": SentenceDef(
        "course and speed over ground",
        8,
        (
            _united("course_true", 1, "°", "T", _mode(9)),
            _united("course_magnetic", 3, "°", "M", _mode(9)),
            _united("speed", 5, "kn", "N", _mode(9)),
            _united("speed_kmh", 7, "km/h", "K", _mode(9)),
            letter_field("mode", 9, _MODES),
        ),
    ),
    "ZDA": SentenceDef(
        "date and time",
        6,
        (
            FieldDef("datetime", 1, Form.MOMENT, "s", beside=(2, 3, 4)),
            time_field(1),
            number_field("zone_hours", 5, "h"),
            number_field("zone_minutes", 6, "min"),
        ),
    ),
    "DTM": SentenceDef(
        "datum",
        8,
        (
            text_field("datum", 1),
            text_field("subdivision", 2),
            signed_field("latitude_offset", 3, "min", "S"),
            signed_field("longitude_offset", 5, "min", "W"),
            number_field("altitude_offset", 7, "m"),
            text_field("reference", 8),
        ),
    ),
    "XTE": SentenceDef(
        "cross-track error; negative where to steer left",
        5,
        (
            FieldDef("cross_track_error", 3, Form.SIGNED, "nmi", (valid(1), valid(2), _mode(6)), (4,), "L"),
            status_field(1),
            status_field(2, "lock"),
            letter_field("mode", 6, _MODES),
        ),
    ),
    "HDG": SentenceDef(
        "heading of a magnetic sensor, deviation, variation",
        5,
        (
            number_field("heading", 1, "°"),
            signed_field("deviation", 2, "°", "W"),
            signed_field("variation", 4, "°", "W"),
        ),
    ),
    "HDT": SentenceDef("true heading", 2, (_united("heading", 1, "°", "T"),)),
    "HDM": SentenceDef("magnetic heading", 2, (_united("heading", 1, "°", "M"),)),
    "THS": SentenceDef(
        "true heading with its status",
        2,
        (
            number_field(
                "heading",
                1,
                "°",
                Check(
                    2,
                    {
                        "A": _GOOD,
                        "E": Quality.UNCERTAIN_SENSOR_NOT_ACCURATE,
                        "M": _DOUBT,
                        "S": _DOUBT,
                        "V": _FAILED,
                    },
                ),
            ),
            letter_field(
                "mode",
                2,
                {"A": "autonomous", "E": "estimated", "M": "manual", "S": "simulator", "V": "invalid"},
                "A",
                "V",
            ),
        ),
    ),
    "ROT": SentenceDef(
        "rate of turn; negative to port", 2, (number_field("rate_of_turn", 1, "°/min", valid(2)), status_field(2))
    ),
    "OSD": SentenceDef(
        "own ship",
        9,
        (
            number_field("heading", 1, "°", valid(2)),
            status_field(2),
            number_field("course_true", 3, "°"),
            letter_field(
                "course_reference",
                4,
                {"B": "bottom log", "M": "manual", "W": "water", "R": "radar", "P": "positioning"},
            ),
            FieldDef("speed", 5, Form.SPEED, "kn", beside=(9,)),
            number_field("set", 7, "°"),
            FieldDef("drift", 8, Form.SPEED, "kn", beside=(9,)),
        ),
    ),
    "VHW": SentenceDef(
        "speed through water and heading",
        8,
        (
            _united("heading_true", 1, "°", "T"),
            _united("heading_magnetic", 3, "°", "M"),
            _united("speed", 5, "kn", "N"),
            _united("speed_kmh", 7, "km/h", "K"),
        ),
    ),
    "VBW": SentenceDef(
        "speed over ground and through water; negative astern and to port",
        6,
        (
            number_field("water_speed", 1, "kn", valid(3)),
            number_field("water_speed_transverse", 2, "kn", valid(3)),
            status_field(3, "water_status"),
            number_field("ground_speed", 4, "kn", valid(6)),
            number_field("ground_speed_transverse", 5, "kn", valid(6)),
            status_field(6, "ground_status"),
            number_field("stern_water_speed_transverse", 7, "kn", valid(8)),
            status_field(8, "stern_water_status"),
            number_field("stern_ground_speed_transverse", 9, "kn", valid(10)),
            status_field(10, "stern_ground_status"),
        ),
    ),
    "VLW": SentenceDef(
        "distance travelled",
        4,
        (
            _united("water_total", 1, "nmi", "N"),
            _united("water_trip", 3, "nmi", "N"),
            _united("ground_total", 5, "nmi", "N"),
            _united("ground_trip", 7, "nmi", "N"),
        ),
    ),
    "VDR": SentenceDef(
        "set and drift",
        6,
        (
            _united("set_true", 1, "°", "T"),
            _united("set_magnetic", 3, "°", "M"),
            _united("drift", 5, "kn", "N"),
        ),
    ),
    "VPW": SentenceDef("speed to windward", 4, (_united("speed", 1, "kn", "N"), _united("speed_ms", 3, "m/s", "M"))),
    "DBT": SentenceDef("depth below transducer", 6, _depths()),
    "DBS": SentenceDef("depth below surface", 6, _depths()),
    "DPT": SentenceDef(
        "depth; offset positive from the transducer to the surface, negative to the keel",
        2,
        (number_field("depth", 1, "m"), number_field("offset", 2, "m"), number_field("range", 3, "m")),
    ),
    "MWV": SentenceDef(
        "wind angle and speed; relative and true in turn",
        5,
        (
            number_field("angle", 1, "°", valid(5)),
            letter_field("reference", 2, {"R": "relative", "T": "true"}),
            FieldDef("speed", 3, Form.SPEED, "kn", (valid(5),), (4,)),
            status_field(5),
        ),
        (2,),
        "R",
    ),
    "MWD": SentenceDef(
        "wind direction and speed",
        8,
        (
            _united("direction_true", 1, "°", "T"),
            _united("direction_magnetic", 3, "°", "M"),
            _united("speed", 5, "kn", "N"),
            _united("speed_ms", 7, "m/s", "M"),
        ),
    ),
    "VWR": SentenceDef("relative wind; negative to port", 8, _wind_beside()),
    "VWT": SentenceDef("true wind; negative to port", 8, _wind_beside()),
    "MTW": SentenceDef("water temperature", 2, (_united("temperature", 1, "°C", "C"),)),
}
