"""What `vmshmi check` and `vmshmi schema` answer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from tests.config.ship import a_ship, write
from vmshmi.config.check import check_file
from vmshmi.config.project import Project
from vmshmi.config.schema import project_schema


def parts(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield cast("dict[str, object]", value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(part)


def test_nothing_is_said_of_a_file_without_mistakes(tmp_path: Path) -> None:
    assert check_file(write(tmp_path / "x.vmsproj", json.dumps(a_ship()))) == []


def test_each_line_names_file_and_place_and_says_what(tmp_path: Path) -> None:
    file = write(tmp_path / "x.vmsproj", json.dumps(a_ship(vesel={}, users=[1]), indent=1))
    lines = check_file(file)
    assert len(lines) == 2
    for line in lines:
        name, place, message = line.split(": ", 2)
        assert name == str(file)
        assert place.startswith("line ")
        assert message


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    assert check_file(tmp_path / "no.vmsproj") == [f"{tmp_path / 'no.vmsproj'}: file: there is no such file"]
    assert check_file(tmp_path) == [f"{tmp_path}: file: this is a folder, not a file"]


def test_a_file_name_cannot_break_the_line(tmp_path: Path) -> None:
    (line,) = check_file(tmp_path / "a\nb.vmsproj")
    assert "a\\nb.vmsproj: file: " in line


def test_the_schema_is_json_and_leads_nowhere_outside_itself() -> None:
    schema = json.loads(json.dumps(project_schema()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    references = {str(part["$ref"]) for part in parts(schema) if isinstance(part.get("$ref"), str)}
    assert references
    assert references == {f"#/$defs/{name}" for name in schema["$defs"]}


def test_the_schema_knows_every_key_of_the_top_and_refuses_others() -> None:
    schema = project_schema()
    assert set(cast("dict[str, object]", schema["properties"])) == set(Project.model_fields)
    assert all(
        part["additionalProperties"] is False for part in parts(schema) if "properties" in part and "type" in part
    )


def test_a_source_needs_no_driver_and_a_device_does() -> None:
    definitions = cast("dict[str, dict[str, list[str]]]", project_schema()["$defs"])
    for name, definition in definitions.items():
        if name.endswith("Source"):
            assert "driver" not in definition["required"], name
        if name.endswith("Device"):
            assert "driver" in definition["required"], name
