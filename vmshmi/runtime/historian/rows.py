"""What a stretch of history looks like in memory: columns of equal length, apart by family.

Here live only data and its small arithmetic; who fills it (`hot`), keeps it (`journal`, `segments`) or reads it
(`reading`) is elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from vmshmi.core.history import NOT_LATE
from vmshmi.core.quality import Quality
from vmshmi.core.tags import TagKind

Codes = npt.NDArray[np.int32]
Stamps = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Qualities = npt.NDArray[np.uint32]
Values = Floats | Bytes | list[str | None]
"""Numbers as float64 (NaN: no value), booleans as uint8 (`NO_BOOLEAN`: no value), texts as a list (None: no value)."""

NO_BOOLEAN = 255
BAD_FROM = int(Quality.BAD)


class Family(Enum):
    """Values of one storage type; each has columns, journal rows and segment files of its own."""

    NUMBERS = "numbers"
    BOOLEANS = "booleans"
    TEXTS = "texts"


_FAMILY_OF_KIND = {
    TagKind.ANALOG: Family.NUMBERS,
    TagKind.COUNTER: Family.NUMBERS,
    TagKind.ENUM: Family.NUMBERS,
    TagKind.DIGITAL: Family.BOOLEANS,
    TagKind.TEXT: Family.TEXTS,
}


def family_of(kind: TagKind) -> Family:
    """Where the values of a tag of this kind are kept."""
    return _FAMILY_OF_KIND[kind]


@dataclass(frozen=True, slots=True)
class Rows:
    """A stretch of consecutive rows of one family, in order of arrival.

    Attributes:
        family: which one.
        first_row: number of the first row; rows of a family are numbered without a gap for the life of the folder.
        codes: the tag, as a number that holds in this process only.
        stamps: microseconds since 1970 UTC.
        values: see `Values`.
        qualities: OPC UA status codes.
        received: as stamps, `NOT_LATE` where a row was received when it held; None where all were.
    """

    family: Family
    first_row: int
    codes: Codes
    stamps: Stamps
    values: Values
    qualities: Qualities
    received: Stamps | None = None

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def end_row(self) -> int:
        """Number of the row after the last."""
        return self.first_row + len(self.codes)

    def from_row(self, row: int) -> "Rows":
        """The part from this row number on."""
        return self.part(max(row, self.first_row), self.end_row)

    def part(self, first: int, end: int) -> "Rows":
        """Rows first to end - 1, by number; shares memory."""
        cut = slice(max(first - self.first_row, 0), max(end - self.first_row, 0))
        start = self.first_row + cut.start
        received = None if self.received is None else self.received[cut]
        columns = self.codes[cut], self.stamps[cut], self.values[cut], self.qualities[cut], received
        return Rows(self.family, start, *columns)


@dataclass(frozen=True, slots=True)
class TagRows:
    """Rows of one tag.

    Attributes:
        stamps: microseconds since 1970 UTC.
        values: NaN where there is no value; booleans are 0 and 1; for texts 0 where there is one.
        qualities: OPC UA status codes.
        texts: values of a text tag, else None.
        received: as in `Rows`.
    """

    stamps: Stamps
    values: Floats
    qualities: Qualities
    texts: npt.NDArray[np.object_] | None = None
    received: Stamps | None = None

    def __len__(self) -> int:
        return len(self.stamps)

    def take(self, index: "npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice") -> "TagRows":
        """The rows an index names."""
        texts = None if self.texts is None else self.texts[index]
        received = None if self.received is None else self.received[index]
        return TagRows(self.stamps[index], self.values[index], self.qualities[index], texts, received)

    def in_order(self) -> "TagRows":
        """Sorted by time; rows of the same time keep their order of arrival."""
        if len(self) < 2 or bool(np.all(self.stamps[1:] >= self.stamps[:-1])):
            return self
        return self.take(np.argsort(self.stamps, kind="stable"))


def no_rows(family: Family) -> TagRows:
    """Nothing, in the shape of a family."""
    texts = np.empty(0, np.object_) if family is Family.TEXTS else None
    return TagRows(np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint32), texts)


def joined(parts: Sequence[TagRows], family: Family) -> TagRows:
    """Several stretches as one, in the order given."""
    filled = [part for part in parts if len(part)]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        return no_rows(family)
    texts: npt.NDArray[np.object_] | None = None
    if family is Family.TEXTS:
        texts = np.concatenate([_texts_of(part) for part in filled])
    return TagRows(
        np.concatenate([part.stamps for part in filled]),
        np.concatenate([part.values for part in filled]),
        np.concatenate([part.qualities for part in filled]),
        texts,
        times_of_receipt(filled),
    )


def times_of_receipt(parts: "Sequence[Rows] | Sequence[TagRows]") -> Stamps | None:
    """The column `received` of several stretches, in the order given; None where no row of them came late."""
    if all(part.received is None for part in parts):
        return None
    filled = (np.full(len(part), NOT_LATE) if part.received is None else part.received for part in parts)
    return np.concatenate(list(filled))


def as_moments(received: Stamps) -> npt.NDArray[np.datetime64]:
    """Times of receipt as DuckDB takes them: NULL where a row was received when it held."""
    return received.view("datetime64[us]")  # numpy's own mark of no time is `NOT_LATE`


def as_micros(moments: npt.NDArray[Any]) -> Stamps:
    """What DuckDB answers for a column of times, microseconds since 1970 UTC; `NOT_LATE` for NULL."""
    return np.ma.filled(moments, np.datetime64("NaT")).astype("datetime64[us]", copy=False).view(np.int64)


def _texts_of(part: TagRows) -> npt.NDArray[np.object_]:
    return np.full(len(part), None, np.object_) if part.texts is None else part.texts


def as_floats(values: Floats | Bytes) -> Floats:
    """Numbers or booleans as float64 with NaN for no value."""
    if values.dtype == np.uint8:
        return np.where(values == NO_BOOLEAN, np.nan, values.astype(np.float64))
    return values.astype(np.float64, copy=False)


def as_texts(values: "Sequence[str | None] | npt.NDArray[Any]") -> npt.NDArray[np.object_]:
    """Texts as an array of objects."""
    texts = np.empty(len(values), np.object_)
    texts[:] = values
    return texts


def text_marks(texts: npt.NDArray[np.object_]) -> Floats:
    """0 where there is a text, NaN where there is none."""
    return np.array([np.nan if text is None else 0.0 for text in texts], np.float64)


def picked(rows: Rows, index: npt.NDArray[np.intp]) -> TagRows:
    """Some rows of one tag."""
    values = rows.values
    received = None if rows.received is None else rows.received[index]
    if isinstance(values, list):
        chosen: list[str | None] = [values[place] for place in index.tolist()]
        texts = as_texts(chosen)
        return TagRows(rows.stamps[index], text_marks(texts), rows.qualities[index], texts, received)
    return TagRows(rows.stamps[index], as_floats(values[index]), rows.qualities[index], None, received)
