"""What `docs/project-file.md` tells an engineer is what the loader does."""

import json
import re
from pathlib import Path
from typing import cast, get_args

import pytest
from pydantic import BaseModel

from vmshmi.config.alarms import AlarmConfig, AlarmSystemConfig
from vmshmi.config.commands import CommandConfig, UserConfig
from vmshmi.config.devices import Device, Source
from vmshmi.config.loader import parse_project
from vmshmi.config.pages import Element, PageConfig
from vmshmi.config.project import Project, StationConfig, TagConfig, VesselConfig
from vmshmi.config.templates import TemplateUse
from vmshmi.core.expression import MAX_DEPTH, MAX_LENGTH, parse

TEXT = (Path(__file__).parents[2] / "docs" / "project-file.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", TEXT, re.DOTALL)


def members(union: object) -> tuple[type[BaseModel], ...]:
    return cast("tuple[type[BaseModel], ...]", get_args(get_args(union)[0]))


MODELS = (
    Project,
    VesselConfig,
    TemplateUse,
    TagConfig,
    AlarmConfig,
    AlarmSystemConfig,
    StationConfig,
    CommandConfig,
    UserConfig,
    PageConfig,
    *members(Device),
    *members(Source),
    *members(Element),
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_of_the_file_is_explained(model: type[BaseModel]) -> None:
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", TEXT))))
    assert set(model.model_fields) - words == set()


@pytest.mark.parametrize("model", members(Element), ids=lambda model: model.__name__)
def test_every_element_of_a_page_has_a_row_with_its_keys(model: type[BaseModel]) -> None:
    name = get_args(model.model_fields["type"].annotation)[0]
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |")]
    assert set(model.model_fields) - {"type", "x", "y", "w", "h"} <= set(re.findall(r"\w+", row))


def test_the_example_is_a_project_without_mistakes() -> None:
    (example,) = [json.loads(text) for language, text in BLOCKS if language == "json"]
    project = parse_project(example)
    assert set(example) == set(Project.model_fields)
    assert len([tag for tag in project.tags if not tag.id.startswith("gx.")]) == 3


def test_the_expressions_are_expressions() -> None:
    (lines,) = [text for _, text in BLOCKS if text.startswith("me_p.run == 1\n")]
    assert [len(parse(line).tags) for line in lines.splitlines()] == [1, 2, 3, 2]


def test_the_bounds_of_expressions_are_the_real_ones() -> None:
    assert f"At most {MAX_LENGTH:,} characters and {MAX_DEPTH} levels" in TEXT
