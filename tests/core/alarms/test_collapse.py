"""What is shown below what, and that nothing is ever hidden."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.alarms import an_alarm, at
from vmshmi.core.alarms.collapse import AlarmRow, arrange, lost_alarm, visible
from vmshmi.core.alarms.model import AlarmDef, AlarmRecord, Measure, Operator, Priority
from vmshmi.core.values import TagId

DEVICES = {TagId("oil"): "plc1", TagId("coolant"): "plc1", TagId("bilge"): "plc2"}
PLC1 = lost_alarm("plc1")


def standing(alarm_id: str, second: float = 0.0, **facts: Any) -> AlarmRecord:
    """Active and acknowledged, so that nothing of it is new, unless said otherwise."""
    given: dict[str, Any] = {"active": True, "raised_at": at(second), **facts}
    return AlarmRecord(alarm_id, 1, **given)


def defined(*definitions: AlarmDef) -> dict[str, AlarmDef]:
    """By id, with the alarm of the lost device among them."""
    lost = an_alarm(PLC1, tag=TagId("system.device.plc1.online"), priority=Priority.ALARM)
    return {definition.id: definition for definition in (lost, *definitions)}


def drawn(rows: Sequence[AlarmRow]) -> list[str]:
    """Each row as `. . id (count)`."""
    return [". " * row.depth + row.record.id + (f" ({row.below})" if row.below else "") for row in rows]


def oil_and_coolant(**changes: Any) -> Mapping[str, AlarmDef]:
    """One alarm each on two tags of the first device, one on the second's."""
    return defined(
        an_alarm("oil.low", tag=TagId("oil"), **changes),
        an_alarm("coolant.high", tag=TagId("coolant"), **changes),
        an_alarm("bilge.high", tag=TagId("bilge"), **changes),
    )


def test_a_lost_device_takes_the_alarms_of_its_tags_without_a_flood() -> None:
    records = [standing("bilge.high"), standing(PLC1), standing("oil.low", held=True), standing("coolant.high")]
    rows = arrange(records, oil_and_coolant(), DEVICES, flood=False)
    assert drawn(rows) == ["bilge.high", f"{PLC1} (2)", ". oil.low", ". coolant.high"]


def test_a_blocked_alarm_stands_below_its_lost_device() -> None:
    records = [standing(PLC1), AlarmRecord("oil.low", blocked=True)]
    rows = arrange(records, oil_and_coolant(), DEVICES, flood=False)
    assert drawn(rows) == [f"{PLC1} (1)", ". oil.low"]


def test_a_held_alarm_stands_below_the_lost_device_of_another_of_its_inputs() -> None:
    mean = an_alarm("spread", tag=TagId("bilge"), measure=Measure.DEVIATION, others=(TagId("oil"), TagId("coolant")))
    records = [standing(PLC1), standing("spread", held=True)]
    assert drawn(arrange(records, defined(mean), DEVICES, flood=False)) == [f"{PLC1} (1)", ". spread"]
    records = [standing(PLC1), standing("spread")]
    assert drawn(arrange(records, defined(mean), DEVICES, flood=False)) == [PLC1, "spread"]


def test_a_device_that_is_not_in_the_list_takes_nothing() -> None:
    rows = arrange([standing("oil.low"), standing("coolant.high")], oil_and_coolant(), DEVICES, flood=True)
    assert drawn(rows) == ["oil.low", "coolant.high"]


def test_a_parent_that_does_not_stand_takes_nothing() -> None:
    records = [AlarmRecord(PLC1, 1, raised_at=at(0)), standing("oil.low", held=True)]
    assert drawn(arrange(records, oil_and_coolant(), DEVICES, flood=True)) == [PLC1, "oil.low"]


def test_a_parent_that_has_cleared_takes_nothing_that_came_while_it_stood() -> None:
    cleared = AlarmRecord(PLC1, 1, raised_at=at(0), rectified_at=at(20), cleared_at=at(20))
    records = [cleared, standing("oil.low", 10, active=False, acknowledged=False)]
    rows = arrange(records, oil_and_coolant(), DEVICES, flood=True, seen={("oil.low", 1)})
    assert drawn(rows) == [PLC1, "oil.low"]


def test_a_device_that_is_back_takes_only_what_came_meanwhile_and_is_over_too() -> None:
    back = standing(PLC1, 10, active=False, acknowledged=False, rectified_at=at(20))
    over = standing("oil.low", 15, active=False, acknowledged=False, rectified_at=at(21))
    new = standing("coolant.high", 15)
    seen = {(PLC1, 1), ("oil.low", 1)}
    rows = arrange([back, over, new], oil_and_coolant(), DEVICES, flood=False, seen=seen)
    assert drawn(rows) == [f"{PLC1} (1)", ". oil.low", "coolant.high"]
    later = standing("oil.low", 25, active=False, acknowledged=False)
    rows = arrange([back, later], oil_and_coolant(), DEVICES, flood=False, seen=seen)
    assert drawn(rows) == [PLC1, "oil.low"]


def test_an_unanswered_alarm_that_nobody_has_seen_is_not_folded() -> None:
    records = [standing(PLC1), standing("oil.low", acknowledged=False)]
    definitions = oil_and_coolant()
    assert drawn(arrange(records, definitions, DEVICES, flood=False)) == [PLC1, "oil.low"]
    rows = arrange(records, definitions, DEVICES, flood=False, seen={("oil.low", 1)})
    assert drawn(rows) == [f"{PLC1} (1)", ". oil.low"]
    assert (rows[0].unanswered, rows[0].worst) == (1, Priority.WARNING)


def test_a_raising_that_is_new_again_has_not_been_seen() -> None:
    records = [standing(PLC1), AlarmRecord("oil.low", 2, active=True, acknowledged=False, raised_at=at(9))]
    rows = arrange(records, oil_and_coolant(), DEVICES, flood=False, seen={("oil.low", 1)})
    assert drawn(rows) == [PLC1, "oil.low"]


def test_a_sensor_alarm_of_a_lost_device_is_folded_before_anybody_has_seen_it() -> None:
    sensor = an_alarm("oil.sensor", tag=TagId("oil"), measure=Measure.BAD_QUALITY, operator=Operator.EQUAL, limit=1)
    records = [standing(PLC1), standing("oil.sensor", acknowledged=False)]
    rows = arrange(records, defined(sensor), DEVICES, flood=False)
    assert drawn(rows) == [f"{PLC1} (1)", ". oil.sensor"]


def test_an_emergency_alarm_and_a_first_out_are_never_folded() -> None:
    fire = an_alarm("fire", tag=TagId("oil"), priority=Priority.EMERGENCY_ALARM, consequence_of=(PLC1,))
    first = an_alarm("first", tag=TagId("oil"), first_out="trip", consequence_of=(PLC1,))
    records = [standing("fire"), standing(PLC1), standing("first", first_out=True, held=True)]
    assert drawn(arrange(records, defined(fire, first), DEVICES, flood=True)) == ["fire", "first", PLC1]


def test_a_named_parent_takes_its_consequences_in_a_flood_only() -> None:
    definitions = defined(
        an_alarm("blackout"),
        an_alarm("pump.stopped", consequence_of=("blackout",)),
        an_alarm("oil.low", consequence_of=("pump.stopped", "blackout")),
    )
    records = [standing("oil.low", 2), standing("pump.stopped", 1), standing("blackout")]
    assert drawn(arrange(records, definitions, {}, flood=False)) == ["oil.low", "pump.stopped", "blackout"]
    rows = arrange(records, definitions, {}, flood=True)
    assert drawn(rows) == ["blackout (2)", ". pump.stopped (1)", ". . oil.low"]


def test_the_first_out_takes_the_rest_of_its_group_in_a_flood() -> None:
    definitions = defined(an_alarm("oil.low", first_out="trip"), an_alarm("speed.low", first_out="trip"))
    records = [standing("speed.low", 1), standing("oil.low", first_out=True)]
    assert drawn(arrange(records, definitions, {}, flood=False)) == ["speed.low", "oil.low"]
    assert drawn(arrange(records, definitions, {}, flood=True)) == ["oil.low (1)", ". speed.low"]


def test_what_nobody_has_seen_is_not_folded_in_a_flood_either() -> None:
    definitions = defined(an_alarm("blackout"), an_alarm("pump.stopped", consequence_of=("blackout",)))
    records = [standing("blackout"), standing("pump.stopped", 1, acknowledged=False)]
    assert drawn(arrange(records, definitions, {}, flood=True)) == ["pump.stopped", "blackout"]
    rows = arrange(records, definitions, {}, flood=True, seen={("pump.stopped", 1)})
    assert drawn(rows) == ["blackout (1)", ". pump.stopped"]


def test_new_ones_come_first_in_a_flood_and_keep_their_place_otherwise() -> None:
    definitions = oil_and_coolant()
    records = [standing("oil.low"), standing("coolant.high", acknowledged=False), standing("bilge.high")]
    rows = arrange(records, definitions, {}, flood=True)
    assert drawn(rows) == ["coolant.high", "oil.low", "bilge.high"]
    rows = arrange(records, definitions, {}, flood=False)
    assert drawn(rows) == ["oil.low", "coolant.high", "bilge.high"]


def test_of_two_that_explain_each_other_the_older_is_the_root() -> None:
    definitions = defined(an_alarm("a", consequence_of=("b",)), an_alarm("b", consequence_of=("a",)))
    for older, newer in (("a", "b"), ("b", "a")):
        rows = arrange([standing("a", 5 if newer == "a" else 0), standing("b", 5 if newer == "b" else 0)], definitions,
                       {}, flood=True)  # fmt: skip
        assert drawn(rows) == [f"{older} (1)", f". {newer}"]


def test_an_alarm_that_names_itself_is_a_root() -> None:
    definitions = defined(an_alarm("a", consequence_of=("a",)))
    assert drawn(arrange([standing("a")], definitions, {}, flood=True)) == ["a"]


def test_a_closed_fold_hides_what_is_below_it_and_an_open_one_one_level_more() -> None:
    definitions = defined(
        an_alarm("blackout"),
        an_alarm("pump.stopped", consequence_of=("blackout",)),
        an_alarm("oil.low", consequence_of=("pump.stopped",)),
        an_alarm("other"),
    )
    records = [standing("blackout"), standing("pump.stopped", 1), standing("oil.low", 2), standing("other")]
    rows = arrange(records, definitions, {}, flood=True)
    assert [row.record.id for row in visible(rows, ())] == ["blackout", "other"]
    assert [row.record.id for row in visible(rows, {"blackout"})] == ["blackout", "pump.stopped", "other"]
    assert [row.record.id for row in visible(rows, {"blackout", "pump.stopped"})] == [r.id for r in records]
    assert [row.record.id for row in visible(rows, {"pump.stopped"})] == ["blackout", "other"]


def test_a_chain_of_five_thousand_is_arranged() -> None:
    ids = [f"a{number}" for number in range(5_000)]
    definitions = defined(*(an_alarm(i, consequence_of=(before,)) for before, i in itertools.pairwise(ids)))
    rows = arrange(
        [standing(i, n) for n, i in enumerate(ids)], {ids[0]: an_alarm(ids[0]), **definitions}, {}, flood=True
    )
    assert (rows[0].below, rows[-1].depth) == (4_999, 4_999)


names = st.sampled_from([PLC1, *"abcdefgh"])
definition_of = st.builds(
    an_alarm,
    tag=st.sampled_from([TagId("oil"), TagId("coolant"), TagId("bilge"), TagId("none")]),
    priority=st.sampled_from(Priority),
    first_out=st.sampled_from(["", "trip"]),
    measure=st.sampled_from([Measure.VALUE, Measure.BAD_QUALITY]),
    consequence_of=st.lists(names, max_size=3).map(tuple),
)
record_of = st.builds(
    standing,
    st.just(""),
    st.integers(0, 100),
    active=st.booleans(),
    acknowledged=st.booleans(),
    held=st.booleans(),
    blocked=st.booleans(),
    first_out=st.booleans(),
    escalations=st.integers(0, 1),
    rectified_at=st.one_of(st.none(), st.integers(0, 100).map(lambda s: at(0) + timedelta(seconds=s))),
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[AlarmRecord], dict[str, AlarmDef]]:
    """Records in any state with any definitions; a few have none."""
    ids = draw(st.lists(names, unique=True))
    records = [_named(draw(record_of), alarm_id) for alarm_id in ids]
    defined_ids = [alarm_id for alarm_id in ids if draw(st.integers(0, 9))]
    return records, {alarm_id: _renamed(draw(definition_of), alarm_id) for alarm_id in defined_ids}


def _named(record: AlarmRecord, alarm_id: str) -> AlarmRecord:
    return replace(record, id=alarm_id)


def _renamed(definition: AlarmDef, alarm_id: str) -> AlarmDef:
    return replace(definition, id=alarm_id)


seen_sets = st.sets(st.tuples(names, st.just(1)))


@given(ship=lists(), flood=st.booleans(), seen=seen_sets)
def test_every_record_appears_exactly_once(
    ship: tuple[list[AlarmRecord], dict[str, AlarmDef]], flood: bool, seen: set[tuple[str, int]]
) -> None:
    records, definitions = ship
    rows = arrange(records, definitions, DEVICES, flood=flood, seen=seen)
    assert sorted(row.record.id for row in rows) == sorted(record.id for record in records)


@given(ship=lists(), flood=st.booleans(), seen=seen_sets)
def test_the_counts_are_those_of_the_rows_below(
    ship: tuple[list[AlarmRecord], dict[str, AlarmDef]], flood: bool, seen: set[tuple[str, int]]
) -> None:
    records, definitions = ship
    rows = arrange(records, definitions, DEVICES, flood=flood, seen=seen)
    for position, row in enumerate(rows):
        below: list[AlarmRow] = []
        for other in rows[position + 1 :]:
            if other.depth <= row.depth:
                break
            below.append(other)
        assert row.below == len(below)
        assert row.unanswered == sum(other.record.is_unanswered for other in below)
        assert [other.depth for other in below[:1]] in ([], [row.depth + 1])
    assert [row.depth for row in rows[:1]] in ([], [0])


@given(ship=lists(), flood=st.booleans(), seen=seen_sets)
def test_what_must_be_seen_is_a_root_and_every_parent_stands(
    ship: tuple[list[AlarmRecord], dict[str, AlarmDef]], flood: bool, seen: set[tuple[str, int]]
) -> None:
    records, definitions = ship
    for row in arrange(records, definitions, DEVICES, flood=flood, seen=seen):
        record, definition = row.record, definitions.get(row.record.id)
        if row.below:
            assert record.stands
        if row.depth:
            assert definition is not None
            assert not record.first_out
            assert definition.priority is not Priority.EMERGENCY_ALARM
            if definition.measure is Measure.VALUE:
                assert not record.is_unanswered or (record.id, record.occurrence) in seen


@given(ship=lists(), seen=seen_sets)
def test_without_a_flood_only_lost_devices_take_anything(
    ship: tuple[list[AlarmRecord], dict[str, AlarmDef]], seen: set[tuple[str, int]]
) -> None:
    records, definitions = ship
    for row in arrange(records, definitions, DEVICES, flood=False, seen=seen):
        assert not row.below or row.record.id == PLC1
        assert row.depth <= 1


@given(ship=lists(), floods=st.tuples(st.booleans(), st.booleans()), seen=st.tuples(seen_sets, seen_sets))
def test_what_was_answered_last_time_changes_nothing_but_the_work(
    ship: tuple[list[AlarmRecord], dict[str, AlarmDef]],
    floods: tuple[bool, bool],
    seen: tuple[set[tuple[str, int]], set[tuple[str, int]]],
) -> None:
    records, definitions = ship
    before = arrange(records, definitions, DEVICES, flood=floods[0], seen=seen[0])
    present = [replace(record, held=not record.held) if number % 3 else record for number, record in enumerate(records)]
    fresh = arrange(present, definitions, DEVICES, flood=floods[1], seen=seen[1])
    assert arrange(present, definitions, DEVICES, flood=floods[1], seen=seen[1], before=before) == fresh


def test_a_row_that_still_holds_is_the_same_row() -> None:
    records = [standing("oil.low"), standing("bilge.high")]
    before = arrange(records, oil_and_coolant(), DEVICES, flood=False)
    changed = [replace(records[0], held=True), records[1]]
    after = arrange(changed, oil_and_coolant(), DEVICES, flood=False, before=before)
    assert [row.record for row in after] == changed
    assert after[1] is before[1]
