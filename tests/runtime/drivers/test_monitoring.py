"""What a watcher of a device gets: the latest of each key, counted."""

from datetime import UTC, datetime, timedelta

from vmshmi.core.devices import MonitorLine
from vmshmi.runtime.drivers.monitoring import MOST_KEYS, MonitorCollector

START = datetime(2026, 11, 22, tzinfo=UTC)


def a_line(key: str, raw: str, second: float = 0) -> MonitorLine:
    return MonitorLine(START + timedelta(seconds=second), key, raw)


def test_the_latest_of_each_key_is_told_once_with_its_count() -> None:
    collector = MonitorCollector()
    collector([a_line("a", "1"), a_line("b", "2"), a_line("a", "3", 2)])
    collector([a_line("a", "4", 4)])
    a, b = collector.take()
    assert (a.latest.raw, a.count, a.rate_hz) == ("4", 3, 0.5)
    assert (b.latest.raw, b.count, b.rate_hz) == ("2", 1, None)
    assert collector.take() == ()


def test_only_what_has_changed_is_told_again() -> None:
    collector = MonitorCollector()
    collector([a_line("a", "1"), a_line("b", "2")])
    collector.take()
    collector([a_line("b", "3")])
    assert [(row.latest.key, row.count) for row in collector.take()] == [("b", 2)]
    assert [row.latest.key for row in collector.rows()] == ["a", "b"]


def test_keys_beyond_the_bound_are_counted() -> None:
    collector = MonitorCollector()
    collector([a_line(str(number), "x") for number in range(MOST_KEYS + 3)])
    collector([a_line("0", "y")])
    assert len(collector.rows()) == MOST_KEYS
    assert collector.left_out == 3
    assert collector.rows()[0].count == 2
