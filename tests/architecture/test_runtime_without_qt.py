"""The runtime on the engine-room computer loads no Qt: no window system, no 200 MB, no crash of a screen."""

import subprocess
import sys

from tests.support.sources import ROOT, modules

# runs in a fresh interpreter: imports Qt only over the dead body of the process
_BAN_QT = """
import sys


class Ban:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "qasync", "pyqtgraph"}:
            raise SystemExit(f"Qt is imported: {name}")


sys.meta_path.insert(0, Ban())
"""


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _BAN_QT + code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_every_module_of_core_config_and_runtime_imports_without_qt() -> None:
    rooms = ("core/", "config/", "runtime/")
    paths = [source.name for source in modules() if source.name.startswith(rooms)]
    names = [f"vmshmi.{path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}" for path in paths]
    assert "vmshmi.runtime" in names
    done = _run(f"import importlib\nfor name in {names!r}:\n    importlib.import_module(name)\n")
    assert done.returncode == 0, done.stderr


def test_vmshmi_serve_answers_for_help_without_qt() -> None:
    done = _run("from vmshmi.app.cli import main\nsys.exit(main())\n", "serve", "--help")
    assert done.returncode == 0, done.stderr
    assert "--port" in done.stdout


def test_the_ban_sees_an_import_of_qt() -> None:
    done = _run("from PySide6 import QtCore\n")
    assert done.returncode == 1
    assert "Qt is imported: PySide6" in done.stderr
