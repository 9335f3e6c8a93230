"""The demo vessel in a flood of alarms, in a process of its own: alarms are followed and answered over HTTP."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from tests.support.serve_process import Serve
from vmshmi.app.paths import demo_project

PATIENCE_S = 60.0
ANA = {"user": "ana", "station": "ecr"}
Alarm = Mapping[str, Any]
T = TypeVar("T")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    arguments = ("--scenario", "flood", "--port", "0", "--db", str(tmp_path / "db"))
    with Serve(tmp_path, *arguments, project=json.loads(demo_project().read_bytes())) as serve, serve.asked() as asked:
        yield asked


def wait_for(answer: Callable[[], T | None]) -> T:
    """Ask again until there is an answer."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = answer()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail("it never came")


def one_that_is(client: httpx.Client, state: str) -> Alarm | None:
    """An announced alarm in this state."""
    return next((a for a in client.get("/alarms").json() if a["state"] == state and a["suppression"] is None), None)


def told_of(client: httpx.Client, alarm: Alarm) -> list[tuple[str, str | None, str]]:
    """What happened to exactly this raising, oldest first: kind, user and state after it."""
    rows = client.get("/alarms/history", params={"limit": 5000}).json()
    return [
        (row["kind"], row["user"], row["alarm"]["state"])
        for row in reversed(rows)
        if (row["alarm"]["id"], row["alarm"]["occurrence"]) == (alarm["id"], alarm["occurrence"])
    ]


def acknowledged(client: httpx.Client, state: str, then: str) -> Alarm | None:
    """Acknowledge an alarm in this state; None when it is in another by now."""
    alarm = one_that_is(client, state)
    if alarm is None:
        return None
    answer = client.post(f"/alarms/{alarm['id']}/ack", json={**ANA, "occurrence": alarm["occurrence"]})
    if answer.status_code == 409:  # it came again meanwhile: nobody has seen that yet
        assert answer.json()["reason"] == "stale_occurrence"
        return None
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert (after["acked_by"], after["acked_station"], after["occurrence"]) == ("ana", "ecr", alarm["occurrence"])
    return after if after["state"] == then else None


def test_alarms_of_a_flood_are_followed_and_answered_by_name(client: httpx.Client) -> None:
    active = wait_for(lambda: acknowledged(client, "ACTIVE", "ACK"))
    rectified = wait_for(lambda: acknowledged(client, "RECTIFIED", "CLEARED"))

    other = wait_for(lambda: one_that_is(client, "ACTIVE"))
    path = f"/alarms/{other['id']}"
    assert client.post(f"{path}/shelve", json={**ANA, "minutes": 5, "reason": "a wet box"}).status_code == 200
    (row,) = [row for row in client.get("/alarms/suppressed").json() if row["id"] == other["id"]]
    assert (row["suppression"], row["why"], row["by"]) == ("shelved", "a wet box", "ana")

    wait_for(lambda: client.get("/tags/system.alarms.flood").json()["value"] == 1)
    flooding = wait_for(lambda: (a := client.get("/alarms/system.alarms.flooding").json())["active"] and a)
    assert flooding["priority"] == "caution"
    assert client.get("/tags/system.alarms.rate").json()["value"] >= 10

    assert client.post(f"{path}/unshelve", json=ANA).json()["suppression"] is None

    wait_for(lambda: told_of(client, active)[-1][0] in ("cleared", "calmed"))
    assert [line for line in told_of(client, active) if line[0] in ("raised", "acknowledged")] == [
        ("raised", None, "ACTIVE"),
        ("acknowledged", "ana", "ACK"),
    ]
    assert told_of(client, active)[-1][2] == "CLEARED"
    lines = [line for line in told_of(client, rectified) if line[0] in ("raised", "rectified", "acknowledged")]
    assert lines == [("raised", None, "ACTIVE"), ("rectified", None, "RECTIFIED"), ("acknowledged", "ana", "CLEARED")]
