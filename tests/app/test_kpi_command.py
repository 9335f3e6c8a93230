"""`vmshmi alarms kpi`: numbers on the command line, with and without a running runtime."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.alarm_engine import running
from tests.support.alarms import an_alarm
from tests.support.fake_clock import FakeClock
from tests.support.ship_month import a_month, write_journal
from vmshmi.app.cli import main
from vmshmi.app.paths import demo_project
from vmshmi.config.loader import load_project

BEGIN, END = "2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database folder of a ship that had a bad January."""
    folder = tmp_path_factory.mktemp("db")
    end = datetime(2026, 1, 31, tzinfo=UTC)
    write_journal(folder / "journal.sqlite", a_month(load_project(demo_project()).alarm_definitions(), end))
    return folder


def kpi(*arguments: str) -> int:
    return main(["alarms", "kpi", *arguments])


def test_a_month_is_printed_with_its_targets_and_its_worst(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kpi("--db", str(folder), "--since", BEGIN, "--until", END) == 0
    said = capsys.readouterr().out
    assert "29.8 days watched" in said.splitlines()[0]
    (per_day,) = [line for line in said.splitlines() if line.startswith("alarms per day ")]
    assert per_day.split()[4:] == ["<=", "120", "ok", "EEMUA", "191"]
    for words in ("most frequent:", "Engine room aft bilge level high", "chattering", "stands", "floods: ", "median"):
        assert words in said


def test_the_file_holds_everything_and_is_not_replaced_unasked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "january.csv"
    assert kpi("--db", str(folder), "--since", BEGIN, "--until", END, "--out", str(out)) == 0
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert ["10 minutes from", "raised"] in rows
    assert sum(len(row) == 2 and row[0].startswith("2026-01") for row in rows) == 30 * 144
    assert any(row[:2] == ["bilge.er_a_high.high", "Engine room aft bilge level high"] for row in rows)
    assert capsys.readouterr().out.endswith(f"{out}: written\n")
    assert kpi("--db", str(folder), "--since", BEGIN, "--until", END, "--out", str(out)) == 2
    assert "is there already" in capsys.readouterr().err
    assert kpi("--db", str(folder), "--since", BEGIN, "--until", END, "--out", str(out), "--overwrite") == 0


def test_a_period_of_which_nothing_is_known_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kpi("--db", str(folder), "--since", "2020-01-01T00:00:00Z", "--until", "2020-02-01T00:00:00Z") == 0
    assert "nothing is known of 2020-01-01" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", END, "--until", BEGIN], "is not before"),
        (["--since", "2999-01-01T00:00:00Z"], "is not before"),
        (["--since", BEGIN, "--until", END, "--out", "/nowhere/k.csv"], "/nowhere/k.csv: No such file or directory"),
        (["--since", BEGIN, "--vmsproj", "/nowhere.vmsproj"], "/nowhere.vmsproj"),
    ],
)
def test_what_cannot_be_is_one_line(
    folder: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kpi("--db", str(folder), *arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_folder_without_a_journal_and_a_file_that_is_none_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kpi("--db", str(tmp_path)) == 2
    assert "there is no alarm journal here" in capsys.readouterr().err
    (tmp_path / "journal.sqlite").write_text("no database at all, but long enough to be read as one by mistake")
    assert kpi("--db", str(tmp_path)) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


async def test_it_works_beside_a_runtime_that_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock = FakeClock(datetime(2026, 1, 5, tzinfo=UTC))
    async with running(an_alarm(), path=tmp_path / "journal.sqlite", clock=clock) as rig:
        await rig.oil(2.0)
        assert kpi("--db", str(tmp_path), "--since", BEGIN, "--until", END) == 0
    assert "1 alarms announced" in capsys.readouterr().out


def test_the_project_says_what_a_flood_is(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "ship.vmsproj"
    project.write_text(
        '{"vmsproj": 1, "vessel": {"name": "MV Aurora"}, "alarm_system": {"flood_start": 40, "flood_end": 20}}'
    )
    assert kpi("--db", str(folder), "--since", BEGIN, "--until", END, "--vmsproj", str(project)) == 0
    assert "floods: 1," in capsys.readouterr().out
