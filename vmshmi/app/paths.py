"""Where things are: shipped resources and the folder for what a runtime writes."""

import sys
from pathlib import Path

import platformdirs

from vmshmi.core.errors import StartError

MEMORY = ":memory:"


def resources() -> Path:
    """The shipped resources: in a checkout, in a wheel, or in a frozen program.

    Raises:
        StartError: if the installation has lost them.
    """
    package = Path(__file__).resolve().parent.parent
    candidates = [package / "_resources", package.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        candidates.insert(0, Path(str(frozen)) / "resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise StartError(f"resources not found beside {package}; install vmshmi again")


def demo_project() -> Path:
    """The demo vessel's project file."""
    return resources() / "demo" / "aurora.vmsproj"


def database_folder(choice: str | None, project_file: Path) -> Path | None:
    """Folder for all a runtime writes; None keeps nothing.

    Args:
        choice: what `--db` said; None takes the platform's user-data folder, one for each project file.
        project_file: names the default folder.
    """
    if choice == MEMORY:
        return None
    if choice is not None:
        return Path(choice).expanduser()
    return platformdirs.user_data_path("vmshmi", appauthor=False) / project_file.stem
