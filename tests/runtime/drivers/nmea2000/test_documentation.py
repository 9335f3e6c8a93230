"""What `docs/protocols-nmea2000.md` tells an engineer is what the database says and the loader takes."""

import json
import re
from pathlib import Path

from vmshmi.config.loader import parse_project
from vmshmi.runtime.drivers import table
from vmshmi.runtime.drivers.nmea2000 import database

TEXT = (Path(__file__).parents[4] / "docs" / "protocols-nmea2000.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) (\w+) \| (.*) \| (.*) \|$", TEXT, re.MULTILINE)


def test_the_example_is_a_project_whose_tags_can_all_be_read() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert table.binding_problems(parse_project(json.loads(example))) == []


def test_the_table_is_the_databases() -> None:
    assert len(ROWS) > 20
    for pgn, name, fields, which in ROWS:
        (layout,) = database.variants(int(pgn))
        assert layout.id == name
        for field_id, unit in re.findall(r"`(\w+)`([^,|`]*)", fields.replace(" to ", ", ")):
            field = layout.field(field_id)
            assert field is not None, (pgn, field_id)
            assert field.unit == unit.strip(), (pgn, field_id)
        assert ("`instance`" in which) == (layout.instance is not None)
        for field_id in re.findall(r"on `(\w+)`", which):
            assert layout.field(field_id), (pgn, field_id)
