"""Quality of a value: the OPC UA status codes this product uses (OPC UA Part 4, 7.39 and Part 8, 6.3)."""

from enum import Enum, IntEnum


class QualityLevel(Enum):
    """The three words a person and the API see."""

    GOOD = "good"
    UNCERTAIN = "uncertain"
    BAD = "bad"


class Quality(IntEnum):
    """An OPC UA StatusCode; the number is the standard's own, so that a gateway needs no mapping."""

    GOOD = 0x00000000
    GOOD_LOCAL_OVERRIDE = 0x00960000
    UNCERTAIN = 0x40000000
    UNCERTAIN_LAST_USABLE_VALUE = 0x40900000
    UNCERTAIN_SENSOR_NOT_ACCURATE = 0x40930000
    UNCERTAIN_ENGINEERING_UNITS_EXCEEDED = 0x40940000
    UNCERTAIN_SUB_NORMAL = 0x40950000
    BAD = 0x80000000
    BAD_DECODING_ERROR = 0x80070000
    BAD_TIMEOUT = 0x800A0000
    BAD_WAITING_FOR_INITIAL_DATA = 0x80320000
    BAD_CONFIGURATION_ERROR = 0x80890000
    BAD_NOT_CONNECTED = 0x808A0000
    BAD_DEVICE_FAILURE = 0x808B0000
    BAD_SENSOR_FAILURE = 0x808C0000
    BAD_OUT_OF_SERVICE = 0x808D0000
    BAD_NO_COMMUNICATION = 0x80310000
    BAD_OUT_OF_RANGE = 0x803C0000

    @property
    def level(self) -> QualityLevel:
        """The severity bits as a word."""
        if self < Quality.UNCERTAIN:
            return QualityLevel.GOOD
        return QualityLevel.UNCERTAIN if self < Quality.BAD else QualityLevel.BAD

    @property
    def is_good(self) -> bool:
        """True when the value may be used without reserve."""
        return self < Quality.UNCERTAIN

    @property
    def is_bad(self) -> bool:
        """True when there is no usable value."""
        return self >= Quality.BAD

    @property
    def reason(self) -> str:
        """The standard's name, `BadNoCommunication`; empty for plain good."""
        return "" if self is Quality.GOOD else _REASONS[self]


_REASONS: dict[Quality, str] = {q: "".join(word.capitalize() for word in q.name.split("_")) for q in Quality}

_BY_CODE = {int(quality): quality for quality in Quality}


def quality_of(code: int) -> Quality:
    """The quality a stored status code stands for; one we do not know keeps its severity."""
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    if code >= Quality.BAD:
        return Quality.BAD
    return Quality.UNCERTAIN if code >= Quality.UNCERTAIN else Quality.GOOD
