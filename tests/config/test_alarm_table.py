"""Alarms as a table: what a spreadsheet makes of it, and what an import would change."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vmshmi.config.alarm_import import plan_import
from vmshmi.config.alarm_table import COLUMNS, read_table, write_table
from vmshmi.config.json_text import read_json
from vmshmi.config.loader import parse_project
from vmshmi.core.errors import ConfigurationError

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "aurora.vmsproj"
TAGS = ("me_p.rpm", "me_p.exh1", "me_p.exh2", "me_p.run")


def _project(*alarms: dict[str, Any]) -> dict[str, Any]:
    return {
        "vmsproj": 1,
        "vessel": {"name": "MV Aurora"},
        "tags": [{"id": tag, "kind": "digital" if tag.endswith("run") else "analog"} for tag in TAGS],
        "alarms": list(alarms),
    }


def _alarm(alarm_id: str = "a1", **more: Any) -> dict[str, Any]:
    return {"id": alarm_id, "tag": "me_p.rpm", "operator": ">", "limit": 5, **more}


def _imported(data: dict[str, Any], text: str, *, delete_missing: bool = False) -> Any:
    return plan_import(data, read_table(text.encode()), delete_missing=delete_missing)


def _problems(data: dict[str, Any], text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as refused:
        _imported(data, text)
    return refused.value.problems


# ---- identity

_texts = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x7f"), max_size=12) | (
    st.sampled_from(("=1+1", "+49", "-", "@SUM(A1)", "'quoted", "''", "a;b,c\td", 'say "no"', "two\nlines", " edge "))
)
_alarms = st.builds(
    dict,
    tag=st.sampled_from(TAGS[:3]),
    operator=st.sampled_from((">", ">=", "<", "<=")),
    limit=st.floats(-1e6, 1e6) | st.integers(-1000, 1000),
)
_more = st.fixed_dictionaries(
    {},
    optional={
        "hysteresis": st.floats(0, 100),
        "delay_s": st.floats(0, 86_400),
        "off_delay_s": st.integers(0, 100),
        "priority": st.sampled_from(("emergency_alarm", "alarm", "caution")),
        "category": st.sampled_from(("A", "B", "C")),
        "message": _texts,
        "group": _texts,
        "cause": _texts,
        "action": _texts,
        "enable_when": st.sampled_from(("", "me_p.run == 1")),
        "enable_delay_s": st.just(0.0),
        "on_bad": st.sampled_from(("hold", "block", "alarm")),
        "first_out": st.sampled_from(("", "me_p")),
    },
)


@settings(max_examples=150)
@given(st.lists(st.tuples(_alarms, _more), max_size=5), st.sampled_from((",", ";", "\t")), st.booleans())
def test_an_export_read_again_changes_nothing(
    parts: list[tuple[dict[str, Any], dict[str, Any]]], separator: str, mark: bool
) -> None:
    data = _project(*({"id": f"a{number}", **alarm, **more} for number, (alarm, more) in enumerate(parts)))
    parse_project(data)
    text = write_table(data["alarms"], separator)
    plan = plan_import(data, read_table((b"\xef\xbb\xbf" if mark else b"") + text.encode()), delete_missing=True)
    assert plan.is_empty
    assert plan.data == data


@settings(max_examples=80)
@given(st.lists(st.tuples(_alarms, _more), min_size=1, max_size=4), st.sampled_from((",", ";", "\t")))
def test_an_export_makes_the_same_alarms_in_an_empty_project(
    parts: list[tuple[dict[str, Any], dict[str, Any]]], separator: str
) -> None:
    data = _project(*({"id": f"a{number}", **alarm, **more} for number, (alarm, more) in enumerate(parts)))
    plan = plan_import(_project(), read_table(write_table(data["alarms"], separator).encode()), delete_missing=False)
    assert parse_project(plan.data).alarms == parse_project(data).alarms


def test_the_demo_vessel_survives_the_way_through_a_spreadsheet() -> None:
    data: Any = read_json(DEMO).data
    plan = plan_import(data, read_table(write_table(data["alarms"], ";").encode()), delete_missing=True)
    assert plan.is_empty
    assert plan.data == data


# ---- what a spreadsheet does


@pytest.mark.parametrize(("separator", "number"), [(",", "2.5"), (";", "2,5"), (";", "2.5"), ("\t", "2,5")])
def test_a_number_has_the_comma_or_the_point_of_its_separator(separator: str, number: str) -> None:
    plan = _imported(_project(_alarm()), f"id{separator}limit\na1{separator}{number}\n")
    assert plan.data["alarms"][0]["limit"] == 2.5


def test_a_line_that_names_the_separator_and_empty_lines_are_passed_over() -> None:
    plan = _imported(_project(_alarm()), "sep=;\r\nid;limit\r\n;;\r\na1;7\r\n")
    assert (plan.data["alarms"][0]["limit"], plan.changed[0].line) == (7, 4)


def test_a_table_in_utf_16_is_read_as_excel_writes_it() -> None:
    table = read_table("id\tmessage\na1\tÖldruck\n".encode("utf-16"))
    assert table.rows[0].cells == {"id": "a1", "message": "Öldruck"}


def test_a_line_break_within_quotes_is_part_of_the_text_and_counts_as_a_line() -> None:
    data = _project(_alarm(), _alarm("a2"))
    plan = _imported(data, 'id,cause,limit\na1,"first\nsecond",5\na2,x,6\n')
    assert plan.data["alarms"][0]["cause"] == "first\nsecond"
    assert [change.line for change in plan.changed] == [2, 4]


def test_what_a_spreadsheet_would_take_for_a_formula_is_written_as_a_text() -> None:
    text = write_table([_alarm(message="=HYPERLINK(1)", operator="==", limit=-3)])
    assert ",'==," in text
    assert ",'=HYPERLINK(1)," in text
    assert ",-3," in text


def test_an_empty_cell_is_the_default_and_takes_the_key_away() -> None:
    plan = _imported(_project(_alarm(hysteresis=2, message="high")), "id,hysteresis\na1,\n")
    assert plan.data["alarms"][0] == _alarm(message="high")


def test_a_default_that_is_written_in_the_file_is_no_change_and_stays() -> None:
    data = _project(_alarm(hysteresis=0, priority="warning"))
    plan = _imported(data, "id,hysteresis,priority\na1,,\n")
    assert plan.is_empty
    assert plan.data == data


def test_a_column_that_is_not_there_leaves_the_field_as_it_is() -> None:
    plan = _imported(_project(_alarm(message="high")), "id,limit\na1,6\n")
    assert plan.data["alarms"] == [_alarm(message="high") | {"limit": 6}]


def test_a_new_key_stands_where_the_format_has_it() -> None:
    plan = _imported(_project(_alarm(message="high")), "id,delay_s\na1,4\n")
    assert list(plan.data["alarms"][0]) == ["id", "tag", "operator", "limit", "delay_s", "message"]


# ---- rows


def test_a_missing_row_deletes_nothing_unless_it_is_asked_for() -> None:
    data = _project(_alarm(), _alarm("a2"))
    kept = _imported(data, "id,limit\na1,5\n")
    assert (kept.is_empty, kept.kept, kept.data) == (True, ("a2",), data)
    gone = _imported(data, "id,limit\na1,5\n", delete_missing=True)
    assert (gone.removed, [alarm["id"] for alarm in gone.data["alarms"]]) == (("a2",), ["a1"])


def test_a_new_row_is_a_new_alarm_behind_the_others() -> None:
    plan = _imported(_project(_alarm()), "id,tag,operator,limit\na2,me_p.rpm,<,1\n")
    assert [alarm["id"] for alarm in plan.data["alarms"]] == ["a1", "a2"]
    assert [str(field) for field in plan.added[0].fields][:2] == ["id (default) -> a2", "tag (default) -> me_p.rpm"]


# ---- mistakes


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,limitt\na1,1\n", "line 1, column B: unknown column 'limitt'; did you mean 'limit'?"),
        ("limit\n1\n", "line 1: there is no column 'id'; the first line must name the columns"),
        ("id,limit,limit\na1,1,1\n", "line 1, column C: there are two columns 'limit'"),
        ("id,limit\na1,high\n", "line 2, column B (limit): 'high' is no number"),
        ('id,limit\na1,"2,5"\n', "line 2, column B (limit): '2,5' is no number; write it as 2.5"),
        ("id;limit\na1;1.234,5\n", "line 2, column B (limit): '1.234,5' is no number; write it as 1234.5"),
        ("id,latching\na1,yes\n", "line 2, column B (latching): 'yes' is not true or false"),
        ("id,limit\na1,1\na1,2\n", "line 3, column A (id): 'a1' is on line 2 too"),
        ("id,limit\n,1\n", "line 2, column A (id): is empty"),
        ("id,limit\na1,1,9\n", "line 2, column C: '9' stands in a column without a name"),
        ("id,tag\na1,me_p.exh\n", "line 2, column B (tag): there is no tag 'me_p.exh'; did you mean 'me_p.exh2'?"),
        ("id,hysteresis\na1,-1\n", "line 2, column B (hysteresis): must be at least 0, not -1"),
        ('id,cause\na1,"never closed\n', "line 2: is no row of a table: unexpected end of data"),
        ("", "line 1: there is no column 'id'; the first line must name the columns"),
    ],
)
def test_a_mistake_is_told_with_line_and_column(text: str, problem: str) -> None:
    assert problem in _problems(_project(_alarm()), text)


def test_every_mistake_is_told_at_once() -> None:
    problems = _problems(_project(_alarm(), _alarm("a2")), "id,limit,delay_s\na1,x,1\na2,1,y\n")
    assert [problem.partition(":")[0] for problem in problems] == [
        "line 2, column B (limit)",
        "line 3, column C (delay_s)",
    ]


def test_bytes_that_are_no_utf_8_are_told_with_their_line() -> None:
    with pytest.raises(ConfigurationError, match="line 2: is not UTF-8"):
        read_table(b"id,message\na1,\xd6l\n")


def test_every_key_of_an_alarm_is_a_column() -> None:
    assert set(COLUMNS) >= {"id", "tag", "limit", "consequence_of", "mean_of"}
