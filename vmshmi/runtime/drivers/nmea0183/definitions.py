"""How a sentence and its fields are written down: the words of the table of sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from vmshmi.core.quality import Quality
from vmshmi.runtime.drivers.nmea0183.fields import Check, FieldDef, Form

_STATUS = {"A": "valid", "V": "invalid"}


@dataclass(frozen=True, slots=True)
class SentenceDef:
    """One sentence.

    Attributes:
        title: what it is about.
        least: so many fields it has at the least; with fewer it is none.
        fields: those that can be bound by name.
        key: positions that say which engine, wind, detector it speaks of.
        key_example: how a project file writes that, as `instance`.
    """

    title: str
    least: int
    fields: tuple[FieldDef, ...]
    key: tuple[int, ...] = ()
    key_example: str = ""


def valid(position: int) -> Check:
    """Status A or V of other fields."""
    return Check(position, {"A": Quality.GOOD, "V": Quality.BAD_SENSOR_FAILURE})


def number_field(name: str, position: int, unit: str = "", *checks: Check) -> FieldDef:
    """A number as it stands."""
    return FieldDef(name, position, Form.NUMBER, unit, checks)


def signed_field(name: str, position: int, unit: str, minus: str, *checks: Check) -> FieldDef:
    """A number whose side, which stands behind it, is its sign."""
    return FieldDef(name, position, Form.SIGNED, unit, checks, (position + 1,), minus)


def time_field(position: int) -> FieldDef:
    """A time of day."""
    return FieldDef("time", position, Form.TIME, "s")


def text_field(name: str, position: int) -> FieldDef:
    """A text."""
    return FieldDef(name, position, Form.TEXT)


def letter_field(name: str, position: int, codes: Mapping[str, str], on: str = "", off: str = "") -> FieldDef:
    """One of some letters or codes."""
    return FieldDef(name, position, Form.LETTER, codes=codes, on=on, off=off)


def status_field(position: int, name: str = "status") -> FieldDef:
    """Status A or V as a value."""
    return letter_field(name, position, _STATUS, "A", "V")
