"""The frozen program works where there is no Python of ours: another user, an empty home, a bare environment."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from tests.support.sources import ROOT

pytestmark = [pytest.mark.package, pytest.mark.timeout(300)]

_BUILT = ROOT / "dist" / "vmshmi"
_START_S = 60


class _Machine:
    """A folder that a stranger to our checkout may read, with a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "vmshmi" / "vmshmi"
        self.home = folder / "home"
        # as root we can be somebody else; otherwise the bare environment must do
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.program), *arguments],
            cwd=self.home,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **self._user,
        )


@pytest.fixture(scope="module")
def machine() -> Iterator[_Machine]:
    assert _BUILT.is_dir(), "no dist/vmshmi: run `make test-package`, which builds it"
    # pytest's own temporary folders are closed to other users
    folder = Path(tempfile.mkdtemp(prefix="vmshmi-package-"))
    try:
        folder.chmod(0o755)
        shutil.copytree(_BUILT, folder / "vmshmi", symlinks=True)
        (folder / "home").mkdir()
        yield _Machine(folder)
    finally:
        shutil.rmtree(folder)


def _colours_of_the_page(picture: QImage) -> int:
    """How many colours there are between the bars above and below; an empty page has one."""
    page = picture.copy(0, 120, picture.width(), picture.height() - 240)
    return len({page.pixel(x, y) for x in range(0, page.width(), 3) for y in range(page.height())})


@pytest.mark.parametrize("page", ["overview", "trends"])  # trends alone loads pyqtgraph
def test_the_frozen_program_renders_the_demo_vessel_without_a_display(machine: _Machine, page: str) -> None:
    picture = machine.home / f"{page}.png"
    shown = machine.start("--screenshot", str(picture), "--page", page, "--after", "3", "--size", "1024x768")
    _, said = shown.communicate(timeout=_START_S)
    assert shown.returncode == 0, said
    assert "Traceback" not in said
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1024, 768)
    assert _colours_of_the_page(image) > 50


def test_the_frozen_runtime_serves_the_demo_vessel_and_stops_when_told(machine: _Machine) -> None:
    served = machine.start("serve", "--port", "0", "--db", str(machine.home / "database"))
    try:
        assert served.stdout is not None
        line = served.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), served.communicate(timeout=_START_S)[1]
        with urllib.request.urlopen(f"{line.split()[-1]}/tags", timeout=_START_S) as answer:
            tags = json.load(answer)
        tags = tags["tags"] if isinstance(tags, dict) else tags
        assert len(tags) > 100
    finally:
        served.send_signal(signal.SIGTERM)
        _, said = served.communicate(timeout=_START_S)
    assert served.returncode == 0, said
    assert "Traceback" not in said


def test_the_frozen_program_loads_its_sound_library(machine: _Machine) -> None:
    served = machine.start("serve", "--port", "0", "--db", ":memory:", "--sound")
    try:
        assert served.stdout is not None
        base = served.stdout.readline().split()[-1]
        said: list[str] = []
        playing = False
        deadline = time.monotonic() + _START_S
        while not (said or playing):  # a machine without a sound card says so; one with a card plays
            assert time.monotonic() < deadline
            time.sleep(0.2)
            with urllib.request.urlopen(f"{base}/health", timeout=_START_S) as answer:
                said = [line for line in json.load(answer)["messages"] if "is silent" in line]
            with urllib.request.urlopen(f"{base}/tags", timeout=_START_S) as answer:
                tags = json.load(answer)
            tags = tags["tags"] if isinstance(tags, dict) else tags
            playing = any(tag["id"].endswith(".sound") and tag["value"] == 1 for tag in tags)
    finally:
        served.send_signal(signal.SIGTERM)
        _, errors = served.communicate(timeout=_START_S)
    assert "library cannot be loaded" not in errors
    assert playing or "no sound device can be opened" in said[0]


def test_the_frozen_program_answers_a_broken_project_with_one_line(machine: _Machine) -> None:
    checked = machine.start("check", "/nowhere.vmsproj")
    _, said = checked.communicate(timeout=_START_S)
    assert checked.returncode == 2
    assert said.count("\n") == 1
    assert "/nowhere.vmsproj" in said
