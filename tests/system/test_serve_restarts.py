"""kill -9 of a real `vmshmi serve`: states, shelves and timers stand again within 10 s, and what nobody answered asks.

Everything is looked at through the API. Between two lives the program is killed again while it is still starting.
"""

import random
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.serve_process import Serve
from vmshmi.app import cli

pytestmark = pytest.mark.slow

RESTORED_S = 30.0
ESCALATES_S, ASKS_AGAIN_S, BRIEFLY_S = 12.0, 13.0, 14.0
Facts = dict[str, Any]


def ship(values: Mapping[str, float], **chatter: float) -> dict[str, object]:
    """A project whose tags stand at these values; those of `chatter` jump, so many seconds a period."""
    more: dict[str, dict[str, object]] = {
        "latches": {"latching": True},
        "escalates": {"priority": "warning", "escalate_s": ESCALATES_S},
        "asks_again": {"realarm_s": ASKS_AGAIN_S},
    }
    sources: dict[str, dict[str, object]] = {
        tag: {"signal": "constant", "minimum": value, "maximum": value} for tag, value in values.items()
    }
    sources |= {
        tag: {"signal": "square", "minimum": 20, "maximum": 80, "period_s": period} for tag, period in chatter.items()
    }
    return {
        "vmsproj": 1,
        "vessel": {"name": "MV Aurora"},
        "alarm_system": {"repeat_more_than": 3},
        "devices": [{"id": "sim", "driver": "simulator", "tick_s": 0.1}],
        "tags": [{"id": tag, "source": {"device": "sim", **source}} for tag, source in sources.items()],
        "alarms": [
            {"id": f"{tag}.high", "tag": tag, "operator": ">", "limit": 50, "priority": "alarm", "message": tag}
            | more.get(tag, {})
            for tag in sources
        ],
    }


NAMES = ("asks", "answered", "latches", "escalates", "asks_again", "shelved", "briefly", "out")
BEFORE = ship(dict.fromkeys(NAMES, 80.0), repeats=0.4)
AFTER = ship({**dict.fromkeys(NAMES, 80.0), "latches": 20.0, "repeats": 20.0})


def facts(client: httpx.Client) -> dict[str, Facts]:
    """All alarms of the project by the name of their tag."""
    return {name: client.get(f"/alarms/{name}.high").json() for name in (*NAMES, "repeats")}


def wait_for(client: httpx.Client, condition: Callable[[dict[str, Facts]], bool], seconds: float) -> dict[str, Facts]:
    """Ask until it is so."""
    end = time.monotonic() + seconds
    while True:
        found = facts(client)
        if condition(found):
            return found
        assert time.monotonic() < end, found
        time.sleep(0.05)


def act(client: httpx.Client, name: str, action: str, **body: object) -> Facts:
    answer = client.post(f"/alarms/{name}.high/{action}", json={"user": "ana", "station": "ecr", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def at(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def kill_while_it_starts(folder: Path, project: Mapping[str, object], seconds: float) -> None:
    serve = Serve(folder, "--port", "0", "--db", str(folder / "db"), project=project)
    time.sleep(seconds)
    serve.process.kill()
    serve.process.communicate()


def live_once(folder: Path) -> dict[str, Facts]:
    """The first life: one alarm of each kind is brought into its state; ended by SIGKILL."""
    with Serve(folder, "--port", "0", "--db", str(folder / "db"), project=BEFORE) as serve, serve.asked() as client:
        wait_for(client, lambda found: all(found[name]["state"] == "ACTIVE" for name in NAMES), 30)
        for name in ("answered", "latches", "asks_again"):
            act(client, name, "ack")
        act(client, "shelved", "shelve", minutes=60, reason="sensor is being changed")
        act(client, "briefly", "shelve", minutes=BRIEFLY_S / 60, reason="for a moment")
        act(client, "out", "out-of-service", reason="pump is ashore")
        wait_for(client, lambda found: found["repeats"]["repeats"] > 0, 30)
        assert client.post("/alarms/silence", json={"user": "ana"}).status_code == 204
        before = facts(client)
        assert before["asks"]["silenced_until"] is not None
        serve.end(signal.SIGKILL)
        return before


@pytest.mark.timeout(120)
def test_states_shelves_and_timers_stand_again_after_kill_9(tmp_path: Path) -> None:
    before = live_once(tmp_path)
    for _ in range(2):
        kill_while_it_starts(tmp_path, AFTER, random.uniform(0.2, 1.2))
    begin = time.monotonic()
    with Serve(tmp_path, "--port", "0", "--db", str(tmp_path / "db"), project=AFTER) as serve, serve.asked() as client:
        found = wait_for(client, lambda found: found["latches"]["active"] is False, RESTORED_S)
        took = time.monotonic() - begin
        assert took <= RESTORED_S
        print(f"states, shelves and timers stood again {took:.1f} s after the start")  # noqa: T201 - for the record

        def same(name: str, *facts_of_it: str) -> None:
            for fact in facts_of_it:
                assert found[name][fact] == before[name][fact], (name, fact)

        same("asks", "state", "occurrence", "raised_at", "acked_by")
        assert (found["asks"]["iec_state"], found["asks"]["silenced_until"]) == ("V", None)
        same("answered", "state", "occurrence", "raised_at", "acked_at", "acked_by", "acked_station")
        same("shelved", "suppression", "shelved", "occurrence")
        same("out", "suppression", "out_of_service", "occurrence")
        assert (found["latches"]["latched"], found["latches"]["state"], found["latches"]["acked_by"]) == (
            True, "ACK", "ana",
        )  # fmt: skip
        assert found["repeats"]["repeats"] >= before["repeats"]["repeats"] > 0
        assert "repeats.high" in [alarm["id"] for alarm in client.get("/alarms").json()]

        later = wait_for(
            client,
            lambda now: (
                now["escalates"]["escalations"] == 1
                and now["asks_again"]["state"] == "ACTIVE"
                and now["briefly"]["suppression"] is None
            ),
            60,
        )
        # the timers went on while nothing ran
        due = at(before["escalates"]["raised_at"]) + ESCALATES_S
        assert later["escalates"]["priority"] == "alarm"
        assert due - 0.01 <= at(later["escalates"]["raised_at"]) <= due + RESTORED_S
        assert later["escalates"]["occurrence"] > before["escalates"]["occurrence"]
        assert later["asks_again"]["occurrence"] > before["asks_again"]["occurrence"]
        assert act(client, "latches", "reset")["state"] == "CLEARED"
        last = {
            line["kind"]: line for line in client.get("/alarms/history").json() if line["alarm"]["id"] == "briefly.high"
        }
        ended = at(last["unshelved"]["at"])
        assert ended >= at(before["briefly"]["shelved"]["until"])
        assert serve.end(signal.SIGTERM)[0] == 0
    assert cli.main(["journal", "verify", "--db", str(tmp_path / "db")]) == 0
