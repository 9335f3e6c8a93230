"""Delays, `enable_when`, lost inputs, silence and shelving in time."""

from dataclasses import replace

import pytest

from tests.support.alarm_story import Story
from tests.support.alarms import a_record, an_alarm, at, moment
from vmshmi.core.alarms.events import Acknowledge, Revise, Shelve, Silence
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    AlarmTransition,
    BadInput,
    Suppression,
    TransitionKind,
)
from vmshmi.core.alarms.tracker import (
    AlarmTracker,
    EnableJudged,
    Moment,
    Observed,
    TimePassed,
    advance,
)

LOW, HIGH, LOST = Observed(True, 2.0), Observed(False, 3.0), Observed(None, None)
LATER = TimePassed(1.9)
DELAYED = an_alarm(delay_s=4)
OFF_DELAYED = an_alarm(off_delay_s=5)
BLOCKING = an_alarm(on_bad=BadInput.BLOCK)
ENGINE = an_alarm(enable_when="me_p.run == 1", enable_delay_s=30)


def _after(seconds: float) -> float:
    return moment(seconds).monotonic


def test_without_a_delay_a_condition_is_raised_at_once() -> None:
    assert Story(an_alarm()).happens(0, LOW) == ["raised"]


def test_a_condition_that_holds_for_its_delay_is_raised_with_the_value_of_that_moment() -> None:
    story = Story(DELAYED)
    assert story.happens(0, LOW) == []
    assert story.tracker.next_due == _after(4)
    assert story.happens(3.9, LATER) == []
    assert story.happens(4, LATER) == ["raised"]
    assert (story.record.value, story.record.raised_at, story.tracker.next_due) == (1.9, at(4), None)


def test_a_break_within_the_delay_begins_it_anew() -> None:
    story = Story(DELAYED)
    story.happens(0, LOW)
    story.happens(3, HIGH)
    assert story.tracker.next_due is None
    story.happens(3.5, LOW)
    assert story.happens(4, LATER) == []
    assert story.happens(7.5, LATER) == ["raised"]


def test_the_hysteresis_does_not_bridge_a_break_within_the_delay() -> None:
    # 2.6 is above the limit 2.5 and inside the hysteresis: entering knows no hysteresis, so the engine judges it False
    story = Story(DELAYED)
    story.happens(0, LOW)
    story.happens(2, Observed(False, 2.6))
    assert story.happens(4, LATER) == []


def test_a_lost_input_within_the_delay_is_a_break() -> None:
    story = Story(DELAYED)
    story.happens(0, LOW)
    assert story.happens(2, LOST) == []
    assert story.happens(4, LATER) == []
    assert story.happens(5, LOW) == []
    assert story.happens(9, LATER) == ["raised"]


def test_samples_within_the_delay_do_not_push_it_back() -> None:
    story = Story(DELAYED)
    for second in range(4):
        story.happens(second, LOW)
    assert story.happens(4, LATER) == ["raised"]


def test_a_jump_of_the_wall_clock_raises_nothing_early_and_silences_nothing_longer() -> None:
    story = Story(DELAYED)
    story.happens(0, LOW)
    assert story.happens_at(Moment(at(3600), _after(1)), LATER) == []
    story.happens(4, LATER)
    story.happens_at(Moment(at(3605), _after(5)), Silence(at(3635), "mate"))
    assert story.happens_at(Moment(at(0), _after(34.9)), LATER) == []
    assert story.happens_at(Moment(at(0), _after(35)), LATER) == ["unsilenced"]


def test_a_lost_input_holds_what_stands_and_the_next_measurement_decides() -> None:
    story = Story(an_alarm())
    story.happens(0, LOW)
    assert story.happens(1, LOST) == ["held"]
    assert story.happens(2, LOST) == []
    assert story.happens(3, LOW) == ["released"]
    story.happens(4, LOST)
    assert story.happens(5, HIGH) == ["released", "rectified"]


def test_a_lost_input_is_no_news_where_nothing_stands() -> None:
    story = Story(an_alarm())
    assert story.happens(0, LOST) == []
    assert story.happens(1, HIGH) == []


def test_silence_ends_after_its_time() -> None:
    story = Story(an_alarm())
    story.happens(0, LOW)
    assert story.happens(10, Silence(at(40), "mate", "bridge")) == ["silenced"]
    assert story.happens(39.9, LATER) == []
    assert story.happens(40, LATER) == ["unsilenced"]


def test_an_acknowledgement_ends_the_silence_too() -> None:
    story = Story(an_alarm())
    story.happens(0, LOW)
    story.happens(1, Silence(at(31), "mate"))
    story.happens(2, Acknowledge(story.record.occurrence, "chief"))
    assert story.tracker.next_due is None


def test_shelving_ends_after_its_time_and_survives_a_restart() -> None:
    story = Story(an_alarm())
    assert story.happens(0, Shelve(at(600), "chief", "dirty sensor")) == ["shelved"]
    restarted = Story(an_alarm(), story.record)
    assert restarted.record.suppression is Suppression.SHELVED
    assert restarted.happens(599, LATER) == []
    assert restarted.happens(600, LATER) == ["unshelved"]


def test_shelving_that_ended_while_the_runtime_was_down_ends_at_the_first_look() -> None:
    story = Story(an_alarm())
    story.happens(-900, Shelve(at(-300), "chief", "dirty sensor"))
    assert Story(an_alarm(), story.record).happens(0, LATER) == ["unshelved"]


def test_an_engine_that_stands_still_raises_no_low_oil_pressure() -> None:
    story = Story(ENGINE)
    assert story.happens(0, EnableJudged(False)) == ["suppressed"]
    assert story.happens(1, LOW) == []
    assert story.record.suppression is Suppression.SUPPRESSED_BY_DESIGN


def test_an_engine_that_starts_is_watched_after_the_enable_delay() -> None:
    story = Story(ENGINE)
    story.happens(0, EnableJudged(False))
    assert story.happens(10, EnableJudged(True)) == []
    assert story.happens(11, LOW) == []
    assert story.happens(39.9, LATER) == []
    assert story.happens(40, LATER) == ["unsuppressed"]
    assert story.happens(41, LOW) == ["raised"]


def test_an_engine_that_starts_and_stops_within_the_enable_delay_is_not_watched() -> None:
    story = Story(ENGINE)
    story.happens(0, EnableJudged(False))
    story.happens(1, EnableJudged(True))
    story.happens(20, EnableJudged(False))
    assert story.happens(40, LATER) == []
    assert not story.tracker.watches


def test_the_enable_delay_runs_from_the_start_of_the_runtime_when_the_engine_runs_already() -> None:
    story = Story(ENGINE)
    assert story.happens(0, EnableJudged(True)) == ["suppressed"]
    assert story.happens(30, LATER) == ["unsuppressed"]


def test_until_enable_when_has_spoken_nothing_is_watched_and_nothing_is_called_suppressed() -> None:
    story = Story(ENGINE)
    assert story.happens(0, EnableJudged(None)) == []
    assert story.happens(1, LOW) == []
    assert story.record.suppression is None


def test_an_unknown_enable_when_leaves_everything_as_it_is() -> None:
    watched = Story(an_alarm(enable_when="me_p.run == 1"))
    watched.happens(0, EnableJudged(True))
    assert watched.happens(1, EnableJudged(None)) == []
    assert watched.happens(2, LOW) == ["raised"]
    delayed = Story(ENGINE)
    delayed.happens(0, EnableJudged(False))
    delayed.happens(1, EnableJudged(True))
    delayed.happens(2, EnableJudged(None))
    assert delayed.happens(31, LATER) == ["unsuppressed"]


def test_a_stop_of_the_engine_ends_the_condition_and_not_the_question() -> None:
    story = Story(an_alarm(enable_when="me_p.run == 1"))
    story.happens(0, EnableJudged(True))
    story.happens(1, LOW)
    assert story.happens(2, EnableJudged(False)) == ["rectified", "suppressed"]
    assert story.record.is_unanswered
    assert story.happens(3, Acknowledge(story.record.occurrence, "chief")) == ["acknowledged", "cleared"]
    assert story.record.suppression is Suppression.SUPPRESSED_BY_DESIGN


def test_a_stop_of_the_engine_ends_a_running_delay() -> None:
    story = Story(an_alarm(enable_when="me_p.run == 1", delay_s=4))
    story.happens(0, EnableJudged(True))
    story.happens(1, LOW)
    story.happens(2, EnableJudged(False))
    assert story.happens(6, LATER) == []


def test_after_a_restart_a_standing_alarm_is_held_until_the_first_measurement() -> None:
    story = Story(an_alarm(), a_record(an_alarm(), AlarmState.ACTIVE))
    assert (story.told, story.record.held) == (["restored"], True)
    assert story.happens(1, LOST) == []
    assert story.record.state is AlarmState.ACTIVE
    assert story.happens(2, HIGH) == ["released", "rectified"]


def test_after_a_restart_an_alarm_that_was_watched_is_not_blind_for_its_enable_delay() -> None:
    story = Story(ENGINE, a_record(ENGINE, AlarmState.CLEARED))
    assert story.happens(0, EnableJudged(True)) == []
    assert story.happens(1, LOW) == ["raised"]


def test_after_a_restart_a_standing_alarm_waits_for_enable_when() -> None:
    story = Story(ENGINE, a_record(ENGINE, AlarmState.ACTIVE))
    assert story.happens(1, HIGH) == []
    assert story.record.state is AlarmState.ACTIVE
    story.happens(2, EnableJudged(True))
    assert story.happens(3, HIGH) == ["released", "rectified"]


def test_after_a_restart_an_alarm_that_was_suppressed_waits_for_its_enable_delay() -> None:
    story = Story(ENGINE)
    story.happens(0, EnableJudged(False))
    restarted = Story(ENGINE, story.record)
    assert restarted.happens(0, EnableJudged(True)) == []
    assert restarted.happens(29, LOW) == []
    assert restarted.happens(30, LATER) == ["unsuppressed"]


def test_a_new_alarm_begins_with_no_facts_and_nothing_due() -> None:
    assert Story(an_alarm()).tracker == AlarmTracker(AlarmRecord(an_alarm().id))


def test_without_an_off_delay_an_alarm_ends_at_once() -> None:
    story = Story(an_alarm())
    story.happens(0, LOW)
    assert story.happens(1, HIGH) == ["rectified"]


def test_a_condition_that_is_over_for_the_off_delay_ends_with_the_value_of_that_moment() -> None:
    story = Story(OFF_DELAYED)
    story.happens(0, LOW)
    assert story.happens(10, HIGH) == []
    assert story.tracker.next_due == _after(15)
    assert story.happens(14.9, TimePassed(3.1)) == []
    assert story.happens(15, TimePassed(3.2)) == ["rectified"]
    assert (story.record.value, story.record.rectified_at, story.tracker.next_due) == (3.2, at(15), None)


def test_samples_within_the_off_delay_do_not_push_it_back() -> None:
    story = Story(OFF_DELAYED)
    story.happens(0, LOW)
    for second in range(10, 15):
        story.happens(second, HIGH)
    assert story.happens(15, TimePassed(3.0)) == ["rectified"]


def test_a_relapse_within_the_off_delay_begins_it_anew() -> None:
    story = Story(OFF_DELAYED)
    story.happens(0, LOW)
    story.happens(10, HIGH)
    story.happens(14, LOW)
    assert story.tracker.next_due is None
    story.happens(14.5, HIGH)
    assert story.happens(15, LATER) == []
    assert story.happens(19.5, TimePassed(3.0)) == ["rectified"]


def test_a_lost_input_within_the_off_delay_is_a_break() -> None:
    story = Story(OFF_DELAYED)
    story.happens(0, LOW)
    story.happens(10, HIGH)
    assert story.happens(12, LOST) == ["held"]
    assert story.happens(20, LATER) == []
    assert story.happens(21, HIGH) == ["released"]
    assert story.happens(26, TimePassed(3.0)) == ["rectified"]


def test_a_stop_of_the_engine_ends_an_alarm_without_its_off_delay() -> None:
    story = Story(an_alarm(enable_when="me_p.run == 1", off_delay_s=5))
    story.happens(0, EnableJudged(True))
    story.happens(1, LOW)
    story.happens(2, HIGH)
    assert story.happens(3, EnableJudged(False)) == ["rectified", "suppressed"]
    assert story.happens(10, LATER) == []


def test_an_off_delay_that_a_stop_of_the_engine_cut_short_ends_nothing_later() -> None:
    story = Story(an_alarm(enable_when="me_p.run == 1", off_delay_s=5))
    story.happens(0, EnableJudged(True))
    story.happens(1, LOW)
    story.happens(2, HIGH)
    story.happens(3, EnableJudged(False))
    story.happens(4, EnableJudged(True))
    assert story.happens(5, LOW) == ["raised"]
    assert story.happens(7, LATER) == []


def test_after_a_restart_the_off_delay_begins_anew() -> None:
    story = Story(OFF_DELAYED, a_record(OFF_DELAYED, AlarmState.ACTIVE))
    assert story.happens(1, HIGH) == ["released"]
    assert story.happens(5.9, TimePassed(3.0)) == []
    assert story.happens(6, TimePassed(3.0)) == ["rectified"]


def test_a_lost_input_blocks_what_does_not_stand_where_the_definition_says_so() -> None:
    story = Story(BLOCKING)
    assert story.happens(0, HIGH) == []
    assert story.happens(1, LOST) == ["blocked"]
    assert story.record.suppression is Suppression.SUPPRESSED_BY_DESIGN
    assert story.happens(2, LOST) == []
    assert story.happens(3, HIGH) == ["unblocked"]
    story.happens(4, LOST)
    assert story.happens(5, LOW) == ["unblocked", "raised"]


def test_an_input_that_has_never_said_anything_blocks_at_its_first_bad_sample() -> None:
    story = Story(BLOCKING)
    assert story.tracker.settled is not None
    assert story.happens(0, LOST) == ["blocked"]


def test_what_stands_is_held_and_blocked_only_when_it_ends() -> None:
    story = Story(BLOCKING)
    story.happens(0, LOW)
    assert story.happens(1, LOST) == ["held"]
    assert (story.record.state, story.record.blocked) == (AlarmState.ACTIVE, False)
    story.happens(2, HIGH)
    assert story.happens(3, LOST) == ["held"]
    answer = Acknowledge(story.record.occurrence, "chief")
    assert story.happens(4, answer) == ["acknowledged", "cleared", "blocked"]
    assert story.happens(5, HIGH) == ["unblocked"]


def test_after_a_restart_too_the_first_bad_sample_blocks() -> None:
    story = Story(BLOCKING, a_record(BLOCKING, AlarmState.CLEARED))
    assert story.tracker.settled is not None
    assert story.happens(0, LOST) == ["blocked"]


def test_a_blocked_alarm_is_blocked_after_a_restart_until_its_input_speaks() -> None:
    before = Story(BLOCKING)
    before.happens(0, LOST)
    story = Story(BLOCKING, before.record)
    assert (story.told, story.record.blocked, story.tracker.settled) == ([], True, None)
    assert story.happens(1, HIGH) == ["unblocked"]


def test_a_definition_that_blocks_no_more_unblocks_at_the_start() -> None:
    before = Story(BLOCKING)
    before.happens(0, LOST)
    assert Story(an_alarm(), before.record).told == ["unblocked"]


def test_an_engine_that_stops_is_suppressed_and_no_longer_blocked() -> None:
    story = Story(an_alarm(enable_when="me_p.run == 1", on_bad=BadInput.BLOCK))
    story.happens(0, EnableJudged(True))
    story.happens(1, LOST)
    assert story.happens(2, EnableJudged(False)) == ["suppressed"]
    assert (story.record.blocked, story.record.by_design) == (False, True)


@pytest.mark.parametrize("on_bad", [BadInput.ALARM, BadInput.HOLD])
def test_elsewhere_a_lost_input_is_no_news_where_nothing_stands(on_bad: BadInput) -> None:
    story = Story(an_alarm(on_bad=on_bad))
    story.happens(0, HIGH)
    assert story.happens(1, LOST) == []


@pytest.mark.parametrize("first", [True, False])
def test_first_out_is_what_is_raised_while_nothing_else_of_its_group_stands(first: bool) -> None:
    story = Story(an_alarm(first_out="ME trip"))
    story.happens_at(replace(moment(0), first=first), LOW)
    assert story.record.first_out is first


@pytest.mark.parametrize("first", [True, False])
def test_with_a_delay_the_moment_of_the_raising_says_who_was_first(first: bool) -> None:
    story = Story(an_alarm(first_out="ME trip", delay_s=4))
    story.happens_at(replace(moment(0), first=not first), LOW)
    story.happens_at(replace(moment(4), first=first), LATER)
    assert story.record.first_out is first


def test_a_changed_definition_is_told_and_changes_no_fact() -> None:
    story = Story(an_alarm())
    story.happens(0, LOW)
    before = story.record
    _, (told,) = advance(story.definition, story.tracker, Revise("chief", "sensor drifts", "ecr"), moment(1))
    assert isinstance(told, AlarmTransition)
    assert (told.kind, told.user, told.station, told.reason, told.record) == (
        TransitionKind.REVISED, "chief", "ecr", "sensor drifts", before,
    )  # fmt: skip


@pytest.mark.parametrize("definition", [DELAYED, OFF_DELAYED], ids=["delay", "off-delay"])
def test_a_changed_definition_breaks_a_running_delay(definition: AlarmDef) -> None:
    story = Story(definition)
    story.happens(0, LOW)
    if definition is OFF_DELAYED:
        story.happens(1, HIGH)
    story.happens(2, Revise("chief", "sensor drifts"))
    assert story.happens(60, LATER) == []


def test_shelving_after_a_restart_with_a_clock_set_back_is_no_longer_than_it_was_ordered() -> None:
    story = Story(an_alarm())
    story.happens(0, Shelve(at(600), "chief", "dirty sensor"))
    restarted = Story(an_alarm(), story.record, second=-86_400)
    assert restarted.happens(-86_400 + 599, LATER) == []
    assert restarted.happens(-86_400 + 600, LATER) == ["unshelved"]


def test_an_input_that_is_still_lost_when_the_engine_runs_again_is_told_again() -> None:
    blocking = Story(an_alarm(enable_when="me_p.run == 1", on_bad=BadInput.BLOCK))
    holding = Story(an_alarm(enable_when="me_p.run == 1"))
    for story in (blocking, holding):
        story.happens(0, EnableJudged(True))
    holding.happens(1, LOW)
    for story in (blocking, holding):
        story.happens(2, LOST)
        story.happens(3, EnableJudged(False))
        story.happens(4, EnableJudged(True))
        assert story.tracker.settled is not None
    assert blocking.happens(5, LOST) == ["blocked"]
    assert holding.happens(5, LOST) == ["held"]
