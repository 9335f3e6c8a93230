"""A range of any length leaves as an Arrow stream that another reader takes for the rows themselves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.fake_clock import FakeClock
from tests.support.history import NAME, PRESS, RUN, a_historian, record_each_second
from vmshmi.core.errors import StorageError
from vmshmi.core.history import HistoryQuery
from vmshmi.core.quality import Quality
from vmshmi.core.values import TagId


async def table_of(stream: AsyncIterator[bytes]) -> pa.Table:
    """What pyarrow, which is not ours, reads."""
    return pa.ipc.open_stream(b"".join([piece async for piece in stream])).read_all()


async def test_sealed_and_fresh_rows_of_several_days_come_once_in_order_with_quality_and_text(tmp_path: Path) -> None:
    clock = FakeClock()
    async with a_historian(tmp_path, clock) as historian:
        first = record_each_second(historian, clock, PRESS, [1.0, None, 2.5])
        record_each_second(historian, clock, NAME, ["Ærø", None])
        historian.seal_now()
        clock.advance(86_400)
        record_each_second(historian, clock, PRESS, [3.0])
        historian.seal_now()
        last = record_each_second(historian, clock, PRESS, [4.0])
        table = await table_of(historian.arrow([PRESS, NAME]))
        assert table.schema.field("timestamp").type == pa.timestamp("us", "UTC")
        rows = table.to_pylist()
        assert [row["value"] for row in rows] == [1.0, None, 2.5, 3.0, 4.0, None, None]
        assert [row["text"] for row in rows] == [None] * 5 + ["Ærø", None]
        assert [row["tag"] for row in rows] == [PRESS] * 5 + [NAME] * 2
        assert rows[1]["quality"] == Quality.BAD_NO_COMMUNICATION
        assert (rows[0]["timestamp"], rows[4]["timestamp"]) == (first[0], last[0])
        for since, until in ((first[1], last[0]), (first[0], first[2]), (first[2] + timedelta(days=1), None)):
            part = await table_of(historian.arrow([PRESS], since, until))
            asked = [sample.value for sample in historian.query(PRESS, since, until)]
            assert part.column("value").to_pylist() == asked
            assert part.column_names == ["tag", "timestamp", "value", "quality", "received"]


async def test_a_range_without_rows_is_a_whole_stream_with_its_columns() -> None:
    async with a_historian(None, FakeClock()) as historian:
        table = await table_of(historian.arrow([RUN]))
        assert (table.num_rows, table.column_names[0]) == (0, "tag")
        with pytest.raises(KeyError):
            historian.arrow([TagId("nope")])


async def test_a_day_is_read_only_when_the_days_before_it_have_been_taken(tmp_path: Path) -> None:
    clock = FakeClock()
    asked: list[HistoryQuery] = []
    async with a_historian(tmp_path, clock) as historian:
        for _ in range(3):
            record_each_second(historian, clock, PRESS, [1.0])
            historian.seal_now()
            clock.advance(86_400)
        read = historian.read

        async def counting(query: HistoryQuery) -> object:
            asked.append(query)
            return await read(query)

        historian.read = counting  # type: ignore[method-assign, assignment]
        stream = historian.arrow([PRESS])
        await anext(stream)
        await anext(stream)
        assert len(asked) < 3
        assert len([piece async for piece in stream]) == 3
        assert len(asked) == 4


async def test_a_stopped_historian_says_so(tmp_path: Path) -> None:
    async with a_historian(tmp_path, FakeClock()) as historian:
        stream = historian.arrow([PRESS])
    with pytest.raises(StorageError, match="not running"):
        await table_of(stream)
    with pytest.raises(StorageError, match="not running"):
        await historian.export([PRESS], None, None, tmp_path / "out.csv")


async def test_export_writes_what_is_sealed_and_what_is_not_even_durable_yet(tmp_path: Path) -> None:
    clock = FakeClock()
    for folder in (tmp_path / "db", None):
        async with a_historian(folder, clock) as historian:
            record_each_second(historian, clock, PRESS, [1.0])
            historian.seal_now()
            record_each_second(historian, clock, PRESS, [2.0, None])
            await historian.export([PRESS, RUN], None, None, tmp_path / "out.csv")
            lines = (tmp_path / "out.csv").read_text().splitlines()
            assert [line.split(",")[2] for line in lines[1:]] == ["1.0", "2.0", ""]
            with pytest.raises(KeyError):
                await historian.export([TagId("nope")], None, None, tmp_path / "out.csv")
