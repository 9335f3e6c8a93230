"""What a screen keeps: everything that stands or is not announced, in the order of the list."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmTransition,
    Operator,
    Priority,
    Suppression,
    TransitionKind,
    list_order,
)
from vmshmi.core.alarms.picture import AlarmPicture, notable
from vmshmi.core.values import TagId

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DEFINITIONS = {
    alarm_id: AlarmDef(alarm_id, TagId("t"), Operator.GREATER, 1.0, priority=priority)
    for alarm_id, priority in (("warning", Priority.WARNING), ("alarm", Priority.ALARM), ("caution", Priority.CAUTION))
}


def raised(alarm_id: str, seconds: int = 0) -> AlarmRecord:
    return AlarmRecord(alarm_id, 1, active=True, acknowledged=False, raised_at=NOW + timedelta(seconds=seconds))


def told(kind: TransitionKind, record: AlarmRecord) -> AlarmTransition:
    return AlarmTransition(kind, NOW, record)


def test_what_stands_is_listed_and_an_escalated_warning_among_the_alarms() -> None:
    picture = AlarmPicture(DEFINITIONS)
    picture.begin([raised("warning", 5), raised("alarm"), AlarmRecord("caution")])
    assert [record.id for record in picture.standing()] == ["alarm", "warning"]
    escalated = AlarmRecord("warning", 2, active=True, acknowledged=False, escalations=1, raised_at=NOW)
    picture.take(told(TransitionKind.RAISED, escalated))
    picture.take(told(TransitionKind.ACKNOWLEDGED, AlarmRecord("alarm", 1, active=True, raised_at=NOW)))
    assert [record.id for record in picture.standing()] == ["warning", "alarm"]


def test_what_is_not_announced_is_kept_although_it_does_not_stand() -> None:
    picture = AlarmPicture(DEFINITIONS)
    shelved = AlarmRecord("warning", suppression=Suppression.SHELVED)
    picture.take(told(TransitionKind.SHELVED, shelved))
    assert (picture.standing(), picture.suppressed()) == ([], [shelved])
    picture.take(told(TransitionKind.UNSHELVED, AlarmRecord("warning")))
    assert picture.suppressed() == []
    assert not picture.records()


def test_what_stands_and_is_not_announced_is_in_both_lists_and_kept_once() -> None:
    both = AlarmRecord("alarm", 1, active=True, suppression=Suppression.OUT_OF_SERVICE)
    picture = AlarmPicture(DEFINITIONS)
    picture.begin(notable([both, raised("warning")], [both]))
    assert picture.suppressed() == [both]
    assert len(picture.standing()) == len(picture.records()) == 2


def test_an_alarm_that_is_no_longer_defined_is_not_listed() -> None:
    picture = AlarmPicture(DEFINITIONS)
    picture.begin([raised("gone"), raised("alarm")])
    assert [record.id for record in picture.standing()] == ["alarm"]
    picture.take(told(TransitionKind.REMOVED, raised("alarm")))
    assert picture.standing() == []


def test_a_definition_may_come_after_its_record() -> None:
    definitions = dict(DEFINITIONS)
    late = definitions.pop("alarm")
    picture = AlarmPicture(definitions)
    picture.begin([raised("warning"), raised("alarm")])
    assert [record.id for record in picture.standing()] == ["warning"]
    definitions["alarm"] = late
    assert [record.id for record in picture.standing()] == ["alarm", "warning"]


_RECORDS = st.builds(
    AlarmRecord,
    st.sampled_from(sorted(DEFINITIONS)),
    st.integers(1, 3),
    active=st.booleans(),
    acknowledged=st.booleans(),
    raised_at=st.integers(0, 2).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    suppression=st.sampled_from([None, None, Suppression.SHELVED]),
    escalations=st.integers(0, 1),
)


@given(st.lists(_RECORDS, max_size=12))
def test_after_whatever_happens_the_lists_are_those_of_a_fresh_sorting(records: list[AlarmRecord]) -> None:
    picture = AlarmPicture(DEFINITIONS)
    for record in records:
        picture.take(told(TransitionKind.RAISED, record))
        kept = sorted(picture.records().values(), key=lambda kept: list_order(DEFINITIONS[kept.id], kept))
        assert picture.standing() == [record for record in kept if record.stands]
        assert picture.suppressed() == [record for record in kept if record.suppression is not None]
