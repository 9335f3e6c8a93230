"""The command line: what a user does wrong is one line and exit code 2."""

import json
from pathlib import Path

import pytest

import vmshmi
from vmshmi.app import cli, paths
from vmshmi.core.errors import ConfigurationError


def run(*arguments: str) -> int:
    """Exit code of a run, however it ends."""
    try:
        return cli.main(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)


def test_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"vmshmi {vmshmi.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--palette", "pink"),
        ("--lang", "xx"),
        ("--after", "-1"),
        ("--after", "soon"),
        ("--size", "large"),
        ("--size", "0x800"),
        ("--size", "99999x800"),
        ("--no-such-option",),
        ("serve", "--port", "99999"),
        ("serve", "--port", "http"),
        ("history", "export", "--db", "x", "--tag", "t", "--since", "yesterday", "--until", "now", "--out", "o.csv"),
        ("serve", "--db", ""),
        ("--db", " "),
        ("history",),
        ("nonsense",),
    ],
)
def test_a_wrong_argument_is_one_line_and_exit_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err


def test_check_of_the_demo_vessel_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", str(paths.demo_project())) == 0
    assert "no errors" in capsys.readouterr().out


def test_check_names_every_error_on_its_own_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "broken.vmsproj"
    file.write_text(
        json.dumps(
            {
                "vmsproj": 1,
                "vessel": {"name": "X"},
                "devices": [{"id": "plc1", "driver": "modbus_tcp", "host": "127.0.0.1", "port": 70000}],
                "tags": [{"id": "a", "source": {"device": "plc2", "table": "holding", "address": 1}}],
                "alarms": [{"id": "a.low", "tag": "b", "operator": "<", "limit": 1}],
            }
        )
    )
    assert run("check", str(file)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 3
    assert all(line.startswith(f"{file}: ") for line in lines)


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ()])
def test_starting_with_a_broken_project_says_what_check_says(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "broken.vmsproj"
    file.write_text('{"vmsproj": 1, "vessel": {"name": ""}, "tagz": []}')
    assert run(*command, "--vmsproj", str(file), "--db", ":memory:") == 2
    lines = capsys.readouterr().err.splitlines()
    assert len([line for line in lines if line.startswith(f"{file}: ")]) == 2


def test_a_missing_project_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("serve", "--vmsproj", str(tmp_path / "none.vmsproj"), "--port", "0") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert "vmsproj" in schema["properties"]


def test_an_unknown_scenario_is_refused_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("serve", "--scenario", "blakout", "--port", "0", "--db", ":memory:") == 2
    assert "blackout" in capsys.readouterr().err


def test_a_scenario_needs_a_simulated_device(tmp_path: Path) -> None:
    from vmshmi.app.compose import read_project

    file = tmp_path / "bare.vmsproj"
    file.write_text('{"vmsproj": 1, "vessel": {"name": "X"}}')
    with pytest.raises(ConfigurationError, match="no simulated device"):
        read_project(file, "blackout")


def test_exporting_from_an_empty_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = ("--since", "2026-11-22T00:00:00Z", "--until", "2026-11-23T00:00:00Z")
    out = str(tmp_path / "out.csv")
    assert run("history", "export", "--db", str(tmp_path), "--tag", "a", *times, "--out", out) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_exporting_a_time_that_ends_before_it_begins_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = ("--since", "2026-11-23T00:00:00Z", "--until", "2026-11-22T00:00:00Z")
    out = tmp_path / "out.csv"
    assert run("history", "export", "--db", str(tmp_path), "--tag", "a", *times, "--out", str(out)) == 2
    assert capsys.readouterr().err == (
        "vmshmi: --since 2026-11-23T00:00:00.000Z is later than --until 2026-11-22T00:00:00.000Z\n"
    )
    assert not out.exists()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert run("serve", "--port", "0", "--db", str(in_the_way / "below")) == 2
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert len(said.splitlines()) == 1


def test_check_says_which_log_of_a_replay_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "voyage.log").write_text("")
    file = tmp_path / "ship.vmsproj"
    names = ("voyage.log", "voyag.log", "logs/voyage.log", ".")
    devices = [
        {"id": f"n{i}", "driver": "nmea0183", "interface": "logfile", "file": name} for i, name in enumerate(names)
    ]
    file.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "A"}, "devices": devices}))
    assert run("check", str(file)) == 2
    place = f"{file}: line 1, devices"
    assert capsys.readouterr().err.splitlines() == [
        f"{place}[1] n1, file: there is no file {tmp_path / 'voyag.log'}; did you mean 'voyage.log'?",
        f"{place}[2] n2, file: there is no file {tmp_path / 'logs' / 'voyage.log'}: its folder does not exist either",
        f"{place}[3] n3, file: {tmp_path} is a folder, not a log",
    ]


def test_a_note_of_check_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ship.vmsproj"
    device = {"id": "plc", "driver": "modbus_tcp", "host": "127.0.0.1"}
    tag = {"id": "a", "source": {"device": "plc", "table": "holding", "address": 40_011}}
    file.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "A"}, "devices": [device], "tags": [tag]}))
    assert run("check", str(file)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    note, last = said.out.splitlines()
    assert note.startswith(f"{file}: line 1, tags[0] a, source.address: note: addresses count from 0: ")
    assert last == f"{file}: no errors"


def test_check_says_what_a_bus_does_not_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ship.vmsproj"
    (tmp_path / "ship.dbc").write_text("BO_ nonsense\n")
    bus = {"interface": "virtual", "channel": "x"}
    devices = [{"id": "eng", "driver": "j1939", **bus}, {"id": "plc", "driver": "can", "dbc": "ship.dbc", **bus}]
    tags = [
        {"id": "rpm", "source": {"device": "eng", "pgn": 61443, "spn": 190}},
        {"id": "pump", "source": {"device": "plc", "message": "Pump", "signal": "Speed"}},
    ]
    file.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "A"}, "devices": devices, "tags": tags}))
    assert run("check", str(file)) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == (
        f"{file}: line 1, tags[0] rpm, source: spn 190 (Engine Speed) is not in pgn 61443 EEC2; "
        "did you mean pgn 61444 (EEC1)?"
    )
    assert said[1].startswith(f"{file}: line 1, tags[1] pump, source: ship.dbc: line 1: invalid syntax")
    assert len(said) == 2
