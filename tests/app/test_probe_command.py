"""`vmshmi probe`: each device by itself, one line each, with what to do."""

import json
import socket
from pathlib import Path

import pytest

from tests.support.modbus_server import ServerProcess
from vmshmi.app import cli
from vmshmi.runtime.storage.folder_lock import FolderLock


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        return int(here.getsockname()[1])


def a_project(folder: Path, **ports: int) -> Path:
    """A Modbus device for each port, with one tag."""
    file = folder / "ship.vmsproj"
    data = {
        "vmsproj": 1,
        "vessel": {"name": "X"},
        "devices": [
            {"id": name, "driver": "modbus_tcp", "host": "127.0.0.1", "port": port} for name, port in ports.items()
        ],
        "tags": [
            {
                "id": f"{name}.press",
                "unit": "bar",
                "decimals": 2,
                "source": {"device": name, "table": "holding", "address": 7, "scale": 0.01},
            }
            for name in ports
        ],
    }
    file.write_text(json.dumps(data))
    return file


def test_each_device_has_its_line_and_one_that_fails_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = free_port()
    with ServerProcess([(1, "holding", 7, [431])]) as server:
        file = a_project(tmp_path, plc1=server.port, genset=dead)
        assert cli.main(["probe", "--vmsproj", str(file), "--db", str(tmp_path / "db")]) == 1
        first, second = capsys.readouterr().out.splitlines()
        assert cli.main(["probe", "--vmsproj", str(file), "--device", "plc1"]) == 0
    assert first.startswith(f"plc1    modbus_tcp  127.0.0.1:{server.port} unit 1: ")
    assert " ms" in first
    assert second == (
        f"genset  modbus_tcp  127.0.0.1:{dead} unit 1: FAILED: connection refused; "
        "is the port right, and is its server switched on?"
    )


def test_the_monitor_tells_raw_and_engineering_value_of_each_tag(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ServerProcess([(1, "holding", 7, [431])]) as server:
        file = a_project(tmp_path, plc1=server.port)
        assert cli.main(["probe", "--vmsproj", str(file), "--monitor", "1.5"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "  1 tag, raw and engineering value:" in told
    assert told[-1].split() == ["plc1.press", "431", "4.31", "bar", "good"]


def test_a_running_runtime_is_named_when_something_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_project(tmp_path, genset=free_port())
    lock = FolderLock(tmp_path / "db")
    lock.acquire()
    try:
        assert cli.main(["probe", "--vmsproj", str(file), "--db", str(tmp_path / "db")]) == 1
    finally:
        lock.release()
    assert "a runtime of this project is running (process " in capsys.readouterr().out
    assert cli.main(["probe", "--vmsproj", str(file), "--db", str(tmp_path / "db")]) == 1
    assert "is running" not in capsys.readouterr().out


def test_a_wrong_project_or_device_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_project(tmp_path, plc1=502)
    assert cli.main(["probe", "--vmsproj", str(file), "--device", "plc2"]) == 2
    assert "no such device; it has plc1" in capsys.readouterr().err
    assert cli.main(["probe", "--vmsproj", str(tmp_path / "no.vmsproj")]) == 2
    assert "there is no such file" in capsys.readouterr().err
    file.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "X"}}))
    assert cli.main(["probe", "--vmsproj", str(file)]) == 2
    assert "no devices to probe" in capsys.readouterr().err


def test_a_port_that_another_program_holds_is_named_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("", 0))
        port = other.getsockname()[1]
        file = tmp_path / "ship.vmsproj"
        line = {"id": "nav", "driver": "nmea0183", "interface": "udp", "port": port, "silent_after_s": 1}
        file.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "X"}, "devices": [line]}))
        assert cli.main(["probe", "--vmsproj", str(file), "--db", str(tmp_path / "db")]) == 1
    assert f"FAILED: UDP port {port} is in use by another program; stop that one" in capsys.readouterr().out


def test_what_a_bus_says_is_told_as_it_comes_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nav.log").write_text("$GPHDT,123.4,T*31\r\n" * 3)
    file = tmp_path / "ship.vmsproj"
    line = {"id": "nav", "driver": "nmea0183", "interface": "logfile", "file": "nav.log", "speed": 0}
    tag = {"id": "heading", "unit": "deg", "source": {"device": "nav", "sentence": "HDT", "field": "heading"}}
    file.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "X"}, "devices": [line], "tags": [tag]}))
    assert cli.main(["probe", "--vmsproj", str(file), "--monitor", "1.5"]) == 0
    told = capsys.readouterr().out
    assert "  HDT GP  $GPHDT,123.4,T*31  heading 123.4" in told
    assert "        3 " in told.partition("heard in 1.5 s:")[2]
    assert told.splitlines()[-1].split()[:4] == ["heading", "123.4", "123", "deg"]


def test_a_device_that_refuses_some_of_it_is_named_and_monitored_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ServerProcess([(1, "holding", 7, [431])]) as server:
        file = a_project(tmp_path, plc1=server.port)
        data = json.loads(file.read_text())
        data["tags"].append({"id": "plc1.gone", "source": {"device": "plc1", "table": "holding", "address": 4000}})
        file.write_text(json.dumps(data))
        assert cli.main(["probe", "--vmsproj", str(file), "--monitor", "1.5"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert "FAILED: unit 1 holding 4000 (plc1.gone): exception 2 (illegal data address); it answers, but" in told[0]
    assert told[-2].split() == ["plc1.press", "431", "4.31", "bar", "good"]
    assert told[-1].split()[-1] == "BadConfigurationError"
