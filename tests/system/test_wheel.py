"""The wheel is whole: code, resources and licence, and it runs in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.sources import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, timeout=100)
    (built,) = folder.glob("vmshmi-*-py3-none-any.whl")
    return built


def _files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix() for path in found}


def test_the_wheel_holds_every_module_and_every_resource_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    modules = {f"vmshmi/{name}" for name in _files(ROOT / "vmshmi")}
    resources = {f"vmshmi/_resources/{name}" for name in _files(ROOT / "resources")}
    assert "vmshmi/_resources/demo/aurora.vmsproj" in names
    assert names == modules | resources
    assert len(licences) == 1


def test_the_installed_wheel_finds_its_resources_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "site"
    elsewhere = tmp_path / "empty"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    environment = os.environ | {"PYTHONPATH": str(installed), "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    where = run("-c", "from vmshmi.app import paths; print(paths.demo_project())")
    demo = Path(where.stdout.strip())
    assert demo.is_relative_to(installed / "vmshmi" / "_resources"), where.stderr
    check = run("-m", "vmshmi", "check", str(demo))
    assert check.returncode == 0, check.stderr
    picture = elsewhere / "overview.png"
    show = run("-m", "vmshmi", "--screenshot", str(picture), "--after", "2")
    assert show.returncode == 0, show.stderr
    assert picture.stat().st_size > 20_000
    assert list(elsewhere.iterdir()) == [picture]
