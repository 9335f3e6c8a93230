"""Where the shipped resources are."""

import sys
from pathlib import Path

from vmshmi.core.errors import StartError


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
