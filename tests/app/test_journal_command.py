"""`vmshmi journal`: what it proves, what it copies, and what it says when it cannot."""

import csv
import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.runtime.test_alarm_journal import a_row
from vmshmi.app import cli
from vmshmi.core.alarms.model import TransitionKind
from vmshmi.runtime.storage.journal_file import JournalFile


def run(*arguments: str) -> int:
    """Exit code of a run, however it ends."""
    try:
        return cli.main(("journal", *arguments))
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A database folder with five rows in its journal."""
    file = JournalFile(tmp_path / "journal.sqlite")
    file.open()
    file.commit([a_row(second=second) for second in range(4)] + [a_row("hot", 4, TransitionKind.REFUSED)])
    file.close()
    return tmp_path


def spoil(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as other, other:
        other.execute(statement)


def test_a_whole_journal_is_proved_with_its_first_and_last_moment(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", "--db", str(folder)) == 0
    said = capsys.readouterr()
    assert "5 rows proved, first " in said.out
    assert (said.out.count("\n"), said.err) == (1, "")


def test_it_proves_while_a_runtime_writes(folder: Path) -> None:
    file = JournalFile(folder / "journal.sqlite")
    file.open()
    with closing(sqlite3.connect(folder / "journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert run("verify", "--db", str(folder)) == 0
    file.commit([a_row(second=9)])
    assert run("verify", "--db", str(folder)) == 0
    file.close()


def test_an_empty_journal_is_proved_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = JournalFile(tmp_path / "journal.sqlite")
    file.open()
    file.close()
    assert run("verify", "--db", str(tmp_path)) == 0
    assert capsys.readouterr().out.endswith("journal.sqlite: 0 rows proved\n")


def test_the_first_broken_row_is_named_and_the_exit_code_is_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "UPDATE journal SET user = 'nobody' WHERE id >= 3")
    assert run("verify", "--db", str(folder)) == 1
    assert "row 3 was changed after it was written; 2 rows before it prove\n" in capsys.readouterr().out


@pytest.mark.parametrize("action", [("verify",), ("export", "--out", "out.csv")])
def test_what_is_no_journal_is_one_line_and_exit_code_2(
    action: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "journal.sqlite"
    said: list[str] = []
    for contents in (None, b"not a database at all" * 100, b""):
        if contents is not None:
            file.write_bytes(contents)
        assert run(*action, "--db", str(tmp_path)) == 2
        said.append(capsys.readouterr().err)
    file.unlink()
    spoil(tmp_path, "PRAGMA user_version = 99")
    assert run(*action, "--db", str(tmp_path)) == 2
    said.append(capsys.readouterr().err)
    assert run(*action, "--db", str(tmp_path / "nowhere")) == 2
    said.append(capsys.readouterr().err)
    assert [text.count("\n") for text in said] == [1] * 5
    words = (
        "no alarm journal here",
        "not a database",
        "is no alarm journal",
        "its format is 99",
        "no alarm journal here",
    )
    assert [word for word, text in zip(words, said, strict=True) if word not in text] == []
    assert not (tmp_path / "out.csv").exists()


def test_rows_of_a_time_are_exported_with_their_hashes(folder: Path) -> None:
    lines, table = folder / "out.jsonl", folder / "out.csv"
    times = ("--since", "2026-01-01T00:00:00Z", "--until", "2026-12-31T00:00:00Z")
    assert run("export", "--db", str(folder), "--out", str(lines)) == 0
    assert run("export", "--db", str(folder), "--out", str(table), *times) == 0
    rows = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert [row["kind"] for row in rows] == ["raised"] * 4 + ["refused"]
    assert all(before["hash"] == after["prev_hash"] for before, after in pairwise(rows))
    with table.open(encoding="utf-8", newline="") as file:
        assert [row["hash"] for row in csv.DictReader(file)] == [row["hash"] for row in rows]
    one = rows[2]["time"]
    assert run("export", "--db", str(folder), "--out", str(lines), "--since", one, "--until", one, "--overwrite") == 0
    assert [json.loads(line)["id"] for line in lines.read_text(encoding="utf-8").splitlines()] == [3]


def test_an_existing_file_is_replaced_only_when_that_is_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.csv"
    out.write_text("mine", encoding="utf-8")
    assert run("export", "--db", str(folder), "--out", str(out)) == 2
    assert "--overwrite replaces it" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "mine"
    assert run("export", "--db", str(folder), "--out", str(out), "--overwrite") == 0
    assert out.read_text(encoding="utf-8").startswith("time,id,at,kind")


@pytest.mark.parametrize("out", ["out.xlsx", "missing/out.csv"])
def test_a_file_that_cannot_be_made_is_one_line(folder: Path, out: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("export", "--db", str(folder), "--out", str(folder / out)) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_time_that_ends_before_it_begins_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = ("--since", "2026-01-02T00:00:00Z", "--until", "2026-01-01T00:00:00Z")
    assert run("export", "--db", str(folder), "--out", str(folder / "o.csv"), *times) == 2
    assert "later than --until" in capsys.readouterr().err
