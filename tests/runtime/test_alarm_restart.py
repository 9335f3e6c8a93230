"""What a restart must not change, and a disk that fails while alarms come."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.alarm_engine import running, words
from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from tests.support.waiting import until
from vmshmi.core.alarms.model import AlarmState, Suppression
from vmshmi.core.quality import Quality

LOW = an_alarm("low")
DELAYED = an_alarm("delayed", delay_s=4)
RUNNING = an_alarm("running", enable_when="me_p.run == 1", enable_delay_s=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


async def test_an_unanswered_alarm_stands_again_sounds_again_and_keeps_its_occurrence(path: Path) -> None:
    clock = FakeClock()
    async with running(LOW, path=path, clock=clock) as rig:
        await rig.oil(2.0)
        await rig.engine.silence("mate")
        before = rig.engine.record("low")
    clock.advance(5)
    async with running(LOW, path=path, clock=clock) as rig:
        (record,) = rig.engine.standing()
        assert (record.state, record.occurrence, record.raised_at) == (
            AlarmState.ACTIVE,
            before.occurrence,
            before.raised_at,
        )
        assert rig.engine.counts().sounding == 1
        assert await rig.news() == ["restored low"]


async def test_an_acknowledgement_survives_with_its_name(path: Path) -> None:
    async with running(LOW, path=path) as rig:
        await rig.oil(2.0)
        await rig.engine.ack("low", "chief", "ecr")
    async with running(LOW, path=path) as rig:
        (record,) = rig.engine.standing()
        assert (record.state, record.acked_by, record.acked_station) == (AlarmState.ACK, "chief", "ecr")


async def test_it_is_held_until_the_first_measurement_and_only_then_rectified(path: Path) -> None:
    async with running(LOW, path=path) as rig:
        await rig.oil(2.0)
    async with running(LOW, path=path) as rig:
        await rig.news()
        assert await rig.feed(rig.sample("me_p.lo_press", None, Quality.BAD_WAITING_FOR_INITIAL_DATA)) == []
        assert rig.engine.record("low").held
        assert await rig.oil(4.0) == ["released low", "rectified low"]


async def test_a_rectified_alarm_still_asks_after_a_restart(path: Path) -> None:
    async with running(LOW, path=path) as rig:
        await rig.oil(2.0, 4.0)
    async with running(LOW, path=path) as rig:
        assert [record.state for record in rig.engine.standing()] == [AlarmState.RECTIFIED]
        await rig.engine.ack("low", "chief")
        assert rig.engine.standing() == []


async def test_a_new_raising_after_a_restart_is_a_new_occurrence_whatever_the_clock_says(path: Path) -> None:
    late, early = FakeClock(), FakeClock()
    early.step_wall(-86_400)
    async with running(LOW, path=path, clock=late) as rig:
        await rig.oil(2.0)
        first = rig.engine.record("low").occurrence
    async with running(LOW, path=path, clock=early) as rig:
        await rig.oil(4.0, 2.0)
        assert rig.engine.record("low").occurrence == first + 1


async def test_shelving_and_out_of_service_stand_again_and_the_shelving_ends_in_time(path: Path) -> None:
    clock = FakeClock()
    async with running(LOW, DELAYED, path=path, clock=clock) as rig:
        await rig.engine.shelve("low", "chief", 10, "dirty sensor")
        await rig.engine.out_of_service("delayed", "chief", "dismantled")
    clock.advance(300)
    async with running(LOW, DELAYED, path=path, clock=clock) as rig:
        assert [(r.id, r.suppression) for r in rig.engine.suppressed()] == [
            ("delayed", Suppression.OUT_OF_SERVICE),
            ("low", Suppression.SHELVED),
        ]
        assert await rig.wait(299) == []
        assert await rig.wait(1) == ["unshelved low"]


async def test_an_alarm_suppressed_by_design_is_not_told_again(path: Path) -> None:
    async with running(RUNNING, path=path) as rig:
        assert await rig.feed(rig.sample("me_p.run", 0)) == ["suppressed running"]
    async with running(RUNNING, path=path) as rig:
        assert [record.id for record in rig.engine.suppressed()] == ["running"]
        assert await rig.feed(rig.sample("me_p.run", 0)) == []


async def test_an_alarm_that_the_project_no_longer_defines_ends_with_a_row(path: Path) -> None:
    async with running(LOW, DELAYED, path=path) as rig:
        await rig.oil(2.0)
    async with running(DELAYED, path=path) as rig:
        assert rig.engine.standing() == []
        rows = await rig.engine.history()
        assert words(rows)[:2] == ["removed low", "started"]
        assert rows[0].reason == "no longer defined in the project"
    async with running(LOW, path=path) as rig:
        assert words(await rig.engine.history())[0] == "started"
        assert rig.engine.standing() == []


async def test_starts_and_stops_are_rows_and_an_end_without_a_stop_is_named(path: Path) -> None:
    async with running(LOW, path=path):
        pass
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM journal WHERE kind = 'stopped'")
    async with running(LOW, path=path):
        pass
    async with running(LOW, path=path) as rig:
        rows = [(row.kind.value, row.reason) for row in reversed(await rig.engine.history())]
    assert rows == [
        ("started", ""),
        ("started", "the runtime before this one did not stop by itself"),
        ("stopped", ""),
        ("started", ""),
    ]


async def test_while_the_journal_cannot_be_written_alarms_are_announced_within_a_second(path: Path) -> None:
    async with running(LOW, path=path) as rig:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            rig.engine.on_samples([rig.sample("me_p.lo_press", 2.0)])
            await asyncio.sleep(0)
            assert rig.told == []
            rig.clock.advance(0.9)
            rig.engine.tick()
            assert words(rig.told) == ["raised low"]
            await until(lambda: rig.engine.journal_error() is not None)
            # from now on nobody waits for it, and people can still answer
            record = await rig.engine.ack("low", "chief")
            assert record.state is AlarmState.ACK
            other.execute("ROLLBACK")
        await until(lambda: rig.engine.journal_error() is None)
        assert words(rig.told) == ["raised low", "acknowledged low"]
    async with running(LOW, path=path) as rig:
        assert rig.engine.record("low").acked_by == "chief"
        assert await rig.journal.verify() is None
