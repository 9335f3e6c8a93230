"""`vmshmi history`: copy recorded samples to a file."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from vmshmi.core.clock import to_iso
from vmshmi.core.errors import StartError

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


def add_history(
    commands: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    moment: Callable[[str], object],
) -> None:
    """Add `vmshmi history export`.

    Args:
        commands: of the command line.
        moment: reads a time.
    """
    history = commands.add_parser("history", help="work with recorded history")
    actions = history.add_subparsers(metavar="ACTION", required=True, parser_class=type(history))
    export = actions.add_parser("export", help="write tags' history to a file", description=_run_export.__doc__)
    export.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")
    export.add_argument("--tag", required=True, action="append", metavar="ID", help="may be given more than once")
    export.add_argument("--since", type=moment, required=True, metavar="T", help="2026-11-22T14:06:00Z")
    export.add_argument("--until", type=moment, required=True, metavar="T")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends with .csv or .parquet")
    export.add_argument(
        "--decimal",
        choices=("point", "comma"),
        default="point",
        help="of CSV; a comma brings semicolons between columns",
    )
    export.set_defaults(run=_run_export)


def _run_export(given: argparse.Namespace) -> int:
    """Write the recorded samples of tags to CSV or Parquet, while the runtime runs or not."""
    from vmshmi.runtime.historian import Decimal, export_range

    if given.since > given.until:
        raise StartError(f"--since {to_iso(given.since)} is later than --until {to_iso(given.until)}")
    decimal = Decimal[given.decimal.upper()]
    rows = export_range(Path(given.db).expanduser(), given.tag, given.since, given.until, given.out, decimal)
    sys.stdout.write(f"{given.out}: {rows} rows\n")
    return 0
