"""The timers of the alarms run on the monotonic clock: setting the computer's clock fools none of them."""

import pytest

from tests.support.alarm_engine import running
from tests.support.alarms import an_alarm
from vmshmi.core.alarms.model import Priority

pytestmark = pytest.mark.parametrize("set_by_s", [86_400.0, -86_400.0])


async def test_a_delay(set_by_s: float) -> None:
    async with running(an_alarm("low", delay_s=4)) as rig:
        assert await rig.oil(2.0) == []
        rig.clock.step_wall(set_by_s)
        assert await rig.wait(3.9) == []
        assert await rig.wait(0.2) == ["raised low"]


async def test_a_silence(set_by_s: float) -> None:
    async with running(an_alarm("low", priority=Priority.ALARM)) as rig:
        await rig.oil(2.0)
        await rig.engine.silence("Anna", "ecr")
        await rig.news()
        rig.clock.step_wall(set_by_s)
        assert await rig.wait(29) == []
        assert await rig.wait(1.1) == ["unsilenced low"]


async def test_a_shelving(set_by_s: float) -> None:
    async with running(an_alarm("low", priority=Priority.ALARM)) as rig:
        await rig.engine.shelve("low", "Anna", 10, "pump is being repaired", "ecr")
        await rig.news()
        rig.clock.step_wall(set_by_s)
        assert await rig.wait(599) == []
        assert await rig.wait(1.1) == ["unshelved low"]
