"""Groups of tags for the trends page."""

import pytest

from vmshmi.config.loader import parse_project
from vmshmi.core.errors import ConfigurationError

TAGS = [{"id": f"t{number}"} for number in range(17)]


def problems(*trends: dict[str, object]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_project({"vmsproj": 1, "vessel": {"name": "A"}, "tags": TAGS, "trends": list(trends)})
    return "\n".join(caught.value.problems)


def test_a_group_names_its_tags_in_their_order() -> None:
    group = {"id": "g", "title": "Group", "tags": ["t3", "t1"]}
    project = parse_project({"vmsproj": 1, "vessel": {"name": "A"}, "tags": TAGS, "trends": [group]})
    assert project.trends[0].tags == ("t3", "t1")


def test_a_tag_that_is_not_there_is_named_with_its_place() -> None:
    text = problems({"id": "g", "title": "Group", "tags": ["t1", "t99"]})
    assert "trends[0] g" in text
    assert "there is no tag 't99'" in text


def test_two_groups_of_one_id_are_refused() -> None:
    group: dict[str, object] = {"id": "g", "title": "Group", "tags": ["t1"]}
    assert "used twice" in problems(group, group)


@pytest.mark.parametrize("tags", [[], [f"t{number}" for number in range(17)]])
def test_a_group_has_one_to_sixteen_tags(tags: list[str]) -> None:
    assert "trends[0]" in problems({"id": "g", "title": "Group", "tags": tags})
