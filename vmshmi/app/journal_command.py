"""`vmshmi journal`: prove the alarm journal, or copy a time of it to a file; whether a runtime is writing it or not."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from vmshmi.core.clock import to_iso
from vmshmi.core.errors import ConfigurationError

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)

BROKEN = 1
"""Exit code for a chain that does not prove."""


def add_journal(
    commands: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    moment: Callable[[str], object],
) -> None:
    """Add `vmshmi journal verify` and `vmshmi journal export`.

    Args:
        commands: of the command line.
        moment: reads a time.
    """
    journal = commands.add_parser("journal", help="prove the alarm journal or copy it to a file")
    actions = journal.add_subparsers(metavar="ACTION", required=True, parser_class=type(journal))
    verify = actions.add_parser("verify", help="prove every row of it", description=_run_verify.__doc__)
    _add_folder(verify)
    verify.set_defaults(run=_run_verify)
    export = actions.add_parser("export", help="write its rows to a file", description=_run_export.__doc__)
    _add_folder(export)
    export.add_argument("--since", type=moment, metavar="T", help="2026-11-22T14:06:00Z; without it from the beginning")
    export.add_argument("--until", type=moment, metavar="T", help="without it up to the end")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends with .csv or .jsonl")
    export.add_argument("--overwrite", action="store_true", help="replace FILE when there is one")
    export.set_defaults(run=_run_export)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")


def _run_verify(given: argparse.Namespace) -> int:
    """Prove every row of the alarm journal and its archive: exit 0, or 1 with the first row that does not prove."""
    from vmshmi.runtime.storage.alarm_journal import prove_file

    path = journal_in(given.db)
    proof = prove_file(path)
    if proof.broken is not None:
        sys.stdout.write(f"{path}: row {proof.broken.row} {proof.broken.what}; {_rows(proof.rows)} before it prove\n")
        return BROKEN
    time = (
        "" if proof.first is None or proof.last is None else f", first {to_iso(proof.first)}, last {to_iso(proof.last)}"
    )
    days = f", {proof.days} archived days among them" if proof.days else ""
    sys.stdout.write(f"{path}: {_rows(proof.rows)} proved{time}{days}\n")
    return 0


def _run_export(given: argparse.Namespace) -> int:
    """Write the rows of a time, archived ones too, to CSV or to lines of JSON."""
    from vmshmi.runtime.storage.journal_export import export_rows

    if given.since is not None and given.until is not None and given.since > given.until:
        raise ConfigurationError(f"--since {to_iso(given.since)} is later than --until {to_iso(given.until)}")
    path = journal_in(given.db)
    rows = export_rows(path, given.since, given.until, given.out, overwrite=given.overwrite)
    sys.stdout.write(f"{given.out}: {_rows(rows)}\n")
    return 0


def journal_in(folder: str) -> Path:
    """The journal's file in a database folder.

    Raises:
        ConfigurationError: when there is none.
    """
    path = Path(folder).expanduser() / "journal.sqlite"
    if not path.is_file():
        raise ConfigurationError(f"{folder}: there is no alarm journal here (journal.sqlite)")
    return path


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
