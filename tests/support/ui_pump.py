"""A small ship with machinery that may be commanded: a pump with start and stop, a valve's set-point, a breaker."""

from vmshmi.config.loader import parse_project
from vmshmi.config.project import Project


def a_pump_ship(**station: object) -> Project:
    """On the simulator, so that a command has an effect there too."""
    signal = {"device": "sim", "signal": "constant", "minimum": 0, "maximum": 0}
    return parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora"},
            "devices": [{"id": "sim", "driver": "simulator", "tick_s": 0.1}],
            "users": ["Chief engineer", {"name": "Cadet", "role": "viewer"}],
            "tags": [
                {
                    "id": "pump.cmd", "description": "Bilge pump 1", "kind": "enum", "writable": True,
                    "states": {"0": "Stopped", "1": "Running"}, "source": signal,
                    "command": {"permissive": "bilge.local == 0", "permissive_text": "the pump is in remote control"},
                },
                {"id": "bilge.local", "kind": "digital", "states": {"0": "Remote", "1": "Local"}, "source": signal},
                {
                    "id": "valve.set", "description": "Cooling water valve", "unit": "%", "decimals": 0,
                    "writable": True, "range_min": 0, "range_max": 100, "source": signal,
                    "command": {"range_min": 10, "range_max": 90},
                },
                {
                    "id": "breaker.cmd", "description": "Shore breaker", "kind": "digital", "writable": True,
                    "states": {"0": "Open", "1": "Closed"}, "source": signal,
                    "command": {"select_before_operate": True, "role": "engineer"},
                },
                {"id": "temp", "description": "Temperature", "unit": "°C", "source": signal},
            ],
            "stations": [{"id": "ecr", "name": "Control room", "user": "Chief engineer", **station}],
            "pages": [
                {
                    "id": "main", "title": "Bilge", "width": 800, "height": 400,
                    "elements": [
                        {"type": "panel", "x": 8, "y": 8, "w": 784, "h": 380, "title": "Bilge"},
                        {"type": "pump", "x": 40, "y": 60, "w": 84, "h": 94, "tag": "pump.cmd", "label": "Pump 1"},
                        {"type": "bar", "x": 40, "y": 200, "w": 196, "h": 45, "tag": "valve.set", "label": "Valve"},
                        {"type": "breaker", "x": 40, "y": 290, "w": 48, "h": 48, "tag": "breaker.cmd"},
                        {"type": "readout", "x": 160, "y": 290, "w": 93, "h": 52, "tag": "temp", "label": "Temp."},
                    ],
                }
            ],
        }
    )  # fmt: skip
