"""Marks of the chart's time axis, in UTC as the lists are."""

from datetime import UTC, datetime, timedelta

_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (10, 30, 60, 180, 360, 720, 1440, 2880, 7200, 14400, 43200, 86400, 129600)
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_marks(since: datetime, until: datetime, most: int) -> list[tuple[datetime, str]]:
    """At most so many moments with what stands at them; the date where a day begins or steps are days."""
    length = until - since
    step = next((step for step in _STEPS if length / step <= max(1, most)), _STEPS[-1])
    first = _EPOCH + -(-(since - _EPOCH) // step) * step
    marks: list[tuple[datetime, str]] = []
    moment = first
    while moment < until:
        day = step >= timedelta(days=1) or (moment.hour, moment.minute) == (0, 0)
        marks.append((moment, moment.strftime("%d %b" if day else "%H:%M")))
        moment += step
    return marks


def nice_top(value: float) -> float:
    """The end of a scale that holds this value and reads well."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= value)
