"""The standards' names of an alarm's facts."""

from dataclasses import replace

import pytest

from tests.support.alarms import a_record, an_alarm, at
from vmshmi.core.alarms.model import AlarmRecord, AlarmState, Override, Priority, suppression_of
from vmshmi.core.alarms.projections import IecLetter, IsaState, iec_letter, isa_state

WARNING = an_alarm()
EMERGENCY = an_alarm(priority=Priority.EMERGENCY_ALARM)
CAUTION = an_alarm(priority=Priority.CAUTION)
NORMAL, ACTIVE, ACK, RECTIFIED = (
    a_record(WARNING, state) for state in (AlarmState.CLEARED, AlarmState.ACTIVE, AlarmState.ACK, AlarmState.RECTIFIED)
)
ORDER = Override("chief", "ecr", "dirty sensor", at(0))


def suppressed(record: AlarmRecord) -> AlarmRecord:
    return replace(record, suppression=suppression_of(record))


NAMES = [
    (AlarmRecord("never raised"), IsaState.NORMAL, "N"),
    (NORMAL, IsaState.NORMAL, "N"),
    (ACTIVE, IsaState.UNACKNOWLEDGED, "V"),
    (replace(ACTIVE, silenced_until=at(30)), IsaState.UNACKNOWLEDGED, "S"),
    (replace(ACTIVE, held=True), IsaState.UNACKNOWLEDGED, "V"),
    (ACK, IsaState.ACKNOWLEDGED, "A"),
    (RECTIFIED, IsaState.RETURNED_UNACKNOWLEDGED, "U"),
    (replace(RECTIFIED, silenced_until=at(30)), IsaState.RETURNED_UNACKNOWLEDGED, "U"),
    (replace(RECTIFIED, latched=True), IsaState.LATCHED_UNACKNOWLEDGED, "U"),
    (replace(NORMAL, latched=True), IsaState.LATCHED_ACKNOWLEDGED, "A"),
    (replace(NORMAL, repeats=7), IsaState.ACKNOWLEDGED, "A"),
    (replace(ACTIVE, by_design=True, active=False), IsaState.RETURNED_UNACKNOWLEDGED, "U"),
    (suppressed(replace(NORMAL, by_design=True)), IsaState.SUPPRESSED_BY_DESIGN, "N"),
    (suppressed(replace(NORMAL, blocked=True)), IsaState.SUPPRESSED_BY_DESIGN, "N"),
    (suppressed(replace(NORMAL, latched=True, by_design=True)), IsaState.LATCHED_ACKNOWLEDGED, "A"),
    (suppressed(replace(ACTIVE, shelved=ORDER)), IsaState.SHELVED, "N"),
    (suppressed(replace(ACTIVE, out_of_service=ORDER, shelved=ORDER)), IsaState.OUT_OF_SERVICE, "N"),
]


@pytest.mark.parametrize(("record", "isa", "letter"), NAMES)
def test_facts_have_one_name_in_each_standard(record: AlarmRecord, isa: IsaState, letter: str) -> None:
    assert (isa_state(record), iec_letter(WARNING, record).value) == (isa, letter)


def test_every_name_is_one_of_some_facts_but_the_transfer_which_is_not_made_yet() -> None:
    assert {isa for _, isa, _ in NAMES} == set(IsaState)
    assert {letter for _, _, letter in NAMES} == {letter.value for letter in IecLetter} - {"O"}


@pytest.mark.parametrize("definition", [EMERGENCY, CAUTION], ids=["emergency alarm", "caution"])
def test_what_nobody_has_to_acknowledge_is_active_with_the_letter_a(definition: object) -> None:
    alarm = EMERGENCY if definition is EMERGENCY else CAUTION
    active = replace(NORMAL, active=True, acked_by=None)
    assert iec_letter(alarm, active) is IecLetter.ACTIVE_ACKNOWLEDGED
    assert iec_letter(alarm, NORMAL) is IecLetter.NORMAL


def test_an_emergency_alarm_can_be_silenced() -> None:
    assert iec_letter(EMERGENCY, replace(ACK, silenced_until=at(30))) is IecLetter.ACTIVE_SILENCED
