"""What the table of `test_state_table` cannot say of the state machine."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.alarms import a_record, after, an_alarm, at, kinds, transitions
from vmshmi.core.alarms.events import (
    Acknowledge,
    ConditionCame,
    ConditionWent,
    Disable,
    Enable,
    Event,
    InputBack,
    InputLost,
    Reset,
    Restore,
    ReturnToService,
    Shelve,
    ShelvingOver,
    Silence,
    SilenceOver,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.machine import Refusal, removed, sounds, step
from vmshmi.core.alarms.model import AlarmRecord, AlarmState, Priority, Suppression, TransitionKind
from vmshmi.core.clock import to_micros

WARNING = an_alarm()
EMERGENCY = an_alarm(priority=Priority.EMERGENCY_ALARM)
CAUTION = an_alarm(priority=Priority.CAUTION)
LATCHING = an_alarm(latching=True)

NORMAL, ACTIVE, ACK, RECTIFIED = AlarmState.CLEARED, AlarmState.ACTIVE, AlarmState.ACK, AlarmState.RECTIFIED
COMES, GOES = ConditionCame(2.0), ConditionWent(3.0)
SHELVE = Shelve(at(3600), "chief", "sensor is being changed", "ecr")
REST = Silence(at(30), "mate", "bridge")
OUT = TakeOutOfService("chief", "pump is dismantled", "ecr")


@pytest.mark.parametrize("definition", [EMERGENCY, CAUTION], ids=["emergency alarm", "caution"])
def test_emergency_alarms_and_cautions_come_and_go_without_an_answer(definition: object) -> None:
    assert definition in (EMERGENCY, CAUTION)
    alarm = EMERGENCY if definition is EMERGENCY else CAUTION
    raised, came = step(alarm, AlarmRecord(alarm.id), COMES, at(0))
    assert (kinds(came), raised.state, raised.acknowledged, raised.acked_by) == (["raised"], ACK, True, None)
    _, refused = step(alarm, raised, Acknowledge(raised.occurrence, "chief"), at(1))
    assert kinds(refused) == ["refused: not_acknowledgeable"]
    cleared, went = step(alarm, raised, GOES, at(2))
    assert (kinds(went), cleared.state, cleared.cleared_at) == (["cleared"], NORMAL, at(2))


def test_raising_names_the_occurrence_by_its_moment_and_keeps_the_value() -> None:
    record = after(WARNING, COMES)
    assert (record.occurrence, record.raised_at, record.value) == (to_micros(at(0)), at(0), 2.0)


def test_an_occurrence_grows_even_when_the_clock_is_set_back() -> None:
    first = a_record(WARNING, NORMAL)
    again, _ = step(WARNING, first, COMES, datetime(1990, 1, 1, tzinfo=UTC))
    assert again.occurrence == first.occurrence + 1


def test_an_acknowledgement_keeps_who_where_and_when() -> None:
    record = a_record(WARNING, ACTIVE)
    result, effects = step(WARNING, record, Acknowledge(record.occurrence, "chief", "ecr"), at(7))
    assert (result.acked_by, result.acked_station, result.acked_at) == ("chief", "ecr", at(7))
    told = transitions(effects)[0]
    assert (told.user, told.station, told.at, told.priority, told.message) == (
        "chief", "ecr", at(7), Priority.WARNING, "Port ME lube oil pressure low",
    )  # fmt: skip


def test_an_acknowledgement_of_another_occurrence_is_refused() -> None:
    first = a_record(WARNING, RECTIFIED)
    again, _ = step(WARNING, first, COMES, at(60))
    result, effects = step(WARNING, again, Acknowledge(first.occurrence, "chief"), at(61))
    assert kinds(effects) == ["refused: stale_occurrence"]
    assert result.state is ACTIVE


def test_an_acknowledgement_without_a_name_is_refused() -> None:
    record = a_record(WARNING, ACTIVE)
    assert kinds(step(WARNING, record, Acknowledge(record.occurrence, "  "), at(1))[1]) == ["refused: no_user"]


def test_what_was_never_raised_cannot_be_acknowledged() -> None:
    assert kinds(step(WARNING, AlarmRecord(WARNING.id), Acknowledge(0, "chief"), at(1))[1]) == ["refused: not_raised"]


def test_a_refusal_says_for_a_person_what_is_wrong() -> None:
    record = a_record(WARNING, ACK)
    (refusal,) = step(WARNING, record, Acknowledge(record.occurrence, "mate"), at(1))[1]
    assert isinstance(refusal, Refusal)
    assert refusal.message == "Port ME lube oil pressure low: is already acknowledged by chief"


def test_a_rectified_alarm_stays_and_sounds_until_it_is_acknowledged() -> None:
    record = a_record(WARNING, RECTIFIED)
    assert record.stands
    assert record.is_unanswered
    assert sounds(WARNING, record)
    answered = after(WARNING, Acknowledge(record.occurrence, "chief"), record=record)
    assert not answered.stands
    assert not sounds(WARNING, answered)


def test_a_second_fault_sounds_again_while_the_first_is_silenced() -> None:
    silenced = after(WARNING, REST, GOES, record=a_record(WARNING, ACTIVE))
    assert not sounds(WARNING, silenced)
    again = after(WARNING, COMES, record=silenced)
    assert sounds(WARNING, again)
    assert again.occurrence > silenced.occurrence


def test_silence_acknowledges_nothing_and_the_sound_comes_back() -> None:
    silenced = after(WARNING, REST, record=a_record(WARNING, ACTIVE))
    assert (silenced.state, silenced.silenced_until, sounds(WARNING, silenced)) == (ACTIVE, at(30), False)
    loud, effects = step(WARNING, silenced, SilenceOver(), at(30))
    assert kinds(effects) == ["unsilenced"]
    assert sounds(WARNING, loud)


def test_an_emergency_alarm_sounds_while_it_is_active_and_a_caution_never() -> None:
    assert sounds(EMERGENCY, after(EMERGENCY, COMES))
    assert not sounds(EMERGENCY, after(EMERGENCY, COMES, GOES))
    assert not sounds(CAUTION, after(CAUTION, COMES))


def test_a_lost_input_marks_what_stands_and_ends_nothing() -> None:
    held = after(WARNING, InputLost(), record=a_record(WARNING, ACK))
    assert (held.held, held.state) == (True, ACK)
    released, effects = step(WARNING, held, InputBack(), at(9))
    assert (kinds(effects), released.held) == (["released"], False)


def test_an_answered_alarm_that_ends_is_no_longer_marked() -> None:
    lost = after(WARNING, InputLost(), record=a_record(WARNING, RECTIFIED))
    answered = after(WARNING, Acknowledge(lost.occurrence, "chief"), record=lost)
    assert (answered.state, answered.held) == (NORMAL, False)


def test_suppression_by_design_hides_no_open_question() -> None:
    stopped = after(WARNING, Disable(), record=a_record(WARNING, ACTIVE))
    assert (stopped.state, stopped.by_design, stopped.is_unanswered) == (RECTIFIED, True, True)
    assert sounds(WARNING, stopped)
    answered = after(WARNING, Acknowledge(stopped.occurrence, "chief"), record=stopped)
    assert (answered.state, answered.suppression) == (NORMAL, Suppression.SUPPRESSED_BY_DESIGN)


def test_a_lost_input_is_no_longer_marked_once_nobody_watches_it() -> None:
    lost = after(WARNING, InputLost(), record=a_record(WARNING, ACTIVE))
    assert after(WARNING, Disable(), record=lost).held is False


def test_nothing_is_raised_while_suppressed_by_design() -> None:
    stopped = after(WARNING, Disable())
    assert step(WARNING, stopped, COMES, at(5)) == (stopped, ())
    running, effects = step(WARNING, stopped, Enable(), at(6))
    assert (kinds(effects), running.suppression) == (["unsuppressed"], None)


def test_a_shelved_alarm_goes_on_unheard_and_asks_when_the_shelving_ends() -> None:
    shelved = after(WARNING, SHELVE, COMES)
    assert (shelved.state, shelved.is_unanswered, sounds(WARNING, shelved)) == (ACTIVE, False, False)
    back, effects = step(WARNING, shelved, ShelvingOver(), at(3600))
    assert (kinds(effects), back.is_unanswered, sounds(WARNING, back)) == (["unshelved"], True, True)


def test_shelving_keeps_who_why_and_until_when_and_a_person_ends_it_by_name() -> None:
    shelved = after(WARNING, SHELVE)
    assert shelved.shelved is not None
    assert (shelved.shelved.user, shelved.shelved.reason, shelved.shelved.until) == (
        "chief", "sensor is being changed", at(3600),
    )  # fmt: skip
    _, effects = step(WARNING, shelved, Unshelve("mate", "bridge"), at(60))
    told = transitions(effects)[0]
    assert (told.kind, told.user, told.station) == (TransitionKind.UNSHELVED, "mate", "bridge")


@pytest.mark.parametrize(
    ("definition", "event", "reason"),
    [
        (EMERGENCY, SHELVE, "not_shelvable"),
        (WARNING, replace(SHELVE, user=""), "no_user"),
        (WARNING, replace(SHELVE, reason=" "), "no_reason"),
        (WARNING, Unshelve(""), "no_user"),
        (WARNING, replace(OUT, user=""), "no_user"),
        (WARNING, replace(OUT, reason=""), "no_reason"),
        (WARNING, ReturnToService(""), "no_user"),
    ],
)
def test_a_person_must_say_who_and_why_and_cannot_shelve_an_emergency(
    definition: object, event: Event, reason: str
) -> None:
    alarm = EMERGENCY if definition is EMERGENCY else WARNING
    before = AlarmRecord(alarm.id)
    result, effects = step(alarm, before, event, at(1))
    assert (kinds(effects), result) == ([f"refused: {reason}"], before)


def test_out_of_service_twice_is_refused_and_ends_only_by_a_person() -> None:
    out = after(WARNING, OUT)
    assert kinds(step(WARNING, out, OUT, at(1))[1]) == ["refused: already_out_of_service"]
    assert step(WARNING, out, ShelvingOver(), at(9999)) == (out, ())
    back, effects = step(WARNING, out, ReturnToService("mate", "bridge"), at(2))
    assert (kinds(effects), back.suppression) == (["in_service"], None)


def test_the_strongest_reason_not_to_announce_is_shown_and_the_others_stay() -> None:
    both = after(WARNING, SHELVE, Disable(), OUT)
    assert both.suppression is Suppression.OUT_OF_SERVICE
    designed = after(WARNING, ReturnToService("chief"), record=both)
    assert designed.suppression is Suppression.SUPPRESSED_BY_DESIGN
    assert after(WARNING, Enable(), record=designed).suppression is Suppression.SHELVED


def test_a_new_occurrence_stays_shelved_and_out_of_service() -> None:
    raised = after(WARNING, SHELVE, OUT, COMES)
    assert (raised.shelved is not None, raised.out_of_service is not None) == (True, True)


def test_after_a_restart_it_stands_held_and_sounds_again() -> None:
    silenced = after(WARNING, REST, record=a_record(WARNING, ACTIVE))
    back = after(WARNING, Restore(), record=silenced)
    assert (back.state, back.occurrence, back.held) == (ACTIVE, silenced.occurrence, True)
    assert sounds(WARNING, back)


def test_an_alarm_that_became_a_caution_while_the_runtime_was_down_asks_no_more() -> None:
    back, effects = step(CAUTION, a_record(WARNING, RECTIFIED), Restore(), at(1))
    assert (kinds(effects), back.state, back.acked_by) == (["cleared"], NORMAL, None)


def test_a_caution_that_became_an_alarm_while_the_runtime_was_down_asks_now() -> None:
    back, _ = step(WARNING, after(CAUTION, COMES), Restore(), at(1))
    assert back.state is ACTIVE


def test_an_alarm_that_lost_its_enable_when_is_no_longer_suppressed_after_a_restart() -> None:
    back, effects = step(WARNING, after(WARNING, Disable()), Restore(), at(1))
    assert (kinds(effects), back.suppression) == (["unsuppressed"], None)


def test_an_alarm_that_is_no_longer_defined_says_so_and_stays_unanswered_if_it_was() -> None:
    told = removed(a_record(WARNING, ACTIVE), at(5))
    assert (told.kind, told.record.active, told.record.acknowledged) == (TransitionKind.REMOVED, False, False)
    assert told.reason == "no longer defined in the project"


def latched(*events: Event) -> AlarmRecord:
    return after(LATCHING, *events, record=after(LATCHING, GOES, record=a_record(LATCHING, ACK)))


def test_a_latched_alarm_stands_until_it_is_reset_by_name() -> None:
    record, effects = step(LATCHING, a_record(LATCHING, ACK), GOES, at(5))
    assert (kinds(effects), record.latched, record.state, record.cleared_at) == (["latched"], True, ACK, None)
    assert record.stands
    cleared, effects = step(LATCHING, record, Reset("chief", "ecr"), at(9))
    told = transitions(effects)
    assert [(line.kind, line.user, line.station) for line in told] == [
        (TransitionKind.RESET, "chief", "ecr"),
        (TransitionKind.CLEARED, "chief", "ecr"),
    ]
    assert (cleared.stands, cleared.latched, cleared.cleared_at) == (False, False, at(9))


@pytest.mark.parametrize(
    ("record", "user", "reason"),
    [
        (a_record(LATCHING, ACTIVE), "chief", "still_active"),
        (a_record(LATCHING, ACK), "chief", "still_active"),
        (a_record(LATCHING, RECTIFIED), "chief", "not_acknowledged"),
        (latched(), " ", "no_user"),
        (latched(Reset("chief")), "chief", "not_latched"),
        (a_record(WARNING, ACTIVE), "chief", "not_latched"),
    ],
)
def test_a_reset_comes_last_and_only_where_something_is_latched(record: AlarmRecord, user: str, reason: str) -> None:
    definition = WARNING if reason == "not_latched" and record.active else LATCHING
    result, effects = step(definition, record, Reset(user), at(10))
    assert (kinds(effects), result) == ([f"refused: {reason}"], record)


def test_a_latched_alarm_sounds_only_while_it_is_unanswered() -> None:
    assert sounds(LATCHING, a_record(LATCHING, RECTIFIED))
    assert not sounds(LATCHING, latched())


def test_a_condition_that_comes_again_while_latched_is_a_new_occurrence_that_asks() -> None:
    again = latched(COMES)
    assert (again.state, again.latched) == (ACTIVE, False)
    assert again.occurrence > latched().occurrence
    assert sounds(LATCHING, again)


def test_an_emergency_alarm_that_latches_is_heard_while_active_and_stands_until_it_is_reset() -> None:
    definition = an_alarm(priority=Priority.EMERGENCY_ALARM, latching=True)
    record = after(definition, COMES, REST, GOES)
    assert (record.latched, record.stands, record.silenced_until) == (True, True, None)
    assert not sounds(definition, record)
    assert not after(definition, Reset("chief"), record=record).stands


def test_by_design_unlatches_nothing_and_hides_nothing_that_stands() -> None:
    stopped = latched(Disable())
    assert (stopped.latched, stopped.by_design, stopped.suppression) == (True, True, None)
    assert after(LATCHING, Reset("chief"), record=stopped).suppression is Suppression.SUPPRESSED_BY_DESIGN


def test_latched_and_repeating_stand_again_after_a_restart() -> None:
    back, effects = step(LATCHING, latched(), Restore(), at(60))
    assert (kinds(effects), back.latched, back.held) == (["restored"], True, True)
    often = after(WARNING, ConditionCame(2.0, repeats=7))
    assert after(WARNING, Restore(), record=often).repeats == 7


def test_a_definition_that_latches_no_more_needs_no_reset_after_a_restart() -> None:
    back, effects = step(WARNING, latched(), Restore(), at(60))
    assert (kinds(effects), back.stands) == (["cleared"], False)


def test_what_became_an_emergency_alarm_is_not_shelved_after_a_restart() -> None:
    back, effects = step(EMERGENCY, after(WARNING, SHELVE, COMES), Restore(), at(60))
    assert (kinds(effects), back.suppression) == (["unshelved", "restored"], None)
    assert sounds(EMERGENCY, back)
    back, effects = step(EMERGENCY, after(WARNING, SHELVE), Restore(), at(60))
    assert (kinds(effects), back.suppression) == (["unshelved"], None)


def test_what_became_a_caution_is_not_repeating_after_a_restart() -> None:
    often = after(WARNING, ConditionCame(2.0, repeats=7))
    seen = after(WARNING, Acknowledge(often.occurrence, "chief"), GOES, record=often)
    assert seen.stands
    assert not after(CAUTION, Restore(), record=seen).stands


def test_a_latched_alarm_that_is_no_longer_defined_ends() -> None:
    assert not removed(latched(), at(60)).record.stands
