"""`vmshmi history`: copy recorded samples to a file, load those of another logger."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from vmshmi.app.history_import import add_options, layout_of
from vmshmi.core.clock import to_iso
from vmshmi.core.errors import StartError

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


def add_history(
    commands: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    moment: Callable[[str], object],
) -> None:
    """Add `vmshmi history export` and `vmshmi history import`.

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
    load = actions.add_parser("import", help="load a CSV file of another logger", description=_run_import.__doc__)
    load.add_argument("--db", required=True, metavar="PATH", help="database folder; its runtime must not be running")
    load.add_argument("--csv", type=Path, required=True, metavar="FILE")
    load.add_argument("--vmsproj", type=Path, metavar="FILE", help="take the kinds of tags from it, refuse other tags")
    load.add_argument("--dry-run", action="store_true", help="check the file only")
    add_options(load)
    load.set_defaults(run=_run_import)


def _run_export(given: argparse.Namespace) -> int:
    """Write the recorded samples of tags to CSV or Parquet, while the runtime runs or not."""
    from vmshmi.runtime.historian import Decimal, export_range

    if given.since > given.until:
        raise StartError(f"--since {to_iso(given.since)} is later than --until {to_iso(given.until)}")
    decimal = Decimal[given.decimal.upper()]
    rows = export_range(Path(given.db).expanduser(), given.tag, given.since, given.until, given.out, decimal)
    sys.stdout.write(f"{given.out}: {rows} rows\n")
    return 0


def _run_import(given: argparse.Namespace) -> int:
    """Load samples from another logger's CSV file; those that the history already holds are left out."""
    from vmshmi.app.compose import read_project
    from vmshmi.runtime.clock import SystemClock
    from vmshmi.runtime.historian import import_csv

    kinds = {tag.id: tag.kind for tag in read_project(given.vmsproj, "").tags} if given.vmsproj else {}
    folder = Path(given.db).expanduser()
    done = import_csv(folder, given.csv, layout_of(given, kinds), SystemClock(), dry_run=given.dry_run)
    span = "" if done.first is None or done.last is None else f" from {to_iso(done.first)} to {to_iso(done.last)}"
    found = f"{given.csv}: {done.rows:,} rows of {done.tags:,} tags on {done.days:,} days{span}"
    left_out = done.rows - done.added
    did = (
        "nothing written"
        if given.dry_run
        else f"{done.added:,} added, {left_out:,} left out (already there, or twice in the file)"
    )
    sys.stdout.write(f"{found}; {did}\n")
    return 0
