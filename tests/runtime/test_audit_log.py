"""The audit log keeps what happened, in order, and says when it cannot."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.builders import NOON
from vmshmi.core.audit import AuditEntry, AuditKind
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage import audit_rows
from vmshmi.runtime.storage.audit_log import AuditLog, add_entry, prove_audit

INTENT = AuditEntry(AuditKind.INTENT, NOON, "Chief", "ecr", "c1", "pump.cmd", False, True, "", "because äöü")


def ended(intent: AuditEntry) -> AuditEntry:
    return replace(intent, kind=AuditKind.ENDED, result="confirmed", reason="")


async def test_entries_come_back_as_they_were_newest_first(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.sqlite")
    await log.start()
    later = replace(ended(INTENT), at=NOON + timedelta(seconds=1), old="a text", new=1.5, station=None)
    await log.append(INTENT)
    await log.append(later)
    assert await log.entries() == [replace(later, row=2), replace(INTENT, row=1)]
    assert await log.entries(until=NOON) == [replace(INTENT, row=1)]
    assert await log.entries(since=NOON + timedelta(seconds=1)) == [replace(later, row=2)]
    assert await log.entries(limit=1) == [replace(later, row=2)]
    assert (await log.verify()).rows == 2
    await log.stop()
    await log.stop()
    again = AuditLog(tmp_path / "audit.sqlite")
    await again.start()
    assert list(again.left) == []
    assert len(await again.entries()) == 2
    await again.stop()


async def test_an_intent_without_an_outcome_is_found_again(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.sqlite")
    await log.start()
    await log.append(INTENT, replace(INTENT, command="c2"))
    await log.append(ended(INTENT))
    await log.stop()
    again = AuditLog(tmp_path / "audit.sqlite")
    await again.start()
    assert [entry.command for entry in again.left] == ["c2"]
    await again.stop()


async def test_what_cannot_be_written_now_is_written_first_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(tmp_path / "audit.sqlite")
    await log.start()
    await log.append(INTENT)
    write = audit_rows.append

    def full(connection: sqlite3.Connection, entries: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(audit_rows, "append", full)
    await log.owe(ended(INTENT))
    assert log.error is not None
    assert "disk is full" in log.error
    with pytest.raises(StorageError, match="disk is full"):
        await log.append(replace(INTENT, command="c2"))
    monkeypatch.setattr(audit_rows, "append", write)
    await log.append(replace(INTENT, command="c3"))
    assert log.error is None
    assert [(entry.command, entry.kind) for entry in await log.entries()] == [
        ("c3", AuditKind.INTENT), ("c1", AuditKind.ENDED), ("c1", AuditKind.INTENT),
    ]  # fmt: skip
    await log.stop()
    assert prove_audit(tmp_path / "audit.sqlite").broken == ""


async def test_a_file_that_is_deleted_under_it_takes_no_more(tmp_path: Path) -> None:
    path = tmp_path / "audit.sqlite"
    log = AuditLog(path)
    await log.start()
    await log.append(INTENT)
    path.unlink()
    with pytest.raises(StorageError):
        await log.append(replace(INTENT, command="c2"))
    path.write_bytes(b"")
    with pytest.raises(StorageError, match="deleted or replaced"):
        await log.append(replace(INTENT, command="c3"))
    await log.stop()


async def test_a_file_that_is_no_log_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "audit.sqlite"
    path.write_bytes(b"not a database, not at all" * 100)
    log = AuditLog(path)
    await log.start()
    assert "audit.sqlite.broken-1" in log.notice
    await log.append(INTENT)
    await log.stop()
    assert (tmp_path / "audit.sqlite.broken-1").exists()


async def test_a_newer_programs_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "audit.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="newer program"):
        await AuditLog(path).start()


async def test_two_programs_add_to_one_chain(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.sqlite")
    await log.start()

    def another() -> None:
        for number in range(20):
            add_entry(tmp_path, AuditEntry(AuditKind.USER_ADDED, NOON, f"u{number}"))

    other = asyncio.create_task(asyncio.to_thread(another))
    for number in range(20):
        await log.append(replace(INTENT, command=f"c{number}"))
    await other
    proof = await log.verify()
    assert (proof.rows, proof.broken) == (40, "")
    await log.stop()


async def test_a_log_in_memory() -> None:
    log = AuditLog(None)
    await log.start()
    await log.append(INTENT)
    assert (await log.verify()).rows == 1
    await log.stop()
