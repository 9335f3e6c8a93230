"""The answer of `vmshmi check FILE`."""

from collections.abc import Iterable
from pathlib import Path

from vmshmi.config.expansion import expand
from vmshmi.config.json_text import read_json
from vmshmi.config.loader import load_project
from vmshmi.config.problems import Problem, Suggester, one_line, render
from vmshmi.core.errors import ConfigurationError


def check_file(path: Path) -> list[str]:
    """Everything wrong with a project file, one `FILE: place: message` each; empty when all is well."""
    try:
        load_project(path)
    except ConfigurationError as error:
        return [f"{one_line(str(path))}: {problem}" for problem in error.problems]
    return []


def told_of_file(path: Path, problems: Iterable[Problem]) -> list[str]:
    """The same of problems that somebody else found in the loaded project; what a template brought is led back to it.

    Raises:
        ConfigurationError: when the file can no longer be read.
    """
    file = read_json(path)
    expansion = expand(file.data, path.parent, Suggester())
    told = render(map(expansion.back, problems), file.data, file.line)
    return [f"{one_line(str(path))}: {line}" for line in told]
