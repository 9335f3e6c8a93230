"""What a field of a sentence is, and how it is read: its form, and the other fields that say what it is worth. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from vmshmi.core.clock import EPOCH
from vmshmi.core.quality import Quality
from vmshmi.core.values import Scalar
from vmshmi.runtime.drivers.nmea0183.sentence import unescaped
from vmshmi.runtime.drivers.nmea0183.values import clock_text, day_seconds, degrees, midnight, number

_DAY_S = 86_400.0
_GOOD, _BAD = Quality.GOOD, Quality.BAD
_UNREADABLE = (None, Quality.BAD_DECODING_ERROR)
_EMPTY = (None, Quality.BAD_NOT_CONNECTED)

Reading = tuple[Scalar | None, Quality]
Reader = Callable[[Sequence[str]], Reading]


class Form(Enum):
    """How a field is written."""

    NUMBER = "number"
    SIGNED = "number with its side in the next field"
    SPEED = "speed with its unit in another field"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    TIME = "time of day"
    MOMENT = "date and time"
    LETTER = "letter"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Check:
    """A field that says what others are worth.

    Attributes:
        position: of the field that says it, from 1.
        letters: quality for what may stand there.
        other: quality when something else stands there.
        empty: quality when nothing stands there.
        absent: quality when the sentence ends before.
        best: several letters, one each receiver: the best of them counts.
    """

    position: int
    letters: Mapping[str, Quality]
    other: Quality = Quality.UNCERTAIN
    empty: Quality = Quality.UNCERTAIN
    absent: Quality = Quality.UNCERTAIN
    best: bool = False

    def quality(self, fields: Sequence[str]) -> Quality:
        """What this sentence says."""
        if len(fields) < self.position:
            return self.absent
        said = fields[self.position - 1]
        if not said:
            return self.empty
        if self.best and len(said) > 1:
            return min(self.letters.get(letter, self.other) for letter in said)
        return self.letters.get(said, self.other)


@dataclass(frozen=True, slots=True)
class FieldDef:
    """One field.

    Attributes:
        name: as a project file calls it.
        position: in the sentence, from 1.
        form: how it is written.
        unit: of its value, for a person; empty when there is none.
        checks: what it is worth.
        beside: further positions it is made of: side, unit, day, month and year.
        minus: of a SIGNED field the side that is negative, first of the two that may stand there.
        codes: of a LETTER what may stand there and what it means; a tag of kind enum counts them from 0.
        on, off: of a LETTER what is true and what is false in a digital tag; anything else makes the tag bad.
    """

    name: str
    position: int
    form: Form
    unit: str = ""
    checks: tuple[Check, ...] = ()
    beside: tuple[int, ...] = ()
    minus: str = ""
    codes: Mapping[str, str] | None = None
    on: str = ""
    off: str = ""

    @property
    def is_number(self) -> bool:
        """True when an analog tag can hold it."""
        return self.form not in (Form.LETTER, Form.TEXT)


_KNOTS = {"N": 1.0, "K": 1000.0 / 1852.0, "M": 3600.0 / 1852.0, "S": 1609.344 / 1852.0}
_SIDES = {"W": "WE", "S": "SN", "L": "LR"}


def reader(field: FieldDef) -> Reader:
    """Reads the field as a number (times in seconds); a LETTER as it stands, a TEXT without escapes.

    An empty field is not available; what cannot be read is a decoding error; then the checks have their say.
    """
    read = _READERS[field.form](field)
    checks, at, beside = field.checks, field.position - 1, field.beside
    last = max(at + 1, *beside, 0)

    def checked(fields: Sequence[str]) -> Reading:
        if len(fields) < last or not fields[at]:
            return _EMPTY
        for position in beside:
            if not fields[position - 1]:
                return _EMPTY
        value = read(fields)
        if value is None:
            return _UNREADABLE
        worst = _GOOD
        for check in checks:
            said = check.quality(fields)
            if said is not _GOOD:
                worst = max(worst, said)
        return (None, worst) if worst >= _BAD else (value, worst)

    return checked


def written(field: FieldDef, value: Scalar) -> str:
    """A value as a person reads it."""
    match field.form:
        case Form.TIME:
            return clock_text(float(value))
        case Form.MOMENT:
            day, seconds = divmod(float(value), _DAY_S)
            return f"{EPOCH + timedelta(days=day):%Y-%m-%d}T{clock_text(seconds)}Z"
        case Form.LETTER:
            return (field.codes or {}).get(str(value), str(value))
        case Form.TEXT:
            return str(value)
        case _:
            return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _number(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    at = field.position - 1
    return lambda fields: number(fields[at])


def _sign(said: str, sides: str) -> float | None:
    if len(said) != 1 or said not in sides:
        return None
    return -1.0 if said == sides[0] else 1.0


def _signed(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    at, side, sides = field.position - 1, field.beside[0] - 1, _SIDES[field.minus]

    def read(fields: Sequence[str]) -> Scalar | None:
        size, sign = number(fields[at]), _sign(fields[side], sides)
        return None if size is None or sign is None else sign * size

    return read


def _angle(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    is_latitude = field.form is Form.LATITUDE
    at, most, sides = field.position - 1, 90.0 if is_latitude else 180.0, "SN" if is_latitude else "WE"

    def read(fields: Sequence[str]) -> Scalar | None:
        size, sign = degrees(fields[at], most), _sign(fields[at + 1], sides)
        return None if size is None or sign is None else sign * size

    return read


def _speed(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    at, unit = field.position - 1, field.beside[0] - 1

    def read(fields: Sequence[str]) -> Scalar | None:
        size, knots = number(fields[at]), _KNOTS.get(fields[unit])
        return None if size is None or knots is None else size * knots

    return read


def _time(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    at = field.position - 1
    return lambda fields: day_seconds(fields[at])


def _moment(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    at, beside = field.position - 1, field.beside

    def read(fields: Sequence[str]) -> Scalar | None:
        parts = [fields[position - 1] for position in beside]
        if len(parts) == 1:  # ddmmyy
            parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
        day, seconds = midnight(*parts), day_seconds(fields[at])
        return None if day is None or seconds is None else day.timestamp() + seconds

    return read


def _letter(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    at, codes = field.position - 1, field.codes or {}
    return lambda fields: fields[at] if fields[at] in codes else None


def _text(field: FieldDef) -> Callable[[Sequence[str]], Scalar | None]:
    at = field.position - 1
    return lambda fields: unescaped(fields[at])


_READERS: Mapping[Form, Callable[[FieldDef], Callable[[Sequence[str]], Scalar | None]]] = {
    Form.NUMBER: _number,
    Form.SIGNED: _signed,
    Form.SPEED: _speed,
    Form.LATITUDE: _angle,
    Form.LONGITUDE: _angle,
    Form.TIME: _time,
    Form.MOMENT: _moment,
    Form.LETTER: _letter,
    Form.TEXT: _text,
}
