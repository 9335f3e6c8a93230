"""`vmshmi history`: copy recorded samples to a file, load those of another logger, ask in SQL."""

import argparse
import csv
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
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
    """Add `vmshmi history export`, `vmshmi history import` and `vmshmi history sql`.

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
    ask = actions.add_parser("sql", help="ask recorded history in SQL", description=_run_sql.__doc__)
    ask.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")
    ask.add_argument("--seconds", type=float, default=60.0, help="give up after so long")
    ask.add_argument("--memory", type=int, default=512, metavar="MB", help="the engine may take")
    ask.add_argument("--rows", type=int, default=100_000, help="at most so many; says when there are more")
    ask.add_argument("--json", action="store_true", help="one JSON object instead of CSV")
    ask.add_argument(
        "sql", metavar="SQL", help="one SELECT over history, history_1m, history_10m, history_1h; - reads it"
    )
    ask.set_defaults(run=_run_sql)


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


def _run_sql(given: argparse.Namespace) -> int:
    """Ask recorded history with one SELECT, while the runtime runs or not; nothing is changed, nothing else is read."""
    from vmshmi.runtime.historian.console import SqlLimits, ask_here, bound_this_process

    limits = SqlLimits(given.seconds, given.memory, given.rows)
    sql = sys.stdin.read() if given.sql == "-" else given.sql
    bound_this_process(limits)
    answer = ask_here(Path(given.db).expanduser(), sql, limits)
    if given.json:
        sys.stdout.write(json.dumps(asdict(answer)))
        return 0
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    if not answer.is_whole:
        sys.stderr.write(f"vmshmi: only the first {len(answer.rows):,} rows; ask for more with --rows\n")
    return 0
