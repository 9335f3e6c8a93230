"""A year of the audit log stays; older days go to files that the chain of hashes goes through."""

import gzip
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage import audit_rows
from vmshmi.runtime.storage.audit_export import export_audit
from vmshmi.runtime.storage.audit_log import AuditLog, add_entry, prove_audit
from vmshmi.runtime.storage.audit_rows import AUDIT
from vmshmi.runtime.storage.journal_retention import Retention

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
SMALL = Retention(days=3, rows=4)


def login(hours: float, user: str = "Ana") -> AuditEntry:
    """So many hours after the first midnight."""
    return AuditEntry(AuditKind.LOGIN, FIRST + timedelta(hours=hours), user, "ecr", reason="äöü")


def command(hours: float, kind: AuditKind, number: str = "c1") -> AuditEntry:
    return replace(login(hours), kind=kind, command=number, tag="pump.cmd", old=False, new=True)


@asynccontextmanager
async def opened(path: Path, days: float) -> AsyncIterator[AuditLog]:
    """The log, so many days after the first midnight."""
    log = AuditLog(path, FakeClock(FIRST + timedelta(days=days)), SMALL)
    await log.start()
    try:
        yield log
    finally:
        await log.stop()


def ids(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as other:
        return [found for (found,) in other.execute("SELECT id FROM audit ORDER BY id")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.sqlite"


@pytest.fixture
async def archived(path: Path) -> Path:
    """Ten days of three rows; at day 10 the first seven days went to the archive."""
    async with opened(path, 10) as log:
        await log.append(*(login(24 * day + hour) for day in range(10) for hour in (1, 9, 23.99)))
        assert await log.archive_now() == [f"2026-03-0{day}" for day in range(1, 8)]
        assert log.archive_error == ""
    return path


async def test_old_days_leave_the_file_and_the_chain_goes_on_through_the_archive(archived: Path) -> None:
    assert ids(archived) == list(range(22, 31))
    assert len(list((archived.parent / AUDIT.folder).glob("*"))) == 7
    add_entry(archived.parent, login(241))  # another program adds to the same chain
    async with opened(archived, 20) as log:
        await log.append(login(480))
        assert [entry.row for entry in await log.entries()] == list(range(32, 21, -1))
        assert await log.archive_now() == ["2026-03-08", "2026-03-09"]
        proof = await log.verify()
        assert (proof.rows, proof.broken, proof.days) == (32, "", 9)
    assert prove_audit(archived).rows == 32


async def test_the_newest_rows_stay_however_old_they_are(archived: Path) -> None:
    async with opened(archived, 4_000) as log:
        await log.archive_now()
        assert ids(archived) == list(range(25, 31))
        await log.append(login(1))
        assert (await log.verify()).broken == ""


async def test_an_archived_line_is_the_row_with_both_hashes(archived: Path) -> None:
    with gzip.open(archived.parent / AUDIT.folder / "2026-03-02.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert [line["id"] for line in lines] == [4, 5, 6]
    assert (lines[0]["user"], lines[0]["reason"], lines[0]["time"]) == ("Ana", "äöü", "2026-03-02T01:00:00.000Z")
    assert lines[1]["prev_hash"] == lines[0]["hash"]


def other_user(file: Path) -> None:
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"Ana", b"Ben", 1)))


def without_last_line(file: Path) -> None:
    file.write_bytes(gzip.compress(b"".join(gzip.decompress(file.read_bytes()).splitlines(keepends=True)[:-1])))


@pytest.mark.parametrize(
    ("change", "rows", "words"),
    [
        (Path.unlink, 6, "row 7 is missing: audit-archive/2026-03-03.jsonl.gz is gone"),
        (other_user, 6, "row 7 was changed after it was written (audit-archive/2026-03-03.jsonl.gz)"),
        (without_last_line, 8, "row 9 is missing in audit-archive/2026-03-03.jsonl.gz"),
    ],
)
async def test_verify_names_an_archived_day_that_is_gone_or_was_changed(
    archived: Path, change: Callable[[Path], object], rows: int, words: str
) -> None:
    change(archived.parent / AUDIT.folder / "2026-03-03.jsonl.gz")
    proof = prove_audit(archived)
    assert (proof.rows, proof.broken) == (rows, words)
    async with opened(archived, 10) as log:
        if change is Path.unlink:
            assert "archived days are gone or were changed: audit-archive/2026-03-03.jsonl.gz" in log.notice


async def test_whoever_takes_a_day_from_the_table_too_is_found_out(archived: Path) -> None:
    with closing(sqlite3.connect(archived)) as other, other:
        other.execute("DELETE FROM archive WHERE first = 1")
    assert prove_audit(archived).broken == "row 1 is missing (audit-archive/2026-03-02.jsonl.gz)"


async def test_a_command_whose_outcome_came_after_its_day_was_archived_still_proves(path: Path) -> None:
    async with opened(path, 10) as log:
        await log.append(command(1, AuditKind.INTENT), command(2, AuditKind.INTENT, "c2"))
        await log.append(*(login(24 * day) for day in range(1, 10)))
        assert len(await log.archive_now()) == 6
        assert (await log.verify()).broken == ""
        await log.append(command(231, AuditKind.ENDED), command(232, AuditKind.ENDED, "c2"))
        assert (await log.verify()).broken == ""


async def test_while_the_archive_cannot_be_written_nothing_leaves(path: Path) -> None:
    async with opened(path, 10) as log:
        await log.append(*(login(24 * day) for day in range(10)))
        (path.parent / AUDIT.folder).write_text("a file where the folder should be", encoding="utf-8")
        assert await log.archive_now() == []
        assert log.archive_error.startswith("audit log: old days cannot be archived: ")
        assert log.error is None  # what happens now is written all the same
        assert len(ids(path)) == 10
        (path.parent / AUDIT.folder).unlink()
        assert len(await log.archive_now()) == 6
        assert log.archive_error == ""


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
async def test_export_finds_archived_rows_and_every_row_once(archived: Path, suffix: str) -> None:
    out = archived.parent / f"out.{suffix}"
    assert export_audit(archived, None, None, out, overwrite=False) == 30
    assert export_audit(archived, login(24 * 3).at, login(24 * 8).at, out, overwrite=True) == 15
    (archived.parent / AUDIT.folder / "2026-03-05.jsonl.gz").unlink()
    with pytest.raises(StorageError, match=r"2026-03-05.jsonl.gz is gone"):
        export_audit(archived, None, None, out, overwrite=True)
    assert export_audit(archived, login(24 * 8).at, None, out, overwrite=True) == 6


async def test_a_log_of_an_older_program_is_read_and_goes_on(path: Path) -> None:
    async with opened(path, 1) as log:
        await log.append(login(1), login(2))
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("DROP TABLE archive")
        old.execute("PRAGMA user_version = 1")
    assert prove_audit(path).rows == 2
    assert export_audit(path, None, None, path.with_name("out.csv"), overwrite=False) == 2
    async with opened(path, 10) as log:
        await log.append(*(login(24 * day) for day in range(1, 10)))
        assert len(await log.archive_now()) > 0
        assert (await log.verify()).rows == 11
    with closing(sqlite3.connect(path)) as now:
        assert audit_rows.check_version(now) == audit_rows.SCHEMA_VERSION
