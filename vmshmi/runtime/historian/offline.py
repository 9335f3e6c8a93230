"""History of a folder that this program does not own: beside a running runtime, or without one.

Reads what every other program may read too: closed segments and, read-only, the journal. Nothing is changed.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vmshmi.core.clock import to_micros
from vmshmi.core.errors import ConfigurationError, StorageError
from vmshmi.core.history import HistoryQuery, HistorySeries
from vmshmi.core.tags import TagKind
from vmshmi.runtime.historian.answers import as_series
from vmshmi.runtime.historian.engine import Engine
from vmshmi.runtime.historian.journal import FILE_NAME, JournalCopy, look_into
from vmshmi.runtime.historian.reading import FOREVER, Reader, View, Wanted
from vmshmi.runtime.historian.rollups import Rollup
from vmshmi.runtime.historian.rows import Rows, family_of
from vmshmi.runtime.historian.segments import HISTORY, Segment, find_segments, settle
from vmshmi.runtime.historian.slices import Slices

_THREADS = 2
_MEMORY_MB = 512
_CODE = 0
"""Of the one tag whose rows a question takes out of the journal."""


def look_at(folder: Path) -> tuple[JournalCopy, tuple[Segment, ...], list[tuple[Rows, int]]]:
    """What a database folder holds: its journal, the files that count, and the rows of no file with their run.

    Raises:
        ConfigurationError: if there is no history.
        StorageError: if it cannot be read.
    """
    history = folder / HISTORY
    if not history.is_dir():
        raise ConfigurationError(f"{folder}: there is no history here")
    try:
        # the journal before the files: what is sealed in between is then in both and counted once, never in neither
        journal = look_into(history / FILE_NAME)
        files = find_segments(history)
    except OSError as error:
        raise StorageError(f"{history}: history cannot be read: {error}") from error
    settled = settle(files, [(s.rows.family, s.rows.first_row, s.rows.end_row) for s in journal.stretches])
    open_rows = [
        (rows, stretch.run)
        for stretch in journal.stretches
        if not settled.covers((rows := stretch.rows).family, rows.first_row, rows.end_row)
    ]
    return journal, settled.segments, open_rows


class FolderHistory:
    """Answers questions about a folder as it was when this was made.

    Args:
        folder: the database folder.

    Raises:
        ConfigurationError: if there is no history.
        StorageError: if it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._journal, self._segments, self._open = look_at(folder)
        self._engine = Engine(_THREADS, _MEMORY_MB)
        self._slices = Slices(0)
        self._hot: dict[str, tuple[Rows, ...]] = {}

    def read(self, query: HistoryQuery, kind: TagKind) -> HistorySeries:
        """Rows in order of time; with a limit the newest of them. `points` is not heeded.

        Raises:
            StorageError: if they cannot be read.
        """
        if query.tag_id not in self._hot:
            self._hot[query.tag_id] = tuple(self._rows_of(query.tag_id))
        reader = Reader(self._engine, View(self._segments, self._hot[query.tag_id]), _leave_out, self._slices)
        wanted = Wanted(
            query.tag_id,
            _CODE,
            family_of(kind),
            FOREVER[0] if query.since is None else to_micros(query.since),
            FOREVER[1] if query.until is None else to_micros(query.until),
        )
        try:
            return as_series(query.tag_id, reader.rows(wanted, query.limit))
        finally:
            reader.close()

    def _rows_of(self, tag_id: str) -> Iterator[Rows]:
        """The rows of one tag that are in the journal only."""
        for rows, run in self._open:
            codes = [
                code for (of_run, code), entry in self._journal.tags.items() if of_run == run and entry.tag_id == tag_id
            ]
            index = np.flatnonzero(np.isin(rows.codes, codes))
            if len(index):
                values = rows.values
                yield Rows(
                    rows.family,
                    0,
                    np.full(len(index), _CODE, rows.codes.dtype),
                    rows.stamps[index],
                    [values[place] for place in index.tolist()] if isinstance(values, list) else values[index],
                    rows.qualities[index],
                    None if rows.received is None else rows.received[index],
                )

    def close(self) -> None:
        """Let go of everything."""
        self._engine.close()


def _leave_out(segment: Segment | Rollup, reason: str) -> None:
    """A damaged file is left out of the answer; to set it aside is for the program that owns the folder."""
    del segment, reason
