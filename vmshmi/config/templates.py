"""Templates of devices: a file with the tags and alarms of a kind of device, and how a project uses one.

`config.expansion` puts the two together.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import Field, ValidationError

from vmshmi.config.base import ConfigModel, Identifier
from vmshmi.config.json_text import read_json
from vmshmi.config.problems import Suggester, one_line, render
from vmshmi.config.shipped import resources
from vmshmi.config.wording import to_problems
from vmshmi.core.errors import ConfigurationError
from vmshmi.core.values import Scalar

PREFIX = "prefix"
"""Every template may write `${prefix}`, in expressions over its own tags."""

PLACE_HOLDER = re.compile(r"\$\{([^}]*)\}")


class TemplateParameter(ConfigModel):
    """What a project may, or must, say."""

    description: str
    default: Scalar | None = None
    """None: what uses the parameter is left out unless the project gives it."""
    required: bool = False


class TemplateFile(ConfigModel):
    """A template."""

    template: Literal[1]
    title: str
    description: str
    source: str
    """Where its facts are from."""
    licence: str
    parameters: dict[str, TemplateParameter] = Field(default_factory=dict[str, TemplateParameter])
    device: dict[str, object]
    """What is the same for every device of this kind; the project adds the address."""
    needs: tuple[str, ...] = ()
    """Keys of the device that the project has to give, for a person who asks how to use it."""
    tags: tuple[dict[str, object], ...]
    """As in a project, without the device and without the prefix."""
    alarms: tuple[dict[str, object], ...] = ()


class TemplateUse(ConfigModel):
    """A template in a project; the loader expands it, a loaded project holds its tags and alarms instead."""

    template: str = Field(min_length=1)
    """Name of a shipped template, or a file relative to the project file: `./genset.json`."""
    id: Identifier | None = None
    """Of the device it makes."""
    device: str | dict[str, object]
    """Keys of the device it makes, or the id of a device that is there already."""
    prefix: str | None = None
    """Before every id of a tag or an alarm; without it the device's id and a point."""
    name: str = ""
    """Before every description and message: `Port engine`."""
    group: str = ""
    """Of all its tags and alarms, in place of the template's."""
    parameters: dict[str, Scalar | None] = Field(default_factory=dict[str, Scalar | None])
    without: tuple[str, ...] = ()
    """Tags and alarms to leave out, by their ids in the template; `grid.*` is all that begin so."""
    tags: tuple[dict[str, object], ...] = ()
    """What is different of a tag, with its `id` in the template."""
    alarms: tuple[dict[str, object], ...] = ()
    """The same of an alarm."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read and makes sense in itself.

    Attributes:
        name: as a project says it.
    """

    name: str
    file: TemplateFile


def shipped_templates() -> Mapping[str, Path]:
    """Name and file of each template that comes with the program, in order of the name."""
    return {path.stem: path for path in sorted((resources() / "templates").glob("*.json"))}


def is_own_file(name: str) -> bool:
    """True when a project names a file of its own, not a template of the program."""
    return "/" in name or "\\" in name or name.endswith(".json")


def read_template(name: str, folder: Path | None, hints: Suggester) -> Template:
    """Find and read a template.

    Args:
        name: as the project says it.
        folder: of the project file; None when the project did not come from a file.
        hints: looks for what was meant.

    Raises:
        ConfigurationError: when there is none, or it is wrong in itself.
    """
    if is_own_file(name):
        if folder is None:
            raise ConfigurationError(f"'{name}' is a file beside the project file, and this project is no file")
        return Template(name, _read(folder / name))
    shipped = shipped_templates()
    if name not in shipped:
        hint = (
            hints.hint(name, frozenset(shipped)) or "; `vmshmi templates` lists them, a file of your own ends in .json"
        )
        raise ConfigurationError(f"there is no template '{name}'{hint}")
    return Template(name, _read(shipped[name]))


def _read(path: Path) -> TemplateFile:
    """Read a template's file.

    Raises:
        ConfigurationError: with every problem as `FILE: place: message`.
    """
    try:
        text = read_json(path)
        try:
            file = TemplateFile.model_validate_json(json.dumps(text.data).encode(), strict=True)
        except ValidationError as error:
            problems = to_problems(TemplateFile, text.data, error.errors(), Suggester())
            raise ConfigurationError(*render(problems, text.data, text.line)) from error
        unknown = _unknown_parameters(file)
        if unknown:
            raise ConfigurationError(f"template: ${{{unknown[0]}}} is no parameter of it")
    except ConfigurationError as error:
        raise ConfigurationError(*(one_line(f"{path}: {problem}") for problem in error.problems)) from error
    return file


def _unknown_parameters(file: TemplateFile) -> list[str]:
    text = json.dumps([file.device, file.tags, file.alarms], ensure_ascii=False)
    known = {PREFIX, *file.parameters}
    return sorted({str(name) for name in PLACE_HOLDER.findall(text)} - known)


def used_parameters(written: object) -> frozenset[str]:
    """The parameters a part of a template speaks of."""
    match written:
        case str():
            return frozenset(PLACE_HOLDER.findall(written))
        case dict():
            parts = cast("dict[str, object]", written).values()
        case list() | tuple():
            parts = cast("list[object]", written)
        case _:
            return frozenset()
    return frozenset(name for part in parts for name in used_parameters(part))


def filled(written: object, values: Mapping[str, object]) -> object:
    """A part of a template with the parameters' values in it.

    A text that is a parameter and nothing else becomes its value, a number stays a number; inside a longer text it is
    written out.
    """
    match written:
        case str():
            whole = PLACE_HOLDER.fullmatch(written)
            if whole:
                return values[whole[1]]
            return PLACE_HOLDER.sub(lambda found: str(values[found[1]]), written)
        case dict():
            return {key: filled(part, values) for key, part in cast("dict[str, object]", written).items()}
        case list() | tuple():
            return [filled(part, values) for part in cast("list[object]", written)]
        case _:
            return written
