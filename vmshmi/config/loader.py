"""Reads a `.vmsproj` project and says everything that is wrong with it at once."""

import json
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from vmshmi.config.alarm_checks import alarm_problems
from vmshmi.config.command_checks import command_problems
from vmshmi.config.expansion import expand
from vmshmi.config.json_text import DataPath, read_json
from vmshmi.config.plausibility import plausibility_problems
from vmshmi.config.problems import Problem, Suggester, render
from vmshmi.config.project import Project
from vmshmi.config.raw import Raw
from vmshmi.config.references import reference_problems
from vmshmi.config.sources import name_drivers
from vmshmi.config.wording import to_problems
from vmshmi.core.errors import ConfigurationError

FILE_KEYS = ("file", "dbc")
"""Keys of a device that name a file."""


def load_project(path: Path) -> Project:
    """Read and check a project file.

    Raises:
        ConfigurationError: with every problem as `place: message`, the line of the file in the place.
    """
    file = read_json(path)
    doubled = [
        Problem(path, f"this key is written more than once, first on line {first}")
        for path, first in file.doubled_keys()
    ]
    return _beside(_check(file.data, doubled, file.line, path.parent), path.parent)


def _beside(project: Project, folder: Path) -> Project:
    """The project with the files its devices name looked for beside the project file."""
    devices = tuple(
        device.model_copy(
            update={
                key: str(folder / name)
                for key in FILE_KEYS
                if isinstance(name := getattr(device, key, ""), str) and name
            }
        )
        for device in project.devices
    )
    return project.model_copy(update={"devices": devices})


def parse_project(data: object) -> Project:
    """Check a project that was already read from JSON, for example one that came by HTTP; the data stays as it is.

    Raises:
        ConfigurationError: with every problem as `place: message`.
    """
    return _check(data, [], None, None)


def project_to_data(project: Project) -> dict[str, object]:
    """The project as JSON data that loads again; what has its default value is left out."""
    return project.model_dump(mode="json", exclude_defaults=True)


def problems_in(data: object, folder: Path | None = None) -> tuple[Problem, ...]:
    """Everything wrong with a project that was already read from JSON, each with its place in the data.

    Args:
        data: of the project.
        folder: where its file lies, for templates of its own.

    Raises:
        ConfigurationError: when the data is not JSON at all.
    """
    problems: list[Problem] = []
    _examine(data, problems, folder)
    return tuple(problems)


def _check(
    data: object, problems: list[Problem], line: Callable[[DataPath], int] | None, folder: Path | None
) -> Project:
    project = _examine(data, problems, folder)
    if problems or project is None:
        raise ConfigurationError(*render(problems, data, line))
    return project


def _examine(data: object, problems: list[Problem], folder: Path | None) -> Project | None:
    """The project; None when it has problems of its own, all of which are added."""
    hints = Suggester()
    expansion = expand(data, folder, hints)
    problems += expansion.problems
    found: list[Problem] = []
    project = _examine_expanded(expansion.data, found, hints)
    problems += [expansion.back(problem) for problem in found]
    return None if project is None else project.model_copy(update={"templates": ()})


def _examine_expanded(data: object, problems: list[Problem], hints: Suggester) -> Project | None:
    named, found = name_drivers(data, hints)
    problems += found
    root = Raw.root(data)
    problems += reference_problems(root, hints)
    problems += plausibility_problems(root, hints)
    problems += alarm_problems(root, hints)
    problems += command_problems(root)
    project = None
    try:
        # strict: "12" is no number and 1 is not true; JSON is the mode in which a list may be a tuple
        project = Project.model_validate_json(json.dumps(named, ensure_ascii=False).encode(), strict=True)
    except ValidationError as error:
        problems += to_problems(Project, named, error.errors(), hints)
    except UnicodeEncodeError:
        problems += _broken_texts(root)
    except RecursionError as error:
        raise ConfigurationError("project: lists and objects are nested too deeply") from error
    except (TypeError, ValueError) as error:  # not from a JSON text: a set, a circle, a key that is no text
        raise ConfigurationError(f"project: is not JSON data: {error}") from error
    return project


def _broken_texts(root: Raw) -> list[Problem]:
    """Texts with half a character: an escape such as `\\ud83d` without its other half."""
    found: list[Problem] = []
    for path, _, value in root.leaves():
        for text in (value, *path):
            try:
                str(text).encode()
            except UnicodeEncodeError:
                found.append(Problem(path, "a '\\u' escape stands for half a character; its other half is missing"))
                break
    return found
