"""The state-transition table, asked of the machine: `python -m tests.support.state_table` prints it as Markdown.

`docs/decisions/0012` shows it, and a test holds the two against each other: what is written there is what is expected.
"""

import sys
from collections.abc import Callable

from tests.support.alarms import a_record, after, an_alarm, at, transitions
from vmshmi.core.alarms.events import (
    Acknowledge,
    Calm,
    ConditionCame,
    ConditionWent,
    Disable,
    Enable,
    EscalationDue,
    Event,
    InputBack,
    InputLost,
    RealarmDue,
    Reset,
    Restore,
    ReturnToService,
    Shelve,
    ShelvingOver,
    Silence,
    SilenceOver,
    TakeOutOfService,
    Unshelve,
)
from vmshmi.core.alarms.machine import Refusal, step
from vmshmi.core.alarms.model import (
    AlarmDef,
    AlarmRecord,
    AlarmState,
    BadInput,
    Priority,
    Suppression,
    priority_of,
)

_SHELVE = Shelve(at(3600), "chief", "dirty sensor", "ecr")
EVENTS: list[tuple[str, Callable[[AlarmRecord], Event]]] = [
    ("condition comes", lambda record: ConditionCame(2.0, repeats=record.repeats and record.repeats + 1)),
    ("condition ends", lambda _: ConditionWent(3.0)),
    ("input lost", lambda _: InputLost()),
    ("input back", lambda _: InputBack()),
    ("`enable_when` false", lambda _: Disable()),
    ("`enable_when` true", lambda _: Enable()),
    ("acknowledged", lambda record: Acknowledge(record.occurrence, "chief", "ecr")),
    ("acknowledged, an older occurrence", lambda record: Acknowledge(record.occurrence - 1, "chief", "ecr")),
    ("reset", lambda _: Reset("chief", "ecr")),
    ("silenced", lambda _: Silence(at(90), "mate", "bridge")),
    ("silence over", lambda _: SilenceOver()),
    ("shelved", lambda _: _SHELVE),
    ("unshelved", lambda _: Unshelve("chief", "ecr")),
    ("shelving over", lambda _: ShelvingOver()),
    ("out of service", lambda _: TakeOutOfService("chief", "dismantled", "ecr")),
    ("in service", lambda _: ReturnToService("chief", "ecr")),
    ("`escalate_s` over", lambda _: EscalationDue(1.9)),
    ("`realarm_s` over", lambda _: RealarmDue(1.9)),
    ("calm", lambda _: Calm()),
    ("restart", lambda _: Restore()),
]

WARNING = an_alarm(escalate_s=300.0, realarm_s=3600.0)
LATCHING = an_alarm(latching=True)
BLOCKING = an_alarm(on_bad=BadInput.BLOCK)
ENABLED = an_alarm(enable_when="me_p.run == 1", escalate_s=300.0)
EMERGENCY = an_alarm(priority=Priority.EMERGENCY_ALARM)
CAUTION = an_alarm(priority=Priority.CAUTION)

_NORMAL, _ACTIVE, _ACK, _RECTIFIED = (
    AlarmState.CLEARED,
    AlarmState.ACTIVE,
    AlarmState.ACK,
    AlarmState.RECTIFIED,
)
_OFTEN = after(WARNING, ConditionCame(2.0, repeats=18))
_OFTEN_SEEN = after(WARNING, Acknowledge(_OFTEN.occurrence, "chief", "ecr"), record=_OFTEN)
_CAUTION = after(CAUTION, ConditionCame(2.0))
_EMERGENCY = after(EMERGENCY, ConditionCame(2.0))

Column = tuple[AlarmDef, AlarmRecord]
TABLES: list[tuple[str, list[Column]]] = [
    (
        "A warning, and an alarm (an alarm does not escalate)",
        [(WARNING, a_record(WARNING, state)) for state in (_NORMAL, _ACTIVE, _ACK, _RECTIFIED)],
    ),
    (
        "The same, silenced, escalated, or not announced",
        [
            (WARNING, after(WARNING, Silence(at(60), "mate", "bridge"), record=a_record(WARNING, _ACTIVE))),
            (WARNING, after(WARNING, EscalationDue(1.9), record=a_record(WARNING, _ACTIVE))),
            (WARNING, after(WARNING, _SHELVE, record=a_record(WARNING, _ACTIVE))),
            (ENABLED, after(ENABLED, Disable(), record=a_record(ENABLED, _NORMAL))),
            (ENABLED, after(ENABLED, Disable(), record=a_record(ENABLED, _ACTIVE))),
        ],
    ),
    (
        "One that latches",
        [(LATCHING, a_record(LATCHING, state)) for state in (_ACTIVE, _ACK, _RECTIFIED)]
        + [(LATCHING, after(LATCHING, ConditionWent(3.0), record=a_record(LATCHING, _ACK)))],
    ),
    (
        "One that is repeating",
        [
            (WARNING, _OFTEN),
            (WARNING, _OFTEN_SEEN),
            (WARNING, after(WARNING, ConditionWent(3.0), record=_OFTEN)),
            (WARNING, after(WARNING, ConditionWent(3.0), record=_OFTEN_SEEN)),
        ],
    ),
    (
        "One that a lost input blocks (`on_bad` block)",
        [
            (BLOCKING, a_record(BLOCKING, _NORMAL)),
            (BLOCKING, after(BLOCKING, InputLost(), record=a_record(BLOCKING, _NORMAL))),
            (BLOCKING, after(BLOCKING, InputLost(), record=a_record(BLOCKING, _ACTIVE))),
            (BLOCKING, after(BLOCKING, InputLost(), record=a_record(BLOCKING, _RECTIFIED))),
        ],
    ),
    (
        "Emergency alarm and caution: nobody has to answer",
        [
            (EMERGENCY, AlarmRecord(EMERGENCY.id)),
            (EMERGENCY, _EMERGENCY),
            (CAUTION, AlarmRecord(CAUTION.id)),
            (CAUTION, _CAUTION),
        ],
    ),
]


def named(definition: AlarmDef, record: AlarmRecord) -> str:
    """The facts of a record in a few words."""
    words = [record.state.value]
    if record.latched:
        words.append("latched")
    if record.repeats:
        words.append("repeating")
    if not record.active and record.stands and record.acknowledged:
        words.append("returned")
    if priority_of(definition, record) is not definition.priority:
        words.append("as an alarm")
    if record.silenced_until is not None:
        words.append("silenced")
    if record.held:
        words.append("held")
    if record.by_design and record.suppression is not Suppression.SUPPRESSED_BY_DESIGN:
        words.append("not watched")
    if record.blocked:
        words.append("blocked")
    if record.suppression is not None and not (
        record.blocked and record.suppression is Suppression.SUPPRESSED_BY_DESIGN
    ):
        words.append(record.suppression.value.replace("_", " "))
    if definition.priority in (Priority.EMERGENCY_ALARM, Priority.CAUTION):
        words.insert(0, definition.priority.value.replace("_", " "))
    return " ".join(words)


def cell(definition: AlarmDef, before: AlarmRecord, event: Event) -> str:
    """What is told, and what it is then; `*` is a new occurrence. Empty: nothing happens."""
    result, effects = step(definition, before, event, at(60))
    for effect in effects:
        if isinstance(effect, Refusal):
            return f"refused: {effect.reason}"
    if not effects:
        return ""
    told = ", ".join(transition.kind.value for transition in transitions(effects))
    then = named(definition, result).removeprefix(definition.priority.value.replace("_", " ") + " ")
    return f"{told}: {then}{'*' if result.occurrence != before.occurrence else ''}"


def markdown() -> str:
    """Every table, one below the other; what changes nothing or is refused in all of a table's states is not a row."""
    parts: list[str] = []
    for title, columns in TABLES:
        refused: list[str] = []
        heads = [named(definition, record) for definition, record in columns]
        parts += [f"### {title}", "", "| | " + " | ".join(heads) + " |", "| --- |" + " --- |" * len(columns)]
        for name, event in EVENTS:
            cells = [cell(definition, record, event(record)) for definition, record in columns]
            if len(set(cells)) == 1 and cells[0].startswith("refused"):
                refused.append(f"{name} (`{cells[0].removeprefix('refused: ')}`)")
            elif any(cells):
                parts.append(f"| {name} | " + " | ".join(cells) + " |")
        parts += ["", f"Refused in all of them: {'; '.join(refused)}.", ""]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(markdown())
