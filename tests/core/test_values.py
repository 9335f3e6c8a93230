"""Values and what tags, devices and history hold are facts: made once, never changed."""

from array import array
from dataclasses import FrozenInstanceError, replace

import pytest

from tests.support.builders import a_tag, a_value
from vmshmi.core.devices import DeviceState
from vmshmi.core.history import HistorySeries
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId, TagValue


def test_a_value_cannot_be_changed_behind_its_readers() -> None:
    value = a_value(4.2)
    with pytest.raises(FrozenInstanceError):
        value.value = 5.0  # type: ignore[misc]  # the point of the test


def test_a_value_made_quickly_is_the_same_and_as_closed() -> None:
    value = a_value(4.2)
    quick = TagValue(value.value, value.quality, value.timestamp, value.raw_value)
    assert (quick, type(quick), hash(quick)) == (value, TagValue, hash(value))
    assert replace(quick, value=None) == replace(value, value=None)
    with pytest.raises(FrozenInstanceError):
        quick.value = 5.0  # type: ignore[misc]  # the point of the test


def test_a_value_takes_no_attribute_that_nobody_declared() -> None:
    assert not hasattr(a_value(), "__dict__")


def test_values_with_the_same_facts_are_equal() -> None:
    assert a_value(4.2) == a_value(4.2)
    assert a_value(4.2) != a_value(4.2, after_s=1)


def test_a_state_number_has_its_text() -> None:
    tag = TagDef(TagId("valve"), kind=TagKind.ENUM, states=((0, "closed"), (1, "open")))
    assert [tag.state_text(number) for number in (0, 1.0, True, 2, 0.5)] == ["closed", "open", "open", None, None]
    assert a_tag().state_text(0) is None


def test_a_device_is_lost_only_when_nothing_comes_from_it() -> None:
    assert {state for state in DeviceState if state.is_lost} == {DeviceState.BACKOFF, DeviceState.FAULTED}


def test_two_empty_series_share_no_column() -> None:
    one, other = HistorySeries(TagId("a")), HistorySeries(TagId("a"))
    one.timestamps.append(1)
    assert len(one) == 1
    assert len(other) == 0


def test_the_columns_of_a_series_hold_microseconds_doubles_and_status_codes() -> None:
    series = HistorySeries(TagId("a"))
    series.timestamps.append(253_402_300_799_999_999)
    series.qualities.append(0xFFFF_FFFF)
    series.values.append(0.1)
    assert (series.timestamps[0], series.qualities[0], series.values[0]) == (253_402_300_799_999_999, 0xFFFF_FFFF, 0.1)
    assert isinstance(series.values, array)
