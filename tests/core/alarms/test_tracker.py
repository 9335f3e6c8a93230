"""Delays, `enable_when`, silence and shelving in time."""

from tests.support.alarms import a_record, an_alarm, at, kinds, moment
from vmshmi.core.alarms.events import Acknowledge, Shelve, Silence
from vmshmi.core.alarms.machine import Effect
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, AlarmState, Suppression
from vmshmi.core.alarms.tracker import (
    AlarmTracker,
    EnableJudged,
    Moment,
    Observed,
    TimePassed,
    TrackerEvent,
    advance,
    begin,
)

LOW, HIGH, LOST = Observed(True, 2.0), Observed(False, 3.0), Observed(None, None)
LATER = TimePassed(1.9)
DELAYED = an_alarm(delay_s=4)
ENGINE = an_alarm(enable_when="me_p.run == 1", enable_delay_s=30)


class _Story:
    """One alarm and what happens to it, second by second."""

    def __init__(self, definition: AlarmDef, restored: AlarmRecord | None = None) -> None:
        self.definition = definition
        self.tracker, effects = begin(definition, moment(0), restored)
        self.told = kinds(effects)

    def happens(self, second: float, event: TrackerEvent) -> list[str]:
        return self.happens_at(moment(second), event)

    def happens_at(self, now: Moment, event: TrackerEvent) -> list[str]:
        effects: tuple[Effect, ...]
        self.tracker, effects = advance(self.definition, self.tracker, event, now)
        return kinds(effects)

    @property
    def record(self) -> AlarmRecord:
        return self.tracker.record


def _after(seconds: float) -> float:
    return moment(seconds).monotonic


def test_without_a_delay_a_condition_is_raised_at_once() -> None:
    assert _Story(an_alarm()).happens(0, LOW) == ["raised"]


def test_a_condition_that_holds_for_its_delay_is_raised_with_the_value_of_that_moment() -> None:
    story = _Story(DELAYED)
    assert story.happens(0, LOW) == []
    assert story.tracker.next_due == _after(4)
    assert story.happens(3.9, LATER) == []
    assert story.happens(4, LATER) == ["raised"]
    assert (story.record.value, story.record.raised_at, story.tracker.next_due) == (1.9, at(4), None)


def test_a_break_within_the_delay_begins_it_anew() -> None:
    story = _Story(DELAYED)
    story.happens(0, LOW)
    story.happens(3, HIGH)
    assert story.tracker.next_due is None
    story.happens(3.5, LOW)
    assert story.happens(4, LATER) == []
    assert story.happens(7.5, LATER) == ["raised"]


def test_the_hysteresis_does_not_bridge_a_break_within_the_delay() -> None:
    # 2.6 is above the limit 2.5 and inside the hysteresis: entering knows no hysteresis, so the engine judges it False
    story = _Story(DELAYED)
    story.happens(0, LOW)
    story.happens(2, Observed(False, 2.6))
    assert story.happens(4, LATER) == []


def test_a_lost_input_within_the_delay_is_a_break() -> None:
    story = _Story(DELAYED)
    story.happens(0, LOW)
    assert story.happens(2, LOST) == []
    assert story.happens(4, LATER) == []
    assert story.happens(5, LOW) == []
    assert story.happens(9, LATER) == ["raised"]


def test_samples_within_the_delay_do_not_push_it_back() -> None:
    story = _Story(DELAYED)
    for second in range(4):
        story.happens(second, LOW)
    assert story.happens(4, LATER) == ["raised"]


def test_a_jump_of_the_wall_clock_raises_nothing_early_and_silences_nothing_longer() -> None:
    story = _Story(DELAYED)
    story.happens(0, LOW)
    assert story.happens_at(Moment(at(3600), _after(1)), LATER) == []
    story.happens(4, LATER)
    story.happens_at(Moment(at(3605), _after(5)), Silence(at(3635), "mate"))
    assert story.happens_at(Moment(at(0), _after(34.9)), LATER) == []
    assert story.happens_at(Moment(at(0), _after(35)), LATER) == ["unsilenced"]


def test_a_lost_input_holds_what_stands_and_the_next_measurement_decides() -> None:
    story = _Story(an_alarm())
    story.happens(0, LOW)
    assert story.happens(1, LOST) == ["held"]
    assert story.happens(2, LOST) == []
    assert story.happens(3, LOW) == ["released"]
    story.happens(4, LOST)
    assert story.happens(5, HIGH) == ["released", "rectified"]


def test_a_lost_input_is_no_news_where_nothing_stands() -> None:
    story = _Story(an_alarm())
    assert story.happens(0, LOST) == []
    assert story.happens(1, HIGH) == []


def test_silence_ends_after_its_time() -> None:
    story = _Story(an_alarm())
    story.happens(0, LOW)
    assert story.happens(10, Silence(at(40), "mate", "bridge")) == ["silenced"]
    assert story.happens(39.9, LATER) == []
    assert story.happens(40, LATER) == ["unsilenced"]


def test_an_acknowledgement_ends_the_silence_too() -> None:
    story = _Story(an_alarm())
    story.happens(0, LOW)
    story.happens(1, Silence(at(31), "mate"))
    story.happens(2, Acknowledge(story.record.occurrence, "chief"))
    assert story.tracker.next_due is None


def test_shelving_ends_after_its_time_and_survives_a_restart() -> None:
    story = _Story(an_alarm())
    assert story.happens(0, Shelve(at(600), "chief", "dirty sensor")) == ["shelved"]
    restarted = _Story(an_alarm(), story.record)
    assert restarted.record.suppression is Suppression.SHELVED
    assert restarted.happens(599, LATER) == []
    assert restarted.happens(600, LATER) == ["unshelved"]


def test_shelving_that_ended_while_the_runtime_was_down_ends_at_the_first_look() -> None:
    story = _Story(an_alarm())
    story.happens(-900, Shelve(at(-300), "chief", "dirty sensor"))
    assert _Story(an_alarm(), story.record).happens(0, LATER) == ["unshelved"]


def test_an_engine_that_stands_still_raises_no_low_oil_pressure() -> None:
    story = _Story(ENGINE)
    assert story.happens(0, EnableJudged(False)) == ["suppressed"]
    assert story.happens(1, LOW) == []
    assert story.record.suppression is Suppression.SUPPRESSED_BY_DESIGN


def test_an_engine_that_starts_is_watched_after_the_enable_delay() -> None:
    story = _Story(ENGINE)
    story.happens(0, EnableJudged(False))
    assert story.happens(10, EnableJudged(True)) == []
    assert story.happens(11, LOW) == []
    assert story.happens(39.9, LATER) == []
    assert story.happens(40, LATER) == ["unsuppressed"]
    assert story.happens(41, LOW) == ["raised"]


def test_an_engine_that_starts_and_stops_within_the_enable_delay_is_not_watched() -> None:
    story = _Story(ENGINE)
    story.happens(0, EnableJudged(False))
    story.happens(1, EnableJudged(True))
    story.happens(20, EnableJudged(False))
    assert story.happens(40, LATER) == []
    assert not story.tracker.watches


def test_the_enable_delay_runs_from_the_start_of_the_runtime_when_the_engine_runs_already() -> None:
    story = _Story(ENGINE)
    assert story.happens(0, EnableJudged(True)) == ["suppressed"]
    assert story.happens(30, LATER) == ["unsuppressed"]


def test_until_enable_when_has_spoken_nothing_is_watched_and_nothing_is_called_suppressed() -> None:
    story = _Story(ENGINE)
    assert story.happens(0, EnableJudged(None)) == []
    assert story.happens(1, LOW) == []
    assert story.record.suppression is None


def test_an_unknown_enable_when_leaves_everything_as_it_is() -> None:
    watched = _Story(an_alarm(enable_when="me_p.run == 1"))
    watched.happens(0, EnableJudged(True))
    assert watched.happens(1, EnableJudged(None)) == []
    assert watched.happens(2, LOW) == ["raised"]
    delayed = _Story(ENGINE)
    delayed.happens(0, EnableJudged(False))
    delayed.happens(1, EnableJudged(True))
    delayed.happens(2, EnableJudged(None))
    assert delayed.happens(31, LATER) == ["unsuppressed"]


def test_a_stop_of_the_engine_ends_the_condition_and_not_the_question() -> None:
    story = _Story(an_alarm(enable_when="me_p.run == 1"))
    story.happens(0, EnableJudged(True))
    story.happens(1, LOW)
    assert story.happens(2, EnableJudged(False)) == ["rectified", "suppressed"]
    assert story.record.is_unanswered
    assert story.happens(3, Acknowledge(story.record.occurrence, "chief")) == ["acknowledged", "cleared"]
    assert story.record.suppression is Suppression.SUPPRESSED_BY_DESIGN


def test_a_stop_of_the_engine_ends_a_running_delay() -> None:
    story = _Story(an_alarm(enable_when="me_p.run == 1", delay_s=4))
    story.happens(0, EnableJudged(True))
    story.happens(1, LOW)
    story.happens(2, EnableJudged(False))
    assert story.happens(6, LATER) == []


def test_after_a_restart_a_standing_alarm_is_held_until_the_first_measurement() -> None:
    story = _Story(an_alarm(), a_record(an_alarm(), AlarmState.ACTIVE))
    assert (story.told, story.record.held) == (["restored"], True)
    assert story.happens(1, LOST) == []
    assert story.record.state is AlarmState.ACTIVE
    assert story.happens(2, HIGH) == ["released", "rectified"]


def test_after_a_restart_an_alarm_that_was_watched_is_not_blind_for_its_enable_delay() -> None:
    story = _Story(ENGINE, a_record(ENGINE, AlarmState.CLEARED))
    assert story.happens(0, EnableJudged(True)) == []
    assert story.happens(1, LOW) == ["raised"]


def test_after_a_restart_a_standing_alarm_waits_for_enable_when() -> None:
    story = _Story(ENGINE, a_record(ENGINE, AlarmState.ACTIVE))
    assert story.happens(1, HIGH) == []
    assert story.record.state is AlarmState.ACTIVE
    story.happens(2, EnableJudged(True))
    assert story.happens(3, HIGH) == ["released", "rectified"]


def test_after_a_restart_an_alarm_that_was_suppressed_waits_for_its_enable_delay() -> None:
    story = _Story(ENGINE)
    story.happens(0, EnableJudged(False))
    restarted = _Story(ENGINE, story.record)
    assert restarted.happens(0, EnableJudged(True)) == []
    assert restarted.happens(29, LOW) == []
    assert restarted.happens(30, LATER) == ["unsuppressed"]


def test_a_new_alarm_begins_with_no_facts_and_nothing_due() -> None:
    assert _Story(an_alarm()).tracker == AlarmTracker(AlarmRecord(an_alarm().id))
