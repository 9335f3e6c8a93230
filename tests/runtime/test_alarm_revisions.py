"""Revisions of definitions: applied at work, kept across a restart, ended by a project file that has changed."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.alarm_engine import EngineRig, running
from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmDef, AlarmState, TransitionKind
from vmshmi.core.alarms.revising import with_tuning
from vmshmi.core.alarms.revision import Revision, Tuning
from vmshmi.core.errors import CommandRefused
from vmshmi.runtime.storage.alarm_journal import prove_file, revisions_of_file

LOW = "me_p.lo_press.low"


async def _revise(rig: EngineRig, limit: float, reason: str = "false alarms in swell") -> Revision:
    engine = rig.engine
    present = engine.definitions()[LOW]
    after = Tuning(limit, present.hysteresis, present.delay_s)
    revision = engine.revisions.next(present, after, rig.clock.now(), "Chief", "ecr", reason)
    await engine.redefine(with_tuning(present, after, revision.number), "Chief", reason, "ecr", revision)
    return revision


async def test_a_revision_is_in_the_journal_with_name_reason_and_both_numbers() -> None:
    async with running(an_alarm()) as rig:
        revision = await _revise(rig, 2.2)
        (line,) = [line for line in await rig.engine.history() if line.kind is TransitionKind.REVISED]
        assert line.revision == revision
        assert (line.user, line.station, line.reason) == ("Chief", "ecr", "false alarms in swell")
        assert (revision.number, revision.before.limit, revision.after.limit) == (1, 2.5, 2.2)
        assert rig.engine.revisions.of(LOW) == (revision,)


async def test_an_active_alarm_keeps_its_facts_when_it_is_revised() -> None:
    async with running(an_alarm()) as rig:
        await rig.oil(2.0)
        before = rig.engine.record(LOW)
        await _revise(rig, 2.4)
        after = rig.engine.record(LOW)
        assert replace(after, value=before.value) == before
        assert after.state is AlarmState.ACTIVE


async def test_the_new_limit_judges_the_present_value_at_once() -> None:
    async with running(an_alarm()) as rig:
        assert await rig.oil(2.6) == []
        await _revise(rig, 2.8)
        assert await rig.news() == [f"revised {LOW}", f"raised {LOW}"]


async def test_a_revision_without_a_reason_is_refused_and_changes_nothing() -> None:
    async with running(an_alarm()) as rig:
        with pytest.raises(CommandRefused) as refused:
            await _revise(rig, 2.2, reason=" ")
        assert refused.value.reason == "no_reason"
        assert rig.engine.definitions()[LOW].limit == 2.5
        assert rig.engine.revisions.of(LOW) == ()


async def _restarted(path: Path, definition: AlarmDef) -> tuple[AlarmDef, tuple[Revision, ...]]:
    async with running(definition, path=path) as rig:
        return rig.engine.definitions()[LOW], rig.engine.revisions.of(LOW)


async def test_revisions_hold_after_a_restart_and_number_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path) as rig:
        await _revise(rig, 2.2)
        rig.clock.advance(60)
        await _revise(rig, 2.1, "still too many")
    definition, revisions = await _restarted(path, an_alarm())
    assert (definition.limit, definition.revision) == (2.1, 2)
    assert [revision.number for revision in revisions] == [1, 2]
    assert revisions_of_file(path)[LOW] == list(revisions)
    assert prove_file(path).broken is None


async def test_the_project_file_wins_when_it_has_changed_and_the_journal_says_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path) as rig:
        await _revise(rig, 2.2)
    clock = FakeClock()
    clock.advance(3600)
    async with running(an_alarm(limit=2.6), path=path, clock=clock) as rig:
        assert rig.engine.definitions()[LOW].limit == 2.6
        assert rig.engine.definitions()[LOW].revision == 0
        (ended,) = rig.engine.revisions.superseded
        assert not ended.by_person
        assert (ended.before.limit, ended.after.limit) == (2.2, 2.6)
        line = next(line for line in await rig.engine.history() if line.kind is TransitionKind.REVISED)
        assert line.reason == "the project file has changed since revision 1"
        assert line.user is None
        again = await _revise(rig, 2.3)
        assert again.number == 3
    definition, revisions = await _restarted(path, an_alarm(limit=2.6))
    assert (definition.limit, len(revisions)) == (2.3, 3)


async def test_a_project_file_that_has_taken_over_the_numbers_ends_the_revision_in_peace(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path) as rig:
        await _revise(rig, 2.2)
    definition, revisions = await _restarted(path, an_alarm(limit=2.2))
    assert (definition.limit, definition.revision) == (2.2, 0)
    assert revisions[-1].reason == "the project file has the numbers of revision 1 now"


async def test_a_message_that_changed_in_the_project_file_ends_no_revision(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path) as rig:
        await _revise(rig, 2.2)
    definition, _ = await _restarted(path, an_alarm(message="Oil pressure of the port engine is low"))
    assert definition.limit == 2.2


async def test_a_changed_number_of_a_revision_breaks_the_proof(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path) as rig:
        await _revise(rig, 2.2)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE journal SET facts = replace(facts, '2.2', '1.2') WHERE kind = 'revised'")
    connection.close()
    assert prove_file(path).broken is not None


async def test_a_revision_that_was_changed_where_the_start_reads_it_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path) as rig:
        await _revise(rig, 2.2)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE revision SET facts = replace(facts, '2.2', '1.2')")
    connection.close()
    broken = prove_file(path).broken
    assert broken is not None
    assert broken.what == f"is not the revision that {LOW} restarts with"


async def test_a_revision_that_no_line_tells_of_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running(an_alarm(), path=path) as rig:
        await _revise(rig, 2.2)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE revision SET row = row + 1000")
    connection.close()
    assert prove_file(path).broken is not None
