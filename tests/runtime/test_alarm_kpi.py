"""The numbers of a period from a real journal: what stood before it, what was archived, who else is writing."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from tests.support.alarm_engine import EngineRig, running
from tests.support.alarms import an_alarm, at
from tests.support.fake_clock import FakeClock
from tests.support.ship_month import a_month, write_journal
from vmshmi.app.paths import demo_project
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.kpi import AlarmKpi, Stale, Withheld, reads_from, work_out
from vmshmi.core.alarms.kpi_counting import Opening
from vmshmi.core.alarms.model import AlarmTransition, TransitionKind
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.clock import to_micros
from vmshmi.runtime.storage.alarm_journal import AlarmJournal, kpi_of_file

RULES = AlarmRules()
HOUR = 3_600.0


async def of(rig: EngineRig, since: float, until: float) -> AlarmKpi:
    """Seconds after noon."""
    return await rig.engine.kpi(at(since), at(until))


async def test_what_stood_was_shelved_or_stopped_before_the_period_is_known(tmp_path: Path) -> None:
    clock, path = FakeClock(at(0)), tmp_path / "journal.sqlite"
    async with running(an_alarm(), an_alarm("other", limit=9.0), path=path, clock=clock) as rig:
        await rig.oil(2.0)
        await rig.engine.shelve("other", "chief", 600, "bad float")
    clock.advance(HOUR)
    async with running(an_alarm(), an_alarm("other", limit=9.0), path=path, clock=clock) as rig:
        await rig.oil(2.0)
        clock.advance(30 * HOUR)
        found = await of(rig, 26 * HOUR, 28 * HOUR)
        assert found.stale == (Stale("me_p.lo_press.low", at(0), None, 28 * HOUR),)
        assert (found.raised, found.shelved, found.watched_s) == (0, Withheld(1, 1, 0), 2 * HOUR)
        early = await of(rig, HOUR / 2, 2 * HOUR)
        assert (early.shelved, early.watched_s) == (Withheld(1, 1, 0), HOUR)


async def test_the_period_ends_now_at_the_latest(tmp_path: Path) -> None:
    async with running(an_alarm(), path=tmp_path / "journal.sqlite", clock=FakeClock(at(0))) as rig:
        await rig.oil(2.0)
        rig.clock.advance(HOUR)
        found = await of(rig, -HOUR, 9 * HOUR)
        assert (found.until, found.known_since, found.watched_s) == (at(HOUR), at(0), HOUR)
        assert (await of(rig, 5 * HOUR, 9 * HOUR)).measures[0].value is None


async def test_a_journal_in_memory_has_numbers_too() -> None:
    async with running(an_alarm(), clock=FakeClock(at(0))) as rig:
        await rig.oil(2.0)
        rig.clock.advance(60)
        assert (await of(rig, -HOUR, HOUR)).raised == 1


async def test_an_alarm_that_the_project_no_longer_has_is_not_standing(tmp_path: Path) -> None:
    clock, path = FakeClock(at(0)), tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path, clock=clock) as rig:
        await rig.engine.out_of_service("me_p.lo_press.low", "chief", "gone")
    async with running(path=path, clock=clock) as rig:
        clock.advance(50 * HOUR)
        assert (await of(rig, 40 * HOUR, 50 * HOUR)).out_of_service == Withheld(0, 0, 0)


def test_the_month_is_what_a_look_at_all_its_rows_gives(tmp_path: Path) -> None:
    until = at(0)
    rows = a_month(load_project(demo_project()).alarm_definitions(), until)
    write_journal(tmp_path / "journal.sqlite", rows)
    for days in (0.5, 11.0, 30.0):
        since = until - timedelta(days=days)
        found = kpi_of_file(tmp_path / "journal.sqlite", since, until, RULES)
        assert found == replayed(rows, since, until)
    assert found.raised > 2_000
    assert found.floods
    assert found.chattering[0].alarm == "bilge.er_a_high.high"
    assert {one.alarm for one in found.stale} == {"shore.power.high", "t_gw.level.high", "me_s.hours.due"}


def replayed(rows: list[AlarmTransition], since: datetime, until: datetime) -> AlarmKpi:
    """The same without a database: how all stood is found by going through the rows from the first on."""
    begin = reads_from(since, RULES)
    before = [row for row in rows if row.at < begin]
    records = {row.record.id: row.record for row in before if row.record.id}
    stops = [row for row in before if row.kind in (TransitionKind.STARTED, TransitionKind.STOPPED)]
    stopped = to_micros(stops[-1].at) if stops and stops[-1].kind is TransitionKind.STOPPED else None
    opening = Opening(tuple(records.values()), to_micros(rows[0].at), stopped)
    events = [
        (
            to_micros(row.at), row.kind.value, row.record.id, row.record.occurrence,
            None if row.priority is None else row.priority.value,
        )
        for row in rows
        if row.at >= begin
    ]  # fmt: skip
    return work_out(since, until, opening, [events], RULES)


async def test_the_numbers_are_worked_out_while_a_runtime_writes(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path, clock=FakeClock(at(0))) as rig:
        await rig.oil(2.0, 5.0, 2.0)
        rig.clock.advance(60)
        assert kpi_of_file(path, at(-HOUR), at(60), RULES).raised == 2


async def test_alarms_that_were_silent_since_before_the_archive_stand_as_they_stood(tmp_path: Path) -> None:
    clock, path = FakeClock(at(0)), tmp_path / "journal.sqlite"
    async with running(an_alarm(), an_alarm("other", limit=1.0), path=path, clock=clock) as rig:
        await rig.oil(2.0)
        clock.advance(40 * HOUR)
        await rig.oil(0.5)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM journal WHERE id <= 2")
        connection.commit()
    journal = AlarmJournal(path, clock)
    await journal.start()
    try:
        found = await journal.kpi(at(41 * HOUR), at(42 * HOUR), RULES)
        assert [one.alarm for one in found.stale] == ["me_p.lo_press.low"]
    finally:
        await journal.stop()


async def test_what_came_after_the_period_says_nothing_of_it(tmp_path: Path) -> None:
    async with running(an_alarm(), path=tmp_path / "journal.sqlite", clock=FakeClock(at(0))) as rig:
        await rig.wait(1800)
        await rig.oil(2.0)
        await rig.wait(HOUR)
        await rig.engine.out_of_service("me_p.lo_press.low", "chief", "dismantled")
        found = await of(rig, 700, HOUR)
        assert (found.raised, found.out_of_service) == (1, Withheld(0, 0, 0))
