"""The door to nanoarrow: rows as an Arrow stream, the format that pandas, Polars, R and Excel's tools read in one call.

A range of any length goes out in record batches, a day at a time: nothing is held but the day on its way.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import nanoarrow
import numpy as np
from nanoarrow import ipc

from vmshmi.core.history import NOT_LATE, HistoryQuery, HistorySeries
from vmshmi.core.values import TagId
from vmshmi.runtime.historian.questions import Reads

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
_BATCH_ROWS = 131_072
_INSTANT = timedelta(microseconds=1)
_nanoarrow: Any = nanoarrow  # past this door Any ends: its functions have no types
_array: Callable[..., Any] = _nanoarrow.c_array
_from_buffers: Callable[..., Any] = _nanoarrow.c_array_from_buffers
_ipc: Any = ipc
_stream_writer: Callable[[object], Any] = _ipc.StreamWriter.from_writable


async def arrow_stream(
    reader: Reads,
    tag_ids: Sequence[TagId],
    since: datetime | None,
    until: datetime | None,
    *,
    midnights: Sequence[datetime],
    with_text: bool,
) -> AsyncIterator[bytes]:
    """Every row, tag by tag and in order of time: columns tag, timestamp (UTC), value, quality, perhaps text, received.

    Args:
        reader: the historian.
        tag_ids: each once.
        since, until: aware, both included; None is open.
        midnights: where the range may be cut, ascending.
        with_text: whether there is a column for texts.

    Raises:
        KeyError: if there is no such tag.
        StorageError: if history cannot be read now; what went out before is then not a whole stream.
    """
    packer = _Packer(with_text=with_text)
    yield packer.head()
    for tag_id in tag_ids:
        for query in _day_by_day(tag_id, since, until, midnights):
            series = await reader.read(query)
            for start in range(0, len(series), _BATCH_ROWS):
                yield packer.batch(series, start, min(start + _BATCH_ROWS, len(series)))
    yield packer.tail()


def _day_by_day(
    tag_id: TagId, since: datetime | None, until: datetime | None, midnights: Sequence[datetime]
) -> list[HistoryQuery]:
    cuts = [day for day in midnights if (since is None or day > since) and (until is None or day <= until)]
    return [
        HistoryQuery(tag_id, start, None if end is None else (end - _INSTANT if end in cuts else end))
        for start, end in zip([since, *cuts], [*cuts, until], strict=True)
    ]


class _Sink:
    """What nanoarrow writes into."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: "bytes | bytearray | memoryview[int]") -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Packer:
    """Makes the bytes of one stream; a batch of a day of a tag that is sampled each second takes 3 ms."""

    def __init__(self, *, with_text: bool) -> None:
        fields = {
            "tag": nanoarrow.string(),
            "timestamp": nanoarrow.timestamp("us", "UTC"),
            "value": nanoarrow.float64(),
            "quality": nanoarrow.uint32(),
        }
        if with_text:
            fields["text"] = nanoarrow.string()
        fields["received"] = nanoarrow.timestamp("us", "UTC")
        self._fields = fields
        self._schema = _nanoarrow.struct(fields)
        self._sink = _Sink()
        self._writer = _stream_writer(self._sink)

    def head(self) -> bytes:
        """The schema."""
        empty = [_array([], field) for field in self._fields.values()]
        nothing = _from_buffers(self._schema, 0, [None], children=empty)
        self._writer.write_stream(nothing, write_schema=True)
        return self._sink.taken()

    def batch(self, series: HistorySeries, start: int, end: int) -> bytes:
        """Some rows."""
        count, name = end - start, str(series.tag_id).encode()
        ends = np.arange(count + 1, dtype=np.int32) * len(name)
        values = np.frombuffer(series.values, np.float64)[start:end]
        known = ~np.isnan(values)
        marks = np.packbits(known, bitorder="little")
        stamps = np.frombuffer(series.timestamps, np.int64)[start:end]
        qualities = np.frombuffer(series.qualities, np.uint32)[start:end]
        if series.texts is not None:  # a text has no number
            marks = np.zeros_like(marks)
            known[:] = False
        fields = self._fields
        children = [
            _from_buffers(fields["tag"], count, [None, ends, name * count], 0),
            _from_buffers(fields["timestamp"], count, [None, stamps], 0),
            _from_buffers(fields["value"], count, [marks, values], count - int(known.sum())),
            _from_buffers(fields["quality"], count, [None, qualities], 0),
        ]
        if "text" in fields:
            texts = [None] * count if series.texts is None else list(series.texts[start:end])
            children.append(_array(texts, fields["text"]))
        children.append(_received(series, start, end, fields["received"]))
        self._writer.write_array(_from_buffers(self._schema, count, [None], 0, children=children))
        return self._sink.taken()

    def tail(self) -> bytes:
        """The mark of a whole stream."""
        self._writer.close()
        return self._sink.taken()


def _received(series: HistorySeries, start: int, end: int, field: object) -> object:
    """When rows were received that were not received when they held."""
    if series.received is None:
        return _array([None] * (end - start), field)
    received = np.frombuffer(series.received, np.int64)[start:end]
    late = received != NOT_LATE
    marks = np.packbits(late, bitorder="little")
    return _from_buffers(field, end - start, [marks, received], end - start - int(late.sum()))
