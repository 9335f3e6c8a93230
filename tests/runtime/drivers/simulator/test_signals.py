"""The model for projects without a plant."""

import pytest

from vmshmi.config.devices import SimulatorSource
from vmshmi.core.tags import TagDef, TagKind
from vmshmi.core.values import TagId
from vmshmi.runtime.drivers.simulator.signals import SignalsModel

_TAG = TagDef(TagId("t"), kind=TagKind.ANALOG, normal_min=10.0, normal_max=20.0)


def course(source: SimulatorSource, tag: TagDef = _TAG, seconds: int = 200) -> list[float]:
    """The values of a signal, one a second."""
    model = SignalsModel([(tag, source)], seed=3)
    values: list[float] = []
    for _ in range(seconds):
        model.advance(1.0)
        values.append(model.values[tag.id])
    return values


def source(**changes: object) -> SimulatorSource:
    """A source with these settings."""
    return SimulatorSource.model_validate({"device": "sim", "period_s": 40.0, **changes})


@pytest.mark.parametrize("signal", ["auto", "constant", "sine", "square", "ramp", "walk"])
def test_a_signal_stays_in_the_normal_range(signal: str) -> None:
    values = course(source(signal=signal), seconds=2000)
    assert min(values) >= 10.0
    assert max(values) <= 20.0


@pytest.mark.parametrize(("signal", "fewest"), [("sine", 20), ("square", 2), ("ramp", 20), ("walk", 100)])
def test_a_signal_moves_and_uses_its_range(signal: str, fewest: int) -> None:
    values = course(source(signal=signal), seconds=2000)
    assert len(set(values)) >= fewest
    assert max(values) - min(values) > 8.0


def test_a_constant_is_one() -> None:
    assert set(course(source(signal="constant"))) == {15.0}


def test_auto_keeps_away_from_the_limits() -> None:
    values = course(source(), seconds=400)
    assert min(values) >= 11.0
    assert max(values) <= 19.0
    assert len(set(values)) > 10


def test_auto_leaves_a_contact_where_it_is_normal() -> None:
    online = TagDef(TagId("online"), kind=TagKind.DIGITAL, normal_min=1, normal_max=1)
    fault = TagDef(TagId("fault"), kind=TagKind.DIGITAL, normal_min=0, normal_max=0)
    assert set(course(source(), online)) == {1.0}
    assert set(course(source(), fault)) == {0.0}


def test_the_source_overrules_the_normal_range() -> None:
    values = course(source(signal="ramp", minimum=-5, maximum=5), seconds=400)
    assert min(values) < -4.0
    assert max(values) > 4.0
    assert min(values) >= -5.0
    assert max(values) <= 5.0


def test_an_open_range_is_a_hundred_wide() -> None:
    values = course(source(signal="ramp"), TagDef(TagId("free")), seconds=400)
    assert min(values) >= 0.0
    assert 90.0 < max(values) <= 100.0
