"""`vmshmi history`: another logger's years in, a spreadsheet out; what is wrong is named in one line each."""

import json
from pathlib import Path

import pytest

from vmshmi.app import cli

LINES = "Zeit;Öldruck;Läuft\n22.11.2024 14:06:00;1,5;1\n22.11.2024 14:06:01;1,6;0\n"
MAP = {
    "time_column": "Zeit",
    "columns": {"Öldruck": "me.oil", "Läuft": "me.run"},
    "kinds": {"me.run": "boolean"},
    "times": "day-first",
    "zone": "Europe/Berlin",
    "decimal": "comma",
}


def run(*arguments: str | Path) -> int:
    try:
        return cli.main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "past.csv"
    file.write_text(LINES, encoding="utf-8")
    return file


def a_map(folder: Path, **changes: object) -> Path:
    path = folder / "map.json"
    path.write_text(json.dumps(MAP | changes), encoding="utf-8")
    return path


def test_a_mapped_file_is_imported_once_and_comes_out_for_a_spreadsheet(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db, out, how = tmp_path / "db", tmp_path / "out.csv", a_map(tmp_path)
    assert run("history", "import", "--db", db, "--csv", file, "--map", how, "--dry-run") == 0
    assert not db.exists()
    assert run("history", "import", "--db", db, "--csv", file, "--map", how) == 0
    assert run("history", "import", "--db", db, "--csv", file, "--map", how) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.rpartition("; ")[2] for line in said] == [
        "nothing written",
        "4 added, 0 left out (already there, or twice in the file)",
        "0 added, 4 left out (already there, or twice in the file)",
    ]
    assert "4 rows of 2 tags on 1 days from 2024-11-22T13:06:00.000Z to 2024-11-22T13:06:01.000Z" in said[0]
    times = ("--since", "2024-01-01", "--until", "2025-01-01")
    tags = ("--tag", "me.oil", "--tag", "me.run")
    assert run("history", "export", "--db", db, *tags, *times, "--out", out, "--decimal", "comma") == 0
    # the last column says when they were imported
    assert [line.rpartition(";")[0] for line in out.read_text().splitlines()[:3]] == [
        "tag;timestamp;value;quality;quality_reason",
        "me.oil;2024-11-22T13:06:00.000000Z;1,5;good;",
        "me.run;2024-11-22T13:06:00.000000Z;1,0;good;",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"coloumns": {}}, "coloumns: unknown; known are"),
        ({"columns": []}, "columns: must be an object of texts"),
        ({"zone": 1}, "zone: must be a text"),
        ({"zone": "Atlantis"}, "Atlantis: no such time zone"),
        ({"decimal": "dot"}, "decimal: 'dot' is none of point, comma"),
        ({"kinds": {"a": "digital"}}, "kinds: a: 'digital' is none of number, boolean, text"),
        ({"time_column": ""}, "say which column holds the times"),
        ({"tag_column": "x"}, "needs both --tag-column and --value-column"),
        ({"quality_column": "x"}, "--quality-column is for a long file"),
    ],
)
def test_a_mistake_in_the_map_is_one_line(
    changes: dict[str, object], said: str, tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("history", "import", "--db", tmp_path / "db", "--csv", file, "--map", a_map(tmp_path, **changes)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_an_option_goes_before_the_map_and_the_project_knows_the_tags(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "ship.vmsproj"
    tags = [{"id": "me.oil"}, {"id": "me.run", "kind": "digital"}]
    project.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "X"}, "tags": tags}))
    db, how = tmp_path / "db", a_map(tmp_path, zone="Atlantis", kinds={})
    command = ("history", "import", "--db", db, "--csv", file, "--map", how, "--zone", "UTC", "--vmsproj", project)
    assert run(*command) == 0
    assert "from 2024-11-22T14:06:00.000Z" in capsys.readouterr().out
    assert len(list(db.rglob("booleans-*.parquet"))) == 1
    project.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "X"}, "tags": tags[:1]}))
    assert run(*command) == 2
    assert capsys.readouterr().err == f"{file}:1: Läuft: me.run: the project has no such tag\n"
