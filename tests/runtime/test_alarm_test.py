"""A test lasts ten seconds, on the monotonic clock, and ends by itself."""

import pytest

from tests.support.alarm_engine import EngineRig, running
from vmshmi.core.alarms.model import AlarmState, Priority
from vmshmi.runtime.supervision.alarm_test import TEST_S, AlarmTest
from vmshmi.runtime.supervision.alarms import alarm_of_test, system_alarms
from vmshmi.runtime.supervision.tags import TEST, system_tags
from vmshmi.runtime.tag_store import TagStore

TESTS = [alarm for alarm in system_alarms([]) if alarm.id.startswith("system.test.")]


def a_test(rig: EngineRig) -> AlarmTest:
    store = TagStore(rig.clock)
    store.register_many([tag for tag in system_tags([]) if tag.id == TEST])
    store.add_listener(rig.engine.on_samples)
    test = AlarmTest(store, rig.engine, rig.clock)
    test.rest()
    return test


@pytest.mark.parametrize("wall_set_by_s", [0.0, 3600.0, -3600.0])
async def test_a_test_ends_after_ten_seconds_whatever_the_wall_clock_does(wall_set_by_s: float) -> None:
    async with running(*TESTS) as rig:
        test = a_test(rig)
        await test.begin(Priority.ALARM, "Anna", "ecr")
        assert await rig.news() == ["raised system.test.alarm"]
        rig.clock.step_wall(wall_set_by_s)
        rig.clock.advance(TEST_S - 0.1)
        test.look()
        assert await rig.news() == []
        rig.clock.advance(0.2)
        test.look()
        assert await rig.news() == ["rectified system.test.alarm"]
        assert rig.engine.record("system.test.alarm").state is AlarmState.RECTIFIED


async def test_another_test_ends_the_one_that_runs() -> None:
    async with running(*TESTS) as rig:
        test = a_test(rig)
        await test.begin(Priority.EMERGENCY_ALARM, "Anna")
        await test.begin(Priority.CAUTION, "Ben")
        standing = [record.id for record in rig.engine.standing()]
        await rig.news()
        assert [record.id for record in rig.engine.standing()] == [alarm_of_test(Priority.CAUTION)], standing


async def test_an_emergency_and_a_caution_leave_nothing_behind() -> None:
    async with running(*TESTS) as rig:
        test = a_test(rig)
        for priority in (Priority.EMERGENCY_ALARM, Priority.CAUTION):
            await test.begin(priority, "Anna")
            await rig.news()
            rig.clock.advance(TEST_S)
            test.look()
            await rig.news()
            assert rig.engine.standing() == []
