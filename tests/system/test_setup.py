"""`packaging/setup.sh` installs what is missing where it may, and otherwise says so in one line.

The script runs for real; the machine around it (apt, ldconfig, pip) is stood in for by small scripts that write down
how they were called.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.sources import ROOT

_TOOLS = ("cat", "cksum", "dirname", "env", "find", "head", "ln", "mkdir", "sh", "true")
_ALL_LIBRARIES = "\n".join(
    f"\t{name} (libc6,x86-64) => /usr/lib/{name}"
    for line in (ROOT / "packaging" / "setup.sh").read_text(encoding="utf-8").splitlines()
    if ".so." in line
    for name in (word.partition("=")[0] for word in line.split())
)


@dataclass(frozen=True, slots=True)
class _Computer:
    """A checkout and the commands of a computer."""

    checkout: Path
    commands: Path

    def command(self, name: str, answer: str = "", code: int = 0) -> None:
        """Let a command write down its arguments, print an answer and end with a code."""
        path = self.commands / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.commands}/calls"\n{answer}\nexit {code}\n')
        path.chmod(0o755)

    def libraries(self, listing: str) -> None:
        (self.commands / "listing").write_text(listing)
        self.command("ldconfig", f'cat "{self.commands}/listing"')

    def python(self, name: str, version: str, rest: str = "") -> None:
        """Let a Python of a version make virtual environments whose python is itself; `rest` is tried first."""
        venv = 'mkdir -p .venv/bin; ln -sf "$0" .venv/bin/python'
        self.command(name, f'case "$*" in {rest} *venv\\ --clear*) {venv};; -V) echo Python {version};; esac')

    def calls(self) -> list[str]:
        written = self.commands / "calls"
        return written.read_text().splitlines() if written.exists() else []

    def setup(self, mode: str = "run", **environment: str) -> subprocess.CompletedProcess[str]:
        script = self.checkout / "packaging" / "setup.sh"
        return subprocess.run(
            ["/bin/sh", str(script), mode],
            env={"PATH": str(self.commands)} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )


@pytest.fixture
def computer(tmp_path: Path) -> _Computer:
    """Everything there: libraries, a Python that fits, pip that succeeds; nobody is root and there is no sudo."""
    checkout, commands = tmp_path / "checkout", tmp_path / "commands"
    (checkout / "packaging").mkdir(parents=True)
    commands.mkdir()
    shutil.copy(ROOT / "packaging" / "setup.sh", checkout / "packaging")
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (checkout / name).write_text("as it is\n")
    for tool in _TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (commands / tool).symlink_to(found)
    made = _Computer(checkout, commands)
    made.libraries(_ALL_LIBRARIES)
    made.command("id", "echo 1000")
    made.command("apt-get")
    # makes a virtual environment whose python is itself
    made.python("python3", "3.11.2")
    return made


def _installs(calls: list[str]) -> list[str]:
    return [call for call in calls if "-m pip" in call]


def test_packages_come_from_the_lock_with_hashes_and_the_project_itself_without_any(computer: _Computer) -> None:
    done = computer.setup("dev")
    assert done.returncode == 0, done.stderr
    locked, project = _installs(computer.calls())
    assert "--require-hashes --only-binary :all: -r requirements-dev.lock" in locked
    assert "--no-deps --no-build-isolation --editable ." in project
    assert not [call for call in computer.calls() if call.startswith("apt-get")]


def test_a_second_run_installs_nothing_until_the_lock_changes(computer: _Computer) -> None:
    computer.setup()
    first = len(_installs(computer.calls()))
    assert computer.setup().stderr == ""
    assert len(_installs(computer.calls())) == first
    (computer.checkout / "requirements.lock").write_text("renewed\n")
    computer.setup()
    assert len(_installs(computer.calls())) == 2 * first


def test_a_failed_installation_is_tried_again(computer: _Computer) -> None:
    computer.setup()
    (computer.checkout / "requirements.lock").write_text("renewed\n")
    computer.python("python3", "3.11.2", "*-m\\ pip*) exit 1;;")
    assert computer.setup().returncode != 0
    computer.python("python3", "3.11.2")
    before = len(_installs(computer.calls()))
    assert computer.setup().returncode == 0
    assert len(_installs(computer.calls())) == before + 2


def test_root_installs_exactly_the_libraries_that_are_missing(computer: _Computer) -> None:
    listing = "\n".join(line for line in _ALL_LIBRARIES.splitlines() if "libGL.so" not in line and "cursor" not in line)
    computer.libraries(listing)
    computer.command("id", "echo 0")
    done = computer.setup()
    assert done.returncode == 0, done.stderr
    update, install = (call for call in computer.calls() if call.startswith("apt-get"))
    assert update.startswith("apt-get update")
    packages = [word for word in install.split() if word.startswith("lib")]
    assert packages == ["libgl1", "libxcb-cursor0"]


def test_a_real_x_display_is_installed_only_for_its_tests(computer: _Computer) -> None:
    computer.command("id", "echo 0")
    assert computer.setup("dev").returncode == 0
    assert not [call for call in computer.calls() if call.startswith("apt-get")]
    done = computer.setup("x11")
    assert done.returncode == 0, done.stderr
    _, install = (call for call in computer.calls() if call.startswith("apt-get"))
    assert install.split()[-4:] == ["xvfb", "openbox", "xdotool", "x11-utils"]


def test_without_root_or_sudo_the_missing_libraries_are_named_in_one_line_and_the_rest_goes_on(
    computer: _Computer,
) -> None:
    computer.libraries("")
    done = computer.setup()
    assert done.returncode == 0, done.stderr
    (named,) = [line for line in done.stderr.splitlines() if "please install" in line]
    for package in ("libgl1", "libegl1", "libglib2.0-0", "libxkbcommon-x11-0", "libxcb-cursor0"):
        assert f" {package} " in named
    assert not [call for call in computer.calls() if call.startswith("apt-get")]
    assert _installs(computer.calls())


def test_a_sudo_that_asks_no_password_is_used(computer: _Computer) -> None:
    computer.libraries("")
    computer.command("sudo", 'shift; exec "$@"')
    assert computer.setup().returncode == 0
    assert [call for call in computer.calls() if call.startswith("apt-get install")]


def test_without_venv_and_without_a_way_to_install_it_the_setup_stops(computer: _Computer) -> None:
    computer.python("python3", "3.11.2", "*ensurepip*) exit 1;;")
    done = computer.setup()
    assert done.returncode == 1
    assert "python3-venv" in done.stderr
    assert not _installs(computer.calls())


def test_a_python_that_does_not_fit_is_refused_by_name(computer: _Computer) -> None:
    computer.python("python3.10", "3.10.4", "*version_info*) exit 1;;")
    done = computer.setup(PYTHON="python3.10")
    assert done.returncode == 1
    assert done.stderr == (
        "setup: needs Python 3.11 to 3.13; python3.10 is Python 3.10.4. Name another: make PYTHON=/path/to/python\n"
    )


def test_another_python_gets_a_virtual_environment_of_its_own(computer: _Computer) -> None:
    computer.setup()
    computer.python("python3.12", "3.12.4")
    assert computer.setup(PYTHON="python3.12").returncode == 0
    assert "python3.12 -m venv --clear .venv" in computer.calls()
    assert len(_installs(computer.calls())) == 4
