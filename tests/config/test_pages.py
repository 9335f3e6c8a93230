"""What the loader says about pages, and that the demo vessel's pages are drawn on a clean grid."""

from itertools import combinations
from pathlib import Path

import pytest

from tests.config.ship import problems_of, with_more
from vmshmi.config.loader import load_project, parse_project
from vmshmi.config.pages import BreakerElement, LineElement, PageConfig, PanelElement, Placed

DEMO = load_project(Path(__file__).parents[2] / "resources" / "demo" / "aurora.vmsproj")
BOX: dict[str, object] = {"x": 0, "y": 0, "w": 10, "h": 10}


def page_with(**element: object) -> dict[str, object]:
    return with_more("pages", {"id": "main", "title": "Main", "elements": [element]})


def test_every_element_type_is_read() -> None:
    boxed = {"tag": "me_p.lo_press", **BOX}
    kinds = ["readout", "bar", "gauge", "tank", "breaker", "pump", "valve", "lamp", "rudder"]
    machines = [{"type": kind, "label": "M", "state_tag": "me_p.run", **BOX} for kind in ("engine", "genset")]
    elements = [
        {"type": "panel", **BOX},
        {"type": "text", "text": "Words", **BOX},
        {"type": "line", "points": [[0, 0], [10, 0]], "live_tag": "me_p.run"},
        *({"type": kind, **boxed} for kind in kinds),
        *machines,
    ]
    project = parse_project(with_more("pages", {"id": "main", "title": "Main", "elements": elements}))
    assert len(project.pages[0].elements) == 14


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ({"type": "readout", "tag": "me_p.lo_pres", **BOX}, ["tag", "me_p.lo_pres", "did you mean"]),
        ({"type": "engine", "label": "M", "state_tag": "nothing", **BOX}, ["state_tag", "nothing"]),
        ({"type": "line", "points": [[0, 0], [9, 0]], "live_tag": "nothing"}, ["live_tag", "nothing"]),
        (
            {"type": "pump", "tag": "me_p.run", "command_tag": "me_p.lo_press", **BOX},
            ["command_tag", "'me_p.lo_press' cannot be commanded: it is not writable"],
        ),
        ({"type": "line", "points": [[0, 0]]}, ["points"]),
        ({"type": "thermometer", "tag": "me_p.lo_press", **BOX}, ["thermometer"]),
        ({"type": "tank", "tag": "me_p.lo_press", "colour": "red", **BOX}, ["colour"]),
        ({"type": "bar", "tag": "me_p.lo_press", **BOX, "w": 0}, ["w"]),
        ({"type": "bar", "tag": "me_p.lo_press", **BOX, "minimum": 5, "maximum": 1}, ["minimum"]),
    ],
)
def test_a_mistake_on_a_page_is_said_with_its_place(element: dict[str, object], words: list[str]) -> None:
    problems = problems_of(page_with(**element))
    assert len(problems) == 1
    for word in ["pages", *words]:
        assert word in problems[0]


def test_normal_when_reaches_the_definition_and_its_tags_are_checked() -> None:
    tag = {"id": "t", "normal_when": "me_p.run == 1", "source": {"device": "sim"}}
    project = parse_project(with_more("tags", tag))
    assert project.tag_definitions()[-1].normal_when == "me_p.run == 1"
    (problem,) = problems_of(with_more("tags", {**tag, "normal_when": "me_p.runs == 1"}))
    assert "normal_when" in problem
    assert "me_p.runs" in problem
    (problem,) = problems_of(with_more("tags", {**tag, "normal_when": "me_p.run ="}))
    assert "'==' compares" in problem


def test_the_demo_has_an_overview_and_three_pages_in_detail() -> None:
    assert [page.id for page in DEMO.pages] == ["overview", "propulsion", "power", "tanks"]


@pytest.mark.parametrize("page", DEMO.pages, ids=[page.id for page in DEMO.pages])
def test_elements_of_the_demo_lie_on_their_page_and_not_on_each_other(page: PageConfig) -> None:
    placed = [element for element in page.elements if not isinstance(element, LineElement | PanelElement)]
    for element in placed:
        assert element.x >= 0, element
        assert element.y >= 0, element
        assert element.x + element.w <= page.width, element
        assert element.y + element.h <= page.height, element
    for one, other in combinations(placed, 2):
        assert not overlap(one, other), f"{one} lies on {other}"


def overlap(one: Placed, other: Placed) -> bool:
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return across > 0 and down > 0


@pytest.mark.parametrize("page", DEMO.pages, ids=[page.id for page in DEMO.pages])
def test_beside_a_breaker_there_is_room_for_the_symbol_of_its_alarm(page: PageConfig) -> None:
    placed = [element for element in page.elements if not isinstance(element, LineElement | PanelElement)]
    for breaker in (element for element in placed if isinstance(element, BreakerElement)):
        wide = breaker.model_copy(update={"w": breaker.w + 26})
        assert not any(overlap(wide, other) for other in placed if other is not breaker)
