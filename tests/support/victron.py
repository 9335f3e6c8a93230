"""Victron's map as a project of ours and as a running server.

    python -m tests.support.victron --serve PORT              serve the simulated GX device until interrupted
    python -m tests.support.victron --project FILE --port PORT   write the project that reads it

`--live` lets voltages, currents and powers breathe by two percent, so that trends have something to show. `--all` takes
every service of the map, with invented values where Victron's simulation has none; without it there are the four
services of Victron's own test.
"""

import argparse
import json
import math
import re
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from tests.support import victron_pages
from tests.support.modbus_server import Write, put_here, start_here
from tests.support.victron_map import Register, registers, simulated_registers, units, value_of, writes

DEVICE = "gx"

_UNITS = {
    "V AC": "V", "V DC": "V", "A AC": "A", "A DC": "A", "W AC": "W", "W DC": "W", "count": "", "config_idx": "",
    "timestamp": "", "seconds": "s", "Seconds": "s", "hour": "h", "day": "d", "RPM": "rpm", "m3": "m³",
    "Degrees celsius": "°C", "Degrees Celsius": "°C", "Degrees centigrade": "°C", "Degrees": "°",
    "Decimal degrees": "°", "W/m^2": "W/m²", "ug/m^3": "µg/m³",
}  # fmt: skip
_GROUPS = {"battery": "Battery", "vebus": "Inverter", "system": "System DC/AC", "grid": "Shore power"}

_NORMAL: tuple[tuple[str, float, float], ...] = (
    (r"^gx\.(battery|system|vebus)\..*dc\.(battery|0)\.voltage", 46, 58),
    (r"^gx\.battery\.dc\.1\.voltage", 11.5, 14.8),
    (r"^gx\.battery\.dc\.0\.current|^gx\.system\.dc\.battery\.current", -100, 100),
    (r"\.soc(\.|$)", 20, 100),
    (r"^gx\.battery\.soh", 70, 100),
    (r"temperature(\.|$)", 0, 55),
    (r"cellvoltage", 2.5, 4.2),
    (r"\.l[123]\.(v|voltage)(\.|$)", 207, 253),
    (r"\.l[123]\.f(\.|$)", 49, 51),
    (r"\.l[123]\.(i|current)(\.|$)", 0, 32),
    (r"\.l[123]\.(p|power)(\.|$)", -5000, 5000),
)

_ALARMS: tuple[dict[str, object], ...] = (
    {"id": "battery.voltage.low", "tag": "gx.battery.dc.0.voltage", "operator": "<", "limit": 47, "hysteresis": 1,
     "delay_s": 2, "priority": "alarm", "category": "B", "message": "House battery voltage low"},
    {"id": "battery.voltage.high", "tag": "gx.battery.dc.0.voltage", "operator": ">", "limit": 58, "hysteresis": 0.5,
     "delay_s": 2, "priority": "alarm", "category": "B", "message": "House battery voltage high"},
    {"id": "battery.soc.low", "tag": "gx.battery.soc", "operator": "<", "limit": 20, "hysteresis": 5,
     "priority": "warning", "category": "B", "message": "House battery nearly empty"},
    {"id": "battery.temperature.high", "tag": "gx.battery.dc.0.temperature", "operator": ">", "limit": 45,
     "hysteresis": 2, "delay_s": 5, "priority": "alarm", "category": "B", "message": "House battery temperature high"},
    {"id": "inverter.overload", "tag": "gx.vebus.alarms.overload", "operator": "==", "limit": 2,
     "priority": "alarm", "category": "B", "message": "Inverter overload"},
    {"id": "shore.voltage.low", "tag": "gx.grid.ac.l1.voltage", "operator": "<", "limit": 207, "hysteresis": 3,
     "delay_s": 2, "priority": "warning", "category": "B", "message": "Shore power voltage low"},
    {"id": "shore.lost", "tag": "gx.vebus.alarms.gridlost", "operator": "==", "limit": 2,
     "priority": "warning", "category": "B", "message": "Shore power lost"},
)  # fmt: skip


def tag_ids(rows: Iterable[Register]) -> dict[str, Register]:
    """A tag id for each row; where a service has a path twice (16 and 32 bit) the later ones end with the address."""
    ids: dict[str, Register] = {}
    for row in rows:
        plain = f"{DEVICE}.{row.service}{re.sub(r'[^a-z0-9/]', '_', row.path.lower()).replace('/', '.')}"
        ids[f"{plain}.{row.address}" if plain in ids else plain] = row
    return ids


def project(port: int, rows: Iterable[Register], **device: object) -> dict[str, object]:
    """The project that reads these rows, as JSON data.

    Args:
        port: where the GX device listens on loopback.
        rows: of the map.
        device: more fields of the device, or others than usual.
    """
    ids = tag_ids(rows)
    tags = [_tag(tag_id, row) for tag_id, row in ids.items()]
    gx: dict[str, object] = {"id": DEVICE, "driver": "modbus_tcp", "host": "127.0.0.1", "port": port, "unit": 0}
    return {
        "vmsproj": 1,
        "vessel": {"name": "MY Voltaire", "time_zone": "Europe/Madrid"},
        "devices": [gx | {"poll_s": 0.5, "timeout_s": 0.5, "stale_after_s": 3} | device],
        "tags": tags,
        "alarms": [alarm for alarm in _ALARMS if alarm["tag"] in ids],
        "pages": victron_pages.pages(tags),
        "stations": [
            {"id": "engine", "name": "Engine control room", "user": "Chief engineer"},
            {"id": "bridge", "name": "Bridge", "user": "Officer of the watch", "banner": "non_modal"},
        ],
        "users": ["Chief engineer", "Second engineer", "Officer of the watch"],
    }


def _tag(tag_id: str, row: Register) -> dict[str, object]:
    tag: dict[str, object] = {"id": tag_id, "description": _description(row), "group": _group(row)}
    tag["kind"] = _kind(row)
    if row.is_writable:
        tag["writable"] = True
    if row.states:
        tag["states"] = {str(number): text for number, text in row.states.items()}
    elif row.type != "string":
        tag["unit"] = _UNITS.get(row.remark, row.remark)
        tag["decimals"] = min(6, len(str(round(abs(row.scale)))) - 1)
        for pattern, low, high in _NORMAL:
            if re.search(pattern, tag_id):
                tag |= {"range_normal_min": low, "range_normal_max": high}
                break
    return tag | {"source": _source(row)}


def _source(row: Register) -> dict[str, object]:
    unit = units()[row.service]
    # a GX device has the same in both: both are read this way
    table = "input" if unit % 2 and not row.is_writable else "holding"
    where: dict[str, object] = {"device": DEVICE, "table": table, "unit": unit, "address": row.address}
    if row.type == "string":
        return where | {"type": "string", "length": row.count}
    signed = row.type.replace("uint", "int") if row.is_signed else row.type
    return where | {"type": signed} | ({} if row.scale == 1 else {"scale": 1 / row.scale})


def _kind(row: Register) -> str:
    if row.type == "string":
        return "text"
    if row.states:
        return "enum"
    return "counter" if row.remark == "kWh" else "analog"


def _group(row: Register) -> str:
    return _GROUPS.get(row.service, row.service.capitalize())


def _description(row: Register) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row.path.strip("/").replace("/", " "))
    return f"{_group(row)} {words}"


def _breath(rows: Iterable[Register], now_s: float) -> list[Write]:
    """Voltages, currents and powers a moment later: each on its own slow wave."""
    out: list[Write] = []
    for row in rows:
        value = value_of(row)
        if isinstance(value, float) and _UNITS.get(row.remark, row.remark) in ("V", "A", "W"):
            words = row.words(value * (1 + 0.02 * math.sin(now_s / 20 + row.address)))
            out += [(units()[row.service], table, row.address, words) for table in ("holding", "input")]
    return out


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.victron", description="Victron's GX device.")
    parser.add_argument("--serve", type=int, metavar="PORT", help="serve the registers until interrupted")
    parser.add_argument("--project", type=Path, metavar="FILE", help="write the project that reads them")
    parser.add_argument("--port", type=int, default=5020, help="port for the project (default: %(default)s)")
    parser.add_argument("--live", action="store_true", help="let the served values move a little")
    parser.add_argument("--all", action="store_true", help="every service of the map")
    options = parser.parse_args()
    rows = registers() if options.all else simulated_registers()
    if options.project is not None:
        text = json.dumps(project(options.port, rows), ensure_ascii=False, indent=1)
        options.project.write_text(text + "\n", encoding="utf-8")
    if options.serve is not None:
        server = start_here(options.serve, writes(rows))
        sys.stdout.write(f"serving {len(rows)} values on 127.0.0.1:{options.serve}\n")
        sys.stdout.flush()
        never = threading.Event()
        try:
            while not never.wait(0.5):
                if options.live:
                    put_here(server, _breath(rows, time.monotonic()))
        except KeyboardInterrupt:
            server.stop()


if __name__ == "__main__":
    _main()
