"""The machine does what the table in the decision says."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import state_table
from tests.support.alarms import at, transitions
from tests.support.state_table import EVENTS, TABLES, markdown
from vmshmi.core.alarms.machine import step
from vmshmi.core.alarms.model import TransitionKind

_DECISION = Path(__file__).parents[3] / "docs" / "decisions" / "0012-the-full-alarm-state-machine.md"
_COLUMNS = [column for _, columns in TABLES for column in columns]


def test_the_machine_does_what_the_table_in_the_decision_says() -> None:
    _, _, written = _DECISION.read_text(encoding="utf-8").partition("prints it.\n\n")
    assert markdown().strip() == written.strip()


@pytest.mark.parametrize("column", _COLUMNS, ids=[state_table.named(*column) for column in _COLUMNS])
def test_the_record_after_a_step_is_that_of_its_last_transition(column: state_table.Column) -> None:
    definition, record = column
    for name, event in EVENTS:
        result, effects = step(definition, record, event(record), at(60))
        told = transitions(effects)
        assert result == (told[-1].record if told else record), name
        # a restart is told of what stands even where it changes nothing
        states = [record, *(line.record for line in told if line.kind is not TransitionKind.RESTORED)]
        assert all(before != after for before, after in pairwise(states)), name
