"""What stands below what, how it is counted, and when it counts as seen."""

from dataclasses import replace

from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from tests.support.ui_alarms import FakeAlarms
from tests.support.ui_runtime import FakeTags
from vmshmi.core.alarms.collapse import lost_alarm
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Measure, Priority, TransitionKind
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.ui.alarms.arrangement import SEEN_AFTER_S, Arrangement

LOST = lost_alarm("plc1")
TAGS = [TagDef(TagId(f"t{n}"), device="plc1" if n < 4 else "plc2") for n in range(6)]


def _rig() -> tuple[FakeAlarms, Arrangement]:
    clock = FakeClock()
    definitions: list[AlarmDef] = [an_alarm(f"a{n}", tag=TagId(f"t{n}")) for n in range(6)]
    definitions.append(an_alarm("t0.sensor", tag=TagId("t0"), measure=Measure.BAD_QUALITY))
    definitions.append(an_alarm(LOST, tag=TagId("system.device.plc1.online"), priority=Priority.ALARM))
    alarms = FakeAlarms(definitions, clock)
    return alarms, Arrangement(alarms, FakeTags(TAGS, clock))


def _answered(alarms: FakeAlarms, alarm_id: str, **facts: object) -> None:
    record = alarms.raise_alarm(alarm_id)
    alarms.change(TransitionKind.ACKNOWLEDGED, replace(record, acknowledged=True, **facts))


def _ids(arrangement: Arrangement, alarms: FakeAlarms, *, flood: bool = False) -> list[str]:
    return [row.record.id for row in arrangement.rows(alarms.standing(), flood=flood, blind=True)]


def test_a_lost_device_is_one_row_that_counts_its_alarms_and_tags() -> None:
    alarms, arrangement = _rig()
    _answered(alarms, "a1", held=True)
    alarms.raise_alarm(LOST)
    rows = arrangement.rows(alarms.standing(), flood=False, blind=True)
    assert [row.record.id for row in rows] == [LOST]
    assert arrangement.below_text(rows[0]) == "4 alarms, 4 tags"


def test_opening_a_lost_device_shows_also_the_alarms_that_hear_nothing_but_not_those_of_other_devices() -> None:
    alarms, arrangement = _rig()
    _answered(alarms, "a1", held=True)
    alarms.raise_alarm(LOST)
    arrangement.toggle(LOST)
    assert _ids(arrangement, alarms) == [LOST, "a1", "a0", "a2", "a3"]
    arrangement.toggle(LOST)
    assert _ids(arrangement, alarms) == [LOST]


def test_what_the_design_suppresses_is_not_said_to_be_blind() -> None:
    alarms, arrangement = _rig()
    alarms.raise_alarm(LOST)
    alarms.change(TransitionKind.SUPPRESSED, AlarmRecord("a0", by_design=True))
    arrangement.toggle(LOST)
    assert _ids(arrangement, alarms) == [LOST, "a1", "a2", "a3"]


def test_a_device_that_is_back_counts_nothing_more() -> None:
    alarms, arrangement = _rig()
    alarms.raise_alarm(LOST)
    alarms.rectify(LOST)
    (row,) = arrangement.rows(alarms.standing(), flood=False, blind=True)
    assert arrangement.below_text(row) == ""


def test_an_alarm_counts_as_seen_after_it_was_in_sight_long_enough_without_a_break() -> None:
    alarms, arrangement = _rig()
    record = alarms.raise_alarm("a0")
    assert not arrangement.look([record], 0.0)
    assert not arrangement.look([], SEEN_AFTER_S / 2)  # scrolled away
    assert not arrangement.look([record], SEEN_AFTER_S)
    assert not arrangement.look([record], 2 * SEEN_AFTER_S - 0.1)
    assert arrangement.look([record], 2 * SEEN_AFTER_S)
    assert not arrangement.look([record], 3 * SEEN_AFTER_S)


def test_in_a_flood_a_consequence_is_folded_only_once_it_was_seen() -> None:
    alarms, arrangement = _rig()
    alarms.revise(replace(alarms.definitions()["a1"], consequence_of=("a0",)), "chief", "test")
    first, second = alarms.raise_alarm("a0"), alarms.raise_alarm("a1")
    assert sorted(_ids(arrangement, alarms, flood=True)) == ["a0", "a1"]
    for now in (0.0, SEEN_AFTER_S):
        arrangement.look([first, second], now)
    assert _ids(arrangement, alarms, flood=True) == ["a0"]
    assert sorted(_ids(arrangement, alarms, flood=False)) == ["a0", "a1"]
    arrangement.all_open = True
    assert _ids(arrangement, alarms, flood=True) == ["a0", "a1"]


def test_what_is_over_is_forgotten_and_new_again_when_it_comes_back() -> None:
    alarms, arrangement = _rig()
    record = alarms.raise_alarm("a0")
    for now in (0.0, SEEN_AFTER_S):
        arrangement.look([record], now)
    arrangement.forget([])
    assert not arrangement.look([record], 20.0)
    assert arrangement.look([record], 20.0 + SEEN_AFTER_S)
