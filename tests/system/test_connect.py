"""`vmshmi --connect URL`: the HMI alone, fed by a runtime in another process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.serve_process import Serve
from tests.support.sources import ROOT

NOBODY = "http://127.0.0.1:9"


def hmi(*arguments: str) -> subprocess.Popen[str]:
    """The HMI without a screen."""
    return subprocess.Popen(
        [sys.executable, "-m", "vmshmi", *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_page_is_drawn_from_a_runtime_elsewhere(tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    with Serve(tmp_path, "--port", "0", "--db", ":memory:") as serve:
        process = hmi("--connect", serve.url, "--station", "bridge", "--screenshot", str(picture), "--after", "2")
        _, errors = process.communicate(timeout=40)
    assert process.returncode == 0, errors
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "Traceback" not in errors
    assert f"connected to {serve.url}" in errors


@pytest.mark.parametrize(
    ("url", "line"),
    [
        (NOBODY, f"vmshmi: --connect {NOBODY}: no runtime answers there"),
        ("HOST:8765", "vmshmi: --connect HOST:8765: not the address of a runtime; write it as http://HOST:8765"),
    ],
)
def test_what_cannot_be_reached_is_exit_code_2_and_one_line(tmp_path: Path, url: str, line: str) -> None:
    process = hmi("--connect", url, "--screenshot", str(tmp_path / "page.png"), "--after", "0.5")
    _, errors = process.communicate(timeout=40)
    assert process.returncode == 2
    assert errors.splitlines()[-1] == line
    assert "Traceback" not in errors


def test_a_screen_that_waits_for_its_runtime_can_be_ended() -> None:
    process = hmi("--connect", NOBODY)
    assert process.stderr is not None
    seen = ""
    end = time.monotonic() + 30
    while "waiting for" not in seen and time.monotonic() < end:
        seen += process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, seen + errors
    assert "Traceback" not in errors
