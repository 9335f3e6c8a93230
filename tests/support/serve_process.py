"""`vmshmi serve` as a process of its own."""

import json
import re
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import httpx
import pytest

from tests.support.sources import ROOT

START_S = 60.0
STOP_S = 30.0
LOGGED = re.compile(r"\d{4}-\d\d-\d\d ")
"""How a line of the log begins."""
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
        project: what the project file says.
    """

    def __init__(self, folder: Path, *arguments: str, project: Mapping[str, object] = PROJECT) -> None:
        file = folder / "ship.vmsproj"
        file.write_text(json.dumps(project), encoding="utf-8")
        command = [sys.executable, "-m", "vmshmi", "serve", "--vmsproj", str(file), *arguments]
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
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            yield client
