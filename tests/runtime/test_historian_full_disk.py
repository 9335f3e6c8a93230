"""A disk without a byte left, for real: recording stops and says so, nothing is lost, and it goes on by itself."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import PRESS, a_historian, record_each_second, values_of
from tests.support.waiting import until
from vmshmi.config.project import AlarmConfig, Project, TagConfig, VesselConfig
from vmshmi.core.alarms.model import Operator, Priority
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId, TagValue
from vmshmi.runtime.historian import Historian
from vmshmi.runtime.runtime_app import RuntimeApp, RuntimeOptions, build_runtime

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HIGH = TagId("me_p.temp")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], check=False, capture_output=True)
    if made.returncode:
        pytest.skip("a file system can be mounted by root only")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


class Ballast:
    """Takes the disk to its last byte, and gives it back."""

    def __init__(self, disk: Path) -> None:
        self._file = disk / "ballast"

    def fill(self) -> None:
        with self._file.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def drop(self) -> None:
        self._file.unlink()


def fill_a_flush(historian: Historian, clock: FakeClock, first: int) -> list[float]:
    """More than any page that SQLite has left."""
    values = [float(first + n) for n in range(20_000)]
    record_each_second(historian, clock, PRESS, values)
    return values


async def test_rows_wait_in_memory_while_the_disk_is_full_and_are_durable_when_it_is_not(disk: Path) -> None:
    clock, ballast = FakeClock(NOON), Ballast(disk)
    async with a_historian(disk / "db", clock) as historian:
        values = fill_a_flush(historian, clock, 0)
        assert historian.flush_now()
        ballast.fill()
        for turn in range(3):
            values += fill_a_flush(historian, clock, (turn + 1) * 20_000)
            assert not historian.flush_now()
            stats = historian.stats()
            assert (stats.state, "full" in stats.last_error) == ("failing", True)
            assert values_of(historian) == values
        ballast.drop()
        assert historian.flush_now()
        assert (historian.stats().state, historian.stats().last_error, historian.stats().pending) == ("running", "", 0)
    async with a_historian(disk / "db", clock) as historian:
        assert values_of(historian) == values


async def test_a_seal_a_rollup_and_a_compaction_on_a_full_disk_lose_nothing_and_are_done_later(disk: Path) -> None:
    clock, ballast = FakeClock(NOON), Ballast(disk)
    folder = disk / "db"
    async with a_historian(folder, clock) as historian:
        values = fill_a_flush(historian, clock, 0)
        historian.flush_now()
        ballast.fill()
        assert not historian.seal_now()
        assert "sealed" in historian.stats().last_error
        assert not list(folder.rglob("*.tmp")), "what could not be finished takes the last bytes"
        assert values_of(historian) == values
        ballast.drop()
        assert historian.seal_now()
        values += fill_a_flush(historian, clock, 20_000)
        assert historian.seal_now()
        clock.advance(2 * 86_400)
        before = sorted((folder / "history/raw").rglob("*.parquet"))
        ballast.fill()
        historian.upkeep_now()
        assert sorted((folder / "history/raw").rglob("*.parquet")) == before
        assert not list((folder / "history/rollup").rglob("*.parquet"))
        assert not list(folder.rglob("*.tmp"))
        assert values_of(historian) == values
        ballast.drop()
        while historian.upkeep_now():
            pass
        assert len(list((folder / "history/raw").rglob("*.parquet"))) == 1
        assert list((folder / "history/rollup").rglob("*.parquet"))
        assert values_of(historian) == values
        thinned = await historian.read(HistoryQuery(PRESS, points=10))
        assert (min(thinned.values), max(thinned.values)) == (0.0, 39_999.0)


def active(runtime: RuntimeApp, alarm_id: str) -> bool:
    return any(record.id == alarm_id and record.active for record in runtime.alarms.standing())


async def test_the_ship_is_watched_while_its_disk_is_full_and_the_disk_is_an_alarm(disk: Path) -> None:
    project = Project(
        vmsproj=1,
        vessel=VesselConfig(name="MV Test"),
        tags=(TagConfig(id=HIGH),),
        alarms=(
            AlarmConfig(
                id="hot", tag=HIGH, operator=Operator.GREATER, limit=90, priority=Priority.ALARM, message="Hot"
            ),
        ),
    )
    ballast = Ballast(disk)
    runtime = build_runtime(project, RuntimeOptions(database=disk / "db"))
    await runtime.start()
    try:

        def feed(value: float, count: int = 1) -> None:
            now = datetime.now(UTC)
            for n in range(count):
                at = now - timedelta(milliseconds=count - n)
                runtime.store.update_many([(HIGH, TagValue(value, Quality.GOOD, at, value))])

        feed(50.0)
        ballast.fill()
        feed(51.0, 20_000)
        await until(lambda: active(runtime, "system.historian.failed"), 30)
        feed(95.0)
        await until(lambda: active(runtime, "hot"), 30)
        newest = await runtime.historian.read(HistoryQuery(HIGH, limit=1))
        assert list(newest.values) == [95.0]  # screens see it
        ballast.drop()
        await until(lambda: not active(runtime, "system.historian.failed"), 30)
        assert runtime.historian.stats().pending == 0 or not runtime.historian.stats().last_error
    finally:
        await runtime.stop()
    assert os.path.ismount(disk)
