"""What is durable, and what happens when the disk will not have it."""

import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import PRESS, RUN, TAGS, a_historian, a_value, record_each_second, values_of
from vmshmi.core.errors import StorageError
from vmshmi.core.quality import Quality
from vmshmi.runtime.historian import Historian


def journal_rows(folder: Path) -> int:
    """Rows another process finds in the journal now."""
    with sqlite3.connect(f"{(folder / 'history/journal.sqlite').as_uri()}?mode=ro", uri=True) as connection:
        (rows,) = connection.execute("SELECT coalesce(sum(end_row - first_row), 0) FROM flushes").fetchone()
    connection.close()
    return rows


async def test_what_is_flushed_is_in_the_journal_and_nothing_twice(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, map(float, range(100)))
        assert journal_rows(tmp_path) == 0
        for _ in range(3):
            assert historian.flush_now()
            assert journal_rows(tmp_path) == 100
        record_each_second(historian, clock, RUN, [True])
        assert historian.flush_now()
        assert journal_rows(tmp_path) == 101


async def test_a_stop_flushes_and_a_start_takes_the_journal_over(tmp_path: Path) -> None:
    clock = FakeClock()
    expected: list[float] = []
    for run in range(4):
        async with a_historian(tmp_path, clock) as historian:
            assert values_of(historian) == expected
            values = [float(run * 10 + n) for n in range(5)]
            record_each_second(historian, clock, PRESS, values)
            expected += values
            if run == 2:
                historian.seal_now()
    assert journal_rows(tmp_path) == 5


async def test_the_threads_flush_by_themselves(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock, flush_every_s=0.01, seal_every_s=0.0) as historian:
        record_each_second(historian, clock, PRESS, map(float, range(100)))
        while not list((tmp_path / "history/raw").glob("day=*/numbers-*-000000000000000100.parquet")):
            pass  # the test's own time limit ends it
        assert historian.stats().pending == 0
        assert values_of(historian) == list(map(float, range(100)))


async def test_a_journal_that_vanishes_is_noticed_and_nothing_of_this_run_is_lost(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
        assert historian.flush_now()
        shutil.rmtree(tmp_path / "history")
        record_each_second(historian, clock, PRESS, [2.0])
        assert not historian.flush_now()
        failing = historian.stats()
        assert values_of(historian) == [1.0, 2.0]
        assert historian.flush_now()
        assert historian.stats().state == "running"
        assert journal_rows(tmp_path) == 2
    assert (failing.state, failing.pending) == ("failing", 1)
    assert "removed or replaced" in failing.last_error
    assert "\n" not in failing.last_error
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian) == [1.0, 2.0]


async def test_a_database_folder_that_vanishes_is_not_made_again_but_waited_for(tmp_path: Path) -> None:
    """A disk that is not mounted must not be filled beneath its mount point."""
    folder, away = tmp_path / "db", tmp_path / "away"
    clock = FakeClock()
    async with a_historian(folder, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
        assert historian.flush_now()
        folder.rename(away)
        for value in (2.0, 3.0):
            record_each_second(historian, clock, PRESS, [value])
            assert not historian.flush_now()
        assert not folder.exists()
        assert historian.stats().state == "failing"
        away.rename(folder)
        assert historian.flush_now()
        assert historian.stats().state == "running"
    async with a_historian(folder, clock) as historian:
        assert values_of(historian) == [1.0, 2.0, 3.0]


async def test_a_foreign_journal_is_not_written(tmp_path: Path) -> None:
    folder, away = tmp_path / "db", tmp_path / "other"
    clock = FakeClock()
    async with a_historian(away, clock) as historian:
        record_each_second(historian, clock, PRESS, map(float, range(1000)))
    async with a_historian(folder, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
        assert historian.flush_now()
        folder.rename(tmp_path / "kept")
        away.rename(folder)
        record_each_second(historian, clock, PRESS, [2.0])
        assert not historian.flush_now()
        assert not historian.flush_now()
        assert "another run" in historian.stats().last_error
        assert journal_rows(folder) == 1000


async def test_a_locked_journal_fails_the_flush_and_the_next_one_brings_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmshmi.runtime.historian.journal._BUSY_TIMEOUT_S", 0.05)
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0])
        other = sqlite3.connect(tmp_path / "history/journal.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert not historian.flush_now()
        assert "locked" in historian.stats().last_error
        record_each_second(historian, clock, PRESS, [2.0])
        other.execute("ROLLBACK")
        other.close()
        assert historian.flush_now()
        assert journal_rows(tmp_path) == 2


async def test_a_commit_that_succeeded_but_was_reported_as_failed_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vmshmi.runtime.historian.journal import Journal

    real = Journal.append

    def commits_and_complains(self: Journal, stretches: object, at_us: int) -> None:
        real(self, stretches, at_us)  # type: ignore[arg-type]  # passed through
        raise StorageError("disk I/O error")

    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "append", commits_and_complains)
            assert not historian.flush_now()
        record_each_second(historian, clock, PRESS, [3.0])
        assert historian.flush_now()
        assert journal_rows(tmp_path) == 3
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian) == [1.0, 2.0, 3.0]


async def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    blocked = tmp_path / "db"
    blocked.write_text("a file where the folder should be")
    historian = Historian(blocked, TAGS, FakeClock())
    with pytest.raises(StorageError) as caught:
        await historian.start()
    await historian.stop()
    assert str(blocked) in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_damaged_journal_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [1.0, 2.0])
        historian.seal_now()
        record_each_second(historian, clock, PRESS, [3.0])
    (tmp_path / "history/journal.sqlite").write_bytes(b"no journal at all" * 1000)
    async with a_historian(tmp_path, clock) as historian:
        assert "set aside" in historian.stats().last_error
        record_each_second(historian, clock, PRESS, [4.0])
        assert historian.flush_now()
        assert historian.seal_now()
        assert values_of(historian) == [1.0, 2.0, 4.0]
    assert len(list((tmp_path / "history").glob("journal.sqlite.damaged-*"))) == 1
    async with a_historian(tmp_path, clock) as historian:
        assert values_of(historian) == [1.0, 2.0, 4.0]


async def test_a_journal_row_that_fails_its_checksum_is_left_out(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        for value in (1.0, 2.0, 3.0):
            record_each_second(historian, clock, PRESS, [value])
            historian.flush_now()
    with sqlite3.connect(tmp_path / "history/journal.sqlite") as connection:
        connection.execute("UPDATE flushes SET vals = zeroblob(8) WHERE first_row = 1")
    connection.close()
    async with a_historian(tmp_path, clock) as historian:
        record_each_second(historian, clock, PRESS, [4.0])
        assert values_of(historian) == [1.0, 3.0, 4.0]
        assert historian.seal_now()
        assert values_of(historian) == [1.0, 3.0, 4.0]


async def test_a_journal_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock):
        pass
    with sqlite3.connect(tmp_path / "history/journal.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    historian = Historian(tmp_path, TAGS, clock)
    with pytest.raises(StorageError, match="newer version"):
        await historian.start()
    await historian.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def fill(file: Path) -> None:
    """Write until the disk is full to the last block."""
    with file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while ballast.write(bytes(1024)):
            pass


async def test_a_full_disk_stops_recording_but_not_reading_and_resumes_by_itself(small_disk: Path) -> None:
    clock = FakeClock()
    folder = small_disk / "db"
    expected: list[float] = []

    def record(historian: Historian) -> None:
        values = [float(len(expected) + n) for n in range(5000)]
        historian.record([(PRESS, a_value(value, clock.now(), Quality.GOOD)) for value in values])
        expected.extend(values)
        clock.advance(1)

    async with a_historian(folder, clock) as historian:
        record(historian)
        assert historian.flush_now()
        ballast = small_disk / "ballast"
        fill(ballast)
        for _ in range(3):
            record(historian)
            assert not historian.flush_now()
        stats = historian.stats()
        assert (stats.state, stats.pending, stats.dropped) == ("failing", 15_000, 0)
        assert "\n" not in stats.last_error
        assert not historian.seal_now()
        assert values_of(historian) == expected
        ballast.unlink()
        assert historian.flush_now()
        assert historian.stats().state == "running"
        assert historian.stats().pending == 0
    async with a_historian(folder, clock) as historian:
        assert values_of(historian) == expected


async def test_a_disk_that_fills_up_during_a_seal_costs_nothing(small_disk: Path) -> None:
    clock = FakeClock()
    folder = small_disk / "db"
    async with a_historian(folder, clock) as historian:
        for part in range(10):
            historian.record([(PRESS, a_value(n * 1.1 + part / 7, clock.now())) for n in range(2000)])
            clock.advance(1)
        assert historian.flush_now()
        expected = values_of(historian)
        ballast = small_disk / "ballast"
        free = shutil.disk_usage(small_disk).free
        ballast.write_bytes(bytes(free - 40_000))  # room for a part of the segment only
        assert not historian.seal_now()
        assert "sealed" in historian.stats().last_error
        assert values_of(historian) == expected
        ballast.unlink()
        assert historian.seal_now()
        assert historian.stats().last_error == ""
        assert values_of(historian) == expected
        assert not list(folder.rglob("*.tmp"))
