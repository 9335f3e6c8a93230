"""The numbers as a file for a spreadsheet."""

import csv
import io

from tests.core.alarms.test_kpi import HOUR, kpi, raisings, row
from tests.support.alarms import at
from vmshmi.core.alarms.kpi import AlarmKpi
from vmshmi.core.alarms.kpi_csv import kpi_csv


def blocks(found: AlarmKpi, messages: dict[str, str] | None = None) -> dict[str, list[list[str]]]:
    """Each block's rows by the first word of its head."""
    text = kpi_csv(found, messages or {})
    parts = [list(csv.reader(io.StringIO(part))) for part in text.split("\r\n\r\n")]
    return {part[0][0]: part[1:] for part in parts}


def test_every_block_has_its_head_even_when_it_is_empty() -> None:
    found = blocks(AlarmKpi(at(0), at(HOUR)))
    assert list(found) == [
        "period", "measure", "most frequent alarm", "chattering alarm", "stale alarm", "flood from", "10 minutes from",
    ]  # fmt: skip
    assert found["flood from"] == []


def test_numbers_moments_and_shares_are_written_plainly() -> None:
    found = blocks(kpi([*raisings(*range(100, 112)), row(200, "shelved")], HOUR), {"oil": "Oil low"})
    period = {line[0]: line[1] for line in found["period"]}
    assert period["since"] == "2026-11-22T12:00:00.000Z"
    assert (period["raised"], period["raised warning"], period["worst 10 minutes"]) == ("12", "12", "12")
    assert (period["floods"], period["shelved at the end"], period["watched hours"]) == ("1", "1", "1.0")
    assert ["alarms_per_hour", "12.0", "<= 5", "EEMUA 191", "bad"] in found["measure"]
    assert ["stale_at_once", "0.0", "<= 4", "common practice", "ok"] in found["measure"]
    assert found["most frequent alarm"] == [["oil", "Oil low", "12", "1.0"]]
    assert found["chattering alarm"] == [["oil", "Oil low", "12", "1", "12"]]
    assert found["flood from"] == [["2026-11-22T12:01:49.000Z", "2026-11-22T12:11:47.000Z", "12", "9.9667"]]
    assert found["10 minutes from"][0] == ["2026-11-22T12:00:00.000Z", "12"]


def test_a_message_that_a_spreadsheet_would_calculate_is_text() -> None:
    found = blocks(kpi(raisings(1), HOUR), {"oil": '=HYPERLINK("http://x","y")'})
    assert found["most frequent alarm"][0][1] == '\'=HYPERLINK("http://x","y")'
