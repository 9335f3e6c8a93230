"""What was read from closed files lately: a chart asks for the same tags again and again, a little further each time.

Closed files never change, so what was read stays true as long as the same files answer. Bounded by bytes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vmshmi.runtime.historian.rows import TagRows

_TEXT_BYTES = 100
"""A text and its object, about."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Slice:
    since_us: int
    until_us: int
    rows: TagRows
    bytes: int


class Slices:
    """A cache that forgets what was asked for longest ago; any thread.

    Args:
        max_bytes: of all slices; one that takes more than a quarter of it is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._slices: OrderedDict[Key, _Slice] = OrderedDict()
        self.bytes = 0

    def rows(
        self, key: Key, since_us: int, until_us: int, reach: tuple[int, int], read: Callable[[], TagRows]
    ) -> TagRows:
        """Rows in order of time, both ends included; read only where what is kept does not reach.

        Args:
            key: the tag and the files.
            since_us, until_us: which rows.
            reach: from when to when what `read` finds is complete.
            read: reads them.
        """
        with self._lock:
            kept = self._slices.get(key)
            if kept is not None:
                self._slices.move_to_end(key)
        if kept is None or kept.since_us > since_us or kept.until_us < until_us:
            rows = read().in_order()
            kept = _Slice(*reach, rows, _bytes_of(rows))
            self._keep(key, kept)
        stamps = kept.rows.stamps
        start, end = np.searchsorted(stamps, since_us, "left"), np.searchsorted(stamps, until_us, "right")
        return kept.rows if end - start == len(stamps) else kept.rows.take(slice(int(start), int(end)))

    def _keep(self, key: Key, fresh: _Slice) -> None:
        if fresh.bytes > self._max_bytes // 4:
            return
        with self._lock:
            before = self._slices.pop(key, None)
            self.bytes += fresh.bytes - (before.bytes if before else 0)
            self._slices[key] = fresh
            while self.bytes > self._max_bytes:
                _, gone = self._slices.popitem(last=False)
                self.bytes -= gone.bytes


def _bytes_of(rows: TagRows) -> int:
    texts = 0 if rows.texts is None else len(rows) * _TEXT_BYTES
    received = 0 if rows.received is None else rows.received.nbytes
    return rows.stamps.nbytes + rows.values.nbytes + rows.qualities.nbytes + received + texts + 200
