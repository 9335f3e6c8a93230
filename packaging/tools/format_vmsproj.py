"""Writes a project file in its one stable form: a device, tag, alarm, station or page element a line.

    python packaging/tools/format_vmsproj.py FILE.vmsproj [--check]

Edit a project by loading its JSON, changing it, and calling `format_project`: changes then meet line by line.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import cast

TOP_KEYS = ("vmsproj", "vessel", "devices", "tags", "alarm_system", "alarms", "pages", "trends", "stations", "users")
"""The order of the file; what is not named here follows in its own order."""


def format_project(project: dict[str, object]) -> str:
    """The text of a project file, ending in a newline; the same project always gives the same text."""
    ordered = {key: project[key] for key in TOP_KEYS if key in project}
    ordered.update({key: value for key, value in project.items() if key not in ordered})
    entries = [f" {_text(key)}: {_block(value, 1)}" for key, value in ordered.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _block(value: object, depth: int) -> str:
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        pad = " " * (depth + 1)
        lines = ",\n".join(pad + _item(item, depth + 1) for item in cast("list[object]", value))
        return f"[\n{lines}\n{' ' * depth}]"
    return _text(value)


def _item(item: object, depth: int) -> str:
    """One line, unless it holds a list of its own items (a page): that list goes below, again an item a line."""
    if not isinstance(item, dict):
        return _text(item)
    pairs = cast("dict[str, object]", item).items()
    return "{" + ", ".join(f"{_text(key)}: {_inner(value, depth)}" for key, value in pairs) + "}"


def _inner(value: object, depth: int) -> str:
    is_elements = isinstance(value, list) and len(cast("list[object]", value)) > 0 and isinstance(value[0], dict)
    return _block(cast("object", value), depth) if is_elements else _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    """Format a file in place, or say with exit code 1 that it is not formatted."""
    parser = argparse.ArgumentParser(description="Format a .vmsproj file: one tag a line.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if the file is not formatted")
    options = parser.parse_args(arguments)
    path = cast("Path", options.file)
    before = path.read_text(encoding="utf-8")
    after = format_project(cast("dict[str, object]", json.loads(before)))
    if options.check:
        if before != after:
            print(f"{path}: not formatted; run {Path(__file__).name} on it", file=sys.stderr)
        return int(before != after)
    if before != after:
        path.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
