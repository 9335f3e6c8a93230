"""The state of an alarm in the words of ISA-18.2 and in the letters of the bridge."""

from datetime import UTC, datetime, timedelta

import pytest

from vmshmi.core.alarms.model import AlarmRecord, Suppression
from vmshmi.core.alarms.names import BridgeState, IsaState, bridge_state, isa_state

SOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC) + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("record", "isa", "letter"),
    [
        (AlarmRecord("a"), IsaState.NORMAL, "N"),
        (AlarmRecord("a", active=True, acknowledged=False), IsaState.UNACKNOWLEDGED, "V"),
        (AlarmRecord("a", active=True, acknowledged=False, silenced_until=SOON), IsaState.UNACKNOWLEDGED, "S"),
        (AlarmRecord("a", active=True), IsaState.ACKNOWLEDGED, "A"),
        (AlarmRecord("a", repeats=6), IsaState.ACKNOWLEDGED, "A"),
        (AlarmRecord("a", acknowledged=False), IsaState.RETURNED_UNACKNOWLEDGED, "U"),
        (AlarmRecord("a", acknowledged=False, latched=True), IsaState.LATCHED_UNACKNOWLEDGED, "U"),
        (AlarmRecord("a", latched=True), IsaState.LATCHED_ACKNOWLEDGED, "A"),
        (AlarmRecord("a", active=True, suppression=Suppression.SHELVED), IsaState.SHELVED, "A"),
        (AlarmRecord("a", suppression=Suppression.SUPPRESSED_BY_DESIGN), IsaState.SUPPRESSED_BY_DESIGN, "N"),
        (AlarmRecord("a", suppression=Suppression.OUT_OF_SERVICE), IsaState.OUT_OF_SERVICE, "N"),
    ],
)
def test_the_facts_give_the_name_and_the_letter(record: AlarmRecord, isa: IsaState, letter: str) -> None:
    assert (isa_state(record), bridge_state(record)) == (isa, BridgeState(letter))
