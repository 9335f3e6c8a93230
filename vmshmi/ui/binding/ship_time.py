"""How moments read: UTC and the ship's own time."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class ShipTime:
    """Formats moments in UTC and in ship's time.

    Args:
        zone: IANA name; empty, or one this machine does not know, takes the workstation's own time.
    """

    def __init__(self, zone: str = "") -> None:
        self._zone: tzinfo | None = None
        if zone:
            try:
                self._zone = ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError):
                self._zone = None

    def local(self, moment: datetime) -> datetime:
        """The moment in ship's time."""
        return moment.astimezone(self._zone)

    def utc_clock(self, moment: datetime) -> str:
        """`14:06:00` in UTC."""
        return moment.astimezone(UTC).strftime("%H:%M:%S")

    def ship_clock(self, moment: datetime) -> str:
        """`15:06:00` in ship's time."""
        return self.local(moment).strftime("%H:%M:%S")

    def utc_stamp(self, moment: datetime, now: datetime) -> str:
        """`14:06:00`, with the date in front when it was another UTC day."""
        return _stamp(moment.astimezone(UTC), now.astimezone(UTC))

    def ship_stamp(self, moment: datetime, now: datetime) -> str:
        """As `utc_stamp`, in ship's time."""
        return _stamp(self.local(moment), self.local(now))

    def date(self, moment: datetime) -> str:
        """`22 Nov 2026`, the ship's day."""
        return self.local(moment).strftime("%d %b %Y")

    def offset(self, moment: datetime) -> str:
        """`UTC+1`, `UTC-3:30`: how ship's time stands to UTC."""
        delta = self.local(moment).utcoffset() or timedelta()
        minutes = round(delta.total_seconds() / 60)
        hours, rest = divmod(abs(minutes), 60)
        sign = "-" if minutes < 0 else "+"
        return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def _stamp(moment: datetime, now: datetime) -> str:
    pattern = "%H:%M:%S" if moment.date() == now.date() else "%d %b %H:%M"
    return moment.strftime(pattern)


def duration_text(seconds: float) -> str:
    """`12 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, secs = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02d} min"
    if minutes:
        return f"{minutes} min {secs:02d} s"
    return f"{secs} s"
