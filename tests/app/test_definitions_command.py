"""`vmshmi alarms export` and `import`: a dry run that shows, an apply that writes, one line for each mistake."""

import json
from pathlib import Path

import pytest

from tests.support.alarm_engine import running
from vmshmi.app.cli import main
from vmshmi.config.formatting import format_project
from vmshmi.config.loader import load_project
from vmshmi.core.alarms.revising import with_tuning
from vmshmi.core.alarms.revision import Tuning

PROJECT: dict[str, object] = {
    "vmsproj": 1,
    "vessel": {"name": "MV Aurora"},
    "tags": [{"id": "me_p.rpm"}],
    "alarms": [
        {"id": "me_p.rpm.high", "tag": "me_p.rpm", "operator": ">", "limit": 2120, "hysteresis": 50},
        {"id": "me_p.rpm.low", "tag": "me_p.rpm", "operator": "<", "limit": 600},
    ],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    file = tmp_path / "ship.vmsproj"
    file.write_text(format_project(PROJECT), encoding="utf-8")
    return file


def _run(*arguments: object) -> int:
    return main(["alarms", *map(str, arguments)])


def test_a_table_is_written_changed_shown_and_applied(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, before = tmp_path / "alarms.csv", project.read_text(encoding="utf-8")
    assert _run("export", "--vmsproj", project, "--out", table) == 0
    table.write_text(table.read_text(encoding="utf-8").replace(",2120,", ",2150,"), encoding="utf-8")
    capsys.readouterr()
    assert _run("import", "--vmsproj", project, "--csv", table) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "~ line 2  me_p.rpm.high: limit 2120 -> 2150"
    assert told[-1] == "nothing is changed; --apply writes it"
    assert project.read_text(encoding="utf-8") == before
    assert _run("import", "--vmsproj", project, "--csv", table, "--apply") == 0
    assert project.read_text(encoding="utf-8") == before.replace("2120", "2150")
    assert load_project(project).alarms[0].limit == 2150


def test_a_table_with_mistakes_changes_nothing_and_names_each(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, before = tmp_path / "alarms.csv", project.read_bytes()
    table.write_text("id,limit,tag\nme_p.rpm.high,x,me_p.rpm\nme_p.rpm.low,y,me_p.rpm\n", encoding="utf-8")
    assert _run("import", "--vmsproj", project, "--csv", table, "--apply") == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        f"{table}: line 2, column B (limit): 'x' is no number",
        f"{table}: line 3, column B (limit): 'y' is no number",
    ]
    assert project.read_bytes() == before


def test_a_file_that_is_there_is_not_replaced_unasked(project: Path, tmp_path: Path) -> None:
    table = tmp_path / "alarms.csv"
    table.write_text("mine", encoding="utf-8")
    assert _run("export", "--vmsproj", project, "--out", table) == 2
    assert table.read_text(encoding="utf-8") == "mine"
    assert _run("export", "--vmsproj", project, "--out", table, "--overwrite") == 0


async def test_revisions_of_a_ship_come_into_the_table_and_from_there_into_the_project(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    definition = load_project(project).alarm_definitions()[0]
    async with running(definition, path=tmp_path / "journal.sqlite") as rig:
        after = Tuning(2180.0, 50.0, 3.0)
        revision = rig.engine.revisions.next(definition, after, rig.clock.now(), "Chief", "ecr", "trial")
        await rig.engine.redefine(with_tuning(definition, after, 1), "Chief", "trial", "ecr", revision)
    table = tmp_path / "alarms.csv"
    assert _run("export", "--vmsproj", project, "--db", tmp_path, "--out", table) == 0
    assert capsys.readouterr().out == f"{table}: 2 alarms, 1 of them revised\n"
    assert _run("import", "--vmsproj", project, "--csv", table, "--apply") == 0
    alarm = json.loads(project.read_text(encoding="utf-8"))["alarms"][0]
    assert (alarm["limit"], alarm["delay_s"], alarm["hysteresis"]) == (2180.0, 3.0, 50)
    async with running(load_project(project).alarm_definitions()[0], path=tmp_path / "journal.sqlite") as rig:
        assert (
            rig.engine.revisions.of("me_p.rpm.high")[-1].reason == "the project file has the numbers of revision 1 now"
        )
    assert _run("revisions", "--vmsproj", project, "--db", tmp_path) == 0
    assert "limit 2120 -> 2180; delay_s 0 -> 3  (Chief, ecr: trial)" in capsys.readouterr().out


def test_alarms_of_templates_are_not_in_the_table_and_both_ways_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ship, table = tmp_path / "ship.vmsproj", tmp_path / "alarms.csv"
    house = {"template": "victron_gx", "id": "gx", "device": {"host": "10.0.0.5"}}
    ship.write_text(format_project({**PROJECT, "templates": [house]}), encoding="utf-8")
    ids = [alarm.id for alarm in load_project(ship).alarms]
    assert "gx.battery.soc.low" in ids
    said = f"{len(ids) - 2} more come from templates and no table holds them: change them in a template's 'alarms'"
    assert _run("export", "--vmsproj", ship, "--out", table) == 0
    assert capsys.readouterr().out.splitlines() == [f"{table}: 2 alarms", said]
    assert _run("import", "--vmsproj", ship, "--csv", table) == 0
    assert said in capsys.readouterr().out.splitlines()
    table.write_text("id,limit\nme_p.rpm.low,500\ngx.battery.soc.low,10\n", encoding="utf-8")
    before = ship.read_bytes()
    assert _run("import", "--vmsproj", ship, "--csv", table, "--apply") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"{table}: line 3, column A (id): 'gx.battery.soc.low' is of a template: change it in the template's 'alarms'"
    )
    assert ship.read_bytes() == before
