"""`vmshmi serve` as a process of its own: what other programs see of it, and how it ends."""

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.support.serve_process import LOGGED, START_S, Serve


def next_of(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type."""
    while True:
        message = json.loads(socket.recv(timeout=30))
        if message["type"] == kind:
            return message


def wait_for(answer: Callable[[], Any]) -> Any:
    """Ask again until the answer is something."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        found = answer()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail("it never came")


def alarms_of_the_ship(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the program's own: a busy machine may have one."""
    return [row for row in rows if not row["id"].startswith("system.")]


def refused(folder: Path, *arguments: str) -> str:
    """Start one that must not start; returns the one line it says."""
    serve = Serve(folder, *arguments)
    output, errors = serve.process.communicate(timeout=START_S)
    assert serve.process.returncode == 2, errors
    assert output == ""
    assert "Traceback" not in errors
    lines = [line for line in errors.splitlines() if not LOGGED.match(line)]
    assert len(lines) == 1, errors
    return lines[0]


def test_a_client_sees_values_and_alarms_and_may_answer(tmp_path: Path) -> None:
    with Serve(tmp_path, "--port", "0", "--db", str(tmp_path / "db")) as serve, serve.asked() as client:
        assert client.get("/health").json()["status"] == "ok"
        tag = wait_for(lambda: (t := client.get("/tags/me_p.lo_press").json())["quality"] == "good" and t)
        assert 0 < tag["value"] < 100
        (alarm,) = wait_for(lambda: alarms_of_the_ship(client.get("/alarms").json()))
        assert (alarm["id"], alarm["state"]) == ("me_p.lo_press.low", "ACTIVE")

        with connect(serve.url.replace("http", "ws") + "/ws/realtime", proxy=None) as socket:
            snapshot = json.loads(socket.recv(timeout=30))
            assert snapshot["type"] == "snapshot"
            assert [row["id"] for row in alarms_of_the_ship(snapshot["alarms"])] == ["me_p.lo_press.low"]

            path = "/alarms/me_p.lo_press.low/ack"
            stale = client.post(path, json={"user": "ana", "occurrence": alarm["occurrence"] - 1})
            assert (stale.status_code, stale.json()["reason"]) == (409, "stale_occurrence")
            good = client.post(path, json={"user": "ana", "occurrence": alarm["occurrence"]})
            assert (good.status_code, good.json()["state"]) == (200, "ACK")
            told = next_of(socket, "alarm")["alarm"]
            while told["id"] != alarm["id"]:  # a busy machine may have an alarm of its own
                told = next_of(socket, "alarm")["alarm"]
            assert told["acked_by"] == "ana"
            assert next_of(socket, "tags")["tags"]

        rows = client.get("/tags/me_p.lo_press/history").json()
        assert len(rows) >= 1
        assert set(rows[0]) == {"timestamp", "value", "quality"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_it_with_exit_code_0_although_a_client_listens(tmp_path: Path, number: signal.Signals) -> None:
    with (
        Serve(tmp_path, "--port", "0", "--db", ":memory:") as serve,
        connect(serve.url.replace("http", "ws") + "/ws/realtime", proxy=None) as socket,
    ):
        socket.recv(timeout=30)
        code, errors = serve.end(number)
        assert code == 0, errors
        assert "ERROR" not in errors
        assert [line for line in errors.splitlines() if not LOGGED.match(line)] == []


def test_a_port_in_use_is_exit_code_2_and_one_line(tmp_path: Path) -> None:
    with Serve(tmp_path, "--port", "0", "--db", ":memory:") as first:
        port = first.url.rpartition(":")[2]
        line = refused(tmp_path, "--port", port, "--db", ":memory:")
        assert f"port {port} on 127.0.0.1 is in use by another program" in line


def test_a_second_runtime_on_one_database_is_refused_with_the_first_ones_process_id(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    with Serve(tmp_path, "--port", "0", "--db", database) as first:
        line = refused(tmp_path, "--port", "0", "--db", database)
        assert f"process {first.process.pid};" in line
        assert first.process.poll() is None


def test_an_unanswered_alarm_survives_kill_9(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    with Serve(tmp_path, "--port", "0", "--db", database) as first:
        with first.asked() as client:
            (before,) = wait_for(lambda: alarms_of_the_ship(client.get("/alarms").json()))
        first.process.kill()
        first.process.wait()
    with Serve(tmp_path, "--port", "0", "--db", database) as second, second.asked() as client:
        (after,) = wait_for(lambda: alarms_of_the_ship(client.get("/alarms").json()))
        assert (after["occurrence"], after["state"]) == (before["occurrence"], "ACTIVE")


def test_a_damaged_alarm_journal_is_an_alarm_of_the_next_start(tmp_path: Path) -> None:
    database = tmp_path / "db"
    database.mkdir()
    (database / "journal.sqlite").write_bytes(b"no journal any more" * 1000)
    with Serve(tmp_path, "--port", "0", "--db", str(database)) as serve, serve.asked() as client:
        alarm = wait_for(lambda: (a := client.get("/alarms/system.journal.lost").json())["state"] == "ACTIVE" and a)
        assert alarm["priority"] == "alarm"
        assert "kept as journal.sqlite.broken-1" in "; ".join(client.get("/health").json()["messages"])
    with Serve(tmp_path, "--port", "0", "--db", str(database)) as again, again.asked() as client:
        alarm = wait_for(lambda: (a := client.get("/alarms/system.journal.lost").json())["state"] == "RECTIFIED" and a)
        assert "journal.sqlite" not in "; ".join(client.get("/health").json()["messages"])
