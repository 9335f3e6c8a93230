"""`vmshmi templates`: what a project can use, and how."""

import json
import re
from pathlib import Path

import pytest

from tests.config.test_templates import PUMP
from vmshmi.app import cli
from vmshmi.config.templates import shipped_templates


def test_all_templates_are_listed_with_their_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["templates"]) == 0
    told = capsys.readouterr().out
    assert set(re.findall(r"^(\w+): ", told, re.MULTILINE)) == set(shipped_templates())
    assert "    battery_unit (225): " in told
    assert "    shore_unit (optional): " in told


def test_one_is_shown_with_an_example_that_can_be_filled_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["templates", "show", "victron_tank"]) == 0
    told = capsys.readouterr().out
    example = json.loads(told.rpartition('"templates": ')[2])
    assert example == [
        {"template": "victron_tank", "id": "...", "device": {"host": "..."}, "parameters": {"unit": "..."}}
    ]
    assert "licence: MIT" in told
    assert re.search(r"^  level\.low +level < \$\{low\}", told, re.MULTILINE)


def test_a_template_of_ones_own_is_shown_and_an_unknown_one_is_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pump.json").write_text(json.dumps(PUMP))
    assert cli.main(["templates", "show", str(tmp_path / "pump.json")]) == 0
    assert "Pump" in capsys.readouterr().out
    assert cli.main(["templates", "show", "victron_g"]) == 2
    assert "did you mean 'victron_gx'?" in capsys.readouterr().err


def test_check_leads_a_source_that_no_protocol_knows_back_to_the_use_of_the_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tags = [{"id": "rpm", "source": {"spn": 191_919}}]
    use = {
        "template": "j1939_engine",
        "id": "me",
        "device": {"interface": "socketcan", "channel": "can0"},
        "tags": tags,
    }
    own = {"id": "own", "source": {"device": "me", "pgn": 61444, "spn": 1}}
    file = tmp_path / "ship.vmsproj"
    file.write_text(json.dumps({"vmsproj": 1, "vessel": {"name": "X"}, "templates": [use], "tags": [own]}, indent=1))
    assert cli.main(["check", str(file)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert ", templates[0] me, tags[0].source: " in first
    assert "191919" in first
    assert ", tags[0] own, source: " in second
