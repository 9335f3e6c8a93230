"""Which time is looked at, and how wide the bars of the chart are then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TEN_MINUTES = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

WATCH, A_DAY, WEEK, MONTH, CUSTOM = "watch", "day", "week", "month", "custom"
LENGTHS = {WATCH: timedelta(hours=4), A_DAY: DAY, WEEK: timedelta(days=7), MONTH: timedelta(days=30)}
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Period:
    """A time, UTC, its end excluded."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since


def latest(choice: str, now: datetime) -> Period:
    """The newest period of a choice: it ends now, in the last of its whole stretches of ten minutes.

    Raises:
        KeyError: for `CUSTOM` and what is none.
    """
    past = timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)
    end = now - past + TEN_MINUTES if past else now
    return Period(end - LENGTHS[choice], now)


def beside(period: Period, length: timedelta, *, forwards: bool) -> Period:
    """The period of this length that begins where that one ends, or ends where it begins."""
    begin = period.until if forwards else period.since - length
    return Period(begin, begin + length)


def bar_of(length: timedelta) -> timedelta:
    """How much time a bar of the chart holds: whole tens of minutes."""
    if length <= timedelta(days=1, hours=1):
        return TEN_MINUTES
    return HOUR if length <= timedelta(days=8) else DAY


def in_bars(per_10_min: tuple[int, ...], bar: timedelta) -> list[int]:
    """Counts of ten minutes put together to bars."""
    width = bar // TEN_MINUTES
    return [sum(per_10_min[start : start + width]) for start in range(0, len(per_10_min), width)]
