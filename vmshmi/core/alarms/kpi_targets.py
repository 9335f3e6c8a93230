"""What the guides ask of an alarm system, and what we call nearly good and bad.

`EEMUA 191` marks numbers of that guide's grid. What is marked common practice is often written in the name of ISA-18.2
or EEMUA 191; we could not read it there and do not quote it. How far beyond a target is `watch` and how far is `bad` is
our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class KpiKey(Enum):
    """The measures that are held against a target; the value is their name outside."""

    PER_DAY = "alarms_per_day"
    PER_HOUR = "alarms_per_hour"
    PER_10_MIN = "alarms_per_10_min"
    PEAK_MINUTE = "peak_minute"
    PEAK_10_MIN = "peak_10_min"
    PEAK_HOUR = "peak_hour"
    BUSY_10_MIN = "share_of_10_min_too_busy"
    BUSY_HOURS = "share_of_hours_too_busy"
    FLOOD_TIME = "share_of_time_in_flood"
    CHATTERING = "chattering_alarms"
    STALE = "stale_at_once"
    TOP_TEN = "share_of_top_ten"
    HIGH = "share_high"
    """Emergency alarms and alarms."""
    MEDIUM = "share_medium"
    """Warnings."""
    LOW = "share_low"
    """Cautions."""

    @property
    def is_share(self) -> bool:
        """True where the value is a share, 0 to 1."""
        return self.value.startswith("share_")


class Source(Enum):
    """Who names the target."""

    EEMUA_191 = "EEMUA 191"
    COMMON_PRACTICE = "common practice"


class Verdict(Enum):
    """How a value compares with its target."""

    OK = "ok"
    WATCH = "watch"
    BAD = "bad"
    NONE = "none"
    """Nothing to judge: nothing was measured, or too little."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure should be.

    Attributes:
        limit: the last value that is good.
        watch: the last value that is not yet bad.
        source: who names `limit`.
        at_least: True where more is better.
    """

    limit: float
    watch: float
    source: Source
    at_least: bool = False

    def verdict(self, value: float | None) -> Verdict:
        """How this value compares."""
        if value is None:
            return Verdict.NONE
        sign = -1.0 if self.at_least else 1.0
        if sign * value <= sign * self.limit:
            return Verdict.OK
        return Verdict.WATCH if sign * value <= sign * self.watch else Verdict.BAD


_EEMUA, _PRACTICE = Source.EEMUA_191, Source.COMMON_PRACTICE

TARGETS: Mapping[KpiKey, Target] = {
    KpiKey.PER_DAY: Target(120, 240, _EEMUA),
    KpiKey.PER_HOUR: Target(5, 10, _EEMUA),
    KpiKey.PER_10_MIN: Target(1, 2, _EEMUA),
    KpiKey.PEAK_MINUTE: Target(2, 5, _EEMUA),
    KpiKey.PEAK_10_MIN: Target(9, 30, _EEMUA),
    KpiKey.PEAK_HOUR: Target(15, 30, _EEMUA),
    KpiKey.BUSY_10_MIN: Target(0.01, 0.05, _PRACTICE),
    KpiKey.BUSY_HOURS: Target(0.01, 0.05, _PRACTICE),
    KpiKey.FLOOD_TIME: Target(0.01, 0.05, _PRACTICE),
    KpiKey.CHATTERING: Target(0, 2, _PRACTICE),
    KpiKey.STALE: Target(4, 10, _PRACTICE),
    KpiKey.TOP_TEN: Target(0.05, 0.20, _PRACTICE),
    KpiKey.HIGH: Target(0.05, 0.20, _EEMUA),
    KpiKey.MEDIUM: Target(0.15, 0.40, _EEMUA),
    KpiKey.LOW: Target(0.80, 0.50, _EEMUA, at_least=True),
}
"""In the order of the table."""
