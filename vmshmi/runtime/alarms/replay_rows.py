"""Which recorded rows a replay has to look at. The others cannot change anything, by what the rules themselves say.

    repeated   a row that says what the row before it said
    at rest    rows of a block all of whose values are too far from every limit to begin or to keep a condition: for an
               operator of order (> >= < <=) that is so when its judges say no to the least and to the largest of them

A month of a noisy sensor is nearly all at rest: numpy looks at the blocks, Python at what is left.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vmshmi.core.alarms.conditions import Judge, compile_condition
from vmshmi.core.alarms.model import AlarmDef, Measure, Operator
from vmshmi.core.clock import EPOCH
from vmshmi.core.history import HistorySeries
from vmshmi.core.quality import Quality, quality_of
from vmshmi.core.values import Scalar, TagId, TagValue

Row = tuple[int, int, Scalar | None, Quality]
"""Microseconds, place of the tag, value, quality."""
BLOCK = 128
"""Rows that are judged by their least and their largest value."""

_QUALITIES = {int(quality): quality for quality in Quality}
_OF_ORDER = (Operator.GREATER, Operator.GREATER_EQUAL, Operator.LESS, Operator.LESS_EQUAL)
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Economy:
    """What may be left out of a tag's rows.

    Attributes:
        repeated: rows that repeat the one before.
        judges: of every definition; rows to which all of them say no may be left out. Empty: none.
        block: see `BLOCK`.
    """

    repeated: bool
    judges: tuple[Judge, ...] = ()
    block: int = BLOCK


def economy_of(tag: TagId, definitions: Sequence[AlarmDef], enabling: frozenset[TagId], block: int) -> Economy:
    """What may be left out of the rows of one tag."""
    # only a rate counts time as well
    repeated = all(definition.measure is not Measure.RATE for definition in definitions)
    is_plain = tag not in enabling and all(
        definition.tag == tag and definition.measure is Measure.VALUE and definition.operator in _OF_ORDER
        for definition in definitions
    )
    conditions = [compile_condition(definition) for definition in definitions] if is_plain else []
    judges = tuple(judge for condition in conditions for judge in (condition.entering, condition.leaving))
    return Economy(repeated, judges, block)


class RowStream:
    """The rows of one tag, with a bad one where the record falls silent.

    Args:
        place: of the tag.
        gap_s: how long it may be silent; None for ever.
        economy: what may be left out.
    """

    def __init__(self, place: int, gap_s: float | None, economy: Economy) -> None:
        self._place = place
        self._gap_us = None if gap_s is None else round(gap_s * 1_000_000)
        self._economy = economy
        self._heard_us: int | None = None
        self._value: Scalar | None = None
        self._code = -1

    def rows(self, series: HistorySeries, end_us: int) -> Iterator[Row]:
        """The next stretch."""
        if len(series):
            yield from self._wanted(series)
        gap_us = self._gap_us
        if gap_us is not None and self._heard_us is not None and end_us - self._heard_us > gap_us:
            yield self._silence(self._heard_us, gap_us)
            self._heard_us = None  # said once

    def _wanted(self, series: HistorySeries) -> Iterator[Row]:
        stamps = np.frombuffer(series.timestamps, np.int64)
        before = np.concatenate(([stamps[0] if self._heard_us is None else self._heard_us], stamps[:-1]))
        wanted = self._needed(series)
        gap_us = self._gap_us
        silent = None if gap_us is None else stamps - before > gap_us
        if silent is not None:
            wanted |= silent
        texts, place = series.texts, self._place
        chosen = np.flatnonzero(wanted)
        quiet = {} if silent is None else {int(stamps[i]): int(before[i]) for i in np.flatnonzero(silent).tolist()}
        values: Sequence[Scalar | None] = (
            np.frombuffer(series.values)[chosen].tolist() if texts is None else [texts[i] for i in chosen.tolist()]
        )
        codes = np.frombuffer(series.qualities, np.uint32)[chosen].tolist()
        for stamp, value, code in zip(stamps[chosen].tolist(), values, codes, strict=True):
            if gap_us is not None and stamp in quiet:
                yield self._silence(quiet.pop(stamp), gap_us)
            # a row without a value is NaN in a column of numbers
            yield stamp, place, value if value == value else None, _QUALITIES.get(code) or quality_of(code)
        self._heard_us = series.timestamps[-1]
        self._code = series.qualities[-1]
        self._value = series.values[-1] if texts is None else texts[-1]

    def _needed(self, series: HistorySeries) -> _Mask:
        """Without what may be left out."""
        needed = np.ones(len(series), np.bool_)
        if not self._economy.repeated or series.texts is not None:
            return needed
        values, codes = np.frombuffer(series.values), np.frombuffer(series.qualities, np.uint32)
        same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
        needed[1:] = ~(same & (codes[1:] == codes[:-1]))
        first = series.values[0]
        needed[0] = series.qualities[0] != self._code or not (first == self._value or math.isnan(first))
        if self._economy.judges:
            needed &= ~self._at_rest(values, codes)
        return needed

    def _at_rest(self, values: npt.NDArray[np.float64], codes: npt.NDArray[np.uint32]) -> _Mask:
        """Rows of blocks at rest, but for the first of each: it says that the tag is heard and at rest."""
        block = self._economy.block
        rest = np.zeros(len(values), np.bool_)
        starts = np.arange(0, len(values), block)
        lowest, highest = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
        worst = np.maximum.reduceat(codes, starts)
        for start, low, high in zip(starts.tolist(), lowest.tolist(), highest.tolist(), strict=True):
            if worst[start // block] == 0 and self._all_say_no(low) and self._all_say_no(high):
                rest[start + 1 : start + block] = True
        return rest

    def _all_say_no(self, value: float) -> bool:
        sample = TagValue(value, Quality.GOOD, EPOCH)
        return all(judge(sample) is False for judge in self._economy.judges)

    def _silence(self, since_us: int, gap_us: int) -> Row:
        """Nothing was heard for too long."""
        self._code = -1
        return since_us + gap_us, self._place, None, Quality.BAD_NO_COMMUNICATION
