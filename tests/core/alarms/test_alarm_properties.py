"""What holds for every sequence of samples, times and actions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.alarms import an_alarm, moment, transitions
from tests.support.builders import a_value
from vmshmi.core.alarms.conditions import compile_condition
from vmshmi.core.alarms.events import (
    Acknowledge,
    Reset,
    ReturnToService,
    Shelve,
    Silence,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.fleeting import FleetingMemory
from vmshmi.core.alarms.machine import Effect, escalates, realarms, sounds
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    AlarmTransition,
    BadInput,
    Operator,
    Priority,
    Suppression,
    TransitionKind,
    priority_of,
    suppression_of,
)
from vmshmi.core.alarms.tracker import AlarmTracker, EnableJudged, Observed, TimePassed, advance, begin
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagValue

NAN = float("nan")
MEMORY = FleetingMemory(more_than=2, window_s=60.0)
"""More than two raisings within a minute: stories of some dozen acts get there."""


@dataclass(frozen=True)
class Sampled:
    """A sample arrives."""

    value: Scalar | None
    quality: Quality = Quality.GOOD


@dataclass(frozen=True)
class Acked:
    """A person names an occurrence: the present one, or the one `behind` raisings ago (as a slow screen does)."""

    behind: int


@dataclass(frozen=True)
class Waited:
    """Only time passes."""


@dataclass(frozen=True)
class Restarted:
    """kill -9, and a new start from the journal."""


@dataclass(frozen=True)
class Person:
    """Something a person does that is no acknowledgement."""

    what: str


@dataclass(frozen=True)
class Enabled:
    """`enable_when` says something."""

    verdict: bool | None


Act = Sampled | Acked | Waited | Restarted | Person | Enabled

_usable = st.sampled_from([Quality.GOOD, Quality.UNCERTAIN, Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED])
_unusable = st.sampled_from([Quality.BAD, Quality.BAD_NO_COMMUNICATION, Quality.UNCERTAIN_LAST_USABLE_VALUE])
good_samples = st.builds(Sampled, st.sampled_from([2.0, 2.4, 2.5, 2.6, 2.79, 2.8, 3.0]), _usable)
lost_samples = st.one_of(
    st.builds(Sampled, st.sampled_from([2.0, 3.0, None]), _unusable),
    st.builds(Sampled, st.sampled_from([None, NAN, float("inf"), float("-inf"), "2.0"])),
)
persons = st.builds(Person, st.sampled_from(["silence", "shelve", "unshelve", "out of service", "in service", "reset"]))
acts = st.tuples(
    st.sampled_from([0.0, 0.5, 2.0, 31.0]),
    st.one_of(
        good_samples,
        good_samples,
        lost_samples,
        st.builds(Acked, st.integers(0, 2)),
        st.just(Waited()),
        st.just(Restarted()),
        persons,
        st.builds(Enabled, st.sampled_from([True, True, False, None])),
    ),
)
stories = st.lists(acts, max_size=40)
_rest = {
    "delay_s": st.sampled_from([0.0, 1.0]),
    "off_delay_s": st.sampled_from([0.0, 0.0, 1.0]),
    "enable_when": st.sampled_from(["", "", "me_p.run == 1"]),
    "enable_delay_s": st.sampled_from([0.0, 5.0]),
    "latching": st.booleans(),
    "escalate_s": st.sampled_from([None, 10.0]),
    "realarm_s": st.sampled_from([None, 20.0]),
    "on_bad": st.sampled_from(BadInput),
}
definitions = st.builds(an_alarm, priority=st.sampled_from(Priority), **_rest)
answerable = st.builds(an_alarm, priority=st.sampled_from([Priority.ALARM, Priority.WARNING]), **_rest)


@dataclass
class Told:
    """One step of a story: the facts before, what was told, the facts after, and what the person had named."""

    act: Act
    before: AlarmRecord
    transitions: Sequence[AlarmTransition]
    after: AlarmRecord
    named: int | None


def play(definition: AlarmDef, story: Sequence[tuple[float, Act]]) -> list[Told]:
    """Live through a story as the engine does."""
    condition = compile_condition(definition)
    second = 0.0
    tracker, _ = begin(definition, moment(second), memory=MEMORY)
    sample: TagValue | None = None
    came: list[datetime] = []
    occurrences = [0]
    told: list[Told] = []
    for pause, act in story:
        second += pause
        # whether others of its first-out group stand changes from second to second
        now = replace(moment(second), first=int(second) % 2 == 0)
        before, named = tracker.record, None
        effects: tuple[Effect, ...]
        match act:
            case Sampled(value, quality):
                sample = a_value(value, quality)
                event = Observed(condition.judge(before.active, sample), value)
                tracker, effects = advance(definition, tracker, event, now)
            case Acked(behind):
                named = occurrences[max(0, len(occurrences) - 1 - behind)]
                tracker, effects = advance(definition, tracker, Acknowledge(named, "chief", "ecr"), now)
            case Waited():
                tracker, effects = advance(definition, tracker, TimePassed(sample.value if sample else None), now)
            case Restarted():
                tracker, effects = begin(definition, now, before, MEMORY, came)
            case Person(what):
                tracker, effects = _act(definition, tracker, what, second)
            case Enabled(verdict):
                # an alarm without an enable_when is never asked
                judged = EnableJudged(verdict if definition.enable_when else None)
                tracker, effects = advance(definition, tracker, judged, now)
        if tracker.record.occurrence != occurrences[-1]:
            occurrences.append(tracker.record.occurrence)
        lines = transitions(effects)
        told.append(Told(act, before, lines, tracker.record, named))
        if any(line.kind is TransitionKind.RAISED for line in lines) and not _has(told[-1], TransitionKind.ESCALATED):
            came.append(now.wall)
    return told


def _has(step: Told, kind: TransitionKind) -> bool:
    return any(line.kind is kind for line in step.transitions)


def _act(
    definition: AlarmDef, tracker: AlarmTracker, what: str, second: float
) -> tuple[AlarmTracker, tuple[Effect, ...]]:
    now = moment(second)
    match what:
        case "silence":
            event = Silence(now.wall + timedelta(seconds=30), "mate", "bridge")
        case "shelve":
            event = Shelve(now.wall + timedelta(seconds=20), "mate", "dirty sensor")
        case "unshelve":
            event = Unshelve("mate")
        case "reset":
            event = Reset("mate")
        case "out of service":
            event = TakeOutOfService("mate", "dismantled")
        case _:
            event = ReturnToService("mate")
    return advance(definition, tracker, event, now)


@given(definition=definitions, story=stories)
def test_nobody_acknowledges_an_occurrence_that_was_not_named(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    for step in play(definition, story):
        answered = not step.before.acknowledged and step.after.acknowledged
        if answered and step.before.occurrence == step.after.occurrence:
            assert step.named == step.before.occurrence
        for told in step.transitions:
            if told.kind is TransitionKind.ACKNOWLEDGED:
                assert (step.named, told.user) == (told.record.occurrence, "chief")


@given(definition=answerable, story=stories)
def test_an_alarm_never_clears_without_an_acknowledgement_of_its_own(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    for step in play(definition, story):
        if step.after.state is AlarmState.CLEARED and step.after.occurrence > 0:
            assert step.after.acked_by == "chief"


@given(definition=definitions, story=stories, lost=st.lists(lost_samples, min_size=1, max_size=5))
def test_a_lost_input_never_changes_what_is_active_or_answered(
    definition: AlarmDef, story: list[tuple[float, Act]], lost: list[Sampled]
) -> None:
    whole = play(definition, [*story, *((31.0, act) for act in lost)])
    for step in whole[len(story) :]:
        assert (step.after.active, step.after.acknowledged, step.after.occurrence) == (
            step.before.active,
            step.before.acknowledged,
            step.before.occurrence,
        )


@given(definition=definitions, story=stories, lost=lost_samples)
def test_a_delay_never_runs_out_on_a_lost_input(
    definition: AlarmDef, story: list[tuple[float, Act]], lost: Sampled
) -> None:
    *_, last = play(definition, [*story, (0.0, lost), (31.0, Waited())])
    assert last.after.active == last.before.active


@given(definition=definitions, story=stories)
def test_every_change_of_the_facts_is_told_and_nothing_else(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    for step in play(definition, story):
        assert step.after == (step.transitions[-1].record if step.transitions else step.before)
        # a restart tells of what stands, changed or not; shelving twice in the same moment is two orders
        always = (TransitionKind.RESTORED, TransitionKind.SHELVED)
        lines = [line.record for line in step.transitions if line.kind not in always]
        assert all(earlier != later for earlier, later in pairwise([step.before, *lines]))


@given(definition=definitions, story=stories)
def test_the_names_are_projections_of_the_facts(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    for step in play(definition, story):
        record = step.after
        if record.acknowledged:
            assert record.state is (AlarmState.ACK if record.stands else AlarmState.CLEARED)
        else:
            assert record.state is (AlarmState.ACTIVE if record.active else AlarmState.RECTIFIED)
        assert record.suppression is suppression_of(record)
        if record.suppression is Suppression.SUPPRESSED_BY_DESIGN:
            assert not record.stands
        if record.held:
            assert record.stands
        if record.blocked:
            assert not record.stands
            assert definition.on_bad is BadInput.BLOCK
        if sounds(definition, record):
            assert record.stands


@given(definition=definitions, story=stories)
def test_occurrences_only_grow_and_only_by_raising_or_asking_again(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    for step in play(definition, story):
        last = step.before.occurrence
        for line in step.transitions:
            raises = line.kind in (TransitionKind.RAISED, TransitionKind.REALARMED)
            assert line.record.occurrence > last if raises else line.record.occurrence == last
            last = line.record.occurrence


@given(definition=definitions, story=stories)
def test_what_stands_ends_only_in_ways_that_have_a_name(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    for step in play(definition, story):
        before, after = step.before, step.after
        if not before.stands or after.stands:
            continue
        assert _has(step, TransitionKind.CLEARED)
        if not before.acknowledged:
            assert _has(step, TransitionKind.ACKNOWLEDGED)
        if before.latched and not _has(step, TransitionKind.RAISED):
            assert _has(step, TransitionKind.RESET) or _has(step, TransitionKind.CALMED)
        if before.repeats:
            assert _has(step, TransitionKind.CALMED)


@given(definition=definitions, story=stories)
def test_a_repeating_alarm_does_not_vanish_by_an_answer_a_reset_or_its_return(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    for step in play(definition, story):
        if step.before.repeats and not _has(step, TransitionKind.CALMED):
            assert step.after.repeats
            assert step.after.stands


@given(definition=answerable, story=stories)
def test_an_answer_does_not_end_what_has_come_too_often(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    plain = replace(definition, enable_when="", delay_s=0.0, off_delay_s=0.0, on_bad=BadInput.ALARM)
    often: list[tuple[float, Act]] = [(0.5, Sampled(value)) for value in (3.0, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0)]
    *_, raised, returned, answered = play(plain, [*story, *often, (0.5, Acked(0))])
    if _has(raised, TransitionKind.RAISED):
        assert raised.after.repeats > MEMORY.more_than
        assert (returned.after.active, answered.after.acknowledged) == (False, True)
        assert answered.after.stands
    *_, calm = play(plain, [*story, *often, (0.5, Acked(0)), (0.5, Person("reset")), (60.0, Waited())])
    assert not calm.after.stands


@given(definition=definitions, story=stories)
def test_a_latched_alarm_stands_until_a_person_resets_it(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    for step in play(definition, story):
        if not step.before.active and step.before.latched:
            reset = step.act == Person("reset") and step.before.acknowledged
            assert step.after.latched or reset or _has(step, TransitionKind.RAISED)
        if step.after.latched:
            assert not step.after.active
            assert definition.latching


@given(definition=definitions, story=stories)
def test_an_occurrence_escalates_once_and_becomes_an_alarm_that_asks(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    escalated: list[int] = []
    for step in play(definition, story):
        for line, following in pairwise([*step.transitions, None]):
            if line is None or line.kind is not TransitionKind.ESCALATED:
                continue
            escalated.append(line.record.occurrence)
            assert following is not None
            assert (line.priority, following.kind, following.priority) == (
                Priority.WARNING,
                TransitionKind.RAISED,
                Priority.ALARM,
            )
            assert following.record.escalations == line.record.escalations + 1
            assert following.record.state is AlarmState.ACTIVE
        if step.after.escalations and step.after.stands:
            assert priority_of(definition, step.after) is Priority.ALARM
    assert len(escalated) == len(set(escalated))


@given(definition=definitions, story=stories)
def test_what_is_due_asks_and_what_is_not_announced_does_not(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    for step in play(definition, [*story, (31.0, Waited()), (31.0, Waited())])[-2:]:
        waits = not _has(step, TransitionKind.UNSHELVED) and not _has(step, TransitionKind.RECTIFIED)
        waits = waits and not _has(step, TransitionKind.CLEARED) and not _has(step, TransitionKind.LATCHED)
        if escalates(definition, step.before) and waits:
            assert _has(step, TransitionKind.ESCALATED)
        if realarms(definition, step.before) and waits:
            assert _has(step, TransitionKind.REALARMED)
        if step.before.suppression is step.after.suppression is not None:
            assert not _has(step, TransitionKind.ESCALATED)
            assert not _has(step, TransitionKind.REALARMED)


@given(definition=definitions, story=stories)
def test_first_out_is_a_fact_of_the_raising(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    second = 0.0
    for (pause, _), step in zip(story, play(definition, story), strict=True):
        second += pause
        if _has(step, TransitionKind.RAISED) and not _has(step, TransitionKind.ESCALATED):
            assert step.after.first_out is (int(second) % 2 == 0)
        else:
            assert step.after.first_out is step.before.first_out


@given(definition=definitions, story=stories)
def test_silence_shelving_and_service_answer_nothing_and_end_nothing(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    for step in play(definition, story):
        if isinstance(step.act, Person) and step.act.what != "reset":
            before, after = step.before, step.after
            assert (
                replace(
                    after,
                    suppression=before.suppression,
                    silenced_until=before.silenced_until,
                    shelved=before.shelved,
                    out_of_service=before.out_of_service,
                )
                == before
            )


@given(definition=answerable, story=stories)
def test_a_question_outlives_its_shelving(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    back: list[tuple[float, Act]] = [(0.0, Person("in service")), (0.0, Person("unshelve"))]
    shelving: list[tuple[float, Act]] = [(0.0, Person("shelve")), (0.5, Waited()), (0.5, Person("unshelve"))]
    *_, asked, _, _, unshelved = play(definition, [*story, *back, *shelving])
    if not asked.after.acknowledged:
        assert unshelved.after.is_unanswered
        assert sounds(definition, unshelved.after)


@given(definition=definitions, story=stories)
def test_a_restart_changes_no_fact_but_the_silence_and_the_mark(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    *_, last = play(definition, [*story, (0.0, Restarted())])
    before, after = last.before, last.after
    assert replace(after, held=before.held, silenced_until=before.silenced_until) == before
    assert after.silenced_until is None
    if after.is_unanswered:
        assert sounds(definition, after)


@given(definition=definitions, story=stories)
def test_times_go_on_over_a_restart(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    """A restart just before a minute passes makes no question come later than without it."""
    waits: list[tuple[float, Act]] = [(31.0, Waited()), (31.0, Waited())]
    *told, first, second = play(definition, [*story, *waits])
    *_, first_then, second_then = play(definition, [*story, (0.0, Restarted()), *waits])
    if not told or not told[-1].after.active:
        return  # delays begin anew: it may be raised later
    for kind in (TransitionKind.ESCALATED, TransitionKind.REALARMED, TransitionKind.UNSHELVED):
        if _has(first, kind) or _has(second, kind):
            assert _has(first_then, kind) or _has(second_then, kind)


@pytest.mark.parametrize(
    ("operator", "lowest", "highest"), [(Operator.LESS, 2.31, 2.79), (Operator.GREATER, 2.21, 2.69)]
)
@settings(max_examples=50)
@given(data=st.data())
def test_fifty_jumps_within_the_hysteresis_are_one_alarm(
    operator: Operator, lowest: float, highest: float, data: st.DataObject
) -> None:
    definition = an_alarm(operator=operator, limit=2.5, hysteresis=0.3)
    jumps = data.draw(st.lists(st.floats(lowest, highest), min_size=50, max_size=50))
    beyond = 2.4 if operator is Operator.LESS else 2.6
    told = play(definition, [(1.0, Sampled(value)) for value in [beyond, *jumps]])
    assert [t.kind for step in told for t in step.transitions] == [TransitionKind.RAISED]
