"""Sentences of machinery, steering, safety, and of alerts of other systems."""

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


def _in_mode(name: str, position: int, unit: str, letter: str) -> FieldDef:
    """A number that is in this unit only where the letter behind it says so; in another it is not available."""
    others = dict.fromkeys("PRD", Quality.BAD_NOT_CONNECTED)
    mode = Check(
        position + 1,
        {**others, letter: Quality.GOOD, "V": Quality.BAD_SENSOR_FAILURE},
        other=Quality.BAD_DECODING_ERROR,
    )
    return FieldDef(name, position, Form.NUMBER, unit, (mode,))


MACHINERY: Mapping[str, SentenceDef] = {
    "RSA": SentenceDef(
        "rudder angle, starboard (or the only one) and port; negative to port",
        2,
        (
            number_field("starboard", 1, "°", valid(2)),
            status_field(2, "starboard_status"),
            number_field("port", 3, "°", valid(4)),
            status_field(4, "port_status"),
        ),
    ),
    "ROR": SentenceDef(
        "rudder order; negative to port",
        5,
        (
            number_field("starboard", 1, "°", valid(2)),
            status_field(2, "starboard_status"),
            number_field("port", 3, "°", valid(4)),
            status_field(4, "port_status"),
            letter_field("location", 5, _LOCATIONS),
        ),
    ),
    "RPM": SentenceDef(
        "revolutions of an engine or shaft; pitch in per cent of its maximum, negative astern",
        5,
        (
            number_field("speed", 3, "rpm", valid(5)),
            number_field("pitch", 4, "%", valid(5)),
            status_field(5),
        ),
        (1, 2),
        "E1",
    ),
    "ETL": SentenceDef(
        "engine telegraph",
        6,
        (
            time_field(1),
            letter_field("type", 2, {"O": "order", "A": "answer"}),
            letter_field(
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
            letter_field("sub_position", 4, {"20": "stand by", "30": "full away", "40": "finished with engine"}),
            letter_field("location", 5, _LOCATIONS),
        ),
        (6,),
        "1",
    ),
    "PRC": SentenceDef(
        "propulsion remote control",
        8,
        (
            number_field("lever", 1, "%", valid(2)),
            status_field(2, "lever_status"),
            _in_mode("rpm_demand", 3, "rpm", "R"),
            _in_mode("rpm_demand_percent", 3, "%", "P"),
            _in_mode("pitch_demand", 5, "°", "D"),
            _in_mode("pitch_demand_percent", 5, "%", "P"),
            letter_field("location", 7, _LOCATIONS),
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
            number_field("azimuth_demand", 6, "°"),
            letter_field("location", 7, _LOCATIONS),
            letter_field("status", 8, {"R": "report", "C": "command"}),
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
            number_field("azimuth", 6, "°"),
        ),
        (1,),
        "1",
    ),
    "HTD": SentenceDef(
        "heading and track control; rudder negative to port",
        17,
        (
            letter_field("override", 1, {"A": "in use", "V": "not in use"}, "A", "V"),
            signed_field("rudder", 2, "°", "L"),
            letter_field(
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
            letter_field("turn_mode", 5, {"R": "radius", "T": "rate", "N": "not controlled"}),
            number_field("rudder_limit", 6, "°"),
            number_field("off_heading_limit", 7, "°"),
            number_field("turn_radius", 8, "nmi"),
            number_field("turn_rate", 9, "°/min"),
            number_field("heading_to_steer", 10, "°"),
            number_field("off_track_limit", 11, "nmi"),
            number_field("track", 12, "°"),
            letter_field("heading_reference", 13, {"T": "true", "M": "magnetic"}),
            letter_field("rudder_status", 14, {"A": "within limits", "V": "limit reached"}, "A", "V"),
            letter_field("off_heading_status", 15, {"A": "within limits", "V": "limit reached"}, "A", "V"),
            letter_field("off_track_status", 16, {"A": "within limits", "V": "limit reached"}, "A", "V"),
            number_field("heading", 17, "°"),
        ),
    ),
    "HSS": SentenceDef("hull stress", 3, (number_field("value", 2, "", valid(3)), status_field(3)), (1,), "BOW1"),
    "HBT": SentenceDef(
        "heartbeat of a system",
        3,
        (
            number_field("interval", 1, "s"),
            letter_field("status", 2, {"A": "normal", "V": "not normal"}, "A", "V"),
            number_field("sequence", 3),
        ),
    ),
    "EVE": SentenceDef("event", 3, (time_field(1), text_field("text", 3)), (2,), "PS1"),
    "FIR": SentenceDef(
        "fire detection",
        9,
        (
            letter_field("type", 1, _MESSAGES),
            time_field(2),
            letter_field("condition", 7, {"A": "activated", "V": "not activated", "X": "fault"}, "A", "V"),
            letter_field("acknowledged", 8, {"A": "acknowledged", "V": "not acknowledged"}, "A", "V"),
            text_field("text", 9),
        ),
        _DETECTORS,
        "FD.01.002.3",
    ),
    "DOR": SentenceDef(
        "door",
        9,
        (
            letter_field("type", 1, _MESSAGES),
            time_field(2),
            letter_field(
                "state",
                7,
                {"O": "open", "C": "closed", "S": "secured", "F": "free", "X": "fault"},
                "O",
                "CS",
            ),
            letter_field("switch", 8, {"O": "harbour mode", "C": "sea mode"}),
            text_field("text", 9),
        ),
        _DETECTORS,
        "WT.01.002.3",
    ),
    "WAT": SentenceDef(
        "water level detection",
        9,
        (
            letter_field("type", 1, _MESSAGES),
            time_field(2),
            letter_field(
                "condition",
                7,
                {"N": "normal", "H": "high", "J": "high-high", "L": "low", "K": "low-low", "X": "fault"},
                "HJLK",
                "N",
            ),
            letter_field("override", 8, {"O": "overridden", "N": "normal"}, "O", "N"),
            text_field("text", 9),
        ),
        _DETECTORS,
        "WL.01.002.3",
    ),
}


ALERTS: Mapping[str, SentenceDef] = {
    "ALF": SentenceDef(
        "alert of another system",
        13,
        (
            letter_field("active", 7, _ALERT_STATES, "ASOV", "NU"),
            letter_field("unacknowledged", 7, _ALERT_STATES, "ASOU", "NV"),
            letter_field("state", 7, _ALERT_STATES, "ASOV", "NU"),
            time_field(4),
            letter_field("category", 5, {"A": "A", "B": "B", "C": "C"}),
            letter_field("priority", 6, {"E": "emergency alarm", "A": "alarm", "W": "warning", "C": "caution"}),
            number_field("revision", 11),
            number_field("escalation", 12),
            text_field("text", 13),
        ),
        (8, 9, 10),
    ),
    "ALC": SentenceDef("list of the alerts of a system that are not normal", 4, (text_field("listed", 4),), (5, 6, 7)),
    "ALR": SentenceDef(
        "alarm of another system",
        5,
        (
            letter_field("active", 3, {"A": "active", "V": "not active"}, "A", "V"),
            letter_field("acknowledged", 4, {"A": "acknowledged", "V": "not acknowledged"}, "A", "V"),
            time_field(1),
            text_field("text", 5),
        ),
        (2,),
    ),
    "ARC": SentenceDef(
        "command to an alert that was refused",
        5,
        (
            time_field(1),
            letter_field("command", 5, {"A": "acknowledge", "Q": "request", "O": "transfer", "S": "silence"}),
        ),
        (2, 3, 4),
    ),
}
