"""A year and a million rows stay; what is beyond both goes to the archive, and is never silently lost."""

import asyncio
import gzip
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.runtime.test_alarm_journal import until, write
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmRecord, AlarmTransition, Priority, TransitionKind
from vmshmi.runtime.storage import journal_archive, journal_retention, journal_rows
from vmshmi.runtime.storage.alarm_journal import AlarmJournal, prove_file
from vmshmi.runtime.storage.journal_export import export_rows
from vmshmi.runtime.storage.journal_proof import BrokenRow
from vmshmi.runtime.storage.journal_retention import Retention, next_whole_day

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
SMALL = Retention(days=3, rows=4)


def row(hours: float, alarm_id: str = "low") -> AlarmTransition:
    """A raising so many hours after the first midnight."""
    moment = FIRST + timedelta(hours=hours)
    record = AlarmRecord(alarm_id, 7, active=True, acknowledged=False, value=1.5, raised_at=moment)
    return AlarmTransition(TransitionKind.RAISED, moment, record, priority=Priority.ALARM, message="Öldruck")


@asynccontextmanager
async def opened(path: Path, days: float, retention: Retention = SMALL) -> AsyncIterator[AlarmJournal]:
    """The journal, so many days after the first midnight."""
    clock = FakeClock(FIRST + timedelta(days=days))
    journal = AlarmJournal(path, clock, retry_s=0.02, retention=retention)
    await journal.start()
    try:
        yield journal
    finally:
        await journal.stop()


def days_in(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / journal_archive.FOLDER).glob("*"))


def ids(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as other:
        return [found for (found,) in other.execute("SELECT id FROM journal ORDER BY id")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
async def archived(path: Path) -> Path:
    """Ten days of three rows; at day 10 the first six days went to the archive."""
    async with opened(path, 10) as journal:
        await write(journal, *(row(24 * day + hour) for day in range(10) for hour in (1, 9, 23.99)))
        assert await journal.archive_now() == [f"2026-03-0{day}" for day in range(1, 8)]
    return path


async def test_only_whole_days_beyond_both_bounds_go(archived: Path) -> None:
    assert days_in(archived.parent) == [f"2026-03-0{day}.jsonl.gz" for day in range(1, 8)]
    assert ids(archived) == list(range(22, 31))


@pytest.mark.parametrize(
    ("retention", "days", "kept"),
    [
        (Retention(days=3, rows=100), 10, 30),
        (Retention(days=100, rows=4), 10, 30),
        (Retention(days=3, rows=30), 400, 30),
        (Retention(days=3, rows=29), 400, 30),
        (Retention(days=3, rows=27), 400, 27),
        (Retention(days=3, rows=26), 400, 27),
        (Retention(days=3, rows=1), 400, 3),
        (Retention(days=0, rows=1), 9.99, 3),
    ],
)
async def test_what_one_of_the_bounds_keeps_stays(path: Path, retention: Retention, days: float, kept: int) -> None:
    async with opened(path, days, retention) as journal:
        await write(journal, *(row(24 * day + hour) for day in range(10) for hour in (1, 9, 23.99)))
        await journal.archive_now()
        assert len(ids(path)) == kept
        assert await journal.verify() is None


async def test_the_chain_goes_on_over_the_cut(archived: Path) -> None:
    proof = prove_file(archived)
    assert (proof.broken, proof.rows, proof.days) == (None, 30, 7)
    assert proof.first == row(1).at
    async with opened(archived, 20) as journal:
        await write(journal, row(480))
        assert await journal.archive_now() == ["2026-03-08", "2026-03-09"]
        assert await journal.verify() is None
    assert prove_file(archived).rows == 31


async def test_an_archived_line_is_the_row_with_both_hashes(archived: Path) -> None:
    with gzip.open(archived.parent / journal_archive.FOLDER / "2026-03-02.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert [line["id"] for line in lines] == [4, 5, 6]
    assert lines[0]["message"] == "Öldruck"
    assert lines[0]["time"] == "2026-03-02T01:00:00.000Z"
    assert lines[1]["prev_hash"] == lines[0]["hash"]


def damage(change: Callable[[Path], object]) -> Callable[[Path], None]:
    return lambda folder: (change(folder / journal_archive.FOLDER / "2026-03-03.jsonl.gz"), None)[1]


def without_last_line(file: Path) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    file.write_bytes(gzip.compress(b"".join(lines[:-1])))


def other_user(file: Path) -> None:
    text = gzip.decompress(file.read_bytes()).replace(b'"user":null', b'"user":"me"', 1)
    file.write_bytes(gzip.compress(text))


@pytest.mark.parametrize(
    ("change", "row_id", "words"),
    [
        (Path.unlink, 7, "is missing: journal-archive/2026-03-03.jsonl.gz is gone"),
        (lambda file: file.write_bytes(file.read_bytes()[:-9]), 7, "2026-03-03.jsonl.gz cannot be read"),
        (lambda file: file.write_bytes(b"no archive"), 7, "2026-03-03.jsonl.gz cannot be read"),
        (other_user, 7, "was changed after it was written (journal-archive/2026-03-03.jsonl.gz)"),
        (without_last_line, 9, "is missing in journal-archive/2026-03-03.jsonl.gz"),
    ],
)
async def test_verify_names_an_archived_day_that_is_gone_or_was_changed(
    archived: Path, change: Callable[[Path], object], row_id: int, words: str
) -> None:
    damage(change)(archived.parent)
    broken = prove_file(archived).broken
    assert broken is not None
    # a file that is cut may still yield rows before the cut
    assert broken.row == row_id or (words.endswith("cannot be read") and 7 <= broken.row <= 10)
    assert words in broken.what


async def test_whoever_removes_the_archive_from_the_table_too_is_found_out(archived: Path) -> None:
    with closing(sqlite3.connect(archived)) as other, other:
        other.execute("DELETE FROM archive WHERE last = (SELECT max(last) FROM archive)")
    assert prove_file(archived).broken == BrokenRow(19, "is missing")
    with closing(sqlite3.connect(archived)) as other, other:
        other.execute("DELETE FROM archive")
    assert prove_file(archived).broken == BrokenRow(1, "is missing")


async def test_a_vanished_day_is_a_notice_at_the_start(archived: Path) -> None:
    async with opened(archived, 10) as journal:
        assert journal.notice == ""
    for day in ("2026-03-01", "2026-03-05"):
        (archived.parent / journal_archive.FOLDER / f"{day}.jsonl.gz").unlink()
    async with opened(archived, 10) as journal:
        words = "archived days are gone or were changed: journal-archive/2026-03-01.jsonl.gz and 1 more"
        assert journal.notice == words


async def test_what_an_alarm_restarts_with_may_be_in_the_archive(path: Path) -> None:
    async with opened(path, 30) as journal:
        await write(journal, row(1, "old"), *(row(24 * day) for day in range(1, 20)))
        await journal.archive_now()
        assert await journal.verify() is None
    async with opened(path, 30) as journal:
        assert set(await journal.restore()) == {"old", "low"}
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE state SET facts = '{}' WHERE alarm = 'old'")
    assert prove_file(path).broken == BrokenRow(
        1, "is not what old restarts with (journal-archive/2026-03-01.jsonl.gz)"
    )


async def test_nothing_is_deleted_while_the_archive_cannot_be_written(path: Path) -> None:
    blocked = path.parent / journal_archive.FOLDER
    async with opened(path, 10) as journal:
        await write(journal, *(row(24 * day) for day in range(10)))
        blocked.write_text("a file where the folder should be", encoding="utf-8")
        assert await journal.archive_now() == []
        assert journal.archive_error is not None
        assert "old days cannot be archived" in journal.archive_error
        assert len(ids(path)) == 10
        blocked.unlink()
        assert await journal.archive_now() == [f"2026-03-0{day}" for day in range(1, 7)]
        assert journal.archive_error is None
        assert await journal.verify() is None


async def test_a_disk_that_fills_up_in_the_middle_leaves_no_half_day(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    async with opened(path, 10) as journal:
        await write(journal, *(row(24 * day) for day in range(10)))
        with monkeypatch.context() as patch:
            patch.setattr(journal_archive.os, "fsync", full)
            assert await journal.archive_now() == []
        assert "No space left" in str(journal.archive_error)
        assert (days_in(path.parent), len(ids(path))) == ([], 10)
        assert len(await journal.archive_now()) == 6


async def test_a_file_that_does_not_read_back_deletes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(path, 10) as journal:
        await write(journal, *(row(24 * day) for day in range(10)))
        with monkeypatch.context() as patch:
            line_of = journal_archive.line_of
            patch.setattr(journal_archive, "line_of", lambda row, columns: line_of(row, columns).replace("1.5", "2"))
            assert await journal.archive_now() == []
        assert "did not come back as it was written" in str(journal.archive_error)
        assert (days_in(path.parent), len(ids(path))) == ([], 10)


@pytest.mark.parametrize("step", ["note", "forget"])
async def test_a_kill_between_file_and_deletion_is_made_good_at_the_next_look(
    path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> bool:
        raise sqlite3.OperationalError("killed here")

    async with opened(path, 10) as journal:
        await write(journal, *(row(24 * day + hour) for day in range(10) for hour in (1, 2)))
        with monkeypatch.context() as patch:
            patch.setattr(journal_retention, step, dies)
            assert await journal.archive_now() == (["2026-03-01"] if step == "forget" else [])
        assert len(ids(path)) == 20
        assert await journal.verify() is None
    async with opened(path, 10) as journal:
        assert len(await journal.archive_now()) == (7 if step == "note" else 6)
        assert ids(path) == list(range(15, 21))
        assert await journal.verify() is None
    assert len(days_in(path.parent)) == 7


async def test_rows_whose_file_vanished_before_they_were_deleted_stay(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> bool:
        raise sqlite3.OperationalError("killed here")

    async with opened(path, 10) as journal:
        await write(journal, *(row(24 * day) for day in range(10)))
        with monkeypatch.context() as patch:
            patch.setattr(journal_retention, "forget", dies)
            await journal.archive_now()
        (path.parent / journal_archive.FOLDER / "2026-03-01.jsonl.gz").unlink()
        assert await journal.archive_now() == []
        assert "its rows stay in the alarm journal" in str(journal.archive_error)
        assert len(ids(path)) == 10


async def test_a_file_of_another_journal_is_never_written_over(path: Path) -> None:
    folder = path.parent / journal_archive.FOLDER
    folder.mkdir()
    (folder / "2026-03-01.jsonl.gz").write_bytes(b"of the journal before")
    async with opened(path, 10) as journal:
        await write(journal, *(row(24 * day) for day in range(10)))
        await journal.archive_now()
        assert await journal.verify() is None
    assert (folder / "2026-03-01.jsonl.gz").read_bytes() == b"of the journal before"
    assert "2026-03-01-2.jsonl.gz" in days_in(path.parent)


async def test_large_days_are_deleted_in_small_transactions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    forget = journal_retention.forget

    def counted(connection: sqlite3.Connection, last: int, rows: int, chain: journal_archive.Chain) -> bool:
        before = connection.total_changes
        left = forget(connection, last, rows, chain)
        sizes.append(connection.total_changes - before)
        return left

    monkeypatch.setattr(journal_retention, "forget", counted)
    async with opened(path, 10) as journal:
        await write(journal, *(row(second / 3600) for second in range(1_234)), *(row(240 + hour) for hour in range(5)))
        assert await journal.archive_now() == ["2026-03-01"]
    assert sizes == [500, 500, 234]


async def test_export_finds_rows_in_the_archive_and_in_the_journal_once(archived: Path) -> None:
    out = archived.parent / "out.jsonl"
    assert export_rows(archived, None, None, out, overwrite=False) == 30
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == list(range(1, 31))
    assert export_rows(archived, row(24).at, row(24 * 8).at, out, overwrite=True) == 21


def test_a_clock_that_jumps_keeps_rows_for_too_long_and_never_too_short() -> None:
    def whole(*hours: float) -> tuple[int, int, str] | None:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            journal_rows.prepare(connection)
            rows = [row(hour) for hour in hours]
            journal_rows.append(connection, rows, journal_retention.Tail())
            now = journal_retention.to_micros(FIRST + timedelta(days=100))
            found = next_whole_day(connection, now, Retention(days=3, rows=1))
            return None if found is None else (found.first, found.last, found.day)

    assert whole(1, 2, 25, 26, 49) == (1, 2, "2026-03-01")
    # set back over midnight: the row belongs to the later day
    assert whole(1, 25, 2, 26, 49) == (1, 1, "2026-03-01")
    assert whole(25, 1, 26, 49, 50) == (1, 3, "2026-03-02")
    # in the future for one row: it waits with its neighbours
    assert whole(1, 24 * 4000, 2, 25, 49) == (1, 3, "2026-03-01")
    # a dead battery says 1970: nothing is called old because of it
    assert whole(24 * 99, -24 * 365 * 50, 24 * 99, 24 * 99.5) is None


async def test_it_looks_again_by_itself(path: Path) -> None:
    async with opened(path, 10, Retention(days=3, rows=4, every_s=0.01, retry_s=0.01)) as journal:
        await write(journal, *(row(24 * day) for day in range(10)))
        blocked = path.parent / journal_archive.FOLDER
        blocked.write_text("no folder", encoding="utf-8")
        task = asyncio.create_task(journal.keep_days())
        try:
            await until(lambda: journal.archive_error is not None)
            blocked.unlink()
            # a row goes first, the error when the whole look is over
            await until(lambda: len(ids(path)) == 4 and journal.archive_error is None)
        finally:
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
