"""Commands and users of a project file: what is read, and what makes no sense."""

import pytest

from tests.config.ship import a_ship, problems_of, with_more
from vmshmi.config.loader import load_project, parse_project, project_to_data
from vmshmi.config.shipped import resources
from vmshmi.core.access import Role
from vmshmi.core.commands import CommandRule, Permissive
from vmshmi.core.values import TagId


def commanded(command: object = None, **tag: object) -> dict[str, object]:
    """The ship with a writable tag `t`; a command of None is left out."""
    source = {"device": "plc1", "table": "holding", "address": 4, "scale": 0.1}
    with_command = {} if command is None else {"command": command}
    return with_more("tags", {"id": "t", "writable": True, "source": source, **tag, **with_command})


def rule_of(data: dict[str, object]) -> CommandRule | None:
    return parse_project(data).tag_definitions()[-1].command


def test_without_a_command_the_defaults_hold() -> None:
    rule = rule_of(commanded(range_min=0, range_max=100))
    assert rule == CommandRule(range_min=0, range_max=100, tolerance=0.05)


def test_a_tag_that_is_not_writable_has_none() -> None:
    assert rule_of(commanded(writable=False)) is None


def test_all_of_it_arrives() -> None:
    rule = rule_of(
        commanded(
            {
                "allowed": [1, 2],
                "permissive": "me_p.run == 1",
                "permissive_text": "the engine runs",
                "deadline_s": 3,
                "feedback_tag": "me_p.run",
                "feedback": {"1": [0], "2": [1, True]},
                "feedback_timeout_s": 15,
                "select_before_operate": True,
                "role": "engineer",
            },
            kind="enum",
            states={"1": "Stop", "2": "Start"},
        )
    )
    assert rule == CommandRule(
        allowed=(1, 2),
        permissive=Permissive("me_p.run == 1", "the engine runs"),
        deadline_s=3.0,
        feedback_tag=TagId("me_p.run"),
        feedback=((1.0, (0,)), (2.0, (1, True))),
        timeout_s=15.0,
        select_first=True,
        role=Role.ENGINEER,
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (commanded({"role": "operator"}, writable=False), "command: has no meaning for a tag that is not"),
        (commanded({"feedback_tag": "me_p.rum"}), "there is no tag 'me_p.rum'; did you mean 'me_p.run'?"),
        (commanded({"permissive": "me_p.run = 1"}), "'==' compares"),
        (commanded({"permissive": "me_p.rum == 1"}), "there is no tag 'me_p.rum'"),
        (commanded({"permissive": "me_p.mode == 1"}), "holds a text"),
        (commanded({"permissive_text": "ready"}), "explains a permissive that is not there"),
        (commanded({"range_min": 5, "range_max": 4}), "5 is above range_max 4"),
        (commanded({"range_max": 200}, range_max=100), "outside what the tag can say at all (100)"),
        (commanded({"range_min": -1}, range_min=0), "outside what the tag can say at all (0)"),
        (commanded({"range_max": 1}, kind="digital"), "makes no sense for a tag of kind 'digital'"),
        (commanded({"allowed": ["on"]}), "is no value of a tag of kind 'analog'"),
        (commanded({"allowed": [3], "range_max": 2}), "3 is outside the range of the command"),
        (commanded({"allowed": [3]}, kind="enum", states={"1": "a"}), "3 is no state of the tag; it has 1"),
        (commanded({"feedback": {"1": [1]}}), "has no meaning without feedback_tag"),
        (commanded({"feedback_tag": "me_p.run", "feedback": {"on": [1]}}), "'on' is no value of a tag of kind"),
        (
            commanded({"allowed": [1], "feedback_tag": "me_p.run", "feedback": {"2": [1]}}),
            "'2' is not among the allowed values",
        ),
        (commanded({"role": "viewer"}), "must be 'operator' or 'engineer', not 'viewer'"),
        (commanded({"deadline_s": 0}), "must be greater than 0"),
        (commanded({"feedback_timeout_s": 601}), "must be at most 600"),
        (commanded({"confirm": "none"}), "unknown key"),
        (a_ship(users=[{"name": "a", "role": "boss"}]), "users[0], role: must be"),
        (a_ship(users=["a", {"name": "a"}]), "'a' is listed twice"),
        (a_ship(users=[7]), "users[0]: must be"),
    ],
)
def test_what_makes_no_sense_is_said(data: dict[str, object], problem: str) -> None:
    found = problems_of(data)
    assert any(problem in line for line in found), found
    assert len(found) == 1, found


def test_names_stay_names_and_roles_stay() -> None:
    users = ["Motorman", {"name": "Chief", "role": "engineer"}]
    project = parse_project(a_ship(users=users))
    assert project_to_data(project)["users"] == users
    assert project.user_names == ("Motorman", "Chief")


@pytest.mark.parametrize(
    ("users", "roles"),
    [
        ([], {"anybody": Role.OPERATOR}),
        (["Motorman"], {"Motorman": Role.OPERATOR, "anybody": Role.OPERATOR}),
        (
            ["Motorman", {"name": "Cook", "role": "viewer"}],
            {"Motorman": Role.OPERATOR, "Cook": Role.VIEWER, "anybody": Role.VIEWER},
        ),
        ([{"name": "Chief", "role": "engineer"}], {"Chief": Role.ENGINEER, "anybody": Role.VIEWER}),
    ],
)
def test_what_a_name_may(users: list[object], roles: dict[str, Role]) -> None:
    project = parse_project(a_ship(users=users))
    assert {name: project.role_of(name) for name in roles} == roles


@pytest.mark.parametrize("ship", ["aurora", "recorded"])
def test_whoever_starts_a_demo_may_see_everything_it_has(ship: str) -> None:
    project = load_project(resources() / "demo" / f"{ship}.vmsproj")
    assert project.role_of(project.station("").user) is Role.ENGINEER
