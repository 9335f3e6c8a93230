"""A computer without Qt's system libraries is told what to install; a mistake of ours is not dressed up as that."""

import subprocess
import sys

import pytest

from tests.support.sources import ROOT

# stands for the loader of a machine without a desktop: it refuses Qt as the dynamic linker does
_RUN = """
import sys


class Loader:
    def find_spec(self, name, path=None, target=None):
        if name in {{"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets"}}:
            raise ImportError({message!r})


sys.meta_path.insert(0, Loader())
from vmshmi.app.cli import main
sys.exit(main(["--screenshot", "never.png"]))
"""


def _run(message: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _RUN.format(message=message)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("library", ["libGL.so.1", "libEGL.so.1"])
def test_a_missing_system_library_is_one_line_that_says_what_to_install(library: str) -> None:
    done = _run(f"{library}: cannot open shared object file: No such file or directory")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert library in done.stderr
    assert "libgl1 libegl1" in done.stderr


def test_any_other_import_error_keeps_its_traceback() -> None:
    done = _run("cannot import name 'QGadget' from 'PySide6.QtCore'")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
