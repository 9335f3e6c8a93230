"""Rows in the words of core: samples for the one, columns for the other."""

from array import array
from datetime import datetime

import numpy as np

from vmshmi.core.clock import from_micros
from vmshmi.core.history import NOT_LATE, HistorySeries
from vmshmi.core.quality import quality_of
from vmshmi.core.tags import TagKind
from vmshmi.core.values import Sample, Scalar, TagId
from vmshmi.runtime.historian.rows import TagRows


def as_samples(rows: TagRows, kind: TagKind) -> list[Sample]:
    """One object a row; booleans as bool, enums and whole counters as float, texts as str."""
    values: list[Scalar | None]
    if kind is TagKind.TEXT and rows.texts is not None:
        values = list(rows.texts)
    elif kind is TagKind.DIGITAL:
        values = [None if value != value else value != 0 for value in rows.values.tolist()]
    else:
        values = [None if value != value else value for value in rows.values.tolist()]
    received: list[datetime | None] = [None] * len(rows)
    if rows.received is not None:
        received = [None if micros == NOT_LATE else from_micros(micros) for micros in rows.received.tolist()]
    return [
        Sample(from_micros(stamp), value, quality_of(quality), late)
        for stamp, value, quality, late in zip(
            rows.stamps.tolist(), values, rows.qualities.tolist(), received, strict=True
        )
    ]


def as_series(tag_id: TagId, rows: TagRows) -> HistorySeries:
    """The same as columns."""
    count = len(rows)
    stamps, values, qualities = array("q", [0]) * count, array("d", [0.0]) * count, array("I", [0]) * count
    # copied by numpy, which lets other threads run meanwhile: a flush does not wait for a million rows
    np.frombuffer(stamps, np.int64)[:] = rows.stamps
    np.frombuffer(values, np.float64)[:] = rows.values
    np.frombuffer(qualities, np.uint32)[:] = rows.qualities
    texts = None if rows.texts is None else tuple(rows.texts.tolist())
    received: array[int] | None = None
    if rows.received is not None:
        received = array("q", [0]) * count
        np.frombuffer(received, np.int64)[:] = rows.received
    return HistorySeries(tag_id, stamps, values, qualities, texts, received)
