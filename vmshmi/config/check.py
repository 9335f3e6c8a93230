"""The answer of `vmshmi check FILE`."""

from pathlib import Path

from vmshmi.config.loader import load_project
from vmshmi.config.problems import one_line
from vmshmi.core.errors import ConfigurationError


def check_file(path: Path) -> list[str]:
    """Everything wrong with a project file, one `FILE: place: message` each; empty when all is well."""
    try:
        load_project(path)
    except ConfigurationError as error:
        return [f"{one_line(str(path))}: {problem}" for problem in error.problems]
    return []
