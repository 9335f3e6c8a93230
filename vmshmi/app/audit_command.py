"""`vmshmi audit`: prove the audit log, or copy a time of it to a file; whether a runtime is writing it or not."""

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


def add_audit(
    commands: "argparse._SubParsersAction[_Parser]",  # pyright: ignore[reportPrivateUsage] - argparse has no public name for it
    moment: Callable[[str], object],
) -> None:
    """Add `vmshmi audit verify` and `vmshmi audit export`.

    Args:
        commands: of the command line.
        moment: reads a time.
    """
    audit = commands.add_parser("audit", help="prove the audit log or copy it to a file")
    actions = audit.add_subparsers(metavar="ACTION", required=True, parser_class=type(audit))
    verify = actions.add_parser("verify", help="prove every row of it", description=_run_verify.__doc__)
    verify.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")
    verify.set_defaults(run=_run_verify)
    export = actions.add_parser("export", help="write its rows to a file", description=_run_export.__doc__)
    export.add_argument("--db", required=True, metavar="PATH", help="database folder of the runtime")
    export.add_argument("--since", type=moment, metavar="T", help="2026-11-22T14:06:00Z; without it from the beginning")
    export.add_argument("--until", type=moment, metavar="T", help="without it up to the end")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends with .csv or .jsonl")
    export.add_argument("--overwrite", action="store_true", help="replace FILE when there is one")
    export.set_defaults(run=_run_export)


def _run_verify(given: argparse.Namespace) -> int:
    """Prove every row of the audit log: exit 0, or 1 with the first row that does not prove."""
    from vmshmi.runtime.storage.audit_log import prove_audit

    path = _log_in(given.db)
    proof = prove_audit(path)
    if proof.broken:
        sys.stdout.write(f"{path}: {proof.broken}; {_rows(proof.rows)} before it prove\n")
        return BROKEN
    archive = f", {proof.days} archived {'day' if proof.days == 1 else 'days'} among them" if proof.days else ""
    sys.stdout.write(f"{path}: {_rows(proof.rows)} proved{archive}\n")
    return 0


def _run_export(given: argparse.Namespace) -> int:
    """Write who commanded what and what became of it, oldest first, to CSV or to lines of JSON."""
    from vmshmi.runtime.storage.audit_export import export_audit

    if given.since is not None and given.until is not None and given.since > given.until:
        raise ConfigurationError(f"--since {to_iso(given.since)} is later than --until {to_iso(given.until)}")
    rows = export_audit(_log_in(given.db), given.since, given.until, given.out, overwrite=given.overwrite)
    sys.stdout.write(f"{given.out}: {_rows(rows)}\n")
    return 0


def _log_in(folder: str) -> Path:
    """The log's file in a database folder.

    Raises:
        ConfigurationError: when there is none.
    """
    from vmshmi.runtime.storage.audit_log import FILE

    path = Path(folder).expanduser() / FILE
    if not path.is_file():
        raise ConfigurationError(f"{folder}: there is no audit log here ({FILE})")
    return path


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
