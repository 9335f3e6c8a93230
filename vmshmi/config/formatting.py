"""The one stable form of a project file: a device, tag, alarm, station or page element a line."""

import json
from typing import cast

TOP_KEYS = (
    "vmsproj",
    "vessel",
    "devices",
    "templates",
    "tags",
    "alarm_system",
    "alarms",
    "pages",
    "trends",
    "stations",
    "users",
)
"""The order of the file; what is not named here follows in its own order."""


def format_project(project: dict[str, object]) -> str:
    """The text of a project file, ending in a newline; the same project always gives the same text."""
    ordered = {key: project[key] for key in TOP_KEYS if key in project}
    ordered.update({key: value for key, value in project.items() if key not in ordered})
    entries = [f" {_text(key)}: {_block(value, 1)}" for key, value in ordered.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _block(value: object, depth: int) -> str:
    items = _items(value)
    if not any(isinstance(item, dict) for item in items):
        return _text(value)
    pad = " " * (depth + 1)
    lines = ",\n".join(pad + _item(item, depth + 1) for item in items)
    return f"[\n{lines}\n{' ' * depth}]"


def _item(item: object, depth: int) -> str:
    """One line, unless it holds a list of its own items (a page): that list goes below, again an item a line."""
    if not isinstance(item, dict):
        return _text(item)
    pairs = cast("dict[str, object]", item).items()
    return "{" + ", ".join(f"{_text(key)}: {_inner(value, depth)}" for key, value in pairs) + "}"


def _inner(value: object, depth: int) -> str:
    items = _items(value)
    return _block(value, depth) if items and isinstance(items[0], dict) else _text(value)


def _items(value: object) -> list[object]:
    """Of a list; none of anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
