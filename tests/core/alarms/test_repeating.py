"""An alarm that comes and goes too often stands until it has been calm."""

from tests.support.alarm_story import Story
from tests.support.alarms import an_alarm, at
from vmshmi.core.alarms.events import Acknowledge, Reset, Shelve
from vmshmi.core.alarms.fleeting import MOST, FleetingMemory
from vmshmi.core.alarms.model import AlarmState, Priority, Suppression
from vmshmi.core.alarms.tracker import Observed, TimePassed

LOW, HIGH = Observed(True, 2.0), Observed(False, 3.0)
LATER = TimePassed(3.0)
MEMORY = FleetingMemory(more_than=5, window_s=18_000.0)
WARNING = an_alarm(escalate_s=300.0)


def come_and_go(story: Story, times: int, every_s: float = 600.0, first: float = 0.0) -> list[int]:
    """Each raising is answered and ends; the numbers that the raisings carry."""
    repeats: list[int] = []
    for number in range(times):
        second = first + number * every_s
        assert "raised" in story.happens(second, LOW)
        repeats.append(story.record.repeats)
        story.happens(second + 10, Acknowledge(story.record.occurrence, "chief"))
        story.happens(second + 20, HIGH)
    return repeats


def test_the_raising_that_is_one_too_many_carries_their_number() -> None:
    story = Story(an_alarm(), memory=MEMORY)
    assert come_and_go(story, 8) == [0, 0, 0, 0, 0, 6, 7, 8]


def test_answered_and_returned_it_stands_until_the_window_holds_few_enough() -> None:
    story = Story(an_alarm(), memory=MEMORY)
    come_and_go(story, 6)
    assert (story.record.active, story.record.state, story.record.cleared_at) == (False, AlarmState.ACK, None)
    # the first of the six, at noon, leaves the window after five hours
    assert story.happens(17_999, LATER) == []
    assert story.happens(18_000, LATER) == ["calmed", "cleared"]
    assert (story.record.state, story.record.cleared_at) == (AlarmState.CLEARED, at(18_000))


def test_it_cannot_be_reset_away() -> None:
    story = Story(an_alarm(latching=True), memory=FleetingMemory(1, 18_000.0))
    for second in (0, 100):
        story.happens(second, LOW)
        story.happens(second + 10, HIGH)
    story.happens(120, Acknowledge(story.record.occurrence, "chief"))
    assert story.happens(130, Reset("chief")) == ["reset"]
    assert story.record.state is AlarmState.ACK
    assert story.happens(18_000, LATER) == ["calmed", "cleared"]


def test_what_is_calm_but_latched_stands_until_it_is_reset() -> None:
    story = Story(an_alarm(latching=True), memory=FleetingMemory(1, 18_000.0))
    for second in (0, 100):
        story.happens(second, LOW)
        story.happens(second + 10, HIGH)
    story.happens(120, Acknowledge(story.record.occurrence, "chief"))
    assert story.happens(18_000, LATER) == ["calmed"]
    assert story.happens(18_001, Reset("chief")) == ["reset", "cleared"]


def test_it_can_be_shelved_with_a_reason_and_is_still_counted() -> None:
    story = Story(an_alarm(), memory=MEMORY)
    come_and_go(story, 6)
    story.happens(4000, Shelve(at(30_000), "chief", "valve hunts"))
    assert story.record.suppression is Suppression.SHELVED
    story.happens(4100, LOW)
    assert story.record.repeats == 7


def test_an_active_alarm_calms_without_ending() -> None:
    story = Story(an_alarm(), memory=MEMORY)
    come_and_go(story, 5)
    story.happens(3000, LOW)
    assert story.record.repeats == 6
    assert story.happens(18_000, LATER) == ["calmed"]
    assert story.record.state is AlarmState.ACTIVE


def test_slow_comings_are_never_repeating() -> None:
    story = Story(an_alarm(), memory=MEMORY)
    assert come_and_go(story, 20, every_s=3600.0) == [0] * 20


def test_cautions_and_emergency_alarms_have_no_memory() -> None:
    for priority in (Priority.CAUTION, Priority.EMERGENCY_ALARM):
        story = Story(an_alarm(priority=priority), memory=MEMORY)
        for second in range(0, 200, 20):
            story.happens(second, LOW)
            story.happens(second + 10, HIGH)
        assert not story.record.stands


def test_no_memory_where_the_project_switches_it_off() -> None:
    story = Story(an_alarm())
    assert come_and_go(story, 30, every_s=60.0) == [0] * 30


def test_an_escalation_is_not_another_coming_and_keeps_the_number() -> None:
    story = Story(WARNING, memory=FleetingMemory(1, 18_000.0))
    story.happens(0, LOW)
    assert story.happens(300, LATER) == ["escalated", "raised"]
    assert story.record.repeats == 0
    story.happens(310, HIGH)
    story.happens(320, LOW)
    assert story.record.repeats == 2


def test_the_memory_is_rebuilt_from_the_raisings_of_the_journal() -> None:
    before = Story(an_alarm(), memory=MEMORY)
    come_and_go(before, 6)
    came = [at(600 * number) for number in range(6)]
    story = Story(an_alarm(), before.record, MEMORY, came, second=4000)
    assert story.record.repeats == 6
    assert story.happens(17_999, LATER) == []
    assert story.happens(18_000, LATER) == ["calmed", "cleared"]


def test_raisings_before_a_restart_count_for_the_next_one() -> None:
    before = Story(an_alarm(), memory=MEMORY)
    come_and_go(before, 5)
    story = Story(an_alarm(), before.record, MEMORY, [at(600 * number) for number in range(5)], second=4000)
    story.happens(4100, LOW)
    assert story.record.repeats == 6


def test_what_became_calm_while_the_runtime_was_down_is_told_at_the_first_look() -> None:
    before = Story(an_alarm(), memory=MEMORY)
    come_and_go(before, 6)
    late = [at(600 * number) for number in range(2, 6)]
    story = Story(an_alarm(), before.record, MEMORY, late, second=19_000)
    assert story.happens(19_000, LATER) == ["calmed", "cleared"]


def test_a_repeating_alarm_whose_raisings_cannot_be_read_stays_so_for_a_whole_window() -> None:
    before = Story(an_alarm(), memory=MEMORY)
    come_and_go(before, 6)
    story = Story(an_alarm(), before.record, MEMORY, (), second=4000)
    assert story.happens(20_999, LATER) == []
    assert story.happens(21_000, LATER) == ["calmed", "cleared"]


def test_a_clock_that_was_set_back_makes_the_memory_no_longer_than_its_window() -> None:
    before = Story(an_alarm(), memory=MEMORY)
    come_and_go(before, 6)
    came = [at(600 * number) for number in range(6)]
    story = Story(an_alarm(), before.record, MEMORY, came, second=-86_400)
    assert story.happens(-86_400 + 18_000, LATER) == ["calmed", "cleared"]


def test_the_memory_of_a_chattering_alarm_is_bounded() -> None:
    memory = MEMORY
    for tenth in range(5 * MOST):
        memory = memory.raised(tenth / 10)
    assert (len(memory.raisings), memory.repeats) == (MOST, MOST)
    assert memory.calm_at == memory.raisings[-6] + 18_000.0
