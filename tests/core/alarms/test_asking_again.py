"""A warning that is left unanswered becomes an alarm; an answered alarm asks again; both over a restart."""

from dataclasses import replace

import pytest

from tests.support.alarm_story import Story
from tests.support.alarms import an_alarm, at, kinds, moment
from vmshmi.core.alarms.events import Acknowledge, Shelve, Silence, TakeOutOfService, Unshelve
from vmshmi.core.alarms.machine import escalates, sounds
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmState, Priority, priority_of
from vmshmi.core.alarms.tracker import Moment, Observed, TimePassed, advance

LOW, HIGH, LOST = Observed(True, 2.0), Observed(False, 3.0), Observed(None, None)
LATER = TimePassed(1.9)
WARNING = an_alarm(escalate_s=300.0)
REMINDING = an_alarm(realarm_s=3600.0, priority=Priority.ALARM)


def raised(definition: AlarmDef) -> Story:
    story = Story(definition)
    assert story.happens(0, LOW) == ["raised"]
    return story


def answered(story: Story, second: float) -> Story:
    story.happens(second, Acknowledge(story.record.occurrence, "chief", "ecr"))
    return story


def test_a_warning_that_nobody_answers_ends_and_is_raised_as_an_alarm() -> None:
    story = raised(WARNING)
    first = story.record.occurrence
    assert story.happens(299.9, LATER) == []
    assert priority_of(WARNING, story.record) is Priority.WARNING
    assert story.happens(300, LATER) == ["escalated", "raised"]
    record = story.record
    assert (record.state, record.raised_at, record.value) == (AlarmState.ACTIVE, at(300), 1.9)
    assert (record.escalations, priority_of(WARNING, record)) == (1, Priority.ALARM)
    assert record.occurrence > first
    assert story.happens(301, Acknowledge(first, "chief", "ecr")) == ["refused: stale_occurrence"]


def test_the_rows_of_an_escalation_have_the_priority_of_their_moment() -> None:
    story = raised(WARNING)
    _, (ended, anew) = advance(WARNING, story.tracker, LATER, moment(300))
    assert kinds((ended, anew)) == ["escalated", "raised"]
    assert [getattr(line, "priority", None) for line in (ended, anew)] == [Priority.WARNING, Priority.ALARM]


def test_the_line_of_an_escalation_is_of_the_old_occurrence_which_nobody_answered() -> None:
    story = raised(WARNING)
    before = story.record
    _, (ended, _) = advance(WARNING, story.tracker, LATER, moment(300))
    record = getattr(ended, "record", None)
    assert isinstance(record, AlarmRecord)
    assert record == replace(before, active=False, cleared_at=at(300))
    assert record.acknowledged is False


def test_an_escalated_warning_escalates_no_more() -> None:
    story = raised(WARNING)
    story.happens(300, LATER)
    assert story.tracker.next_due is None
    assert story.happens(10_000, LATER) == []


def test_an_answer_in_time_keeps_it_a_warning() -> None:
    story = answered(raised(WARNING), 299)
    assert story.happens(301, LATER) == []
    assert story.tracker.next_due is None


def test_a_warning_that_has_returned_keeps_asking_as_a_warning() -> None:
    story = raised(WARNING)
    story.happens(299, HIGH)
    assert story.happens(301, LATER) == []
    assert story.record.state is AlarmState.RECTIFIED
    # and a new condition has the whole time
    story.happens(302, LOW)
    assert story.happens(601, LATER) == []
    assert story.happens(602, LATER) == ["escalated", "raised"]


def test_silence_stops_no_escalation_and_the_new_occurrence_sounds() -> None:
    story = raised(WARNING)
    story.happens(290, Silence(at(320), "mate", "bridge"))
    assert not sounds(WARNING, story.record)
    assert story.happens(300, LATER) == ["escalated", "raised"]
    assert sounds(WARNING, story.record)
    assert story.happens(320, LATER) == []


def test_a_lost_input_stops_no_escalation_and_the_mark_stays() -> None:
    story = raised(WARNING)
    story.happens(10, LOST)
    assert story.happens(300, TimePassed(None)) == ["escalated", "raised"]
    # what a lost input says now is worth less than what it said last
    assert (story.record.held, story.record.value) == (True, 2.0)
    assert story.happens(301, HIGH) == ["released", "rectified"]


@pytest.mark.parametrize("order", [Shelve(at(200), "chief", "dirty sensor"), TakeOutOfService("chief", "dismantled")])
def test_what_is_not_announced_does_not_escalate(order: Shelve | TakeOutOfService) -> None:
    story = raised(WARNING)
    story.happens(100, order)
    assert not escalates(WARNING, story.record)
    assert "escalated" not in story.happens(300, LATER)


def test_the_time_to_escalate_begins_when_the_shelving_ends() -> None:
    story = raised(WARNING)
    story.happens(100, Shelve(at(1000), "chief", "dirty sensor"))
    story.happens(200, Unshelve("chief"))
    assert story.happens(499, LATER) == []
    assert story.happens(500, LATER) == ["escalated", "raised"]


def test_an_escalated_alarm_that_comes_again_while_it_asks_is_still_an_alarm() -> None:
    story = raised(WARNING)
    story.happens(300, LATER)
    story.happens(310, HIGH)
    story.happens(320, LOW)
    assert (story.record.escalations, priority_of(WARNING, story.record)) == (1, Priority.ALARM)


def test_raised_from_cleared_it_is_a_warning_again() -> None:
    story = raised(WARNING)
    story.happens(300, LATER)
    answered(story, 310)
    story.happens(320, HIGH)
    assert story.record.state is AlarmState.CLEARED
    story.happens(400, LOW)
    assert (story.record.escalations, priority_of(WARNING, story.record)) == (0, Priority.WARNING)
    assert story.happens(700, LATER) == ["escalated", "raised"]


@pytest.mark.parametrize("priority", [Priority.EMERGENCY_ALARM, Priority.ALARM, Priority.CAUTION])
def test_only_warnings_escalate(priority: Priority) -> None:
    assert raised(an_alarm(escalate_s=300.0, priority=priority)).tracker.next_due is None


def test_a_jump_of_the_wall_clock_escalates_nothing() -> None:
    story = raised(WARNING)
    assert story.happens_at(Moment(at(86_400), moment(100).monotonic), LATER) == []
    assert story.happens_at(Moment(at(-86_400), moment(300).monotonic), LATER) == ["escalated", "raised"]


def test_the_time_to_escalate_goes_on_over_a_restart() -> None:
    before = raised(WARNING).record
    story = Story(WARNING, before, second=200)
    assert story.happens(299.9, LATER) == []
    assert story.happens(300, LATER) == ["escalated", "raised"]


def test_a_warning_whose_time_was_over_while_the_runtime_was_down_escalates_at_the_first_look() -> None:
    story = Story(WARNING, raised(WARNING).record, second=4000)
    assert story.happens(4000, LATER) == ["escalated", "raised"]


def test_a_clock_that_was_set_back_makes_the_time_to_escalate_no_longer_than_it_is() -> None:
    story = Story(WARNING, raised(WARNING).record, second=-86_400)
    assert story.happens(-86_400 + 299.9, LATER) == []
    assert story.happens(-86_400 + 300, LATER) == ["escalated", "raised"]


def test_an_escalated_alarm_is_an_alarm_after_a_restart_and_escalates_no_more() -> None:
    story = raised(WARNING)
    story.happens(300, LATER)
    again = Story(WARNING, story.record, second=400)
    assert priority_of(WARNING, again.record) is Priority.ALARM
    assert again.tracker.next_due is None


def test_an_answered_alarm_that_is_still_active_asks_again() -> None:
    story = answered(raised(REMINDING), 100)
    first = story.record.occurrence
    assert story.happens(3699, LATER) == []
    assert story.happens(3700, LATER) == ["realarmed"]
    record = story.record
    assert (record.state, record.acked_by, record.raised_at) == (AlarmState.ACTIVE, None, at(3700))
    assert record.occurrence > first
    assert sounds(REMINDING, record)
    assert story.happens(3701, Acknowledge(first, "chief")) == ["refused: stale_occurrence"]
    # and once more, an hour after the next answer
    answered(story, 4000)
    assert story.happens(7600, LATER) == ["realarmed"]


def test_an_alarm_that_has_returned_does_not_ask_again() -> None:
    story = answered(raised(REMINDING), 100)
    story.happens(200, HIGH)
    assert story.tracker.next_due is None


def test_what_is_not_announced_does_not_ask_again_until_it_is() -> None:
    story = answered(raised(REMINDING), 0)
    story.happens(100, Shelve(at(36_000), "chief", "dirty sensor"))
    assert story.happens(3600, LATER) == []
    story.happens(5000, Unshelve("chief"))
    assert story.happens(8599, LATER) == []
    assert story.happens(8600, LATER) == ["realarmed"]


def test_the_time_to_ask_again_goes_on_over_a_restart() -> None:
    story = Story(REMINDING, answered(raised(REMINDING), 100).record, second=3000)
    assert story.happens(3699, LATER) == []
    assert story.happens(3700, LATER) == ["realarmed"]


def test_a_warning_that_asks_again_can_escalate_again() -> None:
    definition = an_alarm(escalate_s=300.0, realarm_s=3600.0)
    story = answered(raised(definition), 0)
    assert story.happens(3599, LATER) == []
    assert story.happens(3600, LATER) == ["realarmed"]
    assert story.happens(3899, LATER) == []
    assert story.happens(3900, LATER) == ["escalated", "raised"]


def test_the_first_of_its_group_stays_the_first_when_it_asks_again() -> None:
    definition = an_alarm(escalate_s=300.0, realarm_s=3600.0, first_out="ME trip")
    story = Story(definition)
    story.happens_at(replace(moment(0), first=True), LOW)
    story.happens(300, LATER)
    assert story.record.first_out
    answered(story, 300)
    assert story.happens(3900, LATER) == ["realarmed"]
    assert story.record.first_out


def test_a_condition_that_ends_and_would_escalate_at_the_same_look_ends() -> None:
    story = Story(an_alarm(escalate_s=300.0, off_delay_s=10.0))
    story.happens(0, LOW)
    story.happens(290, HIGH)
    assert story.happens(300, LATER) == ["rectified"]
