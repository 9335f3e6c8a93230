"""What is known between two rows."""

from datetime import UTC, datetime

import numpy as np

from vmshmi.config.devices import SimulatorDevice
from vmshmi.core.recording import RecordingRule
from vmshmi.core.tags import TagDef
from vmshmi.core.values import TagId
from vmshmi.ui.binding.ship_time import ShipTime
from vmshmi.ui.trends.series import Rows
from vmshmi.ui.trends.silence import silence_s
from vmshmi.ui.trends.time_ticks import TimeTicks
from vmshmi.ui.trends.xy import pairs_of

DEVICE = SimulatorDevice(id="sim", driver="simulator", stale_after_s=3)


def a_tag(rule: RecordingRule | None, device: str = "sim") -> TagDef:
    return TagDef(TagId("t"), device=device, recording=rule)


def test_rows_of_an_unchanged_value_are_never_too_far_apart() -> None:
    for alive_s in (60.0, 300.0, 600.0):
        assert silence_s(a_tag(RecordingRule(max_interval_s=alive_s)), [DEVICE]) >= alive_s + 2 * 3
        assert silence_s(a_tag(RecordingRule(period_s=alive_s)), [DEVICE]) >= alive_s + 2 * 3


def test_a_value_that_is_recorded_on_change_only_or_by_no_device_stands_for_ever() -> None:
    assert silence_s(a_tag(RecordingRule(max_interval_s=None)), [DEVICE]) == float("inf")
    assert silence_s(a_tag(RecordingRule(max_interval_s=60.0), device=""), [DEVICE]) == float("inf")


def test_without_a_rule_the_devices_own_pace_counts() -> None:
    assert silence_s(a_tag(None), [DEVICE]) == 60.0
    slow = DEVICE.model_copy(update={"stale_after_s": 100.0})
    assert silence_s(a_tag(None), [slow]) == 200.0


def test_one_tag_over_another_has_no_value_where_nobody_recorded() -> None:
    def rows(*stamps: int) -> Rows:
        return Rows(
            np.array(stamps, np.int64) * 1_000_000,
            np.arange(len(stamps), dtype=np.float64),
            np.zeros(len(stamps), bool),
        )

    found = pairs_of(rows(0, 10, 500, 510), rows(0, 510), 0, 510, steps=(False, False), silences_s=(60.0, 1e9))
    assert len(found.x) > 0
    assert not ((found.x > 1.001) & (found.x < 1.999)).any()


def test_a_reading_of_the_clock_that_comes_twice_is_its_first_moment() -> None:
    ticks = TimeTicks(ShipTime("Europe/Madrid"))
    autumn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()
    assert ticks.at(datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == autumn
    assert ticks.at(datetime(2026, 10, 25, 3, 30, tzinfo=UTC)) == autumn + 2 * 3_600
    assert ticks.at(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC).timestamp()
    utc = TimeTicks(ShipTime("Europe/Madrid"), utc=True)
    assert utc.at(datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == autumn + 2 * 3_600
