"""The names of an alarm's states are projections of its facts."""

from datetime import timedelta
from itertools import product

import pytest

from tests.support.builders import NOON
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    Operator,
    Priority,
    Suppression,
    TransitionKind,
    list_order,
)
from vmshmi.core.values import TagId


@pytest.mark.parametrize(
    ("active", "acknowledged", "state"),
    [
        (True, False, AlarmState.ACTIVE),
        (True, True, AlarmState.ACK),
        (False, False, AlarmState.RECTIFIED),
        (False, True, AlarmState.CLEARED),
    ],
)
def test_two_facts_make_four_states(active: bool, acknowledged: bool, state: AlarmState) -> None:
    assert AlarmRecord("a", active=active, acknowledged=acknowledged).state is state


@pytest.mark.parametrize(("active", "acknowledged"), list(product((True, False), repeat=2)))
def test_an_alarm_stands_until_it_is_cleared(active: bool, acknowledged: bool) -> None:
    record = AlarmRecord("a", active=active, acknowledged=acknowledged)
    assert record.stands == (record.state is not AlarmState.CLEARED)


def test_a_suppressed_alarm_asks_nobody() -> None:
    assert AlarmRecord("a", active=True, acknowledged=False).is_unanswered
    for suppression in Suppression:
        assert not AlarmRecord("a", active=True, acknowledged=False, suppression=suppression).is_unanswered


def test_an_alarm_that_never_was_raised_is_cleared() -> None:
    assert AlarmRecord("a").state is AlarmState.CLEARED
    assert AlarmRecord("a").occurrence == 0


def test_priorities_have_the_order_of_the_standard() -> None:
    by_rank = sorted(Priority, key=lambda priority: priority.rank)
    assert by_rank == [Priority.EMERGENCY_ALARM, Priority.ALARM, Priority.WARNING, Priority.CAUTION]


def test_a_list_shows_priority_then_unanswered_then_newest_first() -> None:
    def line(name: str, priority: Priority, acknowledged: bool, after_s: float) -> tuple[AlarmDef, AlarmRecord]:
        definition = AlarmDef(name, TagId("t"), Operator.GREATER, 1, priority=priority)
        raised = NOON + timedelta(seconds=after_s)
        return definition, AlarmRecord(name, active=True, acknowledged=acknowledged, raised_at=raised)

    lines = [
        line("old warning", Priority.WARNING, acknowledged=False, after_s=0),
        line("answered alarm", Priority.ALARM, acknowledged=True, after_s=9),
        line("new warning", Priority.WARNING, acknowledged=False, after_s=5),
        line("alarm", Priority.ALARM, acknowledged=False, after_s=1),
    ]
    ordered = [record.id for _, record in sorted(lines, key=lambda pair: list_order(*pair))]
    assert ordered == ["alarm", "answered alarm", "new warning", "old warning"]


def test_rows_of_the_runtime_and_refusals_change_no_record() -> None:
    journal_only = {kind for kind in TransitionKind if not kind.is_change}
    assert journal_only == {
        TransitionKind.REFUSED,
        TransitionKind.TESTED,
        TransitionKind.STARTED,
        TransitionKind.STOPPED,
        TransitionKind.CLOCK_JUMPED,
        TransitionKind.LOST,
    }
