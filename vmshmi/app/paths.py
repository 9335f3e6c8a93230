"""Where things are: shipped resources and the folder for what a runtime writes."""

from pathlib import Path

import platformdirs

from vmshmi.config.shipped import resources

MEMORY = ":memory:"

__all__ = ["MEMORY", "database_folder", "demo_project", "resources"]


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
