"""Files that vanish under the journal: noticed, told, written anew, and nothing is lost."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runtime.test_alarm_journal import a_row, kinds, opened, until, write
from vmshmi.core.alarms.model import TransitionKind
from vmshmi.runtime.storage import journal_writer
from vmshmi.runtime.storage.alarm_journal import prove_file


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def delete_all(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        beside(path, suffix).unlink()


def replace_by_another(path: Path) -> None:
    other = path.with_name("other")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE foreign_rows (id INTEGER)")
    other.replace(path)


def restore_a_backup(path: Path) -> None:
    copy = path.with_name("backup")
    shutil.copy(path, copy)
    copy.replace(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.mark.parametrize(
    "harm",
    [
        delete_all,
        Path.unlink,
        lambda path: beside(path, "-wal").unlink(),
        lambda path: beside(path, "-shm").unlink(),
        lambda path: path.rename(path.with_name("moved")),
        replace_by_another,
        restore_a_backup,
    ],
)
async def test_no_row_is_lost_when_a_file_vanishes_under_the_writer(path: Path, harm: Callable[[Path], None]) -> None:
    async with opened(path) as journal:
        await write(journal, *(a_row("low", second) for second in range(5)))
        harm(path)
        await write(journal, a_row("hot", 6))
        await until(lambda: journal.notice != "" and journal.pending == 0)
        assert "its files were deleted or replaced" in journal.notice
        assert journal.error is None
        rows = await journal.history()
        assert sorted(kinds(rows)) == ["lost"] + ["raised"] * 6
        assert [row.reason.partition(":")[0] for row in rows if row.kind is TransitionKind.LOST] == ["0 rows"]
        await write(journal, a_row("hot", 7))
    proof = prove_file(path)
    assert (proof.rows, proof.broken) == (8, None)
    async with opened(path) as journal:
        assert set(await journal.restore()) == {"low", "hot"}
        assert journal.notice == ""


async def test_what_somebody_put_in_its_place_is_kept(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, a_row())
        replace_by_another(path)
        await write(journal, a_row(second=1))
        await until(lambda: "kept as journal.sqlite.replaced-1" in journal.notice)
    with closing(sqlite3.connect(path.with_name("journal.sqlite.replaced-1"))) as other:
        assert other.execute("SELECT count(*) FROM foreign_rows").fetchone() == (0,)


async def test_a_program_that_reads_the_old_file_meanwhile_changes_nothing(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, *(a_row("low", second) for second in range(5)))
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("SELECT count(*) FROM journal").fetchone()
            path.unlink()
            await write(journal, a_row("hot", 6))
            await until(lambda: journal.pending == 0)
            await write(journal, a_row("hot", 7))
            assert reader.execute("SELECT count(*) FROM journal").fetchone() == (5,)
        assert await journal.verify() is None
    assert prove_file(path).rows == 8


async def test_it_is_noticed_when_nothing_happens_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_writer, "CHECK_S", 0.02)
    async with opened(path) as journal:
        await write(journal, a_row())
        delete_all(path)
        await until(lambda: journal.notice != "" and journal.pending == 0)
        assert path.exists()
        assert await journal.verify() is None


async def test_while_it_cannot_be_written_anew_that_is_an_error_and_alarms_go_on(path: Path) -> None:
    folder = path.parent / "folder"
    folder.mkdir()
    async with opened(folder / "journal.sqlite") as journal:
        await write(journal, a_row("low", 0))
        moved = folder.rename(path.parent / "elsewhere")
        done: list[int] = []
        journal.append([a_row("low", 1)], lambda: done.append(1))
        await until(lambda: journal.error is not None)
        assert done == []
        moved.rename(folder)
        await until(lambda: bool(done))
        assert journal.error is None
        assert len(await journal.history()) == 2


async def test_a_quiet_journal_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_writer, "CHECK_S", 0.01)
    async with opened(path) as journal:
        before = path.stat().st_ino
        for second in range(20):
            await write(journal, a_row(second=second))
            with closing(sqlite3.connect(path)) as other:  # another program that comes and goes
                other.execute("SELECT count(*) FROM journal").fetchone()
        assert (path.stat().st_ino, journal.notice, journal.error) == (before, "", None)


async def test_half_a_character_in_a_name_stops_nothing(path: Path) -> None:
    async with opened(path) as journal:
        await write(journal, replace(a_row(), user="J\ud800rgen"))
        assert [row.user for row in await journal.history()] == ["J?rgen"]
        assert await journal.verify() is None
