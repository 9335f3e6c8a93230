"""Writes a project file in its one stable form: a device, tag, alarm, station or page element a line.

    python packaging/tools/format_vmsproj.py FILE.vmsproj [--check]

Edit a project by loading its JSON, changing it, and calling `format_project`: changes then meet line by line.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import cast

from vmshmi.config.formatting import format_project


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
