"""The manual says what the program does."""

import json
import re

from tests.support.nmea0183_docs import PAGE, table, written
from vmshmi.config.loader import parse_project
from vmshmi.runtime.drivers.nmea0183.decode import SentenceDecoder
from vmshmi.runtime.drivers.table import binding_problems

_TEXT = PAGE.read_text(encoding="utf-8")


def test_the_table_of_sentences_is_that_of_the_program() -> None:
    assert written() == table(), "run: python -m tests.support.nmea0183_docs"


def test_the_example_is_a_project() -> None:
    example = re.search(r"```json\n(.*?)```", _TEXT, re.DOTALL)
    assert example is not None
    project = parse_project({"vmsproj": 1, "vessel": {"name": "MV Test"}, **json.loads(example[1])})
    assert binding_problems(project) == []
    assert len(project.tags) == 6


def test_every_counter_is_explained() -> None:
    assert {name for name in SentenceDecoder([]).counters() if f"`{name}`" not in _TEXT} == {"sentences"}
