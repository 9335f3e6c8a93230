"""End to end: Victron's registers in a foreign server, read by `vmshmi serve`, seen through the API."""

import json
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.modbus_server import ServerProcess
from tests.support.sources import ROOT
from tests.support.victron import DEVICE, project, tag_ids
from tests.support.victron_map import Register, registers, simulated_registers, units, value_of, writes
from vmshmi.core.alarms.sensors import SENSOR_DELAY_S

START_S = 40.0
STALE_AFTER_S = 3.0
GRACE_S = 15.0
"""For a busy machine, on top of what is promised."""
LOST_ALARM = f"system.device.{DEVICE}.lost"


@contextmanager
def serving(folder: Path, data: Mapping[str, object]) -> Iterator[httpx.Client]:
    """`vmshmi serve` as a process, and a client of its API."""
    file = folder / "ship.vmsproj"
    file.write_text(json.dumps(data), encoding="utf-8")
    command = [sys.executable, "-m", "vmshmi", "serve", "--vmsproj", str(file), "--port", "0", "--db", ":memory:"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
    try:
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            assert selector.select(START_S), "it says nothing"
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
        if found is None:
            process.kill()
            pytest.fail(process.communicate()[1])
        with httpx.Client(base_url=found[1], trust_env=False, timeout=30) as client:
            yield client
    finally:
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def ship(port: int, rows: tuple[Register, ...], **device: object) -> dict[str, object]:
    """The Victron project and one more device that goes on living."""
    data = project(port, rows, stale_after_s=STALE_AFTER_S, **device)
    devices, tags = data["devices"], data["tags"]
    assert isinstance(devices, list)
    assert isinstance(tags, list)
    other = {"id": "me_p.lo_press", "unit": "bar", "source": {"device": "sim"}}
    simulator = {"id": "sim", "driver": "simulator", "tick_s": 0.2}
    return data | {"devices": [*devices, simulator], "tags": [*tags, other]}


def tags_of(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """Every tag of the project by id; the program's own are left out."""
    return {tag["id"]: tag for tag in client.get("/tags").json() if not tag["id"].startswith("system.")}


def wrong(client: httpx.Client, rows: tuple[Register, ...], changed: Mapping[str, float] | None = None) -> list[str]:
    """Every tag that is not good with exactly its expected engineering value, or is not there."""
    wanted = {tag_id: row.readable(value_of(row)) for tag_id, row in tag_ids(rows).items()} | dict(changed or {})
    shown = tags_of(client)
    return [
        f"{tag_id}: {shown.get(tag_id)} is not {value}"
        for tag_id, value in wanted.items()
        if tag_id not in shown or (shown[tag_id]["quality"], shown[tag_id]["value"]) != ("good", value)
    ]


def alarms_of(client: httpx.Client) -> dict[str, str]:
    """State of every alarm that stands."""
    return {alarm["id"]: alarm["state"] for alarm in client.get("/alarms").json()}


def sensor_alarms_raised(client: httpx.Client) -> set[str]:
    """Every alarm on a lost sensor that was ever raised."""
    rows = client.get("/alarms/history").json()
    return {row["alarm"]["id"] for row in rows if row["kind"] == "raised" and row["alarm"]["id"].endswith(".sensor")}


def until(condition: Callable[[], bool], what: str, within_s: float) -> float:
    """Wait; returns the seconds it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < within_s, f"not within {within_s} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.mark.parametrize("rows", [simulated_registers(), registers()], ids=["simulated", "whole map"])
def test_the_api_shows_every_expected_engineering_value(tmp_path: Path, rows: tuple[Register, ...]) -> None:
    with ServerProcess(writes(rows)) as server, serving(tmp_path, ship(server.port, rows)) as client:
        until(lambda: not wrong(client, rows), "every value", START_S)
        # on a slow machine it may have been lost for a moment at the start, and wait to be acknowledged
        until(lambda: alarms_of(client).get(LOST_ALARM) != "ACTIVE", "the device is not lost", START_S)


def test_a_changed_register_is_a_changed_value(tmp_path: Path) -> None:
    rows = simulated_registers()
    with ServerProcess(writes(rows)) as server, serving(tmp_path, ship(server.port, rows)) as client:
        until(lambda: not wrong(client, rows), "every value", START_S)
        server.put([(247, table, 259, [4611]) for table in ("holding", "input")])
        until(lambda: not wrong(client, rows, {"gx.battery.dc.0.voltage": 46.11}), "the new voltage alone", 5)
        until(lambda: alarms_of(client).get("battery.voltage.low") == "ACTIVE", "the alarm on it", 10)


def test_a_command_reaches_the_register_once_and_is_confirmed_by_what_is_read_back(tmp_path: Path) -> None:
    rows = tuple(row for row in registers() if row.service in ("vebus", "system"))
    tag_id, row = next((tag_id, row) for tag_id, row in tag_ids(rows).items() if row.is_writable and row.scale == 10)
    with ServerProcess(writes(rows)) as server, serving(tmp_path, ship(server.port, rows)) as client:
        until(lambda: not wrong(client, rows), "every value", START_S)
        value = 12.3
        answer = client.post(f"/tags/{tag_id}/write", json={"user": "Chief engineer", "value": value})
        assert (answer.status_code, answer.json()["outcome"]) == (200, "CONFIRMED"), answer.text
        assert not wrong(client, rows, {tag_id: value})
        assert server.writes() == [[units()[row.service], "holding", row.address, row.words(value)]]


def test_the_servers_death_is_seen_on_exactly_its_tags_and_its_return_heals_them(tmp_path: Path) -> None:
    rows = simulated_registers()

    def bad() -> set[str]:
        return {tag_id for tag_id, tag in tags_of(client).items() if tag["quality"] == "bad"}

    with ServerProcess(writes(rows)) as server, serving(tmp_path, ship(server.port, rows)) as client:
        until(lambda: not wrong(client, rows), "every value", START_S)
        before = alarms_of(client)
        server.kill()
        until(lambda: bad() == set(tag_ids(rows)), "bad quality on exactly its tags", STALE_AFTER_S + GRACE_S)
        assert {tag["value"] for tag_id, tag in tags_of(client).items() if tag_id in bad()} == {None}
        until(lambda: LOST_ALARM in alarms_of(client), "the device's alarm", GRACE_S)
        # beside it a busy machine may have an alarm of its own
        new = alarms_of(client).keys() - before.keys()
        assert {alarm for alarm in new if alarm.startswith("system.device.") or not alarm.startswith("system.")} == {
            LOST_ALARM
        }
        with ServerProcess(writes(rows), port=server.port):
            until(lambda: not wrong(client, rows), "every value again", 10)
            until(lambda: alarms_of(client).get(LOST_ALARM) == "RECTIFIED", "the alarm back to normal", GRACE_S)
        assert sensor_alarms_raised(client) == set()


def test_a_frozen_server_is_seen_within_the_same_time(tmp_path: Path) -> None:
    rows = simulated_registers()
    with ServerProcess(writes(rows)) as server, serving(tmp_path, ship(server.port, rows)) as client:
        until(lambda: not wrong(client, rows), "every value", START_S)
        server.freeze()
        mine = set(tag_ids(rows))
        until(
            lambda: all(tag["quality"] == "bad" for tag_id, tag in tags_of(client).items() if tag_id in mine),
            "bad quality",
            STALE_AFTER_S + GRACE_S,
        )
        time.sleep(SENSOR_DELAY_S + 1)  # longer than a lost sensor waits
        server.thaw()
        until(lambda: not wrong(client, rows), "every value again", 10)
        time.sleep(SENSOR_DELAY_S + 1)
        assert sensor_alarms_raised(client) == set(), "a lost device is one alarm, not one for each sensor"
