"""A small ship for tests of the screen."""

from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project


def a_ship(banner: str = "modal", **rights: object) -> Project:
    """Two engines, a few alarms of every priority, two stations, three people, no mimic.

    `rights` go to both stations, as `acknowledge_visible=True`; a `profile` to the bridge only.
    """
    engine = {key: value for key, value in rights.items() if key != "profile"}
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora", "imo": "9074729", "time_zone": "Europe/Madrid"},
            "tags": [
                _analog("me_p.lo_press", "Port ME lube oil pressure", "bar", "ME", 3.5, 6.5),
                _analog("me_s.lo_press", "Stbd ME lube oil pressure", "bar", "ME", 3.5, 6.5),
                _analog("me_p.rpm", "Port main engine speed", "rpm", "ME", 600, 1850),
                _analog("gen1.volt", "Genset 1 voltage", "V", "GEN", 390, 410),
                {"id": "fire.zone1", "description": "Fire zone 1", "kind": "digital", "group": "FIRE"},
                _analog("fo.day_tank", "Day tank level", "%", "TANK", 20, 95),
            ],
            "alarms": [
                _alarm("me_p.lo_press.low", "me_p.lo_press", "<", 2.5, "warning", "Port ME lube oil pressure low"),
                _alarm("me_p.lo_press.trip", "me_p.lo_press", "<", 1.8, "alarm", "Port ME lube oil pressure very low"),
                _alarm("me_s.lo_press.trip", "me_s.lo_press", "<", 1.8, "alarm", "Stbd ME lube oil pressure very low"),
                _alarm("gen1.volt.high", "gen1.volt", ">", 440, "alarm", "Genset 1 voltage high"),
                _alarm("fire.zone1.on", "fire.zone1", "==", 1, "emergency_alarm", "Fire in zone 1, engine room"),
                _alarm("fo.day_tank.low", "fo.day_tank", "<", 20, "caution", "Day tank level low"),
            ],
            "stations": [
                {"id": "ecr", "name": "Control room", "user": "Chief engineer", "banner": banner, **engine},
                {"id": "bridge", "name": "Bridge", "user": "", "banner": banner, **rights},
            ],
            "users": ["Chief engineer", "Second engineer", "Master"],
        }
    )


def _analog(tag_id: str, description: str, unit: str, group: str, low: float, high: float) -> dict[str, object]:
    return {
        "id": tag_id,
        "description": description,
        "unit": unit,
        "kind": "analog",
        "group": group,
        "range_normal_min": low,
        "range_normal_max": high,
    }


def _alarm(alarm_id: str, tag: str, operator: str, limit: float, priority: str, message: str) -> dict[str, object]:
    return {
        "id": alarm_id,
        "tag": tag,
        "operator": operator,
        "limit": limit,
        "priority": priority,
        "message": message,
        "cause": "Pump worn, filter blocked, or the oil too hot.",
        "consequence": "Bearing damage within minutes.",
        "action": "Reduce load, start the standby pump, check the filter.",
    }
