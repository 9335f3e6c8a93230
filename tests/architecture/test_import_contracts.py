"""Every import contract is kept by the package as it is, and bites when it is broken on purpose."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.sources import PACKAGE, ROOT

_PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_CONTRACTS = {contract["id"]: contract["name"] for contract in _PYPROJECT["tool"]["importlinter"]["contracts"]}

# contract, module to plant, its only line
_VIOLATIONS = [
    ("rooms", "core/planted.py", "import vmshmi.config"),
    ("rooms", "config/planted.py", "import vmshmi.runtime"),
    ("rooms", "runtime/planted.py", "import vmshmi.ui"),
    ("rooms", "ui/planted.py", "import vmshmi.runtime"),
    ("rooms", "ui/planted.py", "from vmshmi.app import cli"),
    ("rooms", "ui/planted.py", "if __debug__:\n    from vmshmi.runtime import drivers"),
    ("rooms", "app/planted.py", "import vmshmi.__main__"),
    ("rooms", "helpers/__init__.py", "# a folder that no layer knows"),
    ("core-is-pure", "core/planted.py", "import pydantic"),
    ("core-is-pure", "core/planted.py", "def later():\n    import asyncio"),
    ("core-is-pure", "core/alarms/planted.py", "from time import monotonic"),
    ("no-qt-below", "runtime/planted.py", "from PySide6 import QtCore"),
    ("no-qt-below", "config/planted.py", "from PySide6.QtGui import QColor"),
    ("no-qt-below", "core/planted.py", "import shiboken6"),
    ("door-duckdb", "runtime/planted.py", "import duckdb"),
    ("door-nanoarrow", "runtime/historian/planted.py", "import nanoarrow"),
    ("door-pymodbus", "runtime/drivers/planted.py", "from pymodbus.client import AsyncModbusTcpClient"),
    ("door-can", "runtime/drivers/planted.py", "import can"),
    ("door-cantools", "runtime/drivers/planted.py", "import cantools"),
    ("door-nmea2000", "runtime/drivers/planted.py", "from nmea2000.decoder import NMEA2000Decoder"),
    ("door-serial", "runtime/drivers/planted.py", "import serial"),
    ("door-web", "app/planted.py", "import uvicorn"),
    ("door-web", "runtime/planted.py", "from fastapi import FastAPI"),
    ("door-miniaudio", "runtime/planted.py", "import miniaudio"),
    ("door-pyqtgraph", "ui/planted.py", "import pyqtgraph"),
    ("door-qasync", "app/planted.py", "import qasync"),
    ("door-pydantic", "runtime/planted.py", "from pydantic import BaseModel"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package beside the project's contracts."""
    shutil.copytree(PACKAGE, tmp_path / "vmshmi", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _lint(folder: Path, *contracts: str) -> str:
    """Run lint-imports over the package in a folder and return what it says."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    for contract in contracts:
        command += ["--contract", contract]
    environment = os.environ | {"COLUMNS": "400", "NO_COLOR": "1"}  # wide, so that no contract's name is cut
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def test_the_package_keeps_every_contract(copy: Path) -> None:
    said = _lint(copy)
    assert f"Contracts: {len(_CONTRACTS)} kept, 0 broken." in said, said
    for name in _CONTRACTS.values():
        assert f"{name} KEPT" in said, said


@pytest.mark.parametrize(("contract", "module", "line"), _VIOLATIONS)
def test_a_planted_violation_breaks_its_contract(copy: Path, contract: str, module: str, line: str) -> None:
    planted = copy / "vmshmi" / module
    assert not planted.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    said = _lint(copy, contract)
    assert f"{_CONTRACTS[contract]} BROKEN" in said, said
    assert "Contracts: 0 kept, 1 broken." in said, said


def test_every_contract_has_a_violation_that_breaks_it() -> None:
    assert {contract for contract, _, _ in _VIOLATIONS} == set(_CONTRACTS)


def test_the_contract_of_core_names_every_dependency() -> None:
    import_names = {"PySide6-Essentials": "PySide6", "python-can": "can", "pyserial": "serial"}
    declared = [re.split(r"[<>=!~\[; ]", text)[0] for text in _PYPROJECT["project"]["dependencies"]]
    contract = next(each for each in _PYPROJECT["tool"]["importlinter"]["contracts"] if each["id"] == "core-is-pure")
    assert {import_names.get(name, name) for name in declared} <= set(contract["forbidden_modules"])
