"""What the loader says of alarms that make no sense, alone, with each other and with the stations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.ship import Data, a_ship, problems_of, with_alarm, with_more
from tests.support.alarms import an_alarm
from vmshmi.config.loader import parse_project
from vmshmi.core.alarms.model import AlarmDef, BadInput, Measure, Operator, Priority
from vmshmi.core.alarms.rules import StationRights

BRIDGE: Data = {"id": "bridge", "profile": "bridge", "banner": "non_modal"}


def measuring(measure: str, **alarm: object) -> Data:
    """The ship with one more alarm `a` of this measure, nothing else filled in but its tag."""
    return with_more("alarms", {"id": "a", "tag": "me_p.lo_press", "measure": measure, **alarm})


def family(**parents: list[str]) -> Data:
    """The ship with alarms that are consequences of each other."""
    more = [
        {"id": name, "tag": "me_p.lo_press", "operator": ">", "limit": 5, "consequence_of": of}
        for name, of in parents.items()
    ]
    return with_more("alarms", *more)


def with_bridge(data: Data, **station: object) -> Data:
    return {**data, "stations": [{**BRIDGE, **station}]}


LIMIT = {"operator": ">", "limit": 5}

PROBLEMS = [
    (with_alarm(operator=None), "alarms[1] a, operator: is missing"),
    (measuring("value", operator=">"), "alarms[1] a, limit: is missing"),
    (measuring("deviaton", **LIMIT), "measure: must be 'value', 'deviation', 'rate', 'mismatch' or 'bad_quality', not"),
    (measuring("deviation", **LIMIT), "alarms[1] a, mean_of: is missing"),
    (measuring("deviation", mean_of=[], **LIMIT), "alarms[1] a, mean_of: is missing"),
    (measuring("deviation", mean_of=["me_p.run", "me_p.rnu"], **LIMIT), "alarms[1] a, mean_of[1]: there is no tag"),
    (measuring("deviation", mean_of=["me_p.run", "me_p.run"], **LIMIT), "mean_of[1]: 'me_p.run' is listed twice"),
    (measuring("deviation", mean_of=["me_p.lo_press"], **LIMIT), "mean_of: is 'me_p.lo_press' itself"),
    (measuring("deviation", mean_of=["me_p.run", "me_p.mode"], **LIMIT), "mean_of[1]: tag 'me_p.mode' holds a text"),
    (measuring("mismatch"), "alarms[1] a, follows: is missing"),
    (measuring("mismatch", follows="me_p.rnu"), "alarms[1] a, follows: there is no tag 'me_p.rnu'; did you mean"),
    (measuring("mismatch", follows="me_p.lo_press"), "follows: is 'me_p.lo_press' itself"),
    (measuring("mismatch", follows="me_p.mode"), "follows: tag 'me_p.mode' holds a text"),
    (measuring("mismatch", follows="me_p.run", limit=2), "limit: must be 1 or nothing, not 2"),
    (measuring("mismatch", follows="me_p.run", operator=">"), "operator: must be '==' or nothing, not '>'"),
    (measuring("mismatch", follows="me_p.run", hysteresis=1), "hysteresis: makes no sense with measure 'mismatch'"),
    (measuring("bad_quality", on_bad="hold"), "on_bad: makes no sense with measure 'bad_quality'"),
    (with_alarm(follows="me_p.run"), "follows: is for measure 'mismatch', not for 'value'"),
    (with_alarm(mean_of=["me_p.run"]), "mean_of: is for measure 'deviation', not for 'value'"),
    (with_alarm(window_s=60), "window_s: is for measure 'rate', not for 'value'"),
    (with_alarm(measure="rate", window_s=0), "window_s: must be greater than 0"),
    (with_alarm(measure="rate", window_s=1.9), "window_s: must be at least 4 times poll_s of the tag's device (0.5 s)"),
    (with_alarm(on_bad="ignore"), "on_bad: must be 'alarm', 'hold' or 'block', not 'ignore'"),
    (with_alarm(off_delay_s=-1), "off_delay_s: must be at least 0"),
    (with_alarm(priority="alarm", escalate_s=60), "escalate_s: is for warnings; this is of priority 'alarm'"),
    (with_alarm(priority="caution", realarm_s=60), "realarm_s: makes no sense with priority 'caution'"),
    (with_alarm(priority="emergency_alarm", latching=True), "latching: makes no sense with priority 'emergency_alarm'"),
    (with_alarm(id="me_p.run.sensor"), "id: is the name of the sensor alarm of tag 'me_p.run'"),
    (measuring("bad_quality", id="me_p.run.sensor"), "id: is the name of the sensor alarm of tag 'me_p.run'"),
    (with_alarm(consequence_of=["me_p.lo_press.lwo"]), "there is no alarm 'me_p.lo_press.lwo'; did you mean"),
    (with_alarm(consequence_of=["a"]), "alarms[1] a, consequence_of: goes in a circle"),
    (a_ship(alarm_system={"flood_start": 4}), "alarm_system.flood_end: 5 is above flood_start 4"),
    (a_ship(alarm_system={"flood_start": 8, "flood_end": 9}), "alarm_system.flood_end: 9 is above flood_start 8"),
    (a_ship(alarm_system={"silence_s": 31}), "alarm_system.silence_s: must be at most 30"),
    (a_ship(alarm_system={"max_shelve_minutes": 0}), "max_shelve_minutes: must be greater than 0"),
    (a_ship(alarm_system={"silence": 30}), "alarm_system.silence: unknown key; did you mean 'silence_s'?"),
    (with_bridge(a_ship(), banner="modal"), "stations[0] bridge, banner: is 'modal'"),
    (a_ship(stations=[{"id": "bridge", "profile": "bridge"}]), "stations[0] bridge, banner: is 'modal'"),
    (with_bridge(a_ship(), acknowledge_visible=True), "stations[0] bridge, acknowledge_visible: is not allowed"),
    (with_bridge(with_alarm(escalate_s=301)), "escalate_s: an unanswered warning would become an alarm after"),
    (with_bridge(with_alarm(escalate_s=0)), "escalate_s: an unanswered warning would become an alarm never"),
    (with_bridge(a_ship(alarm_system={"escalate_warnings_s": 0})), "alarm_system.escalate_warnings_s: an unanswered"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "problem"), PROBLEMS, ids=[problem[:60] for _, problem in PROBLEMS])
def test_a_mistake_is_said_with_its_place(data: Data, problem: str) -> None:
    (said,) = problems_of(data)
    assert problem in said


FINE = [
    measuring("deviation", mean_of=["me_p.lo_press", "me_p.run"], **LIMIT),
    measuring("mismatch", follows="me_p.run"),
    measuring("mismatch", follows="me_p.run", operator="==", limit=1),
    measuring("mismatch", follows="system.device.plc1.online"),
    measuring("rate", window_s=300, **LIMIT),
    measuring("bad_quality"),
    with_more("alarms", {"id": "me_p.mode.sensor", "tag": "me_p.mode", "measure": "bad_quality"}),
    with_more("alarms", {"id": "me_p.run.sensor", "tag": "me_p.run", "measure": "bad_quality"}),
    with_alarm(priority="alarm", latching=True, realarm_s=60),
    with_alarm(consequence_of=["me_p.lo_press.low", "system.device.plc1.lost", "me_p.lo_press.sensor"]),
    family(c=["b"], b=["a", "me_p.lo_press.low"], a=["me_p.lo_press.low"]),
    a_ship(alarm_system={"flood_start": 5, "flood_end": 5}),
    a_ship(alarm_system={"escalate_warnings_s": 0}, stations=[{"id": "ecr", "acknowledge_visible": True}]),
    with_bridge(with_alarm(escalate_s=300)),
]


@pytest.mark.parametrize("data", FINE)
def test_what_makes_sense_is_taken(data: Data) -> None:
    parse_project(data)


def test_every_alarm_of_a_circle_is_named_and_those_beside_it_are_not() -> None:
    said = problems_of(family(a=["b"], b=["c"], c=["a"], d=["a"], e=["me_p.lo_press.low"]))
    assert [problem.split(",")[0] for problem in said] == ["alarms[1] a", "alarms[2] b", "alarms[3] c"]


@given(st.dictionaries(st.sampled_from("uvwxyz"), st.lists(st.sampled_from("uvwxyz"), unique=True), min_size=6))
def test_a_circle_is_found_exactly_where_an_alarm_is_its_own_ancestor(parents: dict[str, list[str]]) -> None:
    def ancestors(name: str) -> set[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = set(parents[waiting.pop()]) - found
            found |= new
            waiting += new
        return found

    own = {name for name in parents if name in ancestors(name)}
    if not own:
        parse_project(family(**parents))
        return
    said = problems_of(family(**parents))
    assert {problem.split(",")[0].split()[-1] for problem in said} == own


def defined(data: Data, alarm_id: str = "a") -> AlarmDef:
    return next(d for d in parse_project(data).alarm_definitions() if d.id == alarm_id)


def test_a_mismatch_needs_neither_operator_nor_limit() -> None:
    definition = defined(measuring("mismatch", follows="me_p.run"))
    assert (definition.measure, definition.operator, definition.limit) == (Measure.MISMATCH, Operator.EQUAL, 1)
    assert definition.inputs == ("me_p.lo_press", "me_p.run")


def test_a_definition_carries_what_the_file_says_of_the_full_alarm() -> None:
    definition = defined(
        with_alarm(
            measure="deviation", mean_of=["me_p.run", "me_p.lo_press"], on_bad="block", off_delay_s=7, latching=True,
            realarm_s=900, first_out="ME", consequence_of=["me_p.lo_press.low"], priority="alarm",
        )
    )  # fmt: skip
    assert definition.others == ("me_p.run", "me_p.lo_press")
    assert definition.inputs == ("me_p.lo_press", "me_p.run")
    assert (definition.on_bad, definition.off_delay_s, definition.latching) == (BadInput.BLOCK, 7, True)
    assert (definition.realarm_s, definition.first_out) == (900, "ME")
    assert definition.consequence_of == ("me_p.lo_press.low",)


@pytest.mark.parametrize(
    ("system", "own", "escalates"),
    [({}, {}, 300), ({"escalate_warnings_s": 120}, {}, 120), ({"escalate_warnings_s": 0}, {}, None),
     ({}, {"escalate_s": 60}, 60), ({}, {"escalate_s": 0}, None), ({"escalate_warnings_s": 0}, {"escalate_s": 60}, 60),
     ({}, {"priority": "alarm"}, None), ({}, {"priority": "caution"}, None)],
)  # fmt: skip
def test_an_unanswered_warning_escalates_after_its_own_time_or_the_ships(
    system: Data, own: Data, escalates: float | None
) -> None:
    definition = defined({**with_alarm(**own), "alarm_system": system})
    assert definition.escalate_s == escalates
    assert definition.priority is Priority(str(own.get("priority", "warning")))


@pytest.mark.parametrize(("ships", "escalates"), [({}, 300), ({"escalate_warnings_s": 0}, None)])
def test_the_programs_own_warnings_escalate_as_the_ships(ships: Data, escalates: float | None) -> None:
    own = [an_alarm(priority=priority) for priority in Priority] + [an_alarm(escalate_s=60.0)]
    found = parse_project(a_ship(alarm_system=ships)).escalating(own)
    assert [alarm.escalate_s for alarm in found] == [None, None, escalates, None, 60]


def test_the_rules_of_the_ship_and_its_stations_reach_the_alarm_system() -> None:
    stations = [BRIDGE, {"id": "ecr", "acknowledge_visible": True}]
    system = {"silence_s": 20, "max_shelve_minutes": 60, "repeat_more_than": 3, "repeat_window_s": 600,
              "flood_start": 20, "flood_end": 8, "flood_window_s": 300}  # fmt: skip
    rules = parse_project(a_ship(stations=stations, alarm_system=system)).alarm_rules()
    assert (rules.silence_s, rules.max_shelve_minutes) == (20, 60)
    assert (rules.repeat_more_than, rules.repeat_window_s) == (3, 600)
    assert (rules.flood_start, rules.flood_end, rules.flood_window_s) == (20, 8, 300)
    assert rules.rights("bridge") == StationRights(bridge=True)
    assert rules.rights("ecr") == StationRights(acknowledge_visible=True)
    assert rules.rights("cabin") == rules.rights(None) == StationRights(known=False)
    no_bridge = parse_project(a_ship(stations=stations[1:])).alarm_rules()
    assert no_bridge.rights(None) == StationRights()
