"""Raw counts to engineering values and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmshmi.core.errors import ConfigurationError
from vmshmi.core.scaling import LinearScaling

scales = st.sampled_from([1.0, 0.1, 0.01, 0.001, 0.5, 0.25, 1 / 3, 10.0, 100.0, 0.0625, 1.8, -1.0, -0.1, 0.03125])
offsets = st.sampled_from([0.0, -273.15, -40.0, 32.0, 100.0, -210.0])


@given(st.integers(-(2**31), 2**32 - 1), scales, offsets)
def test_a_raw_count_comes_back(raw: int, scale: float, offset: float) -> None:
    scaling = LinearScaling(scale, offset)
    assert scaling.to_raw(scaling.to_engineering(raw)) == raw


@given(st.integers(0, 65_535), st.floats(1e-6, 1e6), st.floats(-1e4, 1e4))
def test_a_16_bit_count_comes_back_with_any_sensible_scale(raw: int, scale: float, offset: float) -> None:
    scaling = LinearScaling(scale, offset)
    assert scaling.to_raw(scaling.to_engineering(raw)) == raw


@given(st.integers(-(2**63), 2**64 - 1))
def test_an_identity_loses_no_bit_of_a_counter(raw: int) -> None:
    assert LinearScaling().to_engineering(raw) == raw


@given(st.integers(-100_000, 100_000), st.sampled_from([1, 2, 3]))
def test_a_decimal_scale_gives_the_number_a_person_expects(raw: int, digits: int) -> None:
    expected = float(f"{raw}e-{digits}")
    assert LinearScaling(float(f"1e-{digits}")).to_engineering(raw) == expected


@given(st.floats(-1e9, 1e9), scales, offsets)
def test_a_compiled_scaling_is_the_same(raw: float, scale: float, offset: float) -> None:
    scaling = LinearScaling(scale, offset)
    assert scaling.compiled()(raw) == scaling.to_engineering(raw)


@pytest.mark.parametrize("scale", [1e-310, 5e-324, -1e-310])
def test_the_smallest_scales_work_too(scale: float) -> None:
    assert LinearScaling(scale).to_engineering(1.0) == scale


@pytest.mark.parametrize(("scale", "offset"), [(0.0, 0.0), (math.nan, 0.0), (math.inf, 0.0), (1.0, math.nan)])
def test_a_scaling_without_a_way_back_is_refused(scale: float, offset: float) -> None:
    with pytest.raises(ConfigurationError, match="must be finite, scale not zero"):
        LinearScaling(scale, offset)
