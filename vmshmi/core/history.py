"""What one asks of history and what comes back."""

from array import array
from dataclasses import dataclass, field
from datetime import datetime

from vmshmi.core.values import TagId

NOT_LATE = -(1 << 63)
"""In a column of times of receipt: this row was received when it held."""


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A question about one tag.

    Attributes:
        tag_id: which tag.
        since, until: UTC, both included; None is open.
        limit: at most this many rows, the newest ones, in order of time.
        points: thin to at most 2 * points samples that keep each bucket's minimum and maximum; None gives raw rows.
    """

    tag_id: TagId
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class HistorySeries:
    """Rows of one tag in order of time, as columns of equal length.

    Attributes:
        tag_id: which tag.
        timestamps: microseconds since 1970 UTC, typecode `q`.
        values: typecode `d`; NaN where the quality was bad (a real gap). Booleans are 0 and 1.
        qualities: OPC UA status codes, typecode `I`.
        texts: the values of a text tag, else None.
        received: microseconds since 1970 UTC, typecode `q`, `NOT_LATE` where a row was received when it held; None
            where all were.
    """

    tag_id: TagId
    timestamps: "array[int]" = field(default_factory=lambda: array("q"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    qualities: "array[int]" = field(default_factory=lambda: array("I"))
    texts: tuple[str | None, ...] | None = None
    received: "array[int] | None" = None

    def __len__(self) -> int:
        return len(self.timestamps)
