"""Copies a time of the audit log to a file a person or another program can read."""

import csv
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TextIO

from vmshmi.core.audit import AuditEntry
from vmshmi.core.clock import to_iso
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.runtime.storage import audit_rows
from vmshmi.runtime.storage.journal_archive import ArchiveError, archive_beside
from vmshmi.runtime.storage.journal_export import SUFFIXES
from vmshmi.runtime.storage.journal_file import open_reader

_COLUMNS = ("row", "at", "kind", "user", "station", "command", "tag", "old", "new", "result", "reason")


def export_audit(log: Path, since: datetime | None, until: datetime | None, out: Path, *, overwrite: bool) -> int:
    """Write the rows of a time, oldest first, both ends included, those in the archive too.

    Args:
        log: the log's file; a runtime may be writing it.
        since, until: UTC; None is open.
        out: `.csv` or `.jsonl`.
        overwrite: replace `out` when it exists.

    Returns:
        How many rows were written.

    Raises:
        ConfigurationError: for what the caller can mend: suffix, a file that exists.
        StorageError: when the log cannot be read, or the file cannot be written.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise ConfigurationError(f"{out}: the file must end in {' or '.join(SUFFIXES)}")
    if out.exists() and not overwrite:
        raise ConfigurationError(f"{out}: is there already; --overwrite replaces it")
    draft = out.with_name(f".{out.name}.tmp")
    try:
        with closing(open_reader(log)) as connection, draft.open("w", encoding="utf-8", newline="") as file:
            if audit_rows.check_version(connection) == 0:
                raise ValueError("is no audit log")
            entries = audit_rows.oldest_first(connection, archive_beside(log, audit_rows.AUDIT), since, until)
            count = _write_csv(file, entries) if out.suffix.lower() == ".csv" else _write_lines(file, entries)
        draft.replace(out)
    except OSError as error:
        raise StorageError(f"{out}: {error.strerror or error}") from error
    except (sqlite3.Error, ValueError, ArchiveError) as error:
        raise StorageError(f"audit log {log}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _write_lines(file: TextIO, entries: Iterable[AuditEntry]) -> int:
    count = 0
    for entry in entries:
        file.write(json.dumps(dict(zip(_COLUMNS, _values(entry), strict=True)), ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_csv(file: TextIO, entries: Iterable[AuditEntry]) -> int:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(_COLUMNS)
    count = 0
    for entry in entries:
        table.writerow(_values(entry))
        count += 1
    return count


def _values(entry: AuditEntry) -> list[object]:
    return [
        entry.row, to_iso(entry.at), entry.kind.value, entry.user, entry.station, entry.command, entry.tag,
        entry.old, entry.new, entry.result, entry.reason,
    ]  # fmt: skip
