"""Reads a `.vmsproj` file and says everything that is wrong with it at once."""

import json
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from vmshmi.config.project import Project
from vmshmi.core.errors import ConfigurationError


def parse_project(data: object) -> Project:
    """Check a project that was already read from JSON.

    Raises:
        ConfigurationError: with every problem as `place: message`.
    """
    _name_drivers(data)
    try:
        return Project.model_validate(data)
    except ValidationError as error:
        problems = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError(*problems) from error


def load_project(path: Path) -> Project:
    """Read and check a project file.

    Raises:
        ConfigurationError: with every problem as `place: message`.
    """
    return parse_project(json.loads(path.read_text(encoding="utf-8")))


def _name_drivers(data: object) -> None:
    """Write each device's driver into the sources that name the device: the file need not repeat it."""
    if not isinstance(data, dict):
        return
    project = cast("dict[str, object]", data)
    devices = cast("list[dict[str, object]]", project.get("devices", []))
    drivers = {device.get("id"): device.get("driver") for device in devices}
    for tag in cast("list[dict[str, object]]", project.get("tags", [])):
        source = tag.get("source")
        if isinstance(source, dict):
            source_map = cast("dict[str, object]", source)
            source_map.setdefault("driver", drivers.get(source_map.get("device")))
