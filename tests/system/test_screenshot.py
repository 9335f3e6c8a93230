"""`vmshmi --screenshot` as a process of its own: what it draws, and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serve_process import LOGGED, PROJECT
from tests.support.sources import ROOT

PAGE = {"id": "engine_room", "title": "Engine room", "elements": []}


def take(folder: Path, page: str) -> tuple[int, list[str], bytes]:
    """Exit code, what it says beside its log, and the picture."""
    project, picture = folder / "ship.vmsproj", folder / "page.png"
    project.write_text(json.dumps({**PROJECT, "pages": [PAGE]}), encoding="utf-8")
    wanted = ["--after", "0", "--page", page, "--screenshot", picture]
    done = subprocess.run(
        [sys.executable, "-m", "vmshmi", "--vmsproj", project, "--db", ":memory:", *wanted],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if not LOGGED.match(line)]
    return done.returncode, said, picture.read_bytes() if picture.exists() else b""


@pytest.mark.parametrize("page", ["overview", "engine_room", "system"])
def test_a_page_is_drawn_under_any_of_its_names(tmp_path: Path, page: str) -> None:
    code, said, picture = take(tmp_path, page)
    assert code == 0, said
    assert picture.startswith(b"\x89PNG")


def test_an_unknown_page_is_one_line_that_names_those_there_are(tmp_path: Path) -> None:
    code, said, picture = take(tmp_path, "alrms")
    assert (code, picture) == (2, b"")
    assert said == [
        "vmshmi: --page alrms: there is no such page; there are overview, alarms, kpi, whatif, trends, tags, system, "
        "audit, device, engine_room"
    ]
