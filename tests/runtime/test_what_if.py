"""What if: the replay of recorded history, its comparison, and what it says about what really happened."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests.support.alarm_engine import EngineRig, running
from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from tests.support.history import PRESS, RUN, TAGS, a_historian
from vmshmi.core.alarms.model import AlarmDef, Priority
from vmshmi.core.alarms.revision import DefinitionChange
from vmshmi.core.alarms.whatif import Fate, WhatIf
from vmshmi.core.errors import CommandRefused
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.alarms.tuning import AlarmTuning, silences
from vmshmi.runtime.historian import Historian

LOW = "me_p.lo_press.low"


@dataclass
class _Ship:
    """An engine and a historian that get the same samples."""

    rig: EngineRig
    historian: Historian
    tuning: AlarmTuning
    start: datetime

    @property
    def clock(self) -> FakeClock:
        return self.rig.clock

    async def sail(self, values: Iterable[Scalar | None], tag: TagId = PRESS, step_s: float = 1.0) -> None:
        """One sample a second; None is a bad one."""
        for value in values:
            quality = Quality.BAD_SENSOR_FAILURE if value is None else Quality.GOOD
            batch = [self.rig.sample(tag, value, quality)]
            self.historian.record(batch)
            self.rig.engine.on_samples(batch)
            await self.rig.wait(step_s)

    async def ask(self, **change: float) -> WhatIf:
        """What if, from the start until now."""
        return await self.tuning.what_if(LOW, DefinitionChange(**change), self.start, self.clock.now())


@asynccontextmanager
async def _a_ship(definition: AlarmDef, gap_s: dict[TagId, float] | None = None) -> AsyncIterator[_Ship]:
    clock = FakeClock()
    async with running(definition, clock=clock) as rig, a_historian(None, clock, TAGS) as historian:
        tuning = AlarmTuning(rig.engine, historian.read, gap_s or {}, clock)
        try:
            yield _Ship(rig, historian, tuning, clock.now())
        finally:
            tuning.close()


def _fates(answer: WhatIf) -> list[str]:
    return [pair.fate.value for pair in answer.pairs]


async def test_a_longer_delay_makes_short_raisings_go_and_long_ones_come_later() -> None:
    async with _a_ship(an_alarm(delay_s=2)) as ship:
        await ship.sail([4, 4, 2, 2, 2, 4, 4] + [2] * 10 + [4, 4])
        answer = await ship.ask(delay_s=5)
        assert _fates(answer) == ["gone", "later"]
        assert answer.pairs[1].shift_s == 3.0
        assert (answer.recorded, answer.agreed) == (2, 2)
        assert (answer.standing_before.count, answer.standing_after.count) == (2, 1)
        assert answer.standing_before.longest_s == 8.0
        assert answer.standing_after.total_s == 5.0


async def test_a_higher_limit_brings_raisings_that_never_were_and_earlier_ones() -> None:
    async with _a_ship(an_alarm(hysteresis=0)) as ship:
        await ship.sail([4, 2.6, 4, 4, 2.6, 2.0, 4, 4])
        answer = await ship.ask(limit=2.7)
        assert _fates(answer) == ["new", "earlier"]
        assert answer.pairs[1].shift_s == -1.0


async def test_unchanged_numbers_change_nothing() -> None:
    async with _a_ship(an_alarm()) as ship:
        await ship.sail([4, 2, 4, 4, 2])
        answer = await ship.ask(limit=2.5)
        assert _fates(answer) == ["same", "same"]
        assert answer.pairs[1].after is not None
        assert answer.pairs[1].after.ended_at is None


async def test_a_larger_hysteresis_joins_raisings_into_one_that_stays() -> None:
    async with _a_ship(an_alarm()) as ship:
        await ship.sail([4, 2.4, 2.9, 2.4, 2.9, 2.4, 4])
        answer = await ship.ask(hysteresis=1.0)
        assert _fates(answer) == ["same", "gone", "gone"]
        assert answer.standing_after.longest_s == 5.0


async def test_a_raising_that_a_person_answered_is_named_when_it_would_be_gone() -> None:
    async with _a_ship(an_alarm(priority=Priority.ALARM)) as ship:
        await ship.sail([4, 2])
        await ship.rig.engine.ack(LOW, "Chief", "ecr")
        await ship.sail([4, 2, 4])
        answer = await ship.ask(delay_s=30)
        assert _fates(answer) == ["gone", "gone"]
        assert answer.answered_gone == 1
        assert answer.pairs[0].recorded is not None
        assert answer.pairs[0].recorded.answered_by == "Chief"


async def test_a_silent_record_is_a_lost_input_and_breaks_a_delay() -> None:
    async with _a_ship(an_alarm(delay_s=20), {PRESS: 5.0}) as ship:
        await ship.sail([4, 2, 2, 2])
        ship.clock.advance(3600)
        await ship.sail([2] * 5 + [4])
        answer = await ship.ask(delay_s=10)
        assert answer.pairs == ()


async def test_a_bad_sample_is_a_lost_input_and_ends_nothing() -> None:
    async with _a_ship(an_alarm()) as ship:
        await ship.sail([4, 2, None, None, 2, 4])
        answer = await ship.ask(delay_s=1)
        assert len(answer.pairs) == 1
        assert answer.standing_before.total_s == 4.0


async def test_enable_when_is_replayed_with_its_own_history() -> None:
    async with _a_ship(an_alarm(enable_when="me_p.run == 1")) as ship:
        await ship.sail([0], RUN)
        await ship.sail([2, 2, 2])
        await ship.sail([1], RUN)
        await ship.sail([4, 2, 4])
        answer = await ship.ask(limit=2.5)
        assert [pair.fate for pair in answer.pairs] == [Fate.SAME, Fate.SAME]
        assert (answer.recorded, answer.agreed) == (2, 2)


async def test_the_alarm_comes_to_the_period_in_the_state_it_really_had() -> None:
    async with _a_ship(an_alarm(delay_s=2)) as ship:
        await ship.sail([4, 4, 2, 2, 2, 2, 2])
        begin = ship.clock.now()
        await ship.sail([2, 2, 4])
        answer = await ship.tuning.what_if(LOW, DefinitionChange(delay_s=3), begin, ship.clock.now())
        (pair,) = answer.pairs
        assert pair.fate is Fate.SAME
        assert pair.at == begin


async def test_a_tag_that_was_set_long_before_the_period_has_its_value_in_it() -> None:
    async with _a_ship(an_alarm(enable_when="me_p.run == 1")) as ship:
        await ship.sail([1], RUN)
        ship.clock.advance(90_000)
        begin = ship.clock.now()
        await ship.sail([4, 2, 4])
        answer = await ship.tuning.what_if(LOW, DefinitionChange(limit=2.4), begin, ship.clock.now())
        assert _fates(answer) == ["same"]


async def test_several_days_are_one_period() -> None:
    async with _a_ship(an_alarm(delay_s=40_000), {}) as ship:
        await ship.sail([4, 2])
        ship.clock.advance(200_000)
        await ship.sail([4])
        answer = await ship.ask(delay_s=80_000)
        (pair,) = answer.pairs
        assert pair.shift_s == 40_000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (DefinitionChange(hysteresis=-1), "bad_value"),
        (DefinitionChange(delay_s=100_000_000), "bad_value"),
        (DefinitionChange(limit=float("nan")), "bad_value"),
    ],
)
async def test_numbers_that_make_no_sense_are_refused(change: DefinitionChange, reason: str) -> None:
    async with _a_ship(an_alarm()) as ship:
        ship.clock.advance(10)
        with pytest.raises(CommandRefused) as refused:
            await ship.tuning.what_if(LOW, change, ship.start, ship.clock.now())
        assert refused.value.reason == reason


async def test_a_period_that_is_none_and_an_alarm_that_is_none_are_refused() -> None:
    async with _a_ship(an_alarm()) as ship:
        with pytest.raises(CommandRefused, match="period") as refused:
            await ship.tuning.what_if(LOW, DefinitionChange(limit=1), ship.start, ship.start - timedelta(days=1))
        assert refused.value.reason == "bad_period"
        with pytest.raises(CommandRefused) as unknown:
            await ship.tuning.what_if("nobody", DefinitionChange(), ship.start, ship.start)
        assert unknown.value.reason == "unknown_alarm"


async def test_saving_revises_and_the_same_numbers_are_refused() -> None:
    async with _a_ship(an_alarm()) as ship:
        revision = await ship.tuning.revise(LOW, DefinitionChange(limit=2.2), "Chief", " swell ", "ecr")
        assert (revision.number, revision.reason) == (1, "swell")
        assert ship.rig.engine.definitions()[LOW].limit == 2.2
        assert ship.tuning.revisions(LOW) == (revision,)
        for change, user, reason, key in (
            (DefinitionChange(limit=2.2), "Chief", "again", "no_change"),
            (DefinitionChange(limit=2.0), " ", "why", "no_user"),
            (DefinitionChange(limit=2.0), "Chief", "", "no_reason"),
        ):
            with pytest.raises(CommandRefused) as refused:
                await ship.tuning.revise(LOW, change, user, reason)
            assert refused.value.reason == key


async def test_an_emergency_alarm_may_be_revised_and_the_reason_is_in_the_journal() -> None:
    async with _a_ship(an_alarm(priority=Priority.EMERGENCY_ALARM)) as ship:
        await ship.tuning.revise(LOW, DefinitionChange(delay_s=1), "Chief", "spray on the detector")
        assert (await ship.rig.engine.history())[0].reason == "spray on the detector"


async def test_giving_up_ends_the_replay_at_once() -> None:
    async with _a_ship(an_alarm()) as ship:
        await ship.sail([4, 2] * 4000, step_s=0.01)
        reading = asyncio.Event()

        async def read(query: HistoryQuery) -> HistorySeries:
            reading.set()
            return await ship.historian.read(query)

        tuning = AlarmTuning(ship.rig.engine, read, {}, ship.clock)
        task = asyncio.create_task(tuning.what_if(LOW, DefinitionChange(limit=1), ship.start, ship.clock.now()))
        await reading.wait()
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        tuning.close()
        workers = [thread for thread in threading.enumerate() if thread.name.startswith("what-if")]
        for worker in workers:
            await asyncio.to_thread(worker.join, 20.0)
        assert not any(worker.is_alive() for worker in workers)


def test_only_tags_that_prove_they_are_alive_can_be_silent() -> None:
    tags = [
        TagDef(TagId("each"), device="plc"),
        TagDef(TagId("own"), device="plc", stale_after_s=10),
        TagDef(TagId("flat"), device="plc", recording=RecordingRule(max_interval_s=60)),
        TagDef(TagId("period"), device="plc", recording=RecordingRule(period_s=30)),
        TagDef(TagId("unproven"), device="plc", recording=RecordingRule()),
        TagDef(TagId("given")),
    ]
    assert silences(tags, {"plc": 3.0}) == {"each": 5.0, "own": 12.0, "flat": 65.0, "period": 35.0}
