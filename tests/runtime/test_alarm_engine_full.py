"""The engine with its real journal: latching, escalation, blocking, first-out, repeating, rights of stations."""

from dataclasses import replace

import pytest

from tests.support.alarm_engine import running
from tests.support.alarms import an_alarm
from vmshmi.core.alarms.model import AlarmState, BadInput, Category, Operator, Priority, TransitionKind, priority_of
from vmshmi.core.alarms.rules import AlarmRules, StationRights
from vmshmi.core.errors import CommandRefused
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId

LOW = an_alarm("low")
LATCHING = an_alarm("trip", latching=True, priority=Priority.ALARM)
ESCALATING = an_alarm("low", escalate_s=300.0)
ENGINE_ROOM = an_alarm("engine", category=Category.C, latching=True)
STATIONS = AlarmRules(
    stations={
        "bridge": StationRights(bridge=True, acknowledge_visible=True),
        "ecr": StationRights(acknowledge_visible=True),
        "cabin": StationRights(),
    }
)


async def refusal(answer: object) -> str:
    """The key of what was refused."""
    with pytest.raises(CommandRefused) as refused:
        await answer  # type: ignore[misc] # a coroutine of the engine
    return refused.value.reason


async def test_a_latched_alarm_stands_until_it_is_reset() -> None:
    async with running(LATCHING) as rig:
        await rig.oil(2.0)
        assert await refusal(rig.engine.reset("trip", "chief", "ecr")) == "still_active"
        await rig.oil(3.0)
        assert await refusal(rig.engine.reset("trip", "chief", "ecr")) == "not_acknowledged"
        await rig.engine.ack("trip", "chief", "ecr")
        assert (rig.engine.counts().latched, rig.engine.counts().standing, rig.engine.counts().sounding) == (1, 1, 0)
        assert await refusal(rig.engine.reset("trip", "", "ecr")) == "no_user"
        await rig.news()
        record = await rig.engine.reset("trip", "chief", "ecr")
        assert record.state is AlarmState.CLEARED
        assert await rig.news() == ["reset trip", "cleared trip"]
        assert await refusal(rig.engine.reset("trip", "chief", "ecr")) == "not_latched"
        assert await refusal(rig.engine.reset("nothing", "chief", "ecr")) == "unknown_alarm"
        await rig.engine.announced()
        rows = [row for row in await rig.engine.history() if row.kind is TransitionKind.REFUSED]
        assert [(row.reason, row.station) for row in reversed(rows)] == [
            ("still_active", "ecr"),
            ("not_acknowledged", "ecr"),
            ("no_user", "ecr"),
            ("not_latched", "ecr"),
            ("unknown_alarm", "ecr"),
        ]


async def test_a_warning_left_unanswered_goes_up_in_the_list_and_the_counts() -> None:
    caution = an_alarm("alarm", tag=TagId("cw"), priority=Priority.ALARM)
    async with running(ESCALATING, caution) as rig:
        await rig.oil(2.0)
        rig.clock.advance(1)
        await rig.feed(rig.sample("cw", 2.0))
        seen = rig.engine.record("low").occurrence
        assert [record.id for record in rig.engine.standing()] == ["alarm", "low"]
        assert await rig.wait(299) == ["escalated low", "raised low"]
        # both are alarms now, and the escalated one is the newer
        assert [record.id for record in rig.engine.standing()] == ["low", "alarm"]
        assert dict(rig.engine.counts().by_priority)[Priority.ALARM] == 2
        assert dict(rig.engine.counts().by_priority)[Priority.WARNING] == 0
        assert await refusal(rig.engine.ack("low", "chief", "ecr", seen)) == "stale_occurrence"
        await rig.engine.announced()
        rows = await rig.engine.history(limit=3)
        assert [(row.kind.value, row.priority) for row in rows] == [
            ("refused", Priority.ALARM),
            ("raised", Priority.ALARM),
            ("escalated", Priority.WARNING),
        ]


async def test_an_answered_alarm_asks_again_and_sounds_again() -> None:
    async with running(an_alarm("low", realarm_s=600.0)) as rig:
        await rig.oil(2.0)
        await rig.engine.ack("low", "chief", "ecr")
        await rig.news()
        assert rig.engine.counts().sounding == 0
        assert await rig.wait(600) == ["realarmed low"]
        assert rig.engine.counts().sounding == 1


async def test_an_off_delay_bridges_a_short_return() -> None:
    async with running(an_alarm("low", off_delay_s=5.0)) as rig:
        await rig.oil(2.0, 3.0)
        assert await rig.wait(4) == []
        await rig.oil(2.0, 3.0)
        assert await rig.wait(4.9) == []
        assert await rig.wait(0.1) == ["rectified low"]


async def test_a_lost_input_blocks_and_unblocks() -> None:
    async with running(an_alarm("low", on_bad=BadInput.BLOCK)) as rig:
        lost = rig.sample("me_p.lo_press", None, Quality.BAD_NO_COMMUNICATION)
        assert await rig.feed(lost) == ["blocked low"]
        assert [record.id for record in rig.engine.suppressed()] == ["low"]
        assert rig.engine.counts().by_design == 1
        assert await rig.feed(lost) == []
        assert await rig.oil(2.0) == ["unblocked low", "raised low"]


async def test_an_input_that_is_still_lost_when_the_alarm_wakes_blocks_again() -> None:
    async with running(an_alarm("low", on_bad=BadInput.BLOCK, enable_when="me_p.run == 1")) as rig:
        lost = rig.sample("me_p.lo_press", None, Quality.BAD_NO_COMMUNICATION)
        assert await rig.feed(rig.sample("me_p.run", 1), lost) == ["blocked low"]
        assert await rig.feed(rig.sample("me_p.run", 0)) == ["suppressed low"]
        assert await rig.feed(rig.sample("me_p.run", 1)) == ["unsuppressed low", "blocked low"]


async def test_the_first_of_a_group_is_marked_until_all_of_it_is_over() -> None:
    first = an_alarm("lo", first_out="trip")
    second = an_alarm("cw", tag=TagId("cw"), first_out="trip")
    other = an_alarm("other", tag=TagId("other"), first_out="another")
    async with running(first, second, other) as rig:
        await rig.feed(rig.sample("cw", 2.0), rig.sample("me_p.lo_press", 2.0), rig.sample("other", 2.0))
        assert {record.id for record in rig.engine.standing() if record.first_out} == {"cw", "other"}
        # the first one ends and comes again while the other stands: it is not the first any more
        rig.clock.advance(1)
        await rig.engine.ack("cw", "chief", "ecr")
        await rig.feed(rig.sample("cw", 3.0), rig.sample("cw", 2.0))
        assert not rig.engine.record("cw").first_out
        for alarm_id in ("cw", "lo"):
            await rig.engine.ack(alarm_id, "chief", "ecr")
        await rig.feed(rig.sample("cw", 3.0), rig.sample("me_p.lo_press", 3.0))
        await rig.oil(2.0)
        assert rig.engine.record("lo").first_out


async def test_what_is_shelved_or_only_repeating_does_not_hide_who_was_first() -> None:
    alarms = [an_alarm(tag, tag=TagId(tag), first_out="trip") for tag in ("shelved", "often", "cw")]
    async with running(*alarms, rules=AlarmRules(repeat_more_than=1)) as rig:
        await rig.feed(rig.sample("shelved", 2.0))
        await rig.feed(*(rig.sample("often", value) for value in (2.0, 3.0, 2.0, 3.0)))
        await rig.engine.ack("often", "chief", "ecr")
        assert rig.engine.record("often").stands
        await rig.engine.shelve("shelved", "chief", 10, "dirty", "ecr")
        await rig.feed(rig.sample("cw", 2.0))
        assert rig.engine.record("cw").first_out
        # back on the list it counts again
        await rig.engine.unshelve("shelved", "chief", "ecr")
        await rig.feed(rig.sample("cw", 3.0), rig.sample("cw", 2.0))
        assert not rig.engine.record("cw").first_out


async def test_what_is_raised_anew_before_its_answer_is_the_first_where_it_stands_alone() -> None:
    async with running(an_alarm("low", first_out="trip"), an_alarm("cw", tag=TagId("cw"), first_out="trip")) as rig:
        await rig.oil(2.0, 3.0, 2.0)
        assert rig.engine.record("low").first_out


async def test_an_alarm_that_comes_and_goes_cannot_be_answered_once_and_forgotten() -> None:
    async with running(LOW, rules=AlarmRules(repeat_more_than=2, repeat_window_s=3600.0)) as rig:
        for _ in range(3):
            await rig.oil(2.0, 3.0)
            rig.clock.advance(60)
        assert rig.engine.record("low").repeats == 3
        record = await rig.engine.ack("low", "chief", "ecr")
        assert (record.active, record.state) == (False, AlarmState.ACK)
        assert [standing.id for standing in rig.engine.standing()] == ["low"]
        await rig.news()
        assert await rig.wait(3600 - 180) == ["calmed low", "cleared low"]


async def test_category_c_is_followed_and_silenced_on_the_bridge_and_nothing_else() -> None:
    async with running(ENGINE_ROOM, rules=STATIONS) as rig:
        engine = rig.engine
        await rig.oil(2.0)
        before = engine.record("engine")
        assert await refusal(engine.ack("engine", "mate", "bridge")) == "category_c"
        assert await refusal(engine.reset("engine", "mate", "bridge")) == "category_c"
        assert await refusal(engine.shelve("engine", "mate", 10, "noisy", "bridge")) == "category_c"
        assert await refusal(engine.out_of_service("engine", "mate", "noisy", "bridge")) == "category_c"
        softer = replace(engine.definitions()["engine"], limit=1.0, revision=1)
        assert await refusal(engine.redefine(softer, "mate", "noisy", "bridge")) == "category_c"
        assert engine.definitions()["engine"].limit != 1.0
        assert engine.record("engine") == before
        assert await engine.silence("mate", "bridge") == 1
        rows = [row for row in await engine.history() if row.kind is TransitionKind.REFUSED]
        assert {(row.reason, row.user, row.station) for row in rows} == {("category_c", "mate", "bridge")}
        assert len(rows) == 5
        # who does not say from where may be the bridge; the engine room may
        assert await refusal(engine.ack("engine", "second", "workshop")) == "category_c"
        assert await refusal(engine.ack("engine", "second")) == "category_c"
        await engine.shelve("engine", "second", 10, "noisy", "ecr")
        await engine.unshelve("engine", "mate", "bridge")
        assert (await engine.ack("engine", "second", "cabin")).acked_station == "cabin"


async def test_without_a_bridge_every_place_answers_category_c() -> None:
    rules = AlarmRules(stations={"ecr": StationRights()})
    async with running(ENGINE_ROOM, rules=rules) as rig:
        await rig.oil(2.0)
        assert (await rig.engine.ack("engine", "second")).acknowledged


async def test_categories_a_and_b_are_answered_on_the_bridge() -> None:
    alarms = [an_alarm(category.value, category=category) for category in (Category.A, Category.B)]
    async with running(*alarms, rules=STATIONS) as rig:
        await rig.oil(2.0)
        for alarm in alarms:
            assert (await rig.engine.ack(alarm.id, "mate", "bridge")).acknowledged


async def test_all_that_is_visible_is_acknowledged_where_the_station_may() -> None:
    hot = an_alarm("hot", tag=TagId("cw"), operator=Operator.GREATER, limit=95.0)
    unseen = an_alarm("unseen", tag=TagId("fuel"))
    async with running(LOW, hot, unseen, rules=STATIONS) as rig:
        await rig.feed(rig.sample("me_p.lo_press", 2.0), rig.sample("cw", 99.0), rig.sample("fuel", 2.0))
        seen = [(alarm_id, rig.engine.record(alarm_id).occurrence) for alarm_id in ("low", "hot")]
        for station in ("bridge", "cabin", None, "workshop"):
            assert await refusal(rig.engine.acknowledge_visible(seen, "chief", station)) == "not_allowed_here"
        assert await refusal(rig.engine.acknowledge_visible(seen, " ", "ecr")) == "no_user"
        await rig.news()
        assert await rig.engine.acknowledge_visible(seen, "chief", "ecr") == 2
        assert await rig.news() == ["acknowledged low", "acknowledged hot"]
        assert rig.engine.record("hot").acked_station == "ecr"
        assert not rig.engine.record("unseen").acknowledged
        await rig.engine.announced()
        rows = [row for row in await rig.engine.history() if row.kind is TransitionKind.REFUSED]
        assert [row.reason for row in reversed(rows)] == ["not_allowed_here"] * 4 + ["no_user"]
        assert {row.record.id for row in rows} == {""}


async def test_what_has_changed_since_it_was_visible_is_left_as_it_is() -> None:
    async with running(LOW, rules=STATIONS) as rig:
        await rig.oil(2.0)
        seen = [("low", rig.engine.record("low").occurrence), ("gone", 1)]
        rig.clock.advance(1)
        await rig.oil(3.0, 2.0)
        assert await rig.engine.acknowledge_visible(seen, "chief", "ecr") == 0
        assert rig.engine.record("low").state is AlarmState.ACTIVE
        await rig.engine.announced()
        rows = [row for row in await rig.engine.history() if row.kind is TransitionKind.REFUSED]
        assert [row.reason for row in reversed(rows)] == ["stale_occurrence", "unknown_alarm"]


async def test_a_changed_limit_is_held_against_the_present_value_at_once() -> None:
    async with running(LOW) as rig:
        await rig.oil(2.7)
        record = await rig.engine.redefine(replace(LOW, limit=2.8, revision=1), "chief", "new oil", "ecr")
        assert record.state is AlarmState.ACTIVE
        assert await rig.news() == ["revised low", "raised low"]
        revised = next(row for row in await rig.engine.history() if row.kind is TransitionKind.REVISED)
        assert (revised.user, revised.station, revised.reason) == ("chief", "ecr", "new oil")
        assert rig.engine.definitions()["low"].limit == 2.8


async def test_a_changed_limit_ends_an_alarm_that_is_beyond_it_and_not_its_question() -> None:
    async with running(LOW) as rig:
        await rig.oil(2.0)
        await rig.engine.redefine(replace(LOW, limit=1.5), "chief", "new oil", "ecr")
        assert await rig.news() == ["revised low", "rectified low"]
        assert rig.engine.record("low").is_unanswered


async def test_a_changed_limit_loses_no_fact() -> None:
    async with running(LOW) as rig:
        await rig.oil(2.0)
        await rig.engine.ack("low", "chief", "ecr")
        await rig.engine.shelve("low", "chief", 10, "dirty", "ecr")
        before = rig.engine.record("low")
        # 2.0 is above the new limit and inside its hysteresis: active stays active
        assert await rig.engine.redefine(replace(LOW, limit=1.9), "chief", "new oil", "ecr") == before
        assert rig.engine.record("low") == before
        assert await rig.oil(2.3) == ["acknowledged low", "shelved low", "revised low", "cleared low"]


async def test_a_changed_delay_begins_anew() -> None:
    async with running(an_alarm("low", delay_s=10.0)) as rig:
        await rig.oil(2.0)
        rig.clock.advance(9)
        await rig.engine.redefine(an_alarm("low", delay_s=4.0), "chief", "too slow", "ecr")
        await rig.news()
        assert await rig.wait(3.9) == []
        assert await rig.wait(0.1) == ["raised low"]


async def test_only_numbers_of_a_definition_can_be_changed_and_with_a_reason() -> None:
    async with running(LOW) as rig:
        redefine = rig.engine.redefine
        assert await refusal(redefine(replace(LOW, priority=Priority.CAUTION), "chief", "x", "ecr")) == "not_revisable"
        assert await refusal(redefine(replace(LOW, tag=TagId("other")), "chief", "x", "ecr")) == "not_revisable"
        assert await refusal(redefine(replace(LOW, limit=1.0), "chief", " ", "ecr")) == "no_reason"
        assert await refusal(redefine(an_alarm("unknown"), "chief", "x", "ecr")) == "unknown_alarm"
        assert rig.engine.definitions()["low"] == LOW


async def test_an_emergency_alarm_outranks_what_has_escalated() -> None:
    emergency = an_alarm("fire", tag=TagId("fire"), priority=Priority.EMERGENCY_ALARM)
    async with running(ESCALATING, emergency) as rig:
        await rig.feed(rig.sample("me_p.lo_press", 2.0), rig.sample("fire", 2.0))
        await rig.wait(300)
        standing = rig.engine.standing()
        assert [record.id for record in standing] == ["fire", "low"]
        assert priority_of(ESCALATING, standing[1]) is Priority.ALARM
