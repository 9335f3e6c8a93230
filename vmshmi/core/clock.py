"""Time is injected: the two clocks everything else asks."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """What tells the time. Durations come from `monotonic`, stamps from `now`; never mix them."""

    def now(self) -> datetime:
        """Wall clock, UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware moment."""
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_micros(micros: int) -> datetime:
    """The aware UTC moment of microseconds since 1970, before 1970 too.

    Raises:
        OverflowError: beyond the years 1 to 9999.
    """
    return EPOCH + timedelta(microseconds=micros)


def to_iso(moment: datetime) -> str:
    """`2026-11-22T14:06:00.123Z`: UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """Read an ISO 8601 moment; without an offset it is UTC.

    Raises:
        ValueError: if the text is no ISO 8601 date or time, or leaves the years 1 to 9999 in UTC.
    """
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} leaves the years 1 to 9999 in UTC") from error
