"""The answer of `vmshmi check FILE`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from vmshmi.config.expansion import expand
from vmshmi.config.json_text import read_json
from vmshmi.config.loader import load_project
from vmshmi.config.problems import Problem, Suggester, one_line, render
from vmshmi.config.project import Project
from vmshmi.core.errors import ConfigurationError


def check_file(path: Path) -> list[str]:
    """Everything wrong with a project file, one `FILE: place: message` each; empty when all is well."""
    try:
        load_project(path)
    except ConfigurationError as error:
        return [f"{one_line(str(path))}: {problem}" for problem in error.problems]
    return []


def missing_files(project: Project) -> Iterator[Problem]:
    """Logs to replay that are not there, with what was probably meant.

    Args:
        project: as `load_project` gives it, the names of files with their folder.
    """
    for index, device in enumerate(project.devices):
        name = getattr(device, "file", "")
        if isinstance(name, str) and name and not Path(name).is_file():
            yield Problem(("devices", index, "file"), _missing(Path(name)))


def _missing(file: Path) -> str:
    if file.is_dir():
        return f"{file} is a folder, not a log"
    if not file.parent.is_dir():
        return f"there is no file {file}: its folder does not exist either"
    try:
        others = frozenset(other.name for other in file.parent.iterdir() if other.is_file())
    except OSError:  # a folder that may not be read: then nothing can be suggested
        others = frozenset[str]()
    return f"there is no file {file}{Suggester().hint(file.name, others)}"


def told_of_file(path: Path, problems: Iterable[Problem], head: str = "") -> list[str]:
    """The same of problems that somebody else found in the loaded project; what a template brought is led back to it.

    Args:
        path: of the file.
        problems: with their places in the project.
        head: begins each message.

    Raises:
        ConfigurationError: when the file can no longer be read.
    """
    file = read_json(path)
    expansion = expand(file.data, path.parent, Suggester())
    headed = (replace(problem, message=f"{head}{problem.message}") for problem in problems)
    told = render(map(expansion.back, headed), file.data, file.line)
    return [f"{one_line(str(path))}: {line}" for line in told]
