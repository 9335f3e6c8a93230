"""End to end: two units on one serial line, read and commanded by `vmshmi serve`, pulled out and put in again."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.support.modbus_faults import truth
from tests.support.modbus_rtu import RtuServer
from tests.support.sources import ROOT
from tests.system.test_victron import GRACE_S, STALE_AFTER_S, START_S, alarms_of, serving, tags_of, until


def _ship(channel: str) -> dict[str, object]:
    """A generating set and a pump controller on one port; the pump's speed may be commanded."""
    line = {"driver": "modbus_rtu", "channel": channel, "baud": 115_200, "parity": "none"}
    return {
        "vmsproj": 1,
        "vessel": {"name": "MV Line"},
        "devices": [
            {"id": "dg1", **line, "unit": 1, "poll_s": 0.2, "stale_after_s": STALE_AFTER_S},
            {"id": "pump", **line, "unit": 2, "poll_s": 0.2, "stale_after_s": STALE_AFTER_S},
        ],
        "tags": [
            *({"id": f"dg1.r{n}", "source": {"device": "dg1", "table": "holding", "address": n}} for n in range(20)),
            *({"id": f"pump.r{n}", "source": {"device": "pump", "table": "holding", "address": n}} for n in range(20)),
            {
                "id": "pump.speed",
                "unit": "rpm",
                "range_min": 0,
                "range_max": 3000,
                "writable": True,
                "source": {"device": "pump", "table": "holding", "address": 100, "scale": 0.1},
            },
        ],
        "users": ["Chief engineer"],
    }


def _wrong(tags: dict[str, dict[str, Any]], device: str) -> list[str]:
    numbers = {f"{device}.r{n}": truth(n) for n in range(20)}
    return [tag for tag, value in numbers.items() if (tags[tag]["quality"], tags[tag]["value"]) != ("good", value)]


def _lost(client: httpx.Client) -> set[str]:
    return {alarm for alarm, state in alarms_of(client).items() if alarm.endswith(".lost") and state == "ACTIVE"}


def test_two_units_on_a_line_are_read_commanded_lost_and_found_again(tmp_path: Path) -> None:
    with RtuServer() as units, serving(tmp_path, _ship(units.channel)) as client:
        until(lambda: not _wrong(tags_of(client), "dg1") and not _wrong(tags_of(client), "pump"), "all", START_S)

        answer = client.post("/tags/pump.speed/write", json={"user": "Chief engineer", "value": 1450.5})
        assert (answer.status_code, answer.json()["outcome"]) == (200, "CONFIRMED"), answer.text
        assert units.writes() == [(2, f"060064{14505:04x}")]

        units.be("hang", unit=2)
        until(lambda: "system.device.pump.lost" in _lost(client), "the pump's controller lost", START_S)
        assert not _wrong(tags_of(client), "dg1")
        assert _lost(client) == {"system.device.pump.lost"}
        refused = client.post("/tags/pump.speed/write", json={"user": "Chief engineer", "value": 900})
        assert refused.status_code == 409, refused.text
        assert len(units.writes()) == 1
        units.be_honest()
        until(lambda: not _wrong(tags_of(client), "pump") and not _lost(client), "the pump again", START_S)

        units.plug(into=False)
        until(lambda: len(_lost(client)) == 2, "both lost with the port", STALE_AFTER_S + GRACE_S)
        units.plug(into=True)
        until(lambda: not _lost(client), "both back", START_S)
        assert tags_of(client)["pump.speed"]["value"] == 1450.5
        assert len(units.writes()) == 1


def test_probe_names_the_port_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "ship.vmsproj"
    with RtuServer() as units:
        for channel, text in (
            (units.channel, "unit 2: 2 blocks read in "),
            ("/dev/ttyNOT7", "there is no serial port /dev/ttyNOT7; there are: "),
        ):
            file.write_text(httpx.Response(200, json=_ship(channel)).text, encoding="utf-8")
            command = [sys.executable, "-m", "vmshmi", "probe", "--vmsproj", str(file), "--device", "pump"]
            told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
            assert text in told.stdout + told.stderr
            assert "Traceback" not in told.stderr
