"""`vmshmi user` and `vmshmi audit`."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from vmshmi.app.cli import main
from vmshmi.core.access import Role
from vmshmi.runtime.access.accounts import FILE, Accounts


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def add(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str, pin: str = "2468\n") -> int:
    type_in(monkeypatch, pin)
    return main(["user", "add", "--db", str(folder), "--pin-stdin", *arguments])


def test_a_person_is_added_listed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(monkeypatch, tmp_path, "Chief Engineer", "--role", "engineer") == 0
    assert add(monkeypatch, tmp_path, "Motorman", pin="1357\n") == 0
    capsys.readouterr()
    assert main(["user", "list", "--db", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "engineer  Chief Engineer\noperator  Motorman\n"
    accounts = Accounts(tmp_path / FILE)
    assert accounts.check("Chief Engineer", "2468") is not None
    assert accounts.check("Chief Engineer", "1357") is None
    assert main(["user", "remove", "--db", str(tmp_path), "motorman"]) == 0
    assert [account.name for account in accounts.everyone()] == ["Chief Engineer"]
    assert main(["user", "remove", "--db", str(tmp_path), "motorman"]) == 2
    assert "there is no account" in capsys.readouterr().err


def test_adding_again_changes_role_and_pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(monkeypatch, tmp_path, "Chief") == 0
    assert add(monkeypatch, tmp_path, "chief", "--role", "viewer", pin="9999\n") == 0
    accounts = Accounts(tmp_path / FILE)
    assert [account.role for account in accounts.everyone()] == [Role.VIEWER]
    assert accounts.check("CHIEF", "9999") is not None


def test_the_file_holds_no_pin_and_is_for_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, tmp_path, "Chief", pin="secret-pin\n")
    add(monkeypatch, tmp_path, "Second", pin="secret-pin\n")
    assert b"secret-pin" not in (tmp_path / FILE).read_bytes()
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        hashes = connection.execute("SELECT hash FROM account").fetchall()
    assert hashes[0] != hashes[1]


@pytest.mark.parametrize(
    ("name", "pin", "message"),
    [
        ("Chief", "123\n", "a PIN has 4 to 64"),
        ("Chief", "", "a PIN has 4 to 64"),
        (" ", "2468\n", "a name has 1 to 80"),
        ("a\nb", "2468\n", "a name has 1 to 80"),
    ],
)
def test_what_cannot_be_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    pin: str,
    message: str,
) -> None:
    assert add(monkeypatch, tmp_path, name, pin=pin) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_or_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(monkeypatch, tmp_path / "none", "Chief") == 2
    assert "there is no such folder" in capsys.readouterr().err
    type_in(monkeypatch, "2468\n")
    assert main(["user", "add", "--db", str(tmp_path), "Chief"]) == 2
    assert "--pin-stdin" in capsys.readouterr().err


class TestAudit:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
        """With three rows in the log."""
        add(monkeypatch, tmp_path, "Chief", "--role", "engineer")
        add(monkeypatch, tmp_path, "Chief", "--role", "operator")
        main(["user", "remove", "--db", str(tmp_path), "Chief"])
        capsys.readouterr()
        return tmp_path

    def test_changes_of_accounts_are_in_it(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["audit", "export", "--db", str(folder), "--out", str(folder / "audit.jsonl")]) == 0
        assert "3 rows" in capsys.readouterr().out
        rows = [json.loads(line) for line in (folder / "audit.jsonl").read_text("utf-8").splitlines()]
        assert [(row["kind"], row["reason"]) for row in rows] == [
            ("user_added", "Chief: engineer"),
            ("user_changed", "Chief: operator"),
            ("user_removed", "Chief"),
        ]
        assert {row["station"] for row in rows} == {"command line"}
        assert "2468" not in (folder / "audit.jsonl").read_text("utf-8")

    def test_it_is_exported_as_csv_and_not_over_another_file(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = folder / "audit.csv"
        assert main(["audit", "export", "--db", str(folder), "--out", str(out)]) == 0
        with out.open(newline="", encoding="utf-8") as file:
            assert [row["kind"] for row in csv.DictReader(file)] == ["user_added", "user_changed", "user_removed"]
        assert main(["audit", "export", "--db", str(folder), "--out", str(out)]) == 2
        assert "--overwrite" in capsys.readouterr().err
        assert main(["audit", "export", "--db", str(folder), "--out", str(folder / "x.txt")]) == 2

    def test_it_is_proved(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["audit", "verify", "--db", str(folder)]) == 0
        assert "3 rows proved" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("statement", "found"),
        [
            ("UPDATE audit SET reason = 'nothing' WHERE id = 2", "row 2 was changed"),
            ("DELETE FROM audit WHERE id = 2", "row 2 is missing"),
            ("INSERT INTO open VALUES ('x', 3)", "without an outcome"),
        ],
    )
    def test_what_was_changed_is_found(
        self, folder: Path, capsys: pytest.CaptureFixture[str], statement: str, found: str
    ) -> None:
        with closing(sqlite3.connect(folder / "audit.sqlite")) as connection, connection:
            connection.execute(statement)
        assert main(["audit", "verify", "--db", str(folder)]) == 1
        assert found in capsys.readouterr().out

    def test_without_a_log_it_is_one_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        for action in (["verify"], ["export", "--out", "x.csv"]):
            assert main(["audit", action[0], "--db", str(tmp_path), *action[1:]]) == 2
            assert "there is no audit log here" in capsys.readouterr().err
