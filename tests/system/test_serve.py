"""`vmshmi serve` as a process of its own: what other programs see of it, and how it ends."""

import json
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.support.sources import ROOT

START_S = 20.0
STOP_S = 5.0
PROJECT = {
    "vmsproj": 1,
    "vessel": {"name": "MV Aurora"},
    "devices": [{"id": "sim", "driver": "simulator", "tick_s": 0.1}],
    "tags": [
        {
            "id": "me_p.lo_press",
            "unit": "bar",
            "range_normal_min": 3.5,
            "range_normal_max": 6.5,
            "source": {"device": "sim"},
        }
    ],
    "alarms": [
        {
            "id": "me_p.lo_press.low",
            "tag": "me_p.lo_press",
            "operator": "<",
            "limit": 100,
            "priority": "alarm",
            "message": "low",
        }
    ],
}


class Serve:
    """A running `vmshmi serve`.

    Args:
        folder: holds the project file and the database.
        arguments: beside those for the files.
    """

    def __init__(self, folder: Path, *arguments: str) -> None:
        project = folder / "ship.vmsproj"
        project.write_text(json.dumps(PROJECT), encoding="utf-8")
        command = [sys.executable, "-m", "vmshmi", "serve", "--vmsproj", str(project), *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
        )
        self.url = ""

    def __enter__(self) -> "Serve":
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            assert selector.select(START_S), "it says nothing"
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        if found is None:
            self.process.kill()
            pytest.fail(f"it says {line!r}\n{self.process.communicate()[1]}")
        self.url = found[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; returns exit code and stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=STOP_S)
        return self.process.returncode, errors

    @contextmanager
    def asked(self) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=10) as client:
            yield client


def next_of(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type."""
    while True:
        message = json.loads(socket.recv(timeout=10))
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


def refused(folder: Path, *arguments: str) -> str:
    """Start one that must not start; returns the one line it says."""
    serve = Serve(folder, *arguments)
    output, errors = serve.process.communicate(timeout=START_S)
    assert serve.process.returncode == 2, errors
    assert output == ""
    assert "Traceback" not in errors
    lines = [line for line in errors.splitlines() if not re.match(r"\d{4}-\d\d-\d\d ", line)]  # without the log's
    assert len(lines) == 1, errors
    return lines[0]


def test_a_client_sees_values_and_alarms_and_may_answer(tmp_path: Path) -> None:
    with Serve(tmp_path, "--port", "0", "--db", str(tmp_path / "db")) as serve, serve.asked() as client:
        assert client.get("/health").json()["status"] == "ok"
        tag = wait_for(lambda: (t := client.get("/tags/me_p.lo_press").json())["quality"] == "good" and t)
        assert 0 < tag["value"] < 100
        (alarm,) = wait_for(lambda: client.get("/alarms").json())
        assert (alarm["id"], alarm["state"]) == ("me_p.lo_press.low", "ACTIVE")

        with connect(serve.url.replace("http", "ws") + "/ws/realtime", proxy=None) as socket:
            snapshot = json.loads(socket.recv(timeout=10))
            assert snapshot["type"] == "snapshot"
            assert [row["id"] for row in snapshot["alarms"]] == ["me_p.lo_press.low"]

            path = "/alarms/me_p.lo_press.low/ack"
            stale = client.post(path, json={"user": "ana", "occurrence": alarm["occurrence"] - 1})
            assert (stale.status_code, stale.json()["reason"]) == (409, "stale_occurrence")
            good = client.post(path, json={"user": "ana", "occurrence": alarm["occurrence"]})
            assert (good.status_code, good.json()["state"]) == (200, "ACK")
            assert next_of(socket, "alarm")["alarm"]["acked_by"] == "ana"
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
        socket.recv(timeout=10)
        code, errors = serve.end(number)
        assert code == 0, errors
        assert "Traceback" not in errors
        assert "ERROR" not in errors


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
            (before,) = wait_for(lambda: client.get("/alarms").json())
        first.process.kill()
        first.process.wait()
    with Serve(tmp_path, "--port", "0", "--db", database) as second, second.asked() as client:
        (after,) = wait_for(lambda: client.get("/alarms").json())
        assert (after["occurrence"], after["state"]) == (before["occurrence"], "ACTIVE")
