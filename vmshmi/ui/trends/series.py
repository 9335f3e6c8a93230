"""What is known of one pen: rows of history and what came live since, as one column of time without a seam."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vmshmi.core.clock import to_micros
from vmshmi.core.history import HistorySeries
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagValue

Floats = npt.NDArray[np.float64]
Micros = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FIRST_ROOM = 256
_MOST_TAIL = 262_144


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in order of time.

    Attributes:
        stamps: microseconds since 1970 UTC.
        values: NaN where there is no value (a real gap).
        doubtful: True where the quality was uncertain.
    """

    stamps: Micros
    values: Floats
    doubtful: Bools

    def __len__(self) -> int:
        return len(self.stamps)


def no_rows() -> Rows:
    """Nothing."""
    return Rows(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.bool_))


def rows_of(series: HistorySeries) -> Rows:
    """An answer of history as columns for drawing."""
    qualities = np.frombuffer(series.qualities, dtype=np.uint32) if len(series) else np.empty(0, np.uint32)
    values = np.frombuffer(series.values, dtype=np.float64).copy()
    values[qualities >= Quality.BAD] = np.nan
    doubtful = (qualities >= Quality.UNCERTAIN) & (qualities < Quality.BAD)
    return Rows(np.frombuffer(series.timestamps, dtype=np.int64), values, doubtful)


class PenSeries:
    """Rows of history, and behind them the live tail: a sample is in one of the two, never in both."""

    def __init__(self) -> None:
        self._past: Rows = no_rows()
        self._stamps: Micros = np.empty(_FIRST_ROOM, np.int64)
        self._values: Floats = np.empty(_FIRST_ROOM, np.float64)
        self._doubtful: Bools = np.empty(_FIRST_ROOM, np.bool_)
        self._count: int = 0
        self._bucket_s: float = 0.0

    @property
    def bucket_s(self) -> float:
        """Seconds of one point of history: rows may lie that far apart because they are thinned."""
        return self._bucket_s

    @property
    def tail_length(self) -> int:
        """How many samples came live since the last answer of history."""
        return self._count

    @property
    def last_stamp(self) -> int | None:
        """Microseconds of the newest row; None when there is none."""
        if self._count:
            return int(self._stamps[self._count - 1])
        return int(self._past.stamps[-1]) if len(self._past) else None

    def set_past(self, past: Rows, bucket_s: float = 0.0) -> None:
        """Take an answer of history, thinned to buckets; live samples it holds already leave the tail."""
        self._past, self._bucket_s = past, bucket_s
        if not len(past) or not self._count:
            return
        keep = slice(int(np.searchsorted(self._stamps[: self._count], int(past.stamps[-1]), side="right")), self._count)
        count = keep.stop - keep.start
        for column in (self._stamps, self._values, self._doubtful):
            column[:count] = column[keep].copy()
        self._count = count

    def append(self, sample: TagValue) -> bool:
        """Take a live sample; False when it is not newer than what is known.

        A sample that turns bad without a new time (the runtime went silent) makes a gap just behind the last one.
        """
        stamp = to_micros(sample.timestamp)
        last = self.last_stamp
        bad = sample.quality.is_bad or sample.value is None or isinstance(sample.value, str)
        if last is not None and stamp <= last:
            if not bad or np.isnan(self._last_value()):
                return False
            stamp = last + 1
        value = float("nan") if bad else float(sample.value or 0)
        self._push(stamp, value, not bad and not sample.quality.is_good)
        return True

    def rows(self, start_us: int, end_us: int) -> Rows:
        """Rows from `start_us` to `end_us`, with one more at each side so that lines reach the edge."""
        past, tail = self._past, self._stamps[: self._count]
        if not self._count:
            return _cut(past, start_us, end_us)
        joined = Rows(
            np.concatenate((past.stamps, tail)),
            np.concatenate((past.values, self._values[: self._count])),
            np.concatenate((past.doubtful, self._doubtful[: self._count])),
        )
        return _cut(joined, start_us, end_us)

    def cut(self, stamp_us: int) -> None:
        """Forget what is not older than a moment: the clock was set back, and time goes on from there."""
        past = int(np.searchsorted(self._past.stamps, stamp_us, side="left"))
        self._past = Rows(self._past.stamps[:past], self._past.values[:past], self._past.doubtful[:past])
        self._count = int(np.searchsorted(self._stamps[: self._count], stamp_us, side="left"))

    def clear_tail(self) -> None:
        """Forget what came live: nobody watched for a while, and history knows better."""
        self._count = 0

    def _last_value(self) -> float:
        return float(self._values[self._count - 1] if self._count else self._past.values[-1])

    def _push(self, stamp: int, value: float, doubtful: bool) -> None:
        if self._count == _MOST_TAIL:  # history has not answered for hours: keep the newer half
            self._count //= 2
            for column in (self._stamps, self._values, self._doubtful):
                column[: self._count] = column[self._count : 2 * self._count].copy()
        if self._count == len(self._stamps):
            self._stamps = np.resize(self._stamps, 2 * self._count)
            self._values = np.resize(self._values, 2 * self._count)
            self._doubtful = np.resize(self._doubtful, 2 * self._count)
        self._stamps[self._count] = stamp
        self._values[self._count] = value
        self._doubtful[self._count] = doubtful
        self._count += 1


def _cut(rows: Rows, start_us: int, end_us: int) -> Rows:
    first = max(0, int(np.searchsorted(rows.stamps, start_us, side="left")) - 1)
    last = int(np.searchsorted(rows.stamps, end_us, side="right")) + 1
    return Rows(rows.stamps[first:last], rows.values[first:last], rows.doubtful[first:last])
