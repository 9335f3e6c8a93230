"""The journal on disk: durable, provable, and alive when the disk is not."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.alarms import a_record, an_alarm, at
from tests.support.fake_clock import FakeClock
from tests.support.waiting import until
from vmshmi.core.alarms.model import (
    AlarmRecord,
    AlarmState,
    AlarmTransition,
    Override,
    Priority,
    TransitionKind,
    suppression_of,
)
from vmshmi.core.errors import StorageError
from vmshmi.runtime.storage.alarm_journal import AlarmJournal, prove_file
from vmshmi.runtime.storage.journal_file import KEPT_IN_MEMORY, JournalFile
from vmshmi.runtime.storage.journal_proof import BrokenRow
from vmshmi.runtime.storage.journal_rows import facts_of, record_of, select
from vmshmi.runtime.storage.journal_writer import JournalWriter

RAISED = a_record(an_alarm("low"), AlarmState.ACTIVE)


def a_row(alarm_id: str = "low", second: float = 0.0, kind: TransitionKind = TransitionKind.RAISED) -> AlarmTransition:
    record = AlarmRecord(alarm_id, RAISED.occurrence, active=True, acknowledged=False, value=2.0, raised_at=at(second))
    return AlarmTransition(kind, at(second), record, priority=Priority.WARNING, message="Pressure low")


@asynccontextmanager
async def opened(path: Path | None, max_pending: int = 100_000) -> AsyncIterator[AlarmJournal]:
    journal = AlarmJournal(path, FakeClock(), max_pending=max_pending, retry_s=0.02)
    await journal.start()
    try:
        yield journal
    finally:
        await journal.stop()


async def write(journal: AlarmJournal, *rows: AlarmTransition) -> None:
    """Append one transaction and wait until it is durable."""
    durable = asyncio.Event()
    journal.append(rows, durable.set)
    await durable.wait()


def kinds(rows: Sequence[AlarmTransition]) -> list[str]:
    return [row.kind.value for row in rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


async def test_a_row_comes_back_as_it_was_written(path: Path) -> None:
    row = AlarmTransition(
        TransitionKind.ACKNOWLEDGED, at(1.234567), a_record(an_alarm("low"), AlarmState.ACK),
        "Jürgen", "ecr", "because", Priority.ALARM, "Öldruck niedrig",
    )  # fmt: skip
    async with opened(path) as journal:
        await write(journal, row)
        assert await journal.history() == [row]


moments = st.one_of(st.none(), st.integers(0, 10**9).map(at))
orders = st.one_of(
    st.none(),
    st.builds(Override, st.text(max_size=9), st.one_of(st.none(), st.text(max_size=9)), st.text(), moments, moments),
).filter(lambda order: order is None or order.since is not None)


@given(
    st.builds(
        AlarmRecord,
        id=st.just("low"),
        occurrence=st.integers(0, 2**53),
        active=st.booleans(),
        acknowledged=st.booleans(),
        value=st.one_of(st.none(), st.floats(allow_nan=False), st.integers(), st.booleans(), st.text()),
        raised_at=moments,
        acked_at=moments,
        acked_by=st.one_of(st.none(), st.text()),
        acked_station=st.one_of(st.none(), st.text()),
        rectified_at=moments,
        cleared_at=moments,
        silenced_until=moments,
        held=st.booleans(),
        by_design=st.booleans(),
        shelved=orders,
        out_of_service=orders,
    )
)
def test_facts_come_back_as_they_were_and_suppression_is_worked_out_from_them(record: AlarmRecord) -> None:
    back = record_of("low", facts_of(record))
    assert facts_of(back) == facts_of(record)
    assert back.suppression is suppression_of(record)
    assert type(back.value) is type(record.value)


async def test_the_last_record_of_each_alarm_is_restored(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row("low"), a_row("hot"), a_row("gone"))
        await write(journal, a_row("low", 5), a_row("gone", 6, TransitionKind.REMOVED))
    async with opened(path) as journal:
        restored = await journal.restore()
        assert set(restored) == {"low", "hot"}
        assert restored["low"].raised_at == at(5)


async def test_refusals_and_the_runtimes_own_rows_are_no_state(path: Path) -> None:
    async with opened(path) as journal:
        started = AlarmTransition(TransitionKind.STARTED, at(0), AlarmRecord(""))
        await write(journal, started, a_row("low", 1, TransitionKind.REFUSED))
    async with opened(path) as journal:
        assert await journal.restore() == {}


async def test_history_is_newest_first_within_its_time_and_limit(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, *(a_row("low" if second % 2 else "hot", second) for second in range(10)))
        whole = await journal.history()
        assert [row.at for row in whole] == [at(second) for second in range(9, -1, -1)]
        some = await journal.history(since=at(2), until=at(5))
        assert [row.at for row in some] == [at(5), at(4), at(3), at(2)]
        assert [row.at for row in await journal.history(until=at(5), limit=1)] == [at(5)]
        assert {row.record.id for row in await journal.history(alarm_id="hot")} == {"hot"}


async def test_a_day_of_a_long_history_is_found_through_the_index(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row())
    with closing(sqlite3.connect(path)) as other:
        plan = other.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM journal WHERE at BETWEEN 1 AND 2 ORDER BY at DESC, id DESC LIMIT 9"
        ).fetchall()
    assert "journal_at" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


async def test_history_is_read_while_another_program_has_locked_the_file(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row())
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert kinds(await journal.history()) == ["raised"]


async def test_every_row_proves_the_one_before_it(path: Path) -> None:
    async with opened(path) as journal:
        assert await journal.verify() is None
        await write(journal, *(a_row(second=second) for second in range(5)))
    async with opened(path) as journal:
        await write(journal, *(a_row(second=second) for second in range(5, 9)))
        assert await journal.verify() is None
    assert prove_file(path).broken is None


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE journal SET user = 'somebody' WHERE id = 3", BrokenRow(3, "was changed after it was written")),
        ("UPDATE journal SET at = at + 1 WHERE id = 1", BrokenRow(1, "was changed after it was written")),
        ("UPDATE journal SET facts = '{}' WHERE id = 5", BrokenRow(5, "was changed after it was written")),
        ("DELETE FROM journal WHERE id = 3", BrokenRow(3, "is missing")),
        ("DELETE FROM journal WHERE id = 1", BrokenRow(1, "is missing")),
        ("UPDATE journal SET hash = zeroblob(32) WHERE id = 4", BrokenRow(4, "was changed after it was written")),
        ("UPDATE journal SET prev_hash = zeroblob(32) WHERE id = 2", BrokenRow(2, "does not follow the row before it")),
        ("UPDATE state SET facts = '{}'", BrokenRow(5, "is not what low restarts with")),
        ("DELETE FROM journal WHERE id = 5", BrokenRow(5, "is not what low restarts with")),
    ],
)  # fmt: skip
async def test_tampering_names_the_first_broken_row(path: Path, tampering: str, broken: BrokenRow) -> None:
    async with opened(path) as journal:
        await write(journal, *(a_row(second=second) for second in range(5)))
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(tampering)
    assert prove_file(path).broken == broken


def test_a_journal_that_is_not_there_cannot_be_proved(path: Path) -> None:
    with pytest.raises(StorageError, match="journal"):
        prove_file(path)


async def test_it_says_whether_the_last_runtime_stopped_by_itself(path: Path) -> None:
    async with opened(path) as journal:
        assert journal.ended_clean
        await write(journal, a_row())
    async with opened(path) as journal:
        assert not journal.ended_clean
        await write(journal, AlarmTransition(TransitionKind.STOPPED, at(9), AlarmRecord("")))
    async with opened(path) as journal:
        assert journal.ended_clean


async def test_without_a_file_it_lives_in_memory_and_forgets_the_oldest() -> None:
    async with opened(None) as journal:
        await write(journal, *(a_row(second=second) for second in range(9)))
        assert len(await journal.history()) == 9
        assert await journal.verify() is None
        for _ in range(KEPT_IN_MEMORY // 5_000):
            await write(journal, *[a_row()] * 5_000)
        assert len(await journal.history(limit=10**6)) == KEPT_IN_MEMORY
        assert await journal.verify() is None


async def test_a_file_that_is_no_journal_is_set_aside_and_a_new_one_begun(path: Path) -> None:
    for number in (1, 2):
        path.write_bytes(b"this was a journal before the disk died" * 100)
        async with opened(path) as journal:
            assert f"kept as journal.sqlite.broken-{number}" in journal.notice
            await write(journal, a_row())
        assert (path.with_name(f"journal.sqlite.broken-{number}")).read_bytes().startswith(b"this was a journal")
    assert prove_file(path).broken is None


async def test_one_unreadable_record_does_not_keep_the_others_from_standing(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row("low"), a_row("hot"))
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE state SET facts = '[' WHERE alarm = 'low'")
    async with opened(path) as journal:
        assert set(await journal.restore()) == {"hot"}
        assert journal.notice == "no readable record of low"


async def test_a_journal_of_a_newer_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    journal = AlarmJournal(path)
    with pytest.raises(StorageError, match="its format is 99, this program knows 2"):
        await journal.start()


async def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    journal = AlarmJournal(tmp_path / "nowhere" / "journal.sqlite")
    with pytest.raises(StorageError, match="unable to open database file"):
        await journal.start()


async def test_what_cannot_be_written_now_is_written_later_in_order_and_once(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row(second=0))
        done: list[int] = []
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for second in (1, 2, 3):
                journal.append([a_row(second=second)], lambda second=second: done.append(second))
            await until(lambda: journal.error is not None)
            assert (journal.error, journal.pending, done) == ("database is locked", 3, [])
            other.execute("ROLLBACK")
        await until(lambda: len(done) == 3)
        assert (journal.error, journal.pending, journal.dropped, done) == (None, 0, 0, [1, 2, 3])
        assert [row.at for row in await journal.history()] == [at(3), at(2), at(1), at(0)]
        assert await journal.verify() is None


async def test_when_memory_is_full_the_loss_is_written_down_and_each_alarm_keeps_its_last_row(path: Path) -> None:
    async with opened(path, max_pending=3) as journal:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for second in range(9):
                journal.append([a_row("low", second), a_row("hot", second)], lambda: None)
            await until(lambda: journal.error is not None)
            assert (journal.pending, journal.dropped) == (4, 14)
            other.execute("ROLLBACK")
        await until(lambda: journal.pending == 0 and journal.error is None)
        rows = await journal.history()
        assert sorted(kinds(rows)) == ["lost", "raised", "raised", "raised", "raised"]
        assert [row.reason for row in rows if row.kind is TransitionKind.LOST] == ["14 rows: memory was full"]
        assert {row.record.id for row in rows if row.at == at(8)} == {"low", "hot"}
        assert journal.dropped == 14
        assert await journal.verify() is None


async def test_a_stop_makes_durable_what_is_pending(path: Path) -> None:
    async with opened(path) as journal:
        for second in range(50):
            journal.append([a_row(second=second)], lambda: None)
    async with opened(path) as journal:
        assert len(await journal.history()) == 50


async def test_after_the_stop_it_can_be_neither_read_nor_stopped_again(path: Path) -> None:
    journal = AlarmJournal(path)
    await journal.start()
    await journal.stop()
    await journal.stop()
    with pytest.raises(StorageError):
        await journal.history()


class _FailsAfterCommitting:
    """A disk that reports an error for one transaction that is durable all the same."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._failed = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, statement: str) -> sqlite3.Cursor:
        cursor = self._connection.execute(statement)
        if statement == "COMMIT" and not self._failed:
            self._failed = True
            raise sqlite3.OperationalError("disk I/O error")
        return cursor


def test_rows_that_were_durable_in_spite_of_an_error_are_not_written_twice(path: Path) -> None:
    file = JournalFile(path)
    file.open()
    file.commit([a_row(second=0)])
    file._writer = _FailsAfterCommitting(file._open_writer())  # pyright: ignore[reportAttributeAccessIssue]  # stands in
    with pytest.raises(sqlite3.OperationalError):
        file.commit([a_row(second=1), a_row(second=2)])
    file.commit([a_row(second=1), a_row(second=2), a_row(second=3)])
    file.close()
    with closing(sqlite3.connect(path)) as other:
        stamps = [row[0] for row in other.execute("SELECT at FROM journal ORDER BY id")]
    assert stamps == sorted(set(stamps))
    assert len(stamps) == 4
    assert prove_file(path).broken is None


def test_a_row_is_on_the_disk_and_not_only_with_the_operating_system(path: Path) -> None:
    file = JournalFile(path)
    file.open()
    writer = file._open_writer()
    assert writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


async def test_the_clock_set_back_does_not_mix_the_order_of_one_moment(path: Path) -> None:
    async with opened(path) as journal:
        same = [a_row("low"), a_row("hot"), a_row("third")]
        await write(journal, *same)
        rows = await journal.history(since=at(0) - timedelta(seconds=1))
        assert [row.record.id for row in rows] == ["third", "hot", "low"]


def test_what_memory_had_no_room_for_never_overtakes_what_came_after_it(path: Path) -> None:
    file = JournalFile(path)
    writer = JournalWriter(file, FakeClock(), max_pending=1, retry_s=0.02)
    writer.start()
    writer.opened.result(timeout=30)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        # the writer's thread gives the newer row as soon as the first one is durable and there is room again
        writer.append([a_row("low", 1)], lambda: writer.append([a_row("hot", 3)], lambda: None))
        writer.append([a_row("hot", 2)], lambda: None)
        other.execute("ROLLBACK")
    writer.stop()
    assert writer.join(5)
    restored, _, _ = file.restore()
    file.close()
    assert restored["hot"].raised_at == at(3)


async def test_one_turn_larger_than_the_memory_is_taken_whole(path: Path) -> None:
    async with opened(path, max_pending=3) as journal:
        await write(journal, *(a_row(second=second) for second in range(9)))
        assert journal.dropped == 0


def test_refusals_that_memory_had_no_room_for_are_counted_too(path: Path) -> None:
    file = JournalFile(path)
    writer = JournalWriter(file, FakeClock(), max_pending=1, retry_s=0.02)
    writer.start()
    writer.opened.result(timeout=30)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer.append([a_row("low", 1)], lambda: None)
        writer.append([a_row("low", 2, TransitionKind.REFUSED)], lambda: None)
        other.execute("ROLLBACK")
    writer.stop()
    assert writer.join(5)
    rows = file.read(lambda connection: select(connection, None, None, 9, None))
    assert sorted(kinds(rows)) == ["lost", "raised"]
    assert writer.dropped == 1
