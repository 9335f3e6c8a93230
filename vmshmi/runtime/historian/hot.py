"""Hot rows: what is in memory and not yet in a closed segment.

One writer (the runtime's loop) appends; every other thread only takes views of rows that are already complete, so no
reader ever waits for a lock that the loop holds. The lock here guards the list of blocks alone.
"""

import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from vmshmi.core.history import NOT_LATE
from vmshmi.runtime.historian.rows import (
    BAD_FROM,
    NO_BOOLEAN,
    Codes,
    Family,
    Floats,
    Qualities,
    Rows,
    Stamps,
    Values,
)

_NONE_LATE: Mapping[int, int] = MappingProxyType({})
_BLOCK_ROWS = {Family.NUMBERS: 1 << 18, Family.BOOLEANS: 1 << 18, Family.TEXTS: 1 << 14}


class _Block:
    """Preallocated columns; rows below `count` are complete and never change again."""

    __slots__ = ("codes", "count", "first_row", "qualities", "received", "stamps", "values")

    def __init__(self, family: Family, first_row: int, capacity: int) -> None:
        self.first_row = first_row
        self.count = 0
        self.codes: Codes = np.empty(capacity, np.int32)
        self.stamps: Stamps = np.empty(capacity, np.int64)
        self.qualities: Qualities = np.empty(capacity, np.uint32)
        self.values: Values = _empty_values(family, capacity)
        self.received: Stamps | None = None
        """Made for the first row that comes late: most blocks never have one."""

    @property
    def end_row(self) -> int:
        return self.first_row + self.count

    def put_received(self, shift: int, received: Mapping[int, int]) -> None:
        if not received:
            return
        if self.received is None:
            self.received = np.full(len(self.codes), NOT_LATE)
        self.received[[place + shift for place in received]] = list(received.values())


def _empty_values(family: Family, capacity: int) -> Values:
    match family:
        case Family.NUMBERS:
            return np.empty(capacity, np.float64)
        case Family.BOOLEANS:
            return np.empty(capacity, np.uint8)
        case Family.TEXTS:
            return list[str | None]([None]) * capacity


class HotTable:
    """The hot rows of one family.

    Args:
        family: which.
        max_rows: bound of what is held.
        forget_oldest: when full, let the oldest go (nothing else keeps them) instead of refusing the newest.
        block_rows: rows to a block; None takes the family's own.
    """

    def __init__(
        self, family: Family, max_rows: int, *, forget_oldest: bool = False, block_rows: int | None = None
    ) -> None:
        self.family = family
        self._max_rows = max_rows
        self._forget_oldest = forget_oldest
        self._block_rows = min(block_rows or _BLOCK_ROWS[family], max_rows)
        self._blocks: tuple[_Block, ...] = ()
        self._next_row = 0
        self._lock = threading.Lock()

    @property
    def next_row(self) -> int:
        """Number the next row will get."""
        return self._next_row

    @property
    def first_row(self) -> int:
        """Number of the oldest row held; `next_row` when there is none."""
        blocks = self._blocks
        return blocks[0].first_row if blocks else self._next_row

    @property
    def fill(self) -> float:
        """Share of the memory that is taken, 0 to 1; 0 where the oldest rows make room by themselves."""
        return 0.0 if self._forget_oldest else (self._next_row - self.first_row) / self._max_rows

    def append(
        self,
        codes: Sequence[int],
        stamps: Sequence[int],
        values: Sequence[object],
        qualities: Sequence[int],
        late: Mapping[int, int] = _NONE_LATE,
    ) -> int:
        """Take rows, in order; only the writer calls this.

        Args:
            codes, stamps, values, qualities: the columns.
            late: place and time of receipt of each row that was not received when it held.

        Returns:
            How many were taken; fewer than given when the table is full.
        """
        taken, total = 0, len(codes)
        while taken < total:
            block = self._open_block()
            if block is None:
                break
            start = block.count
            size = min(total - taken, len(block.codes) - start)
            end, until = start + size, taken + size
            block.codes[start:end] = codes[taken:until]
            _put(block.stamps, start, stamps[taken:until])
            _put(block.qualities, start, qualities[taken:until])
            self._put_values(block, start, values[taken:until])
            if late:
                block.put_received(start - taken, {place: us for place, us in late.items() if taken <= place < until})
            block.count = end  # last: from here on readers see the rows
            self._next_row += size
            taken = until
        return taken

    def views(self) -> list[Rows]:
        """Everything held now, oldest first; any thread."""
        return [_view(self.family, block) for block in self._blocks if block.count]

    def rows_from(self, row: int) -> list[Rows]:
        """Everything held from this row number on."""
        return [view.from_row(row) for view in self.views() if view.end_row > row]

    def drop_below(self, row: int) -> None:
        """Let go of blocks whose rows all lie below this row number; any thread."""
        with self._lock:
            self._blocks = tuple(
                block for block in self._blocks if block.end_row > row or block.count < len(block.codes)
            )

    def load(self, stretches: Sequence[Rows], next_row: int) -> None:
        """Put rows of a former run before what was taken since; only the writer calls this, once.

        Args:
            stretches: complete rows in ascending, contiguous order, ending below `next_row`.
            next_row: what was taken since is renumbered from here.
        """
        with self._lock:
            shift = next_row - self.first_row
            for block in self._blocks:
                block.first_row += shift
            self._next_row += shift
            self._blocks = tuple(_block_of(rows) for rows in stretches) + self._blocks

    def _open_block(self) -> _Block | None:
        blocks = self._blocks
        if blocks and blocks[-1].count < len(blocks[-1].codes):
            return blocks[-1]
        held = sum(block.count for block in blocks)
        if held + self._block_rows > self._max_rows and blocks:
            if not self._forget_oldest:
                return None
            blocks = blocks[1:]
        block = _Block(self.family, self._next_row, self._block_rows)
        with self._lock:
            keep = set(map(id, blocks))
            self._blocks = (*(old for old in self._blocks if id(old) in keep), block)
        return block

    def _put_values(self, block: _Block, start: int, values: Sequence[object]) -> None:
        end = start + len(values)
        target = block.values
        if isinstance(target, list):
            target[start:end] = [_to_text(value) for value in values]
            _clear_bad_texts(target, block.qualities, start, end)
            return
        floats = _to_floats(values)
        floats[block.qualities[start:end] >= BAD_FROM] = np.nan
        if self.family is Family.BOOLEANS:
            target[start:end] = np.where(np.isnan(floats), NO_BOOLEAN, floats != 0)
        else:
            target[start:end] = floats


def _put(column: Stamps | Qualities, start: int, numbers: Sequence[int]) -> None:
    """Fill a part of a column. Mostly they are all the same: one poll's time, all good; then only one is converted."""
    first, count = numbers[0], len(numbers)
    column[start : start + count] = first if numbers.count(first) == count else numbers


def _to_floats(values: Sequence[object]) -> Floats:
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.array([_to_float(value) for value in values], dtype=np.float64)


def _to_float(value: object) -> float:
    """A number, or NaN for what is none: a row must stay, as a gap, whatever a driver delivers."""
    try:
        return float(value)  # type: ignore[arg-type]  # tried on purpose
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _to_text(value: object) -> str | None:
    """A text every file format can hold: what is no Unicode character becomes a question mark."""
    return None if value is None else str(value).encode("utf-8", "replace").decode()


def _clear_bad_texts(texts: list[str | None], qualities: Qualities, start: int, end: int) -> None:
    for offset in np.flatnonzero(qualities[start:end] >= BAD_FROM):
        texts[start + int(offset)] = None


def _view(family: Family, block: _Block) -> Rows:
    count = block.count  # before `received`: that is made before the first late row is counted
    received = block.received
    return Rows(
        family,
        block.first_row,
        block.codes[:count],
        block.stamps[:count],
        block.values[:count],
        block.qualities[:count],
        None if received is None else received[:count],
    )


def _block_of(rows: Rows) -> _Block:
    """A full block that holds these rows as they are."""
    block = _Block(rows.family, rows.first_row, 0)
    block.codes, block.stamps, block.values, block.qualities = rows.codes, rows.stamps, rows.values, rows.qualities
    block.received = rows.received
    block.count = len(rows)
    return block
