"""Compaction: some segments of a day become one, sorted by tag and time, and nothing else of them changes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from vmshmi.runtime.historian.engine import Session
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import Segment, segment_file
from vmshmi.runtime.historian.writing import write_table

WHOLE_DAY_ROWS = 245_760
"""To a row group of a whole day in one file: smaller and faster than with half of it (historian.md, 4)."""

_FEWEST_MERGED = 4

# names of one folder sort as their row numbers do, so rows of the same time keep their order of arrival;
# older files have no `received`
_SELECT = """
SELECT tag, timestamp, value, quality{text}, received
FROM (FROM read_parquet($files, hive_partitioning = false, union_by_name = true, filename = true,
                        file_row_number = true)
      UNION ALL BY NAME SELECT NULL::TIMESTAMP AS received WHERE false)
ORDER BY tag, timestamp, filename, file_row_number
"""

_SPAN = """
SELECT min(epoch_us(stats_min_value::TIMESTAMP)) AS first, max(epoch_us(stats_max_value::TIMESTAMP)) AS last
FROM parquet_metadata($file) WHERE path_in_schema = 'timestamp'
"""


def with_span(session: Session, segment: Segment) -> Segment:
    """The same segment with the times its footer tells.

    Raises:
        EngineError: if it cannot be read.
    """
    found = session.columns(_SPAN, {"file": str(segment.file)})
    first, last = found["first"], found["last"]
    if len(first) == 0 or np.ma.getmaskarray(first)[0]:
        return segment
    return replace(segment, span=(int(first[0]), int(last[0])))


def next_to_merge(files: Sequence[Segment], sizes: Sequence[int], most_rows: int) -> Sequence[Segment]:
    """Which segments of a day that is not over are worth merging now: four neighbours or more, and no much larger one.

    An hour's segment is so written again two or three times a day, and a day is never more than some six files.

    Args:
        files: of one day and family, in order of row.
        sizes: bytes of each.
        most_rows: no larger merge before the day is over.

    Returns:
        Neighbours in order of row: a file's range must never hold that of a file it was not made from. Or nothing.
    """
    for end in range(len(files), _FEWEST_MERGED - 1, -1):  # the newest are asked for most
        start, total = end, 0
        while start > 0 and (total == 0 or sizes[start - 1] <= 2 * total):
            if files[end - 1].end_row - files[start - 1].first_row > most_rows:
                break
            start, total = start - 1, total + sizes[start - 1]
        if end - start >= _FEWEST_MERGED:
            return files[start:end]
    return ()


def compact(session: Session, history: Path, files: Sequence[Segment], row_group_rows: int) -> Segment:
    """Write one segment in place of several of one day and family; they are replaced from then on.

    Durable when this returns; the files it was made from are still there.

    Raises:
        EngineError: if DuckDB cannot read or write.
        OSError: if the folder cannot be written.
    """
    day_us, family = files[0].day_us, files[0].family
    first_row, end_row = min(file.first_row for file in files), max(file.end_row for file in files)
    file = segment_file(history, family, day_us, first_row, end_row)
    select = _SELECT.format(text=", text" if family is Family.TEXTS else "")
    write_table(session, select, {"files": [str(file.file) for file in files]}, file, row_group_rows)
    spans = [one.span for one in files]
    known = [span for span in spans if span is not None]
    span = (min(first for first, _ in known), max(last for _, last in known)) if len(known) == len(spans) else None
    return Segment(day_us, first_row, end_row, family, file, span)
