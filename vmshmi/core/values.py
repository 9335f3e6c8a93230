"""A value never travels without its quality and its time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

from vmshmi.core.quality import Quality

TagId = NewType("TagId", str)

Scalar = float | int | bool | str
"""What a tag can hold. A bad value is None."""


@dataclass(frozen=True, slots=True, init=False)
class TagValue:
    """One sample of a tag.

    Attributes:
        value: engineering value in the tag's unit; None when the quality is bad.
        quality: OPC UA status code.
        timestamp: UTC, aware; when the device was read (or when the source says it measured).
        raw_value: as it came from the wire, before scaling; None when nothing came.
    """

    value: Scalar | None
    quality: Quality
    timestamp: datetime
    raw_value: Scalar | None = None

    def __init__(self, value: Scalar | None, quality: Quality, timestamp: datetime, raw_value: Scalar | None = None):
        # as a frozen dataclass does it, which looks each field up by its name, in 3/5 of the time: every sample is one
        _set_value(self, value)
        _set_quality(self, quality)
        _set_timestamp(self, timestamp)
        _set_raw_value(self, raw_value)


_slots: Any = TagValue  # the descriptors of its fields, of which a type checker knows nothing
_Setter = Callable[[TagValue, object], None]
_set_value: _Setter = _slots.value.__set__
_set_quality: _Setter = _slots.quality.__set__
_set_timestamp: _Setter = _slots.timestamp.__set__
_set_raw_value: _Setter = _slots.raw_value.__set__


@dataclass(frozen=True, slots=True, kw_only=True)
class LateValue(TagValue):
    """A sample that was not received when it held: out of a log, a buffer, or from a source with its own clock.

    Attributes:
        received: UTC, aware.
    """

    received: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of history.

    Attributes:
        timestamp: UTC, aware.
        value: None where the quality was bad (a real gap).
        quality: OPC UA status code.
        received: UTC, aware; None where it was received when it held.
    """

    timestamp: datetime
    value: Scalar | None
    quality: Quality
    received: datetime | None = None
