"""What a project file says about the past."""

import pytest

from tests.config.ship import Data, a_ship, problems_of
from vmshmi.config.loader import parse_project
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagKind, default_recording

RULE: Data = {"deadband": 0.5, "max_interval_s": 600}


def ship_recording(group: Data | None = None, tag: Data | None = None) -> Data:
    """The ship with a rule for the main engine and one for its lube oil pressure."""
    ship = a_ship(history={"record": {"ME": group} if group is not None else {}})
    tags = ship["tags"]
    assert isinstance(tags, list)
    if tag is not None:
        tags[0] = {**tags[0], "record": tag}
    return ship


def rule_of(ship: Data) -> RecordingRule | None:
    return parse_project(ship).tag_definitions()[0].recording


def test_a_tag_without_a_rule_records_its_changes() -> None:
    assert rule_of(a_ship()) == default_recording(TagKind.ANALOG)
    assert parse_project(a_ship()).tag_definitions()[1].recording == default_recording(TagKind.DIGITAL)


def test_a_rule_holds_for_a_group_and_a_tag_s_own_comes_first() -> None:
    assert rule_of(ship_recording(group=RULE)) == RecordingRule(deadband=0.5, max_interval_s=600)
    assert rule_of(ship_recording(group=RULE, tag={"period_s": 10})) == RecordingRule(max_interval_s=60, period_s=10)


@pytest.mark.parametrize(
    ("group", "tag", "words"),
    [
        ({"period_s": 10, "deadband": 1}, None, ["history.record.ME.deadband", "period_s"]),
        (None, {"min_interval_s": 100, "max_interval_s": 10}, ["min_interval_s", "above max_interval_s"]),
        (None, {"deadband": -1}, ["deadband"]),
        (None, {"dead_band": 1}, ["dead_band", "did you mean"]),
    ],
)
def test_a_rule_that_makes_no_sense_is_named(group: Data | None, tag: Data | None, words: list[str]) -> None:
    (problem,) = problems_of(ship_recording(group, tag))
    assert all(word in problem for word in words)


def test_a_rule_for_a_group_that_no_tag_has_is_named() -> None:
    (problem,) = problems_of(a_ship(history={"record": {"MEE": RULE}}))
    assert "no tag is of group 'MEE'" in problem
    assert "did you mean 'ME'" in problem


def test_how_long_things_are_kept_must_be_possible() -> None:
    assert len(problems_of(a_ship(history={"raw_days": 0, "max_gb": 0, "min_free_percent": 100}))) == 3
