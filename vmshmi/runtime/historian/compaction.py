"""Compaction: the segments of a closed day become one, sorted by tag and time, and nothing else of it changes."""

from collections.abc import Sequence
from pathlib import Path

from vmshmi.runtime.historian.engine import Session
from vmshmi.runtime.historian.rows import Family
from vmshmi.runtime.historian.segments import Segment, segment_file
from vmshmi.runtime.historian.writing import write_table

ROW_GROUP_ROWS = 245_760  # a whole day in one file: smaller and faster than with half of it (historian.md, 4)

# names of one folder sort as their row numbers do, so rows of the same time keep their order of arrival
_SELECT = """
SELECT tag, timestamp, value, quality{text}
FROM read_parquet($files, hive_partitioning = false, filename = true, file_row_number = true)
ORDER BY tag, timestamp, filename, file_row_number
"""


def compact(session: Session, history: Path, files: Sequence[Segment]) -> Segment:
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
    write_table(session, select, {"files": [str(file.file) for file in files]}, file, ROW_GROUP_ROWS)
    return Segment(day_us, first_row, end_row, family, file)
