"""The gateway's promises, on a device that does what the test says."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.commands import CHIEF, PUMP, READ_ONLY, RUN, SPEED, Bench, FakeDevice, a_bench, raising
from vmshmi.core.access import Role
from vmshmi.core.commands import CommandOutcome, CommandRule, Permissive
from vmshmi.core.errors import CommandRefused, StorageError
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagId
from vmshmi.runtime.access import Claim
from vmshmi.runtime.commands.gateway import MAX_REFUSALS, REFUSALS_S
from vmshmi.runtime.drivers.driver import WriteFailed, WriteRefused, WriteUnknown
from vmshmi.runtime.storage.audit_log import AuditLog

PATIENT = CommandRule(timeout_s=10.0)
AT_ONCE = CommandRule(timeout_s=0.02)
STARTED = CommandRule(timeout_s=10.0, feedback_tag=RUN, feedback=((True, (1,)), (False, (0,))))


async def refused(bench: Bench, value: Scalar, tag_id: TagId = PUMP, claim: Claim = CHIEF) -> str:
    """The reason; nothing may have been sent, and the log must tell."""
    report = await bench.write(value, tag_id, claim)
    assert report.outcome is CommandOutcome.REFUSED
    assert report.message
    assert bench.device.wire == []
    assert (await bench.kinds())[-1] == "ended refused"
    return report.reason


class TestSuccessMeansReadBack:
    async def test_a_younger_sample_confirms(self) -> None:
        async with a_bench(PATIENT) as bench:
            bench.sample(PUMP, False)
            command = bench.write(True)
            await bench.taken()
            bench.sample(PUMP, True)
            report = await command
        assert report.outcome is CommandOutcome.CONFIRMED
        assert (report.before, report.seen, report.reason) == (False, True, "")
        assert [stage.value for stage, _ in report.stages] == ["intent", "taken", "ended"]
        assert bench.device.wire == [(PUMP, True)]

    async def test_a_device_that_takes_it_and_does_nothing_times_out(self) -> None:
        async with a_bench(AT_ONCE) as bench:
            bench.sample(PUMP, False)
            command = bench.write(True)
            await bench.taken()
            bench.sample(PUMP, False)
            report = await command
        assert report.outcome is CommandOutcome.TIMED_OUT
        assert report.reason == "no_effect"

    @pytest.mark.parametrize("age_s", [0.0, 0.001, 3600.0])
    async def test_a_value_that_is_not_stamped_after_the_command_shows_nothing(self, age_s: float) -> None:
        async with a_bench(AT_ONCE) as bench:
            bench.sample(PUMP, False)
            command = bench.write(True)
            await bench.taken()
            bench.old_sample(PUMP, True, age_s)
            report = await command
        assert report.outcome is CommandOutcome.UNKNOWN

    async def test_a_value_that_came_before_the_device_had_taken_it_shows_nothing(self) -> None:
        async with a_bench(AT_ONCE) as bench:
            bench.sample(PUMP, False)

            async def answer() -> None:
                bench.sample(PUMP, True)

            bench.device.answer = answer
            report = await bench.write(True)
        assert report.outcome is CommandOutcome.UNKNOWN
        assert report.seen is None

    async def test_an_uncertain_or_bad_value_shows_nothing(self) -> None:
        async with a_bench(AT_ONCE) as bench:
            bench.sample(PUMP, False)
            command = bench.write(True)
            await bench.taken()
            bench.sample(PUMP, True, Quality.UNCERTAIN)
            bench.sample(PUMP, None, Quality.BAD_NO_COMMUNICATION)
            report = await command
        assert report.outcome is CommandOutcome.UNKNOWN
        assert report.reason == "not_seen"

    async def test_the_feedback_tag_confirms_and_the_tag_itself_does_not(self) -> None:
        async with a_bench(replace(STARTED, timeout_s=0.02)) as bench:
            bench.sample(RUN, 0)
            command = bench.write(True)
            await bench.taken()
            bench.sample(PUMP, True)
            assert (await command).outcome is CommandOutcome.UNKNOWN
        async with a_bench(STARTED) as bench:
            bench.sample(RUN, 0)
            command = bench.write(True)
            await bench.taken()
            bench.sample(RUN, 1)
            assert (await command).outcome is CommandOutcome.CONFIRMED

    async def test_a_set_point_may_be_off_by_its_tolerance(self) -> None:
        for seen, outcome in ((1234.5, CommandOutcome.CONFIRMED), (1235.1, CommandOutcome.TIMED_OUT)):
            async with a_bench(CommandRule(timeout_s=0.05, tolerance=0.5)) as bench:
                bench.sample(SPEED, 0.0)
                command = bench.write(1234.0, SPEED)
                await bench.taken()
                bench.sample(SPEED, seen)
                assert (await command).outcome is outcome


class TestWhatTheDriverSays:
    @pytest.mark.parametrize(
        ("error", "outcome", "reason"),
        [
            (WriteRefused("is not online"), CommandOutcome.REFUSED, "device"),
            (WriteFailed("exception 2"), CommandOutcome.FAILED, "device_refused"),
            (WriteUnknown("no answer"), CommandOutcome.UNKNOWN, "no_answer"),
            (RuntimeError("a defect"), CommandOutcome.UNKNOWN, "internal"),
        ],
    )
    async def test_becomes_the_outcome(self, error: Exception, outcome: CommandOutcome, reason: str) -> None:
        async with a_bench(PATIENT) as bench:
            bench.device.answer = raising(error)
            report = await bench.write(True)
            kinds = await bench.kinds()
        assert (report.outcome, report.reason) == (outcome, reason)
        assert str(error) in report.message
        assert kinds == ["intent", f"ended {outcome.value}"]
        assert len(bench.device.wire) == 1


class TestTheAuditIntentIsDurableBeforeTheWire:
    async def test_it_is_in_the_log_when_the_driver_is_called(self) -> None:
        async with a_bench(AT_ONCE) as bench:
            seen: list[list[str]] = []

            async def answer() -> None:
                seen.append(await bench.kinds())

            bench.device.answer = answer
            await bench.write(True)
        assert seen == [["intent"]]

    async def test_nothing_is_sent_that_cannot_be_written_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with a_bench(PATIENT) as bench:

            async def full(*entries: object) -> None:
                raise StorageError("disk is full")

            monkeypatch.setattr(bench.audit, "append", full)
            assert await refused(bench, True) == "audit"


class TestWhoAndFromWhere:
    async def test_a_viewer_is_refused(self) -> None:
        async with a_bench(PATIENT) as bench:
            assert await refused(bench, True, claim=Claim("Viewer", here=True)) == "role"

    async def test_a_tag_for_engineers_refuses_operators(self) -> None:
        async with a_bench(replace(AT_ONCE, role=Role.ENGINEER)) as bench:
            assert await refused(bench, True) == "role"
            assert (await bench.write(True, claim=Claim("Engineer", here=True))).outcome is CommandOutcome.UNKNOWN

    async def test_a_station_without_command_is_refused(self) -> None:
        async with a_bench(PATIENT) as bench:
            for station, reason in (("bridge", "station"), ("bar", "unknown_station")):
                report = await bench.gateway.write(PUMP, True, CHIEF, station)
                assert (report.outcome, report.reason) == (CommandOutcome.REFUSED, reason)
        assert bench.device.wire == []

    async def test_who_may_not_be_known_is_a_refusal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with a_bench(PATIENT) as bench:

            async def ended(claim: Claim) -> None:
                raise CommandRefused("session_ended", "log in again")

            monkeypatch.setattr(bench.gateway, "_identify", ended)
            assert await refused(bench, True) == "session_ended"
            assert (await bench.audit.entries())[0].user == "Chief"


class TestWhatMayBeAsked:
    async def test_a_tag_that_is_not_writable(self) -> None:
        async with a_bench() as bench:
            assert await refused(bench, 1.0, READ_ONLY) == "not_writable"
            assert await refused(bench, 1.0, TagId("no.such")) == "unknown_tag"

    @pytest.mark.parametrize("value", ["on", 2, -1, 0.5, float("nan"), float("inf"), 10**400])
    async def test_a_value_of_another_kind(self, value: Scalar) -> None:
        async with a_bench() as bench:
            assert await refused(bench, value) == "bad_value"

    @pytest.mark.parametrize("value", [True, "12", float("nan"), float("-inf"), 10**400])
    async def test_a_set_point_that_is_no_number(self, value: Scalar) -> None:
        async with a_bench() as bench:
            assert await refused(bench, value, SPEED) == "bad_value"

    async def test_the_range_and_the_values_there_are(self) -> None:
        async with a_bench(CommandRule(range_min=600, range_max=1800)) as bench:
            assert await refused(bench, 599.9, SPEED) == "out_of_range"
            assert await refused(bench, 1800.1, SPEED) == "out_of_range"
        async with a_bench(CommandRule(allowed=(750, 1500))) as bench:
            assert await refused(bench, 751, SPEED) == "not_allowed"

    async def test_what_is_so_already(self) -> None:
        async with a_bench(STARTED) as bench:
            bench.sample(RUN, 1)
            report = await bench.write(True)
            assert (report.outcome, report.reason) == (CommandOutcome.REFUSED, "already")
            assert "Running already" in report.message


class TestAnOrderThatStandsOtherwise:
    """The pump was ordered to run and has not followed: the order must be taken back although it does not run."""

    async def test_is_taken_back_and_read_back_itself(self) -> None:
        async with a_bench(replace(STARTED, timeout_s=0.05)) as bench:
            bench.sample(PUMP, True)
            bench.sample(RUN, 0)
            command = bench.write(False)
            await bench.taken()
            bench.sample(RUN, 0)
            assert (await command).outcome is CommandOutcome.UNKNOWN
        async with a_bench(STARTED) as bench:
            bench.sample(PUMP, True)
            bench.sample(RUN, 0)
            command = bench.write(False)
            await bench.taken()
            bench.sample(PUMP, False)
            assert (await command).outcome is CommandOutcome.CONFIRMED

    async def test_a_register_of_momentary_commands_holds_no_order(self) -> None:
        rule = CommandRule(feedback_tag=RUN, feedback=((35701.0, (0,)), (35705.0, (1,))))
        async with a_bench(rule) as bench:
            bench.sample(SPEED, 0)
            bench.sample(RUN, 1)
            assert await refused(bench, 35705, SPEED) == "already"


async def test_a_flood_of_refusals_is_counted_and_does_not_fill_the_log() -> None:
    async with a_bench() as bench:
        for _ in range(MAX_REFUSALS + 37):
            assert (await bench.write(1, claim=Claim("Viewer"))).reason == "role"
        assert len(await bench.audit.entries()) == MAX_REFUSALS
        bench.clock.advance(REFUSALS_S)
        assert (await bench.write(1, claim=Claim("Viewer"))).reason == "role"
        assert (await bench.audit.entries())[0].reason.endswith("(37 refused before are not listed)")


class TestPermissive:
    RULE = replace(AT_ONCE, permissive=Permissive(f"{RUN} == 0", "the pump is stopped"))

    async def test_true_permits(self) -> None:
        async with a_bench(self.RULE) as bench:
            bench.sample(RUN, 0)
            assert (await bench.write(True)).outcome is CommandOutcome.UNKNOWN
            assert len(bench.device.wire) == 1

    async def test_false_refuses_with_its_text(self) -> None:
        async with a_bench(self.RULE) as bench:
            bench.sample(RUN, 1)
            assert await refused(bench, True) == "not_permitted"
            refusal = await bench.gateway.may(PUMP, CHIEF, "ecr")
            assert refusal is not None
            assert "the pump is stopped" in refusal.message

    @pytest.mark.parametrize("quality", [Quality.BAD_NO_COMMUNICATION, Quality.UNCERTAIN_LAST_USABLE_VALUE])
    async def test_unknown_permits_nothing(self, quality: Quality) -> None:
        async with a_bench(self.RULE) as bench:
            bench.sample(RUN, 0)
            bench.sample(RUN, 0, quality)
            assert await refused(bench, True) == "permissive_unknown"

    async def test_it_is_looked_at_again_when_the_intent_is_durable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with a_bench(self.RULE) as bench:
            bench.sample(RUN, 0)
            write_down = bench.audit.append

            async def slowly(*entries: object) -> None:
                await write_down(*entries)  # type: ignore[arg-type]
                bench.sample(RUN, 1)

            monkeypatch.setattr(bench.audit, "append", slowly)
            assert await refused(bench, True) == "not_permitted"


class TestDeadline:
    async def test_nothing_is_sent_after_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with a_bench(CommandRule(deadline_s=2.0)) as bench:
            write_down = bench.audit.append

            async def slowly(*entries: object) -> None:
                await write_down(*entries)  # type: ignore[arg-type]
                bench.clock.advance(2.0)

            monkeypatch.setattr(bench.audit, "append", slowly)
            assert await refused(bench, True) == "too_late"


class TestSelectBeforeOperate:
    RULE = replace(AT_ONCE, select_first=True)

    async def test_without_a_selection_it_is_refused(self) -> None:
        async with a_bench(self.RULE) as bench:
            assert await refused(bench, True) == "not_selected"

    async def test_a_selection_is_good_for_one_operation(self) -> None:
        async with a_bench(self.RULE) as bench:
            await bench.gateway.select(PUMP, CHIEF, "ecr")
            assert (await bench.write(True)).outcome is CommandOutcome.UNKNOWN
            assert (await bench.write(True)).reason == "not_selected"
            assert len(bench.device.wire) == 1
            assert (await bench.kinds())[0] == "selected"

    async def test_it_is_over_after_ten_seconds(self) -> None:
        async with a_bench(self.RULE) as bench:
            until = await bench.gateway.select(PUMP, CHIEF, "ecr")
            assert (until - bench.clock.now()).total_seconds() == 10.0
            bench.clock.advance(10.0)
            assert await refused(bench, True) == "not_selected"

    async def test_a_second_person_is_refused_meanwhile(self) -> None:
        second = Claim("Second", here=True)
        async with a_bench(self.RULE) as bench:
            await bench.gateway.select(PUMP, CHIEF, "ecr")
            with pytest.raises(CommandRefused) as refusal:
                await bench.gateway.select(PUMP, second, "ecr")
            assert refusal.value.reason == "selected_by_other"
            assert await refused(bench, True, claim=second) == "selected_by_other"
            bench.clock.advance(10.0)
            await bench.gateway.select(PUMP, second, "ecr")


class TestOneAtATime:
    async def test_a_second_command_to_the_tag_is_refused(self) -> None:
        async with a_bench(PATIENT) as bench:
            bench.sample(PUMP, False)
            first = bench.write(True)
            await bench.taken()
            second = await bench.write(True)
            assert (second.outcome, second.reason) == (CommandOutcome.REFUSED, "busy")
            bench.sample(PUMP, True)
            assert (await first).outcome is CommandOutcome.CONFIRMED
            assert await bench.gateway.may(PUMP, CHIEF, "ecr") is None
        assert len(bench.device.wire) == 1

    async def test_other_tags_are_free(self) -> None:
        async with a_bench(PATIENT) as bench:
            bench.sample(PUMP, False)
            bench.sample(SPEED, 1.0)
            first = bench.write(True)
            await bench.taken()
            second = bench.write(2.0, SPEED)
            async with asyncio.timeout(10):
                while len(bench.gateway._effects._waiting) < 2:  # noqa: ASYNC110 - it has no event
                    await asyncio.sleep(0)
            bench.sample(SPEED, 2.0)
            assert (await second).outcome is CommandOutcome.CONFIRMED
            bench.sample(PUMP, True)
            await first

    async def test_a_caller_who_goes_takes_nothing_back(self) -> None:
        async with a_bench(PATIENT) as bench:
            bench.sample(PUMP, False)
            command = bench.write(True)
            await bench.taken()
            command.cancel()
            await asyncio.gather(command, return_exceptions=True)
            bench.sample(PUMP, True)
            async with asyncio.timeout(10):
                while (await bench.kinds())[-1] != "ended confirmed":  # noqa: ASYNC110 - it has no event
                    await asyncio.sleep(0)


class TestTheEndOfTheRuntime:
    async def test_what_was_sent_ends_as_unknown(self) -> None:
        async with a_bench(PATIENT) as bench:
            command = bench.write(True)
            await bench.taken()
            await bench.gateway.stop()
            report = await command
            assert (report.outcome, report.reason) == (CommandOutcome.UNKNOWN, "stopped")
            assert (await bench.kinds())[-1] == "ended unknown"
            assert (await bench.write(True)).reason == "not_running"

    async def test_what_was_not_sent_ends_as_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with a_bench(PATIENT) as bench:
            written, write_down = asyncio.Event(), bench.audit.append

            async def forever(*entries: object) -> None:
                await write_down(*entries)  # type: ignore[arg-type]
                written.set()
                await asyncio.Event().wait()

            monkeypatch.setattr(bench.audit, "append", forever)
            command = bench.write(True)
            await written.wait()
            await bench.gateway.stop()
            assert (await command).reason == "not_running"
            assert bench.device.wire == []

    async def test_what_a_crash_left_is_ended_at_the_next_start(self, tmp_path: object) -> None:
        path = tmp_path / "audit.sqlite"  # type: ignore[operator]
        before = AuditLog(path)
        async with a_bench(PATIENT, before) as bench:
            bench.write(True)
            await bench.taken()
            after = AuditLog(path)  # the first is not stopped yet, as after kill -9
            async with a_bench(PATIENT, after) as next_run:
                assert len(next_run.gateway.lost) == 1
                assert next_run.gateway.lost[0].startswith("pump.cmd to True by Chief, ")
                assert (await next_run.kinds())[-1] == "ended unknown"
                assert (await after.entries())[0].reason.startswith("program_ended")
                assert (await after.verify()).broken == ""
                async with a_bench(PATIENT, AuditLog(path)) as third:
                    assert third.gateway.lost == ()


def test_the_fake_device_is_a_driver() -> None:
    from vmshmi.runtime.drivers.driver import Driver

    device: Driver = FakeDevice()
    assert device.device_id == "plc"
