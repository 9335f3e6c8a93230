"""kill -9 while commands are given: every write that reached the device has its intent in the audit log.

`make test-kill` does this fifty times; the tests once.
"""

import itertools
import json
import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import cast

import httpx
import pytest

from tests.support.modbus_server import ServerProcess
from tests.support.serve_process import Serve
from vmshmi.runtime.storage.audit_log import prove_audit

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("VMSHMI_KILLS", "1"))


def ship(port: int) -> dict[str, object]:
    """Eight set-points that can be commanded."""
    return {
        "vmsproj": 1,
        "vessel": {"name": "MV Aurora"},
        "devices": [
            {"id": "plc", "driver": "modbus_tcp", "host": "127.0.0.1", "port": port, "poll_s": 0.05, "timeout_s": 1}
        ],
        "tags": [
            {
                "id": f"set{number}",
                "source": {"device": "plc", "table": "holding", "address": number},
                "writable": True,
                "command": {"feedback_timeout_s": 2},
            }
            for number in range(8)
        ],
    }


def give_commands(url: str, tag: int, first: int) -> None:
    """One after the other, each with another value, until nobody answers."""
    value = first
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        while True:
            value += 1
            try:
                client.post(f"/tags/set{tag}/write", json={"user": "Chief", "value": value})
            except httpx.HTTPError:
                return


@pytest.mark.timeout(60 + 20 * KILLS)
def test_an_intent_whose_write_was_sent_is_never_missing(tmp_path: Path) -> None:
    database = tmp_path / "db"
    with ServerProcess([(1, "holding", 0, [0] * 8)]) as server:
        for life in range(KILLS):
            with Serve(tmp_path, "--port", "0", "--db", str(database), project=ship(server.port)) as serve:
                threads = [
                    threading.Thread(target=give_commands, args=(serve.url, tag, 1 + life * 1000)) for tag in range(8)
                ]
                for thread in threads:
                    thread.start()
                time.sleep(random.uniform(0.5, 2.0))
                serve.process.send_signal(signal.SIGKILL)
                for thread in threads:
                    thread.join()
        copies = [(f"set{address}", cast("list[int]", numbers)[0]) for _, _, address, numbers in server.writes()]
        written = set(copies)
        assert len(copies) == len(set(copies)), "a command was sent twice"
        with Serve(tmp_path, "--port", "0", "--db", str(database), project=with_an_engineer(server.port)) as serve:
            health = httpx.get(f"{serve.url}/health", trust_env=False).json()
            asked = {"user": "Chief", "limit": 100_000}
            rows = httpx.get(f"{serve.url}/audit", params=asked, trust_env=False, timeout=30).json()
            assert serve.end(signal.SIGTERM)[0] == 0
    intents = {(row["tag"], row["new"]) for row in rows if row["kind"] == "intent"}
    assert written
    assert written <= intents, written - intents
    ends: dict[str, int] = {}
    for row in rows:
        if row["kind"] == "ended":
            ends[row["command"]] = ends.get(row["command"], 0) + 1
    assert all(ends.get(row["command"]) == 1 for row in rows if row["kind"] == "intent")
    lost = sum(row["reason"].startswith("program_ended") for row in rows)
    named = [line for line in health["messages"] if line.startswith("nobody knows what became of set")]
    newest = list(itertools.takewhile(lambda row: row["reason"].startswith("program_ended"), rows))
    assert len(named) == len(newest)
    assert prove_audit(database / "audit.sqlite").broken == ""
    print(f"{KILLS} kills: {len(written)} writes at the device, {len(intents)} intents, {lost} ended as unknown")  # noqa: T201 - for the record


def with_an_engineer(port: int) -> dict[str, object]:
    """The ship, with somebody who may read the audit log."""
    return json.loads(json.dumps(ship(port))) | {"users": [{"name": "Chief", "role": "engineer"}]}
