"""A project is read whole, or every mistake in it is said at once, with its place and what was meant."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.ship import Data, a_ship, problems_of, with_alarm, with_more, with_source, write
from vmshmi.config.devices import SimulatorSource
from vmshmi.config.loader import load_project, parse_project
from vmshmi.config.modbus_devices import ModbusSource
from vmshmi.core.alarms.model import Operator
from vmshmi.core.errors import ConfigurationError

RESOURCES = Path(__file__).parents[2] / "resources"


def test_a_ship_without_a_mistake_is_read() -> None:
    project = parse_project(a_ship())
    assert [device.id for device in project.devices] == ["plc1", "sim"]
    assert isinstance(project.tags[0].source, ModbusSource)
    assert project.alarms[0].operator is Operator.LESS


def test_a_source_gets_the_driver_of_its_device() -> None:
    project = parse_project(with_more("tags", {"id": "s", "source": {"device": "sim"}}))
    assert isinstance(project.tags[-1].source, SimulatorSource)


def test_the_given_data_is_left_as_it_was() -> None:
    data = a_ship()
    before = copy.deepcopy(data)
    parse_project(data)
    assert data == before


def test_every_project_among_the_resources_is_read() -> None:
    files = list(RESOURCES.rglob("*.vmsproj"))
    assert files
    for file in files:
        assert load_project(file).tags


def test_all_mistakes_are_said_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """{"vmsproj": 1,
"vesel": {},
"devices": [{"id": "plc1", "driver": "modbus_tcp", "host": "x", "port": 70000}],
"tags": [
 {"id": "a", "source": {"device": "plc2",
   "table": "holding", "adress": 7}},
 {"id": "b", "kind": "anlog"},
 {"id": "a", "range_min": 5, "range_max": 4}],
"alarms": [{"id": "q", "tag": "c", "operator": "<", "limit": "5", "enable_when": "b =="}]}
"""
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(tmp_path / "x.vmsproj", text))
    assert list(caught.value.problems) == [
        "line 2, vesel: unknown key; did you mean 'vessel'?",
        "line 3, devices[0] plc1, port: must be at most 65535, not 70000",
        "line 5, tags[0] a, source.device: there is no device 'plc2'; did you mean 'plc1'?",
        "line 6, tags[0] a, source.adress: unknown key; did you mean 'address'?",
        "line 7, tags[1] b, kind: must be 'analog', 'digital', 'counter', 'enum' or 'text', not 'anlog';"
        " did you mean 'analog'?",
        "line 8, tags[2] a, id: the id 'a' is used twice, first at line 5, tags[0] a",
        "line 8, tags[2] a, range_min: 5 is above range_max 4",
        "line 9, alarms[0] q, tag: there is no tag 'c'",
        "line 9, alarms[0] q, enable_when: 'b ==', column 5: expected a number, true, false, a tag id, '-' or '(',"
        " found the end",
        "line 9, alarms[0] q, limit: must be a number, not '5'",
    ]


SHAPES: list[tuple[Data, str]] = [
    ({"vmsproj": 1}, "vessel: is missing"),
    (a_ship(vmsproj=2), "vmsproj: must be 1, not 2"),
    (a_ship(vessel=None), "vessel: must be an object {...}, not null"),
    (a_ship(vessel={"name": ""}), "vessel.name: must not be empty"),
    (a_ship(stations={"a": 1}), "stations: must be a list [...], not an object"),
    (a_ship(alrms=[]), "alrms: unknown key; did you mean 'alarms'?"),
    (with_more("tags", 5), "tags[3]: must be an object {...}, not 5"),
    (with_more("tags", {"id": "9x"}), "begins with a letter or '_'; '9x' is none"),
    (with_more("tags", {"id": "t", "decimals": 1.5}), "tags[3] t, decimals: must be a whole number, not 1.5"),
    (with_more("tags", {"id": "t", "decimals": 7}), "tags[3] t, decimals: must be at most 6, not 7"),
    (with_more("tags", {"id": "t", "range_min": "3"}), "tags[3] t, range_min: must be a number, not '3'"),
    (with_more("tags", {"id": "t", "range_min": True}), "tags[3] t, range_min: must be a number, not true"),
    (with_more("tags", {"id": "t", "range_min": float("nan")}), "range_min: must be a finite number, not NaN"),
    (with_more("tags", {"id": "t", "writable": "yes"}), "tags[3] t, writable: must be true or false, not 'yes'"),
    (with_more("tags", {"id": "t", "states": {"on": "x"}}), "states.on: the key must be a whole number in quotes"),
    (
        with_more("tags", {"id": "t", "initial": [1]}),
        "initial: must be a number or a whole number or true or false or a text in double quotes, not a list",
    ),
    (
        with_more("tags", {"id": "t", "initial": 10**30}),
        "tags[3] t, initial: 100000000000000000000000... is too large",
    ),
    (with_more("devices", {"id": "d"}), "devices[2] d, driver: is missing"),
    (
        with_more("devices", {"id": "d", "driver": "modbus"}),
        "devices[2] d, driver: must be one of 'simulator', 'modbus_tcp', 'modbus_rtu', 'modbus_rtu_over_tcp', 'can', "
        "'j1939', 'nmea2000', 'nmea0183', not 'modbus'; did you mean 'modbus_tcp'?",
    ),
    (with_source(table="holdng", address=1), "must be 'holding', 'input', 'coil' or 'discrete', not 'holdng'"),
    (with_source(table="holding", address=-1), "tags[3] t, source.address: must be at least 0, not -1"),
    (with_source(table="holding"), "tags[3] t, source.address: is missing"),
    (with_source(table="holding", address=1, word_order="BIG"), "not 'BIG'; did you mean 'big'?"),
    (
        a_ship(
            pages=[{"id": "p", "title": "P", "elements": [{"type": "text", "x": 0, "y": 0, "w": 1, "h": 1, "text": 5}]}]
        ),
        "pages[0] p, elements[0].text: must be a text in double quotes, not 5",
    ),
    (with_alarm(operator="="), "not '='; did you mean '=='?"),
    (with_alarm(priority="emergency alarm"), "did you mean 'emergency_alarm'?"),
    (with_alarm(hysteresis=-1), "alarms[1] a, hysteresis: must be at least 0, not -1"),
    (
        with_alarm(xyz=1),
        "alarms[1] a, xyz: unknown key; known here: action, category, cause, consequence, consequence_of,",
    ),
]


@pytest.mark.parametrize(("data", "problem"), SHAPES, ids=[problem[:50] for _, problem in SHAPES])
def test_a_value_of_the_wrong_shape_is_said_in_an_engineers_words(data: Data, problem: str) -> None:
    (said,) = problems_of(data)
    assert problem in said
    assert "nput should" not in said


REFERENCES: list[tuple[Data, str]] = [
    (with_more("devices", {"id": "sim", "driver": "simulator"}), "'sim' is used twice, first at devices[1] sim"),
    (with_more("tags", {"id": "me_p.run"}), "tags[3] me_p.run, id: the id 'me_p.run' is used twice, first at tags[1]"),
    (
        with_more("alarms", {"id": "me_p.lo_press.low", "tag": "me_p.run", "operator": "==", "limit": 1}),
        "used twice, first at alarms[0] me_p.lo_press.low",
    ),
    (a_ship(pages=[{"id": "p", "title": "a"}, {"id": "p", "title": "b"}]), "pages[1] p, id: the id 'p' is used twice"),
    (a_ship(stations=[{"id": "ecr"}, {"id": "ecr"}]), "stations[1] ecr, id: the id 'ecr' is used twice"),
    (a_ship(users=["ana", "ben", "ana"]), "users[2]: 'ana' is listed twice"),
    (with_more("tags", {"id": "system.x"}), "ids that begin with 'system.' are the program's own"),
    (with_more("alarms", {"id": "system.a", "tag": "me_p.run", "operator": "==", "limit": 1}), "program's own"),
    (with_more("devices", {"id": "system.d", "driver": "simulator"}), "program's own"),
    (with_more("tags", {"id": "not"}), "'not' is a word of the expression language"),
    (a_ship(pages=[{"id": "alarms", "title": "A"}]), "'alarms' is a page of the program; choose another id"),
    (
        a_ship(pages=[{"id": "p", "title": "P"}, {"id": "overview", "title": "A"}]),
        "pages[1] overview, id: 'overview' is a page of the program",
    ),
    (with_more("tags", {"id": "t", "source": {"device": "sym"}}), "no device 'sym'; did you mean 'sim'?"),
    (with_more("tags", {"id": "t", "source": {}}), "tags[3] t, source.device: is missing"),
    (
        with_more("tags", {"id": "t", "source": {"device": "sim", "table": "coil", "address": 1}}),
        "source.device: device 'sim' is a simulator, but this is the source of a modbus_tcp (table, address)",
    ),
    (
        with_more("tags", {"id": "t", "source": {"device": "plc1", "signal": "sine"}}),
        "device 'plc1' is a modbus_tcp, but this is the source of a simulator (signal)",
    ),
    (
        with_more("tags", {"id": "t", "source": {"device": "plc1", "driver": "simulator"}}),
        "tags[3] t, source.driver: device 'plc1' is a modbus_tcp, not a simulator",
    ),
    (with_alarm(tag="me_p.lo_pres"), "there is no tag 'me_p.lo_pres'; did you mean 'me_p.lo_press'?"),
    (with_alarm(enable_when="me_p.rum == 1"), "enable_when: there is no tag 'me_p.rum'; did you mean 'me_p.run'?"),
    (with_alarm(enable_when="me_p.run = 1"), "enable_when: 'me_p.run = 1', column 10: '=' is not part of the language"),
    (with_alarm(enable_when="(" * 5000), f"enable_when: '{'(' * 40}...', column 2001: longer than 2000 characters"),
    (with_alarm(enable_when="me_p.mode == 1"), "tag 'me_p.mode' holds a text; an expression works with numbers"),
    (
        with_alarm(enable_when="me_p.run-me_p.lo_press > 1"),
        "to subtract, put spaces around the minus: 'me_p.run - me_p.lo_press'",
    ),
    (
        a_ship(
            pages=[
                {
                    "id": "p",
                    "title": "P",
                    "elements": [{"type": "readout", "x": 0, "y": 0, "w": 1, "h": 1, "tag": "me_p.runn"}],
                }
            ]
        ),
        "pages[0] p, elements[0].tag: there is no tag 'me_p.runn'; did you mean 'me_p.run'?",
    ),
]


@pytest.mark.parametrize(("data", "problem"), REFERENCES, ids=[problem[:50] for _, problem in REFERENCES])
def test_a_name_that_leads_nowhere_or_to_two_things_is_a_mistake(data: Data, problem: str) -> None:
    (said,) = problems_of(data)
    assert problem in said


def test_a_project_may_watch_and_show_the_tags_of_the_program_itself() -> None:
    parse_project(with_alarm(tag="system.disk.free", enable_when="system.historian.ok == 1"))


NONSENSE: list[tuple[Data, str]] = [
    (a_ship(vessel={"name": "x", "time_zone": "Europe/Madird"}), "vessel.time_zone: there is no time zone"),
    (a_ship(vessel={"name": "x", "time_zone": "Europe"}), "vessel.time_zone: there is no time zone 'Europe'"),
    (a_ship(vessel={"name": "x", "time_zone": "../../etc/passwd"}), "vessel.time_zone: there is no time zone"),
    (with_more("devices", {"id": "d", "driver": "modbus_tcp", "host": "10.0.0.1:502"}), "without scheme and port"),
    (with_more("devices", {"id": "d", "driver": "modbus_tcp", "host": "tcp://plc"}), "without scheme and port"),
    (
        with_more("devices", {"id": "d", "driver": "simulator", "tick_s": 5, "stale_after_s": 3}),
        "devices[2] d, stale_after_s: is shorter than tick_s",
    ),
    (
        with_source(table="input", address=1, stale_after_s=0.2),
        "stale_after_s: is shorter than poll_s of device 'plc1'",
    ),
    (with_more("tags", {"id": "t", "range_normal_min": 2, "range_normal_max": 1}), "2 is above range_normal_max 1"),
    (with_more("tags", {"id": "t", "range_min": 2, "range_max": 1}), "range_min: 2 is above range_max 1"),
    (with_more("tags", {"id": "t", "source": {"device": "sim", "minimum": 2, "maximum": 1}}), "2 is above maximum 1"),
    (with_more("tags", {"id": "t", "initial": "off"}), "must be a number or true or false for a tag of kind 'analog'"),
    (with_more("tags", {"id": "t", "kind": "text", "initial": 1}), "must be a text for a tag of kind 'text', not 1"),
    (with_source(table="coil", address=1, bit=1), "source.bit: makes no sense for table 'coil'"),
    (with_source(table="discrete", address=1, scale=2), "source.scale: makes no sense for table 'discrete'"),
    (with_source(table="coil", address=1, type="float32"), "source.type: makes no sense for table 'coil'"),
    (with_source(table="coil", address=1, kind="text"), "kind: table 'coil' holds single bits, no text"),
    (with_source(table="input", address=1, writable=True), "tags[3] t, writable: input registers cannot be written"),
    (with_source(table="discrete", address=1, writable=True), "writable: discrete inputs cannot be written"),
    (with_source(table="holding", address=1, type="float32", bit=1), "source.bit: picks a bit of a 16-bit register"),
    (with_source(table="holding", address=1, bit=1, scale=2), "source.scale: makes no sense together with 'bit'"),
    (with_source(table="holding", address=1, scale=0), "source.scale: must not be 0"),
    (with_source(table="holding", address=1, type="string", kind="text", scale=2), "makes no sense for type 'string'"),
    (with_source(table="holding", address=1, type="string"), "needs a tag of kind 'text', not 'analog'"),
    (with_source(table="holding", address=1, kind="text"), "needs a source of type 'string', not 'uint16'"),
    (with_source(table="holding", address=1, length=2), "is for type 'string'; type 'uint16' knows its length"),
    (with_source(table="holding", address=1, type="float32", sentinels=[1]), "type 'float32' says it with NaN"),
    (with_source(table="holding", address=1, sentinels=[1, 65_536]), "sentinels[1]: 65536 is no uint16 (0 to 65535)"),
    (with_source(table="holding", address=1, type="int16", sentinels=[32_768]), "32768 is no int16 (-32768 to 32767)"),
    (with_source(table="holding", address=65_535, type="int32"), "65535 and 2 registers go beyond 65535"),
    (
        with_source(table="holding", address=65_530, type="string", length=7, kind="text"),
        "65530 and 7 registers go beyond 65535",
    ),
    (with_alarm(tag="me_p.mode"), "alarms[1] a, tag: tag 'me_p.mode' holds a text; an alarm compares numbers"),
    (
        a_ship(
            pages=[
                {
                    "id": "p",
                    "title": "P",
                    "elements": [
                        {"type": "bar", "x": 0, "y": 0, "w": 1, "h": 1, "tag": "me_p.run", "minimum": 2, "maximum": 1}
                    ],
                }
            ]
        ),
        "pages[0] p, elements[0].minimum: 2 is above maximum 1",
    ),
    (with_alarm(operator="==", hysteresis=1), "alarms[1] a, hysteresis: makes no sense with '=='"),
    (with_alarm(operator="!=", hysteresis=1), "alarms[1] a, hysteresis: makes no sense with '!='"),
    (with_alarm(operator="abs>", limit=-1), "alarms[1] a, limit: must not be negative with 'abs>'"),
    (with_alarm(operator="abs>", limit=1, hysteresis=2), "no value would be far enough back"),
]


@pytest.mark.parametrize(("data", "problem"), NONSENSE, ids=[problem[:50] for _, problem in NONSENSE])
def test_what_makes_no_sense_is_a_mistake(data: Data, problem: str) -> None:
    (said,) = problems_of(data)
    assert problem in said


def test_a_value_must_come_in_one_answer_of_its_device() -> None:
    slow = {"id": "slow", "driver": "modbus_tcp", "host": "h", "max_registers": 1}
    tag = {"id": "t", "source": {"device": "slow", "table": "holding", "address": 1, "type": "uint32"}}
    ship = with_more("devices", slow)
    tags = ship["tags"]
    assert isinstance(tags, list)
    (said,) = problems_of({**ship, "tags": [*tags, tag]})
    assert said == "tags[3] t, source.type: needs 2 registers, device 'slow' gives at most 1 at once (max_registers)"


@pytest.mark.parametrize(
    "data",
    [
        with_source(table="coil", address=65_535, type="uint16", scale=1, offset=0, bit=None, sentinels=[], length=1),
        with_source(table="holding", address=65_535),
        with_source(table="holding", address=65_534, type="float32", word_order="little"),
        with_source(table="holding", address=0, type="int16", bit=15, kind="digital"),
        with_source(table="holding", address=0, type="int16", sentinels=[-32_768, 32_767]),
        with_source(table="holding", address=0, type="string", length=125, kind="text"),
        with_source(table="holding", address=0, writable=True),
        with_source(table="holding", address=0, stale_after_s=0.5),
        with_alarm(operator="abs>", limit=5, hysteresis=5),
        with_alarm(operator="==", hysteresis=0),
        with_alarm(limit=-5, hysteresis=50),
        with_more("tags", {"id": "t", "range_min": 1, "range_max": 1, "initial": 18_446_744_073_709_551_615}),
        with_more("devices", {"id": "d", "driver": "modbus_tcp", "host": "fe80::1"}),
        a_ship(vessel={"name": "x", "time_zone": "Europe/Madrid"}),
        a_ship(pages=[{"id": "overview", "title": "A"}]),
    ],
)
def test_what_makes_sense_at_the_edge_is_no_mistake(data: Data) -> None:
    parse_project(data)


def test_a_broken_value_does_not_hide_the_mistakes_beside_it() -> None:
    said = problems_of(with_alarm(tag="nowhere", limit="high", priority=5, enable_when="gone == 1"))
    assert [text.split(": ")[0] for text in said] == [
        "alarms[1] a, tag",
        "alarms[1] a, enable_when",
        "alarms[1] a, limit",
        "alarms[1] a, priority",
    ]


def test_a_tag_with_a_mistake_of_its_own_still_counts_as_there() -> None:
    said = problems_of(a_ship(tags=[{"id": "me_p.lo_press", "kind": "wrong"}, {"id": "me_p.run"}]))
    assert len(said) == 1
    assert "tags[0] me_p.lo_press, kind" in said[0]


def test_a_key_written_twice_is_a_mistake_on_its_second_line(tmp_path: Path) -> None:
    text = json.dumps(a_ship(), indent=1).replace('"unit": "bar",', '"unit": "bar",\n"unit": "Pa",')
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(tmp_path / "x.vmsproj", text))
    first = text[: text.index('"unit"')].count("\n") + 1
    assert caught.value.problems == (
        f"line {first + 1}, tags[0] me_p.lo_press, unit: this key is written more than once, first on line {first}",
    )


def test_half_a_character_is_refused_where_it_stands(tmp_path: Path) -> None:
    text = json.dumps(a_ship(vessel={"name": "A\ud83d"}), indent=1)
    with pytest.raises(ConfigurationError) as caught:
        load_project(write(tmp_path / "x.vmsproj", text))
    (said,) = caught.value.problems
    assert "vessel.name: a '\\u' escape stands for half a character" in said


@given(st.text(st.characters()))
def test_a_problem_is_one_printable_line_whatever_the_file_says(word: str) -> None:
    for said in problems_of({**a_ship(), "vessel": {"name": "x", word + "?": 1, "imo": [word]}}):
        assert said.isprintable()


def test_nesting_without_end_is_said_and_not_a_crash() -> None:
    for depth in (300, 950, 5000):
        inner: list[object] = []
        data = a_ship(tags=inner, alarms=[])
        for _ in range(depth):
            inner.append([])
            inner = inner[0]  # type: ignore[assignment]  # a list was put in the line before
        assert problems_of(data) == ["project: lists and objects are nested too deeply"]


@pytest.mark.parametrize("data", [None, 5, "x", [], [a_ship()], {1: 2}, {"vmsproj": {1, 2}}, {("a",): 1}])
def test_data_that_is_no_project_at_all_is_a_configuration_error(data: object) -> None:
    assert problems_of(data)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["plc1", "sim", "holding", "", "a-b", "9"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "driver", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places_in(value: object) -> list[tuple[object, object]]:
    parts = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [(value, key) for key, _ in parts] + [place for _, part in parts for place in places_in(part)]


@given(st.data())
def test_a_ship_with_anything_put_anywhere_loads_or_says_why(data: st.DataObject) -> None:
    ship = a_ship(
        pages=[
            {"id": "p", "title": "P", "elements": [{"type": "text", "x": 0, "y": 0, "w": 1, "h": 1, "text": "text"}]}
        ],
        stations=[{"id": "bridge", "profile": "bridge", "banner": "non_modal", "acknowledge_visible": False}],
        users=["ana"],
        alarm_system={"flood_start": 8, "flood_end": 4, "escalate_warnings_s": 300},
        alarms=[
            {"id": "a", "tag": "me_p.lo_press", "measure": "deviation", "mean_of": ["me_p.lo_press", "me_p.run"],
             "operator": ">", "limit": 1, "escalate_s": 60, "consequence_of": ["b"], "first_out": "ME"},
            {"id": "b", "tag": "me_p.run", "measure": "mismatch", "follows": "me_p.lo_press", "priority": "alarm"},
            {"id": "me_p.run.sensor", "tag": "me_p.run", "measure": "bad_quality", "on_bad": "alarm"},
        ],
    )  # fmt: skip
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(places_in(ship)))
        holder[key] = data.draw(json_values)  # type: ignore[index]  # a place in a list or an object
    said: tuple[str, ...] | None = None
    try:
        parse_project(ship)
    except ConfigurationError as error:
        said = error.problems
    assert said is None or (said and all(": " in problem for problem in said))


def test_a_large_file_that_is_wrong_everywhere_is_answered_too() -> None:
    tags = [{"id": f"group{i % 50}.tag_{i}", "adress": i} for i in range(2000)]
    alarms = [{"id": f"a{i}", "tag": f"gruop{i % 50}.tag_{i}", "operator": ">", "limit": 1} for i in range(2000)]
    said = problems_of(a_ship(tags=tags, alarms=alarms))
    assert len(said) == 4000
    for name in ("7.tag_7", "49.tag_1999"):
        assert f"did you mean 'group{name}'?" in next(text for text in said if f"'gruop{name}'" in text)
