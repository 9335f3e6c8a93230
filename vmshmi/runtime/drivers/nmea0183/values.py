"""From the text of a field to a number. Pure; each gives None for what it cannot read."""

from datetime import UTC, datetime

_NUMBER_SIGNS = "0123456789.+-"
_PIVOT = 80
"""A year of two digits from here on is in the last century: GPS began in 1980."""


def number(text: str) -> float | None:
    """A decimal number; no exponent, no `nan`, nothing else Python would take."""
    text = text.strip(" ")
    if not text or text.strip(_NUMBER_SIGNS):
        return None
    try:
        return float(text)
    except ValueError:
        return None


def degrees(text: str, most: float) -> float | None:
    """`ddmm.mmmm` in decimal degrees without sign, 0 to `most`."""
    if "-" in text or "+" in text:
        return None
    value = number(text)
    if value is None:
        return None
    whole, minutes = divmod(value, 100.0)
    if minutes >= 60.0:
        return None
    result = whole + minutes / 60.0
    return result if result <= most else None


def day_seconds(text: str) -> float | None:
    """`hhmmss` or `hhmmss.sss` in seconds since midnight."""
    if len(text) < 6 or not text[:6].isdecimal() or not text.isascii():
        return None
    hours, minutes = int(text[:2]), int(text[2:4])
    seconds = number(text[4:])
    # 60: a leap second
    if hours > 23 or minutes > 59 or seconds is None or not 0.0 <= seconds < 61.0:
        return None
    return hours * 3600.0 + minutes * 60.0 + seconds


def midnight(day: str, month: str, year: str) -> datetime | None:
    """The UTC day of `3`, `04`, `2014`; a year of two digits is one of 1980 to 2079."""
    if not (day + month + year).isdecimal() or not year.isascii() or len(year) not in (2, 4):
        return None
    century = 0 if len(year) == 4 else 1900 if int(year) >= _PIVOT else 2000
    try:
        return datetime(century + int(year), int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None


def clock_text(seconds: float) -> str:
    """`08:54:11`, with the fraction that is there: `08:54:11.25`."""
    whole = int(seconds)
    fraction = f"{seconds - whole:.3f}"[1:].rstrip("0").rstrip(".") if seconds - whole < 0.9995 else ""
    return f"{whole // 3600:02}:{whole % 3600 // 60:02}:{whole % 60:02}{fraction}"
