"""End to end: a real truck's log, replayed by `vmshmi serve`, and what history keeps of it."""

import csv
import gzip
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.support.can_ends import free_udp_port, multicast_sender
from tests.support.j1939 import DATA, LOG
from tests.support.serve_process import Serve

PATIENCE_S = 60.0
ZERO = datetime(2021, 10, 25, 19, 0, 54, tzinfo=UTC)
"""Second 0 of the truth files."""
SIGNALS = {"rpm": ("EngineSpeed", 61444, 190), "speed": ("WheelBasedVehicleSpeed", 65265, 84)}
EVERY_SAMPLE = {"period_s": 0.000001}


def project() -> dict[str, object]:
    log = {"driver": "j1939", "interface": "logfile", "file": str(LOG), "speed": 0}
    devices = [{"id": "log", "timestamps": "log", **log}, {"id": "now", **log}]
    tags: list[dict[str, object]] = []
    for device in ("log", "now"):
        for name, (_, pgn, spn) in SIGNALS.items():
            source = {"device": device, "pgn": pgn, "spn": spn, "source": 0}
            tags.append({"id": f"{device}.{name}", "source": source, "record": EVERY_SAMPLE})
        faults = {"device": device, "pgn": 65226, "spn": 3216, "fmi": 20}
        tags.append({"id": f"{device}.nox_fault", "kind": "digital", "source": faults})
    alarm = {"id": "nox", "tag": "now.nox_fault", "operator": "==", "limit": 1, "message": "NOx sensor drifts"}
    return {"vmsproj": 1, "vessel": {"name": "MV Aurora"}, "devices": devices, "tags": tags, "alarms": [alarm]}


def truth(signal: str) -> list[tuple[datetime, float]]:
    with gzip.open(DATA / f"css_11111111_cut.{signal}.csv.gz", "rt") as file:
        return [(ZERO + timedelta(seconds=float(row["t"])), float(row["value"])) for row in csv.DictReader(file)]


def good_rows(client: httpx.Client, tag: str) -> list[dict[str, Any]]:
    query = {"since": "2021-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z", "limit": 100_000}
    rows = client.get(f"/tags/{tag}/history", params=query).raise_for_status().json()
    return [row for row in rows if row["quality"] == "good"]


def test_every_value_of_the_log_is_in_history(tmp_path: Path) -> None:
    with (
        Serve(tmp_path, "--port", "0", "--db", str(tmp_path / "db"), project=project()) as serve,
        httpx.Client(base_url=serve.url, trust_env=False, timeout=30) as client,
    ):
        until = time.monotonic() + PATIENCE_S
        expected = {name: truth(signal) for name, (signal, _, _) in SIGNALS.items()}
        while time.monotonic() < until and any(
            len(good_rows(client, f"{device}.{name}")) < len(rows)
            for name, rows in expected.items()
            for device in ("log", "now")
        ):
            time.sleep(0.2)
        for name, rows in expected.items():
            for device in ("log", "now"):
                kept = good_rows(client, f"{device}.{name}")
                assert [row["value"] for row in kept] == [value for _, value in rows], f"{device}.{name}"
            stamps = [datetime.fromisoformat(row["timestamp"]) for row in good_rows(client, f"log.{name}")]
            # the API tells milliseconds
            assert all(
                abs(ours - theirs) < timedelta(milliseconds=1) for ours, (theirs, _) in zip(stamps, rows, strict=True)
            )
        (nox,) = [alarm for alarm in client.get("/alarms").json() if alarm["id"] == "nox"]
        assert (nox["state"], nox["message"]) == ("ACTIVE", "NOx sensor drifts")


def test_a_live_bus_of_another_process_is_seen_and_its_silence_is_an_alarm(tmp_path: Path) -> None:
    port = free_udp_port()
    bus = {
        "driver": "j1939",
        "interface": "udp_multicast",
        "channel": "239.74.163.13",
        "port": port,
        "silent_after_s": 1,
    }
    data = {
        "vmsproj": 1,
        "vessel": {"name": "MV Aurora"},
        "devices": [{"id": "eng", **bus}],
        "tags": [{"id": "me_p.rpm", "source": {"device": "eng", "pgn": 61444, "spn": 190}}],
    }
    with (
        Serve(tmp_path, "--port", "0", "--db", ":memory:", project=data) as serve,
        httpx.Client(base_url=serve.url, trust_env=False, timeout=30) as client,
    ):

        def tag() -> dict[str, Any]:
            return client.get("/tags/me_p.rpm").json()

        def alarm() -> str:
            found = [each["state"] for each in client.get("/alarms").json() if each["id"] == "system.device.eng.lost"]
            return "".join(found)

        with multicast_sender("239.74.163.13", port):
            wait_for(lambda: tag()["quality"] == "good", "a value")
            assert tag()["unit"] == "rpm"
        wait_for(lambda: tag()["quality_reason"] == "BadNoCommunication", "the loss")
        assert tag()["value"] is None
        wait_for(lambda: alarm() == "ACTIVE", "the alarm")
        with multicast_sender("239.74.163.13", port):
            wait_for(lambda: tag()["quality"] == "good", "a value again")
            wait_for(lambda: alarm() == "RECTIFIED", "the alarm's end")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.1)
