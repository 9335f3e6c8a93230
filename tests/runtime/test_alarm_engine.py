"""The engine from sample to announcement, with its real journal."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.alarm_engine import running, words
from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from vmshmi.core.alarms.model import AlarmState, AlarmTransition, Operator, Priority, Suppression
from vmshmi.core.errors import CommandRefused, ConfigurationError
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId
from vmshmi.runtime.alarm_engine import AlarmEngine
from vmshmi.runtime.storage.alarm_journal import AlarmJournal

LOW = an_alarm("low")
VERY_LOW = an_alarm("very low", limit=1.5, priority=Priority.ALARM)
TEMPERATURE = an_alarm("hot", tag=TagId("me_p.cw_temp"), operator=Operator.GREATER, limit=95.0)
RUNNING = an_alarm("low", enable_when="me_p.run == 1")


async def test_one_alarm_from_its_raising_to_its_end() -> None:
    async with running(LOW) as rig:
        assert await rig.oil(4.0) == []
        assert await rig.oil(2.4) == ["raised low"]
        record = await rig.engine.ack("low", "chief", "ecr")
        assert (record.state, record.acked_by, record.acked_station) == (AlarmState.ACK, "chief", "ecr")
        assert await rig.oil(2.6) == ["acknowledged low"]
        assert await rig.oil(2.8) == ["cleared low"]
        assert rig.engine.standing() == []


async def test_fifty_jumps_within_the_hysteresis_are_one_alarm() -> None:
    async with running(LOW) as rig:
        assert await rig.oil(*([2.4, 2.7] * 50)) == ["raised low"]


async def test_several_limits_of_one_tag_are_alarms_of_their_own() -> None:
    async with running(LOW, VERY_LOW) as rig:
        assert await rig.oil(2.0) == ["raised low"]
        assert await rig.oil(1.0) == ["raised very low"]
        assert await rig.oil(2.0) == ["rectified very low"]


async def test_samples_of_tags_without_an_alarm_are_nobodys_business() -> None:
    async with running(LOW) as rig:
        assert await rig.feed(rig.sample("fuel.level", -1.0), rig.sample("me_p.lo_press", 1.0)) == ["raised low"]


async def test_every_sample_of_a_batch_is_judged_in_order() -> None:
    async with running(LOW) as rig:
        batch = [rig.sample("me_p.lo_press", value) for value in (2.0, 3.0, 2.0)]
        assert await rig.feed(*batch) == ["raised low", "rectified low", "raised low"]


async def test_a_lost_sensor_holds_a_standing_alarm() -> None:
    async with running(LOW) as rig:
        await rig.oil(2.0)
        lost = rig.sample("me_p.lo_press", None, Quality.BAD_NO_COMMUNICATION)
        assert await rig.feed(lost) == ["held low"]
        assert rig.engine.record("low").held
        assert await rig.feed(lost, lost) == []
        assert await rig.oil(3.0) == ["released low", "rectified low"]


async def test_a_delay_is_measured_on_the_monotonic_clock() -> None:
    async with running(an_alarm("low", delay_s=4)) as rig:
        assert await rig.oil(2.0) == []
        rig.clock.step_wall(3600)
        assert await rig.wait(3.9) == []
        assert await rig.wait(0.1) == ["raised low"]


async def test_the_hysteresis_does_not_bridge_a_break_within_the_delay() -> None:
    async with running(an_alarm("low", delay_s=4)) as rig:
        await rig.oil(2.0, 2.6, 2.0)
        rig.clock.advance(2)
        await rig.oil(2.6)
        assert await rig.wait(2) == []


async def test_a_delay_that_began_anew_ends_in_its_own_time() -> None:
    async with running(an_alarm("low", delay_s=4)) as rig:
        await rig.oil(2.0)
        rig.clock.advance(2)
        await rig.oil(3.0, 2.0)
        assert await rig.wait(2) == []
        assert await rig.wait(1.9) == []
        assert await rig.wait(0.1) == ["raised low"]


async def test_a_delay_that_begins_again_and_again_does_not_fill_the_queue_of_moments() -> None:
    async with running(an_alarm("low", delay_s=4)) as rig:
        await rig.engine.shelve("low", "chief", 600, "dirty sensor")
        await rig.news()
        for _ in range(1000):
            rig.clock.advance(0.1)
            await rig.oil(2.0, 3.0)
        assert len(rig.engine._watch._due) < 5
        assert await rig.wait(36_000) == ["unshelved low"]


async def test_an_alarm_is_watched_only_while_its_enable_when_holds() -> None:
    async with running(RUNNING) as rig:
        assert await rig.feed(rig.sample("me_p.run", 0), rig.sample("me_p.lo_press", 0.0)) == ["suppressed low"]
        assert [record.suppression for record in rig.engine.suppressed()] == [Suppression.SUPPRESSED_BY_DESIGN]
        # it wakes to the present sample, without waiting for the next one
        assert await rig.feed(rig.sample("me_p.run", 1)) == ["unsuppressed low", "raised low"]


@pytest.mark.parametrize("order", [1, -1])
async def test_the_enabling_sample_of_a_batch_counts_first_wherever_it_stands(order: int) -> None:
    async with running(RUNNING) as rig:
        await rig.feed(rig.sample("me_p.run", 1), rig.sample("me_p.lo_press", 4.0))
        stopped = [rig.sample("me_p.run", 0), rig.sample("me_p.lo_press", 0.0)][::order]
        assert await rig.feed(*stopped) == ["suppressed low"]
        started = [rig.sample("me_p.run", 1), rig.sample("me_p.lo_press", 4.0)][::order]
        assert await rig.feed(*started) == ["unsuppressed low"]


async def test_a_lost_enabling_tag_changes_nothing() -> None:
    async with running(RUNNING) as rig:
        await rig.feed(rig.sample("me_p.run", 1), rig.sample("me_p.lo_press", 4.0))
        assert await rig.feed(rig.sample("me_p.run", None, Quality.BAD_NO_COMMUNICATION)) == []
        assert await rig.feed(rig.sample("me_p.run", 0, Quality.UNCERTAIN_LAST_USABLE_VALUE)) == []
        assert await rig.oil(2.0) == ["raised low"]


async def test_the_enable_delay_lets_an_engine_build_its_pressure() -> None:
    async with running(an_alarm("low", enable_when="me_p.run == 1", enable_delay_s=30)) as rig:
        await rig.feed(rig.sample("me_p.run", 0), rig.sample("me_p.lo_press", 0.0))
        await rig.feed(rig.sample("me_p.run", 1))
        assert await rig.wait(29) == []
        assert await rig.wait(1) == ["unsuppressed low", "raised low"]


async def test_an_enable_when_without_tags_is_judged_at_the_start() -> None:
    async with running(an_alarm("low", enable_when="1 == 0")) as rig:
        assert await rig.news() == ["suppressed low"]


async def test_what_is_known_before_the_start_is_judged_at_the_start() -> None:
    clock = FakeClock()
    engine = AlarmEngine([LOW], clock, AlarmJournal(None, clock))
    async with running(LOW) as other:
        engine.on_samples([other.sample("me_p.lo_press", 2.0)])
    await engine.start()
    await engine.announced()
    assert [record.id for record in engine.standing()] == ["low"]
    await engine.stop()


async def test_a_transition_is_durable_before_it_is_announced(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    on_disk: list[str] = []

    def look(transitions: object) -> None:
        with closing(sqlite3.connect(path)) as other:
            on_disk[:] = [row[0] for row in other.execute("SELECT kind FROM journal ORDER BY id")]

    async with running(LOW, path=path) as rig:
        rig.engine.subscribe(look)
        await rig.oil(2.0)
        assert on_disk == ["started", "raised"]
        await rig.engine.ack("low", "chief")
        assert on_disk == ["started", "raised", "acknowledged"]


async def test_what_is_shown_is_what_was_announced() -> None:
    async with running(LOW) as rig:
        rig.engine.on_samples([rig.sample("me_p.lo_press", 2.0)])
        assert rig.engine.standing() == []
        await rig.engine.announced()
        assert [record.id for record in rig.engine.standing()] == ["low"]


async def test_the_list_is_ordered_by_priority_then_unanswered_then_newest() -> None:
    alarms = [
        an_alarm("old warning"),
        an_alarm("new warning", limit=2.0),
        an_alarm("answered alarm", priority=Priority.ALARM),
        an_alarm("alarm", limit=1.0, priority=Priority.ALARM),
        an_alarm("caution", priority=Priority.CAUTION),
        an_alarm("fire", priority=Priority.EMERGENCY_ALARM),
    ]
    async with running(*alarms) as rig:
        await rig.oil(2.4)
        await rig.engine.ack("answered alarm", "chief")
        rig.clock.advance(1)
        await rig.oil(0.5)
        assert [record.id for record in rig.engine.standing()] == [
            "fire", "alarm", "answered alarm", "new warning", "old warning", "caution",
        ]  # fmt: skip


async def test_the_counts_say_what_the_top_bar_shows() -> None:
    fire = an_alarm("fire", priority=Priority.EMERGENCY_ALARM)
    async with running(LOW, VERY_LOW, fire, an_alarm("shelved")) as rig:
        await rig.engine.shelve("shelved", "chief", 10, "dirty sensor")
        await rig.oil(1.0)
        await rig.engine.ack("low", "chief")
        counts = rig.engine.counts()
        assert (counts.standing, counts.unanswered, counts.sounding, counts.shelved) == (4, 1, 2, 1)
        assert [(priority.value, n) for priority, n in counts.by_priority] == [
            ("emergency_alarm", 1), ("alarm", 1), ("warning", 0), ("caution", 0),
        ]  # fmt: skip


async def test_silence_lets_all_sound_rest_for_30_s_and_answers_nothing() -> None:
    async with running(LOW, VERY_LOW) as rig:
        await rig.oil(1.0)
        assert await rig.engine.silence("mate", "bridge") == 2
        assert sorted(await rig.news()) == ["silenced low", "silenced very low"]
        assert rig.engine.counts().sounding == 0
        assert rig.engine.counts().unanswered == 2
        assert await rig.engine.silence("mate", "bridge") == 0
        assert await rig.wait(29.9) == []
        assert sorted(await rig.wait(0.1)) == ["unsilenced low", "unsilenced very low"]


async def test_a_new_alarm_sounds_while_others_are_silenced() -> None:
    async with running(LOW, VERY_LOW) as rig:
        await rig.oil(2.0)
        await rig.engine.silence("mate")
        await rig.oil(1.0)
        assert rig.engine.counts().sounding == 1


async def test_refusals_give_their_reason_and_are_in_the_journal_with_the_name() -> None:
    caution = an_alarm("caution", priority=Priority.CAUTION)
    async with running(LOW, caution) as rig:
        await rig.oil(2.0)
        seen = rig.engine.record("low").occurrence
        await rig.engine.ack("low", "chief", occurrence=seen)
        attempts = [("low", seen), ("low", seen - 1), ("caution", None), ("nothing", None)]
        reasons: list[str] = []
        for alarm_id, occurrence in attempts:
            with pytest.raises(CommandRefused) as refused:
                await rig.engine.ack(alarm_id, "mate", "bridge", occurrence)
            reasons.append(refused.value.reason)
        assert reasons == ["already_acknowledged", "stale_occurrence", "not_acknowledgeable", "unknown_alarm"]
        await rig.engine.announced()
        rows = [row for row in await rig.engine.history() if row.kind.value == "refused"]
        assert [(row.reason, row.user, row.station) for row in reversed(rows)] == [
            (reason, "mate", "bridge") for reason in reasons
        ]
        assert "refused" not in " ".join(await rig.news())


async def test_an_acknowledgement_names_what_was_seen_and_not_what_came_since() -> None:
    async with running(LOW) as rig:
        await rig.oil(2.0)
        seen = rig.engine.record("low").occurrence
        rig.clock.advance(1)
        await rig.oil(3.0, 2.0)
        with pytest.raises(CommandRefused) as refused:
            await rig.engine.ack("low", "chief", occurrence=seen)
        assert refused.value.reason == "stale_occurrence"
        assert rig.engine.record("low").state is AlarmState.ACTIVE


async def test_shelving_is_limited_in_time_and_ends_by_itself() -> None:
    async with running(LOW) as rig:
        for minutes in (0, -1, 721, float("nan")):
            with pytest.raises(CommandRefused) as refused:
                await rig.engine.shelve("low", "chief", minutes, "dirty sensor")
            assert refused.value.reason == "bad_minutes"
        await rig.engine.shelve("low", "chief", 10, "dirty sensor", "ecr")
        assert await rig.oil(2.0) == ["shelved low", "raised low"]
        assert rig.engine.counts().unanswered == 0
        assert await rig.wait(600) == ["unshelved low"]
        assert rig.engine.counts().unanswered == 1


async def test_out_of_service_lasts_until_a_person_ends_it() -> None:
    async with running(LOW) as rig:
        await rig.engine.out_of_service("low", "chief", "pump dismantled", "ecr")
        await rig.wait(86_400 * 30)
        (record,) = rig.engine.suppressed()
        assert record.out_of_service is not None
        assert (record.out_of_service.user, record.out_of_service.reason) == ("chief", "pump dismantled")
        back = await rig.engine.in_service("low", "mate", "bridge")
        assert back.suppression is None
        with pytest.raises(CommandRefused):
            await rig.engine.in_service("low", "mate")


async def test_unshelving_needs_a_shelved_alarm() -> None:
    async with running(LOW) as rig:
        await rig.engine.shelve("low", "chief", 10, "dirty sensor")
        assert (await rig.engine.unshelve("low", "mate")).shelved is None
        with pytest.raises(CommandRefused):
            await rig.engine.unshelve("low", "mate")


async def test_a_broken_listener_keeps_no_alarm_from_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async with running(LOW) as rig:
        heard: list[AlarmTransition] = []

        def broken(transitions: object) -> None:
            raise RuntimeError("broken screen")

        end_broken = rig.engine.subscribe(broken)
        rig.engine.subscribe(heard.extend)
        assert await rig.oil(2.0) == ["raised low"]
        assert words(heard) == ["raised low"]
        assert "a listener of the alarms failed" in caplog.text
        end_broken()


async def test_a_listener_that_ended_hears_nothing_more() -> None:
    async with running(LOW) as rig:
        heard: list[AlarmTransition] = []
        end = rig.engine.subscribe(heard.extend)
        end()
        end()
        await rig.oil(2.0)
        assert heard == []


def test_two_alarms_of_one_id_and_an_unreadable_enable_when_are_found_together() -> None:
    alarms = [LOW, LOW, an_alarm("x", enable_when="me_p.run ==")]
    with pytest.raises(ConfigurationError) as refused:
        AlarmEngine(alarms, FakeClock(), AlarmJournal(None))
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["alarms.low", "alarms.x.enable_when"]


async def test_system_alarms_are_added_before_the_start_only() -> None:
    clock = FakeClock()
    engine = AlarmEngine([LOW], clock, AlarmJournal(None, clock))
    engine.add_definitions([TEMPERATURE])
    assert set(engine.definitions()) == {"low", "hot"}
    assert engine.record("hot").state is AlarmState.CLEARED
    await engine.start()
    with pytest.raises(RuntimeError):
        engine.add_definitions([VERY_LOW])
    await engine.stop()


async def test_nobody_can_act_on_an_engine_that_does_not_run() -> None:
    engine = AlarmEngine([LOW], FakeClock(), AlarmJournal(None))
    with pytest.raises(CommandRefused) as refused:
        await engine.ack("low", "chief")
    assert refused.value.reason == "not_running"
    await engine.stop()
