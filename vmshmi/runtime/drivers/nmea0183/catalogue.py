"""The sentences this program knows by name, with the fields of each: our own table after IEC 61162-1.

Values are in the sentence's own unit; latitude and longitude in decimal degrees, north and east positive. What is not
here is read by position.
"""

from collections.abc import Mapping, Sequence

from vmshmi.runtime.drivers.nmea0183.definitions import SentenceDef
from vmshmi.runtime.drivers.nmea0183.machinery import ALERTS, MACHINERY
from vmshmi.runtime.drivers.nmea0183.navigation import NAVIGATION

SENTENCES: Mapping[str, SentenceDef] = {**NAVIGATION, **MACHINERY, **ALERTS}
ALERT_NAMES = frozenset(ALERTS)
"""Those whose `key` is an alert: manufacturer, number, instance; of ALR only a number."""


def key_of(fields: Sequence[str], positions: tuple[int, ...]) -> str:
    """Which engine, wind, detector a sentence speaks of, as a project file writes it."""
    parts = [fields[position - 1] if len(fields) >= position else "" for position in positions]
    return "".join(map(normal_key, parts)) if len(parts) == 2 else normal_key(".".join(parts))


def normal_key(text: str) -> str:
    """The same key however its numbers are padded and its letters cased: `FD.01.002.3` is `FD.1.2.3`."""
    return ".".join(part.lstrip("0") or "0" if part.isdecimal() else part.upper() for part in text.split("."))
