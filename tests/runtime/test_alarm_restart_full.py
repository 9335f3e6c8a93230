"""Every fact and every running time of the full alarm system stands again after a restart."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.alarm_engine import EngineRig, running
from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmState, BadInput, Priority, priority_of
from vmshmi.core.alarms.rules import AlarmRules
from vmshmi.core.errors import CommandRefused
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId

ESCALATING = an_alarm("low", escalate_s=300.0)
REMINDING = an_alarm("low", realarm_s=3600.0)
LATCHING = an_alarm("low", latching=True)
BLOCKING = an_alarm("low", on_bad=BadInput.BLOCK)
OFTEN = AlarmRules(repeat_more_than=2, repeat_window_s=3600.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


async def test_a_warning_escalates_300_s_after_its_raising_whatever_came_between(path: Path) -> None:
    clock = FakeClock()
    async with running(ESCALATING, path=path, clock=clock) as rig:
        await rig.oil(2.0)
        await rig.wait(100)
    clock.advance(100)
    async with running(ESCALATING, path=path, clock=clock) as rig:
        assert await rig.wait(99.9) == ["restored low"]
        assert await rig.wait(0.1) == ["escalated low", "raised low"]
        record = rig.engine.record("low")
        assert record.held  # the input has not spoken yet
        assert rig.engine.counts().sounding == 1
    async with running(ESCALATING, path=path, clock=clock) as rig:
        assert rig.engine.record("low").escalations == 1
        assert priority_of(ESCALATING, rig.engine.record("low")) is Priority.ALARM
        assert rig.engine.counts().sounding == 1
        assert await rig.wait(1000) == ["restored low"]


async def test_a_warning_whose_time_was_over_in_between_is_an_alarm_at_once(path: Path) -> None:
    clock = FakeClock()
    async with running(ESCALATING, path=path, clock=clock) as rig:
        await rig.oil(2.0)
    clock.advance(7200)
    async with running(ESCALATING, path=path, clock=clock) as rig:
        assert await rig.wait(0) == ["restored low", "escalated low", "raised low"]


async def test_an_answered_alarm_asks_again_an_hour_after_its_answer(path: Path) -> None:
    clock = FakeClock()
    async with running(REMINDING, path=path, clock=clock) as rig:
        await rig.oil(2.0)
        rig.clock.advance(60)
        await rig.engine.ack("low", "chief", "ecr")
    clock.advance(1800)
    async with running(REMINDING, path=path, clock=clock) as rig:
        assert await rig.wait(1799) == ["restored low"]
        assert await rig.wait(1) == ["realarmed low"]
        assert rig.engine.counts().sounding == 1


async def test_a_latched_alarm_waits_for_its_reset(path: Path) -> None:
    async with running(LATCHING, path=path) as rig:
        await rig.oil(2.0, 3.0)
    async with running(LATCHING, path=path) as rig:
        assert (rig.engine.record("low").latched, rig.engine.counts().sounding) == (True, 1)
        await rig.engine.ack("low", "chief", "ecr")
    async with running(LATCHING, path=path) as rig:
        assert [record.state for record in rig.engine.standing()] == [AlarmState.ACK]
        assert (await rig.engine.reset("low", "chief", "ecr")).state is AlarmState.CLEARED
    async with running(LATCHING, path=path) as rig:
        assert rig.engine.standing() == []


async def test_a_blocked_alarm_is_blocked_until_its_input_speaks(path: Path) -> None:
    async with running(BLOCKING, path=path) as rig:
        await rig.feed(rig.sample("me_p.lo_press", None, Quality.BAD))
    async with running(BLOCKING, path=path) as rig:
        assert [record.id for record in rig.engine.suppressed()] == ["low"]
        assert await rig.feed(rig.sample("me_p.lo_press", None, Quality.BAD)) == []
        assert await rig.oil(3.0) == ["unblocked low"]


async def test_a_repeating_alarm_calms_when_it_would_have_without_the_restart(path: Path) -> None:
    clock = FakeClock()
    async with running(an_alarm("low"), path=path, clock=clock, rules=OFTEN) as rig:
        for _ in range(3):
            await rig.oil(2.0, 3.0)
            clock.advance(60)
        await rig.engine.ack("low", "chief", "ecr")
    clock.advance(600)
    async with running(an_alarm("low"), path=path, clock=clock, rules=OFTEN) as rig:
        assert rig.engine.record("low").repeats == 3
        assert await rig.wait(3600 - 780 - 1) == ["restored low"]
        assert await rig.wait(1) == ["calmed low", "cleared low"]


async def test_raisings_from_before_a_restart_count_and_escalations_and_old_ones_do_not(path: Path) -> None:
    clock = FakeClock()
    async with running(ESCALATING, path=path, clock=clock, rules=OFTEN) as rig:
        await rig.oil(2.0, 3.0)
        clock.advance(3600)
        await rig.oil(2.0)
        assert await rig.wait(300) == ["escalated low", "raised low"]
        await rig.oil(3.0)
    async with running(ESCALATING, path=path, clock=clock, rules=OFTEN) as rig:
        await rig.oil(2.0, 3.0)
        assert rig.engine.record("low").repeats == 0
        await rig.oil(2.0)
        assert rig.engine.record("low").repeats == 3


async def test_repeating_alarms_survive_a_journal_whose_rows_are_gone(path: Path) -> None:
    clock = FakeClock()
    async with running(an_alarm("low"), path=path, clock=clock, rules=OFTEN) as rig:
        for _ in range(3):
            await rig.oil(2.0, 3.0)
        await rig.engine.ack("low", "chief", "ecr")
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM journal")
    async with running(an_alarm("low"), path=path, clock=clock, rules=OFTEN) as rig:
        assert rig.engine.record("low").repeats == 3
        assert await rig.wait(3599) == ["restored low"]
        assert await rig.wait(1) == ["calmed low", "cleared low"]


SHIP = (
    an_alarm("low", escalate_s=30.0, first_out="trip", latching=True),
    an_alarm("very low", limit=1.5, priority=Priority.ALARM, realarm_s=40.0, first_out="trip"),
    an_alarm("cw", tag=TagId("cw"), on_bad=BadInput.BLOCK, off_delay_s=2.0, delay_s=1.0),
    an_alarm("running", tag=TagId("cw"), enable_when="run == 1", enable_delay_s=3.0, priority=Priority.CAUTION),
)


async def live(rig: EngineRig, chance: random.Random, acts: int) -> None:
    """Some of everything that can happen to these alarms."""
    engine = rig.engine
    for _ in range(acts):
        alarm_id = chance.choice(SHIP).id
        tag = chance.choice(["me_p.lo_press", "me_p.lo_press", "cw", "run"])
        value = chance.choice([1.0, 2.0, 2.6, 3.0, 1, 0, None])
        quality = Quality.GOOD if value is not None else Quality.BAD_NO_COMMUNICATION
        try:
            match chance.randrange(12):
                case 0:
                    await engine.ack(alarm_id, "chief", "ecr")
                case 1:
                    await engine.reset(alarm_id, "chief", "ecr")
                case 2:
                    await engine.silence("mate", "bridge")
                case 3:
                    await engine.shelve(alarm_id, "chief", chance.choice([0.1, 1.0]), "dirty", "ecr")
                case 4:
                    await engine.out_of_service(alarm_id, "chief", "dismantled", "ecr")
                case 5:
                    await engine.in_service(alarm_id, "chief", "ecr")
                case 6 | 7:
                    await rig.wait(chance.choice([0.5, 3.0, 20.0]))
                case _:
                    await rig.feed(rig.sample(tag, value, quality))
        except CommandRefused:
            continue


def lasting(record: AlarmRecord) -> AlarmRecord:
    """What a restart must not change: all but the silence and the mark of a lost input."""
    return replace(record, silenced_until=None, held=False)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), data=st.data())
async def test_after_any_life_every_fact_stands_again_and_the_unanswered_is_heard(
    seed: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    clock, chance = FakeClock(), random.Random(seed)
    before: dict[str, AlarmRecord] = {}
    for _ in range(data.draw(st.integers(2, 4))):
        async with running(*SHIP, path=path, clock=clock, rules=OFTEN) as rig:
            for alarm_id, record in before.items():
                again = rig.engine.record(alarm_id)
                assert lasting(again) == lasting(record)
                assert again.silenced_until is None
            unheard = [r.id for r in rig.engine.standing() if r.is_unanswered and r.silenced_until is not None]
            assert unheard == []
            await live(rig, chance, data.draw(st.integers(5, 60)))
            await rig.engine.announced()
            before = {alarm.id: rig.engine.record(alarm.id) for alarm in SHIP}
            assert await rig.journal.verify() is None


@pytest.mark.parametrize("definition", [ESCALATING, REMINDING, LATCHING, BLOCKING])
async def test_what_an_older_program_wrote_without_the_new_facts_is_read(definition: AlarmDef, path: Path) -> None:
    async with running(an_alarm("low"), path=path) as rig:
        await rig.oil(2.0)
    async with running(definition, path=path) as rig:
        assert rig.engine.record("low").state is AlarmState.ACTIVE
