"""Alarms on several tags, over a time, and on lost inputs, at work in the engine."""

from typing import Any

import pytest

from tests.support.alarm_engine import EngineRig, running
from tests.support.alarms import an_alarm
from vmshmi.core.alarms.model import AlarmDef, AlarmState, Measure, Operator
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId

CYLINDERS = ("exh1", "exh2", "exh3", "exh4")


def deviating(**changes: Any) -> AlarmDef:
    others = tuple(TagId(name) for name in CYLINDERS)
    facts = {"tag": TagId("exh1"), "others": others, "measure": Measure.DEVIATION, "hysteresis": 5.0}
    return an_alarm("exh1.dev", operator=Operator.ABS_GREATER, limit=50.0, **{**facts, **changes})


def following(**changes: Any) -> AlarmDef:
    facts = {"tag": TagId("pump.run"), "others": (TagId("pump.cmd"),), "measure": Measure.MISMATCH, "hysteresis": 0.0}
    return an_alarm("pump.mismatch", operator=Operator.EQUAL, limit=1.0, **{**facts, **changes})


def falling(**changes: Any) -> AlarmDef:
    facts = {"tag": TagId("sump"), "measure": Measure.RATE, "window_s": 60.0, "hysteresis": 0.0}
    return an_alarm("sump.falling", operator=Operator.LESS, limit=-1.0, **{**facts, **changes})


async def temperatures(rig: EngineRig, *values: Scalar | None) -> list[str]:
    return await rig.feed(*[rig.sample(tag, value) for tag, value in zip(CYLINDERS, values, strict=True)])


async def level(rig: EngineRig, start: float, per_minute: float, seconds: int) -> list[str]:
    """The sump's level, every five seconds."""
    news: list[str] = []
    for second in range(0, seconds, 5):
        news += await rig.feed(rig.sample("sump", start + per_minute * second / 60))
        rig.clock.advance(5)
    return news


async def test_a_cylinder_that_leaves_its_like_is_an_alarm_with_its_deviation() -> None:
    async with running(deviating()) as rig:
        assert await temperatures(rig, 400, 400, 400, 400) == []
        assert await temperatures(rig, 480, 400, 400, 400) == ["raised exh1.dev"]
        assert rig.engine.record("exh1.dev").value == 60
        assert await temperatures(rig, 462, 400, 400, 400) == [], "46.5 is inside the hysteresis"
        assert await temperatures(rig, 455, 400, 400, 400) == ["rectified exh1.dev"]


async def test_a_step_of_the_load_in_one_batch_is_no_deviation() -> None:
    async with running(deviating()) as rig:
        await temperatures(rig, 300, 300, 300, 300)
        assert await temperatures(rig, 450, 450, 450, 450) == []


async def test_another_cylinder_alone_can_make_the_deviation() -> None:
    async with running(deviating()) as rig:
        await temperatures(rig, 400, 400, 400, 400)
        assert await rig.feed(rig.sample("exh2", 100), rig.sample("exh3", 100)) == ["raised exh1.dev"]


async def test_losing_a_cylinder_of_the_mean_neither_raises_nor_ends_a_deviation() -> None:
    async with running(deviating()) as rig:
        await temperatures(rig, 480, 400, 400, 400)
        await rig.news()
        assert await temperatures(rig, 480, None, 400, 400) == []
        assert await temperatures(rig, 480, None, None, None) == ["held exh1.dev"]
        assert rig.engine.record("exh1.dev").state is AlarmState.ACTIVE
        assert await temperatures(rig, 480, 400, 400, 400) == ["released exh1.dev"]


async def test_a_pump_that_does_not_follow_its_command_in_time_is_an_alarm() -> None:
    async with running(following(delay_s=5.0)) as rig:
        assert await rig.feed(rig.sample("pump.cmd", 0), rig.sample("pump.run", 0)) == []
        assert await rig.feed(rig.sample("pump.cmd", 1)) == []
        assert await rig.wait(4) == []
        assert await rig.wait(1) == ["raised pump.mismatch"]
        assert rig.engine.record("pump.mismatch").value == 0, "the pump's own value, not the mismatch"
        assert await rig.feed(rig.sample("pump.run", 1)) == ["rectified pump.mismatch"]


async def test_a_command_that_is_followed_in_the_same_batch_is_no_mismatch() -> None:
    async with running(following()) as rig:
        await rig.feed(rig.sample("pump.cmd", 0), rig.sample("pump.run", 0))
        assert await rig.feed(rig.sample("pump.cmd", 1), rig.sample("pump.run", 1)) == []


async def test_a_mismatch_needs_both_to_be_known() -> None:
    async with running(following()) as rig:
        assert await rig.feed(rig.sample("pump.run", 1)) == []
        assert await rig.feed(rig.sample("pump.cmd", 0)) == ["raised pump.mismatch"]
        assert await rig.feed(rig.sample("pump.cmd", None, Quality.BAD_SENSOR_FAILURE)) == ["held pump.mismatch"]
        assert await rig.feed(rig.sample("pump.cmd", 1)) == ["released pump.mismatch", "rectified pump.mismatch"]


async def test_a_level_that_falls_too_fast_is_an_alarm_long_before_it_is_low() -> None:
    async with running(falling()) as rig:
        assert await level(rig, 80.0, 0.0, 120) == []
        assert await level(rig, 80.0, -1.5, 120) == ["raised sump.falling"]
        value = rig.engine.record("sump.falling").value
        assert isinstance(value, float)
        assert -1.2 < value < -1.0
        assert await level(rig, 77.0, 0.0, 120) == ["rectified sump.falling"]


async def test_a_level_that_was_lost_for_a_while_and_comes_back_lower_does_not_fall_fast() -> None:
    async with running(falling()) as rig:
        await level(rig, 80.0, 0.0, 120)
        await rig.feed(rig.sample("sump", None, Quality.BAD_NO_COMMUNICATION))
        rig.clock.advance(5)
        assert await level(rig, 40.0, 0.0, 120) == []


async def test_a_rate_does_not_count_what_was_before_it_was_enabled() -> None:
    async with running(falling(enable_when="transfer == 0")) as rig:
        await rig.feed(rig.sample("transfer", 1))
        await level(rig, 80.0, -20.0, 120)
        await rig.news()
        assert await rig.feed(rig.sample("transfer", 0), rig.sample("sump", 40.0)) == ["unsuppressed sump.falling"]
        rig.clock.advance(5)
        assert await level(rig, 40.0, 0.0, 120) == []
        assert await level(rig, 40.0, -1.5, 120) == ["raised sump.falling"]


async def test_a_deviation_that_wakes_judges_the_temperatures_of_now() -> None:
    async with running(deviating(enable_when="run == 1", enable_delay_s=10.0)) as rig:
        await rig.feed(rig.sample("run", 0))
        await temperatures(rig, 480, 400, 400, 400)
        await rig.news()
        assert await rig.feed(rig.sample("run", 1)) == []
        assert await temperatures(rig, 490, 400, 400, 400) == []
        assert await rig.wait(10) == ["unsuppressed exh1.dev", "raised exh1.dev"]
        assert rig.engine.record("exh1.dev").value == 67.5


async def test_a_lost_input_of_an_alarm_on_bad_quality_is_the_alarm() -> None:
    lost = an_alarm(
        "oil.sensor", measure=Measure.BAD_QUALITY, operator=Operator.EQUAL, limit=1.0, hysteresis=0.0, delay_s=3.0
    )
    async with running(an_alarm(), lost) as rig:
        assert await rig.oil(4.0) == []
        assert await rig.feed(rig.sample("me_p.lo_press", None, Quality.BAD_SENSOR_FAILURE)) == []
        assert await rig.wait(3) == ["raised oil.sensor"]
        assert await rig.oil(4.0) == ["rectified oil.sensor"]


@pytest.mark.parametrize(("mode", "told"), [(0, []), (1, []), (2, ["raised oil.low"])])
async def test_an_alarm_can_be_for_one_mode_of_the_vessel(mode: int, told: list[str]) -> None:
    harbour, manoeuvring, sea = 0, 1, 2
    assert (harbour, manoeuvring) == (0, 1)
    async with running(an_alarm("oil.low", enable_when=f"vessel.mode == {sea}")) as rig:
        await rig.feed(rig.sample("vessel.mode", mode))
        await rig.news()
        assert await rig.oil(1.0) == told
