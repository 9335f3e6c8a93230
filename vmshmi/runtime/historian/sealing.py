"""Sealing: hot rows become closed segments, sorted by tag and time, split by each sample's own UTC day."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from vmshmi.runtime.historian.engine import Column, Engine
from vmshmi.runtime.historian.rows import (
    Bytes,
    Family,
    Floats,
    Rows,
    Stamps,
    as_floats,
    as_moments,
    as_texts,
    times_of_receipt,
)
from vmshmi.runtime.historian.segments import DAY_US, Segment, segment_file
from vmshmi.runtime.historian.writing import MAINTENANCE_MEMORY_MB, write_table

_SELECT = """
SELECT names.tag AS tag, make_timestamp(hot.stamp) AS timestamp,
       CASE WHEN isnan(hot.value) THEN NULL ELSE hot.value END AS value, hot.quality AS quality{text},
       {received} AS received
FROM hot JOIN names ON hot.code = names.code
WHERE hot.stamp >= $start AND hot.stamp < $end
ORDER BY names.place, hot.stamp, hot.arrival
"""


def seal(history: Path, stretches: Sequence[Rows], names: Mapping[int, str], threads: int = 1) -> tuple[Segment, ...]:
    """Write closed segments; when this returns they are durable, but they count only once the journal forgets the rows.

    Args:
        history: the folder `history`.
        stretches: rows of one family, contiguous, at least one.
        names: the tag's id of each code.
        threads: of DuckDB's.

    Raises:
        EngineError: if DuckDB cannot write.
        OSError: if the folder cannot.
    """
    family, first_row, end_row = stretches[0].family, stretches[0].first_row, stretches[-1].end_row
    columns = _columns(stretches, family)
    made: list[Segment] = []
    engine = Engine(threads, MAINTENANCE_MEMORY_MB, history / "spill")
    try:
        session = engine.session()
        session.offer("hot", columns)
        session.offer("names", _names(names))
        for day_us in _days(columns["stamp"]):
            file = segment_file(history, family, day_us, first_row, end_row)
            select = _SELECT.format(
                text=", hot.text AS text" if family is Family.TEXTS else "",
                received="hot.received" if "received" in columns else "NULL::TIMESTAMP",
            )
            write_table(session, select, {"start": day_us, "end": day_us + DAY_US}, file)
            stamps = columns["stamp"]
            stamps = stamps[(stamps >= day_us) & (stamps < day_us + DAY_US)]
            made.append(Segment(day_us, first_row, end_row, family, file, (int(stamps.min()), int(stamps.max()))))
        session.close()
    finally:
        engine.close()
    return tuple(made)


def _days(stamps: Stamps) -> list[int]:
    """Starts of the UTC days that have samples; floor division, so that times before 1970 count rightly too."""
    days = stamps // DAY_US
    first, last = int(days.min()), int(days.max())
    return [day * DAY_US for day in ([first] if first == last else np.unique(days).tolist())]


def _columns(stretches: Sequence[Rows], family: Family) -> dict[str, Column]:
    stamps = np.concatenate([rows.stamps for rows in stretches])
    columns: dict[str, Column] = {
        "code": np.concatenate([rows.codes for rows in stretches]),
        "stamp": stamps,
        "quality": np.concatenate([rows.qualities for rows in stretches]),
        "arrival": np.arange(len(stamps)),
    }
    if family is Family.TEXTS:
        columns["value"] = np.full(len(stamps), np.nan)
        columns["text"] = np.concatenate([as_texts(rows.values) for rows in stretches if isinstance(rows.values, list)])
    else:
        columns["value"] = np.concatenate([_floats(rows) for rows in stretches])
    received = times_of_receipt(stretches)
    if received is not None:
        columns["received"] = as_moments(received)
    return columns


def _floats(rows: Rows) -> Floats:
    values: Floats | Bytes | list[str | None] = rows.values
    return np.full(len(rows), np.nan) if isinstance(values, list) else as_floats(values)


def _names(names: Mapping[int, str]) -> dict[str, Column]:
    codes = list(names)
    place_of = {tag_id: place for place, tag_id in enumerate(sorted(names.values()))}
    return {
        "code": np.array(codes, np.int32),
        "tag": as_texts([names[code] for code in codes]),
        "place": np.array([place_of[names[code]] for code in codes], np.int32),
    }
