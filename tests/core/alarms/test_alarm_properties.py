"""What holds for every sequence of samples, times and actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.alarms import an_alarm, moment, transitions
from tests.support.builders import a_value
from vmshmi.core.alarms.conditions import compile_condition
from vmshmi.core.alarms.events import (
    Acknowledge,
    ReturnToService,
    Shelve,
    Silence,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.machine import Effect, sounds
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    AlarmTransition,
    Operator,
    Priority,
    Suppression,
    TransitionKind,
    suppression_of,
)
from vmshmi.core.alarms.tracker import AlarmTracker, EnableJudged, Observed, TimePassed, advance, begin
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar, TagValue

NAN = float("nan")


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
persons = st.builds(Person, st.sampled_from(["silence", "shelve", "unshelve", "out of service", "in service"]))
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
definitions = st.builds(
    an_alarm,
    priority=st.sampled_from(Priority),
    delay_s=st.sampled_from([0.0, 1.0]),
    enable_when=st.sampled_from(["", "", "me_p.run == 1"]),
    enable_delay_s=st.sampled_from([0.0, 5.0]),
)
answerable = st.builds(
    an_alarm,
    priority=st.sampled_from([Priority.ALARM, Priority.WARNING]),
    delay_s=st.sampled_from([0.0, 1.0]),
    enable_when=st.sampled_from(["", "me_p.run == 1"]),
)


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
    tracker, _ = begin(definition, moment(second))
    sample: TagValue | None = None
    occurrences = [0]
    told: list[Told] = []
    for pause, act in story:
        second += pause
        now, before, named = moment(second), tracker.record, None
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
                tracker, effects = begin(definition, now, before)
            case Person(what):
                tracker, effects = _act(definition, tracker, what, second)
            case Enabled(verdict):
                # an alarm without an enable_when is never asked
                judged = EnableJudged(verdict if definition.enable_when else None)
                tracker, effects = advance(definition, tracker, judged, now)
        if tracker.record.occurrence != occurrences[-1]:
            occurrences.append(tracker.record.occurrence)
        told.append(Told(act, before, transitions(effects), tracker.record, named))
    return told


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


@given(definition=definitions, story=stories)
def test_the_names_are_projections_of_the_facts(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    names = {
        (True, False): AlarmState.ACTIVE,
        (True, True): AlarmState.ACK,
        (False, False): AlarmState.RECTIFIED,
        (False, True): AlarmState.CLEARED,
    }
    for step in play(definition, story):
        record = step.after
        assert record.state is names[record.active, record.acknowledged]
        assert record.suppression is suppression_of(record)
        if record.suppression is Suppression.SUPPRESSED_BY_DESIGN:
            assert not record.stands
        if record.held:
            assert record.stands
        if sounds(definition, record):
            assert record.stands


@given(definition=definitions, story=stories)
def test_occurrences_only_grow_and_only_by_raising(definition: AlarmDef, story: list[tuple[float, Act]]) -> None:
    for step in play(definition, story):
        raised = [told for told in step.transitions if told.kind is TransitionKind.RAISED]
        assert (step.after.occurrence > step.before.occurrence) is bool(raised)
        assert step.after.occurrence >= step.before.occurrence


@given(definition=definitions, story=stories)
def test_a_restart_changes_no_state_and_no_order_of_a_person(
    definition: AlarmDef, story: list[tuple[float, Act]]
) -> None:
    *_, last = play(definition, [*story, (0.0, Restarted())])
    before, after = last.before, last.after
    assert (after.state, after.occurrence, after.shelved, after.out_of_service, after.by_design) == (
        before.state,
        before.occurrence,
        before.shelved,
        before.out_of_service,
        before.by_design,
    )
    assert after.silenced_until is None


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
