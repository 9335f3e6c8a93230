"""Quality: the standard's numbers, in three words and by name."""

import pytest

from vmshmi.core.quality import Quality, QualityLevel


@pytest.mark.parametrize("quality", list(Quality))
def test_the_level_is_in_the_two_highest_bits(quality: Quality) -> None:
    assert quality.level is [QualityLevel.GOOD, QualityLevel.UNCERTAIN, QualityLevel.BAD][quality >> 30]


@pytest.mark.parametrize("quality", list(Quality))
def test_the_name_begins_with_the_level(quality: Quality) -> None:
    assert quality.name.startswith(quality.level.name)
    assert quality.is_good == (quality.level is QualityLevel.GOOD)
    assert quality.is_bad == (quality.level is QualityLevel.BAD)


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        (Quality.GOOD, ""),
        (Quality.GOOD_LOCAL_OVERRIDE, "GoodLocalOverride"),
        (Quality.UNCERTAIN_LAST_USABLE_VALUE, "UncertainLastUsableValue"),
        (Quality.BAD_NO_COMMUNICATION, "BadNoCommunication"),
        (Quality.BAD_SENSOR_FAILURE, "BadSensorFailure"),
    ],
)
def test_the_reason_is_the_name_in_the_standard(quality: Quality, reason: str) -> None:
    assert quality.reason == reason


@pytest.mark.parametrize(
    ("quality", "code"),
    [  # OPC UA Part 6, Annex A: StatusCode.csv
        (Quality.UNCERTAIN_ENGINEERING_UNITS_EXCEEDED, 0x4094_0000),
        (Quality.BAD_DECODING_ERROR, 0x8007_0000),
        (Quality.BAD_TIMEOUT, 0x800A_0000),
        (Quality.BAD_NO_COMMUNICATION, 0x8031_0000),
        (Quality.BAD_WAITING_FOR_INITIAL_DATA, 0x8032_0000),
        (Quality.BAD_OUT_OF_RANGE, 0x803C_0000),
        (Quality.BAD_CONFIGURATION_ERROR, 0x8089_0000),
        (Quality.BAD_NOT_CONNECTED, 0x808A_0000),
        (Quality.BAD_SENSOR_FAILURE, 0x808C_0000),
    ],
)
def test_the_number_is_the_standards_own(quality: Quality, code: int) -> None:
    assert quality == code
