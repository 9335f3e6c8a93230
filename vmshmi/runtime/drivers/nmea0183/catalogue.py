"""The sentences this program knows by name, with the fields of each: our own table after IEC 61162-1.

Values are in the sentence's own unit; latitude and longitude in decimal degrees, north and east positive. What is not
here is read by position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmshmi.core.quality import Quality
from vmshmi.runtime.drivers.nmea0183.fields import Check, FieldDef, Form

_GOOD, _DOUBT, _FAILED = Quality.GOOD, Quality.UNCERTAIN, Quality.BAD_SENSOR_FAILURE


@dataclass(frozen=True, slots=True)
class SentenceDef:
    """One sentence.

    Attributes:
        title: what it is about.
        least: so many fields it has at the least; with fewer it is none.
        fields: those that can be bound by name.
        key: positions that say which engine, wind, detector it speaks of.
        key_example: how a project file writes that, as `instance`.
    """

    title: str
    least: int
    fields: tuple[FieldDef, ...]
    key: tuple[int, ...] = ()
    key_example: str = ""

    def field(self, name: str) -> FieldDef | None:
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)


def _valid(position: int) -> Check:
    return Check(position, {"A": _GOOD, "V": _FAILED})


def _mode(position: int) -> Check:
    """Mode of a position fix; older devices do not say it. Estimated, manual and simulated are not measured."""
    letters = {**dict.fromkeys("ADPRF", _GOOD), "E": Quality.UNCERTAIN_SENSOR_NOT_ACCURATE, "M": _DOUBT, "S": _DOUBT}
    return Check(position, {**letters, "N": _FAILED}, absent=_GOOD, best=True)


def _number(name: str, position: int, unit: str = "", *checks: Check) -> FieldDef:
    return FieldDef(name, position, Form.NUMBER, unit, checks)


def _united(name: str, position: int, unit: str, letter: str, *checks: Check) -> FieldDef:
    """A number whose unit stands behind it and must be this one."""
    right = Check(position + 1, {letter: _GOOD}, other=Quality.BAD_DECODING_ERROR)
    return FieldDef(name, position, Form.NUMBER, unit, (right, *checks))


def _in_mode(name: str, position: int, unit: str, letter: str) -> FieldDef:
    """A number that is in this unit only where the letter behind it says so; in another it is not available."""
    others = dict.fromkeys("PRD", Quality.BAD_NOT_CONNECTED)
    mode = Check(position + 1, {**others, letter: _GOOD, "V": _FAILED}, other=Quality.BAD_DECODING_ERROR)
    return FieldDef(name, position, Form.NUMBER, unit, (mode,))


def _signed(name: str, position: int, unit: str, minus: str, *checks: Check) -> FieldDef:
    return FieldDef(name, position, Form.SIGNED, unit, checks, (position + 1,), minus)


def _fix(position: int, *checks: Check) -> tuple[FieldDef, FieldDef]:
    return (
        FieldDef("latitude", position, Form.LATITUDE, "°", checks, (position + 1,)),
        FieldDef("longitude", position + 2, Form.LONGITUDE, "°", checks, (position + 3,)),
    )


def _time(position: int) -> FieldDef:
    return FieldDef("time", position, Form.TIME, "s")


def _text(name: str, position: int) -> FieldDef:
    return FieldDef(name, position, Form.TEXT)


def _letter(name: str, position: int, codes: Mapping[str, str], on: str = "", off: str = "") -> FieldDef:
    return FieldDef(name, position, Form.LETTER, codes=codes, on=on, off=off)


_STATUS = {"A": "valid", "V": "invalid"}
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
_LOCATIONS = {
    "B": "bridge",
    "P": "port wing",
    "S": "starboard wing",
    "C": "engine control room",
    "E": "engine side",
    "W": "wing",
}
_MESSAGES = {"S": "section", "E": "each", "F": "fault"}
_ALERT_STATES = {
    "A": "active, unacknowledged",
    "S": "active, silenced",
    "N": "normal",
    "O": "active, responsibility transferred",
    "U": "rectified, unacknowledged",
    "V": "active, acknowledged",
}
_DETECTORS = (3, 4, 5, 6)


def _status(position: int, name: str = "status") -> FieldDef:
    return _letter(name, position, _STATUS, "A", "V")


def _depths() -> tuple[FieldDef, ...]:
    return (
        _united("depth", 3, "m", "M"),
        _united("depth_feet", 1, "ft", "f"),
        _united("depth_fathoms", 5, "fathom", "F"),
    )


def _wind_beside() -> tuple[FieldDef, ...]:
    return (
        _signed("angle", 1, "°", "L"),
        _united("speed", 3, "kn", "N"),
        _united("speed_ms", 5, "m/s", "M"),
        _united("speed_kmh", 7, "km/h", "K"),
    )


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
_RMC_TIME = Check(2, {"A": _GOOD, "V": _DOUBT})

_NAVIGATION: Mapping[str, SentenceDef] = {
    "RMC": SentenceDef(
        "recommended minimum: position, speed, course, date",
        11,
        (
            FieldDef("datetime", 1, Form.MOMENT, "s", (_RMC_TIME,), (9,)),
            _time(1),
            _status(2),
            *_fix(3, _valid(2), _mode(12)),
            _number("speed", 7, "kn", _valid(2), _mode(12)),
            _number("course_true", 8, "°", _valid(2), _mode(12)),
            _signed("variation", 10, "°", "W", _valid(2)),
            _letter("mode", 12, _MODES),
            _letter("navigational_status", 13, _SAFETY),
        ),
    ),
    "GGA": SentenceDef(
        "GPS fix",
        14,
        (
            _time(1),
            *_fix(2, _GGA_QUALITY),
            _letter(
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
            _number("satellites", 7),
            _number("hdop", 8),
            _united("altitude", 9, "m", "M", _GGA_QUALITY),
            _united("geoid_separation", 11, "m", "M", _GGA_QUALITY),
            _number("differential_age", 13, "s"),
            _text("station", 14),
        ),
    ),
    "GNS": SentenceDef(
        "fix of several satellite systems",
        12,
        (
            _time(1),
            *_fix(2, _mode(6)),
            _text("mode", 6),
            _number("satellites", 7),
            _number("hdop", 8),
            _number("altitude", 9, "m", _mode(6)),
            _number("geoid_separation", 10, "m", _mode(6)),
            _number("differential_age", 11, "s"),
            _text("station", 12),
            _letter("navigational_status", 13, _SAFETY),
        ),
    ),
    "GLL": SentenceDef(
        "geographic position",
        6,
        (*_fix(1, _valid(6), _mode(7)), _time(5), _status(6), _letter("mode", 7, _MODES)),
    ),
    "VTG": SentenceDef(
        "course and speed over ground",
        8,
        (
            _united("course_true", 1, "°", "T", _mode(9)),
            _united("course_magnetic", 3, "°", "M", _mode(9)),
            _united("speed", 5, "kn", "N", _mode(9)),
            _united("speed_kmh", 7, "km/h", "K", _mode(9)),
            _letter("mode", 9, _MODES),
        ),
    ),
    "ZDA": SentenceDef(
        "date and time",
        6,
        (
            FieldDef("datetime", 1, Form.MOMENT, "s", beside=(2, 3, 4)),
            _time(1),
            _number("zone_hours", 5, "h"),
            _number("zone_minutes", 6, "min"),
        ),
    ),
    "DTM": SentenceDef(
        "datum",
        8,
        (
            _text("datum", 1),
            _text("subdivision", 2),
            _signed("latitude_offset", 3, "min", "S"),
            _signed("longitude_offset", 5, "min", "W"),
            _number("altitude_offset", 7, "m"),
            _text("reference", 8),
        ),
    ),
    "XTE": SentenceDef(
        "cross-track error; negative where to steer left",
        5,
        (
            FieldDef("cross_track_error", 3, Form.SIGNED, "nmi", (_valid(1), _valid(2), _mode(6)), (4,), "L"),
            _status(1),
            _status(2, "lock"),
            _letter("mode", 6, _MODES),
        ),
    ),
    "HDG": SentenceDef(
        "heading of a magnetic sensor, deviation, variation",
        5,
        (_number("heading", 1, "°"), _signed("deviation", 2, "°", "W"), _signed("variation", 4, "°", "W")),
    ),
    "HDT": SentenceDef("true heading", 2, (_united("heading", 1, "°", "T"),)),
    "HDM": SentenceDef("magnetic heading", 2, (_united("heading", 1, "°", "M"),)),
    "THS": SentenceDef(
        "true heading with its status",
        2,
        (
            _number(
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
            _letter(
                "mode",
                2,
                {"A": "autonomous", "E": "estimated", "M": "manual", "S": "simulator", "V": "invalid"},
                "A",
                "V",
            ),
        ),
    ),
    "ROT": SentenceDef(
        "rate of turn; negative to port", 2, (_number("rate_of_turn", 1, "°/min", _valid(2)), _status(2))
    ),
    "OSD": SentenceDef(
        "own ship",
        9,
        (
            _number("heading", 1, "°", _valid(2)),
            _status(2),
            _number("course_true", 3, "°"),
            _letter(
                "course_reference",
                4,
                {"B": "bottom log", "M": "manual", "W": "water", "R": "radar", "P": "positioning"},
            ),
            FieldDef("speed", 5, Form.SPEED, "kn", beside=(9,)),
            _number("set", 7, "°"),
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
            _number("water_speed", 1, "kn", _valid(3)),
            _number("water_speed_transverse", 2, "kn", _valid(3)),
            _status(3, "water_status"),
            _number("ground_speed", 4, "kn", _valid(6)),
            _number("ground_speed_transverse", 5, "kn", _valid(6)),
            _status(6, "ground_status"),
            _number("stern_water_speed_transverse", 7, "kn", _valid(8)),
            _status(8, "stern_water_status"),
            _number("stern_ground_speed_transverse", 9, "kn", _valid(10)),
            _status(10, "stern_ground_status"),
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
        (_number("depth", 1, "m"), _number("offset", 2, "m"), _number("range", 3, "m")),
    ),
    "MWV": SentenceDef(
        "wind angle and speed; relative and true in turn",
        5,
        (
            _number("angle", 1, "°", _valid(5)),
            _letter("reference", 2, {"R": "relative", "T": "true"}),
            FieldDef("speed", 3, Form.SPEED, "kn", (_valid(5),), (4,)),
            _status(5),
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

_MACHINERY: Mapping[str, SentenceDef] = {
    "RSA": SentenceDef(
        "rudder angle, starboard (or the only one) and port; negative to port",
        2,
        (
            _number("starboard", 1, "°", _valid(2)),
            _status(2, "starboard_status"),
            _number("port", 3, "°", _valid(4)),
            _status(4, "port_status"),
        ),
    ),
    "ROR": SentenceDef(
        "rudder order; negative to port",
        5,
        (
            _number("starboard", 1, "°", _valid(2)),
            _status(2, "starboard_status"),
            _number("port", 3, "°", _valid(4)),
            _status(4, "port_status"),
            _letter("location", 5, _LOCATIONS),
        ),
    ),
    "RPM": SentenceDef(
        "revolutions of an engine or shaft; pitch in per cent of its maximum, negative astern",
        5,
        (
            _number("speed", 3, "rpm", _valid(5)),
            _number("pitch", 4, "%", _valid(5)),
            _status(5),
        ),
        (1, 2),
        "E1",
    ),
    "ETL": SentenceDef(
        "engine telegraph",
        6,
        (
            _time(1),
            _letter("type", 2, {"O": "order", "A": "answer"}),
            _letter(
                "position",
                3,
                {
                    "00": "stop",
                    "01": "dead slow ahead",
                    "02": "slow ahead",
                    "03": "half ahead",
                    "04": "full ahead",
                    "05": "navigation full ahead",
                    "11": "dead slow astern",
                    "12": "slow astern",
                    "13": "half astern",
                    "14": "full astern",
                    "15": "crash astern",
                },
            ),
            _letter("sub_position", 4, {"20": "stand by", "30": "full away", "40": "finished with engine"}),
            _letter("location", 5, _LOCATIONS),
        ),
        (6,),
        "1",
    ),
    "PRC": SentenceDef(
        "propulsion remote control",
        8,
        (
            _number("lever", 1, "%", _valid(2)),
            _status(2, "lever_status"),
            _in_mode("rpm_demand", 3, "rpm", "R"),
            _in_mode("rpm_demand_percent", 3, "%", "P"),
            _in_mode("pitch_demand", 5, "°", "D"),
            _in_mode("pitch_demand_percent", 5, "%", "P"),
            _letter("location", 7, _LOCATIONS),
        ),
        (8,),
        "1",
    ),
    "TRC": SentenceDef(
        "thruster control",
        8,
        (
            _in_mode("rpm_demand", 2, "rpm", "R"),
            _in_mode("rpm_demand_percent", 2, "%", "P"),
            _in_mode("pitch_demand", 4, "°", "D"),
            _in_mode("pitch_demand_percent", 4, "%", "P"),
            _number("azimuth_demand", 6, "°"),
            _letter("location", 7, _LOCATIONS),
            _letter("status", 8, {"R": "report", "C": "command"}),
        ),
        (1,),
        "1",
    ),
    "TRD": SentenceDef(
        "thruster response",
        6,
        (
            _in_mode("rpm", 2, "rpm", "R"),
            _in_mode("rpm_percent", 2, "%", "P"),
            _in_mode("pitch", 4, "°", "D"),
            _in_mode("pitch_percent", 4, "%", "P"),
            _number("azimuth", 6, "°"),
        ),
        (1,),
        "1",
    ),
    "HTD": SentenceDef(
        "heading and track control; rudder negative to port",
        17,
        (
            _letter("override", 1, {"A": "in use", "V": "not in use"}, "A", "V"),
            _signed("rudder", 2, "°", "L"),
            _letter(
                "steering_mode",
                4,
                {
                    "M": "manual",
                    "S": "stand-alone heading control",
                    "H": "heading control",
                    "T": "track control",
                    "R": "remote rudder",
                },
            ),
            _letter("turn_mode", 5, {"R": "radius", "T": "rate", "N": "not controlled"}),
            _number("rudder_limit", 6, "°"),
            _number("off_heading_limit", 7, "°"),
            _number("turn_radius", 8, "nmi"),
            _number("turn_rate", 9, "°/min"),
            _number("heading_to_steer", 10, "°"),
            _number("off_track_limit", 11, "nmi"),
            _number("track", 12, "°"),
            _letter("heading_reference", 13, {"T": "true", "M": "magnetic"}),
            _letter("rudder_status", 14, {"A": "within limits", "V": "limit reached"}, "A", "V"),
            _letter("off_heading_status", 15, {"A": "within limits", "V": "limit reached"}, "A", "V"),
            _letter("off_track_status", 16, {"A": "within limits", "V": "limit reached"}, "A", "V"),
            _number("heading", 17, "°"),
        ),
    ),
    "HSS": SentenceDef("hull stress", 3, (_number("value", 2, "", _valid(3)), _status(3)), (1,), "BOW1"),
    "HBT": SentenceDef(
        "heartbeat of a system",
        3,
        (
            _number("interval", 1, "s"),
            _letter("status", 2, {"A": "normal", "V": "not normal"}, "A", "V"),
            _number("sequence", 3),
        ),
    ),
    "EVE": SentenceDef("event", 3, (_time(1), _text("text", 3)), (2,), "PS1"),
    "FIR": SentenceDef(
        "fire detection",
        9,
        (
            _letter("type", 1, _MESSAGES),
            _time(2),
            _letter("condition", 7, {"A": "activated", "V": "not activated", "X": "fault"}, "A", "V"),
            _letter("acknowledged", 8, {"A": "acknowledged", "V": "not acknowledged"}, "A", "V"),
            _text("text", 9),
        ),
        _DETECTORS,
        "FD.01.002.3",
    ),
    "DOR": SentenceDef(
        "door",
        9,
        (
            _letter("type", 1, _MESSAGES),
            _time(2),
            _letter(
                "state",
                7,
                {"O": "open", "C": "closed", "S": "secured", "F": "free", "X": "fault"},
                "O",
                "CS",
            ),
            _letter("switch", 8, {"O": "harbour mode", "C": "sea mode"}),
            _text("text", 9),
        ),
        _DETECTORS,
        "WT.01.002.3",
    ),
    "WAT": SentenceDef(
        "water level detection",
        9,
        (
            _letter("type", 1, _MESSAGES),
            _time(2),
            _letter(
                "condition",
                7,
                {"N": "normal", "H": "high", "J": "high-high", "L": "low", "K": "low-low", "X": "fault"},
                "HJLK",
                "N",
            ),
            _letter("override", 8, {"O": "overridden", "N": "normal"}, "O", "N"),
            _text("text", 9),
        ),
        _DETECTORS,
        "WL.01.002.3",
    ),
}

_ALERTS: Mapping[str, SentenceDef] = {
    "ALF": SentenceDef(
        "alert of another system",
        13,
        (
            _letter("active", 7, _ALERT_STATES, "ASOV", "NU"),
            _letter("unacknowledged", 7, _ALERT_STATES, "ASOU", "NV"),
            _letter("state", 7, _ALERT_STATES, "ASOV", "NU"),
            _time(4),
            _letter("category", 5, {"A": "A", "B": "B", "C": "C"}),
            _letter("priority", 6, {"E": "emergency alarm", "A": "alarm", "W": "warning", "C": "caution"}),
            _number("revision", 11),
            _number("escalation", 12),
            _text("text", 13),
        ),
        (8, 9, 10),
    ),
    "ALC": SentenceDef("list of the alerts of a system that are not normal", 4, (_text("listed", 4),), (5, 6, 7)),
    "ALR": SentenceDef(
        "alarm of another system",
        5,
        (
            _letter("active", 3, {"A": "active", "V": "not active"}, "A", "V"),
            _letter("acknowledged", 4, {"A": "acknowledged", "V": "not acknowledged"}, "A", "V"),
            _time(1),
            _text("text", 5),
        ),
        (2,),
    ),
    "ARC": SentenceDef(
        "command to an alert that was refused",
        5,
        (
            _time(1),
            _letter("command", 5, {"A": "acknowledge", "Q": "request", "O": "transfer", "S": "silence"}),
        ),
        (2, 3, 4),
    ),
}

SENTENCES: Mapping[str, SentenceDef] = {**_NAVIGATION, **_MACHINERY, **_ALERTS}
ALERTS = frozenset(_ALERTS)
"""Those whose `key` is an alert: manufacturer, number, instance; of ALR only a number."""


def key_of(fields: Sequence[str], positions: tuple[int, ...]) -> str:
    """Which engine, wind, detector a sentence speaks of, as a project file writes it."""
    parts = [fields[position - 1] if len(fields) >= position else "" for position in positions]
    return normal_key("".join(parts) if len(parts) == 2 else ".".join(parts))


def normal_key(text: str) -> str:
    """The same key however its numbers are padded and its letters cased: `FD.01.002.3` is `FD.1.2.3`."""
    return ".".join(part.lstrip("0") or "0" if part.isdecimal() else part.upper() for part in text.split("."))
